//! What runbooks are gathered from: references into an audit.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;

use super::Item;
use crate::{
    assess::{
        audit::{Audit, ClusterRecord, ClusterRow, SubnetRow},
        migration::{ClusterPlan, Operation, Readiness, Target, Verdict},
        outlook::{Change, Fix},
        schedule::{PlannedStep, UnplacedReason},
    },
    rules::{CheckId, CheckRule, Checks},
};

/// What a runbook is gathered from: references into an audit, small beside the page that comes of them.
#[derive(Debug, Clone)]
pub struct Sources<'a> {
    /// The audit's date.
    pub as_of: Date,
    /// The cluster's row.
    pub row: &'a ClusterRow,
    /// The rows of the subnets it touches, as far as there are any.
    pub subnets: Vec<&'a SubnetRow>,
    /// What was decided about it.
    pub decided: &'a ClusterPlan,
    /// Its steps in the plan, in order; none without a plan.
    pub steps: Vec<&'a PlannedStep>,
    /// Why the plan has no place for it, where it has none.
    pub unplaced: Option<&'a UnplacedReason>,
    /// What ends a shortfall by changing this cluster.
    pub fixes: Vec<&'a Fix>,
    /// What the catalogue says about a check.
    pub text: fn(CheckId) -> &'static CheckRule,
}

impl Sources<'_> {
    /// Whether an operation changes the cluster in place, so that the checks before it are asked.
    #[must_use]
    pub fn is_changed_in_place(&self) -> bool {
        !operations(self.decided.recommendation.target, self.decided.readiness.verdict).is_empty()
    }
}

/// What the runbooks of an audit are gathered from, by the id of the cluster. [`super::build`] turns each into its page, one at
/// a time, so that a large estate needs no room for all of them.
#[must_use]
pub fn sources<'a>(audit: &'a Audit) -> Vec<Sources<'a>> {
    let plan = &audit.plan;
    let mut steps: HashMap<_, Vec<_>> = HashMap::new();
    for step in &plan.steps {
        steps.entry(&step.cluster_id).or_default().push(step);
    }
    let mut fixes: HashMap<_, Vec<_>> = HashMap::new();
    for fix in audit.fixes() {
        let changed: BTreeSet<_> = fix.changes.iter().map(Change::cluster_id).collect();
        for id in changed {
            fixes.entry(id).or_default().push(fix);
        }
    }
    let one = |record: &'a ClusterRecord| {
        let ClusterRecord { row, decided, .. } = record;
        let touched = decided.candidate.iter().flat_map(|candidate| &candidate.footprint.subnets);
        let unplaced = plan.unplaced.iter().find(|one| one.cluster_id == row.id);
        Sources {
            as_of: audit.header.as_of,
            row,
            subnets: touched.filter_map(|one| audit.subnet(&one.subnet_id)).collect(),
            decided,
            steps: steps.remove(&row.id).unwrap_or_default(),
            unplaced: unplaced.map(|one| &one.reason),
            fixes: fixes.remove(&row.id).unwrap_or_default(),
            text: |id| Checks::built_in().get(id),
        }
    };
    audit.clusters.iter().filter(|one| one.decided.has_runbook()).map(one).collect()
}

/// A verdict of `rebuild` leaves nothing to do in place, whatever the target.
pub(super) fn operations(target: Target, verdict: Verdict) -> Vec<Operation> {
    match target {
        _ if verdict == Verdict::Rebuild => Vec::new(),
        Target::Overlay => vec![Operation::Overlay],
        Target::OverlayThenCilium => vec![Operation::Overlay, Operation::Cilium],
        Target::Cilium => vec![Operation::Cilium],
        Target::Stay
        | Target::PodSubnet
        | Target::NewPools
        | Target::LargerSubnet
        | Target::ExpandPodCidr
        | Target::NewCluster
        | Target::Undecided => Vec::new(),
    }
}

pub(super) fn item(readiness: &Readiness, text: fn(CheckId) -> &'static CheckRule, id: CheckId) -> Item<'_> {
    let result = readiness.checks.iter().find(|result| result.check == id);
    Item {
        id,
        rule: text(id),
        facts: result.map_or(&[], |result| &result.facts),
        wording: result.and_then(|result| result.wording.as_deref()),
    }
}
