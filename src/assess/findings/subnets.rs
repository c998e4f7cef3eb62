//! What is found on subnets and networks.

use std::collections::{HashMap, HashSet};

use super::{Context, Draft, needs::short, show, show_use, some_of};
use crate::{
    assess::{
        audit::{SubnetRow, SubnetStatus},
        records::status::reaches,
        usage::UsedBasis,
    },
    inventory::{ResourceId, Subnet, VirtualNetwork},
    rules::FindingId,
    words,
};

const PREFIXES: &str = "{prefix: addressPrefix, prefixes: addressPrefixes}";

pub(super) fn drafts(context: &Context<'_>) -> Vec<Draft> {
    let networks = &context.inventory.virtual_networks;
    let readable: HashMap<&ResourceId, &Subnet> =
        networks.iter().flat_map(|vnet| &vnet.subnets).map(|subnet| (&subnet.id, subnet)).collect();
    let mut drafts = Vec::new();
    for row in &context.rows.subnets {
        // What no network shows is a finding about the pool that names it.
        let Some(subnet) = readable.get(&row.id) else { continue };
        drafts.extend(usage(context, row));
        drafts.extend(unreadable_subnet_prefixes(subnet));
    }
    let shown: HashSet<_> = context.rows.vnets.iter().map(|row| &row.id).collect();
    drafts.extend(networks.iter().filter(|vnet| shown.contains(&vnet.id)).filter_map(unreadable_space));
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
    let draft = Draft::new(rule, row.id.as_str(), describe(row)).command(show_use(&row.id));
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

fn describe(row: &SubnetRow) -> String {
    // The reasons of a status hold its figures.
    let mut parts = if row.reasons.is_empty() { vec![figures(row)] } else { row.reasons.clone() };
    if !row.clusters.is_empty() {
        parts.push(format!("clusters {}", some_of(row.clusters.iter().map(ResourceId::name))));
    }
    parts.join("; ")
}

fn figures(row: &SubnetRow) -> String {
    let basis = match row.basis {
        UsedBasis::Measured => "",
        UsedBasis::Modelled => ", modelled",
        UsedBasis::Mixed => ", partly modelled",
        UsedBasis::Unknown => ", more may be",
    };
    let percent = row.utilization_tenths().map(|tenths| format!(" ({}.{} %)", tenths / 10, tenths % 10));
    let percent = percent.unwrap_or_default();
    match (row.used, row.used_low, row.usable) {
        (Some(used), _, Some(usable)) => format!("{used} of {usable} addresses in use{percent}{basis}"),
        (None, Some(low), Some(usable)) => format!("at least {low} of {usable} addresses in use{basis}"),
        (Some(used), _, None) => format!("{} in use{basis}, of an unknown number", words::addresses(used)),
        (None, Some(low), None) => {
            format!("at least {} in use{basis}, of an unknown number", words::addresses(low))
        }
        (None, None, Some(usable)) => format!("{usable} usable addresses, an unknown number in use"),
        (None, None, None) => "neither its size nor its use is known".to_owned(),
    }
}

fn unreadable_subnet_prefixes(subnet: &Subnet) -> Option<Draft> {
    let unreadable = &subnet.prefixes.unreadable;
    (!unreadable.is_empty()).then(|| {
        let detail = format!("subnet prefix {}", some_of(unreadable.iter().map(String::as_str)));
        let command = show("az network vnet subnet show", &subnet.id).option("--query", PREFIXES);
        Draft::new(FindingId::UnreadablePrefix, subnet.id.as_str(), detail).command(command)
    })
}

fn unreadable_space(vnet: &VirtualNetwork) -> Option<Draft> {
    let unreadable = &vnet.address_space.unreadable;
    (!unreadable.is_empty()).then(|| {
        let detail = format!("address space {}", some_of(unreadable.iter().map(String::as_str)));
        let command = show("az network vnet show", &vnet.id).option("--query", "addressSpace");
        Draft::new(FindingId::UnreadablePrefix, vnet.id.as_str(), detail).command(command)
    })
}
