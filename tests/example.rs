//! `reports/example/` is what the demo writes, and README.md shows what it prints, how a runbook begins, what `--help` does, and
//! which actions of the role are optional.
//! `AKS_CENSUS_UPDATE=1 cargo test example` rewrites both.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use crate::support::{Census, Run, first_difference, settled};

/// The runbook of a cluster that nothing keeps from moving.
const RUNBOOK: &str = "runbooks/8a64d1e0-rg-fuel-prod-weu-aks-fuel-prod-weu.md";

#[test]
fn the_example_reports_are_those_of_the_demo() {
    let directory = tempfile::tempdir().unwrap();
    let run = Census::new(directory.path(), &["demo", "--as-of", "2026-11-21"]).run();
    assert_eq!(run.status, 0, "{}", run.stderr);
    let written = settled(&run.reports());
    assert_follows_its_schema(&written);
    assert_is_sorted(&run);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (example, readme) = (root.join("reports/example"), root.join("README.md"));
    let page = fs::read_to_string(&readme).unwrap();
    let help = Census::new(directory.path(), &["--help"]).run();
    assert_eq!(help.status, 0, "{}", help.stderr);
    let shown = with_block(&page, "demo", &settled_terminal(&run.stdout));
    let shown = with_block(&shown, "runbook", &beginning(&written[Path::new(RUNBOOK)]));
    let shown = with_block(&shown, "help", &help.stdout);
    let shown = with_block(&shown, "optional", &aks_census::collect::optional_actions().join("\n"));
    if std::env::var_os("AKS_CENSUS_UPDATE").is_some() {
        // It may not be there yet.
        let _ = fs::remove_dir_all(&example);
        fs::create_dir_all(&example).unwrap();
        for (name, text) in &written {
            let path = example.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        fs::write(&readme, shown).unwrap();
        return;
    }
    let committed = if example.exists() { settled(&example) } else { BTreeMap::new() };
    let difference = first_difference(&committed, &written);
    let difference = difference.or_else(|| {
        (page != shown).then(|| {
            "what README.md shows of the terminal, of a runbook, of `--help` or of the role".to_owned()
        })
    });
    if let Some(difference) = difference {
        panic!("`AKS_CENSUS_UPDATE=1 cargo test example` brings the example up to date: {difference}");
    }
}

/// What the demo printed, with the folder of its reports named after a time that stays.
fn settled_terminal(stdout: &str) -> String {
    let settled = |line: &str| match line.split_once("reports/") {
        Some((label, _)) => format!("{label}reports/2026-11-21T03-00-00Z"),
        None => line.to_owned(),
    };
    stdout.lines().map(settled).collect::<Vec<_>>().join("\n")
}

/// A page down to its first commands.
fn beginning(page: &str) -> String {
    let (before, _) = page.split_once("\n```").unwrap();
    before.trim_end().to_owned()
}

/// README.md with this text between the marks of a name. Spaces at the end of a line are left out.
fn with_block(page: &str, name: &str, text: &str) -> String {
    let marks = ["begin", "end"].map(|side| format!("<!-- {name}:{side} -->"));
    let (before, rest) = page.split_once(&marks[0]).unwrap();
    let (_, after) = rest.split_once(&marks[1]).unwrap();
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    format!("{before}{}\n\n```text\n{}\n```\n\n{}{after}", marks[0], lines.join("\n"), marks[1])
}

/// The rows of every file are in the order of the resource they are about.
fn assert_is_sorted(run: &Run) {
    let ids = ["resource_id", "cluster_id", "subnet_id", "vnet_id", "scope_id", "owner_a"];
    let files = fs::read_dir(run.reports()).unwrap().map(|entry| entry.unwrap().path());
    for path in files.filter(|path| path.extension().is_some_and(|extension| extension == "csv")) {
        let file = path.file_name().unwrap().to_str().unwrap();
        let rows = run.rows(file);
        let Some(first) = rows.first() else { continue };
        let id = ids.iter().find(|id| first.contains_key(**id)).unwrap();
        assert!(rows.is_sorted_by_key(|row| row[*id].to_ascii_lowercase()), "{file} is not sorted by {id}");
    }
}

fn assert_follows_its_schema(files: &BTreeMap<PathBuf, String>) {
    let json = |name: &str| serde_json::from_str(&files[Path::new(name)]).unwrap();
    let validator = jsonschema::validator_for(&json("audit.schema.json")).unwrap();
    let errors: Vec<_> = validator.iter_errors(&json("audit.json")).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}
