//! What a set of pools needs, the smallest block that is enough, and what a given block is worth.

use super::{block::Block, space::Space, step::Step};
use crate::{
    assess::outlook::Limit,
    ipam::{
        AddressesPerNode, IpamMode, SurgePolicy,
        limits::{POD_BATCH, RESERVED_PER_PREFIX},
    },
};

/// Addresses of a pod subnet that lie in no whole /28: its first and its last block hold reserved ones. By estimate
/// (rule A2.4).
const SPOILED: u64 = 2 * POD_BATCH - RESERVED_PER_PREFIX;

/// Nodes of one kind that share a space.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Group {
    /// What they are called.
    pub(crate) name: String,
    /// Their mode.
    pub(crate) mode: IpamMode,
    /// How many.
    pub(crate) nodes: u64,
    /// How they surge.
    pub(crate) surge: SurgePolicy,
    /// Most there can be, surge included.
    pub(crate) ceiling: Option<u64>,
    /// Most pods of one.
    pub(crate) max_pods: Option<u32>,
    /// Addresses of one.
    pub(crate) per_node: AddressesPerNode,
}

impl Group {
    /// Nodes while they surge.
    pub(crate) fn peak(&self) -> u64 {
        self.nodes.saturating_add(self.surging(self.nodes))
    }

    /// Extra nodes while so many of them surge.
    pub(crate) fn surging(&self, nodes: u64) -> u64 {
        let surge = self.surge.surge(nodes);
        self.ceiling.map_or(surge, |ceiling| surge.min(ceiling.saturating_sub(nodes)))
    }

    /// What one node takes of a space; none where it takes nothing.
    fn each(&self, space: Space) -> Option<u64> {
        match space {
            Space::NodeSubnet => Some(self.per_node.node_subnet),
            Space::PodSubnet => Some(self.per_node.pod_subnet?.high),
            Space::PodCidr => matches!(self.mode, IpamMode::Overlay | IpamMode::Kubenet).then_some(1),
        }
    }
}

/// A need, and the smallest block for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Need {
    /// What for.
    pub space: Space,
    /// How much, in the space's unit.
    pub need: u64,
    /// The length of the smallest block that is enough; none where no block is.
    pub smallest: Option<u8>,
    /// The block that was given or is in use, and what it is worth.
    pub given: Option<Given>,
    /// The arithmetic.
    pub steps: Vec<Step>,
}

/// What a given block is worth.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    /// The block.
    pub block: Block,
    /// What it offers, in the space's unit.
    pub offers: u64,
    /// Whether the need fits.
    pub fits: bool,
}

impl Need {
    /// What the groups need of a space while they all surge; none where they take nothing of it.
    pub(crate) fn of(groups: &[Group], space: Space, given: Option<Block>) -> Option<Self> {
        let mut need = 0u64;
        let mut steps = Vec::new();
        for group in groups {
            let Some(each) = group.each(space) else { continue };
            let (nodes, surge, peak) = (group.nodes, group.surging(group.nodes), group.peak());
            let taken = peak.saturating_mul(each);
            need = need.saturating_add(taken);
            let (pool, mode) = (group.name.clone(), group.mode);
            let max_pods = group.max_pods.unwrap_or_default();
            steps.push(Step::Surging { pool: pool.clone(), nodes, surge, peak });
            steps.push(Step::Each { pool: pool.clone(), space, mode, max_pods, each });
            if each > 1 {
                steps.push(Step::Taken { pool, space, mode, peak, each, taken });
            }
        }
        if steps.is_empty() {
            return None;
        }
        if groups.iter().filter(|group| group.each(space).is_some()).count() > 1 {
            steps.push(Step::Together(need));
        }
        if space == Space::PodSubnet && groups.iter().any(|group| group.mode == IpamMode::PodSubnetStatic) {
            let whole = need.saturating_add(SPOILED);
            steps.push(Step::WithSpoiled { need, spoiled: SPOILED, whole });
            need = whole;
        }
        let smallest = space.smallest(need);
        steps.extend(smallest.map(|length| Step::Smallest(space, length)));
        let given = given.map(|block| {
            let offers = space.offers(block.length);
            steps.push(Step::Given(space, block));
            Given { block, offers, fits: need <= offers }
        });
        Some(Self { space, need, smallest, given, steps })
    }

    /// Whether the need fits the block given, or any block at all.
    #[must_use]
    pub fn fits(&self) -> bool {
        self.given.as_ref().map_or(self.smallest.is_some(), |given| given.fits)
    }
}

/// Most nodes of one kind that a block holds, without and with its surge, and no more than a limit beside addresses allows.
pub(crate) fn most_nodes(
    group: &Group,
    space: Space,
    length: u8,
    ceiling: Option<(u64, Limit)>,
) -> Option<(u64, u64, Step)> {
    let each = group.each(space)?;
    let is_static = space == Space::PodSubnet && group.mode == IpamMode::PodSubnetStatic;
    let offers = space.offers(length).saturating_sub(if is_static { SPOILED } else { 0 });
    let in_block = offers.checked_div(each)?;
    let bound = ceiling.filter(|(nodes, _)| *nodes < in_block);
    let most = bound.map_or(in_block, |(nodes, _)| nodes);
    let surging = |nodes: u64| nodes.saturating_add(group.surge.surge(nodes));
    let (mut enough, mut beyond) = (0, most + 1);
    while beyond - enough > 1 {
        let middle = enough.midpoint(beyond);
        if surging(middle) <= most { enough = middle } else { beyond = middle }
    }
    let (surge, mode) = (group.surge.surge(enough), group.mode);
    let step =
        Step::Most { space, length, mode, offers, each, nodes: in_block, bound, surging: enough, surge };
    Some((most, enough, step))
}
