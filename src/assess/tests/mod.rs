pub(crate) mod fixture;
pub(crate) mod generated;
mod golden;
mod life;
pub(crate) mod oracle;
mod outlook;
mod reach;
mod reach_cases;
pub(crate) mod testing;

use std::collections::BTreeMap;

use super::{
    assess,
    audit::{Audit, Finding, SubnetRow, SubnetStatus},
    fixture::{
        PROD, SEALED, audit, cluster, cluster_id, cluster_row, entry, inventory, options, pool, rows,
        subnet_id, subnet_row,
    },
    options::{Exception, Filters, Options, RuleLevel, Severity},
    records::Rows,
    usage::UsedBasis,
};
use crate::{
    inventory::{Coverage, CoverageEntry, Inventory, Prefixes, ReadStatus, What},
    ipam::IpamMode,
    report::say,
};

fn of<'a>(audit: &'a Audit, rule: &str) -> Vec<&'a Finding> {
    audit.open().filter(|finding| finding.rule_id.as_str() == rule).collect()
}

fn detail(finding: &Finding) -> String {
    say::detail(finding).text()
}

fn gap(scope: &str, what: What, status: ReadStatus) -> Inventory {
    let mut inventory = inventory();
    inventory.coverage = Coverage::default();
    let prod = format!("/subscriptions/{PROD}");
    inventory.coverage.extend([
        entry(&prod, What::Clusters, ReadStatus::Ok, 2),
        entry(&prod, What::VirtualNetworks, ReadStatus::Ok, 1),
        entry(scope, what, status, 0),
    ]);
    inventory
}

fn exception(rule: &str, resource: &str, until: Option<&str>) -> Exception {
    Exception {
        rule: rule.to_owned(),
        resource: resource.to_owned(),
        retirement: None,
        reason: "moves in March".to_owned(),
        until: until.map(|date| date.parse().unwrap()),
    }
}

#[test]
fn an_estate_gives_the_findings_one_expects() {
    let audit = audit(&inventory(), &options(), rows());
    let lines: Vec<_> = audit
        .open()
        .map(|f| {
            format!(
                "{} {} {} | {}",
                f.severity,
                f.rule_id,
                f.resource_id.rsplit('/').next().unwrap(),
                detail(f)
            )
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    critical subnet-full aks | 251 of 251 addresses in use (100.0 %); clusters shop
    high coverage-gap 00000000-0000-0000-0000-00000000000b | clusters denied (HTTP 403, AuthorizationFailed)
    high migration-plan-late migration-plan | no date for 1 kubenet cluster: shop
    high retirement-ahead bank | RET-26 on 2026-11-30: Kubernetes 1.34: community support ends on 2026-11-30
    high retirement-ahead shop | RET-26 on 2026-11-30: Kubernetes 1.34: community support ends on 2026-11-30
    medium kubenet-retirement shop | 3 nodes now, 10 at autoscaler maximum; support ends on 2028-03-31, in 496 days
    medium retirement-ahead bank | RET-29 on 2027-06-01: Kubernetes 1.34: support ends on 2026-11-30, and 60 days later, not before June 2027, AKS upgrades the cluster by itself
    medium retirement-ahead shop | RET-29 on 2027-06-01: Kubernetes 1.34: support ends on 2026-11-30, and 60 days later, not before June 2027, AKS upgrades the cluster by itself
    low rules-outdated rules | what RET-30 was read from is of 2025-12-18, 338 days before 2026-11-21
    ");
    assert_eq!(audit.header.subscriptions_read, 1);
    assert!(audit.coverage.incomplete);
    assert!(!audit.header.filtered);
}

#[test]
fn order_of_input_leaves_no_trace() {
    let forward = audit(&inventory(), &options(), rows());
    let mut turned = inventory();
    turned.clusters.reverse();
    turned.subscriptions.reverse();
    turned.virtual_networks[0].subnets.reverse();
    let mut entries: Vec<_> = turned.coverage.entries().to_vec();
    entries.reverse();
    turned.coverage = Coverage::default();
    turned.coverage.extend(entries);
    let mut backward = rows();
    backward.clusters.reverse();
    backward.subnets.reverse();
    assert_eq!(forward, audit(&turned, &options(), backward));
}

#[test]
fn findings_are_told_apart_by_their_ids() {
    let mut inventory = inventory();
    inventory.clusters[0].pools.push(pool("gone", Some(subnet_id("elsewhere", "x"))));
    inventory.clusters[1].network.pod_cidrs = Prefixes::from_iter(["10.0.0.5/8"]);
    inventory.coverage.push(entry(
        &format!("/subscriptions/{SEALED}"),
        What::VirtualNetworks,
        ReadStatus::Failed,
        3,
    ));
    let audit = audit(&inventory, &options(), rows());
    let mut ids: Vec<_> = audit.open().map(|finding| &finding.id).collect();
    let all = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), all);
    assert!(all >= 5);
}

#[test]
fn kubenet_is_counted_to_the_day() {
    let cases = [
        ("2026-11-21", 496, Severity::Medium, "in 496 days"),
        ("2027-04-01", 365, Severity::High, "in 365 days"),
        ("2027-12-31", 91, Severity::High, "in 91 days"),
        ("2028-01-01", 90, Severity::Critical, "in 90 days"),
        ("2028-03-30", 1, Severity::Critical, "in 1 day"),
        ("2028-03-31", 0, Severity::Critical, "ends today"),
        ("2028-04-01", -1, Severity::Critical, "1 day ago"),
        ("2028-04-10", -10, Severity::Critical, "10 days ago"),
    ];
    for (as_of, days_left, severity, words) in cases {
        let options = Options { as_of: as_of.parse().unwrap(), ..options() };
        let audit = audit(&inventory(), &options, rows());
        assert_eq!(audit.exposures().count(), 1);
        let (_, row) = audit.exposures().next().unwrap();
        assert_eq!((row.days_left, row.severity), (days_left, severity), "{as_of}");
        let finding = of(&audit, "kubenet-retirement")[0];
        assert_eq!(finding.severity, severity);
        assert!(detail(finding).contains(words), "{}", detail(finding));
    }
}

#[test]
fn subnets_are_judged_by_status_and_by_who_lives_there() {
    let cases = [
        (SubnetStatus::Full, Some("shop"), Some(("subnet-full", Severity::Critical))),
        (SubnetStatus::Full, None, Some(("subnet-full", Severity::Low))),
        (SubnetStatus::Critical, Some("shop"), Some(("subnet-critical", Severity::High))),
        (SubnetStatus::Warning, Some("shop"), Some(("subnet-nearly-full", Severity::Medium))),
        (SubnetStatus::Warning, None, Some(("subnet-nearly-full", Severity::Info))),
        (SubnetStatus::Unknown, Some("shop"), Some(("subnet-usage-unknown", Severity::Info))),
        (SubnetStatus::Unknown, None, None),
        (SubnetStatus::Ok, Some("shop"), None),
    ];
    for (status, cluster, expected) in cases {
        let rows = Rows { subnets: vec![subnet_row("aks", 200, status, cluster)], ..rows() };
        let audit = audit(&inventory(), &options(), rows);
        let found = audit.open().find(|f| f.resource_id == subnet_id("hub", "aks").as_str());
        assert_eq!(found.map(|f| (f.rule_id.as_str(), f.severity)), expected, "{status:?} {cluster:?}");
    }
}

#[test]
fn a_subnet_without_numbers_still_reads_as_a_sentence() {
    let unknown = SubnetRow {
        usable: None,
        used: None,
        used_low: None,
        free: None,
        basis: UsedBasis::Unknown,
        ..subnet_row("aks", 0, SubnetStatus::Unknown, Some("shop"))
    };
    let audit = audit(&inventory(), &options(), Rows { subnets: vec![unknown], ..rows() });
    assert_eq!(
        detail(of(&audit, "subnet-usage-unknown")[0]),
        "neither its size nor its use is known; clusters shop"
    );
}

#[test]
fn percentages_are_rounded_down_and_do_not_apply_to_api_servers() {
    let mut row = subnet_row("aks", 250, SubnetStatus::Critical, None);
    assert_eq!(row.utilization_tenths(), Some(996));
    row.used = Some(502);
    assert_eq!(row.utilization_tenths(), Some(2000));
    row.has_api_server = true;
    assert_eq!(row.utilization_tenths(), None);
    row.has_api_server = false;
    row.usable = Some(0);
    assert_eq!(row.utilization_tenths(), None);
}

#[test]
fn plugin_and_mode_must_be_a_documented_pair() {
    let cases = [
        (Some("azure"), None, IpamMode::NodeSubnet, None),
        (Some("Azure"), Some("Overlay"), IpamMode::Overlay, None),
        (Some("none"), None, IpamMode::ByoCni, None),
        (Some("kubenet"), Some("overlay"), IpamMode::Kubenet, Some("plugin kubenet with mode overlay")),
        (Some("azure"), Some("mesh"), IpamMode::Unknown, Some("plugin azure with mode mesh")),
        (Some("flannel"), None, IpamMode::Unknown, Some("plugin flannel without a mode")),
        (None, None, IpamMode::Unknown, Some("plugin (absent) without a mode")),
    ];
    for (plugin, mode, ipam, expected) in cases {
        let mut row = cluster_row("shop", ipam);
        row.network_plugin = plugin.map(str::to_owned);
        row.network_plugin_mode = mode.map(str::to_owned);
        let audit = audit(&inventory(), &options(), Rows { clusters: vec![row], ..rows() });
        let found = of(&audit, "unknown-network-mode");
        assert_eq!(found.first().map(|f| detail(f)).as_deref(), expected, "{plugin:?} {mode:?}");
    }
}

#[test]
fn a_subnet_nobody_could_read_is_named_with_its_pools_and_the_reason() {
    let gone = subnet_id("dark", "x");
    let missing = subnet_id("hub", "missing");
    let mut inventory = inventory();
    inventory.clusters[0].pools.push(pool("one", Some(gone.clone())));
    inventory.clusters[1].pools.push(pool("two", Some(super::fixture::id(&gone.as_str().to_uppercase()))));
    inventory.clusters[1].pools.push(pool("three", Some(missing)));
    let network = gone.parent().unwrap();
    let details = |inventory: &Inventory| {
        let audit = audit(inventory, &options(), rows());
        of(&audit, "pool-subnet-unreadable").iter().map(|f| detail(f)).collect::<Vec<_>>()
    };
    assert_eq!(
        details(&inventory),
        [
            "named by pools one of shop, two of bank; network dark is not among those that were read",
            "named by pools three of bank; network hub was read and has no such subnet",
        ]
    );
    inventory.coverage.push(entry(network.as_str(), What::VirtualNetwork, ReadStatus::Denied, 0));
    assert!(details(&inventory)[0].ends_with("the identity may not read network dark"));
}

#[test]
fn prefixes_that_are_no_blocks_are_shown() {
    let mut inventory = inventory();
    inventory.clusters[0].network.pod_cidrs = Prefixes::from_iter(["10.0.0.5/8", "10.0.0.0/8"]);
    inventory.clusters[0].network.service_cidrs = Prefixes::from_iter(["x"]);
    inventory.virtual_networks[0].address_space = Prefixes::from_iter(["10.0.0.0"]);
    inventory.virtual_networks[0].subnets[0].prefixes = Prefixes::from_iter(["10.0.0.0/99"]);
    let audit = audit(&inventory, &options(), rows());
    let details: Vec<_> = of(&audit, "unreadable-prefix").into_iter().map(detail).collect();
    assert_eq!(
        details,
        ["pod CIDR 10.0.0.5/8; service CIDR x", "address space 10.0.0.0", "subnet prefix 10.0.0.0/99"]
    );
}

#[test]
fn every_gap_is_a_finding_and_only_unaccepted_ones_make_an_audit_incomplete() {
    let sealed = format!("/subscriptions/{SEALED}");
    let network = subnet_id("dark", "x").parent().unwrap().to_string();
    let group = "/providers/Microsoft.Management/managementGroups/corp";
    let cases = [
        (sealed.as_str(), What::Clusters, ReadStatus::Denied, "", true),
        (sealed.as_str(), What::Clusters, ReadStatus::Failed, "", true),
        (sealed.as_str(), What::Clusters, ReadStatus::NotFound, "", true),
        (SEALED, What::Clusters, ReadStatus::Denied, SEALED, false),
        (sealed.as_str(), What::Clusters, ReadStatus::Denied, "sealed", false),
        (
            sealed.as_str(),
            What::Clusters,
            ReadStatus::Denied,
            "/Subscriptions/00000000-0000-0000-0000-00000000000B/",
            false,
        ),
        (sealed.as_str(), What::Clusters, ReadStatus::Denied, "00000000-0000-0000-0000-0000000000", true),
        (network.as_str(), What::VirtualNetwork, ReadStatus::NotFound, network.trim_end_matches('k'), true),
        (network.as_str(), What::VirtualNetwork, ReadStatus::NotFound, "Production", false),
        (group, What::ManagementGroup, ReadStatus::Denied, "corp", false),
        (group, What::ManagementGroup, ReadStatus::Denied, "cor", true),
        ("corp", What::ManagementGroup, ReadStatus::Denied, group, false),
    ];
    for (scope, what, status, accept, incomplete) in cases {
        let case = format!("{scope} {status} {accept}");
        let accept_unread = Some(accept.to_owned()).filter(|a| !a.is_empty()).into_iter().collect();
        let options = Options { accept_unread, ..options() };
        let audit = audit(&gap(scope, what, status), &options, rows());
        assert_eq!(audit.coverage.incomplete, incomplete, "{case}");
        let found = of(&audit, "coverage-gap");
        assert_eq!(found.len(), 1, "{case}");
        let severity = if incomplete { Severity::High } else { Severity::Info };
        assert_eq!(found[0].severity, severity, "{case}");
        assert_eq!(audit.coverage.accepted_scopes.contains(scope), !incomplete, "{case}");
    }
}

#[test]
fn what_was_skipped_is_no_gap() {
    let audit = audit(&gap("/subscriptions/x", What::Subscription, ReadStatus::Skipped), &options(), rows());
    assert!(!audit.coverage.incomplete);
    assert!(of(&audit, "coverage-gap").is_empty());
}

#[test]
fn an_odd_object_is_a_finding_of_its_own_and_leaves_its_subscription_read() {
    let scope = format!("/subscriptions/{PROD}");
    let audit = audit(&gap(&scope, What::Object, ReadStatus::Failed), &options(), rows());
    assert_eq!(of(&audit, "odd-object").len(), 1);
    assert!(audit.coverage.incomplete);
    assert_eq!(audit.header.subscriptions_read, 1);
}

#[test]
fn several_gaps_of_one_scope_are_one_finding() {
    let mut inventory = inventory();
    let sealed = format!("/subscriptions/{SEALED}");
    inventory.coverage.push(CoverageEntry {
        message: Some("gave up after 5 attempts".to_owned()),
        ..entry(&sealed, What::VirtualNetworks, ReadStatus::Failed, 7)
    });
    let audit = audit(&inventory, &options(), rows());
    let found = of(&audit, "coverage-gap");
    assert_eq!(found.len(), 1);
    assert_eq!(
        detail(found[0]),
        "clusters denied (HTTP 403, AuthorizationFailed); \
         virtual networks failed, 7 items kept: gave up after 5 attempts"
    );
}

#[test]
fn hidden_clusters_are_counted_and_have_no_findings() {
    let mut inventory = inventory();
    inventory.clusters[0].pools.push(pool("gone", Some(subnet_id("dark", "x"))));
    let mut rows = rows();
    rows.clusters.retain(|row| row.id == cluster_id("bank"));
    rows.subnets.retain(|row| row.clusters == [cluster_id("bank")]);
    rows.networks.clear();
    let audit = audit(&inventory, &options(), rows);
    assert!(audit.header.filtered);
    assert_eq!(audit.header.clusters_read, 2);
    assert_eq!(audit.exposures().count(), 0);
    let rules: Vec<_> = audit.open().map(|finding| finding.rule_id.as_str()).collect();
    // Its version goes out of support, and then AKS upgrades it; the age of the rules concerns no cluster.
    assert_eq!(rules, ["coverage-gap", "retirement-ahead", "retirement-ahead", "rules-outdated"]);
    assert_eq!(audit.findings[1].resource_id, cluster_id("bank").as_str());
}

#[test]
fn an_audit_is_made_of_the_rows_of_its_inventory() {
    let filters = Filters { locations: vec!["West Europe".to_owned()], ..Filters::default() };
    let all = assess(&inventory(), &options());
    let passing = assess(&inventory(), &Options { filters, ..options() });
    assert_eq!((all.clusters.len(), all.subnets.len()), (2, 3));
    assert_eq!((passing.clusters, passing.findings), (all.clusters, all.findings));
    assert_eq!(passing.subnets.len(), 2, "a subnet nobody chosen uses has no row");
    let filters = Filters { locations: vec!["northeurope".to_owned()], ..Filters::default() };
    let none = assess(&inventory(), &Options { filters, ..options() });
    assert!(none.clusters.is_empty() && none.header.filtered && none.coverage.incomplete);
}

#[test]
fn rules_can_be_switched_off_and_weighed() {
    let findings = BTreeMap::from([
        ("subnet-full".to_owned(), RuleLevel::Off),
        ("kubenet-retirement".to_owned(), RuleLevel::Severity(Severity::Critical)),
        ("coverage-gap".to_owned(), RuleLevel::Severity(Severity::Low)),
    ]);
    let options = Options { findings, ..options() };
    let audit = audit(&inventory(), &options, rows());
    assert!(of(&audit, "subnet-full").is_empty());
    assert_eq!(of(&audit, "kubenet-retirement")[0].severity, Severity::Critical);
    assert_eq!(of(&audit, "coverage-gap")[0].severity, Severity::Low);
    assert!(audit.coverage.incomplete, "a severity does not fill a gap");
}

#[test]
fn an_exception_moves_its_finding_until_its_last_day() {
    let shop = cluster_id("shop").as_str().to_uppercase();
    let with = |exception: Exception| {
        audit(&inventory(), &Options { exceptions: vec![exception], ..options() }, rows())
    };
    for until in [None, Some("2026-11-21"), Some("2027-01-01")] {
        let audit = with(exception("kubenet-retirement", &shop, until));
        assert!(of(&audit, "kubenet-retirement").is_empty(), "{until:?}");
        assert_eq!(audit.accepted().count(), 1);
        assert!(of(&audit, "exception-expired").is_empty() && of(&audit, "exception-unused").is_empty());
    }
    let expired = with(exception("kubenet-retirement", &shop, Some("2026-11-20")));
    assert_eq!(of(&expired, "kubenet-retirement").len(), 1);
    assert!(expired.accepted().next().is_none());
    assert_eq!(
        detail(of(&expired, "exception-expired")[0]),
        "the exception for `kubenet-retirement` (moves in March) expired on 2026-11-20, and the finding counts again"
    );
}

#[test]
fn an_exception_that_matches_nothing_is_told_only_when_somebody_looked() {
    let bank = cluster_id("bank");
    let sealed = bank.as_str().replace(PROD, SEALED);
    let foreign = bank.as_str().replace(PROD, "00000000-0000-0000-0000-00000000000c");
    let cases = [
        ("kubenet-retirement", bank.as_str(), Some("the rule found nothing there")),
        ("kubenet-retirment", bank.as_str(), Some("no rule has this id")),
        ("kubenet-retirement", "bank", Some("the rule found nothing there")),
        ("kubenet-retirement", sealed.as_str(), None),
        ("kubenet-retirment", sealed.as_str(), Some("no rule has this id")),
        ("kubenet-retirement", foreign.as_str(), Some("the identity sees no subscription of its id")),
    ];
    for (rule, resource, expected) in cases {
        let options = Options { exceptions: vec![exception(rule, resource, None)], ..options() };
        let audit = audit(&inventory(), &options, rows());
        let found = of(&audit, "exception-unused");
        assert_eq!(found.len(), usize::from(expected.is_some()), "{rule} {resource}");
        for (finding, words) in found.iter().zip(expected) {
            assert!(detail(finding).ends_with(words), "{}", detail(finding));
        }
    }
    let elsewhere =
        Options { exceptions: vec![exception("kubenet-retirement", &foreign, None)], ..options() };
    let mut narrowed = inventory();
    narrowed.requested.subscriptions.push(PROD.to_owned());
    assert!(of(&audit(&narrowed, &elsewhere, rows()), "exception-unused").is_empty());
    let options =
        Options { exceptions: vec![exception("kubenet-retirement", bank.as_str(), None)], ..options() };
    let mut hidden = rows();
    hidden.clusters.retain(|row| row.id != bank);
    assert!(of(&audit(&inventory(), &options, hidden), "exception-unused").is_empty());
}

#[test]
fn old_rules_are_a_finding() {
    let since = crate::rules::Catalogue::built_in().checked();
    for (days, expected) in [(0, 0), (180, 0), (181, 1)] {
        let as_of = since.checked_add(jiff::Span::new().days(days)).unwrap();
        let audit = audit(&inventory(), &Options { as_of, ..options() }, rows());
        assert_eq!(of(&audit, "rules-outdated").len(), expected, "{as_of}");
        assert_eq!(audit.header.rules_checked, since);
        assert_eq!(audit.header.old_sources.is_some(), days > 90, "{as_of}");
    }
}

#[test]
fn no_name_becomes_a_command() {
    let mut inventory = inventory();
    let hostile = "$(touch /tmp/x);'`";
    inventory.clusters[0] = cluster(hostile, vec![]);
    let mut rows = rows();
    rows.clusters = vec![cluster_row(hostile, IpamMode::Kubenet)];
    let audit = audit(&inventory, &options(), rows);
    let command = of(&audit, "kubenet-retirement")[0].command.as_deref().unwrap();
    assert!(command.starts_with(
        "az aks show --subscription 00000000-0000-0000-0000-000000000001 --resource-group apps"
    ));
    // The id's last segment is what follows the last slash.
    assert!(command.contains(r"--name 'x);'\''`'"), "{command}");
}
