//! A row a subnet.

use super::{
    column::{Column, Table, column, described, document_only, joined},
    consumers::{Consumers, of_subnet},
    inputs,
    word::words,
};
use crate::{
    assess::{
        audit::{SubnetRow, SubnetStatus, UsedBasis},
        outlook::{ProjectionBasis, Scenario},
    },
    inventory::ResourceId,
    ipam::IpamMode,
    report::say,
};

/// The subnets, those a pool names but nobody could read among them.
pub(crate) struct Subnets;

impl Table for Subnets {
    const ROW: &'static str = "Subnet";
    const DOC: &'static str =
        "A subnet. One that a pool names but that could not be read has a row without figures.";
    type Of<'r> = &'r SubnetRow;

    const COLUMNS: &'static [Column<Self>] = &[
        column("subnet_id", "The subnet's resource id.").text(|row| row.id.as_str()),
        column("subscription_id", "The subscription its network is in.").made(|row| row.id.subscription().into()),
        column("resource_group", "The resource group its network is in.").maybe_text(|row| row.id.resource_group()),
        column("vnet", "The name of its virtual network.").maybe_text(|row| row.id.parent_name()),
        column("subnet", "Its name.").text(|row| row.id.name()),
        column("location", "The region of its network; empty where that was not read.")
            .maybe_text(|row| row.location.as_deref()),
        column("address_prefixes", "Its prefixes as Azure gave them.").list(|row| super::texts(&row.prefixes)),
        column("usable", "Addresses that can be used: of each IPv4 prefix all but five, of one longer than /29 none.")
            .maybe_count("addresses", |row| row.usable),
        column("used", "Addresses in use: those Azure lists, or what AKS is known to hold where that is more, as an upper bound.")
            .maybe_count("addresses", |row| row.used),
        column("used_low", "Addresses in use at least; the same as `used` where that is measured.")
            .maybe_count("addresses", |row| row.used_low),
        column("used_basis", "How `used` is known: from what Azure lists, from documented rules, from both, or not at all.")
            .word(words::<UsedBasis>, |row| row.basis.as_str()),
        column("free", "`usable` less `used`; negative where a modelled `used` exceeds the subnet.")
            .maybe_signed("addresses", |row| row.free),
        column("utilization_pct", "`used` of `usable`, rounded down to one decimal; empty for the subnet of an API server, where nine are a floor.")
            .maybe_percent(|row| row.utilization_tenths()),
        column("used_aks", "Of `used`, what clusters that were read hold.").maybe_count("addresses", |row| row.used_aks),
        column("used_other", "Of `used`, the rest, with what looks like a cluster that nobody could read.")
            .maybe_count("addresses", |row| row.used_other),
        column("clusters", "The names of the clusters with nodes, pods or an API server here.")
            .list(|row| row.clusters.iter().map(|id| id.name().into()).collect()),
        document_only("cluster_ids", "The resource ids of those clusters.")
            .list(|row| row.clusters.iter().map(|id| id.as_str().into()).collect()),
        column("node_pools", "The node pools here, as `cluster/pool`.")
            .list(|row| row.node_pools.iter().map(|(id, pool)| format!("{}/{pool}", id.name()).into()).collect()),
        document_only("pools", "The same node pools, each with the resource id of its cluster.")
            .rows(described::<PoolRefs>, |row| {
                joined::<PoolRefs>(row.node_pools.iter().map(|(cluster, pool)| (cluster, pool.as_str())))
            }),
        column("ipam_modes", "How the pods of those pools get addresses.")
            .words(words::<IpamMode>, ';', |row| row.ipam_modes.iter().map(|mode| mode.as_str().into()).collect()),
        column("projected_upgrade", "Addresses in use while the pool that needs most here surges, as in an upgrade of one pool at a time.")
            .maybe_count("addresses", |row| row.ahead.projected.upgrade),
        column("projected_upgrade_all", "Addresses in use while every pool here surges at once, as in a change of the CNI.")
            .maybe_count("addresses", |row| row.ahead.projected.upgrade_all),
        column("projected_scale_max", "Addresses in use with every autoscaler at its maximum and everything started.")
            .maybe_count("addresses", |row| row.ahead.projected.scale_max),
        column("projected_scale_max_upgrade", "The same, while every pool surges at that size.")
            .maybe_count("addresses", |row| row.ahead.projected.scale_max_upgrade),
        column("headroom_upgrade", "`usable` less `projected_upgrade`; negative is a deficit.")
            .maybe_signed("addresses", |row| row.headroom(Scenario::Upgrade)),
        column("headroom_upgrade_all", "`usable` less `projected_upgrade_all`; negative is a deficit.")
            .maybe_signed("addresses", |row| row.headroom(Scenario::UpgradeAll)),
        column("headroom_scale_max", "`usable` less `projected_scale_max`; negative is a deficit.")
            .maybe_signed("addresses", |row| row.headroom(Scenario::ScaleMax)),
        column("headroom_scale_max_upgrade", "`usable` less `projected_scale_max_upgrade`; negative is a deficit.")
            .maybe_signed("addresses", |row| row.headroom(Scenario::ScaleMaxUpgrade)),
        column("status", "What to make of it, the first that holds; `critical`: nearly full, or an upgrade surely does not fit.")
            .word(words::<SubnetStatus>, |row| row.status.as_str()),
        column("reasons", "Why it has that status, and what its figures leave out.").list(|row| row.reasons.iter().map(|why| say::reason(why).text().into()).collect()),
        document_only("consumers", "Who holds the addresses; `ips` add up to `used`, `ips_low` to `used_low`.")
            .rows(described::<Consumers>, |row| of_subnet(*row)),
        document_only(inputs::NAME, inputs::DOC).rows(inputs::described, |row| inputs::of(say::subnet_inputs(&row))),
        column("other_growth", "Addresses that may come beside pools, such as those of an application gateway at its maximum.")
            .maybe_count("addresses", |row| row.ahead.other_growth),
        column("projection_basis", "How the projections relate to the truth: `exact`, `lower-bound`, `upper-bound`, or `mixed`.")
            .maybe_word(words::<ProjectionBasis>, |row| row.ahead.basis.map(ProjectionBasis::as_str)),
        column("stranded", "Addresses that nobody can use, by estimate: left over in /28 blocks, or beyond whole batches of 16.")
            .maybe_count("addresses", |row| row.ahead.stranded),
        column("smallest_prefix", "The length of the smallest prefix that holds the largest projection, where most of the subnet stays unused.")
            .maybe_length(|row| row.ahead.spare.map(|spare| spare.enough)),
        column("returnable", "Addresses of its prefixes beyond that one.")
            .maybe_count("addresses", |row| row.ahead.spare.map(|spare| spare.addresses)),
        column("listed", "Addresses that Azure lists in it, the only part of `used` that it shows; empty where the subnet was not read.")
            .maybe_count("addresses", |row| row.listed),
    ];
}

/// The node pools of a subnet, by cluster.
struct PoolRefs;

impl Table for PoolRefs {
    const ROW: &'static str = "NodePoolRef";
    const DOC: &'static str = "A node pool, named by its cluster and its own name.";
    type Of<'r> = (&'r ResourceId, &'r str);

    const COLUMNS: &'static [Column<Self>] = &[
        document_only("cluster_id", "The resource id of its cluster.").text(|row| row.0.as_str()),
        document_only("node_pool", "Its name.").text(|row| row.1),
    ];
}
