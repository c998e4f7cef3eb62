//! What is done to a cluster, step by step, in the order in which it is done: days before the window, in it, and after it.

use super::{
    Item, replacements, room,
    sources::{Sources, item},
    step::{Phase, Purpose, Reimages, Step},
};
use crate::{
    assess::migration::{
        Action, Autoscaler, ClusterPlan, Operation, Readiness, Site, Step as Planned, Switch, Target, Work,
    },
    ipam::Cidr,
    rules::{CheckId, Checks},
};

/// The steps of a cluster's way.
pub(super) fn steps<'a>(sources: &Sources<'a>, operations: &[Operation]) -> Vec<Step<'a>> {
    let decided = sources.decided;
    let site = &decided.site;
    let mut steps = Vec::new();
    for planned in &decided.steps {
        let before = steps.len();
        match planned.work {
            Work::Mend(CheckId::RouteTableForeignSubnets) if !site.switches.is_empty() => {}
            Work::Mend(_) => steps.push(mending(sources, &decided.readiness, planned)),
            Work::AgreeOnPodCidr(_, cidr) => steps.push(agreeing(sources, planned, cidr)),
            Work::Overlay if operations.contains(&Operation::Overlay) => {
                change(sources, Operation::Overlay, &mut steps);
            }
            Work::Cilium if operations.contains(&Operation::Cilium) => {
                steps.extend(before_second(sources));
                change(sources, Operation::Cilium, &mut steps);
            }
            Work::Overlay | Work::Cilium => {}
            Work::NewPools => steps.extend(room::steps(sources)),
            Work::LargerSubnet => steps.push(room::node_class(sources)),
            Work::PodSubnetPools => steps.push(room::pod_subnet(site)),
            Work::ExpandPodCidr(_) => {
                steps.push(Step::new(Phase::Tonight, Purpose::Expand, vec![Action::ExpandPodCidr]));
            }
            Work::NewCluster => rebuild(site, &mut steps),
        }
        let day = sources.steps.iter().find(|one| one.work == planned.work).map(|one| one.start);
        for step in steps.iter_mut().skip(before).filter(|step| step.phase != Phase::After) {
            step.day = day;
        }
    }
    if decided.recommendation.target != Target::NewCluster && is_rebuilt(decided, operations) {
        rebuild(site, &mut steps);
    }
    let mut steps = replacements::rename(steps);
    steps.iter_mut().for_each(sign_in_first);
    steps
}

/// What `kubectl` does in a step that stands alone must not go to another cluster.
fn sign_in_first(step: &mut Step<'_>) {
    let uses_kubectl = |action: &Action| matches!(action, Action::EmptyPool(_) | Action::NodeClass { .. });
    if step.actions.iter().any(uses_kubectl) {
        step.actions.insert(0, Action::SignIn);
    }
}

/// Whether a cluster has no way in place although its target has one.
fn is_rebuilt(decided: &ClusterPlan, operations: &[Operation]) -> bool {
    operations.is_empty() && decided.site.new_cluster.is_some()
}

/// A step that ends blockers.
fn mending<'a>(sources: &Sources<'a>, readiness: &'a Readiness, planned: &Planned) -> Step<'a> {
    let items: Vec<Item<'a>> = planned.checks().map(|id| item(readiness, sources.text, id)).collect();
    let Some(first) = items.first() else { return Step::new(Phase::Before, Purpose::Mend, Vec::new()) };
    let mut step = mend(sources, first.id);
    step.items = items;
    step
}

fn mend<'a>(sources: &Sources<'a>, check: CheckId) -> Step<'a> {
    let rule = Checks::built_in().get(check);
    let room = (check == CheckId::SurgeFits).then(|| room::for_surge(sources)).flatten();
    let known = sources.decided.site.mend(check).map(<[_]>::to_vec).or(room);
    let actions = known.unwrap_or_else(|| {
        if rule.fix.is_empty() || NEEDS_VALUES.contains(&check) {
            Vec::new()
        } else {
            vec![Action::Catalogue]
        }
    });
    // Without node auto-provisioning nothing scales, so that it is off no longer than it must.
    let phase = if check == CheckId::CiliumNodeAutoProvisioning { Phase::Tonight } else { Phase::Before };
    let mut step = Step::new(phase, Purpose::Mend, actions);
    // Machines of availability sets are made anew. <https://learn.microsoft.com/azure/aks/availability-sets-on-aks>
    let makes_anew = rule.reimages || check == CheckId::AvailabilitySets;
    step.reimages = reimages(&step.actions, makes_anew);
    step
}

/// Checks whose command makes no sense with words instead of values.
const NEEDS_VALUES: [CheckId; 6] = [
    CheckId::SurgeFits,
    CheckId::MaximumFits,
    CheckId::PodCidrSize,
    CheckId::NodeImageExists,
    CheckId::NoDcsv2,
    CheckId::RouteTableForeignSubnets,
];

/// Whose nodes changes replace. <https://learn.microsoft.com/azure/aks/node-disruption-policy>
fn reimages(actions: &[Action], by_catalogue: bool) -> Reimages {
    let all = |action: &Action| match action {
        Action::Upgrade(_) | Action::Overlay | Action::Cilium => true,
        Action::Catalogue => by_catalogue,
        _ => false,
    };
    if actions.iter().any(all) {
        return Reimages::All;
    }
    let pools: Vec<String> = actions
        .iter()
        .filter_map(|action| match action {
            Action::NodeImage(pool) | Action::OsSku { pool, .. } => Some(pool.clone()),
            _ => None,
        })
        .collect();
    if pools.is_empty() { Reimages::None } else { Reimages::Pools(pools) }
}

fn agreeing<'a>(sources: &Sources<'a>, planned: &Planned, cidr: Cidr) -> Step<'a> {
    let readiness = &sources.decided.readiness;
    let mut step = Step::new(Phase::Before, Purpose::Agree(cidr), Vec::new());
    step.items = planned.checks().map(|id| item(readiness, sources.text, id)).collect();
    step
}

/// What stands before the second operation and not before the first.
fn before_second<'a>(sources: &Sources<'a>) -> Vec<Step<'a>> {
    let decided = sources.decided;
    let Some(second) = decided.second.as_ref() else { return Vec::new() };
    let asked = |id: &&CheckId| decided.readiness.blockers.contains(id);
    let ids = second.blockers.iter().filter(|id| !asked(id));
    ids.map(|id| {
        let mut step = mend(sources, *id);
        step.items = vec![item(second, sources.text, *id)];
        step
    })
    .collect()
}

/// An operation with what stands around it: what would change nodes meanwhile is paused, and given back.
fn change<'a>(sources: &Sources<'a>, operation: Operation, steps: &mut Vec<Step<'a>>) {
    let site = &sources.decided.site;
    let moves = operation == Operation::Overlay;
    let paused = pause(site);
    let gives_back = !paused.is_empty();
    let is_first = moves || !decided_moves(sources);
    let save = if is_first { Action::Save } else { Action::SaveAgain };
    let prepares = std::iter::once(save).chain(paused).collect();
    steps.push(Step::new(Phase::Tonight, Purpose::Prepare, prepares));
    if moves && !site.switches.is_empty() {
        let mut step = Step::new(Phase::Tonight, Purpose::Tables, switching(&site.switches));
        // A copy has the routes to pods until they are taken away.
        step.breaks = vec![CheckId::RoutesElsewhere];
        let readiness = &sources.decided.readiness;
        let is_blocked = readiness.blockers.contains(&CheckId::RouteTableForeignSubnets);
        step.items
            .extend(is_blocked.then(|| item(readiness, sources.text, CheckId::RouteTableForeignSubnets)));
        steps.push(step);
    }
    let action = if moves { Action::Overlay } else { Action::Cilium };
    let mut step = Step::new(Phase::Tonight, Purpose::Change(operation), vec![action]);
    step.reimages = Reimages::All;
    steps.push(step);
    if moves && !site.switches.is_empty() {
        steps.push(Step::new(Phase::Tonight, Purpose::Clean, cleaning(&site.switches)));
    }
    let mut back = if gives_back { resume(site, steps) } else { Vec::new() };
    back.extend(site.lowered.iter().filter(|_| moves).cloned());
    if !back.is_empty() {
        let mut step = Step::new(Phase::Tonight, Purpose::Resume, back);
        step.breaks = vec![CheckId::Autoscaler, CheckId::AutomaticUpgrades];
        steps.push(step);
    }
    if !moves && provisions(sources) {
        steps.push(Step::new(Phase::Tonight, Purpose::Resume, vec![Action::Provisioning(true)]));
    }
}

/// Whether the cluster moves to Overlay in place.
fn decided_moves(sources: &Sources<'_>) -> bool {
    sources.decided.recommendation.target.is_overlay_in_place()
}

/// Whether node auto-provisioning was turned off on the way.
fn provisions(sources: &Sources<'_>) -> bool {
    let decided = sources.decided;
    let readinesses = std::iter::once(&decided.readiness).chain(decided.second.as_ref());
    readinesses.flat_map(|one| &one.blockers).any(|id| *id == CheckId::CiliumNodeAutoProvisioning)
}

fn pause(site: &Site) -> Vec<Action> {
    let off =
        |(pool, ..): &(String, u64, u64)| Action::Autoscaler { pool: pool.clone(), does: Autoscaler::Off };
    let mut actions: Vec<Action> = site.autoscalers.iter().map(off).collect();
    let none = |channel: &Option<String>, word: &str| channel.as_ref().map(|_| word.to_owned());
    let channels = (none(&site.upgrade_channel, "none"), none(&site.node_os_channel, "None"));
    if channels != (None, None) {
        actions.push(Action::Channels { upgrade: channels.0, node_os: channels.1 });
    }
    actions
}

/// What was paused, with the bounds that an earlier step gave an autoscaler.
fn resume(site: &Site, earlier: &[Step<'_>]) -> Vec<Action> {
    let lowered = |pool: &str| {
        earlier.iter().rev().flat_map(|step| &step.actions).find_map(|action| match action {
            Action::Autoscaler { pool: own, does: Autoscaler::Within { min, max } } if own == pool => {
                Some((*min, *max))
            }
            _ => None,
        })
    };
    let on = |(pool, min, max): &(String, u64, u64)| {
        let (min, max) = lowered(pool).unwrap_or((*min, *max));
        Action::Autoscaler { pool: pool.clone(), does: Autoscaler::On { min, max } }
    };
    let mut actions: Vec<Action> = site.autoscalers.iter().map(on).collect();
    if site.upgrade_channel.is_some() || site.node_os_channel.is_some() {
        actions.push(Action::Channels {
            upgrade: site.upgrade_channel.clone(),
            node_os: site.node_os_channel.clone(),
        });
    }
    actions
}

/// Each subnet gets a copy of the table, those with a gateway one that has the routes to pods.
fn switching(switches: &[Switch]) -> Vec<Action> {
    let of_one = |switch: &Switch| {
        let set = Action::SetTable { subnet: switch.subnet.clone(), table: Some(switch.copy.clone()) };
        let copy = Action::CopyTable {
            from: switch.table.clone(),
            copy: switch.copy.clone(),
            location: switch.location.clone(),
            with_pods: !switch.gateways.is_empty(),
        };
        let health = switch.gateways.iter().cloned().map(Action::GatewayHealth);
        [copy, set].into_iter().chain(health).collect::<Vec<_>>()
    };
    switches.iter().flat_map(of_one).collect()
}

/// Once pods are in Overlay no gateway needs routes to them: a table that held nothing else goes, another loses them.
fn cleaning(switches: &[Switch]) -> Vec<Action> {
    let of_one = |switch: &Switch| {
        let mut actions = Vec::new();
        if !switch.gateways.is_empty() && !switch.keeps_routes {
            actions.push(Action::SetTable { subnet: switch.subnet.clone(), table: None });
            actions.push(Action::DeleteTable(switch.copy.clone()));
        } else if !switch.gateways.is_empty() {
            actions.push(Action::DropPodRoutes(switch.copy.clone()));
        }
        actions.extend(switch.gateways.iter().cloned().map(Action::GatewayHealth));
        actions
    };
    switches.iter().flat_map(of_one).collect()
}

/// A new cluster beside this one takes over.
fn rebuild(site: &Site, steps: &mut Vec<Step<'_>>) {
    let build = site.new_cluster.iter().flat_map(|new| {
        let subnet = new.subnet.clone().map(Action::CreateSubnet);
        subnet.into_iter().chain([Action::CreateCluster(new.clone())])
    });
    steps.push(Step::new(Phase::Before, Purpose::Build, build.collect()));
    steps.push(Step::new(Phase::Before, Purpose::Workloads, Vec::new()));
    steps.push(Step::new(Phase::Tonight, Purpose::Traffic, Vec::new()));
    steps.push(Step::new(Phase::After, Purpose::Delete, vec![Action::DeleteCluster]));
}
