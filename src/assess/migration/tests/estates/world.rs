//! Random estates with all that a migration looks at: tables, tags, engines, identities, ranges of others, options.

use std::collections::BTreeMap;

use jiff::{ToSpan, civil::Date};
use proptest::prelude::*;

use crate::{
    assess::{
        assess,
        audit::Audit,
        generated::{ClusterSpec, build, cluster_specs},
        migration::{checks::tests::peering, tests::properties::block},
        options::{Freeze, Options, PlanOptions, WindowDay},
        testing::{id, interfaces, options, usage, vnet_id},
    },
    inventory::{Identity, IdentityKind, Inventory, NetworkPlugin, NetworkPolicy, ResourceId, RouteTable},
    ipam::Cidr,
};

/// What is random about a cluster beside its pools.
#[derive(Debug, Clone)]
struct Traits {
    kubenet: bool,
    calico: bool,
    system_identity: bool,
    environment: usize,
    pods: Option<Cidr>,
    services: Option<Cidr>,
}

#[derive(Debug, Clone)]
pub(super) struct World {
    specs: Vec<ClusterSpec>,
    traits: Vec<Traits>,
    /// The route table of each node subnet.
    tables: Vec<Option<usize>>,
    /// Addresses that machines of others leave in each node subnet.
    left: Vec<Option<u64>>,
    peers: Vec<Cidr>,
    outside: Vec<Cidr>,
    pub(super) plan: PlanOptions,
}

fn traits() -> impl Strategy<Value = Traits> {
    let rarely = || prop::bool::weighted(0.2);
    (
        any::<bool>(),
        rarely(),
        rarely(),
        0usize..4,
        prop::option::weighted(0.5, block()),
        prop::option::weighted(0.3, block()),
    )
        .prop_map(|(kubenet, calico, system_identity, environment, pods, services)| Traits {
            kubenet,
            calico,
            system_identity,
            environment,
            pods,
            services,
        })
}

pub(super) fn day(days: i64) -> Date {
    options().as_of + days.days()
}

fn plan_options() -> impl Strategy<Value = PlanOptions> {
    let freezes = prop::collection::vec((0i64..60, 0i64..30), 0..4);
    (
        2u16..6,
        0u16..16,
        (any::<bool>(), prop::bool::weighted(0.8), prop::bool::weighted(0.3)),
        freezes,
        20i64..200,
        0u16..20,
    )
        .prop_map(|(per_wave, soak_days, (rehearsal, share_subnets, apart), freezes, finish, wait)| {
            PlanOptions {
                window_day: WindowDay::Wednesday,
                clusters_per_wave: per_wave.try_into().unwrap(),
                soak_days,
                rehearsal,
                share_subnets,
                finish: Some(day(finish)),
                freezes: freezes
                    .into_iter()
                    .map(|(from, length)| Freeze { from: day(from), until: day(from + length), reason: None })
                    .collect(),
                never_together: if apart { vec![vec!["c0".to_owned(), "c1".to_owned()]] } else { Vec::new() },
                waiting_days: [("MIG-017".to_owned(), wait)].into(),
                ..PlanOptions::default()
            }
        })
}

pub(super) fn world() -> impl Strategy<Value = World> {
    (
        cluster_specs(),
        prop::collection::vec(traits(), 10),
        prop::collection::vec(prop::option::weighted(0.25, 0usize..3), 4),
        prop::collection::vec(prop::option::of(0u64..10), 4),
        prop::collection::vec(block(), 0..3),
        prop::collection::vec(block(), 0..3),
        plan_options(),
    )
        .prop_map(|(specs, traits, tables, left, peers, outside, plan)| World {
            specs,
            traits,
            tables,
            left,
            peers,
            outside,
            plan,
        })
}

fn table_id(number: usize) -> ResourceId {
    let network = vnet_id("v").to_string();
    id(&network.replace("virtualNetworks/v", &format!("routeTables/t{number}")))
}

impl World {
    pub(super) fn inventory(&self) -> Inventory {
        let mut inventory = build(&self.specs);
        for (at, (cluster, traits)) in inventory.clusters.iter_mut().zip(&self.traits).enumerate() {
            // Two of three owners are one, spelt twice.
            cluster.tags.insert("owner".to_owned(), ["team-a", "Team-A", "team-b"][at % 3].to_owned());
            if traits.kubenet {
                cluster.network.plugin = Some(NetworkPlugin::Kubenet);
                cluster.network.plugin_mode = None;
                cluster.network.pod_cidrs = ["10.244.0.0/16"].into_iter().collect();
                cluster.pools.iter_mut().for_each(|pool| pool.pod_subnet_id = None);
            }
            let kind = if traits.system_identity {
                IdentityKind::SystemAssigned
            } else {
                IdentityKind::UserAssigned
            };
            cluster.identity = Some(Identity { kind, user_assigned: BTreeMap::new() });
            cluster.network.ip_families = vec!["IPv4".to_owned()];
            cluster.network.load_balancer_sku = Some("Standard".to_owned());
            cluster.network.outbound_type = Some("loadBalancer".to_owned());
            cluster.network.policy = traits.calico.then_some(NetworkPolicy::Calico);
            let environment = ["dev", "test", "prod", "production"][traits.environment];
            cluster.tags.insert("environment".to_owned(), environment.to_owned());
            if let Some(pods) = traits.pods.filter(|_| cluster.network.plugin == Some(NetworkPlugin::Kubenet))
            {
                cluster.network.pod_cidrs = [pods.to_string()].into_iter().collect();
            }
            if let Some(services) = traits.services {
                cluster.network.service_cidrs = [services.to_string()].into_iter().collect();
            }
        }
        let network = &mut inventory.virtual_networks[0];
        let mut tables: BTreeMap<usize, Vec<ResourceId>> = BTreeMap::new();
        for (subnet, table) in network.subnets.iter_mut().zip(&self.tables) {
            subnet.route_table = table.map(table_id);
            if let Some(table) = table {
                tables.entry(*table).or_default().push(subnet.id.clone());
            }
        }
        for (subnet, left) in network.subnets.iter_mut().zip(&self.left) {
            let usable: u64 = subnet.prefixes.v4().map(|prefix| (1 << (32 - prefix.length())) - 5).sum();
            let machines = left.map_or(0, |left| usable.saturating_sub(subnet.usage.listed + left));
            let mut owners = subnet.usage.owners.clone();
            owners.push(interfaces("machines", None, u32::try_from(machines).unwrap(), 1));
            subnet.usage = usage(owners);
        }
        let peers = self.peers.iter().map(ToString::to_string).enumerate();
        network.peerings = peers.map(|(n, range)| peering(&format!("p{n}"), &[&range])).collect();
        inventory.route_tables = tables
            .into_iter()
            .map(|(number, subnets)| RouteTable {
                id: table_id(number),
                location: "westeurope".to_owned(),
                routes: Vec::new(),
                subnets,
            })
            .collect();
        inventory
    }

    pub(super) fn options(&self) -> Options {
        let mut options = options();
        options.on_premises.clone_from(&self.outside);
        options.migration.waves = self.plan.clone();
        options
    }

    pub(super) fn audit(&self) -> Audit {
        assess(&self.inventory(), &self.options())
    }
}
