//! Pod routes of a kubenet cluster whose next hop is no node that is there.
//!
//! A route bears the name of its node, and in clusters of lately that of its range behind it:
//! `aks-nodepool1-12345678-vmss00000a____10244300024`
//! (<https://github.com/kubernetes-sigs/cloud-provider-azure/blob/master/pkg/provider/azure_routes.go>). A node is named by
//! its number: one of a scale set by the set and six digits to the base of 36
//! (<https://learn.microsoft.com/azure/virtual-machine-scale-sets/virtual-machine-scale-sets-instance-ids>), one of an
//! availability set as `aks-{pool}-{8 digits}-{number}`. ARM lists the interfaces of both by number. How the interfaces of
//! single virtual machines are named after these is written down nowhere, so that of them it is not told.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    assess::estate::{ClusterFacts, Estate, attribution::pool_in_name},
    inventory::{OwnerCount, OwnerKind, ResourceId, Route, RouteTable},
};

/// Between the node and the range in the name of a route.
const RANGE: &str = "____";
/// Digits of a number in the name of a scale set's node, and their base.
const DIGITS: usize = 6;
const BASE: u32 = 36;

/// The instances of scale sets and availability sets in the subnets of a route table.
struct Machines<'a> {
    /// By the name of the scale set, or of the availability set's pool with what stands around it, in lower case.
    sets: BTreeMap<String, Vec<&'a OwnerCount>>,
    /// Pools of Windows nodes, whose sets are named `aks{pool}`.
    windows: BTreeSet<String>,
    /// Whether every node of the cluster that there is would be among them.
    is_whole: bool,
}

/// The names of those of a cluster's own routes in a table that lead to a node that is not there, in order.
pub(super) fn stale_routes<'r>(
    estate: &Estate<'_>,
    cluster: &ClusterFacts<'_>,
    table: &RouteTable,
    own: impl Iterator<Item = &'r Route>,
) -> Vec<&'r str> {
    let machines = Machines::of(estate, cluster, table);
    let mut stale: Vec<&str> =
        own.map(|route| route.name.as_str()).filter(|name| machines.lack(name)).collect();
    stale.sort_unstable();
    stale.dedup();
    stale
}

impl<'a> Machines<'a> {
    /// Those of other clusters that use the table are among them: their routes may look like the cluster's own.
    fn of(estate: &Estate<'a>, cluster: &ClusterFacts<'a>, table: &RouteTable) -> Self {
        let own = cluster.pools.iter().filter_map(|pool| estate.subnets.get(pool.node_subnet?));
        let mut subnets: BTreeSet<&ResourceId> = own.map(|subnet| subnet.id).collect();
        subnets.extend(estate.subnets_of_table(&table.id));
        let mut is_whole =
            cluster.cluster.pools_known && cluster.pools.iter().all(|pool| pool.node_subnet.is_some());
        let mut sets: BTreeMap<String, Vec<&OwnerCount>> = BTreeMap::new();
        for id in subnets {
            let read = estate.subnet(id).and_then(|subnet| subnet.read);
            is_whole &= read.is_some();
            for count in read.into_iter().flat_map(|(_, subnet)| &subnet.usage.owners) {
                if let Some(name) = set_of(count) {
                    sets.entry(name).or_default().push(count);
                }
            }
        }
        let windows = cluster.pools.iter().map(|pool| format!("aks{}", pool.pool.name).to_ascii_lowercase());
        Self { sets, windows: windows.collect(), is_whole }
    }

    /// Whether the node that a route is named after is surely none that is there.
    fn lack(&self, route: &str) -> bool {
        let node = route.split(RANGE).next().unwrap_or(route).to_ascii_lowercase();
        let Some((set, number)) = in_scale_set(&node).or_else(|| in_availability_set(&node)) else {
            return false;
        };
        match self.sets.get(&set) {
            Some(counts) => {
                let is_known = |count: &&OwnerCount| count.instances.count() == count.nodes();
                counts.iter().all(|count| is_known(count) && !count.instances.contains(number))
            }
            // No address of the whole set is listed.
            None => self.is_whole && (is_named_by_aks(&set) || self.windows.contains(&set)),
        }
    }
}

/// The set that instances belong to, in lower case; none where they are not told by number.
fn set_of(count: &OwnerCount) -> Option<String> {
    let owner = &count.owner;
    match (&owner.kind, &owner.pool_hint) {
        (OwnerKind::ScaleSet, _) => Some(owner.id.name().to_ascii_lowercase()),
        (OwnerKind::NetworkInterface, Some(pool)) => Some(availability_set(pool)),
        _ => None,
    }
}

/// What stands for the availability set of a pool; no scale set is named so.
fn availability_set(pool: &str) -> String {
    format!("{pool}/")
}

fn is_named_by_aks(set: &str) -> bool {
    set.ends_with('/') || pool_in_name(set).is_some()
}

fn in_scale_set(node: &str) -> Option<(String, u32)> {
    let (set, number) = node.split_at_checked(node.len().checked_sub(DIGITS)?)?;
    let is_number = number.bytes().all(|digit| digit.is_ascii_alphanumeric());
    let is_set = pool_in_name(set).is_some() || !set.contains('-');
    let number = u32::from_str_radix(number, BASE).ok().filter(|_| is_number && is_set && !set.is_empty())?;
    Some((set.to_owned(), number))
}

/// The pool in `aks-{pool}-{8 digits}-{number}`, and the number.
fn in_availability_set(node: &str) -> Option<(String, u32)> {
    let (pool, rest) = node.strip_prefix("aks-")?.split_once('-')?;
    let (digits, number) = rest.split_once('-')?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
    let matches = !pool.is_empty() && digits.len() == 8 && is_number(digits) && is_number(number);
    matches.then(|| Some((availability_set(pool), number.parse().ok()?)))?
}
