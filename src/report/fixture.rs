//! An audit for tests, with the names an attacker would choose.

use crate::{
    assess::{
        audit::{Audit, ConsumerRow, SubnetRow, SubnetStatus, UsedBasis},
        fixture::{
            PROD, SEALED, audit, cluster_row, entry, id, inventory, options, pool_row, rows, subnet_id,
            subnet_row, vnet_row,
        },
        options::{Exception, Options},
        rows::Rows,
    },
    inventory::{CoverageEntry, Inventory, ReadStatus, ResourceId, What},
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
        rows.clusters.push(cluster);

        let mut pool = pool_row("x", IpamMode::Kubenet);
        pool.cluster_id = hostile_id(at);
        pool.name = name.to_owned();
        rows.node_pools.push(pool);

        let used = 251 - at as u64;
        let mut subnet = subnet_row("x", used, SubnetStatus::Critical, Some("x"));
        subnet.id =
            id(&format!("{}/subnets/{}", crate::assess::fixture::vnet_id("hub"), name.replace('/', ":")));
        subnet.clusters = vec![hostile_id(at)];
        subnet.node_pools = vec![(hostile_id(at), name.to_owned())];
        subnet.reasons = vec![format!("an upgrade of {name} does not fit")];
        subnet.consumers[0].kind = name.to_owned();
        rows.subnets.push(subnet);
    }
    rows.subnets.push(SubnetRow {
        used: Some(300),
        free: Some(-49),
        basis: UsedBasis::Modelled,
        consumers: vec![ConsumerRow {
            kind: "aks-pods".to_owned(),
            owner_id: None,
            node_pool: None,
            ips: Some(300),
            ips_low: 200,
        }],
        ..subnet_row("pods", 200, SubnetStatus::Warning, Some("bank"))
    });
    rows.vnets.push(vnet_row("=spoke"));
    rows
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
    rows.node_pools.reverse();
    rows.subnets.rotate_left(3);
    rows.vnets.reverse();
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
