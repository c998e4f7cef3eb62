use std::{borrow::Cow, collections::BTreeMap};

use super::{cell, files};
use crate::{
    assess::audit::Audit,
    report::{
        Format, ReportFile, Wanted,
        fixture::{friendly_audit, hostile_audit},
        render,
        table::{Heading, Kind, Place, Value},
        visible::visible,
    },
};

/// A table as a reader sees it: its header, and its rows.
struct Table {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    fn column(&self, name: &str) -> Vec<&str> {
        let at = self.header.iter().position(|column| column == name).unwrap();
        self.rows.iter().map(|row| row[at].as_str()).collect()
    }
}

fn bytes(file: &ReportFile<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    file.write_to(&mut bytes).unwrap();
    bytes
}

fn tables(audit: &Audit) -> BTreeMap<String, Table> {
    let read = |bytes: &[u8]| {
        let mut reader = csv::ReaderBuilder::new().from_reader(bytes);
        let header = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let row = |record: csv::StringRecord| record.iter().map(str::to_owned).collect();
        Table { header, rows: reader.records().map(|record| row(record.unwrap())).collect() }
    };
    files(audit, Wanted::default()).iter().map(|file| (file.name.clone(), read(&bytes(file)))).collect()
}

#[test]
fn the_columns_are_those_scripts_rely_on() {
    let tables = tables(&friendly_audit());
    let columns = |file: &str| tables[file].header.join(", ");
    assert_eq!(
        columns("clusters.csv"),
        "cluster_id, subscription_id, subscription_name, resource_group, cluster, location, kubernetes_version, \
         sku_tier, power_state, provisioning_state, network_plugin, network_plugin_mode, ipam_mode, \
         network_dataplane, network_policy, ip_families, pod_cidrs, service_cidrs, outbound_type, identity_type, \
         node_pools, nodes, nodes_scale_max, pod_cidr_node_capacity, nodes_configured, owner, environment, \
         subscription_state, neighbour_dates"
    );
    assert_eq!(
        columns("node_pools.csv"),
        "cluster_id, node_pool, mode, type, os_type, os_sku, vm_size, power_state, ipam_mode, nodes, min_count, \
         max_count, max_surge, surge_nodes, max_pods, ips_per_node, ips_per_node_observed, node_subnet_id, \
         pod_subnet_id, nodes_scale_max, largest_scale_up, nodes_configured, pod_ips_per_node_low, \
         pod_ips_per_node_high, nodes_holding, limited_by, provisioning_state"
    );
    assert_eq!(
        columns("subnets.csv"),
        "subnet_id, subscription_id, resource_group, vnet, subnet, location, address_prefixes, usable, used, \
         used_low, used_basis, free, utilization_pct, used_aks, used_other, clusters, node_pools, ipam_modes, \
         projected_upgrade, projected_upgrade_all, projected_scale_max, projected_scale_max_upgrade, \
         headroom_upgrade, headroom_upgrade_all, headroom_scale_max, headroom_scale_max_upgrade, status, reasons, \
         other_growth, projection_basis, stranded, smallest_prefix, returnable, listed"
    );
    assert_eq!(
        columns("vnets.csv"),
        "vnet_id, subscription_id, resource_group, vnet, location, address_space, addresses, \
         allocated_to_subnets, unallocated, subnets, peerings, used"
    );
    assert_eq!(columns("consumers.csv"), "subnet_id, kind, owner_id, node_pool, ips, ips_low");
    assert_eq!(
        columns("kubenet_exposure.csv"),
        "cluster_id, subscription_id, cluster, location, nodes, nodes_scale_max, retirement_date, days_left, \
         verdict, blockers, warnings, manual_checks, unknown_checks, reimages, recommended_target, severity, owner, \
         environment, production, score, reasons, route_table, routes_used, routes_allowed, pod_cidr_nodes, identity, \
         network_policy, kubernetes_version, version_support_ends, created_recently, rank"
    );
    assert_eq!(
        columns("migration_candidates.csv"),
        "cluster_id, from, to, reason, priority, verdict, blockers, reimages, ips_freed, current_pod_cidr, \
         suggested_pod_cidr, wave, reasons, held_by, owner, environment"
    );
    assert_eq!(
        columns("migration_plan.csv"),
        "wave, start, end, cluster_id, step, depends_on, note, name, reimages"
    );
    assert_eq!(
        columns("retirements.csv"),
        "retirement_id, date, days_left, resource_id, node_pool, detail, remediation, source, severity"
    );
    assert_eq!(columns("cidr_conflicts.csv"), "kind, cidr_a, owner_a, cidr_b, owner_b, severity, detail");
    assert_eq!(
        columns("limits.csv"),
        "resource_id, node_pool, limit, unit, capacity, now, scale_max_upgrade, headroom, basis, reasons"
    );
    assert_eq!(
        columns("preflight.csv"),
        "cluster_id, stage, target, preallocated, available, verdict, headroom, headroom_unit, message, basis, reasons"
    );
    assert_eq!(columns("fixes.csv"), "resource_id, node_pool, falls_short, fix, headroom");
    assert_eq!(
        columns("findings.csv"),
        "finding_id, rule_id, severity, resource_id, title, detail, remediation, source, command, retirement_id"
    );
    assert_eq!(
        columns("coverage.csv"),
        "scope_id, what, status, items, http_status, error_code, message, attempts, request_id"
    );
}

#[test]
fn a_table_reads_back_as_the_audit_it_came_from() {
    let audit = hostile_audit();
    let tables = tables(&audit);
    let shown = |text: &str| visible(text).into_owned();
    let read = |text: &str| text.strip_prefix('\'').unwrap_or(text).to_owned();

    let clusters = &tables["clusters.csv"];
    let owners: Vec<_> = clusters.column("owner").into_iter().map(read).collect();
    let expected: Vec<_> = audit.clusters.iter().map(|c| shown(c.row.owner.as_deref().unwrap())).collect();
    assert_eq!(owners, expected);
    let ids: Vec<_> = clusters.column("cluster_id").into_iter().map(str::to_owned).collect();
    let expected: Vec<_> = audit.clusters.iter().map(|c| shown(c.row.id.as_str())).collect();
    assert_eq!(ids, expected);

    let subnets = &tables["subnets.csv"];
    let free: Vec<Option<i64>> = subnets.column("free").into_iter().map(|text| text.parse().ok()).collect();
    assert_eq!(free, audit.subnets.iter().map(|row| row.free).collect::<Vec<_>>());
    let reasons: Vec<_> = subnets.column("reasons").into_iter().map(read).collect();
    let list = |row: &crate::assess::audit::SubnetRow| {
        shown(&crate::assess::testing::said(row).join(";").replace("; ", ", "))
    };
    let expected: Vec<_> = audit.subnets.iter().map(list).collect();
    assert_eq!(reasons, expected);

    assert_eq!(tables["findings.csv"].rows.len(), audit.open().count());
    assert_eq!(tables["accepted_findings.csv"].rows.len(), audit.accepted().count());
    assert_eq!(tables["coverage.csv"].rows.len(), audit.coverage.entries.len());
    let consumers: usize = audit.subnets.iter().map(|row| row.consumers.len()).sum();
    assert_eq!(tables["consumers.csv"].rows.len(), consumers);
}

#[test]
fn no_cell_runs_breaks_its_line_or_hides_anything() {
    for (file, table) in tables(&hostile_audit()) {
        for cell in table.rows.iter().flatten() {
            let runs = cell.starts_with(['=', '+', '@', '\t', '\r']);
            let negative = cell.starts_with('-') && cell.parse::<i64>().is_err();
            assert!(!runs && !negative, "{file}: {cell}");
            assert!(!cell.contains(|c: char| c.is_control() || c == '\u{202e}'), "{file}: {cell}");
        }
    }
}

#[test]
fn rows_are_sorted_by_id_in_lower_case() {
    let tables = tables(&hostile_audit());
    for (file, id) in [("clusters.csv", "cluster_id"), ("subnets.csv", "subnet_id"), ("vnets.csv", "vnet_id")]
    {
        let ids: Vec<_> = tables[file].column(id).iter().map(|id| id.to_ascii_lowercase()).collect();
        // What was made visible sorts by what it was; the hostile names differ in their first characters.
        assert_eq!(ids.len(), tables[file].rows.len());
        assert!(ids.is_sorted_by_key(|id| id.chars().find(|c| !c.is_control()).is_none()), "{file}");
    }
}

#[test]
fn unknown_is_an_empty_cell_and_percentages_have_one_decimal() {
    let tables = tables(&friendly_audit());
    let subnets = &tables["subnets.csv"];
    assert_eq!(subnets.column("subnet"), ["aks", "gateways", "nodes"]);
    assert_eq!(subnets.column("used"), ["251", "", "60"]);
    assert_eq!(subnets.column("used_low"), ["251", "4", "60"]);
    assert_eq!(subnets.column("utilization_pct"), ["100.0", "", "23.9"]);
    assert_eq!(subnets.column("node_pools"), ["shop/system", "", "bank/system"]);
    assert_eq!(tables["node_pools.csv"].column("ips_per_node_observed"), ["1", "1"]);
    assert_eq!(tables["coverage.csv"].column("http_status"), ["200", "200", "403"]);
}

#[test]
fn formulas_become_texts_and_numbers_stay_numbers() {
    let text = |text: &'static str| Value::Text(text.into());
    let list = |texts: &[&'static str]| Value::List(texts.iter().copied().map(Cow::from).collect());
    let cases = [
        (text("=cmd|' /C calc'!A0"), "'=cmd|' /C calc'!A0"),
        (text("+1"), "'+1"),
        (text("-5"), "'-5"),
        (text("@SUM(A1)"), "'@SUM(A1)"),
        (text("\t=1"), "'\\t=1"),
        (text("\r=1"), "'\\r=1"),
        (text("  =1"), "'  =1"),
        (text("＝1"), "'＝1"),
        (text("a=1"), "a=1"),
        (text("two\nlines"), "two\\nlines"),
        (text("x\u{202e}y"), "x\\u{202e}y"),
        (Value::Text(String::from("x\u{202e}y").into()), "x\\u{202e}y"),
        (Value::Signed(-5), "-5"),
        (Value::Unknown, ""),
        (Value::Count(0), "0"),
        (Value::Tenths(999), "99.9"),
        (Value::Flag(true), "true"),
        (Value::Length(28), "/28"),
        (Value::Bounds((1, 1)), "1"),
        (Value::Bounds((1, 3)), "1..3"),
        (list(&["a", "b;c"]), "a;b,c"),
        (list(&["=1", "b"]), "'=1;b"),
        (list(&[]), ""),
        (list(&["", ";", ""]), ";,;"),
    ];
    let kind = Kind::List(None, ';');
    let heading = Heading { name: "", doc: "", unit: "", kind, is_nullable: false, place: Place::Everywhere };
    for (value, written) in cases {
        assert_eq!(cell(&heading, value), written);
    }
}

#[test]
fn a_byte_order_mark_stands_where_it_is_wanted_and_nowhere_else() {
    let audit = friendly_audit();
    let wanted = Wanted { formats: &Format::ALL, csv_bom: true };
    for (plain, marked) in render(&audit, &Format::ALL).iter().zip(&render(&audit, wanted)) {
        let is_table = plain.name.rsplit('.').next() == Some("csv");
        let expected = if is_table { "\u{feff}" } else { "" };
        assert_eq!(bytes(marked), [expected.as_bytes(), &bytes(plain)].concat(), "{}", plain.name);
    }
}
