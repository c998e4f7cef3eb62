//! What is refused before it takes all there is: files without an end, lists and bodies beyond a limit, too few descriptors;
//! and proxies that would have been passed by.

use std::{
    fs,
    io::{Read, Write},
    net::TcpListener,
};

use aks_census_simulator::{
    Options,
    estate::{ScaleOptions, scale},
};
use flate2::{Compression, write::GzEncoder};

use crate::support::{Azure, Census, Run, assert_story, calm};

/// What is seen of a run that produced nothing.
fn refused(title: &str, run: &Run) -> String {
    assert_eq!(run.status, 2, "{title}: {}", run.transcript());
    assert_eq!(run.stderr.lines().filter(|line| line.starts_with("hint: ")).count(), 1, "{title}");
    format!("# {title}\n{}", run.transcript())
}

#[test]
fn files_that_are_larger_than_such_files_are() {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, size: usize| fs::write(directory.path().join(name), vec![b' '; size]).unwrap();
    write("config.toml", (4 << 20) + 1);
    write("attestations.toml", (16 << 20) + 1);
    write("changes.toml", (1 << 20) + 1);
    fs::write(directory.path().join("attested.toml"), "[migration]\nattestations = \"attestations.toml\"")
        .unwrap();
    let run = |arguments: &[&str]| {
        refused(&arguments.join(" "), &Census::new(directory.path(), arguments).env("PATH", "/nowhere").run())
    };
    assert_story!(
        [
            run(&["audit", "--config", "config.toml"]),
            run(&["audit", "--config", "/dev/zero"]),
            run(&["audit", "--config", "attested.toml"]),
            run(&["plan", "what-if", "--snapshot", "estate.gz", "changes.toml"]),
            run(&["plan", "what-if", "--snapshot", "estate.gz", "/dev/zero"]),
            run(&["audit", "--snapshot", "/dev/zero"]),
        ]
        .join("\n")
    );
}

#[test]
fn snapshots_with_more_behind_them() {
    let azure = Azure::start(calm());
    assert_eq!(azure.census(&["collect", "--output", "good.gz"]).run().status, 0);
    let good = fs::read(azure.path().join("good.gz")).unwrap();
    let run = |title: &str, bytes: &[u8]| {
        fs::write(azure.path().join("estate.gz"), bytes).unwrap();
        refused(title, &azure.census(&["audit", "--snapshot", "estate.gz"]).run())
    };
    let mut text = Vec::new();
    flate2::read::GzDecoder::new(good.as_slice()).read_to_end(&mut text).unwrap();
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(&[text.as_slice(), b"{}"].concat()).unwrap();
    assert_story!(
        [
            run("two snapshots in one file", &[good.as_slice(), &good].concat()),
            run("bytes after the end", &[good.as_slice(), b"more"].concat()),
            run("JSON after the inventory", &gzip.finish().unwrap()),
        ]
        .join("\n")
    );
}

#[test]
fn an_estate_beyond_a_limit_says_which_and_how_to_raise_it() {
    let size = ScaleOptions { subscriptions: 1, clusters: 1, subnets: 1_000, addresses: 1_000, seed: 1 };
    let azure = Azure::start(Options::new(scale(size)));
    for key in ["requests.body", "requests.pages"] {
        azure.configure(&format!("{} = \"64KiB\"", key.trim_start_matches("requests.")));
        let run = azure.census(&["audit", "--as-of", "2026-11-21"]).run();
        assert_eq!(run.status, 3, "{}", run.transcript());
        let gaps: Vec<_> =
            run.rows("coverage.csv").into_iter().filter(|row| row["status"] == "failed").collect();
        assert!(gaps.iter().any(|gap| gap["message"].contains(key)), "{gaps:?}");
    }
}

/// The public cloud, which nothing here may reach.
fn public(directory: &std::path::Path) -> Census {
    Census::new(directory, &["audit"])
        .env("PATH", "/nowhere")
        .env("AZURE_TENANT_ID", "7e0a0000-0000-4000-8000-000000000001")
        .env("AZURE_CLIENT_ID", "7e0a0000-0000-4000-8000-000000000002")
        .env("AZURE_CLIENT_SECRET", "of-no-use")
}

#[test]
fn proxies_that_cannot_be_read_are_not_passed_by() {
    let directory = tempfile::tempdir().unwrap();
    let mut stories = Vec::new();
    for (variable, address) in [
        ("HTTPS_PROXY", "http://u:hunter2@[bad:3128"),
        ("https_proxy", "gopher://u:hunter2@127.0.0.1:70"),
        ("HTTP_PROXY", "user:hunter2@host:port"),
        ("ALL_PROXY", " "),
        ("all_proxy", "socks5://u:hunter2@127.0.0.1:1080"),
    ] {
        let run = public(directory.path()).env(variable, address).run();
        assert!(!run.stderr.contains("hunter2"), "{}", run.stderr);
        stories.push(refused(&format!("{variable}={address}"), &run));
    }
    assert_story!(stories.join("\n").replace("hunter2", "…"));
}

#[test]
fn a_proxy_that_wants_credentials_says_so() {
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = proxy.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut stream in proxy.incoming().flatten() {
            let mut request = [0; 1024];
            let _ = stream.read(&mut request);
            let answer = b"HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\ncontent-length: 0\r\n\r\n";
            let _ = stream.write_all(answer);
        }
    });
    let directory = tempfile::tempdir().unwrap();
    for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
        for user in ["", "user:hunter2@"] {
            let run = public(directory.path()).env(variable, format!("http://{user}{address}")).run();
            let text = refused(variable, &run);
            assert!(text.contains("the proxy wants credentials") && text.contains("USER:PASSWORD"), "{text}");
            assert!(!text.contains("hunter2"), "{text}");
        }
    }
}

#[cfg(unix)]
#[test]
fn few_descriptors_are_made_more_or_used_sparingly() {
    let size = ScaleOptions { subscriptions: 40, clusters: 40, subnets: 40, addresses: 40, seed: 1 };
    let azure = Azure::start(Options::new(scale(size)));
    // The hard limit as well; or the soft one only, which the program may raise.
    for limit in ["ulimit -n 64", "ulimit -S -n 24"] {
        let program = env!("CARGO_BIN_EXE_aks-census");
        let run = azure.census(&[]).shell(&format!("{limit} && exec {program} audit")).run();
        assert_eq!(run.status, 0, "{limit}: {}", run.transcript());
        assert_eq!(run.rows("clusters.csv").len(), 40);
    }
}
