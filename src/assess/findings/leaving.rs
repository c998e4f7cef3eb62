//! Clusters that somebody has to move, plans that do not fit, and what else Microsoft retires.

use std::collections::BTreeMap;

use super::{Context, Draft, show};
use crate::{
    assess::{
        audit::{
            Fact,
            LeavingFact::{Blocked, CreatedLately, Late, NoDate, NoPlace, Retired},
        },
        migration::{ClusterPlan, Exposure, RetirementItem, Verdict},
        schedule::Fit,
    },
    inventory::ResourceId,
    rules::{FindingId, RetirementId, Severity},
};

/// What the finding about the plan concerns.
const PLAN: &str = "aks-census/migration-plan";

pub(super) fn drafts(context: &Context<'_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for (one, exposure) in context.audit.leaving() {
        drafts.extend(created_lately(one.id(), exposure));
        drafts.extend(blocked(&one.decided));
    }
    drafts.extend(late(context));
    drafts.extend(retirements(context));
    drafts
}

fn created_lately(id: &ResourceId, exposure: &Exposure) -> Option<Draft> {
    let command = show("az aks show", id).option("--query", "{created: systemData.createdAt}");
    (exposure.is_new == Some(true)).then(|| {
        let facts = [Fact::Leaving(CreatedLately { ends: exposure.retirement_date })];
        Draft::new(FindingId::KubenetCreatedRecently, id.as_str(), facts).command(command)
    })
}

fn blocked(decided: &ClusterPlan) -> Option<Draft> {
    let is_removable = match decided.readiness.verdict {
        Verdict::Rebuild => false,
        Verdict::NeedsPreparation => true,
        Verdict::Unknown | Verdict::ReadyAfterChecks | Verdict::Ready => return None,
    };
    let facts = [Fact::Leaving(Blocked { is_removable, by: decided.readiness.blockers.clone() })];
    let draft = Draft::new(FindingId::MigrationBlocked, decided.cluster_id.as_str(), facts)
        .command(show("az aks show", &decided.cluster_id));
    Some(if is_removable { draft } else { draft.severity(Severity::High) })
}

fn late(context: &Context<'_>) -> Option<Draft> {
    let plan = &context.audit.plan;
    if plan.fit == Fit::Fits {
        return None;
    }
    let days = plan.days_over();
    let late = (days > 0).then_some(Late { days, target: plan.target });
    let unplaced: Vec<_> = plan.unplaced.iter().map(|one| one.cluster_id.clone()).collect();
    let unplaced = (!unplaced.is_empty()).then_some(NoPlace(unplaced));
    let undated = (!plan.undated.is_empty()).then(|| NoDate(plan.undated.clone()));
    let facts: Vec<Fact> = late.into_iter().chain(unplaced).chain(undated).map(Fact::Leaving).collect();
    Some(Draft::new(FindingId::MigrationPlanLate, PLAN, facts))
}

/// One finding a resource and retirement, whatever number of its pools it hits.
fn retirements(context: &Context<'_>) -> Vec<Draft> {
    let clusters = context.audit.clusters.iter();
    let clusters = clusters.flat_map(|one| retired("az aks show", one.id(), &one.retirements));
    let subnets = context.audit.subnets.iter();
    let subnets = subnets.flat_map(|row| retired("az network vnet subnet show", &row.id, &row.retirements));
    clusters.chain(subnets).collect()
}

fn retired(words: &str, id: &ResourceId, items: &[RetirementItem]) -> Vec<Draft> {
    let mut by_retirement: BTreeMap<RetirementId, Vec<RetirementItem>> = BTreeMap::new();
    // kubenet has a rule of its own.
    for item in items.iter().filter(|item| item.id != RetirementId::KUBENET) {
        by_retirement.entry(item.id).or_default().push(item.clone());
    }
    let draft = |(retirement, items): (RetirementId, Vec<RetirementItem>)| {
        let worst = items.iter().map(|item| item.severity).max()?;
        let facts = [Fact::Leaving(Retired(items))];
        let draft = Draft::new(FindingId::RetirementAhead, id.as_str(), facts).retirement(retirement);
        Some(draft.severity(worst).command(show(words, id)))
    };
    by_retirement.into_iter().filter_map(draft).collect()
}
