//! The columns of each table, in the order scripts rely on. New columns go to the right.

use super::{
    Column,
    cell::{Cell, list, maybe, maybe_text, number, text},
    column,
};
use crate::{
    assess::{
        audit::{ClusterRow, ConsumerRow, Finding, NodePoolRow, SubnetRow, VnetRow},
        options::Exception,
        outlook::{Limit, ProjectionBasis, Scenario},
    },
    inventory::{CoverageEntry, ResourceId},
    ipam::IpamMode,
    report::text::percent,
};

fn group(id: &ResourceId) -> Cell<'_> {
    maybe_text(id.resource_group())
}

/// The name of the network a subnet lies in.
fn network(id: &ResourceId) -> Cell<'_> {
    maybe_text(id.parent_name())
}

fn modes(modes: &[IpamMode]) -> String {
    modes.iter().map(|mode| mode.as_str()).collect::<Vec<_>>().join("+")
}

pub(super) fn clusters<'a>() -> Vec<Column<&'a ClusterRow>> {
    vec![
        column("cluster_id", |row| text(row.id.as_str())),
        column("subscription_id", |row| text(row.subscription_id.as_str())),
        column("subscription_name", |row| maybe_text(row.subscription_name.as_ref())),
        column("resource_group", |row| group(&row.id)),
        column("cluster", |row| text(row.id.name())),
        column("location", |row| text(&row.location)),
        column("kubernetes_version", |row| maybe_text(row.kubernetes_version.as_ref())),
        column("sku_tier", |row| maybe_text(row.sku_tier.as_ref())),
        column("power_state", |row| maybe_text(row.power_state.as_ref())),
        column("provisioning_state", |row| maybe_text(row.provisioning_state.as_ref())),
        column("network_plugin", |row| maybe_text(row.network_plugin.as_ref())),
        column("network_plugin_mode", |row| maybe_text(row.network_plugin_mode.as_ref())),
        column("ipam_mode", |row| text(modes(&row.ipam_modes))),
        column("network_dataplane", |row| maybe_text(row.network_dataplane.as_ref())),
        column("network_policy", |row| maybe_text(row.network_policy.as_ref())),
        column("ip_families", |row| list(&row.ip_families)),
        column("pod_cidrs", |row| list(&row.pod_cidrs)),
        column("service_cidrs", |row| list(&row.service_cidrs)),
        column("outbound_type", |row| maybe_text(row.outbound_type.as_ref())),
        column("identity_type", |row| maybe_text(row.identity_type.as_ref())),
        column("node_pools", |row| number(row.node_pools)),
        column("nodes", |row| maybe(row.nodes)),
        column("nodes_scale_max", |row| maybe(row.nodes_scale_max)),
        column("pod_cidr_node_capacity", |row| maybe(row.pod_cidr_node_capacity)),
        column("nodes_configured", |row| maybe(row.nodes_configured)),
        column("owner", |row| maybe_text(row.owner.as_ref())),
        column("environment", |row| maybe_text(row.environment.as_ref())),
    ]
}

pub(super) fn node_pools<'a>() -> Vec<Column<&'a NodePoolRow>> {
    vec![
        column("cluster_id", |row| text(row.cluster_id.as_str())),
        column("node_pool", |row| text(&row.name)),
        column("mode", |row| maybe_text(row.mode.as_ref())),
        column("type", |row| maybe_text(row.pool_type.as_ref())),
        column("os_type", |row| maybe_text(row.os_type.as_ref())),
        column("os_sku", |row| maybe_text(row.os_sku.as_ref())),
        column("vm_size", |row| maybe_text(row.vm_size.as_ref())),
        column("power_state", |row| maybe_text(row.power_state.as_ref())),
        column("ipam_mode", |row| text(row.ipam_mode.as_str())),
        column("nodes", |row| maybe(row.nodes)),
        column("min_count", |row| maybe(row.min_count)),
        column("max_count", |row| maybe(row.max_count)),
        column("max_surge", |row| maybe_text(row.max_surge.as_ref())),
        column("surge_nodes", |row| maybe(row.surge_nodes)),
        column("max_pods", |row| maybe(row.max_pods)),
        column("ips_per_node", |row| maybe(row.ips_per_node)),
        column("ips_per_node_observed", |row| observed(row.ips_per_node_observed)),
        column("node_subnet_id", |row| maybe_text(row.node_subnet_id.as_ref().map(ResourceId::as_str))),
        column("pod_subnet_id", |row| maybe_text(row.pod_subnet_id.as_ref().map(ResourceId::as_str))),
        column("nodes_scale_max", |row| maybe(row.nodes_scale_max)),
        column("largest_scale_up", |row| maybe(row.ahead.largest_scale_up)),
        column("nodes_configured", |row| maybe(row.nodes_configured)),
        column("pod_ips_per_node_low", |row| maybe(row.pod_ips_per_node_low)),
        column("pod_ips_per_node_high", |row| maybe(row.pod_ips_per_node_high)),
        column("nodes_holding", |row| maybe(row.nodes_holding)),
        column("limited_by", |row| maybe_text(row.ahead.limited_by.map(Limit::as_str))),
    ]
}

/// One number where all nodes hold as many, else the lowest and the highest. Both dots keep a spreadsheet from reading
/// a date.
fn observed(bounds: Option<(u64, u64)>) -> Cell<'static> {
    match bounds {
        None => Cell::Empty,
        Some((low, high)) if low == high => number(low),
        Some((low, high)) => text(format!("{low}..{high}")),
    }
}

pub(super) fn subnets<'a>() -> Vec<Column<&'a SubnetRow>> {
    vec![
        column("subnet_id", |row| text(row.id.as_str())),
        column("subscription_id", |row| text(String::from(row.id.subscription()))),
        column("resource_group", |row| group(&row.id)),
        column("vnet", |row| network(&row.id)),
        column("subnet", |row| text(row.id.name())),
        column("location", |row| maybe_text(row.location.as_ref())),
        column("address_prefixes", |row| list(&row.prefixes)),
        column("usable", |row| maybe(row.usable)),
        column("used", |row| maybe(row.used)),
        column("used_low", |row| maybe(row.used_low)),
        column("used_basis", |row| text(row.basis.as_str())),
        column("free", |row| maybe(row.free)),
        column("utilization_pct", |row| maybe(row.utilization_tenths().map(percent))),
        column("used_aks", |row| maybe(row.used_aks)),
        column("used_other", |row| maybe(row.used_other)),
        column("clusters", |row| list(row.clusters.iter().map(ResourceId::name))),
        column("node_pools", |row| {
            list(row.node_pools.iter().map(|(id, pool)| format!("{}/{pool}", id.name())))
        }),
        column("ipam_modes", |row| list(row.ipam_modes.iter().map(|mode| mode.as_str()))),
        column("projected_upgrade", |row| maybe(row.ahead.projected.upgrade)),
        column("projected_upgrade_all", |row| maybe(row.ahead.projected.upgrade_all)),
        column("projected_scale_max", |row| maybe(row.ahead.projected.scale_max)),
        column("projected_scale_max_upgrade", |row| maybe(row.ahead.projected.scale_max_upgrade)),
        column("headroom_upgrade", |row| maybe(row.headroom(Scenario::Upgrade))),
        column("headroom_upgrade_all", |row| maybe(row.headroom(Scenario::UpgradeAll))),
        column("headroom_scale_max", |row| maybe(row.headroom(Scenario::ScaleMax))),
        column("headroom_scale_max_upgrade", |row| maybe(row.headroom(Scenario::ScaleMaxUpgrade))),
        column("status", |row| text(row.status.as_str())),
        column("reasons", |row| list(&row.reasons)),
        column("other_growth", |row| maybe(row.ahead.other_growth)),
        column("projection_basis", |row| maybe_text(row.ahead.basis.map(ProjectionBasis::as_str))),
        column("stranded", |row| maybe(row.ahead.stranded)),
        column("smallest_prefix", |row| {
            maybe_text(row.ahead.spare.map(|spare| format!("/{}", spare.enough)))
        }),
        column("returnable", |row| maybe(row.ahead.spare.map(|spare| spare.addresses))),
    ]
}

pub(super) fn vnets<'a>() -> Vec<Column<&'a VnetRow>> {
    vec![
        column("vnet_id", |row| text(row.id.as_str())),
        column("subscription_id", |row| text(String::from(row.id.subscription()))),
        column("resource_group", |row| group(&row.id)),
        column("vnet", |row| text(row.id.name())),
        column("location", |row| text(&row.location)),
        column("address_space", |row| list(&row.address_space)),
        column("addresses", |row| number(row.addresses)),
        column("allocated_to_subnets", |row| number(row.allocated_to_subnets)),
        column("unallocated", |row| number(row.unallocated)),
        column("subnets", |row| number(row.subnets)),
        column("peerings", |row| number(row.peerings)),
        column("used", |row| maybe(row.used)),
    ]
}

type InSubnet<'a> = (&'a SubnetRow, &'a ConsumerRow);

pub(super) fn consumers_of(subnet: &SubnetRow) -> impl Iterator<Item = InSubnet<'_>> {
    subnet.consumers.iter().map(move |consumer| (subnet, consumer))
}

pub(super) fn consumers<'a>() -> Vec<Column<InSubnet<'a>>> {
    vec![
        column("subnet_id", |(subnet, _)| text(subnet.id.as_str())),
        column("kind", |(_, row)| text(&*row.kind)),
        column("owner_id", |(_, row)| maybe_text(row.owner_id.as_ref().map(ResourceId::as_str))),
        column("node_pool", |(_, row)| maybe_text(row.node_pool.as_ref())),
        column("ips", |(_, row)| maybe(row.ips)),
        column("ips_low", |(_, row)| number(row.ips_low)),
    ]
}

/// Rows about findings in the order of the resources; the audit has the worst first.
pub(super) fn by_resource<T>(rows: &[T], finding: fn(&T) -> &Finding) -> impl Iterator<Item = &T> {
    let mut rows: Vec<_> = rows.iter().collect();
    rows.sort_by_cached_key(|row| finding(row).resource_id.to_ascii_lowercase());
    rows.into_iter()
}

pub(super) fn findings<'a>() -> Vec<Column<&'a Finding>> {
    vec![
        column("finding_id", |row| text(&row.id)),
        column("rule_id", |row| text(&row.rule_id)),
        column("severity", |row| text(row.severity.as_str())),
        column("resource_id", |row| text(&row.resource_id)),
        column("title", |row| text(&row.title)),
        column("detail", |row| text(&row.detail)),
        column("remediation", |row| text(row.remedy())),
        column("source", |row| text(&row.source)),
        column("command", |row| maybe_text(row.command.as_ref())),
    ]
}

pub(super) fn accepted_findings<'a>() -> Vec<Column<&'a (Finding, Exception)>> {
    vec![
        column("finding_id", |(row, _)| text(&row.id)),
        column("rule_id", |(row, _)| text(&row.rule_id)),
        column("severity", |(row, _)| text(row.severity.as_str())),
        column("resource_id", |(row, _)| text(&row.resource_id)),
        column("title", |(row, _)| text(&row.title)),
        column("detail", |(row, _)| text(&row.detail)),
        column("reason", |(_, exception)| text(&exception.reason)),
        column("until", |(_, exception)| maybe(exception.until)),
    ]
}

pub(super) fn coverage<'a>() -> Vec<Column<&'a CoverageEntry>> {
    vec![
        column("scope_id", |row| text(&row.scope_id)),
        column("what", |row| text(row.what.as_str())),
        column("status", |row| text(row.status.as_str())),
        column("items", |row| number(row.items)),
        column("http_status", |row| maybe(row.http_status)),
        column("error_code", |row| maybe_text(row.error_code.as_ref())),
        column("message", |row| maybe_text(row.message.as_ref())),
        column("attempts", |row| number(row.attempts)),
        column("request_id", |row| maybe_text(row.request_id.as_ref())),
    ]
}
