//! A row a virtual network.

use super::{
    column::{Column, Table, column, document_only},
    inputs,
};
use crate::{assess::audit::VnetRow, report::say};

/// The virtual networks.
pub(crate) struct Vnets;

impl Table for Vnets {
    const ROW: &'static str = "VirtualNetwork";
    const DOC: &'static str = "A virtual network.";
    type Of<'r> = &'r VnetRow;

    const COLUMNS: &'static [Column<Self>] = &[
        column("vnet_id", "The network's resource id.").text(|row| row.id.as_str()),
        column("subscription_id", "The subscription it is in.").made(|row| row.id.subscription().into()),
        column("resource_group", "The resource group it is in.").maybe_text(|row| row.id.resource_group()),
        column("vnet", "Its name.").text(|row| row.id.name()),
        column("location", "Its Azure region.").text(|row| &row.location),
        column("address_space", "Its ranges as Azure gave them.")
            .list(|row| super::texts(&row.address_space)),
        column("addresses", "IPv4 addresses in its address space.").count("addresses", |row| row.addresses),
        column("allocated_to_subnets", "Of these, those its subnets occupy.")
            .count("addresses", |row| row.allocated_to_subnets),
        column("unallocated", "The rest, where new subnets can go.")
            .count("addresses", |row| row.unallocated),
        column("subnets", "How many subnets it has.").count("subnets", |row| row.subnets as u64),
        column("peerings", "How many peerings it has.").count("peerings", |row| row.peerings as u64),
        column("used", "Addresses in use, over its subnets; empty where that of any subnet is unknown.")
            .maybe_count("addresses", |row| row.used),
        document_only(inputs::NAME, inputs::DOC)
            .rows(inputs::described, |row| inputs::of(say::vnet_inputs(&row))),
    ];
}
