//! Ranges that collide.

use std::collections::BTreeMap;

use super::{Context, Draft, show};
use crate::{
    assess::{
        audit::{Fact, Overlap, RangeOf},
        outlook::Conflict,
    },
    inventory::ResourceId,
    rules::FindingId,
};

/// One finding a rule and owner, whatever number of ranges collide: a finding's id is made of rule and resource.
pub(super) fn drafts(context: &Context<'_>) -> Vec<Draft> {
    let mut by_owner: BTreeMap<(FindingId, &str), Vec<&Conflict>> = BTreeMap::new();
    for conflict in &context.rows.conflicts {
        by_owner.entry((conflict.with.rule(), &conflict.owner_a)).or_default().push(conflict);
    }
    by_owner.into_iter().map(|((rule, owner), conflicts)| draft(rule, owner, &conflicts)).collect()
}

fn draft(rule: FindingId, owner: &str, conflicts: &[&Conflict]) -> Draft {
    let overlaps = conflicts.iter().map(|conflict| overlap(conflict)).collect();
    let draft = Draft::new(rule, owner, [Fact::Overlaps(overlaps)]);
    let Ok(id) = ResourceId::parse(owner) else { return draft };
    draft.command(if id.is_type("Microsoft.Network/virtualNetworks") {
        show("az network vnet show", &id).option("--query", "addressSpace")
    } else {
        show("az aks show", &id)
            .option("--query", "networkProfile.[podCidr, podCidrs, serviceCidr, serviceCidrs]")
    })
}

fn overlap(conflict: &Conflict) -> Overlap {
    let of = match conflict.kind.split('-').next() {
        Some("pod") => RangeOf::Pods,
        Some("service") => RangeOf::Services,
        _ => RangeOf::Network,
    };
    Overlap { of, cidr: conflict.cidr_a, other: conflict.cidr_b, owner: conflict.owner_b.clone() }
}
