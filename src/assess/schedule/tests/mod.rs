//! Tests of the plan as a whole.

mod brute;
mod examples;
mod limits;
mod properties;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::{Constraint, Dependency, Move, Plan, Request, Step, SubnetUse, schedule};
use crate::{
    assess::{migration::Work, options::PlanOptions},
    inventory::ResourceId,
    report::say,
    rules::CheckId,
};

const AS_OF: &str = "2026-11-21";
const DEADLINE: &str = "2028-03-31";

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn cluster(name: &str) -> ResourceId {
    let group = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters";
    ResourceId::parse(&format!("{group}/{name}")).unwrap()
}

fn subnet(name: &str) -> ResourceId {
    let vnet = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v";
    ResourceId::parse(&format!("{vnet}/subnets/{name}")).unwrap()
}

fn table(name: &str) -> ResourceId {
    ResourceId::parse(&format!(
        "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/routeTables/{name}"
    ))
    .unwrap()
}

fn step(name: &str, reimages: bool, waiting_days: u16) -> Step {
    Step {
        name: name.to_owned(),
        also: Vec::new(),
        work: if name == "overlay" { Work::Overlay } else { Work::Mend(CheckId::TierLimit) },
        is_move: name == "overlay",
        reimages,
        batches: true,
        in_window: false,
        waiting_days,
    }
}

/// A cluster that only has to move.
fn simple(name: &str, environment: &str) -> Move {
    Move {
        cluster_id: cluster(name),
        environment: Some(environment.to_owned()),
        production: environment == "prod",
        owner: None,
        location: "westeurope".to_owned(),
        rank: 1,
        risk: 0,
        unsettled: false,
        nodes: Some(3),
        reimage_minutes: Some(60),
        forced_upgrade: None,
        replaced_pools: None,
        subnets: BTreeMap::new(),
        route_tables: BTreeSet::new(),
        groups: BTreeSet::new(),
        steps: vec![step("overlay", true, 0)],
    }
}

impl Move {
    fn in_subnet(mut self, name: &str, surge: u64, freed: u64) -> Self {
        self.subnets.insert(subnet(name), SubnetUse { surge: Some(surge), surge_after: Some(surge), freed });
        self
    }

    fn on_table(mut self, name: &str) -> Self {
        self.route_tables.insert(table(name));
        self
    }

    fn with_steps(mut self, steps: Vec<Step>) -> Self {
        self.steps = steps;
        self
    }
}

#[derive(Debug)]
struct Estate {
    moves: Vec<Move>,
    headroom: BTreeMap<ResourceId, Option<i64>>,
    options: PlanOptions,
}

impl Estate {
    fn new(moves: Vec<Move>, options: &str) -> Self {
        Self { moves, headroom: BTreeMap::new(), options: toml::from_str(options).unwrap() }
    }

    fn with_free(mut self, name: &str, free: i64) -> Self {
        self.headroom.insert(subnet(name), Some(free));
        self
    }

    fn request(&self) -> Request<'_> {
        Request {
            as_of: date(AS_OF),
            deadline: date(DEADLINE),
            moves: &self.moves,
            headroom: &self.headroom,
            options: &self.options,
        }
    }

    fn plan(&self) -> Plan {
        schedule(&self.request())
    }
}

/// The plan on a page: waves, then what is late or missing.
fn page(plan: &Plan) -> String {
    use std::fmt::Write as _;
    let mut page = String::new();
    for wave in &plan.waves {
        let names: Vec<_> = wave.clusters.iter().map(ResourceId::name).collect();
        let mark = match (wave.rehearsal, wave.late) {
            (true, _) => " rehearsal",
            (false, true) => " late",
            (false, false) => "",
        };
        writeln!(page, "{} {}..{} {}{mark}", wave.number, wave.start, wave.end, names.join(" ")).unwrap();
    }
    let margin = plan.margin_days.map_or_else(|| "none".to_owned(), |days| days.to_string());
    writeln!(page, "{:?}, margin {margin}, target {}", plan.fit, plan.target).unwrap();
    for binding in &plan.bindings {
        writeln!(page, "held by {:?}: {} days over without", binding.constraint, binding.days_over_without)
            .unwrap();
    }
    for one in &plan.unplaced {
        let why = say::unplaced(&one.reason).text();
        writeln!(page, "unplaced {}: {why}", one.cluster_id.name()).unwrap();
    }
    for note in &plan.notes {
        writeln!(page, "note: {}", say::plan_note(note).text()).unwrap();
    }
    page
}

fn steps(plan: &Plan, name: &str) -> String {
    let own = plan.steps.iter().filter(|step| step.cluster_id == cluster(name));
    let line = |step: &super::PlannedStep| {
        let wave = step.wave.map_or_else(|| "-".to_owned(), |w| w.to_string());
        let after = step.depends_on.iter().map(|one| match one {
            Dependency::Step(name, ..) => name.clone(),
            Dependency::Wave(_) => say::dependency(one).text(),
        });
        let (after, note) = (after.collect::<Vec<_>>().join(", "), say::step_notes(&step.notes).text());
        format!("{wave} {}..{} {} after [{after}] {note}", step.start, step.end, step.name)
            .trim_end()
            .to_owned()
    };
    own.map(line).collect::<Vec<_>>().join("\n")
}
