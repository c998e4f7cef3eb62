//! What a subnet is asked for, and the nodes that makes: pools as they may grow, a cluster as one pool, and nodes that no
//! pool counts.

use super::{PlanError, need::Group, size::pods_of_a_node};
use crate::{
    assess::estate::{ClusterFacts, PoolFacts},
    ipam::{AddressesPerNode, IpamMode, MaxSurge, SurgePolicy, addresses_per_node, default_max_pods},
};

/// What the subnet is for, and what to change about it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SubnetRequest {
    /// A cluster, or a pool as `cluster/pool`; a name or an id.
    pub subject: String,
    /// So many nodes instead of what it may grow to; a cluster then counts as one pool.
    pub nodes: Option<u64>,
    /// So many pods a node.
    pub max_pods: Option<u32>,
    /// This mode.
    pub mode: Option<IpamMode>,
    /// This surge.
    pub max_surge: Option<MaxSurge>,
}

impl SubnetRequest {
    /// Whether the question is about the pools as they are.
    pub(super) fn changes_nothing(&self) -> bool {
        *self == Self { subject: self.subject.clone(), ..Self::default() }
    }
}

/// What is not known or not there, and what to give instead.
pub(super) fn missing(subject: &str, what: &str, allowed: &str) -> PlanError {
    PlanError::NotAllowed { what: format!("{subject} {what}"), allowed: allowed.to_owned() }
}

/// A pool as it may grow, with what the question changes.
pub(super) fn group(pool: &PoolFacts<'_>, request: &SubnetRequest) -> Result<Group, PlanError> {
    let name = &pool.pool.name;
    let mode = request.mode.unwrap_or(pool.mode);
    let nodes = request.nodes.or(pool.counts.scale_max);
    let surge = request.max_surge.map(SurgePolicy::Rolling).or(pool.surge);
    let max_pods = request.max_pods.or(pool.max_pods).or_else(|| default_max_pods(mode));
    let group = build(name, mode, nodes, surge, max_pods, request)?;
    let node_subnet = pool.in_node_subnet(group.per_node);
    let per_node = AddressesPerNode { node_subnet, ..group.per_node };
    Ok(Group { ceiling: pool.counts.ceiling, per_node, ..group })
}

/// Nodes of a cluster that no pool counts, in modes in which what each takes can be told.
pub(super) fn uncounted(facts: &ClusterFacts<'_>, mode: IpamMode) -> Option<Group> {
    let per_node = addresses_per_node(mode, None)?;
    (facts.uncounted > 0).then(|| Group {
        name: "no pool".to_owned(),
        mode,
        nodes: facts.uncounted,
        surge: SurgePolicy::Rolling(MaxSurge::Nodes(0)),
        ceiling: None,
        max_pods: None,
        per_node,
    })
}

/// A cluster as one pool of so many nodes.
pub(super) fn whole(
    facts: &ClusterFacts<'_>,
    request: &SubnetRequest,
    nodes: u64,
    null_max_surge: &str,
) -> Result<Group, PlanError> {
    let name = facts.cluster.name();
    let mut modes: Vec<IpamMode> = facts.pools.iter().map(|pool| pool.mode).collect();
    modes.sort_unstable();
    modes.dedup();
    let mode = request.mode.or_else(|| Some(*modes.first()?).filter(|_| modes.len() == 1));
    let mode = mode.ok_or_else(|| missing(name, "has pools of several modes, or none", "`--mode MODE`"))?;
    let surge = request.max_surge.map(SurgePolicy::Rolling);
    let surge = surge.or_else(|| null_max_surge.parse().ok().map(SurgePolicy::Assumed));
    let largest = facts.pools.iter().filter_map(|pool| pool.max_pods).max();
    let max_pods = request.max_pods.or(largest).or_else(|| default_max_pods(mode));
    build(name, mode, Some(nodes), surge, max_pods, request)
}

fn build(
    name: &str,
    mode: IpamMode,
    nodes: Option<u64>,
    surge: Option<SurgePolicy>,
    max_pods: Option<u32>,
    request: &SubnetRequest,
) -> Result<Group, PlanError> {
    if let Some(pods) = request.max_pods {
        pods_of_a_node(name, pods)?;
    }
    let per_node = addresses_per_node(mode, max_pods);
    Ok(Group {
        name: name.to_owned(),
        mode,
        nodes: nodes.ok_or_else(|| {
            missing(name, "may grow to a number of nodes that can't be told", "`--nodes N`")
        })?,
        surge: surge
            .ok_or_else(|| missing(name, "has a `maxSurge` that can't be read", "`--max-surge SURGE`"))?,
        ceiling: None,
        max_pods,
        per_node: per_node.ok_or_else(|| {
            missing(
                name,
                "has a mode, or pods a node, that can't be told",
                "`--mode MODE` and `--max-pods M`",
            )
        })?,
    })
}
