//! Plans for the tests of this room.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    assess::{
        migration::Work,
        options::PlanOptions,
        schedule::{Move, Plan, Request, Step, schedule},
    },
    inventory::ResourceId,
    rules::CheckId,
};

fn step(name: &str, work: Work, reimages: bool, waiting_days: u16) -> Step {
    Step {
        name: name.to_owned(),
        work,
        also: Vec::new(),
        is_move: name == "overlay",
        reimages,
        batches: true,
        in_window: false,
        waiting_days,
    }
}

fn cluster(name: &str, environment: &str) -> Move {
    let group = "/subscriptions/aaaaaaaa-0000-4000-8000-000000000001/resourceGroups/rg-aks/providers";
    let id = format!("{group}/Microsoft.ContainerService/managedClusters/{name}");
    of_id(ResourceId::parse(&id).unwrap(), environment)
}

fn of_id(cluster_id: ResourceId, environment: &str) -> Move {
    Move {
        cluster_id,
        environment: Some(environment.to_owned()),
        production: environment == "prod",
        owner: None,
        location: "westeurope".to_owned(),
        rank: 1,
        risk: 0,
        nodes: Some(3),
        unsettled: false,
        reimage_minutes: Some(60),
        forced_upgrade: None,
        replaced_pools: None,
        subnets: BTreeMap::new(),
        route_tables: BTreeSet::new(),
        groups: BTreeSet::new(),
        steps: vec![
            step("identity", Work::Mend(CheckId::UserAssignedIdentity), false, 1),
            step("policy-none", Work::Mend(CheckId::KubenetPolicy), true, 0),
            step("overlay", Work::Overlay, true, 0),
        ],
    }
}

fn planned(moves: &[Move]) -> Plan {
    schedule(&Request {
        as_of: "2026-11-21".parse().unwrap(),
        deadline: "2028-03-31".parse().unwrap(),
        moves,
        headroom: &BTreeMap::new(),
        options: &PlanOptions { finish: Some("2028-01-01".parse().unwrap()), ..PlanOptions::default() },
    })
}

/// Two clusters, one after the other.
pub(super) fn plan() -> Plan {
    planned(&[cluster("aks-dev", "dev"), cluster("aks-prod", "prod")])
}

/// One cluster of any name.
pub(super) fn plan_of(name: &str) -> Plan {
    let mut one = cluster(name, "dev");
    one.steps.push(step(name, Work::Cilium, false, 0));
    planned(&[one])
}

/// A cluster with this id.
pub(super) fn plan_of_id(id: &ResourceId) -> Plan {
    planned(&[of_id(id.clone(), "dev")])
}

/// A hundred clusters.
pub(super) fn large_plan() -> Plan {
    let moves: Vec<_> = (0..100).map(|number| cluster(&format!("aks-{number:03}"), "prod")).collect();
    planned(&moves)
}
