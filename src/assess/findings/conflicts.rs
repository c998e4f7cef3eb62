//! Ranges that collide.

use std::collections::BTreeMap;

use super::{Context, Draft, show, some_of};
use crate::{assess::outlook::Conflict, inventory::ResourceId, rules::FindingId};

/// One finding a rule and owner, whatever number of ranges collide: a finding's id is made of rule and resource.
pub(super) fn drafts(context: &Context<'_>) -> Vec<Draft> {
    let mut by_owner: BTreeMap<(FindingId, &str), Vec<&Conflict>> = BTreeMap::new();
    for conflict in &context.rows.conflicts {
        by_owner.entry((conflict.with.rule(), &conflict.owner_a)).or_default().push(conflict);
    }
    by_owner.into_iter().map(|((rule, owner), conflicts)| draft(rule, owner, &conflicts)).collect()
}

fn draft(rule: FindingId, owner: &str, conflicts: &[&Conflict]) -> Draft {
    let ranges: Vec<String> = conflicts.iter().map(|conflict| describe(conflict)).collect();
    let draft = Draft::new(rule, owner, some_of(ranges.iter().map(String::as_str)));
    let Ok(id) = ResourceId::parse(owner) else { return draft };
    draft.command(if id.is_type("Microsoft.Network/virtualNetworks") {
        show("az network vnet show", &id).option("--query", "addressSpace")
    } else {
        show("az aks show", &id)
            .option("--query", "networkProfile.[podCidr, podCidrs, serviceCidr, serviceCidrs]")
    })
}

fn describe(conflict: &Conflict) -> String {
    let Conflict { kind, cidr_a, cidr_b, owner_b, .. } = conflict;
    let what = match kind.split('-').next() {
        Some("pod") => "pods",
        Some("service") => "services",
        _ => "network",
    };
    let owner = ResourceId::parse(owner_b).map_or_else(|_| owner_b.clone(), |id| id.name().to_owned());
    format!("{what} {cidr_a} and {cidr_b} of {owner}")
}
