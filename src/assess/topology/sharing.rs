//! Which clusters a network reaches that have the pod CIDR of another.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Topology,
    pods::{homes, pod_cidrs},
};
use crate::{
    assess::estate::Estate,
    inventory::ResourceId,
    ipam::{Cidr, Overlaps},
};

/// Clusters by pod CIDR, as each network meets them: one list a range, so that thousands behind one hub that share a range
/// are counted without being compared with each other.
pub(crate) struct Sharing {
    /// By place of a network: the clusters in it.
    own: Vec<Clusters>,
    /// By the zones that a network is in: the clusters in all of them, which are those of the network too.
    zones: BTreeMap<Vec<usize>, Clusters>,
    /// Whether a cluster stands in several of these lists of one network.
    overlaps: bool,
}

/// The clusters that have each range, by place, in order.
type Clusters = Overlaps<Vec<usize>>;

impl Sharing {
    pub(crate) fn of(estate: &Estate<'_>, topology: &Topology<'_>) -> Self {
        let mut held = vec![Vec::new(); topology.graph.networks.len()];
        let (mut inhabited, mut overlaps) = (BTreeSet::new(), false);
        for (cluster, facts) in estate.clusters.iter().enumerate() {
            let ranges: BTreeSet<Cidr> = pod_cidrs(facts.cluster).filter(|cidr| cidr.is_v4()).collect();
            let homes = homes(estate, facts);
            overlaps |= ranges.len() > 1 || homes.len() > 1;
            for place in homes.iter().filter_map(|(network, _)| topology.graph.place(network)) {
                inhabited.insert(place);
                if let Some(held) = held.get_mut(place) {
                    held.extend(ranges.iter().map(|cidr| (*cidr, cluster)));
                }
            }
        }
        let entered = inhabited.into_iter().map(|place| topology.zones.of_network(place).collect());
        let entered: BTreeSet<Vec<usize>> = entered.filter(|zones: &Vec<usize>| !zones.is_empty()).collect();
        let in_all = |zones: Vec<usize>| {
            let members = zones.iter().flat_map(|zone| topology.zones.members(*zone));
            let members: BTreeSet<usize> = members.collect();
            (zones, by_range(members.into_iter().filter_map(|member| held.get(member)).flatten()))
        };
        let zones = entered.into_iter().map(in_all).collect();
        Self { own: held.iter().map(by_range).collect(), zones, overlaps }
    }

    /// The other clusters that have an address of a range in common, in a network and in all that it reaches: the first by
    /// id, and how many there are.
    pub(crate) fn others(
        &self,
        topology: &Topology<'_>,
        vnet: &ResourceId,
        range: Cidr,
        own: usize,
    ) -> Option<(usize, usize)> {
        let place = topology.graph.place(vnet)?;
        let entered: Vec<usize> = topology.zones.of_network(place).collect();
        let behind = self.zones.get(&entered);
        // The lists of zones hold what is in the network itself.
        let itself = behind.is_none().then_some(place);
        let beside = topology.graph.neighbours(place);
        let beside = beside
            .filter(|other| topology.graph.carries_v4(place, *other) && !topology.zones.meet(place, *other));
        let near = itself.into_iter().chain(beside).filter_map(|place| self.own.get(place));
        let lists = near.chain(behind).flat_map(|clusters| clusters.with(range)).map(|(_, list)| list);
        let mut lists: Vec<&[usize]> = lists.map(Vec::as_slice).collect();
        let merged: Vec<usize>;
        if self.overlaps && lists.len() > 1 {
            let distinct: BTreeSet<usize> = lists.into_iter().flatten().copied().collect();
            merged = distinct.into_iter().collect();
            lists = vec![&merged];
        }
        let others = |list: &&[usize]| list.len() - usize::from(list.binary_search(&own).is_ok());
        let first = lists.iter().filter_map(|list| list.iter().find(|other| **other != own)).min()?;
        Some((*first, lists.iter().map(others).sum()))
    }
}

fn by_range<'a>(clusters: impl IntoIterator<Item = &'a (Cidr, usize)>) -> Clusters {
    let mut lists: BTreeMap<Cidr, Vec<usize>> = BTreeMap::new();
    for (cidr, cluster) in clusters {
        lists.entry(*cidr).or_default().push(*cluster);
    }
    for list in lists.values_mut() {
        list.sort_unstable();
        list.dedup();
        list.shrink_to_fit();
    }
    lists.into_iter().collect()
}
