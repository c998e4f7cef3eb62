//! What a block in or beside a network must not overlap.

use super::{
    How, Owner, Residents, Topology,
    ranges::{private, reserved},
};
use crate::{
    assess::estate::space::free_space,
    inventory::VirtualNetwork,
    ipam::{Cidr, RangeSet},
};

/// A range that is spoken for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Taken {
    /// The range.
    pub cidr: Cidr,
    /// What it is.
    pub why: Why,
    /// Whose it is.
    pub owner: Owner,
}

/// Why a range is spoken for, in the order of answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// A network behind a hub has it.
    BehindHub,
    /// A network has it that is peered with the same hub and not reached; no harm, but better left alone.
    Linked,
    /// It is in use outside Azure.
    OnPremises,
    /// A direct peer has it.
    Peer,
    /// Pods of a cluster use it.
    Pods,
    /// AKS reserves it.
    Reserved,
    /// Services of a cluster use it.
    Services,
}

impl Why {
    /// The words answers use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BehindHub => "behind a hub",
            Self::Linked => "linked, not reached",
            Self::OnPremises => "on premises",
            Self::Peer => "peered network",
            Self::Pods => "pods",
            Self::Reserved => "reserved by AKS",
            Self::Services => "services",
        }
    }
}

/// Everything around a network that shares an address with one of some ranges: what it reaches and what is linked to it,
/// ranges that AKS reserves (G-34), pods of the clusters in it and in what it reaches, and services of its own. The
/// network's own space is not among them.
/// <https://learn.microsoft.com/azure/aks/concepts-network-cni-overview>
pub(crate) fn taken(
    topology: &Topology<'_>,
    residents: &Residents<'_>,
    vnet: &VirtualNetwork,
    within: &[Cidr],
) -> Vec<Taken> {
    let reach = topology.reach(&vnet.id);
    let mut taken: Vec<Taken> = Vec::new();
    for range in within.iter().copied().filter(|cidr| cidr.is_v4()) {
        taken.extend(reach.meets(range).into_iter().map(|met| Taken {
            cidr: met.cidr,
            why: match met.how {
                How::Direct => Why::Peer,
                How::Hub { .. } => Why::BehindHub,
                How::OnPremises => Why::OnPremises,
            },
            owner: met.owner,
        }));
        let linked = reach.linked(range).into_iter();
        taken.extend(linked.map(|(cidr, id)| Taken { cidr, why: Why::Linked, owner: Owner::of(id) }));
        let pods = residents.pods_around(topology, &vnet.id, range).into_iter();
        taken.extend(pods.map(|(cidr, id)| Taken { cidr, why: Why::Pods, owner: Owner::of(id) }));
        let services = residents.services_in(topology, &vnet.id, range).into_iter();
        taken.extend(services.map(|(cidr, id)| Taken { cidr, why: Why::Services, owner: Owner::of(id) }));
        let reserved = reserved().filter(|cidr| cidr.overlaps(range));
        taken.extend(reserved.map(|cidr| Taken { cidr, why: Why::Reserved, owner: Owner::Aks }));
    }
    taken.sort();
    taken.dedup();
    taken
}

/// What of a space is apart from what is taken.
#[derive(Clone)]
pub(crate) struct Clear {
    /// Apart from what is taken.
    pub(crate) space: RangeSet,
    /// Apart from what is linked too.
    unlinked: RangeSet,
}

impl Clear {
    fn of(space: &RangeSet, around: &[Taken]) -> Self {
        let (linked, taken): (Vec<&Taken>, Vec<&Taken>) = around.iter().partition(|t| t.why == Why::Linked);
        let set = |taken: &[&Taken]| taken.iter().map(|taken| taken.cidr).collect::<RangeSet>();
        let space = space.subtract(&set(&taken));
        Self { unlinked: space.subtract(&set(&linked)), space }
    }

    /// The space of a network where a new subnet can go.
    pub(crate) fn within(vnet: &VirtualNetwork, around: &[Taken]) -> Self {
        Self::of(&free_space(vnet), around)
    }

    /// Private space a network could grow by.
    pub(crate) fn beside(vnet: &VirtualNetwork, around: &[Taken]) -> Self {
        let own: RangeSet = vnet.address_space.v4().collect();
        Self::of(&private().subtract(&own), around)
    }

    /// What is apart from what is linked too, where there is some.
    pub(crate) fn preferred(&self) -> &RangeSet {
        if self.unlinked.is_empty() { &self.space } else { &self.unlinked }
    }

    /// The lowest block of a length, away from what is linked where that is possible.
    pub(crate) fn first_block(&self, length: u8) -> Option<Cidr> {
        self.unlinked.first_block(length).or_else(|| self.space.first_block(length))
    }

    /// Takes that block, so that no other gets it.
    pub(crate) fn take(&mut self, length: u8) -> Option<Cidr> {
        let block = self.first_block(length)?;
        let taken: RangeSet = [block].into_iter().collect();
        self.space = self.space.subtract(&taken);
        self.unlinked = self.unlinked.subtract(&taken);
        Some(block)
    }
}
