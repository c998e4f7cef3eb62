//! Answers to checks that decide nothing, said aloud: somebody relies on them.

use std::collections::BTreeSet;

use super::{Context, Draft};
use crate::{
    assess::{
        audit::Fact,
        migration::{ClusterPlan, IdleAnswer, idle_answer},
    },
    inventory::ResourceId,
    rules::{CheckId, FindingId},
};

/// One finding a cluster. A cluster that was not looked at says nothing about the answers given for it.
pub(super) fn drafts(context: &Context<'_>) -> Vec<Draft> {
    let attestations = &context.options.migration.settings.attestations;
    let named: BTreeSet<(&ResourceId, CheckId)> =
        attestations.iter().map(|a| (&a.cluster, a.check)).collect();
    let facts = named.into_iter().filter_map(|(cluster, check)| {
        let fact = match context.audit.cluster(cluster) {
            Some(one) => Fact::Attestation(check, effect(context, &one.decided, check)?),
            None => is_gone(context, cluster).then_some(Fact::AttestationOfNothing(check))?,
        };
        Some((cluster, fact))
    });
    let facts: Vec<_> = facts.collect();
    let of_cluster = facts.chunk_by(|(one, _), (other, _)| one == other).filter_map(|facts| {
        let (cluster, _) = facts.first()?;
        let facts: Vec<_> = facts.iter().map(|(_, fact)| fact.clone()).collect();
        Some(Draft::new(FindingId::AttestationWithoutEffect, cluster.as_str(), facts))
    });
    of_cluster.collect()
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

/// Whether a cluster is absent, rather than filtered out or unreadable.
fn is_gone(context: &Context<'_>, cluster: &ResourceId) -> bool {
    context.reading.complete().contains(&cluster.subscription())
        && !context.inventory.clusters.iter().any(|read| read.id == *cluster)
}
