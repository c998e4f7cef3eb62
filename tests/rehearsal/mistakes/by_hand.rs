//! The mistakes that readers have found in printed runbooks, each put into a right one again. (Three kinds were none of the
//! commands: several orders in one report, an alarm about unrelated route tables, and a duration of 0 for what is unknown.)

use super::{
    Case,
    right::{self, MOVE, SUCCESSOR, step},
};
use crate::{
    audited::Auditor,
    rehearse::Kind,
    steps::{Book, Step},
};

/// The case of a name, with one of its steps replaced or left out.
struct Mistake {
    what: &'static str,
    of: &'static str,
    make: fn(&mut Vec<Step>),
    found: Kind,
}

/// Replaces a part of a step's script.
fn replace(steps: &mut [Step], at: usize, from: &str, to: &str) {
    assert!(steps[at].script.contains(from), "`{from}` is not in {}", steps[at].script);
    steps[at].script = steps[at].script.replace(from, to);
}

/// Leaves out the lines of a step that hold a text.
fn without(steps: &mut [Step], at: usize, part: &str) {
    let lines = steps[at].script.lines().filter(|line| !line.contains(part));
    let kept: String = lines.flat_map(|line| [line, "\n"]).collect();
    assert_ne!(kept, steps[at].script, "`{part}` is nowhere");
    steps[at].script = kept;
}

const GATEWAY: &str = "a gateway's route table";
const SETS: &str = "availability sets with a Basic load balancer";
const REBUILT: &str = "a service range that cannot be mended";
const SURGE: &str = "surge that does not fit";
const IDENTITY: &str = "an identity and its rights";
const RULES: &str = "security rules that cut pods off";
const VERSION: &str = "an image that is gone with its version";
const SUCCESSORS: &str = "pools that get successors";
const PAUSED: &str = "autoscalers and channels that are paused";
const CILIUM: &str = "two operations";

#[rustfmt::skip]
const MISTAKES: &[Mistake] = &[
    // An outage of the gateway.
    Mistake { what: "the gateway's table is taken away before the move", of: GATEWAY, found: Kind::Harm,
        make: |steps| { let early = steps[2].script.lines().next().unwrap().to_owned(); steps[0].script = early; } },
    Mistake { what: "the copy has no routes", of: GATEWAY, found: Kind::Harm, make: |steps| without(steps, 0, "xargs") },
    Mistake { what: "the gateway stays on the table", of: GATEWAY, found: Kind::Refused, make: |steps| without(steps, 0, "subnet update") },
    Mistake { what: "the copy is left behind", of: GATEWAY, found: Kind::Left, make: |steps| without(steps, 2, "delete") },
    Mistake { what: "the copy is deleted in use", of: GATEWAY, found: Kind::Refused, make: |steps| without(steps, 2, "--remove") },
    // The command that the text forbids.
    Mistake { what: "the load balancer first", of: SETS, found: Kind::Refused,
        make: |steps| steps.insert(0, step("@update --load-balancer-sku standard", &["MIG-050"], &[], &[])) },
    Mistake { what: "both in one", of: SETS, found: Kind::Refused,
        make: |steps| replace(steps, 0, "--migrate-vmas-to-vms", "--migrate-vmas-to-vms --load-balancer-sku standard") },
    Mistake { what: "nodes are made anew unsaid", of: SETS, found: Kind::Reimaged,
        make: |steps| steps[0].reimages = crate::steps::Reimages::None },
    // Another pod CIDR for what no pod CIDR mends.
    Mistake { what: "a move in place", of: REBUILT, found: Kind::Refused,
        make: |steps| { *steps = vec![step(&format!("{MOVE} --pod-cidr 100.64.0.0/16"), &["MIG-030"], &[], &["*"])]; } },
    // A surge that does not clear the blocker.
    Mistake { what: "surge 1 is still too much", of: SURGE, found: Kind::NotCleared,
        make: |steps| replace(steps, 0, "--max-surge 0 --max-unavailable 1", "--max-surge 1") },
    Mistake { what: "no nodes to take away", of: SURGE, found: Kind::Refused, make: |steps| replace(steps, 0, " --max-unavailable 1", "") },
    Mistake { what: "the surge is not given back", of: SURGE, found: Kind::Left, make: |steps| drop(steps.pop()) },
    Mistake { what: "what gets worse is not announced", of: SURGE, found: Kind::Worse, make: |steps| steps[0].breaks.clear() },
    // Steps without what makes them work.
    Mistake { what: "no rights on the route table", of: IDENTITY, found: Kind::Refused, make: |steps| without(steps, 0, "routeTables") },
    Mistake { what: "no rights on the subnet", of: IDENTITY, found: Kind::Refused, make: |steps| without(steps, 0, "/subnets/") },
    Mistake { what: "no identity", of: IDENTITY, found: Kind::Refused, make: |steps| without(steps, 0, "identity create") },
    Mistake { what: "the identity is not assigned", of: IDENTITY, found: Kind::NotCleared, make: |steps| without(steps, 0, "--assign-identity") },
    Mistake { what: "the identity after the move", of: IDENTITY, found: Kind::Refused, make: |steps| steps.swap(0, 1) },
    // Rules for one direction of traffic.
    Mistake { what: "only pods to pods", of: RULES, found: Kind::NotCleared, make: |steps| without(steps, 0, "allow-nodes") },
    Mistake { what: "only from nodes", of: RULES, found: Kind::NotCleared, make: |steps| without(steps, 0, "allow-pods") },
    Mistake { what: "behind what denies", of: RULES, found: Kind::NotCleared, make: |steps| replace(steps, 0, "--priority 29", "--priority 31") },
    Mistake { what: "one priority twice", of: RULES, found: Kind::Refused, make: |steps| replace(steps, 0, "--priority 298", "--priority 299") },
    // Another edition in place where there is none, and a version that helps nobody.
    Mistake { what: "another edition of Ubuntu 18.04", of: VERSION, found: Kind::Refused,
        make: |steps| steps.insert(0, step("@@update --name apps --os-sku AzureLinux3", &["MIG-057"], &[], &["apps"])) },
    Mistake { what: "a version that is out of support", of: VERSION, found: Kind::Refused, make: |steps| replace(steps, 0, "1.34", "1.27") },
    Mistake { what: "minor versions are skipped", of: VERSION, found: Kind::Refused, make: |steps| replace(steps, 0, "1.34", "1.36") },
    Mistake { what: "a word in place of the version", of: VERSION, found: Kind::NotCleared, make: |steps| steps[0].script.clear() },
    // A successor that is something else.
    Mistake { what: "no size", of: SUCCESSORS, found: Kind::Left, make: |steps| replace(steps, 0, "--node-vm-size Standard_DC4as_v5 ", "") },
    Mistake { what: "no zones", of: SUCCESSORS, found: Kind::Left, make: |steps| replace(steps, 0, "--zones 1 2 3 ", "") },
    Mistake { what: "no labels", of: SUCCESSORS, found: Kind::Left, make: |steps| replace(steps, 0, "--labels team=a tier=apps ", "") },
    Mistake { what: "no taints", of: SUCCESSORS, found: Kind::Left, make: |steps| replace(steps, 0, "--node-taints apps=only:NoSchedule ", "") },
    Mistake { what: "no autoscaler", of: SUCCESSORS, found: Kind::Left, make: |steps| replace(steps, 0, "--enable-cluster-autoscaler --min-count 2 --max-count 6 ", "") },
    Mistake { what: "fewer nodes", of: SUCCESSORS, found: Kind::Left, make: |steps| replace(steps, 0, "--node-count 3", "--node-count 2") },
    Mistake { what: "fewer pods a node", of: SUCCESSORS, found: Kind::Left, make: |steps| replace(steps, 0, "--max-pods 110", "--max-pods 30") },
    Mistake { what: "another mode", of: SUCCESSORS, found: Kind::Left, make: |steps| replace(steps, 0, "--mode User", "--mode System") },
    Mistake { what: "no successor at all", of: SUCCESSORS, found: Kind::Left, make: |steps| without(steps, 0, "nodepool add") },
    Mistake { what: "the old pool stays", of: SUCCESSORS, found: Kind::NotCleared, make: |steps| without(steps, 0, "nodepool delete") },
    Mistake { what: "kubectl speaks to another cluster", of: SUCCESSORS, found: Kind::Refused, make: |steps| without(steps, 0, "get-credentials") },
    // What was paused is not given back; and what depends on an order.
    Mistake { what: "the autoscaler stays off", of: PAUSED, found: Kind::Left, make: |steps| without(steps, 2, "--enable-cluster-autoscaler") },
    Mistake { what: "the autoscaler gets other bounds", of: PAUSED, found: Kind::Left, make: |steps| replace(steps, 2, "--max-count 6", "--max-count 9") },
    Mistake { what: "the channels stay off", of: PAUSED, found: Kind::Left, make: |steps| without(steps, 2, "--auto-upgrade-channel") },
    Mistake { what: "a channel that makes nodes anew", of: PAUSED, found: Kind::Reimaged, make: |steps| replace(steps, 0, "--node-os-upgrade-channel None", "--node-os-upgrade-channel Unmanaged") },
    Mistake { what: "a re-image that does not come", of: PAUSED, found: Kind::Reimaged,
        make: |steps| steps[0].reimages = crate::steps::Reimages::All },
    Mistake { what: "Cilium before Overlay", of: CILIUM, found: Kind::Refused, make: |steps| steps.swap(1, 2) },
    Mistake { what: "the engine stays", of: CILIUM, found: Kind::Refused, make: |steps| drop(steps.remove(0)) },
    Mistake { what: "another pod CIDR than was agreed on", of: CILIUM, found: Kind::Elsewhere, make: |steps| replace(steps, 1, "100.64.0.0/20", "100.64.0.0/19") },
    Mistake { what: "both operations in one", of: CILIUM, found: Kind::Refused, make: |steps| replace(steps, 1, "overlay", "overlay --network-dataplane cilium") },
];

#[test]
fn right_runbooks_hold_and_each_mistake_is_found() {
    assert!(SUCCESSOR.contains("--zones"));
    let auditor = Auditor::new();
    let cases = right::all(&auditor);
    let mut wrong = Vec::new();
    for case in &cases {
        let (outcome, _) = case.play(Some(&auditor), &case.book);
        wrong.extend(outcome.breaches.iter().map(|breach| format!("right: {}: {breach}", case.name)));
        assert!(outcome.unknown.is_empty() && outcome.manual.is_empty(), "{}: {outcome:?}", case.name);
    }
    for mistake in MISTAKES {
        let case: &Case = cases.iter().find(|case| case.name == mistake.of).unwrap();
        let mut book: Book = case.book.clone();
        (mistake.make)(&mut book.steps);
        let (outcome, _) = case.play(Some(&auditor), &book);
        let found: Vec<Kind> = outcome.breaches.iter().map(|breach| breach.kind).collect();
        if !found.contains(&mistake.found) {
            let all: Vec<String> =
                outcome.breaches.iter().chain(&outcome.unknown).map(ToString::to_string).collect();
            wrong.push(format!("{} ({}): {all:#?}", mistake.what, mistake.of));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
