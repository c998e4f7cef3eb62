//! Ranges that collide.

use std::collections::BTreeMap;

use super::{Context, Draft, show};
use crate::{
    assess::{audit::Fact, outlook::Conflict},
    inventory::ResourceId,
    rules::FindingId,
};

/// One finding a rule and owner, whatever number of ranges collide: a finding's id is made of rule and resource.
pub(super) fn drafts(context: &Context<'_>) -> Vec<Draft> {
    let mut by_owner: BTreeMap<(FindingId, &ResourceId), Vec<&Conflict>> = BTreeMap::new();
    for conflict in context.audit.conflicts() {
        by_owner.entry((conflict.with.rule(), &conflict.owner_a)).or_default().push(conflict);
    }
    let overlaps = by_owner.into_iter().map(|((rule, owner), conflicts)| draft(rule, owner, &conflicts));
    overlaps.chain(broken(context)).collect()
}

/// Peerings that lead nowhere: what lies behind them is no conflict today, and may be one when they work.
fn broken(context: &Context<'_>) -> impl Iterator<Item = Draft> {
    let networks = context.audit.networks.iter().filter(|network| !network.broken.is_empty());
    networks.map(|network| {
        let id = &network.row.id;
        let facts = [Fact::NotConnected(network.broken.clone())];
        let show = show("az network vnet show", id).option(
            "--query",
            "virtualNetworkPeerings[].{peering: name, state: peeringState, remote: remoteVirtualNetwork.id}",
        );
        Draft::new(FindingId::PeeringNotConnected, id.as_str(), facts).command(show)
    })
}

fn draft(rule: FindingId, owner: &ResourceId, conflicts: &[&Conflict]) -> Draft {
    let overlaps = conflicts.iter().map(|conflict| (*conflict).clone()).collect();
    let draft = Draft::new(rule, owner.as_str(), [Fact::Overlaps(overlaps)]);
    draft.command(if owner.is_type("Microsoft.Network/virtualNetworks") {
        show("az network vnet show", owner).option("--query", "addressSpace")
    } else {
        show("az aks show", owner)
            .option("--query", "networkProfile.[podCidr, podCidrs, serviceCidr, serviceCidrs]")
    })
}
