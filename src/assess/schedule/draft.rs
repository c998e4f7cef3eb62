//! From candidates to the moves of a plan.

use std::collections::{BTreeMap, BTreeSet};

use super::{Move, Step, SubnetUse};
use crate::{
    assess::migration::{Candidate, Operation, SubnetFootprint, Target, Verdict, Work},
    inventory::ResourceId,
};

/// What a plan is made of, from candidates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// Clusters that move in place.
    pub moves: Vec<Move>,
    /// Free addresses of their subnets before anything moves.
    pub headroom: BTreeMap<ResourceId, Option<i64>>,
    /// Candidates that have no way in place, and so no place in the waves.
    pub elsewhere: Vec<ResourceId>,
}

/// Drafts the moves of candidates, each with the minutes that one re-image of it may take at most.
#[must_use]
pub fn draft<'c>(candidates: impl IntoIterator<Item = (&'c Candidate, Option<u64>)>) -> Draft {
    let mut draft = Draft::default();
    for (candidate, minutes) in candidates {
        let Some(operation) = first_operation(candidate) else {
            draft.elsewhere.push(candidate.cluster_id.clone());
            continue;
        };
        for subnet in &candidate.footprint.subnets {
            let free = draft.headroom.entry(subnet.subnet_id.clone()).or_insert(subnet.free);
            // Two clusters that share a subnet are told the same; if not, the worse counts, and unknown is worst.
            *free = free.zip(subnet.free).map(|(a, b)| a.min(b));
        }
        draft.moves.push(one(candidate, operation, minutes));
    }
    draft
}

/// The operation that is the move; none for clusters that cannot go in place.
fn first_operation(candidate: &Candidate) -> Option<Operation> {
    match candidate.to {
        _ if candidate.verdict == Verdict::Rebuild => None,
        Target::Overlay | Target::OverlayThenCilium => Some(Operation::Overlay),
        Target::Cilium => Some(Operation::Cilium),
        Target::Stay
        | Target::PodSubnet
        | Target::NewPools
        | Target::ExpandPodCidr
        | Target::NewCluster
        | Target::Undecided => None,
    }
}

fn one(candidate: &Candidate, operation: Operation, reimage_minutes: Option<u64>) -> Move {
    let footprint = &candidate.footprint;
    Move {
        cluster_id: candidate.cluster_id.clone(),
        environment: candidate.environment.clone(),
        production: candidate.production,
        urgency: candidate.urgency,
        risk: risk(candidate),
        unsettled: candidate.verdict == Verdict::Unknown,
        nodes: footprint.nodes,
        reimage_minutes,
        subnets: footprint
            .subnets
            .iter()
            .map(|subnet| (subnet.subnet_id.clone(), subnet_use(subnet, footprint.surge_nodes, operation)))
            .collect(),
        route_tables: footprint.route_tables.iter().cloned().collect(),
        groups: BTreeSet::new(),
        steps: steps(candidate, operation),
    }
}

/// More re-images, then more blockers: only the order counts.
fn risk(candidate: &Candidate) -> u32 {
    let blockers = u32::try_from(candidate.blockers.len()).unwrap_or(u32::MAX);
    candidate.reimages.saturating_mul(1000).saturating_add(blockers)
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

fn steps(candidate: &Candidate, operation: Operation) -> Vec<Step> {
    let wanted = match operation {
        Operation::Overlay => Work::Overlay,
        Operation::Cilium => Work::Cilium,
    };
    let moves_at = candidate.steps.iter().position(|step| step.work == wanted);
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
            is_move,
            reimages: step.reimages,
            batches: step.batches_with_previous,
            waiting_days: u16::try_from(step.wait_days).unwrap_or(u16::MAX),
            unsettled: is_move && candidate.verdict == Verdict::Unknown,
        }
    };
    candidate.steps.iter().enumerate().map(step).collect()
}

fn name(work: Work) -> &'static str {
    match work {
        Work::Mend(check) | Work::AgreeOnPodCidr(check, _) => check.as_str(),
        Work::Overlay => "overlay",
        Work::Cilium => "cilium",
        Work::NewCluster => "new-cluster",
        Work::NewPools | Work::PodSubnetPools => "new-pools",
        Work::ExpandPodCidr(_) => "expand-pod-cidr",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        assess::{
            fixture::{cluster_id, subnet_id},
            migration::{self, Footprint},
        },
        ipam::IpamMode,
        rules::CheckId,
    };

    fn step(work: Work, reimages: bool, wait_days: u32) -> migration::Step {
        migration::Step { work, reimages, batches_with_previous: reimages, wait_days }
    }

    fn candidate(name: &str, to: Target, free: Option<i64>) -> Candidate {
        Candidate {
            cluster_id: cluster_id(name),
            location: "westeurope".to_owned(),
            from: IpamMode::NodeSubnet,
            to,
            priority: 2,
            urgency: 1,
            verdict: Verdict::NeedsPreparation,
            blockers: vec![CheckId::UserAssignedIdentity, CheckId::NodeSubnetPolicy],
            reimages: 3,
            ips_freed: Some(90),
            current_pod_cidr: None,
            suggested_pod_cidr: None,
            environment: Some("prod".to_owned()),
            production: true,
            steps: vec![
                step(Work::Mend(CheckId::UserAssignedIdentity), false, 1),
                step(Work::Mend(CheckId::NodeSubnetPolicy), true, 0),
                step(Work::Overlay, true, 0),
                step(Work::Cilium, true, 0),
            ],
            footprint: Footprint {
                subnets: vec![SubnetFootprint {
                    subnet_id: subnet_id("v", "s"),
                    free,
                    surge: Some(62),
                    freed: Some(90),
                }],
                surge_nodes: Some(2),
                nodes: Some(3),
                ..Footprint::default()
            },
        }
    }

    #[test]
    fn every_kind_of_step_has_a_name_that_waiting_days_take() {
        let kinds =
            [Work::Overlay, Work::Cilium, Work::NewCluster, Work::NewPools, Work::ExpandPodCidr(None)];
        // No step is named `prepare` any more: each that prepares mends a check.
        let names: Vec<_> = ["prepare"].into_iter().chain(kinds.map(name)).collect();
        assert_eq!(names, crate::assess::options::PlanOptions::STEPS);
        assert_eq!(name(Work::Mend(CheckId::UserAssignedIdentity)), "MIG-012");
    }

    #[test]
    fn a_candidate_becomes_a_move_with_its_steps() {
        let draft = draft([(&candidate("a", Target::OverlayThenCilium, Some(100)), Some(90))]);
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
        assert_eq!((one.risk, one.urgency, one.reimage_minutes), (3002, 1, Some(90)));
        let used = one.subnets.get(&subnet_id("v", "s")).unwrap();
        // Two surge nodes of 31 addresses before; two of one address after.
        assert_eq!((used.surge, used.surge_after, used.freed), (Some(62), Some(2), 90));
    }

    #[test]
    fn clusters_without_a_way_in_place_are_named_and_left_out() {
        let mut rebuilt = candidate("b", Target::Overlay, None);
        rebuilt.verdict = Verdict::Rebuild;
        let all = [candidate("a", Target::NewCluster, None), rebuilt, candidate("c", Target::Cilium, None)];
        let draft = draft(all.iter().map(|one| (one, None)));
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
            let both = [candidate("a", Target::Overlay, a), candidate("b", Target::Overlay, b)];
            draft(both.iter().map(|one| (one, None))).headroom.get(&subnet_id("v", "s")).copied().unwrap()
        };
        assert_eq!(free(Some(5), Some(3)), Some(3));
        assert_eq!(free(Some(5), None), None);
        assert_eq!(free(None, Some(5)), None);
    }

    #[test]
    fn steps_of_one_kind_have_names_of_their_own_and_unknown_is_said() {
        let mut one = candidate("a", Target::Overlay, None);
        one.verdict = Verdict::Unknown;
        one.steps = vec![
            step(Work::Mend(CheckId::UserAssignedIdentity), false, 70_000),
            step(Work::Mend(CheckId::UserAssignedIdentity), false, 0),
            step(Work::Overlay, true, 0),
        ];
        let draft = draft([(&one, None)]);
        let steps = &draft.moves.first().unwrap().steps;
        let names: Vec<_> = steps.iter().map(|step| step.name.as_str()).collect();
        assert_eq!(names, ["MIG-012", "MIG-012-2", "overlay"]);
        assert_eq!(steps.first().map(|step| step.waiting_days), Some(u16::MAX));
        assert!(steps.last().is_some_and(|step| step.unsettled));
    }
}
