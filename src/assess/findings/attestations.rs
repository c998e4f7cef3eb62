//! Answers to checks that decide nothing, said aloud: somebody relies on them.

use std::collections::BTreeSet;

use super::{Context, Draft};
use crate::{
    assess::{
        audit::Fact,
        migration::{ClusterPlan, IdleAnswer, IdleReason, idle_answer},
        options::Attested,
    },
    inventory::ResourceId,
    rules::{CheckId, CheckScope, FindingId},
};

/// One finding a cluster, or a scope that an answer speaks of. A cluster that was not looked at says nothing about the answers
/// given for it.
pub(super) fn drafts(context: &Context<'_>) -> Vec<Draft> {
    let attestations = &context.options.migration.settings.attestations;
    let named: BTreeSet<(&Attested, CheckId)> = attestations.iter().map(|a| (&a.cluster, a.check)).collect();
    let facts = named.into_iter().filter_map(|(of, check)| Some((of, fact(context, of, check)?)));
    let facts: Vec<_> = facts.collect();
    let of_each = facts.chunk_by(|(one, _), (other, _)| one == other).filter_map(|facts| {
        let (of, _) = facts.first()?;
        let facts: Vec<_> = facts.iter().map(|(_, fact)| fact.clone()).collect();
        Some(Draft::new(FindingId::AttestationWithoutEffect, of.as_str(), facts))
    });
    of_each.collect()
}

/// Why an answer decides nothing; nothing where it does, for one cluster at least.
fn fact(context: &Context<'_>, of: &Attested, check: CheckId) -> Option<Fact> {
    let Attested::Within(id) = of else { return effect_within(context, of, check) };
    if of.width() == CheckScope::Cluster {
        return match context.audit.cluster(id) {
            Some(one) => Some(Fact::Attestation(check, effect(context, &one.decided, check)?)),
            None => is_gone(context, of, id).then_some(Fact::AttestationOfNothing(check)),
        };
    }
    let nothing = || is_gone(context, of, id).then_some(Fact::AttestationOfNothing(check));
    effect_within(context, of, check).or_else(nothing)
}

/// The same of an answer for many clusters. That a check is not made of any of them is no reproach: the next may need it.
fn effect_within(context: &Context<'_>, of: &Attested, check: CheckId) -> Option<Fact> {
    let mut idle = None;
    for one in context.audit.clusters.iter().filter(|one| of.covers(one.id())) {
        match effect(context, &one.decided, check) {
            None => return None,
            Some(IdleAnswer { why: IdleReason::NotMade, .. }) => {}
            Some(answer) => idle = idle.or(Some(answer)),
        }
    }
    idle.map(|answer| Fact::Attestation(check, answer))
}

/// What speaks against the answers; nothing where one of them decides the check for either operation.
fn effect(context: &Context<'_>, plan: &ClusterPlan, check: CheckId) -> Option<IdleAnswer> {
    let made: Vec<_> = [Some(&plan.readiness), plan.second.as_ref()]
        .into_iter()
        .flatten()
        .filter_map(|readiness| readiness.checks.iter().find(|result| result.check == check))
        .collect();
    if made.iter().any(|result| result.attested_until.is_some()) {
        return None;
    }
    let attestations = &context.options.migration.settings.attestations;
    let cluster = &plan.cluster_id;
    idle_answer(attestations, cluster, made.first().copied(), check, context.options.as_of)
}

/// Whether there is no such cluster, or none in such a scope, rather than that it is filtered out or unreadable.
fn is_gone(context: &Context<'_>, of: &Attested, id: &ResourceId) -> bool {
    context.reading.complete().contains(&id.subscription())
        && !context.inventory.clusters.iter().any(|read| of.covers(&read.id))
}
