//! A pod CIDR that works: large enough, private, apart from everything it must be apart from.

use super::scene::Subject;
use crate::{
    assess::topology::{PodRoom, ranges::is_private},
    inventory::ResourceId,
    ipam::{Cidr, IpamMode, RangeSet, limits::NODES_PER_CLUSTER, pod_cidr_nodes, smallest_pod_cidr_for},
};

/// The shortest pod CIDR worth proposing: the largest cluster Azure allows, 5,000 nodes, needs a /11.
const SHORTEST: u8 = 11;

/// A pod CIDR for a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The range.
    pub cidr: Cidr,
    /// Where it comes from.
    pub origin: Origin,
    /// Nodes it was made for: the most there can be, their surge, and room for growth.
    pub nodes: u64,
    /// Networks peered with the same hub that have some of a new range, and are not reached.
    pub linked: Vec<ResourceId>,
    /// Hubs that nobody could read: what else lies behind them is not known.
    pub unseen: Vec<ResourceId>,
}

/// Where a proposed pod CIDR comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// The cluster has it already.
    Kept,
    /// Somebody chose it.
    Chosen,
    /// Another cluster has it, which is allowed.
    Reused,
    /// It is free in a pool of ranges.
    Drawn,
    /// It holds the present one and the free addresses beside it.
    Expanded,
}

/// Why no pod CIDR can be proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoProposal {
    /// Nothing that can be done in place gives the cluster another one.
    NotAsked,
    /// Something that the range must be apart from, or the number of nodes, is not known.
    Unknown(Missing),
    /// No range is large enough for so many nodes.
    TooLarge(u64),
    /// The present range cannot grow where it is to one with room for so many nodes.
    NoLarger(Cidr, u64),
    /// Every pool of ranges is taken: none has a block of this length.
    NoneFree(u8),
}

/// What has to be known before a pod CIDR can be proposed, and is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// The number of nodes.
    Nodes,
    /// The cluster's network, which could not be read.
    Network,
    /// Any address space of that network.
    NetworkSpace,
    /// The address space of this network, which the cluster's reaches.
    SpaceOf(ResourceId),
    /// The service CIDR.
    ServiceCidr,
    /// The present pod CIDR.
    PodCidr,
}

/// Where the pods of one cluster may have their addresses, where all of that is known.
fn room<'a>(subject: &Subject<'a>) -> Result<PodRoom<'a, 'a>, NoProposal> {
    let room = subject.pod_room().ok_or(NoProposal::Unknown(Missing::Network))?;
    if let Some(unknown) = room.reach.partly_known().first() {
        return Err(NoProposal::Unknown(Missing::SpaceOf((*unknown).clone())));
    }
    if subject.vnet().is_none_or(|vnet| vnet.address_space.known.is_empty()) {
        return Err(NoProposal::Unknown(Missing::NetworkSpace));
    }
    if subject.cluster.network.service_cidrs.v4().next().is_none() {
        return Err(NoProposal::Unknown(Missing::ServiceCidr));
    }
    Ok(room)
}

/// A proposal, with what a reader should know of the range.
fn made(room: &PodRoom<'_, '_>, cidr: Cidr, origin: Origin, nodes: u64) -> Proposal {
    let is_new = !matches!(origin, Origin::Kept | Origin::Chosen);
    let linked = room.reach.linked(cidr).into_iter().filter(|_| is_new).map(|(_, id)| id.clone());
    Proposal {
        cidr,
        origin,
        nodes,
        linked: linked.collect(),
        unseen: room.reach.unseen().into_iter().cloned().collect(),
    }
}

/// Nodes to make room for: every autoscaler at its maximum, surge of all pools, room for growth up to the most nodes a
/// cluster may have.
pub(super) fn nodes_to_plan_for(subject: &Subject<'_>) -> Option<u64> {
    let most = subject.nodes_scale_max()?.saturating_add(subject.surge_at_max()?);
    let growth = most.saturating_mul(u64::from(subject.scene.settings.growth_pct)).div_ceil(100);
    Some(most.saturating_add(growth).min(most.max(NODES_PER_CLUSTER)).max(1))
}

/// Proposes a pod CIDR: the user's, the present one where it is fine, one another cluster of the subscription has, else a free
/// one.
pub(super) fn propose(subject: &Subject<'_>) -> Result<Proposal, NoProposal> {
    let nodes = nodes_to_plan_for(subject).ok_or(NoProposal::Unknown(Missing::Nodes))?;
    let length =
        smallest_pod_cidr_for(nodes).filter(|l| *l >= SHORTEST).ok_or(NoProposal::TooLarge(nodes))?;
    let room = room(subject)?;
    let least =
        subject.nodes_scale_max().zip(subject.surge_at_max()).map_or(nodes, |(max, surge)| max + surge);
    let fits = |cidr: Cidr, need: u64| {
        is_private(cidr) && pod_cidr_nodes(cidr).is_some_and(|nodes| nodes >= need) && room.is_clear(cidr)
    };
    let made = |cidr: Cidr, origin: Origin| made(&room, cidr, origin, nodes);
    if let Some(chosen) = subject.answers().pod_cidr.filter(|cidr| fits(*cidr, least)) {
        return Ok(made(chosen, Origin::Chosen));
    }
    // A range that holds all nodes and their surge is kept even where growth would need a larger one.
    let present = subject.present_pod_cidr().filter(|_| subject.from == IpamMode::Kubenet);
    if let Some(kept) = present.filter(|cidr| fits(*cidr, least)) {
        return Ok(made(kept, Origin::Kept));
    }
    let shared = subject.scene.shared_ranges(&subject.cluster.id);
    if let Some(shared) = shared.iter().copied().find(|cidr| fits(*cidr, nodes)) {
        return Ok(made(shared, Origin::Reused));
    }
    drawn(subject, &room, length).map(|cidr| made(cidr, Origin::Drawn)).ok_or(NoProposal::NoneFree(length))
}

/// A free range of a pool, with room beside it to grow where there is some; one that nothing linked has, where there is one.
fn drawn(subject: &Subject<'_>, room: &PodRoom<'_, '_>, length: u8) -> Option<Cidr> {
    let pools = subject.scene.settings.pod_cidr_pools.iter().filter(|pool| is_private(**pool));
    let clear: Vec<RangeSet> = pools.map(|pool| room.clear_of(&[*pool].into_iter().collect())).collect();
    let linked = room.reach.linked_v4();
    let unlinked: Vec<RangeSet> = clear.iter().map(|free| free.subtract(&linked)).collect();
    let roomy = |pools: &[RangeSet]| {
        let block = pools.iter().find_map(|free| free.first_block(length.saturating_sub(1)))?;
        Cidr::containing(block.network(), length)
    };
    let any = |pools: &[RangeSet]| pools.iter().find_map(|free| free.first_block(length));
    roomy(&unlinked).or_else(|| any(&unlinked)).or_else(|| roomy(&clear)).or_else(|| any(&clear))
}

/// Proposes the smallest range that holds the pod CIDR of an Overlay cluster and every node with its surge. Whether the
/// cluster can take a larger one at all is another matter.
/// <https://learn.microsoft.com/azure/aks/azure-cni-overlay-pod-expand>
pub(super) fn expand(subject: &Subject<'_>) -> Result<Proposal, NoProposal> {
    let present = subject.present_pod_cidr().ok_or(NoProposal::Unknown(Missing::PodCidr))?;
    let nodes = subject
        .nodes_scale_max()
        .zip(subject.surge_at_max())
        .map(|(most, surge)| most.saturating_add(surge))
        .ok_or(NoProposal::Unknown(Missing::Nodes))?;
    let room = room(subject)?;
    let larger = (SHORTEST..present.length()).rev();
    larger
        .filter_map(|length| Cidr::containing(present.network(), length))
        .find(|cidr| pod_cidr_nodes(*cidr).is_some_and(|most| most >= nodes))
        .filter(|cidr| is_private(*cidr) && room.is_clear(*cidr))
        .map(|cidr| made(&room, cidr, Origin::Expanded, nodes))
        .ok_or(NoProposal::NoLarger(present, nodes))
}
