//! Every predicate passes, fails and knows what it does not know: a table of small changes to a clean cluster.

pub(crate) mod cases;

use std::collections::{BTreeMap, BTreeSet};

use insta::assert_snapshot;

use super::{CheckFact, Outcome, PREDICATES, Weight, decide};
use crate::{
    assess::{
        migration::{decide::prepare, scene::Scene},
        options::Options,
        testing::{Network, cluster, estate, options, pool_in, scale_set, subnet, subnet_id, vnet},
    },
    inventory::{
        Cluster, CoverageEntry, Identity, IdentityKind, Inventory, NodePool, OsType, Peering, PoolMode,
        PowerState, Priority, ReadStatus, ResourceId, Route, RouteTable, ScaleDownMode, Subnet,
        VirtualNetwork, What,
    },
    report::say,
    rules::{AppliesTo, CheckId, Checks, Visibility},
};

/// What a case looks at.
pub(crate) struct World {
    pub(crate) inventory: Inventory,
    pub(crate) options: Options,
}

/// How a case ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum End {
    Pass,
    Fail,
    Warn,
    Rebuild,
    Unknown,
    Doubt,
    Silent,
}

/// Where a case starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    Kubenet,
    NodeSubnet,
}

pub(crate) type Case = (CheckId, Start, End, fn(&mut World));

impl World {
    /// A cluster that fails no check: two pools in one subnet, a managed route table, a user-assigned identity.
    pub(crate) fn of(start: Start) -> Self {
        let network = match start {
            Start::Kubenet => Network::Kubenet,
            Start::NodeSubnet => Network::Flat,
        };
        let mut made = cluster("shop", network);
        made.sku_name = Some("Base".to_owned());
        made.kubernetes_version = Some("1.34.1".to_owned());
        made.identity = Some(Identity { kind: IdentityKind::UserAssigned, user_assigned: BTreeMap::new() });
        made.network.ip_families = vec!["IPv4".to_owned()];
        made.network.dns_service_ip = Some("10.0.0.10".to_owned());
        made.network.outbound_type = Some("loadBalancer".to_owned());
        made.network.load_balancer_sku = Some("Standard".to_owned());
        made.node_provisioning_mode = Some("Manual".to_owned());
        made.pod_identity = Some(false);
        made.windows_profile = true;
        made.upgrade_channel = Some("none".to_owned());
        made.node_os_upgrade_channel = Some("None".to_owned());
        made.api_server.private_cluster = Some(false);
        made.pools = vec![clean("system", PoolMode::System), clean("apps", PoolMode::User)];
        let held = made.pools.iter().map(|pool| scale_set("shop", &pool.name, 3, 1)).collect();
        let mut nodes = subnet("nodes", "10.1.0.0/22", held);
        nodes.route_table = Some(table_id("nodes-shop", "managed"));
        let network = vnet("v", &["10.1.0.0/16"], vec![nodes, subnet("other", "10.1.8.0/24", vec![])]);
        let mut inventory = estate(vec![made], vec![network]);
        inventory.route_tables = vec![RouteTable {
            id: table_id("nodes-shop", "managed"),
            location: "westeurope".to_owned(),
            routes: vec![],
            subnets: vec![subnet_id("v", "nodes")],
        }];
        let mut options = options();
        options.on_premises = vec!["192.168.0.0/16".parse().unwrap()];
        Self { inventory, options }
    }

    pub(crate) fn cluster(&mut self) -> &mut Cluster {
        &mut self.inventory.clusters[0]
    }

    pub(crate) fn pool(&mut self) -> &mut NodePool {
        &mut self.inventory.clusters[0].pools[1]
    }

    pub(crate) fn vnet(&mut self) -> &mut VirtualNetwork {
        &mut self.inventory.virtual_networks[0]
    }

    pub(crate) fn subnet(&mut self) -> &mut Subnet {
        &mut self.inventory.virtual_networks[0].subnets[0]
    }

    pub(crate) fn pod_cidr(&mut self, text: &str) {
        self.cluster().network.pod_cidrs = [text].into_iter().collect();
    }

    /// Lets a hub be read that is peered with another network; its side is the only one of that peering.
    pub(crate) fn hub_with(&mut self, other: &str, side: fn(&str, &[&str]) -> Peering) {
        let mut hub = crate::assess::testing::vnet("hub", &["10.200.0.0/16"], vec![]);
        hub.peerings = vec![side(other, &["10.201.0.0/16"])];
        self.inventory.virtual_networks.push(hub);
    }

    /// Has the user choose a pod CIDR for the cluster.
    pub(crate) fn choose_pod_cidr(&mut self, text: &str) {
        let clusters = &mut self.options.migration.settings.clusters;
        clusters.entry(crate::assess::testing::cluster_id("shop")).or_default().pod_cidr =
            Some(text.parse().unwrap());
    }

    pub(crate) fn outcome(&self, check: CheckId) -> Outcome {
        let estate = crate::assess::estate::Estate::of(&self.inventory, &self.options);
        let topology = crate::assess::topology::Topology::of(&estate, &self.inventory, &self.options);
        let scene = Scene::of(&estate, &topology, &self.inventory, &self.options);
        let facts = scene.estate.clusters.iter().find(|facts| facts.cluster.name() == "shop").unwrap();
        decide(check, &prepare(scene.subject(facts)).0).unwrap()
    }
}

fn clean(name: &str, mode: PoolMode) -> NodePool {
    NodePool {
        mode: Some(mode),
        os_type: Some(OsType::Linux),
        os_sku: Some("Ubuntu2404".to_owned()),
        node_image_version: Some("AKSUbuntu-2404gen2containerd-202611.01.0".to_owned()),
        autoscaling: Some(false),
        scale_down_mode: Some(ScaleDownMode::Delete),
        priority: Some(Priority::Regular),
        power_state: Some(PowerState::Running),
        ..pool_in(name, 3, "nodes")
    }
}

pub(crate) fn table_id(group: &str, name: &str) -> ResourceId {
    let path = format!("resourceGroups/{group}/providers/Microsoft.Network/routeTables/{name}");
    ResourceId::parse(&format!("{}/{path}", crate::assess::testing::SUBSCRIPTION)).unwrap()
}

pub(crate) fn route(prefix: &str, hop: &str) -> Route {
    Route {
        name: "r".to_owned(),
        prefix: Some(prefix.to_owned()),
        next_hop_type: Some("VirtualAppliance".to_owned()),
        next_hop_address: Some(hop.to_owned()),
    }
}

pub(crate) fn peering(remote: &str, prefixes: &[&str]) -> Peering {
    crate::assess::testing::peering("v", remote, prefixes)
}

/// A peering that takes forwarded traffic.
pub(crate) fn forwarding(remote: &str, prefixes: &[&str]) -> Peering {
    crate::assess::testing::forwarding("v", remote, prefixes)
}

pub(crate) fn gap(what: What) -> CoverageEntry {
    CoverageEntry {
        scope_id: crate::assess::testing::SUBSCRIPTION.to_owned(),
        what,
        status: ReadStatus::Denied,
        items: 0,
        http_status: Some(403),
        error_code: None,
        message: None,
        attempts: 1,
        request_id: None,
    }
}

fn end(outcome: &Outcome) -> End {
    match outcome {
        Outcome::Pass => End::Pass,
        Outcome::Fail(failure) => match failure.weight {
            Weight::AsRule => End::Fail,
            Weight::Warning => End::Warn,
            Weight::Rebuild => End::Rebuild,
        },
        Outcome::Unknown(_) => End::Unknown,
        Outcome::Doubt(_) => End::Doubt,
        Outcome::NotApplicable => End::Silent,
    }
}

#[test]
fn predicates_say_what_the_table_says() {
    for (place, (check, start, expected, change)) in cases::all().into_iter().enumerate() {
        let mut world = World::of(start);
        change(&mut world);
        let outcome = world.outcome(check);
        assert_eq!(end(&outcome), expected, "case {place}, {check} from {start:?}: {outcome:?}");
    }
}

#[test]
fn every_check_that_arm_shows_has_a_predicate_and_cases_for_pass_fail_and_unknown() {
    let cases = cases::all();
    let mut listed: Vec<CheckId> = PREDICATES.iter().map(|(id, _)| *id).collect();
    let shown = Checks::built_in().iter().filter(|(_, rule)| rule.visibility == Visibility::Arm);
    let shown: Vec<CheckId> = shown.map(|(id, _)| id).collect();
    listed.sort_unstable();
    assert_eq!(listed, shown);
    for check in shown {
        let ends: Vec<End> = cases.iter().filter(|case| case.0 == check).map(|case| case.2).collect();
        assert!(ends.contains(&End::Pass), "{check} has no case that passes");
        assert!(
            ends.iter().any(|end| matches!(end, End::Fail | End::Warn | End::Rebuild)),
            "{check} fails nowhere"
        );
        assert!(ends.contains(&End::Unknown), "{check} is unknown nowhere");
    }
}

#[test]
fn a_clean_cluster_fails_nothing() {
    for start in [Start::Kubenet, Start::NodeSubnet] {
        let world = World::of(start);
        for (check, _) in PREDICATES {
            let is_of_other_kind = match Checks::built_in().get(*check).applies_to {
                AppliesTo::Kubenet => start == Start::NodeSubnet,
                AppliesTo::NodeSubnet | AppliesTo::Cilium => start == Start::Kubenet,
                _ => false,
            };
            let outcome = world.outcome(*check);
            let is_fine = matches!(outcome, Outcome::Pass | Outcome::NotApplicable);
            assert!(is_fine || is_of_other_kind, "{check} of {start:?}: {outcome:?}");
        }
    }
}

#[test]
fn every_case_that_does_not_pass_says_why() {
    let said: BTreeSet<String> = cases::all()
        .into_iter()
        .filter_map(|(check, start, _, change)| {
            let mut world = World::of(start);
            change(&mut world);
            let fact = match world.outcome(check) {
                Outcome::Fail(failure) => CheckFact::Fails(failure.fault),
                Outcome::Unknown(missing) | Outcome::Doubt(missing) => CheckFact::Missing(missing),
                Outcome::Pass | Outcome::NotApplicable => return None,
            };
            Some(format!("{check} {}", say::check_facts(&[fact])?.text()))
        })
        .collect();
    assert_snapshot!(Vec::from_iter(said).join("\n"));
}
