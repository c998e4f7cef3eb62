//! Finding what the user named: a full id, or a name that only one thing has.

use super::PlanError;
use crate::inventory::{Cluster, Inventory, NodePool, ResourceId, VirtualNetwork};

/// How many near names an error shows.
const NEAR: usize = 5;

/// The virtual network of this name or id.
///
/// # Errors
/// When there is none, or several have the name.
pub fn vnet<'a>(inventory: &'a Inventory, name: &str) -> Result<&'a VirtualNetwork, PlanError> {
    pick("virtual network", &inventory.virtual_networks, |vnet| &vnet.id, name)
}

/// The cluster of this name or id.
///
/// # Errors
/// When there is none, or several have the name.
pub(crate) fn cluster<'a>(inventory: &'a Inventory, name: &str) -> Result<&'a Cluster, PlanError> {
    pick("cluster", &inventory.clusters, |cluster| &cluster.id, name)
}

/// The subnet of this id or `network/subnet`.
///
/// # Errors
/// When there is none, or several have the name.
pub(crate) fn subnet<'a>(inventory: &'a Inventory, name: &str) -> Result<&'a ResourceId, PlanError> {
    if let Ok(id) = ResourceId::parse(name) {
        let all = inventory.virtual_networks.iter().flat_map(|vnet| &vnet.subnets);
        let found = all.map(|subnet| &subnet.id).find(|other| **other == id);
        return found.ok_or_else(|| unknown("subnet", name, Vec::new()));
    }
    let (network, own) = name.split_once('/').ok_or_else(|| PlanError::NotAllowed {
        what: format!("`{name}` names no network"),
        allowed: "`network/subnet` or the id of a subnet".to_owned(),
    })?;
    let network = vnet(inventory, network)?;
    let subnets: Vec<&ResourceId> = network.subnets.iter().map(|subnet| &subnet.id).collect();
    let found = subnets.iter().find(|id| id.name().eq_ignore_ascii_case(own)).copied();
    found.ok_or_else(|| unknown("subnet", name, near(own, subnets.iter().map(|id| id.name()))))
}

/// The pool of a cluster.
///
/// # Errors
/// When the cluster has no such pool.
pub(crate) fn pool<'a>(cluster: &'a Cluster, name: &str) -> Result<&'a NodePool, PlanError> {
    let found = cluster.pools.iter().find(|pool| pool.name.eq_ignore_ascii_case(name));
    found.ok_or_else(|| {
        let names = cluster.pools.iter().map(|pool| pool.name.as_str()).take(NEAR).map(str::to_owned);
        unknown("node pool", &format!("{}/{name}", cluster.name()), names.collect())
    })
}

/// The cluster, or the pool as `cluster/pool`, of this name or id.
///
/// # Errors
/// When there is none, or several have the name.
pub fn cluster_or_pool<'a>(
    inventory: &'a Inventory,
    name: &str,
) -> Result<(&'a Cluster, Option<&'a NodePool>), PlanError> {
    if let Ok(id) = ResourceId::parse(name) {
        let is_pool = id.is_type("Microsoft.ContainerService/managedClusters/agentPools");
        if let Some(parent) = id.parent().filter(|_| is_pool) {
            let cluster = cluster(inventory, parent.as_str())?;
            return Ok((cluster, Some(pool(cluster, id.name())?)));
        }
    } else if let Some((own, pool_name)) = name.split_once('/') {
        let cluster = cluster(inventory, own)?;
        return Ok((cluster, Some(pool(cluster, pool_name)?)));
    }
    Ok((cluster(inventory, name)?, None))
}

fn pick<'a, T>(
    kind: &'static str,
    all: &'a [T],
    id: impl Fn(&T) -> &ResourceId,
    name: &str,
) -> Result<&'a T, PlanError> {
    let wanted = ResourceId::parse(name).ok();
    let is_meant = |one: &&T| match &wanted {
        Some(wanted) => id(one) == wanted,
        None => id(one).name().eq_ignore_ascii_case(name),
    };
    let found: Vec<&T> = all.iter().filter(is_meant).collect();
    match found.as_slice() {
        [one] => Ok(one),
        [] => {
            let own = wanted.as_ref().map_or(name, ResourceId::name);
            Err(unknown(kind, name, near(own, all.iter().map(|one| id(one).name()))))
        }
        several => {
            let mut ids: Vec<String> = several.iter().map(|one| id(one).to_string()).collect();
            ids.sort();
            Err(PlanError::Ambiguous { kind, name: name.to_owned(), ids })
        }
    }
}

fn unknown(kind: &'static str, name: &str, near: Vec<String>) -> PlanError {
    PlanError::Unknown { kind, name: name.to_owned(), near }
}

/// The names closest to one that nobody has.
fn near<'a>(name: &str, all: impl Iterator<Item = &'a str>) -> Vec<String> {
    let name = name.to_ascii_lowercase();
    let mut close: Vec<(usize, String)> = all
        .map(|other| {
            let folded = other.to_ascii_lowercase();
            let holds = folded.contains(&name) || name.contains(&folded);
            (if holds { 1 } else { distance(&name, &folded) }, other.to_owned())
        })
        .filter(|(distance, _)| *distance <= name.len() / 2)
        .collect();
    close.sort();
    close.dedup();
    close.into_iter().map(|(_, name)| name).take(NEAR).collect()
}

/// Characters to add, drop or change.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut next = vec![i + 1];
        for ((to, pair), left_at) in b.iter().zip(row.windows(2)).zip(0..) {
            let &[diagonal, above] = pair else { continue };
            let left = next.get(left_at).copied().unwrap_or(usize::MAX - 1);
            next.push((diagonal + usize::from(from != *to)).min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::testing::{Network, cluster, estate, pool_in, subnet, vnet as network};

    #[test]
    fn names_that_are_close_are_shown() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(near("hbu", ["hub", "spoke"].into_iter()), Vec::<String>::new());
        assert_eq!(near("hubb", ["hub", "spoke", "hub"].into_iter()), ["hub"]);
    }

    #[test]
    fn things_are_found_by_name_or_id() {
        let mut shop = cluster("shop", Network::Flat);
        shop.pools = vec![pool_in("apps", 3, "a")];
        let vnets = vec![network("v", &["10.0.0.0/16"], vec![subnet("a", "10.0.0.0/24", vec![])])];
        let inventory = estate(vec![shop], vnets);
        assert_eq!(vnet(&inventory, "V").unwrap().id.name(), "v");
        let (found, pool) = cluster_or_pool(&inventory, "SHOP/Apps").unwrap();
        assert_eq!((found.name(), pool.map(|p| p.name.as_str())), ("shop", Some("apps")));
        let id = format!("{}/agentPools/apps", found.id);
        assert!(cluster_or_pool(&inventory, &id).unwrap().1.is_some());
        assert_eq!(super::subnet(&inventory, "v/a").unwrap().name(), "a");
        for (name, message) in [
            ("shpo", "there is no cluster `shpo`; near it: shop"),
            ("shop/app", "there is no node pool `shop/app`; near it: apps"),
        ] {
            assert_eq!(cluster_or_pool(&inventory, name).unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn a_name_that_several_have_is_an_error_with_their_ids() {
        let mut other = network("v", &["10.0.0.0/16"], vec![]);
        other.id = ResourceId::parse(&other.id.as_str().replace("/net/", "/net2/")).unwrap();
        let inventory = estate(vec![], vec![network("v", &["10.0.0.0/16"], vec![]), other]);
        let error = vnet(&inventory, "v").unwrap_err();
        assert!(matches!(&error, PlanError::Ambiguous { ids, .. } if ids.len() == 2), "{error}");
        assert!(vnet(&inventory, inventory.virtual_networks[1].id.as_str()).is_ok());
    }
}
