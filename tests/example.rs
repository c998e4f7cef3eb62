//! `reports/example/` is what the demo writes. `AKS_CENSUS_UPDATE=1 cargo test example` rewrites it.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use crate::support::{Census, first_difference, settled};

#[test]
fn the_example_reports_are_those_of_the_demo() {
    let directory = tempfile::tempdir().unwrap();
    let run = Census::new(directory.path(), &["demo", "--as-of", "2026-11-21"]).run();
    assert_eq!(run.status, 0, "{}", run.stderr);
    let written = settled(&run.reports());
    assert_follows_its_schema(&written);
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/example");
    if std::env::var_os("AKS_CENSUS_UPDATE").is_some() {
        let _ = fs::remove_dir_all(&example);
        fs::create_dir_all(&example).unwrap();
        for (name, text) in &written {
            fs::write(example.join(name), text).unwrap();
        }
        return;
    }
    let committed = if example.exists() { settled(&example) } else { BTreeMap::new() };
    if let Some(difference) = first_difference(&committed, &written) {
        panic!("`AKS_CENSUS_UPDATE=1 cargo test example` brings `reports/example` up to date: {difference}");
    }
}

fn assert_follows_its_schema(files: &BTreeMap<PathBuf, String>) {
    let json = |name: &str| serde_json::from_str(&files[Path::new(name)]).unwrap();
    let validator = jsonschema::validator_for(&json("audit.schema.json")).unwrap();
    let errors: Vec<_> = validator.iter_errors(&json("audit.json")).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}
