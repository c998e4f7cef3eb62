//! From candidates to the moves of a plan.

use std::collections::{BTreeMap, BTreeSet};

use super::{Move, Step, SubnetUse};
use crate::{
    assess::migration::{
        Candidate, ClusterPlan, Operation, SubnetFootprint, Target, Verdict, Work, replaced_pools,
    },
    inventory::ResourceId,
};

/// A cluster that goes somewhere.
#[derive(Debug, Clone, Copy)]
pub struct Leaver<'c> {
    /// What is decided about it.
    pub decided: &'c ClusterPlan,
    /// What makes it worth migrating.
    pub candidate: &'c Candidate,
    /// How long one re-image of it may take at most, in minutes, where it can be told.
    pub reimage_minutes: Option<u64>,
}

/// What a plan is made of, from candidates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// Clusters that move in place.
    pub moves: Vec<Move>,
    /// Free addresses of their subnets before anything moves.
    pub headroom: BTreeMap<ResourceId, Option<i64>>,
    /// Candidates that have no way in place, and so no place in the waves, in the order they came.
    pub elsewhere: Vec<ResourceId>,
}

/// Drafts the moves of candidates.
#[must_use]
pub fn draft<'c>(leavers: impl IntoIterator<Item = Leaver<'c>>) -> Draft {
    let mut draft = Draft::default();
    for leaver in leavers {
        let Some(operation) = first_operation(leaver.decided) else {
            draft.elsewhere.push(leaver.decided.cluster_id.clone());
            continue;
        };
        for subnet in &leaver.candidate.footprint.subnets {
            let free = draft.headroom.entry(subnet.subnet_id.clone()).or_insert(subnet.free);
            // Two clusters that share a subnet are told the same; if not, the worse counts, and unknown is worst.
            *free = free.zip(subnet.free).map(|(a, b)| a.min(b));
        }
        draft.moves.push(one(leaver, operation));
    }
    draft
}

/// The operation that is the move; none for clusters that cannot go in place.
fn first_operation(decided: &ClusterPlan) -> Option<Operation> {
    match decided.recommendation.target {
        _ if decided.readiness.verdict == Verdict::Rebuild => None,
        Target::Overlay | Target::OverlayThenCilium => Some(Operation::Overlay),
        Target::Cilium => Some(Operation::Cilium),
        Target::Stay
        | Target::PodSubnet
        | Target::NewPools
        | Target::LargerSubnet
        | Target::ExpandPodCidr
        | Target::NewCluster
        | Target::Undecided => None,
    }
}

fn one(leaver: Leaver<'_>, operation: Operation) -> Move {
    let Leaver { decided, candidate, reimage_minutes } = leaver;
    let footprint = &candidate.footprint;
    Move {
        cluster_id: decided.cluster_id.clone(),
        environment: decided.environment.clone(),
        production: decided.production,
        owner: decided.owner.clone(),
        location: decided.location.clone(),
        rank: decided.rank.as_ref().map_or(u32::MAX, |rank| rank.place),
        risk: risk(decided),
        unsettled: decided.readiness.verdict == Verdict::Unknown,
        nodes: footprint.nodes,
        reimage_minutes,
        forced_upgrade: decided.forced_upgrade(),
        replaced_pools: replaced_pools(&decided.neighbours),
        subnets: footprint
            .subnets
            .iter()
            .map(|subnet| (subnet.subnet_id.clone(), subnet_use(subnet, footprint.surge_nodes, operation)))
            .collect(),
        route_tables: footprint.route_tables.iter().cloned().collect(),
        groups: BTreeSet::new(),
        steps: steps(decided, operation),
    }
}

/// More re-images, then more blockers: only the order counts.
fn risk(decided: &ClusterPlan) -> u32 {
    let blockers = u32::try_from(decided.readiness.blockers.len()).unwrap_or(u32::MAX);
    decided.reimages().saturating_mul(1000).saturating_add(blockers)
}

/// After Overlay each surge node takes one address, so that the number of surge nodes is a bound.
fn subnet_use(subnet: &SubnetFootprint, surge_nodes: Option<u64>, operation: Operation) -> SubnetUse {
    let overlay = surge_nodes.filter(|_| operation == Operation::Overlay);
    SubnetUse {
        surge: subnet.surge,
        surge_after: subnet.surge.map(|surge| overlay.map_or(surge, |nodes| surge.min(nodes))),
        freed: subnet.freed.unwrap_or(0),
    }
}

fn steps(decided: &ClusterPlan, operation: Operation) -> Vec<Step> {
    let wanted = match operation {
        Operation::Overlay => Work::Overlay,
        Operation::Cilium => Work::Cilium,
    };
    let moves_at = decided.steps.iter().position(|step| step.work == wanted);
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    let mut unique = |name: &str| {
        let seen = names.entry(name.to_owned()).or_default();
        *seen += 1;
        if *seen == 1 { name.to_owned() } else { format!("{name}-{seen}") }
    };
    let step = |(at, step): (usize, &crate::assess::migration::Step)| {
        let is_move = Some(at) == moves_at;
        Step {
            name: unique(name(step.work)),
            work: step.work,
            also: step.also.clone(),
            is_move,
            reimages: step.reimages,
            batches: step.batches_with_previous,
            in_window: step.in_window,
            waiting_days: u16::try_from(step.wait_days).unwrap_or(u16::MAX),
        }
    };
    decided.steps.iter().enumerate().map(step).collect()
}

fn name(work: Work) -> &'static str {
    match work {
        Work::Mend(check) | Work::AgreeOnPodCidr(check, _) => check.as_str(),
        Work::Overlay => "overlay",
        Work::Cilium => "cilium",
        Work::NewCluster => "new-cluster",
        Work::NewPools | Work::PodSubnetPools => "new-pools",
        Work::LargerSubnet => "larger-subnet",
        Work::ExpandPodCidr(_) => "expand-pod-cidr",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        assess::{
            fixture::{cluster_id, subnet_id},
            migration::{self, Footprint, NoProposal, Readiness, Reason, Recommendation},
        },
        ipam::IpamMode,
        rules::CheckId,
    };

    fn step(work: Work, reimages: bool, wait_days: u32) -> migration::Step {
        migration::Step {
            work,
            also: Vec::new(),
            reimages,
            batches_with_previous: reimages,
            wait_days,
            in_window: false,
        }
    }

    fn decided(name: &str, target: Target, free: Option<i64>) -> ClusterPlan {
        let readiness = Readiness {
            operation: Operation::Overlay,
            verdict: Verdict::NeedsPreparation,
            checks: Vec::new(),
            blockers: vec![CheckId::UserAssignedIdentity, CheckId::NodeSubnetPolicy],
            warnings: Vec::new(),
            manual_checks: Vec::new(),
            unknown_checks: Vec::new(),
        };
        let recommendation = Recommendation {
            target,
            rule: "REC-08",
            reason: Reason::ModeUnknown,
            runner_up: None,
            questions: Vec::new(),
            first: Vec::new(),
            also: Vec::new(),
        };
        let footprint = Footprint {
            subnets: vec![SubnetFootprint {
                subnet_id: subnet_id("v", "s"),
                free,
                surge: Some(62),
                freed: Some(90),
            }],
            surge_nodes: Some(2),
            nodes: Some(3),
            ..Footprint::default()
        };
        let candidate =
            Candidate { ips_freed: Some(90), current_pod_cidr: None, suggested_pod_cidr: None, footprint };
        ClusterPlan {
            cluster_id: cluster_id(name),
            from: IpamMode::NodeSubnet,
            production: true,
            environment: Some("prod".to_owned()),
            owner: Some("team-a".to_owned()),
            location: "westeurope".to_owned(),
            rank: None,
            readiness,
            second: None,
            recommendation,
            pod_cidr: Err(NoProposal::NotAsked),
            steps: vec![
                step(Work::Mend(CheckId::UserAssignedIdentity), false, 1),
                step(Work::Mend(CheckId::NodeSubnetPolicy), true, 0),
                step(Work::Overlay, true, 0),
                step(Work::Cilium, true, 0),
            ],
            candidate: Some(candidate),
            exposure: None,
            duration: None,
            site: Box::default(),
            neighbours: Vec::new(),
        }
    }

    fn drafted(all: &[ClusterPlan], reimage_minutes: Option<u64>) -> Draft {
        draft(all.iter().map(|decided| Leaver {
            decided,
            candidate: decided.candidate.as_ref().unwrap(),
            reimage_minutes,
        }))
    }

    #[test]
    fn every_kind_of_step_has_a_name_that_waiting_days_take() {
        let kinds = [
            Work::Overlay,
            Work::Cilium,
            Work::NewCluster,
            Work::NewPools,
            Work::ExpandPodCidr(None),
            Work::LargerSubnet,
        ];
        // No step is named `prepare` any more: each that prepares mends a check.
        let names: Vec<_> = ["prepare"].into_iter().chain(kinds.map(name)).collect();
        assert_eq!(names, crate::assess::options::PlanOptions::STEPS);
        assert_eq!(name(Work::Mend(CheckId::UserAssignedIdentity)), "MIG-012");
    }

    #[test]
    fn a_candidate_becomes_a_move_with_its_steps() {
        let draft = drafted(&[decided("a", Target::OverlayThenCilium, Some(100))], Some(90));
        let one = draft.moves.first().unwrap();
        let steps: Vec<_> =
            one.steps.iter().map(|s| (s.name.as_str(), s.is_move, s.reimages, s.waiting_days)).collect();
        assert_eq!(
            steps,
            [
                ("MIG-012", false, false, 1),
                ("MIG-018", false, true, 0),
                ("overlay", true, true, 0),
                ("cilium", false, true, 0)
            ]
        );
        assert_eq!((one.risk, one.rank, one.reimage_minutes), (3002, u32::MAX, Some(90)));
        assert_eq!((one.owner.as_deref(), one.location.as_str()), (Some("team-a"), "westeurope"));
        let used = one.subnets.get(&subnet_id("v", "s")).unwrap();
        // Two surge nodes of 31 addresses before; two of one address after.
        assert_eq!((used.surge, used.surge_after, used.freed), (Some(62), Some(2), 90));
    }

    #[test]
    fn clusters_without_a_way_in_place_are_named_and_left_out() {
        let mut rebuilt = decided("b", Target::Overlay, None);
        rebuilt.readiness.verdict = Verdict::Rebuild;
        let all = [decided("a", Target::NewCluster, None), rebuilt, decided("c", Target::Cilium, None)];
        let draft = drafted(&all, None);
        assert_eq!(draft.elsewhere, [cluster_id("a"), cluster_id("b")]);
        let only = draft.moves.first().unwrap();
        let moves: Vec<_> =
            only.steps.iter().filter(|step| step.is_move).map(|step| step.name.as_str()).collect();
        assert_eq!(moves, ["cilium"]);
        // The data plane changes nothing about what a surge node takes.
        assert!(only.subnets.values().all(|used| used.surge_after == used.surge));
    }

    #[test]
    fn the_headroom_of_a_shared_subnet_is_the_worst_that_is_told() {
        let free = |a, b| {
            let both = [decided("a", Target::Overlay, a), decided("b", Target::Overlay, b)];
            drafted(&both, None).headroom.get(&subnet_id("v", "s")).copied().unwrap()
        };
        assert_eq!(free(Some(5), Some(3)), Some(3));
        assert_eq!(free(Some(5), None), None);
        assert_eq!(free(None, Some(5)), None);
    }

    #[test]
    fn steps_of_one_kind_have_names_of_their_own_and_unknown_is_said() {
        let mut one = decided("a", Target::Overlay, None);
        one.readiness.verdict = Verdict::Unknown;
        one.steps = vec![
            step(Work::Mend(CheckId::UserAssignedIdentity), false, 70_000),
            step(Work::Mend(CheckId::UserAssignedIdentity), false, 0),
            step(Work::Overlay, true, 0),
        ];
        let draft = drafted(&[one], None);
        let one = draft.moves.first().unwrap();
        let steps = &one.steps;
        let names: Vec<_> = steps.iter().map(|step| step.name.as_str()).collect();
        assert_eq!(names, ["MIG-012", "MIG-012-2", "overlay"]);
        assert_eq!(steps.first().map(|step| step.waiting_days), Some(u16::MAX));
        assert!(one.unsettled && steps.last().is_some_and(|step| step.is_move));
    }
}
