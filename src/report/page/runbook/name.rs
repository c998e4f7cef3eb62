//! Names of runbook files: safe on any file system, and no two alike.

use std::collections::BTreeMap;

use crate::{
    inventory::{ResourceId, SubscriptionId},
    report::text::fingerprint,
};

/// Characters of a resource group's or cluster's name that a file name keeps. Azure allows 90 and 63.
const PART: usize = 90;
/// Characters of a subscription's id that a file name keeps.
const SUBSCRIPTION: usize = 8;

/// The paths of the runbooks of these clusters inside a run's folder, in the order of the clusters:
/// `runbooks/<subscription>-<resource group>-<cluster>.md`. Where two would be alike, ignoring case, both end in a hash of their
/// ids.
#[must_use]
pub(super) fn file_names(clusters: &[&ResourceId]) -> Vec<String> {
    let stems: Vec<_> = clusters.iter().map(|id| stem(id)).collect();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for stem in &stems {
        *counts.entry(stem).or_default() += 1;
    }
    let path = |(id, stem): (&&ResourceId, &String)| {
        if counts.get(stem.as_str()) == Some(&1) {
            format!("runbooks/{stem}.md")
        } else {
            format!("runbooks/{stem}-{:016x}.md", fingerprint([id.to_lower().as_str()]))
        }
    };
    clusters.iter().zip(&stems).map(path).collect()
}

/// The paths of the pages of subscriptions: `runbooks/subscription-<first eight characters>.md`. Where two would be alike, ignoring
/// case, both end in a hash of their ids.
#[must_use]
pub(super) fn subscription_names(ids: &[SubscriptionId]) -> Vec<String> {
    let stems: Vec<_> = ids.iter().map(|id| part(id.as_str(), SUBSCRIPTION)).collect();
    let path = |(id, stem): (&SubscriptionId, &String)| {
        if stems.iter().filter(|other| *other == stem).count() == 1 {
            format!("runbooks/subscription-{stem}.md")
        } else {
            format!("runbooks/subscription-{stem}-{:016x}.md", fingerprint([id.as_str()]))
        }
    };
    ids.iter().zip(&stems).map(path).collect()
}

fn stem(id: &ResourceId) -> String {
    let subscription = part(id.subscription().as_str(), SUBSCRIPTION);
    let group = part(id.resource_group().unwrap_or_default(), PART);
    // `cat *` takes a name that begins with a dash for an option.
    let first = if subscription.starts_with('-') { "cluster" } else { "" };
    format!("{first}{subscription}-{group}-{}", part(id.name(), PART))
}

/// Lower-case letters, digits, `_` and `-`; all else becomes `-`, so that no name is hidden, climbs, or ends in a dot.
fn part(text: &str, most: usize) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c.to_ascii_lowercase() } else { '-' };
    let part: String = text.chars().map(safe).take(most).collect();
    if part.is_empty() { "none".to_owned() } else { part }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn id(subscription: &str, group: &str, name: &str) -> ResourceId {
        let path = format!("/subscriptions/{subscription}/resourceGroups/{group}/providers");
        ResourceId::parse(&format!("{path}/Microsoft.ContainerService/managedClusters/{name}")).unwrap()
    }

    #[test]
    fn a_name_says_where_the_cluster_is() {
        let one = id("AAAAAAAA-0000-4000-8000-000000000001", "rg-Shop (west)", "aks.prod");
        assert_eq!(file_names(&[&one]), ["runbooks/aaaaaaaa-rg-shop--west--aks-prod.md"]);
    }

    #[test]
    fn no_name_looks_like_an_option() {
        let (one, other) = (id("-rf", "rg", "x"), id("../", "rg", "x"));
        assert_eq!(file_names(&[&one]), ["runbooks/cluster-rf-rg-x.md"]);
        assert!(file_names(&[&other])[0].starts_with("runbooks/cluster-"));
    }

    #[test]
    fn names_that_would_be_alike_get_a_hash_whatever_the_order() {
        let a = id("aaaaaaaa-1", "rg", "x.y");
        let b = id("aaaaaaaa-2", "rg", "x-y");
        let c = id("aaaaaaaa-2", "rg", "z");
        let names = file_names(&[&a, &b, &c]);
        assert_eq!(names.iter().filter(|name| name.len() > 40).count(), 2);
        assert_eq!(names[2], "runbooks/aaaaaaaa-rg-z.md");
        let mut turned = file_names(&[&c, &b, &a]);
        turned.reverse();
        assert_eq!(names, turned);
    }

    proptest! {
        #[test]
        fn names_are_safe_and_apart(names in proptest::collection::btree_set("[a-c./\\\\ ~é:*\u{202e}-]{1,4}", 1..20)) {
            // Ids that differ in case only are one resource.
            let ids: BTreeSet<_> = names.iter().map(|name| id("s", "..", &name.replace('/', "_"))).collect();
            let ids: Vec<_> = ids.iter().collect();
            let files = file_names(&ids);
            let distinct: BTreeSet<_> = files.iter().collect();
            prop_assert_eq!(distinct.len(), ids.len());
            for file in &files {
                let name = file.strip_prefix("runbooks/").unwrap().strip_suffix(".md").unwrap();
                prop_assert!(name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'), "{}", file);
                prop_assert!(file.len() < 250);
            }
        }
    }
}
