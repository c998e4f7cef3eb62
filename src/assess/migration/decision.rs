//! Decisions that take blockers away: one root cause each, however many checks and clusters it shows in.

use std::collections::BTreeMap;

use super::{Candidate, ClusterPlan, Verdict, steps::cured_by_pod_cidr};
use crate::{inventory::ResourceId, rules::CheckId};

/// What has to be decided.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// The pod CIDRs proposed are accepted.
    PodCidrs,
    /// A route table is split.
    RouteTable(ResourceId),
    /// Clusters get a user-assigned identity.
    Identity,
    /// The policy engine goes.
    PolicyEngine,
    /// Availability sets become virtual-machine pools, which brings a Standard load balancer.
    /// <https://learn.microsoft.com/azure/aks/upgrade-basic-load-balancer-on-aks>
    AvailabilitySets,
    /// What the check asks for is done.
    Check(CheckId),
}

/// A decision and the clusters it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What has to be decided.
    pub cause: Cause,
    /// Clusters without a blocker afterwards, by id.
    pub frees: Vec<ResourceId>,
    /// Clusters of whose blockers only a part goes, or of which more is not known, by id.
    pub helps: Vec<ResourceId>,
}

/// What can be decided about these clusters, what frees most clusters first. Clusters that must be rebuilt gain nothing.
pub(crate) fn decisions<'a>(exposed: impl IntoIterator<Item = &'a ClusterPlan>) -> Vec<Decision> {
    let mut decisions: BTreeMap<Cause, Decision> = BTreeMap::new();
    for one in exposed {
        let (verdict, blockers) = (one.readiness.verdict, &one.readiness.blockers);
        if verdict == Verdict::Rebuild {
            continue;
        }
        let candidate = one.candidate.as_ref();
        let by_pod_cidr = |check: CheckId| {
            let mut results = one.readiness.checks.iter();
            candidate.is_some_and(changes_pod_cidr)
                && results.any(|result| result.check == check && cured_by_pod_cidr(result))
        };
        let cause = |check: &CheckId| {
            if by_pod_cidr(*check) { Cause::PodCidrs } else { cause(*check, blockers, candidate) }
        };
        let mut causes: Vec<Cause> = blockers.iter().map(cause).collect();
        causes.sort();
        causes.dedup();
        let is_all = causes.len() == 1 && verdict == Verdict::NeedsPreparation;
        for cause in causes {
            let new = || Decision { cause: cause.clone(), frees: Vec::new(), helps: Vec::new() };
            let decision = decisions.entry(cause.clone()).or_insert_with(new);
            let list = if is_all { &mut decision.frees } else { &mut decision.helps };
            list.push(one.cluster_id.clone());
        }
    }
    let mut decisions: Vec<_> = decisions.into_values().collect();
    for decision in &mut decisions {
        decision.frees.sort();
        decision.helps.sort();
    }
    decisions.sort_by(|a, b| {
        (b.frees.len(), b.helps.len())
            .cmp(&(a.frees.len(), a.helps.len()))
            .then_with(|| a.cause.cmp(&b.cause))
    });
    decisions
}

/// The root of a blocker that the pod CIDR does not cure, beside the others of its cluster.
fn cause(check: CheckId, all: &[CheckId], candidate: Option<&Candidate>) -> Cause {
    match check {
        CheckId::UserAssignedIdentity | CheckId::ServicePrincipal => Cause::Identity,
        CheckId::KubenetPolicy | CheckId::NodeSubnetPolicy | CheckId::PolicyRemovalVersion => {
            Cause::PolicyEngine
        }
        CheckId::RouteTableForeignSubnets | CheckId::RouteTableShared => {
            match candidate.map(|c| c.footprint.route_tables.as_slice()) {
                Some([table]) => Cause::RouteTable(table.clone()),
                _ => Cause::Check(check),
            }
        }
        CheckId::AvailabilitySets => Cause::AvailabilitySets,
        CheckId::BasicLoadBalancer if all.contains(&CheckId::AvailabilitySets) => Cause::AvailabilitySets,
        _ => Cause::Check(check),
    }
}

fn changes_pod_cidr(candidate: &Candidate) -> bool {
    candidate.suggested_pod_cidr.is_some() && candidate.suggested_pod_cidr != candidate.current_pod_cidr
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::{
        migration::checks::tests::{Start, World},
        testing::{cluster_id, migration},
    };

    /// Clusters of one estate with these blockers, verdicts, and a route table each.
    fn decided(clusters: &[(&str, &[CheckId], Verdict, &str)]) -> Vec<(Cause, Vec<String>, Vec<String>)> {
        let world = World::of(Start::Kubenet);
        let found = migration(&world.inventory, &world.options);
        let plan = &found.clusters[0];
        let mut plans = Vec::new();
        for (name, blockers, verdict, table) in clusters {
            let mut one = plan.clone();
            one.cluster_id = cluster_id(name);
            (one.readiness.blockers, one.readiness.verdict) = (blockers.to_vec(), *verdict);
            let candidate = one.candidate.as_mut().unwrap();
            candidate.footprint.route_tables = vec![table_id(table)];
            candidate.suggested_pod_cidr = Some("100.64.0.0/16".parse().unwrap());
            plans.push(one);
        }
        let names = |ids: &[ResourceId]| ids.iter().map(|id| id.name().to_owned()).collect();
        decisions(&plans).into_iter().map(|one| (one.cause, names(&one.frees), names(&one.helps))).collect()
    }

    fn table_id(name: &str) -> ResourceId {
        let group = format!("{}/resourceGroups/net", crate::assess::testing::SUBSCRIPTION);
        ResourceId::parse(&format!("{group}/providers/Microsoft.Network/routeTables/{name}")).unwrap()
    }

    #[test]
    fn checks_of_one_root_are_one_decision() {
        use CheckId::{
            KubenetPolicy, PodCidrSubnets, PolicyRemovalVersion, ProvisioningState, ReservedRanges,
            RouteTableForeignSubnets, RouteTableShared, ServiceCidr, UserAssignedIdentity,
        };
        let prepare = Verdict::NeedsPreparation;
        let found = decided(&[
            ("a", &[RouteTableForeignSubnets, RouteTableShared], prepare, "rt"),
            ("b", &[RouteTableShared], prepare, "rt"),
            ("c", &[RouteTableShared, ProvisioningState], prepare, "rt"),
            ("d", &[RouteTableShared], prepare, "other"),
            ("e", &[PolicyRemovalVersion, KubenetPolicy], prepare, "own"),
            ("f", &[PolicyRemovalVersion, UserAssignedIdentity, KubenetPolicy], prepare, "own"),
            ("g", &[PodCidrSubnets, ServiceCidr], prepare, "own"),
            ("h", &[ReservedRanges], prepare, "own"),
            ("i", &[PodCidrSubnets], prepare, "own"),
            ("j", &[UserAssignedIdentity], Verdict::Unknown, "own"),
            ("k", &[RouteTableShared], Verdict::Rebuild, "rt"),
        ]);
        let names = |text: &str| text.chars().map(|c| c.to_string()).collect::<Vec<_>>();
        let said = |cause, frees, helps| (cause, names(frees), names(helps));
        assert_eq!(
            found,
            [
                said(Cause::PodCidrs, "ghi", ""),
                said(Cause::RouteTable(table_id("rt")), "ab", "c"),
                said(Cause::PolicyEngine, "e", "f"),
                said(Cause::RouteTable(table_id("other")), "d", ""),
                said(Cause::Identity, "", "fj"),
                said(Cause::Check(ProvisioningState), "", "c"),
            ]
        );
    }

    #[test]
    fn nothing_is_to_be_decided_where_nothing_blocks() {
        assert_eq!(decided(&[("a", &[], Verdict::ReadyAfterChecks, "rt")]), []);
    }
}
