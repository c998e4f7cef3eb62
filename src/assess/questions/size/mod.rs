//! Sizes for a cluster that does not exist yet, from its figures alone.

mod limits;
#[cfg(test)]
mod tests;

use std::{str::FromStr, string::ToString};

pub use self::limits::LimitCheck;
pub(crate) use self::limits::addresses_of_network;
use self::limits::{ceiling, limits};
use super::{
    Block, DualStack, Need, PlanError, Space, Step,
    need::{Group, most_nodes},
};
use crate::{
    assess::{
        options::Projection,
        topology::ranges::{clear_private, reserved},
    },
    ipam::{
        Cidr, IpamMode, MaxSurge, SurgePolicy, addresses_per_node, default_max_pods,
        limits::{MAX_PODS_PER_NODE, MIN_PODS_PER_NODE, MIN_PODS_PER_POOL},
    },
};

/// A node pool to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PoolSpec {
    /// Its name; pools without one are numbered.
    pub name: Option<String>,
    /// Its nodes, at the autoscaler's maximum where there will be one.
    pub nodes: Option<u64>,
    /// Most pods of a node; absent is the mode's default.
    pub max_pods: Option<u32>,
    /// Extra nodes during an upgrade; absent is what a pool without `maxSurge` is assumed to use.
    pub max_surge: Option<MaxSurge>,
}

impl FromStr for PoolSpec {
    type Err = String;

    /// Reads `name=apps,nodes=50,max-pods=30,max-surge=33%`; all but `nodes` may be left out.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut pool = Self::default();
        for part in text.split(',') {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            let number = || format!("`{value}` is no number for `{key}`");
            match key.trim() {
                "name" => pool.name = Some(value.to_owned()).filter(|name| !name.is_empty()),
                "nodes" => pool.nodes = Some(value.parse().map_err(|_| number())?),
                "max-pods" => pool.max_pods = Some(value.parse().map_err(|_| number())?),
                "max-surge" => {
                    let surge = value.parse::<MaxSurge>();
                    pool.max_surge = Some(surge.map_err(|error| error.to_string())?);
                }
                other => {
                    return Err(format!("`{other}` is no key; allowed: name, nodes, max-pods, max-surge"));
                }
            }
        }
        if pool.nodes.is_none() { Err("`nodes` is missing, as in `nodes=50`".to_owned()) } else { Ok(pool) }
    }
}

/// A cluster to be.
#[derive(Debug, Clone, PartialEq)]
pub struct SizeRequest {
    /// How its pods get addresses.
    pub mode: IpamMode,
    /// Its pools. A single one without nodes asks how many fit.
    pub pools: Vec<PoolSpec>,
    /// The subnet its nodes are to live in.
    pub subnet: Option<Block>,
    /// The subnet its pods are to live in.
    pub pod_subnet: Option<Block>,
    /// Its pod CIDR.
    pub pod_cidr: Option<Block>,
    /// Its service CIDR.
    pub service_cidr: Option<Cidr>,
    /// Ranges to keep away from.
    pub avoid: Vec<Cidr>,
    /// Whether it is to be in the Free tier.
    pub is_free_tier: bool,
    /// Whether its nodes and pods get IPv6 addresses too.
    pub is_dual_stack: bool,
}

/// A pool as it was sized.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SizePool {
    /// Its name.
    pub name: String,
    /// Its nodes; absent where the question is how many fit.
    pub nodes: Option<u64>,
    /// Extra nodes during an upgrade.
    pub surge_nodes: Option<u64>,
    /// Most pods of a node, where the mode has a figure.
    pub max_pods: Option<u32>,
    /// Whether that is the mode's default.
    pub max_pods_assumed: bool,
    /// Whether the surge was assumed.
    pub max_surge_assumed: bool,
}

/// Most nodes a given block holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MostNodes {
    /// What the block is for.
    pub space: Space,
    /// The block.
    pub block: Block,
    /// Nodes, with nothing left for an upgrade.
    pub nodes: u64,
    /// Nodes that can also surge.
    pub nodes_with_surge: u64,
    /// Pods of the former.
    pub pods: Option<u64>,
}

/// Sizes for a cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct SizeAnswer {
    /// Its mode.
    pub mode: IpamMode,
    /// Its pools.
    pub pools: Vec<SizePool>,
    /// What it needs; empty where the question is how many nodes fit.
    pub needs: Vec<Need>,
    /// What the given blocks hold, for a single pool.
    pub most: Vec<MostNodes>,
    /// Limits beside addresses.
    pub limits: Vec<LimitCheck>,
    /// The arithmetic of `most`.
    pub steps: Vec<Step>,
}

impl SizeAnswer {
    /// Whether everything fits.
    #[must_use]
    pub fn fits(&self) -> bool {
        self.needs.iter().all(Need::fits)
            && self.limits.iter().all(|limit| limit.nodes <= limit.capacity)
            && self.most.iter().all(|most| most.nodes > 0)
    }
}

/// Sizes for a cluster that does not exist yet.
///
/// # Errors
/// When a figure is none Azure allows, ranges overlap, or too little is given.
pub fn size(request: &SizeRequest) -> Result<SizeAnswer, PlanError> {
    misplaced(request)?;
    overlaps(request)?;
    let groups = groups(request)?;
    let spaces = [
        (Space::NodeSubnet, request.subnet),
        (Space::PodSubnet, request.pod_subnet),
        (Space::PodCidr, request.pod_cidr),
    ];
    let mut answer = SizeAnswer {
        mode: request.mode,
        pools: groups.iter().zip(&request.pools).map(|(group, spec)| pool(group, spec)).collect(),
        needs: Vec::new(),
        most: Vec::new(),
        limits: Vec::new(),
        steps: Vec::new(),
    };
    let asks_how_many = request.pools.iter().any(|pool| pool.nodes.is_none());
    if !asks_how_many {
        answer.needs = spaces.iter().filter_map(|(space, given)| Need::of(&groups, *space, *given)).collect();
        answer.limits = limits(request, &groups);
    }
    if let [group] = groups.as_slice() {
        for (space, block) in spaces.into_iter().filter_map(|(space, given)| Some((space, given?))) {
            let Some((nodes, nodes_with_surge, step)) =
                most_nodes(group, space, block.length, ceiling(request, group))
            else {
                continue;
            };
            let pods = group.max_pods.map(|pods| nodes.saturating_mul(u64::from(pods)));
            answer.most.push(MostNodes { space, block, nodes, nodes_with_surge, pods });
            answer.steps.push(step);
        }
    }
    answer.steps.extend(dual_stack(request).map(Step::DualStack));
    Ok(answer)
}

/// What IPv6 adds: nothing that runs out. <https://learn.microsoft.com/azure/aks/configure-dual-stack>
fn dual_stack(request: &SizeRequest) -> impl Iterator<Item = DualStack> {
    let is_kubenet = request.mode == IpamMode::Kubenet;
    let all = [
        (true, DualStack::NodeSubnet),
        (is_kubenet || request.mode == IpamMode::Overlay, DualStack::Pods),
        (is_kubenet, DualStack::Routes),
    ];
    let is_dual_stack = request.is_dual_stack;
    all.into_iter().filter(move |(is_taken, _)| is_dual_stack && *is_taken).map(|(_, taken)| taken)
}

fn not_allowed(what: String, allowed: &str) -> PlanError {
    PlanError::NotAllowed { what, allowed: allowed.to_owned() }
}

/// Flags that this mode, or so little, makes senseless.
fn misplaced(request: &SizeRequest) -> Result<(), PlanError> {
    let mode = request.mode;
    let has_pod_subnet = mode.has_pod_subnet();
    let has_pod_cidr = matches!(mode, IpamMode::Overlay | IpamMode::Kubenet);
    if request.pod_subnet.is_some() && !has_pod_subnet {
        return Err(not_allowed(
            format!("mode {mode} has no pod subnet"),
            "`--pod-subnet` with pod-subnet-dynamic or pod-subnet-static",
        ));
    }
    if request.pod_cidr.is_some() && !has_pod_cidr {
        return Err(not_allowed(
            format!("mode {mode} has no pod CIDR"),
            "`--pod-cidr` with overlay or kubenet",
        ));
    }
    if request.is_dual_stack && matches!(mode, IpamMode::NodeSubnet | IpamMode::PodSubnetDynamic) {
        return Err(not_allowed(
            format!("no AKS documentation describes dual stack in mode {mode}"),
            "`--dual-stack` with overlay, kubenet, pod-subnet-static or byo-cni",
        ));
    }
    let is_open = request.pools.iter().any(|pool| pool.nodes.is_none());
    let has_block = request.subnet.or(request.pod_subnet).or(request.pod_cidr).is_some();
    if request.pools.is_empty() || (is_open && !has_block) {
        return Err(not_allowed(
            "neither nodes nor a block is given".to_owned(),
            "`--nodes` to learn what they need, or `--subnet`, `--pod-subnet` or `--pod-cidr` to learn how many nodes fit",
        ));
    }
    Ok(())
}

/// The pools, each with what one node takes. A pool without nodes counts none.
fn groups(request: &SizeRequest) -> Result<Vec<Group>, PlanError> {
    let mode = request.mode;
    let assumed = Projection::default().null_max_surge.parse::<MaxSurge>();
    let assumed =
        assumed.map_err(|error| not_allowed(error.to_string(), "a number of nodes or a percentage"))?;
    let mut groups: Vec<Group> = Vec::with_capacity(request.pools.len());
    for (place, spec) in request.pools.iter().enumerate() {
        let name = spec.name.clone().unwrap_or_else(|| match request.pools.len() {
            1 => "pool".to_owned(),
            _ => format!("pool {}", place + 1),
        });
        let max_pods = spec.max_pods.or_else(|| default_max_pods(mode));
        pods_allowed(&name, spec, max_pods)?;
        if spec.nodes == Some(0) {
            return Err(not_allowed(format!("{name} has 0 nodes"), "1 node or more"));
        }
        if groups.iter().any(|group| group.name == name) {
            return Err(not_allowed(format!("two pools are named {name}"), "a name of its own for each"));
        }
        let per_node = addresses_per_node(mode, max_pods)
            .ok_or_else(|| not_allowed(format!("mode {mode} says nothing about addresses"), &modes()))?;
        groups.push(Group {
            name,
            mode,
            nodes: spec.nodes.unwrap_or(0),
            surge: spec.max_surge.map_or(SurgePolicy::Assumed(assumed), SurgePolicy::Rolling),
            ceiling: None,
            max_pods,
            per_node,
        });
    }
    Ok(groups)
}

fn modes() -> String {
    IpamMode::KNOWN.map(IpamMode::as_str).join(", ")
}

fn pods_allowed(name: &str, spec: &PoolSpec, max_pods: Option<u32>) -> Result<(), PlanError> {
    let Some(pods) = max_pods else { return Ok(()) };
    pods_of_a_node(name, pods)?;
    let together = u64::from(pods).saturating_mul(spec.nodes.unwrap_or(u64::MAX));
    if (1..MIN_PODS_PER_POOL).contains(&together) {
        return Err(not_allowed(
            format!("{name} has room for {together} pods in all"),
            "a pool with room for 30 pods or more, so more nodes or more pods a node",
        ));
    }
    Ok(())
}

/// Refuses a maxPods that Azure does.
pub(crate) fn pods_of_a_node(name: &str, pods: u32) -> Result<(), PlanError> {
    if (MIN_PODS_PER_NODE..=MAX_PODS_PER_NODE).contains(&pods) {
        return Ok(());
    }
    Err(not_allowed(
        format!("{name} has {pods} pods a node"),
        &format!("{MIN_PODS_PER_NODE} to {MAX_PODS_PER_NODE} pods a node"),
    ))
}

fn pool(group: &Group, spec: &PoolSpec) -> SizePool {
    SizePool {
        name: group.name.clone(),
        nodes: spec.nodes,
        surge_nodes: spec.nodes.map(|nodes| group.surge.surge(nodes)),
        max_pods: group.max_pods,
        max_pods_assumed: spec.max_pods.is_none() && group.max_pods.is_some(),
        max_surge_assumed: spec.max_surge.is_none(),
    }
}

/// Refuses ranges that overlap each other, ranges to avoid, or what AKS reserves.
fn overlaps(request: &SizeRequest) -> Result<(), PlanError> {
    let own: Vec<(&'static str, Cidr)> = [
        ("the node subnet", request.subnet.and_then(|block| block.at)),
        ("the pod subnet", request.pod_subnet.and_then(|block| block.at)),
        ("the pod CIDR", request.pod_cidr.and_then(|block| block.at)),
        ("the service CIDR", request.service_cidr),
    ]
    .into_iter()
    .filter_map(|(what, cidr)| Some((what, cidr?)))
    .collect();
    let mut others: Vec<(String, Cidr)> =
        reserved().map(|cidr| ("what AKS reserves,".to_owned(), cidr)).collect();
    others.extend(request.avoid.iter().map(|cidr| ("what is to be avoided,".to_owned(), *cidr)));
    for (place, (what, cidr)) in own.iter().enumerate() {
        let earlier = own.iter().take(place).map(|(what, cidr)| ((*what).to_string(), *cidr));
        let collision = others.iter().cloned().chain(earlier).find(|(_, other)| other.overlaps(*cidr));
        if let Some((with, other)) = collision {
            let rest = own.iter().enumerate().filter(|(i, _)| *i != place).map(|(_, (_, cidr))| *cidr);
            let taken = rest.chain(others.iter().map(|(_, cidr)| *cidr));
            let clear = clear_private(cidr.length(), taken);
            return Err(PlanError::Overlap { what, cidr: *cidr, with, other, clear });
        }
    }
    Ok(())
}
