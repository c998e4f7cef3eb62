//! The row of a subnet: its figures, its status, and why.

use std::collections::BTreeMap;

use super::status::{Ahead, Figures, status};
use crate::{
    assess::{
        audit::{SubnetAhead, SubnetRow},
        estate::{ClusterFacts, Estate, PoolFacts, PoolKey, SubnetFacts},
        figure::difference,
        options::Thresholds,
        outlook::{PodsOf, Reason, SubnetPart},
        usage::{Modelled, Usage, UsedBasis},
    },
    inventory::{ResourceId, is_in_motion},
    ipam::{self, Bounds, IpamMode},
};

/// The row of a subnet; `ahead` is what was projected for it.
pub(crate) fn row(
    estate: &Estate<'_>,
    subnet: &SubnetFacts<'_>,
    usage: Usage,
    ahead: Ahead,
    thresholds: Thresholds,
) -> SubnetRow {
    let prefixes = subnet.read.map(|(_, read)| &read.prefixes);
    let usable = prefixes.and_then(|prefixes| ipam::usable(prefixes.v4()));
    let has_api_server = !subnet.api_servers().is_empty();
    let figures =
        Figures { usable, used: usage.used, used_low: usage.used_low, percentages: !has_api_server, ahead };
    let (status, mut reasons) = status(figures, thresholds);
    reasons.extend(notes(estate, subnet, &usage));
    let pools = pools(estate, subnet);
    SubnetRow {
        id: subnet.id.clone(),
        location: subnet.read.map(|(vnet, _)| vnet.location.clone()),
        prefixes: prefixes.map(|p| texts(&p.known, &p.unreadable)).unwrap_or_default(),
        usable,
        used: usage.used,
        used_low: usage.used_low,
        basis: usage.basis,
        free: usable.zip(usage.used).and_then(|(usable, used)| difference(usable, used)),
        used_aks: usage.used_aks,
        used_other: usage.used.zip(usage.used_aks).map(|(used, aks)| used.saturating_sub(aks)),
        clusters: clusters(estate, subnet),
        ipam_modes: modes(&pools),
        has_api_server,
        node_pools: pools.iter().map(|(c, p)| (c.cluster.id.clone(), p.pool.name.clone())).collect(),
        status,
        reasons,
        listed: subnet.read.map(|_| usage.listed),
        parts: parts(estate, subnet, &usage),
        consumers: usage.consumers,
        ahead: SubnetAhead::default(),
        fixes: Vec::new(),
        retirements: Vec::new(),
    }
}

fn texts<T: ToString>(known: &[T], unreadable: &[String]) -> Vec<String> {
    known.iter().map(ToString::to_string).chain(unreadable.iter().cloned()).collect()
}

type Pool<'e, 'a> = (&'e ClusterFacts<'a>, &'e PoolFacts<'a>);

/// The pools whose nodes or pods live here, each once.
fn pools<'e, 'a>(estate: &'e Estate<'a>, subnet: &SubnetFacts<'_>) -> Vec<Pool<'e, 'a>> {
    let mut keys: Vec<PoolKey> = subnet.node_pools().iter().chain(subnet.pod_pools()).copied().collect();
    keys.sort_unstable();
    keys.dedup();
    keys.into_iter().filter_map(|key| estate.pool(key)).collect()
}

fn modes(pools: &[Pool<'_, '_>]) -> Vec<IpamMode> {
    let mut modes: Vec<IpamMode> = pools.iter().map(|(_, pool)| pool.mode).collect();
    modes.sort_unstable();
    modes.dedup();
    modes
}

fn clusters(estate: &Estate<'_>, subnet: &SubnetFacts<'_>) -> Vec<ResourceId> {
    let of_pools = subnet.node_pools().iter().chain(subnet.pod_pools()).map(|key| key.cluster);
    let mut places: Vec<usize> =
        of_pools.chain(subnet.api_servers().iter().chain(subnet.hosted()).copied()).collect();
    places.sort_unstable();
    places.dedup();
    places.into_iter().filter_map(|place| estate.clusters.get(place)).map(|c| c.cluster.id.clone()).collect()
}

/// What a reader must know about the figures.
fn notes(estate: &Estate<'_>, subnet: &SubnetFacts<'_>, usage: &Usage) -> Vec<Reason> {
    let Some((_, read)) = subnet.read else { return vec![Reason::NotRead] };
    let v4 = read.prefixes.v4().count();
    let mut notes: Vec<Reason> = (v4 == 0).then_some(Reason::NoPrefix).into_iter().collect();
    notes.extend(read.prefixes.unreadable.iter().cloned().map(Reason::UnreadablePrefix));
    notes.extend((v4 > 1).then_some(Reason::SeveralPrefixes(v4)));
    notes.extend(usage.hidden.clone().map(Reason::Hidden));
    let unknown = usage.modelled.iter().filter(|part| part.addresses.is_none());
    notes.extend(unknown.filter_map(|part| Some(Reason::UnknownPods(Box::new(pods_of(estate, part)?)))));
    if usage.hidden.is_none() {
        notes.extend(model_note(usage));
    }
    notes.extend((usage.unread > 0).then_some(Reason::UnreadClusters(usage.unread)));
    notes.extend(in_motion(estate, subnet));
    notes
}

/// The clusters here in which something goes on, by their own state or that of a pool here.
fn in_motion(estate: &Estate<'_>, subnet: &SubnetFacts<'_>) -> Vec<Reason> {
    let keys = subnet.node_pools().iter().chain(subnet.pod_pools());
    let of_pools = keys.filter_map(|key| {
        let (cluster, pool) = estate.pool(*key)?;
        Some((cluster.cluster, cluster.in_motion_with(pool)?))
    });
    let others = subnet.api_servers().iter().chain(subnet.hosted());
    let others = others.filter_map(|place| {
        let cluster = estate.clusters.get(*place)?.cluster;
        Some((cluster, cluster.provisioning_state.as_deref().filter(|state| is_in_motion(state))?))
    });
    let states: BTreeMap<&ResourceId, &str> =
        others.chain(of_pools).map(|(cluster, state)| (&cluster.id, state)).collect();
    let reason =
        |(id, state): (&ResourceId, &str)| Reason::InMotion(Box::new((id.clone(), state.to_owned())));
    states.into_iter().map(reason).collect()
}

fn model_note(usage: &Usage) -> Option<Reason> {
    let (low, high) = usage.used_low.zip(usage.used)?;
    match usage.basis {
        UsedBasis::Modelled if usage.modelled.iter().all(|part| part.pool.is_none()) => {
            Some(Reason::ApiServers(high))
        }
        UsedBasis::Modelled => Some(Reason::Modelled(Bounds { low, high })),
        UsedBasis::Mixed => {
            let parts = usage.modelled.iter().filter_map(|part| part.addresses);
            let modelled = parts.fold(Bounds::default(), Bounds::plus);
            Some(Reason::Mixed { listed: usage.listed, modelled })
        }
        UsedBasis::Measured | UsedBasis::Unknown => None,
    }
}

/// What `used` was made of, beside what ARM lists.
fn parts(estate: &Estate<'_>, subnet: &SubnetFacts<'_>, usage: &Usage) -> Vec<SubnetPart> {
    let of = |part: &Modelled| {
        let addresses = part.addresses;
        if part.pool.is_some() {
            return Some(SubnetPart::Pods { of: pods_of(estate, part)?, addresses });
        }
        let cluster_id = estate.clusters.get(part.cluster)?.cluster.id.clone();
        Some(SubnetPart::ApiServer { cluster_id, addresses })
    };
    subnet.read.map_or_else(Vec::new, |_| usage.modelled.iter().filter_map(of).collect())
}

/// The pool of a modelled part.
fn pods_of(estate: &Estate<'_>, part: &Modelled) -> Option<PodsOf> {
    let (cluster, pool) = estate.pool(PoolKey { cluster: part.cluster, pool: part.pool? })?;
    Some(PodsOf {
        cluster_id: cluster.cluster.id.clone(),
        node_pool: pool.pool.name.clone(),
        nodes: pool.counts.there,
        max_pods: pool.max_pods,
        max_pods_assumed: pool.max_pods_assumed,
        mode: pool.mode,
    })
}
