//! Who held what before a change, so that listed addresses follow the pools that hold them.
//!
//! A node that comes takes its planned addresses. A node that goes gives back what it was listed with. A pool that is
//! replaced (other pods a node, another mode) gives all back and takes the planned addresses of its new nodes.

use std::collections::{HashMap, HashSet};

use crate::{
    assess::{
        estate::{ClusterFacts, Estate, PoolFacts, attribution::Holder},
        options::Options,
    },
    inventory::{
        AddressUsage, Histogram, Instances, Inventory, NetworkPluginMode, Owner, OwnerCount, OwnerKind,
        ResourceId,
    },
    ipam::AddressesPerNode,
};

/// A pool by its cluster and name in lower case.
type Key = (ResourceId, String);

/// A pool as far as its addresses go.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Footprint {
    subnet: Option<ResourceId>,
    /// Nodes wanted.
    nodes: Option<u64>,
    /// Nodes there.
    there: Option<u64>,
    per_node: Option<AddressesPerNode>,
    group: Option<String>,
}

/// An owner of listed addresses in a subnet, with whose it is.
#[derive(Debug)]
struct Holding {
    subnet: ResourceId,
    owner: Owner,
}

/// The addresses of subnets, and which of them a change touched.
struct Usages<'a> {
    subnets: HashMap<ResourceId, &'a mut AddressUsage>,
    touched: HashSet<ResourceId>,
}

impl Usages<'_> {
    fn touch(&mut self, id: &ResourceId) -> Option<&mut AddressUsage> {
        self.touched.insert(id.clone());
        self.subnets.get_mut(id).map(|usage| &mut **usage)
    }

    /// Leaves each node one address, as Overlay does.
    fn leave_one_each(&mut self, holding: &Holding) {
        let usage = self.touch(&holding.subnet);
        for count in usage.into_iter().flat_map(|usage| &mut usage.owners) {
            if count.owner == holding.owner {
                count.addresses = count.nodes();
                count.per_node = count.per_node.iter().map(|(_, nodes)| (1, nodes)).collect();
            }
        }
    }

    fn release(&mut self, holding: &Holding) {
        if let Some(usage) = self.touch(&holding.subnet) {
            usage.owners.retain(|count| count.owner != holding.owner);
        }
    }
}

/// Pools and holdings before a change.
#[derive(Debug)]
pub(super) struct Ledger {
    pools: HashMap<Key, Footprint>,
    /// What pools hold.
    held: HashMap<Key, Vec<Holding>>,
    /// What clusters hold beside their pools.
    others: Vec<(ResourceId, Holding)>,
    /// Of that, what nodes hold that no pool counts, of clusters that are not on Overlay.
    uncounted: Vec<(ResourceId, Holding)>,
}

impl Ledger {
    /// What an inventory shows.
    pub(super) fn of(inventory: &Inventory, options: &Options) -> Self {
        let estate = Estate::of(inventory, options);
        let mut held: HashMap<Key, Vec<Holding>> = HashMap::new();
        let (mut others, mut uncounted) = (Vec::new(), Vec::new());
        for subnet in &estate.subnets {
            for entry in &subnet.entries {
                let Holder::Cluster { cluster, pool } = entry.holder else { continue };
                let Some(facts) = estate.clusters.get(cluster) else { continue };
                let holding = || Holding { subnet: subnet.id.clone(), owner: entry.count.owner.clone() };
                if entry.uncounted_of().is_some() && !is_overlay(facts) {
                    uncounted.push((facts.cluster.id.clone(), holding()));
                }
                match pool.and_then(|pool| facts.pools.get(pool)) {
                    Some(pool) => held.entry(key(facts, pool)).or_default().push(holding()),
                    None => others.push((facts.cluster.id.clone(), holding())),
                }
            }
        }
        Self { pools: footprints(&estate), held, others, uncounted }
    }

    /// Makes the listed addresses of a changed inventory follow its pools.
    pub(super) fn settle(&self, inventory: &mut Inventory, options: &Options) {
        let estate = Estate::of(inventory, options);
        let after = footprints(&estate);
        let clusters: HashSet<ResourceId> =
            estate.clusters.iter().map(|facts| facts.cluster.id.clone()).collect();
        let overlay = estate.clusters.iter().filter(|facts| is_overlay(facts));
        let overlay: HashSet<ResourceId> = overlay.map(|facts| facts.cluster.id.clone()).collect();
        let subnets = inventory.virtual_networks.iter_mut().flat_map(|vnet| &mut vnet.subnets);
        let subnets = subnets.map(|subnet| (subnet.id.clone(), &mut subnet.usage)).collect();
        let mut usages = Usages { subnets, touched: HashSet::new() };
        for (_, holding) in self.others.iter().filter(|(cluster, _)| !clusters.contains(cluster)) {
            usages.release(holding);
        }
        for (_, holding) in self.uncounted.iter().filter(|(cluster, _)| overlay.contains(cluster)) {
            usages.leave_one_each(holding);
        }
        for (key, holdings) in &self.held {
            if !after.get(key).zip(self.pools.get(key)).is_some_and(|(after, before)| stays(after, before)) {
                for holding in holdings {
                    usages.release(holding);
                }
            }
        }
        for (key, footprint) in after.iter().filter(|(key, after)| self.pools.get(key) != Some(after)) {
            self.renew(key, footprint, &mut usages);
        }
        let Usages { mut subnets, touched } = usages;
        for usage in touched.iter().filter_map(|id| subnets.remove(id)) {
            usage.owners.retain(|count| count.addresses > 0);
            usage.owners.sort_by(|a, b| a.owner.cmp(&b.owner));
            usage.listed = usage.owners.iter().map(|count| count.addresses).sum();
        }
    }

    /// Gives a pool the addresses of the nodes it has now.
    fn renew(&self, key: &Key, after: &Footprint, usages: &mut Usages<'_>) {
        let Some(usage) = after.subnet.as_ref().and_then(|id| usages.touch(id)) else { return };
        let (Some(nodes), Some(each)) = (after.nodes, after.per_node.map(|per_node| per_node.node_subnet))
        else {
            return;
        };
        let before = self.pools.get(key).filter(|before| stays(after, before));
        let kept = before.and_then(|before| before.nodes).unwrap_or(0);
        let held = self.held.get(key).into_iter().flatten();
        let held = held.filter(|holding| after.subnet.as_ref() == Some(&holding.subnet));
        let owners: Vec<&Owner> = held.map(|holding| &holding.owner).collect();
        if nodes < kept {
            // What is not there gives nothing back.
            let there = before.and_then(|before| before.there).unwrap_or(0);
            let mut gone = (kept - nodes).min(there.saturating_sub(nodes));
            for count in usage.owners.iter_mut().filter(|count| owners.contains(&&count.owner)) {
                gone = shrink(count, gone);
            }
        } else if nodes > kept {
            let existing = usage.owners.iter().find(|count| owners.contains(&&count.owner));
            let owner = existing.map(|count| count.owner.clone()).or_else(|| new_owner(key, after));
            let Some(owner) = owner else { return };
            grow(usage, owner, nodes - kept, each);
        }
    }
}

fn is_overlay(facts: &ClusterFacts<'_>) -> bool {
    facts.cluster.network.plugin_mode == Some(NetworkPluginMode::Overlay)
}

/// Whether a pool keeps the addresses it holds: it is not replaced.
fn stays(after: &Footprint, before: &Footprint) -> bool {
    (&after.subnet, after.per_node) == (&before.subnet, before.per_node)
}

fn key(facts: &ClusterFacts<'_>, pool: &PoolFacts<'_>) -> Key {
    (facts.cluster.id.clone(), pool.pool.name.to_ascii_lowercase())
}

fn footprints(estate: &Estate<'_>) -> HashMap<Key, Footprint> {
    let mut found = HashMap::new();
    for facts in &estate.clusters {
        for pool in &facts.pools {
            found
                .insert(key(facts, pool), footprint(estate, pool, facts.cluster.node_resource_group.clone()));
        }
    }
    found
}

fn footprint(estate: &Estate<'_>, pool: &PoolFacts<'_>, group: Option<String>) -> Footprint {
    Footprint {
        subnet: pool.node_subnet.and_then(|place| estate.subnets.get(place)).map(|subnet| subnet.id.clone()),
        nodes: pool.counts.wanted,
        there: pool.counts.there,
        per_node: pool.per_node,
        group,
    }
}

/// The scale set of a pool that has none yet, named as AKS names it.
fn new_owner((cluster, pool): &Key, footprint: &Footprint) -> Option<Owner> {
    let group = footprint.group.as_deref()?;
    let path = cluster.subscription().path();
    let id = format!(
        "{path}/resourceGroups/{group}/providers/Microsoft.Compute/virtualMachineScaleSets/aks-{pool}-00000000-vmss"
    );
    Some(Owner {
        kind: OwnerKind::ScaleSet,
        id: ResourceId::parse(&id).ok()?,
        pool_hint: None,
        is_provisioned: false,
    })
}

fn grow(usage: &mut AddressUsage, owner: Owner, nodes: u64, each: u64) {
    let (Ok(count), Ok(size)) = (u32::try_from(nodes), u32::try_from(each)) else { return };
    let at = usage.owners.iter().position(|count| count.owner == owner);
    let fresh = || OwnerCount {
        owner,
        addresses: 0,
        per_node: Histogram::default(),
        instances: Instances::default(),
    };
    let at = at.unwrap_or_else(|| {
        usage.owners.push(fresh());
        usage.owners.len() - 1
    });
    if let Some(held) = usage.owners.get_mut(at) {
        held.addresses = held.addresses.saturating_add(nodes.saturating_mul(each));
        held.per_node = held.per_node.iter().chain([(size, count)]).collect();
    }
}

/// Takes nodes away, those with the fewest addresses first, and says how many are left to take.
fn shrink(count: &mut OwnerCount, mut gone: u64) -> u64 {
    let mut kept = Vec::new();
    for (each, instances) in count.per_node.iter() {
        let taken = u32::try_from(gone).unwrap_or(u32::MAX).min(instances);
        count.addresses = count.addresses.saturating_sub(u64::from(taken) * u64::from(each));
        gone -= u64::from(taken);
        kept.extend((instances > taken).then(|| (each, instances - taken)));
    }
    count.per_node = kept.into_iter().collect();
    gone
}
