//! Which clusters get rows.

use crate::{assess::options::Filters, inventory::Cluster};

/// Whether anything is filtered at all.
pub(crate) fn any(filters: &Filters) -> bool {
    !(filters.resource_groups.is_empty() && filters.locations.is_empty() && filters.tags.is_empty())
}

/// Whether a cluster passes every filter that is set.
pub(crate) fn choose(filters: &Filters, cluster: &Cluster) -> bool {
    let group = cluster.id.resource_group().unwrap_or_default();
    let location = region(&cluster.location);
    passes(&filters.resource_groups, |wanted| wanted.eq_ignore_ascii_case(group))
        && passes(&filters.locations, |wanted| region(wanted) == location)
        && filters.tags.iter().all(|(name, value)| tag(cluster, name) == Some(value))
}

/// A cluster's tag; names ignore case.
pub(crate) fn tag<'a>(cluster: &'a Cluster, name: &str) -> Option<&'a String> {
    cluster.tags.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn passes(wanted: &[String], matches: impl Fn(&str) -> bool) -> bool {
    wanted.is_empty() || wanted.iter().any(|w| matches(w))
}

/// A region, however it is spelt (`West Europe`, `westeurope`).
pub(crate) fn region(location: &str) -> String {
    location.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase()
}

/// The value of the first of these tags that exists.
pub(crate) fn first_tag(cluster: &Cluster, names: &[String]) -> Option<String> {
    names.iter().find_map(|name| tag(cluster, name)).filter(|value| !value.trim().is_empty()).cloned()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::assess::testing::{Network, cluster};

    fn passes(groups: &[&str], locations: &[&str], tags: &[(&str, &str)]) -> bool {
        let owned = |texts: &[&str]| texts.iter().map(|t| (*t).to_owned()).collect();
        let pairs = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
            pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
        };
        let mut one = cluster("one", Network::Overlay);
        one.tags = pairs(&[("Team", "Payments")]);
        let filters =
            Filters { resource_groups: owned(groups), locations: owned(locations), tags: pairs(tags) };
        assert_eq!(any(&filters), !(groups.is_empty() && locations.is_empty() && tags.is_empty()));
        choose(&filters, &one)
    }

    #[test]
    fn every_filter_that_is_set_must_match() {
        assert!(passes(&[], &[], &[]));
        assert!(passes(&["x", "APPS"], &["West Europe"], &[("TEAM", "Payments")]));
        assert!(!passes(&["net"], &[], &[]));
        assert!(!passes(&["apps"], &["northeurope"], &[]));
        assert!(!passes(&[], &[], &[("team", "payments")]));
        assert!(!passes(&[], &[], &[("owner", "")]));
    }
}
