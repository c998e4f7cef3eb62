//! `plan` from outside: the binary with nothing in its environment.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use serde_json::Value;

/// Exit status, standard output, standard error.
fn plan(arguments: &[&str]) -> (i32, String, String) {
    let directory = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_aks-census"));
    command.env_clear().current_dir(directory.path()).stdin(Stdio::null()).arg("plan").args(arguments);
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0, "a question writes no file");
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn transcript(arguments: &[&str]) -> String {
    let (status, stdout, stderr) = plan(arguments);
    format!("exit status {status}\n--- stdout\n{stdout}--- stderr\n{stderr}")
}

fn json(arguments: &[&str]) -> (i32, Value) {
    let (status, stdout, _) = plan(&[arguments, &["--format", "json"]].concat());
    (status, serde_json::from_str(&stdout).unwrap())
}

fn example() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/examples/what-if.toml").display().to_string()
}

#[test]
fn the_official_example_is_a_21() {
    let arguments =
        ["size", "--mode", "node-subnet", "--nodes", "50", "--max-pods", "30", "--max-surge", "1"];
    insta::assert_snapshot!(transcript(&arguments));
    let (status, answer) = json(&arguments);
    assert_eq!(status, 0);
    assert_eq!(
        (&answer["needs"][0]["need"], &answer["needs"][0]["smallest_prefix_length"]),
        (&1581.into(), &21.into())
    );
}

#[test]
fn a_24_holds_so_many_nodes() {
    let (_, nodes) = json(&["size", "--mode", "node-subnet", "--max-pods", "30", "--subnet", "/24"]);
    assert_eq!(nodes["most_nodes"][0]["nodes"], 8);
    let (_, nodes) = json(&["size", "--mode", "kubenet", "--subnet", "/24"]);
    assert_eq!(nodes["most_nodes"][0]["nodes"], 251);
}

#[test]
fn the_tier_and_the_families_decide_how_many_nodes_there_may_be() {
    let kubenet = ["size", "--mode", "kubenet", "--nodes", "250", "--max-surge", "1"];
    assert_eq!(json(&kubenet).0, 0);
    let (status, answer) = json(&[&kubenet[..], &["--dual-stack", "--tier", "free"]].concat());
    let limits = answer["limits"].as_array().unwrap();
    let of = |name: &str| limits.iter().find(|limit| limit["limit"] == name).unwrap();
    assert_eq!(
        (status, &of("route-table")["capacity"], &of("cluster-nodes")["capacity"]),
        (1, &200.into(), &1000.into())
    );
}

#[test]
fn several_pools_that_do_not_fit() {
    insta::assert_snapshot!(transcript(&[
        "size",
        "--pool",
        "name=system,nodes=3,max-surge=1",
        "--pool",
        "name=apps,nodes=300,max-pods=110",
        "--subnet",
        "10.1.0.0/24",
        "--pod-cidr",
        "10.244.0.0/16",
    ]));
}

#[test]
fn nonsense_is_refused_with_what_is_allowed() {
    let refusals: Vec<String> = [
        vec!["size", "--nodes", "3", "--subnet", "/33"],
        vec!["size", "--nodes", "3", "--max-pods", "300"],
        vec!["size", "--nodes", "3", "--subnet", "10.244.1.0/24", "--pod-cidr", "10.244.0.0/16"],
        vec!["size", "--nodes", "3", "--mode", "flannel"],
        vec!["size", "--nodes", "3", "--mode", "node-subnet", "--dual-stack"],
        vec!["size", "--nodes", "3", "--tier", "gold"],
        vec!["size"],
        vec!["free", "--snapshot", "missing.json.gz", "--vnet", "v"],
        vec!["free", "--demo", "--vnet", "v", "--size", "/30"],
        vec!["free", "--demo", "--vnet", "vnet-hub-we"],
        vec!["subnet", "--demo", "--for", "aks-search-prod-weu/serch"],
    ]
    .iter()
    .map(|arguments| {
        let (status, stdout, stderr) = plan(arguments);
        assert_eq!((status, stdout.as_str()), (2, ""), "{arguments:?}");
        format!("$ plan {}\n{stderr}", arguments.join(" "))
    })
    .collect();
    insta::assert_snapshot!(refusals.join("\n"));
}

#[test]
fn free_blocks_of_the_demo_are_clear() {
    let (status, answer) = json(&["free", "--demo", "--vnet", "vnet-commerce-weu", "--size", "/24"]);
    assert_eq!(status, 0);
    assert_eq!(answer["fits"], true);
    let block = answer["first"].as_str().unwrap();
    assert!(block.ends_with("/24") && block.starts_with("10.30."), "{block}");
    let (status, answer) = json(&["free", "--demo", "--vnet", "vnet-commerce-weu", "--size", "/9"]);
    assert_eq!((status, &answer["first"]), (1, &Value::Null));
}

#[test]
fn what_the_demo_hides_on_purpose_is_said_and_decides_no_exit_status() {
    let (status, answer) = json(&["free", "--demo", "--vnet", "vnet-payments-weu"]);
    assert_eq!(status, 0);
    let notes = answer["notes"].as_array().unwrap();
    assert!(notes.iter().any(|note| note.as_str().unwrap().contains("vnet-people-weu")), "{notes:?}");
}

#[test]
fn a_pool_of_the_demo_finds_its_place() {
    let (status, answer) = json(&[
        "subnet",
        "--demo",
        "--for",
        "aks-search-prod-weu/search",
        "--nodes",
        "20",
        "--max-surge",
        "1",
    ]);
    assert_eq!(status, 0);
    assert_eq!(
        (&answer["needs"][0]["need"], &answer["places"][0]["prefix_length"]),
        (&651.into(), &22.into())
    );
    let (status, answer) = json(&["subnet", "--demo", "--for", "aks-campaign-prod-eus2"]);
    assert_eq!(status, 1);
    assert!(answer["obstacle"].as_str().unwrap().contains("K-14"));
    let (status, answer) = json(&["subnet", "--demo", "--for", "aks-crossdock-prod-weu"]);
    let existing = &answer["existing"][0];
    assert_eq!((status, &existing["own"], &existing["left"]), (0, &true.into(), &4077.into()));
}

#[test]
fn the_example_file_is_understood() {
    let (status, answer) = json(&["what-if", "--demo", &example()]);
    assert_eq!(status, 1, "the search subnet has no room for the larger pool");
    assert_eq!(answer["changes"].as_array().unwrap().len(), 7);
    let subnets = answer["subnets"].as_array().unwrap();
    let of = |name: &str| subnets.iter().find(|s| s["subnet_id"].as_str().unwrap().ends_with(name)).unwrap();
    assert_eq!(of("/snet-aks-wiki")["after"]["used"], 0);
    assert_eq!(
        (&of("/snet-aks-new")["before"], &of("/snet-aks-new")["after"]["used"]),
        (&Value::Null, &5.into())
    );
    assert_eq!(of("/snet-aks-search")["fits"], false);
}

/// Every key of the example file that is commented out is one that the program knows.
#[test]
fn the_example_file_has_no_dead_comment() {
    let text = fs::read_to_string(example()).unwrap();
    let keys: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("# "))
        .filter_map(|line| line.split_once(" = ").map(|(key, _)| key))
        .collect();
    assert!(keys.len() > 5, "{keys:?}");
    let code = ["remove", "change", "add_subnet", "add_cluster", "add_pool", "grow"];
    assert!(code.iter().all(|table| text.contains(&format!("[[{table}]]"))));
    let fields = fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("src/assess/questions/what_if/file.rs"),
    )
    .unwrap();
    for key in keys {
        assert!(fields.contains(&format!("pub(super) {key}:")), "`{key}`");
    }
}
