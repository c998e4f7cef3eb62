//! A small estate for tests: an inventory with its ledger, and the rows that go with it.

use std::collections::BTreeMap;

pub(crate) use crate::assess::testing::{cluster_id, id, options, subnet_id, vnet_id};
use crate::{
    assess::{
        audit::{
            Audit, ClusterRow, ConsumerKind, NetworkRecord, NodePoolRow, PoolAhead, SubnetAhead, SubnetRow,
            SubnetStatus, VnetRow,
        },
        migration::{
            ClusterPlan, Exposure, NoProposal, Operation, Readiness, Reason, Recommendation, RouteTableKind,
            Target, Verdict, days_between,
        },
        options::Options,
        records::Rows,
        testing::{self, Network, vnet},
        usage::{ConsumerRow, UsedBasis},
    },
    inventory::{
        Cluster, Coverage, CoverageEntry, Inventory, NodePool, ReadStatus, ResourceId, Subnet, Subscription,
        SubscriptionId, What,
    },
    ipam::IpamMode,
    rules::{Catalogue, RetirementId, Severity},
};

/// The subscription most things live in.
pub(crate) const PROD: &str = "00000000-0000-0000-0000-000000000001";
/// A subscription nobody may read.
pub(crate) const SEALED: &str = "00000000-0000-0000-0000-00000000000b";

pub(crate) fn entry(scope: &str, what: What, status: ReadStatus, items: u64) -> CoverageEntry {
    CoverageEntry {
        scope_id: scope.to_owned(),
        what,
        status,
        items,
        http_status: Some(200).filter(|_| status == ReadStatus::Ok),
        error_code: None,
        message: None,
        attempts: 1,
        request_id: None,
    }
}

pub(crate) fn pool(name: &str, subnet: Option<ResourceId>) -> NodePool {
    NodePool { node_subnet_id: subnet, ..testing::pool(name, 3) }
}

pub(crate) fn cluster(name: &str, pools: Vec<NodePool>) -> Cluster {
    Cluster { pools, ..testing::cluster(name, Network::Overlay) }
}

pub(crate) fn subnet(name: &str, prefix: &str) -> Subnet {
    Subnet { id: subnet_id("hub", name), ..testing::subnet(name, prefix, Vec::new()) }
}

/// Two clusters and a network with three subnets in `PROD`; `SEALED` is denied.
pub(crate) fn inventory() -> Inventory {
    let subscription = |id: &str, name: &str| Subscription {
        id: SubscriptionId::from(id),
        name: Some(name.to_owned()),
        state: Some("Enabled".to_owned()),
        tenant_id: None,
    };
    let prod = format!("/subscriptions/{PROD}");
    let mut coverage = Coverage::default();
    coverage.extend([
        entry(&prod, What::Clusters, ReadStatus::Ok, 2),
        entry(&prod, What::VirtualNetworks, ReadStatus::Ok, 1),
        CoverageEntry {
            http_status: Some(403),
            error_code: Some("AuthorizationFailed".to_owned()),
            ..entry(&format!("/subscriptions/{SEALED}"), What::Clusters, ReadStatus::Denied, 0)
        },
    ]);
    Inventory {
        collected_at: "2026-11-21T02:59:16Z".parse().unwrap(),
        tenant_id: Some("11111111-2222-4333-8444-555555555555".to_owned()),
        api_versions: BTreeMap::from([("Microsoft.Network".to_owned(), "2025-01-01".to_owned())]),
        subscriptions: vec![subscription(PROD, "Production"), subscription(SEALED, "Sealed")],
        clusters: vec![
            cluster("shop", vec![pool("system", Some(subnet_id("hub", "aks")))]),
            cluster("bank", vec![pool("system", Some(subnet_id("hub", "nodes")))]),
        ],
        virtual_networks: vec![vnet(
            "hub",
            &["10.0.0.0/16"],
            vec![
                subnet("aks", "10.0.0.0/24"),
                subnet("nodes", "10.0.1.0/24"),
                subnet("gateways", "10.0.2.0/24"),
            ],
        )],
        coverage,
        ..testing::inventory()
    }
}

pub(crate) fn cluster_row(name: &str, mode: IpamMode) -> ClusterRow {
    let plugin = if mode == IpamMode::Kubenet { "kubenet" } else { "azure" };
    ClusterRow {
        id: cluster_id(name),
        subscription_id: SubscriptionId::from(PROD),
        subscription_name: Some("Production".to_owned()),
        subscription_state: Some("Enabled".to_owned()),
        location: "westeurope".to_owned(),
        kubernetes_version: Some("1.33.2".to_owned()),
        sku_tier: Some("Standard".to_owned()),
        power_state: Some("Running".to_owned()),
        provisioning_state: Some("Succeeded".to_owned()),
        network_plugin: Some(plugin.to_owned()),
        network_plugin_mode: Some("overlay".to_owned()).filter(|_| mode == IpamMode::Overlay),
        ipam_modes: vec![mode],
        network_dataplane: None,
        network_policy: None,
        ip_families: vec!["IPv4".to_owned()],
        pod_cidrs: vec!["10.244.0.0/16".to_owned()],
        service_cidrs: vec!["172.16.0.0/16".to_owned()],
        outbound_type: Some("loadBalancer".to_owned()),
        identity_type: Some("UserAssigned".to_owned()),
        nodes: Some(3),
        nodes_configured: Some(3),
        nodes_scale_max: Some(10),
        pod_cidr_node_capacity: Some(256),
        owner: Some("team-a".to_owned()),
        environment: Some("prod".to_owned()),
        pools: vec![pool_row(name, mode)],
        limits: Vec::new(),
        preflights: Vec::new(),
        fixes: Vec::new(),
        conflicts: Vec::new(),
    }
}

pub(crate) fn pool_row(cluster: &str, mode: IpamMode) -> NodePoolRow {
    NodePoolRow {
        cluster_id: cluster_id(cluster),
        name: "system".to_owned(),
        mode: Some("System".to_owned()),
        pool_type: Some("VirtualMachineScaleSets".to_owned()),
        os_type: Some("Linux".to_owned()),
        os_sku: Some("Ubuntu".to_owned()),
        vm_size: Some("Standard_D4s_v5".to_owned()),
        power_state: Some("Running".to_owned()),
        ipam_mode: mode,
        nodes: Some(3),
        nodes_configured: Some(3),
        min_count: Some(3),
        max_count: Some(10),
        max_surge: Some("10%".to_owned()),
        surge_nodes: Some(1),
        max_pods: Some(110),
        max_pods_assumed: false,
        ips_per_node: Some(1),
        ips_per_node_observed: Some((1, 1)),
        pod_ips_per_node_low: None,
        pod_ips_per_node_high: None,
        node_subnet_id: Some(subnet_id("hub", "aks")),
        node_subnet_inferred: false,
        pod_subnet_id: None,
        nodes_scale_max: Some(10),
        nodes_holding: Some(3),
        provisioning_state: Some("Succeeded".to_owned()),
        ahead: PoolAhead::default(),
    }
}

/// A measured subnet of 251 addresses.
pub(crate) fn subnet_row(name: &str, used: u64, status: SubnetStatus, cluster: Option<&str>) -> SubnetRow {
    let cluster = cluster.map(cluster_id);
    SubnetRow {
        id: subnet_id("hub", name),
        location: Some("westeurope".to_owned()),
        prefixes: vec!["10.0.0.0/24".to_owned()],
        usable: Some(251),
        used: Some(used),
        used_low: Some(used),
        basis: UsedBasis::Measured,
        free: Some(251 - i64::try_from(used).unwrap()),
        used_aks: Some(used),
        used_other: Some(0),
        node_pools: cluster.iter().map(|id| (id.clone(), "system".to_owned())).collect(),
        ipam_modes: cluster.iter().map(|_| IpamMode::NodeSubnet).collect(),
        has_api_server: false,
        status,
        reasons: Vec::new(),
        consumers: vec![ConsumerRow {
            kind: ConsumerKind::Nodes,
            owner_id: cluster.clone(),
            node_pool: Some("system".to_owned()),
            ips: Some(used),
            ips_low: used,
        }],
        listed: Some(used),
        parts: Vec::new(),
        clusters: cluster.into_iter().collect(),
        ahead: SubnetAhead::default(),
        fixes: Vec::new(),
        retirements: Vec::new(),
    }
}

fn vnet_row(name: &str) -> VnetRow {
    VnetRow {
        id: vnet_id(name),
        location: "westeurope".to_owned(),
        address_space: vec!["10.0.0.0/16".to_owned()],
        addresses: 65_536,
        allocated_to_subnets: 768,
        unallocated: 64_768,
        subnets: 3,
        peerings: 1,
        used: Some(500),
    }
}

pub(crate) fn network(name: &str) -> NetworkRecord {
    NetworkRecord { row: vnet_row(name), limits: Vec::new(), conflicts: Vec::new(), broken: Vec::new() }
}

/// The rows of [`inventory`]: `shop` on kubenet in a full subnet, `bank` on node subnet in one with room.
pub(crate) fn rows() -> Rows {
    Rows {
        clusters: vec![cluster_row("shop", IpamMode::Kubenet), cluster_row("bank", IpamMode::NodeSubnet)],
        subnets: vec![
            subnet_row("aks", 251, SubnetStatus::Full, Some("shop")),
            subnet_row("nodes", 60, SubnetStatus::Ok, Some("bank")),
            SubnetRow {
                used: None,
                used_low: Some(4),
                free: None,
                used_aks: None,
                used_other: None,
                basis: UsedBasis::Unknown,
                ..subnet_row("gateways", 4, SubnetStatus::Unknown, None)
            },
        ],
        networks: vec![network("hub")],
    }
}

/// An audit of given rows, by the rules of the program. What is decided comes from the inventory; of a row that it does not
/// have, or not on kubenet where the row is, nothing is known but that.
pub(crate) fn audit(inventory: &Inventory, options: &Options, rows: Rows) -> Audit {
    let mut decided = testing::migration(inventory, options);
    for row in &rows.clusters {
        let is_kubenet = row.ipam_modes == [IpamMode::Kubenet];
        let known = decided.clusters.iter().position(|one| one.cluster_id == row.id);
        match known {
            Some(at) if decided.clusters[at].exposure.is_some() == is_kubenet => {}
            Some(at) => decided.clusters[at] = undecided(row, options),
            None => decided.clusters.push(undecided(row, options)),
        }
    }
    crate::assess::compose(inventory, options, rows, decided, Catalogue::built_in())
}

/// A cluster of which nothing is known but its row.
fn undecided(row: &ClusterRow, options: &Options) -> ClusterPlan {
    let retirement = Catalogue::built_in().retirement(RetirementId::KUBENET);
    let days_left = days_between(options.as_of, retirement.deadline());
    let exposure = Exposure {
        retirement_date: retirement.deadline(),
        days_left,
        severity: retirement.due(options.as_of).map_or(Severity::Critical, |due| due.severity),
        routes: None,
        pod_cidr: None,
        route_table: RouteTableKind::Unknown,
        version_support_ends: None,
        is_new: None,
    };
    ClusterPlan {
        cluster_id: row.id.clone(),
        from: row.ipam_modes[0],
        production: false,
        environment: row.environment.clone(),
        owner: row.owner.clone(),
        location: row.location.clone(),
        rank: None,
        readiness: Readiness {
            operation: Operation::Overlay,
            verdict: Verdict::Unknown,
            checks: Vec::new(),
            blockers: Vec::new(),
            warnings: Vec::new(),
            manual_checks: Vec::new(),
            unknown_checks: Vec::new(),
        },
        second: None,
        recommendation: Recommendation {
            target: Target::Undecided,
            rule: "REC-03",
            reason: Reason::ModeUnknown,
            runner_up: None,
            questions: Vec::new(),
            first: Vec::new(),
            also: Vec::new(),
        },
        pod_cidr: Err(NoProposal::NotAsked),
        steps: Vec::new(),
        candidate: None,
        exposure: (row.ipam_modes == [IpamMode::Kubenet]).then_some(exposure),
        duration: None,
        site: Box::default(),
        neighbours: Vec::new(),
    }
}
