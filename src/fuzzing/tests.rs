//! The corpus of `fuzz/`, replayed: what was found once stays mended, with no fuzzer at hand.

use std::{fs, path::Path};

use super::*;

/// What the corpus may come to, so that it stays a thing to read and to replay.
const MOST_FILES: usize = 300;
const MOST_BYTES: usize = 1 << 20;

fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut found: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.display().to_string(), fs::read(path).unwrap()))
        .collect();
    found.sort();
    found
}

fn replay(target: &str) {
    let (_, run) = TARGETS.into_iter().find(|(name, _)| *name == target).unwrap();
    let inputs = corpus(target);
    assert!(inputs.len() >= 5, "the corpus of {target} is missing");
    for (name, bytes) in inputs {
        let result = std::panic::catch_unwind(|| run(&bytes));
        assert!(result.is_ok(), "{name}");
    }
}

macro_rules! replays {
    ($($target:ident),+) => {
        $(mod $target {
            #[test]
            fn corpus_is_replayed() {
                super::replay(stringify!($target));
            }
        })+

        #[test]
        fn every_target_is_replayed_and_has_a_file() {
            let named: Vec<_> = TARGETS.iter().map(|(name, _)| *name).collect();
            assert_eq!(named, [$(stringify!($target)),+]);
            for name in named {
                let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/fuzz_targets").join(name);
                assert!(file.with_extension("rs").exists(), "{name}");
            }
        }
    };
}

replays!(configuration, ids, links, pages, prefixes, rendering, snapshot);

#[test]
fn the_corpus_is_small() {
    let all: Vec<_> = TARGETS.iter().flat_map(|(target, _)| corpus(target)).collect();
    assert!(all.len() < MOST_FILES, "{} files", all.len());
    let bytes: usize = all.iter().map(|(_, bytes)| bytes.len()).sum();
    assert!(bytes < MOST_BYTES, "{bytes} bytes");
}

#[test]
fn the_estate_is_read_whole() {
    let inventory = collected(&ESTATE);
    assert_eq!((inventory.clusters.len(), inventory.virtual_networks.len()), (4, 3));
    assert_eq!(inventory.coverage.gaps().count(), 0, "{:?}", inventory.coverage);
    audited(&inventory, &Settings::default());
}

#[test]
fn what_acts_is_found_out() {
    let acts = |check: fn()| std::panic::catch_unwind(check).is_err();
    assert!(acts(|| inert::page("x", "<b>", &[])));
    assert!(acts(|| inert::page("x", "a ![x](y)", &[])));
    assert!(acts(|| inert::page("x", "[x](https://evil.example)", &[])));
    assert!(!acts(|| inert::page("x", "[x](a.csv), `<b>`", &["a.csv"])));
    assert!(acts(|| inert::table("x", "a,b\n=1,2\n")));
    assert!(acts(|| inert::table("x", "a,b\n1\n")));
    assert!(!acts(|| inert::table("x", "a,b\n-1,'=2\n")));
    assert!(acts(|| inert::plain("x", "a\u{1b}b")));
    assert!(acts(|| inert::plain("x", "a\u{202e}b")));
    assert!(acts(|| inert::name("../x")));
    assert!(acts(|| inert::calendar("BEGIN:VCALENDAR\r\nATTACH:http://x\r\n")));
}
