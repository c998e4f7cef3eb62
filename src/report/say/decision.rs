//! The words of decisions.

use crate::{
    assess::migration::{Cause, Decision},
    report::{
        phrase::{Phrase, phrase},
        text::count,
    },
    rules::Checks,
};

/// What has to be decided, as a demand.
pub(crate) fn wanted(decision: &Decision) -> Phrase {
    let clusters = count(decision.frees.len() + decision.helps.len(), "cluster", "clusters");
    match &decision.cause {
        Cause::PodCidrs => {
            phrase!("accept the pod CIDRs proposed below for {}, which the move itself sets", clusters)
        }
        Cause::RouteTable(table) => phrase!(
            "split the shared route table {}, so that {} on it have one each and no other subnet uses it",
            Phrase::outside(table.name()),
            clusters
        ),
        Cause::Identity => phrase!("move {} to a user-assigned identity", clusters),
        Cause::PolicyEngine => {
            phrase!("remove the policy engine from {}, on Kubernetes 1.30 or newer", clusters)
        }
        Cause::AvailabilitySets => {
            phrase!("move {} from availability sets to virtual-machine pools", clusters)
        }
        Cause::Check(check) => {
            let rule = Checks::built_in().get(*check);
            let remedy = rule.remediation.trim_end_matches('.');
            phrase!("{} ({}, {})", Phrase::outside(remedy), check.as_str(), clusters)
        }
    }
}
