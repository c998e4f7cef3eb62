//! An audit for tests, with the names an attacker would choose.

use crate::{
    assess::{
        audit::{
            Audit, ConsumerKind, ConsumerRow, PoolAhead, Spare, SubnetAhead, SubnetRow, SubnetStatus,
            UsedBasis,
        },
        fixture::{
            PROD, SEALED, audit, cluster_row, entry, id, inventory, network, options, pool_row, rows,
            subnet_id, subnet_row, vnet_id,
        },
        options::{Exception, Options, Severity},
        outlook::{
            Bound, Breach, ByScenario, Change, Collision, Conflict, Fix, Held, Limit, LimitPart, LimitRow,
            Mark, NetworkLimit, NetworkLimitKind, Owner, Preallocated, Preflight, ProjectionBasis, RangeOf,
            Reason, Scenario, Shortfall, Stage, SubnetPart, Target,
        },
        records::Rows,
    },
    inventory::{CoverageEntry, Inventory, OwnerKind, ReadStatus, ResourceId, What},
    ipam::IpamMode,
};

/// Names that mean something to a spreadsheet, a shell, Markdown, HTML, GitHub, a terminal or an eye.
pub(super) const HOSTILE: [&str; 8] = [
    "=HYPERLINK(\"http://evil.example\",\"x\")",
    "-2+3|cmd",
    "@all #1 www.evil.example",
    "<img src=x onerror=alert(1)>",
    "two\nlines | `code` ``` \\| end",
    "gpj\u{202e}txt.exe\u{200b}",
    "$(touch x)'; rm -rf \"~\" #",
    "\u{1b}[31mred\tand \"quoted\", with commas; and semicolons",
];

fn hostile_id(at: usize) -> ResourceId {
    id(&format!(
        "/subscriptions/{PROD}/resourceGroups/apps/providers/Microsoft.ContainerService/managedClusters/{}",
        HOSTILE[at].replace('/', ":")
    ))
}

fn hostile_rows() -> Rows {
    let mut rows = rows();
    for (at, name) in HOSTILE.into_iter().enumerate() {
        let mut cluster = cluster_row("x", IpamMode::Kubenet);
        cluster.id = hostile_id(at);
        cluster.owner = Some(name.to_owned());
        cluster.environment = Some(name.to_owned());
        cluster.subscription_name = Some(name.to_owned());
        cluster.kubernetes_version = Some(name.to_owned());

        let mut pool = pool_row("x", IpamMode::Kubenet);
        pool.cluster_id = hostile_id(at);
        pool.name = name.to_owned();
        cluster.pools = vec![pool];
        rows.clusters.push(cluster);

        let used = 251 - at as u64;
        let mut subnet = subnet_row("x", used, SubnetStatus::Critical, Some("x"));
        subnet.id = id(&format!("{}/subnets/{}", vnet_id("hub"), name.replace('/', ":")));
        subnet.clusters = vec![hostile_id(at)];
        subnet.node_pools = vec![(hostile_id(at), name.to_owned())];
        subnet.reasons = vec![held(used, Bound::Exact), Reason::UnreadablePrefix(name.to_owned())];
        subnet.consumers[0].kind = ConsumerKind::Other(OwnerKind::Other(name.to_owned()));
        subnet.fixes = vec![fix(&subnet.id, at)];
        subnet.ahead = short_by(used, 31);
        subnet.parts.push(SubnetPart::Added {
            due: Some(0),
            cluster_id: hostile_id(at),
            node_pool: name.to_owned(),
            each: Some(31),
            nodes: ByScenario::from_fn(|_| Some(1)),
        });
        rows.subnets.push(subnet);
        outlook(&mut rows, at);
    }
    rows.subnets.push(SubnetRow {
        used: Some(300),
        free: Some(-49),
        basis: UsedBasis::Modelled,
        reasons: vec![held(300, Bound::High)],
        consumers: vec![ConsumerRow {
            kind: ConsumerKind::Pods,
            owner_id: None,
            node_pool: None,
            ips: Some(300),
            ips_low: 200,
        }],
        ..subnet_row("pods", 200, SubnetStatus::Warning, Some("bank"))
    });
    rows.networks.push(network("=spoke"));
    rows
}

/// A subnet of 251 addresses is beyond a threshold.
fn held(count: u64, bound: Bound) -> Reason {
    Reason::InUse { count, bound, usable: 251, mark: Mark::Warning(80) }
}

/// What an upgrade of so many addresses would need beside those in use, of 251.
fn short_by(used: u64, more: u64) -> SubnetAhead {
    let left = 251 - i64::try_from(used + more).unwrap();
    SubnetAhead {
        projected: ByScenario {
            upgrade: Some(used + more),
            upgrade_all: Some(used + more),
            scale_max: Some(used),
            scale_max_upgrade: Some(used + more),
        },
        other_growth: Some(0),
        basis: Some(ProjectionBasis::Exact),
        stranded: Some(11),
        upgrade_surely_fails: left < 0,
        spare: Some(Spare { enough: 28, addresses: 240 }),
    }
}

/// A fix of a subnet, of a pool with a hostile name.
fn fix(subnet: &ResourceId, at: usize) -> Fix {
    let change = Change::MaxUnavailable { cluster_id: hostile_id(at), node_pool: HOSTILE[at].to_owned() };
    Fix {
        shortfall: Shortfall::Subnet(subnet.clone(), Scenario::Upgrade),
        changes: vec![change],
        headroom: Some(1),
        unseen: Vec::new(),
    }
}

/// Everything else an outlook says of a cluster and a network with hostile names.
fn outlook(rows: &mut Rows, at: usize) {
    let (cluster_id, name) = (hostile_id(at), HOSTILE[at].to_owned());
    let cluster = rows.clusters.last_mut().unwrap();
    cluster.limits.push(LimitRow {
        cluster_id: cluster_id.clone(),
        node_pool: Some(name.clone()),
        limit: Limit::ScaleSet,
        capacity: Some(1000),
        nodes: Some(980),
        scale_max_upgrade: Some(1304),
        headroom: Some(-304),
        at_least: false,
        parts: vec![
            LimitPart::Tier(Some(name.clone())),
            LimitPart::StaleRoutes {
                table: vnet_id(&name.replace('/', ":")),
                routes: 3,
                told: 2,
                names: vec![name.clone()],
            },
        ],
        in_motion: Some(name.clone()),
    });
    rows.networks[0].limits.push(NetworkLimit {
        vnet_id: vnet_id(&name.replace('/', ":")),
        kind: NetworkLimitKind::NetAppVolumes,
        capacity: 1000,
        used: 1001,
        scale_max_upgrade: 1002,
        headroom: Some(-2),
        at_least: true,
        own: Held { used: 900, scale_max_upgrade: 901 },
    });
    cluster.preflights.push(Preflight {
        cluster_id: cluster_id.clone(),
        stage: Stage::Today,
        target: Target::Subnet(subnet_id("hub", &name.replace('/', ":"))),
        preallocated: Some(300),
        available: Some(251),
        headroom: Some(7),
        pools: vec![Preallocated { node_pool: name.clone(), nodes: Some(1), each: Some(31) }],
        in_motion: Some(name.clone()),
    });
    cluster.conflicts.push(Conflict {
        of: RangeOf::Pods,
        cidr_a: "10.0.0.0/16".parse().unwrap(),
        owner_a: cluster_id.clone(),
        cidr_b: "10.0.0.0/8".parse().unwrap(),
        owner_b: Owner::Resource(hostile_id(at)),
        with: Collision::Route,
        severity: Severity::Low,
        by: Some(name.clone()),
        assumed: false,
    });
    cluster.pools[0].ahead = PoolAhead {
        largest_scale_up: Some(3),
        limited_by: Some(Limit::NodeSubnet),
        nodes_at_peak: Some(4),
        limits: vec![(Limit::NodeSubnet, 3)],
        breach: Some(Breach { max_pods: 300, configurations: None }),
    };
    let waste =
        Change::ReplaceWithMaxPods { cluster_id: cluster_id.clone(), node_pool: name.clone(), to: 31 };
    cluster.fixes.push(Fix {
        shortfall: Shortfall::Waste(cluster_id, name),
        changes: vec![waste],
        headroom: None,
        unseen: Vec::new(),
    });
}

fn hostile_inventory() -> Inventory {
    let mut inventory = inventory();
    let template = inventory.virtual_networks[0].subnets[0].clone();
    for name in HOSTILE {
        let mut subnet = template.clone();
        subnet.id = id(&format!("{}/subnets/{}", inventory.virtual_networks[0].id, name.replace('/', ":")));
        inventory.virtual_networks[0].subnets.push(subnet);
        inventory.coverage.push(CoverageEntry {
            message: Some(name.to_owned()),
            error_code: Some(name.to_owned()),
            ..entry(
                &format!("/subscriptions/{SEALED}/resourceGroups/{name}"),
                What::Object,
                ReadStatus::Failed,
                0,
            )
        });
    }
    let mut pods = template;
    pods.id = subnet_id("hub", "pods");
    inventory.virtual_networks[0].subnets.push(pods);
    inventory.subscriptions[1].name = Some(HOSTILE[3].to_owned());
    inventory.requested.subscriptions = HOSTILE.map(str::to_owned).to_vec();
    inventory
}

fn hostile_options() -> Options {
    let exception = |rule: &str, resource: &ResourceId, until: Option<&str>| Exception {
        rule: rule.to_owned(),
        resource: resource.to_string(),
        retirement: None,
        reason: HOSTILE[4].to_owned(),
        until: until.map(|date| date.parse().unwrap()),
    };
    Options {
        exceptions: vec![
            exception("kubenet-retirement", &hostile_id(0), Some("2027-01-31")),
            exception("kubenet-retirement", &hostile_id(1), None),
            exception("subnet-full", &subnet_id("hub", "nodes"), None),
        ],
        ..options()
    }
}

/// The audit of a friendly estate.
pub(super) fn friendly_audit() -> Audit {
    audit(&inventory(), &options(), rows())
}

/// An audit in which every text is hostile.
pub(super) fn hostile_audit() -> Audit {
    audit(&hostile_inventory(), &hostile_options(), hostile_rows())
}

/// The same from lists that came in another order.
pub(super) fn hostile_audit_in_another_order() -> Audit {
    let mut rows = hostile_rows();
    rows.clusters.reverse();
    rows.subnets.rotate_left(3);
    rows.networks[0].limits.reverse();
    rows.networks.reverse();
    let mut inventory = hostile_inventory();
    inventory.clusters.reverse();
    inventory.subscriptions.reverse();
    inventory.virtual_networks[0].subnets.reverse();
    let mut options = hostile_options();
    options.exceptions.reverse();
    audit(&inventory, &options, rows)
}

/// An audit of nothing at all.
pub(super) fn empty_audit() -> Audit {
    let mut inventory = inventory();
    inventory.clusters.clear();
    inventory.virtual_networks.clear();
    inventory.subscriptions.clear();
    inventory.coverage = crate::inventory::Coverage::default();
    audit(&inventory, &options(), Rows::default())
}
