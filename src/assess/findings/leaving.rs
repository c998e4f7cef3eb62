//! Clusters that somebody has to move, plans that do not fit, and what else Microsoft retires.

use std::collections::BTreeMap;

use super::{Context, Draft, show, some_of};
use crate::{
    assess::{
        migration::{Exposure, RetirementItem, Verdict},
        schedule::Fit,
    },
    inventory::ResourceId,
    rules::{CheckId, Checks, FindingId, RetirementId, Severity},
    words,
};

/// What the finding about the plan concerns.
const PLAN: &str = "aks-census/migration-plan";

pub(super) fn drafts(context: &Context<'_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for exposure in context.leaving.exposures().filter(|one| context.selected.contains(&one.cluster_id)) {
        drafts.extend(created_lately(exposure));
        drafts.extend(blocked(exposure));
    }
    drafts.extend(late(context));
    drafts.extend(retirements(context));
    drafts
}

fn created_lately(exposure: &Exposure) -> Option<Draft> {
    let command =
        show("az aks show", &exposure.cluster_id).option("--query", "{created: systemData.createdAt}");
    (exposure.is_new == Some(true)).then(|| {
        let detail = format!("created on kubenet, which ends on {}", exposure.retirement_date);
        Draft::new(FindingId::KubenetCreatedRecently, exposure.cluster_id.as_str(), detail).command(command)
    })
}

fn blocked(exposure: &Exposure) -> Option<Draft> {
    let title = |id: &CheckId| format!("{id} ({})", Checks::built_in().get(*id).rule);
    let titles: Vec<String> = exposure.blockers.iter().map(title).collect();
    let blockers = some_of(titles.iter().map(String::as_str));
    let (detail, severity) = match exposure.verdict {
        Verdict::Rebuild => (format!("no way in place: {blockers}"), Some(Severity::High)),
        Verdict::NeedsPreparation => (format!("to be removed first: {blockers}"), None),
        Verdict::Unknown | Verdict::ReadyAfterChecks | Verdict::Ready => return None,
    };
    let draft = Draft::new(FindingId::MigrationBlocked, exposure.cluster_id.as_str(), detail)
        .command(show("az aks show", &exposure.cluster_id));
    Some(match severity {
        Some(severity) => draft.severity(severity),
        None => draft,
    })
}

fn late(context: &Context<'_>) -> Option<Draft> {
    let plan = &context.leaving.plan;
    if plan.fit == Fit::Fits && plan.unplaced.is_empty() {
        return None;
    }
    let mut parts = Vec::new();
    if plan.days_over() > 0 {
        parts.push(format!("the last wave ends {} after {}", words::days(plan.days_over()), plan.target));
    }
    if !plan.unplaced.is_empty() {
        let names = some_of(plan.unplaced.iter().map(|one| one.cluster_id.name()));
        parts.push(format!("no place for {names}"));
    }
    Some(Draft::new(FindingId::MigrationPlanLate, PLAN, parts.join("; ")))
}

/// One finding a resource, whatever number of retirements hit it: a finding's id is made of rule and resource.
fn retirements(context: &Context<'_>) -> Vec<Draft> {
    let mut by_resource: BTreeMap<&ResourceId, Vec<&RetirementItem>> = BTreeMap::new();
    // kubenet has a rule of its own.
    for item in context.leaving.retirements.iter().filter(|item| item.id != RetirementId::KUBENET) {
        by_resource.entry(&item.resource_id).or_default().push(item);
    }
    let draft = |(id, items): (&ResourceId, Vec<&RetirementItem>)| {
        let words: Vec<String> = items.iter().map(|item| describe(item)).collect();
        let worst = items.iter().map(|item| item.severity).max().unwrap_or(Severity::Low);
        let detail = some_of(words.iter().map(String::as_str));
        let words = if id.is_type("Microsoft.Network/virtualNetworks/subnets") {
            "az network vnet subnet show"
        } else {
            "az aks show"
        };
        Draft::new(FindingId::RetirementAhead, id.as_str(), detail).severity(worst).command(show(words, id))
    };
    by_resource.into_iter().map(draft).collect()
}

fn describe(item: &RetirementItem) -> String {
    let pool = item.node_pool.as_ref().map(|pool| format!("pool {pool}: ")).unwrap_or_default();
    match item.date {
        Some(date) => format!("{} on {date}: {pool}{}", item.id, item.detail),
        None => format!("{}: {pool}{}", item.id, item.detail),
    }
}
