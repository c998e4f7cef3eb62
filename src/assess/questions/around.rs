//! What is around a network, and what a reader should know of that.

use std::net::Ipv4Addr;

use super::Note;
use crate::{
    assess::{
        estate::Estate,
        options::Options,
        topology::{Residents, Taken, Topology, taken},
    },
    inventory::{Inventory, VirtualNetwork},
    ipam::Cidr,
};

/// What is around a network.
#[derive(Default)]
pub(super) struct Around {
    pub(super) taken: Vec<Taken>,
    pub(super) notes: Vec<Note>,
}

impl Around {
    pub(super) fn of(
        inventory: &Inventory,
        estate: &Estate<'_>,
        vnet: &VirtualNetwork,
        options: &Options,
    ) -> Self {
        let topology = Topology::of(estate, inventory, options);
        let residents = Residents::of(estate, &topology);
        let everywhere = Cidr::containing(Ipv4Addr::UNSPECIFIED.into(), 0);
        Self {
            taken: taken(&topology, &residents, vnet, everywhere.as_slice()),
            notes: Note::of_reach(&topology.reach(&vnet.id)).collect(),
        }
    }
}
