//! Runbooks as their readers work from them: tonight first, short, with values instead of words in capitals.

use std::{collections::BTreeSet, fs, path::Path};

/// Most lines of any page among the runbooks.
const LINES: usize = 150;
/// Words in capitals that the inventory cannot fill: what only a person knows, chooses, or is told by the command before.
const OPEN: [&str; 18] = [
    "CLUSTER",
    "DNS_SERVICE_IP",
    "IDENTITY_PRINCIPAL_ID",
    "LOCATION",
    "NETWORK_INTERFACE",
    "NODE",
    "NODE_CLASS",
    "NODE_SUBNET_ID",
    "OTHER_ROUTE_TABLE_ID",
    "POD_CIDR",
    "POOL",
    "PROXY_CONFIG_FILE",
    "RESOURCE_GROUP",
    "ROUTE_TABLE_ID",
    "SERVICE_CIDR",
    "SUBNET_PREFIX",
    "SUBSCRIPTION_ID",
    "TENANT_ID",
];

/// A page by its name.
pub(crate) type Page = (String, String);

pub(crate) fn pages(folder: &str) -> Vec<Page> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/example/runbooks").join(folder);
    let mut pages: Vec<Page> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| {
            (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(path).unwrap())
        })
        .collect();
    pages.sort();
    pages
}

fn is_shared((name, _): &Page) -> bool {
    name == "README.md" || name.starts_with("subscription-")
}

#[test]
fn every_page_is_short() {
    for (name, page) in pages("").into_iter().chain(pages("details")) {
        assert!(page.lines().count() <= LINES, "{name} has {} lines", page.lines().count());
    }
}

#[test]
fn every_page_opens_with_tonight_and_what_is_shared_stands_once() {
    let shared: Vec<Page> = pages("").into_iter().filter(is_shared).collect();
    assert!(shared.iter().any(|(name, _)| name == "README.md"));
    for (name, page) in pages("").iter().filter(|page| !is_shared(page)) {
        let second = page.lines().find(|line| line.starts_with("## "));
        assert_eq!(second, Some("## Tonight"), "{name}");
        for asked_once in ["MIG-066", "MIG-074", "MIG-016", "MIG-036", "MIG-077"] {
            assert!(!page.contains(&format!("- [ ] **{asked_once}**")), "{name} asks {asked_once}");
        }
        let (link, of) = page
            .split_once("for the subscription [")
            .and_then(|(_, rest)| rest.split_once(']'))
            .map(|(file, _)| (file, shared.iter().find(|(name, _)| name == file)))
            .unwrap();
        assert!(of.is_some_and(|(_, shared)| shared.contains(name.as_str())), "{link} does not list {name}");
    }
}

/// A clean cluster: nothing has to be mended before.
#[test]
fn the_move_of_a_clean_cluster_stands_at_the_top_without_a_link_before_it() {
    let mut clean = 0;
    for (name, page) in pages("").iter().filter(|page| !is_shared(page)) {
        let moves = |line: &str| line.starts_with("az aks update") && line.contains("--network-plugin azure");
        let first = page.lines().find(|line| line.starts_with("### 1. ")).unwrap_or_default();
        if !first.starts_with("### 1. Sign in") || !page.lines().any(moves) {
            continue;
        }
        clean += 1;
        let at = page.lines().position(moves).unwrap();
        assert!(at < 40, "{name}: line {}", at + 1);
        let before: Vec<&str> = page.lines().take(at).collect();
        assert!(!before.iter().any(|line| line.contains("](") || line.contains("http")), "{name}");
        assert_eq!(capitals(before.into_iter().chain(page.lines().nth(at))), BTreeSet::new(), "{name}");
    }
    assert!(clean > 10, "{clean}");
}

/// Words of commands that are nothing but capitals.
fn capitals<'p>(lines: impl Iterator<Item = &'p str>) -> BTreeSet<String> {
    let commands = lines.filter(|line| {
        ["az ", "kubectl ", "kubelogin ", "terraform "].iter().any(|program| line.starts_with(program))
    });
    let words = commands.flat_map(|line| line.split([' ', '=', '"', '\'']));
    let is_open = |word: &&str| {
        word.len() > 3
            && word.chars().all(|c| c.is_ascii_uppercase() || c == '_')
            && word.chars().any(|c| c.is_ascii_uppercase())
    };
    words.filter(is_open).map(str::to_owned).collect()
}

#[test]
fn no_word_in_capitals_stands_for_what_the_inventory_knows() {
    for (name, page) in pages("").into_iter().chain(pages("details")) {
        let words = capitals(page.lines());
        let known: Vec<_> = words.iter().filter(|word| !OPEN.contains(&word.as_str())).collect();
        assert!(known.is_empty(), "{name}: {known:?}");
    }
}

/// Each step says what to expect, what to do if it is not so, and until where one can go back.
#[test]
fn every_step_says_what_to_expect_and_how_to_go_back() {
    for (name, page) in pages("").iter().filter(|page| !is_shared(page)) {
        let steps = page.split("\n### ").skip(1);
        for step in steps {
            let own = step.split("\n## ").next().unwrap();
            for word in ["**Expect:**", "**If not:**", "**Back:**"] {
                assert!(own.contains(word), "{name}: {own}");
            }
        }
    }
}
