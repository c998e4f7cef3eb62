//! What a runbook needs to know of a cluster beside its record, so that its commands hold what they can.

use std::collections::BTreeSet;

use super::{
    action::{Action, NewCluster, NewSubnet, PoolTemplate},
    facts::has_windows,
    mend::{Switch, mend, switches, templates, version_of_new_cluster},
    scene::Subject,
    types::{CheckResult, CheckStatus, Readiness, Recommendation, Target},
};
use crate::{
    inventory::{IdentityKind, NodePool, PoolMode, ResourceId, Subnet},
    ipam::{Cidr, IpamMode},
    rules::{CheckId, CheckSeverity},
};

/// What surrounds a cluster that has a runbook.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Site {
    /// What ends each failing blocker or warning, where it can be said.
    pub mends: Vec<(CheckId, Vec<Action>)>,
    /// Subnets of others that leave its route table when it moves.
    pub switches: Vec<Switch>,
    /// Pools that an autoscaler sizes, each with its bounds.
    pub autoscalers: Vec<(String, u64, u64)>,
    /// Pools whose surge a step lowers, as it was, where there is room for it after the move: a node takes one address then.
    pub lowered: Vec<Action>,
    /// The channel of automatic Kubernetes upgrades, where one is on.
    pub upgrade_channel: Option<String>,
    /// The channel of automatic node images, where one is on that may be turned off: a pool of an unmanaged one would be re-imaged.
    /// <https://learn.microsoft.com/azure/aks/node-disruption-policy>
    pub node_os_channel: Option<String>,
    /// Whether its API server is private, so that `kubectl` needs a way to it.
    pub private: bool,
    /// Whether it has long-term support.
    pub long_term_support: bool,
    /// Its pools as templates, where some may be replaced.
    pub pools: Vec<PoolTemplate>,
    /// For each of its subnets one beside it, where pools may be replaced.
    pub subnets: Vec<(ResourceId, NewSubnet)>,
    /// The cluster to make in its place, where it has no way.
    pub new_cluster: Option<Box<NewCluster>>,
}

impl Site {
    /// The changes that end a blocker, where they can be said.
    #[must_use]
    pub fn mend(&self, check: CheckId) -> Option<&[Action]> {
        self.mends.iter().find(|(id, _)| *id == check).map(|(_, actions)| actions.as_slice())
    }
}

/// What ends each failing blocker or warning of some operations, where it can be said.
pub(super) fn mends(subject: &Subject<'_>, readinesses: &[&Readiness]) -> Vec<(CheckId, Vec<Action>)> {
    let fails =
        |result: &&CheckResult| result.status == CheckStatus::Fail && result.severity > CheckSeverity::Info;
    let failing: Vec<&CheckResult> =
        readinesses.iter().flat_map(|readiness| &readiness.checks).filter(fails).collect();
    let mut mends: Vec<_> =
        failing.iter().filter_map(|one| Some((one.check, mend(subject, one, &failing)?))).collect();
    mends.sort_by_key(|(check, _)| *check);
    mends.dedup_by_key(|(check, _)| *check);
    mends
}

/// Looks around a cluster. `readinesses` are those of its first and second operation.
pub(super) fn of(
    subject: &Subject<'_>,
    mends: Vec<(CheckId, Vec<Action>)>,
    readinesses: &[&Readiness],
    recommendation: &Recommendation,
    pod_cidr: Option<Cidr>,
) -> Site {
    let needs_room = readinesses.iter().any(|one| one.blockers.contains(&CheckId::SurgeFits));
    let replaces = needs_room
        || matches!(recommendation.target, Target::NewPools | Target::LargerSubnet | Target::PodSubnet);
    let is_rebuilt = recommendation.target == Target::NewCluster;
    let lowered = lowered(subject, &mends);
    Site {
        mends,
        switches: switches(subject),
        lowered,
        autoscalers: subject.pools().iter().filter_map(autoscaler).collect(),
        upgrade_channel: on(subject.cluster.upgrade_channel.as_deref(), &["none"]),
        node_os_channel: on(subject.cluster.node_os_upgrade_channel.as_deref(), &["none", "unmanaged"]),
        private: subject.cluster.api_server.private_cluster == Some(true),
        long_term_support: subject.cluster.has_long_term_support(),
        pools: if replaces { templates(subject) } else { Vec::new() },
        subnets: if replaces { subnets(subject) } else { Vec::new() },
        new_cluster: is_rebuilt
            .then(|| Box::new(new_cluster(subject, readinesses, recommendation, pod_cidr))),
    }
}

fn autoscaler(facts: &crate::assess::estate::PoolFacts<'_>) -> Option<(String, u64, u64)> {
    let NodePool { name, autoscaling, .. } = facts.pool;
    let (min, max) = facts.counts.autoscaler_min.zip(facts.counts.autoscaler_max)?;
    (*autoscaling == Some(true)).then(|| (name.clone(), min, max))
}

/// What surge is that is lowered for the move of a node-subnet cluster, and given back after it.
fn lowered(subject: &Subject<'_>, mends: &[(CheckId, Vec<Action>)]) -> Vec<Action> {
    let actions = mends.iter().filter(|(check, _)| *check == CheckId::SurgeFits).flat_map(|(_, all)| all);
    let as_before = |action: &Action| {
        let Action::Surge { pool: name, .. } = action else { return None };
        let pool = subject.pools().iter().map(|facts| facts.pool).find(|pool| pool.name == *name)?;
        Some(Action::SurgeAsBefore {
            pool: name.clone(),
            surge: pool.max_surge.clone()?,
            unavailable: Some(pool.max_unavailable.clone().unwrap_or_else(|| "0".to_owned())),
        })
    };
    if subject.from == IpamMode::NodeSubnet { actions.filter_map(as_before).collect() } else { Vec::new() }
}

/// A channel that is on and that may be turned off.
fn on(channel: Option<&str>, off: &[&str]) -> Option<String> {
    channel.filter(|own| !off.iter().any(|word| own.eq_ignore_ascii_case(word))).map(str::to_owned)
}

/// One subnet to make beside each that the cluster's pools name.
fn subnets(subject: &Subject<'_>) -> Vec<(ResourceId, NewSubnet)> {
    let pools = subject.pools().iter().map(|facts| facts.pool);
    let named = pools.flat_map(|pool| [&pool.node_subnet_id, &pool.pod_subnet_id]).flatten();
    let named: BTreeSet<&ResourceId> = named.collect();
    named.into_iter().filter_map(|id| Some((id.clone(), beside(subject, id)?))).collect()
}

fn beside(subject: &Subject<'_>, id: &ResourceId) -> Option<NewSubnet> {
    let read = subject.scene.estate.subnet(id).and_then(|facts| facts.read);
    let taken: BTreeSet<String> = read
        .iter()
        .flat_map(|(vnet, _)| &vnet.subnets)
        .map(|subnet| subnet.id.name().to_ascii_lowercase())
        .collect();
    let name = (2..=u32::MAX)
        .map(|number| format!("{}-{number}", id.name()))
        .find(|name| !taken.contains(&name.to_ascii_lowercase()))?;
    let subnet = read.map(|(_, subnet)| subnet);
    made(&id.parent()?, &name, subnet)
}

fn made(vnet: &ResourceId, name: &str, like: Option<&Subnet>) -> Option<NewSubnet> {
    Some(NewSubnet {
        id: ResourceId::parse(&format!("{vnet}/subnets/{name}")).ok()?,
        block: None,
        route_table: like.and_then(|subnet| subnet.route_table.clone()),
        security_group: like.and_then(|subnet| subnet.network_security_group.clone()),
        nat_gateway: like.and_then(|subnet| subnet.nat_gateway.clone()),
    })
}

/// The cluster that takes the place of this one.
fn new_cluster(
    subject: &Subject<'_>,
    readinesses: &[&Readiness],
    recommendation: &Recommendation,
    pod_cidr: Option<Cidr>,
) -> NewCluster {
    let cluster = subject.cluster;
    let fails = |check: CheckId| readinesses.iter().any(|one| one.blockers.contains(&check));
    let name: String = cluster.id.name().chars().take(61).collect();
    let name = format!("{name}-2");
    let pod_subnet = recommendation.rule == super::POD_SUBNET_RULE;
    // In a network whose name no node label takes a new cluster is no better off, and one that AKS made goes with its cluster.
    let is_managed = |id: &ResourceId| id.resource_group_id() == cluster.node_resource_group_id();
    let subnet = subject
        .node_subnets
        .iter()
        .find_map(|subnet| subnet.read)
        .filter(|(vnet, _)| !fails(CheckId::NetworkNames) && !is_managed(&vnet.id));
    let outbound = cluster.network.outbound_type.as_deref();
    let routes_out = outbound.is_some_and(|kind| kind.eq_ignore_ascii_case("userDefinedRouting"));
    let subnet = subnet.and_then(|(vnet, like)| {
        let new = made(&vnet.id, &format!("snet-{name}"), Some(like))?;
        // Overlay needs no routes to pods, and the table may be the one of the cluster that goes.
        Some(NewSubnet { route_table: new.route_table.filter(|_| routes_out), ..new })
    });
    let network = &cluster.network;
    let service = network.service_cidrs.v4().next().map(|cidr| cidr.to_string());
    let keeps_services = !fails(CheckId::ServiceCidr) && !fails(CheckId::OwnReservedRanges);
    let mut pools = templates(subject);
    for pool in &mut pools {
        pool.name.clone_from(&pool.replaces);
        pool.node_subnet = None;
        pool.pod_subnet = None;
    }
    let is_system = |pool: &PoolTemplate| pool.mode.as_deref() == Some(PoolMode::System.as_str());
    pools.sort_by_key(|pool| !is_system(pool));
    NewCluster {
        location: cluster.location.clone(),
        version: version_of_new_cluster(subject),
        tier: cluster.sku_tier.clone(),
        identity: cluster.identity.as_ref().filter(|one| one.kind == IdentityKind::UserAssigned).and_then(
            |identity| identity.user_assigned.keys().next().and_then(|id| ResourceId::parse(id).ok()),
        ),
        outbound_type: network.outbound_type.clone(),
        private: cluster.api_server.private_cluster == Some(true),
        private_dns_zone: cluster.api_server.private_dns_zone.clone(),
        cilium: !pod_subnet && !has_windows(subject),
        pod_subnet,
        pod_cidr: pod_cidr.filter(|_| !pod_subnet),
        service: service.zip(network.dns_service_ip.clone()).filter(|_| keeps_services),
        subnet,
        pools,
        name,
    }
}
