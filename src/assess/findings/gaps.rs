//! What the ledger says is missing.

use std::collections::BTreeMap;

use super::{Context, Draft, show};
use crate::{
    assess::{audit::Fact, coverage},
    inventory::{CoverageEntry, ResourceId, What},
    rules::FindingId,
    shell::Command,
};

/// One finding a scope, whatever was missing of it: a finding's id is made of rule and resource.
pub(super) fn drafts(context: &Context<'_>) -> Vec<Draft> {
    let mut by_scope: BTreeMap<(FindingId, String), Vec<&CoverageEntry>> = BTreeMap::new();
    for entry in context.reading.gaps() {
        let rule = if entry.what == What::Object { FindingId::OddObject } else { FindingId::CoverageGap };
        by_scope.entry((rule, coverage::path(entry))).or_default().push(entry);
    }
    let draft = |((rule, _), mut entries): ((FindingId, String), Vec<&CoverageEntry>)| {
        entries.sort_by_cached_key(|entry| coverage::sort_key(entry));
        let accepted = entries.iter().all(|entry| context.reading.is_accepted(entry));
        let gaps = entries.iter().map(|entry| Fact::Gap((*entry).clone()));
        let facts: Vec<Fact> = gaps.chain(accepted.then_some(Fact::GapsAccepted)).collect();
        let first = entries.first()?;
        let mut draft = Draft::new(rule, first.scope_id.as_str(), facts);
        if let Some(command) = command(first) {
            draft = draft.command(command);
        }
        Some(if accepted { draft.only_info() } else { draft })
    };
    by_scope.into_iter().filter_map(draft).collect()
}

/// The command that asks Azure the same question.
fn command(entry: &CoverageEntry) -> Option<Command> {
    let id = ResourceId::parse(&coverage::path(entry)).ok();
    let id = ResourceId::parse(&entry.scope_id).ok().or(id);
    let list = |words: &str| {
        let subscription = id.as_ref()?.subscription();
        let mut command = Command::new(words).option("--subscription", subscription.as_str());
        if let Some(group) = id.as_ref().and_then(ResourceId::resource_group) {
            command = command.option("--resource-group", group);
        }
        Some(command.option("--query", "length(@)"))
    };
    let one = |words: &str| Some(show(words, id.as_ref()?));
    match &entry.what {
        What::Subscriptions => Some(Command::new("az account list --refresh --output table")),
        What::Subscription => {
            let subscription = id.as_ref()?.subscription();
            Some(Command::new("az account show").option("--subscription", subscription.as_str()))
        }
        What::ManagementGroup => {
            let name = entry.scope_id.trim_end_matches('/').rsplit('/').next()?;
            Some(Command::new("az account management-group show --expand --recurse").option("--name", name))
        }
        What::Clusters => list("az aks list"),
        What::VirtualNetworks => list("az network vnet list"),
        What::RouteTables => list("az network route-table list"),
        What::NetworkSecurityGroups => list("az network nsg list"),
        What::ApplicationGateways => list("az network application-gateway list"),
        What::VirtualNetwork => one("az network vnet show"),
        What::RouteTable => one("az network route-table show"),
        What::NetworkSecurityGroup => one("az network nsg show"),
        What::ApplicationGateway => one("az network application-gateway show"),
        What::Object | What::Other(_) => {
            let id = id.filter(|id| !id.resource_type().is_empty())?;
            Some(Command::new("az resource show").option("--ids", id.as_str()))
        }
    }
}
