//! What is found on subnets and networks.

use std::collections::HashSet;

use super::{Context, Draft, needs::short, show, show_use};
use crate::{
    assess::{
        audit::{ConsumerKind, Fact, PrefixKind, SubnetFact, SubnetRow, SubnetStatus},
        records::status::reaches,
    },
    inventory::{ResourceId, Subnet, VirtualNetwork},
    rules::FindingId,
};

const PREFIXES: &str = "{prefix: addressPrefix, prefixes: addressPrefixes}";

pub(super) fn drafts(context: &Context<'_>) -> Vec<Draft> {
    let networks = &context.inventory.virtual_networks;
    let pools = context.audit.node_pools();
    let of_nodes: HashSet<&ResourceId> = pools.filter_map(|pool| pool.node_subnet_id.as_ref()).collect();
    let mut drafts = Vec::new();
    // What no network shows is a finding about the pool that names it.
    for subnet in networks.iter().flat_map(|vnet| &vnet.subnets) {
        let Some(row) = context.audit.subnet(&subnet.id) else { continue };
        drafts.extend(usage(context, row));
        drafts.extend(delegated(subnet, row, of_nodes.contains(&subnet.id)));
        drafts.extend(unreadable_subnet_prefixes(subnet));
    }
    let shown = networks.iter().filter(|vnet| context.audit.network(&vnet.id).is_some());
    drafts.extend(shown.filter_map(unreadable_space));
    drafts
}

fn usage(context: &Context<'_>, row: &SubnetRow) -> Option<Draft> {
    let rule = match row.status {
        SubnetStatus::Full => FindingId::SubnetFull,
        // What does not fit has findings of its own; these are about what is held.
        SubnetStatus::Critical | SubnetStatus::Warning if !is_filling(context, row) => return None,
        SubnetStatus::Critical => FindingId::SubnetCritical,
        SubnetStatus::Warning => FindingId::SubnetNearlyFull,
        SubnetStatus::Unknown if row.hosts_aks() => FindingId::SubnetUsageUnknown,
        SubnetStatus::Unknown | SubnetStatus::Ok => return None,
    };
    let draft = Draft::new(rule, row.id.as_str(), facts(row)).command(show_use(&row.id));
    match context.catalogue.finding(rule).elsewhere.filter(|_| !row.hosts_aks()) {
        Some(severity) => Some(draft.severity(severity)),
        None => Some(draft),
    }
}

/// Whether what is held, and not only what is to come, gives a subnet its status.
fn is_filling(context: &Context<'_>, row: &SubnetRow) -> bool {
    let held = row.used.or(row.used_low).zip(row.usable);
    let pct = context.options.thresholds.warning_pct;
    short(row).is_empty() || held.is_some_and(|(held, usable)| reaches(held, pct, usable))
}

fn facts(row: &SubnetRow) -> Vec<Fact> {
    // The reasons of a status hold its figures.
    let mut facts: Vec<_> = row.reasons.iter().cloned().map(SubnetFact::Status).collect();
    if facts.is_empty() {
        facts.push(SubnetFact::InUse {
            used: row.used,
            used_low: row.used_low,
            usable: row.usable,
            tenths: row.utilization_tenths(),
            basis: row.basis,
        });
    }
    if !row.clusters.is_empty() {
        facts.push(SubnetFact::Clusters(row.clusters.clone()));
    }
    facts.into_iter().map(Fact::Subnet).collect()
}

/// A delegated subnet in which nodes are: those of pools that name it, and those that no pool counts.
fn delegated(subnet: &Subnet, row: &SubnetRow, is_named: bool) -> Option<Draft> {
    let has_nodes = is_named || row.consumers.iter().any(|one| one.kind == ConsumerKind::Nodes);
    (has_nodes && !subnet.delegations.is_empty()).then(|| {
        let clusters = (!row.clusters.is_empty()).then(|| SubnetFact::Clusters(row.clusters.clone()));
        let facts = [SubnetFact::Delegated(subnet.delegations.clone())].into_iter().chain(clusters);
        let command =
            show("az network vnet subnet show", &subnet.id).option("--query", "delegations[].serviceName");
        let facts: Vec<_> = facts.map(Fact::Subnet).collect();
        Draft::new(FindingId::NodeSubnetDelegated, subnet.id.as_str(), facts).command(command)
    })
}

fn unreadable_subnet_prefixes(subnet: &Subnet) -> Option<Draft> {
    let unreadable = &subnet.prefixes.unreadable;
    (!unreadable.is_empty()).then(|| {
        let facts = [Fact::UnreadablePrefixes(PrefixKind::Subnet, unreadable.clone())];
        let command = show("az network vnet subnet show", &subnet.id).option("--query", PREFIXES);
        Draft::new(FindingId::UnreadablePrefix, subnet.id.as_str(), facts).command(command)
    })
}

fn unreadable_space(vnet: &VirtualNetwork) -> Option<Draft> {
    let unreadable = &vnet.address_space.unreadable;
    (!unreadable.is_empty()).then(|| {
        let facts = [Fact::UnreadablePrefixes(PrefixKind::AddressSpace, unreadable.clone())];
        let command = show("az network vnet show", &vnet.id).option("--query", "addressSpace");
        Draft::new(FindingId::UnreadablePrefix, vnet.id.as_str(), facts).command(command)
    })
}
