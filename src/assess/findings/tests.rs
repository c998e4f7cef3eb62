use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{finding_id, show};
use crate::{
    assess::{
        assess,
        audit::{Audit, Finding, SubnetStatus},
        generated::{build, cluster_specs},
        options::{Exception, Filters, Options, RuleLevel, Severity},
        outlook::Scenario,
        testing::{
            Network, autoscaled, cluster, cluster_id, estate, in_use, interfaces, options, pool_in,
            provisioned, scale_set, subnet, subnet_id, vnet,
        },
    },
    inventory::{Addon, AllocationMode, ApiServer, Cluster, NodePool, OsType, ResourceId, Subnet},
    report::say,
    rules::{Catalogue, FindingId},
};

fn with_pools(name: &str, network: Network, pools: Vec<NodePool>) -> Cluster {
    Cluster { pools, ..cluster(name, network) }
}

fn audit(clusters: Vec<Cluster>, subnets: Vec<Subnet>) -> Audit {
    assess(&estate(clusters, vec![vnet("v", &["10.0.0.0/16"], subnets)]), &options())
}

/// The fixes of a finding in words.
fn said(finding: &Finding) -> Vec<String> {
    finding.fixes.iter().map(|fix| say::fix(fix).text()).collect()
}

/// A flat cluster of one pool in a /24 that holds `used` addresses.
fn flat(pool: NodePool, used: u32) -> Audit {
    let pool = NodePool { node_subnet_id: Some(subnet_id("v", "nodes")), ..pool };
    let nodes = subnet("nodes", "10.0.0.0/24", in_use("one", std::slice::from_ref(&pool), used));
    audit(vec![with_pools("one", Network::Flat, vec![pool])], vec![nodes])
}

fn found(audit: &Audit) -> Vec<(&str, Severity)> {
    // The service range of the test clusters is that of their network, their version ends soon, where a surge does not fit
    // no move is planned, and the rules grow old.
    let elsewhere = ["cidr-", "retirement-", "migration-", "rules-"];
    let of_subnets = audit
        .open()
        .filter(|finding| !elsewhere.iter().any(|prefix| finding.rule_id.as_str().starts_with(prefix)));
    of_subnets.map(|finding| (finding.rule_id.as_str(), finding.severity)).collect()
}

fn of<'a>(audit: &'a Audit, rule: &str) -> Option<&'a Finding> {
    audit.open().find(|finding| finding.rule_id.as_str() == rule)
}

fn detail(finding: &Finding) -> String {
    say::detail(finding).text()
}

/// <https://learn.microsoft.com/azure/aks/concepts-network-ip-address-planning>
#[test]
fn a_node_with_more_pods_than_a_node_runs_is_a_finding() {
    let of_pods = |max_pods: u32| flat(NodePool { max_pods: Some(max_pods), ..pool_in("a", 1, "nodes") }, 10);
    assert!(of(&of_pods(250), "node-limit").is_none());
    let audit = of_pods(251);
    let finding = of(&audit, "node-limit").unwrap();
    assert_eq!(finding.severity, Severity::Medium);
    assert!(detail(finding).contains("251"), "{}", detail(finding));
}

#[test]
fn a_step_that_does_not_fit_is_one_finding_with_its_sum_and_its_fixes() {
    let audit = flat(pool_in("a", 3, "nodes"), 230);
    assert_eq!(
        found(&audit),
        [("subnet-critical", Severity::High), ("upgrade-does-not-fit", Severity::High)],
        "91.6 % used is a finding of its own"
    );
    let finding = of(&audit, "upgrade-does-not-fit").unwrap();
    assert_eq!(detail(finding), "10 addresses short: 230 + 31 = 261 of 251 usable; cluster one");
    assert_eq!(said(finding)[0], "set maxSurge of one/a to 0 and maxUnavailable to 1 (leaves 21 addresses)");
    assert!(say::remedy(finding).text().contains("Checked by the engine: set maxSurge of one/a to 0"));

    let roomy = flat(autoscaled("a", 3, 1, 5), 190);
    assert_eq!(found(&roomy), [("scale-max-does-not-fit", Severity::Medium)], "75.6 % used is none");
    assert_eq!(roomy.subnets[0].status, SubnetStatus::Warning);
    let last = flat(autoscaled("a", 3, 1, 5), 180);
    assert_eq!(found(&last), [("scale-max-upgrade-does-not-fit", Severity::Low)]);
    assert_eq!(found(&flat(autoscaled("a", 3, 1, 5), 100)), []);
}

#[test]
fn several_pools_at_once_are_a_finding_where_one_fits() {
    let pools = vec![pool_in("a", 3, "nodes"), pool_in("b", 3, "nodes")];
    let nodes = subnet("nodes", "10.0.0.0/24", in_use("one", &pools, 195));
    let audit = audit(vec![with_pools("one", Network::Flat, pools)], vec![nodes]);
    assert_eq!(found(&audit), [("upgrade-all-does-not-fit", Severity::Medium)]);
}

#[test]
fn what_only_the_upper_bound_says_is_milder() {
    let pods = |nodes| {
        let pool = NodePool { pod_subnet_id: Some(subnet_id("v", "pods")), ..pool_in("a", nodes, "nodes") };
        let held = vec![scale_set("one", "a", nodes, 1)];
        let subnets = vec![subnet("nodes", "10.0.0.0/27", held), subnet("pods", "10.0.1.0/24", vec![])];
        let audit = audit(vec![with_pools("one", Network::Flat, vec![pool])], subnets);
        of(&audit, "upgrade-does-not-fit").map(|finding| finding.severity)
    };
    assert_eq!(
        [pods(6), pods(7), pods(14), pods(15)],
        [None, Some(Severity::Medium), Some(Severity::Medium), Some(Severity::High)]
    );
}

#[test]
fn a_limit_that_is_reached_is_worse_than_one_that_may_be() {
    let overlay = |count, most, cidr: &str| {
        let pool =
            NodePool { node_subnet_id: Some(subnet_id("v", "nodes")), ..autoscaled("a", count, 1, most) };
        let mut one = with_pools("one", Network::Overlay, vec![pool]);
        one.network.pod_cidrs = [cidr].into_iter().collect();
        let held = vec![scale_set("one", "a", count, 1)];
        let audit = audit(vec![one], vec![subnet("nodes", "10.0.0.0/24", held)]);
        of(&audit, "pod-cidr-short").map(|finding| (finding.severity, finding.fixes.len(), detail(finding)))
    };
    assert_eq!(overlay(2, 3, "10.244.0.0/22"), None);
    let (severity, fixes, detail) = overlay(2, 6, "10.244.0.0/22").unwrap();
    assert_eq!((severity, fixes), (Severity::Medium, 2));
    assert_eq!(detail, "3 nodes short: 2 now, 7 at autoscaler maximum while everything surges, room for 4");
    assert_eq!(overlay(4, 4, "10.244.0.0/22").unwrap().0, Severity::High);
    assert_eq!(
        of(&flat(pool_in("a", 1001, "nodes"), 1001), "scale-set-limit").unwrap().severity,
        Severity::High
    );
}

#[test]
fn a_pools_finding_names_the_pool() {
    let pool = NodePool {
        max_pods: Some(32),
        allocation_mode: Some(AllocationMode::StaticBlock),
        ..pool_in("a", 2, "nodes")
    };
    let pool = NodePool { pod_subnet_id: Some(subnet_id("v", "pods")), ..pool };
    let held = vec![scale_set("one", "a", 2, 1)];
    let subnets = vec![subnet("nodes", "10.0.0.0/27", held), subnet("pods", "10.0.1.0/24", vec![])];
    let audit = audit(vec![with_pools("one", Network::Flat, vec![pool])], subnets);
    let waste = of(&audit, "wasteful-max-pods").unwrap();
    assert_eq!(waste.resource_id, format!("{}/agentPools/a", cluster_id("one")));
    assert_eq!(said(waste), ["replace one/a by a new pool with maxPods 47"]);
    assert!(waste.command.as_ref().unwrap().contains("--cluster-name one --name a"));
    assert!(detail(of(&audit, "stranded-addresses").unwrap()).starts_with("by estimate 57 of 251"));
}

#[test]
fn pools_that_name_no_subnet_are_named_where_several_may_be_meant() {
    let detail = |subnets: &[&str]| {
        let pool = NodePool { node_subnet_id: None, ..pool_in("np", 1, "nodes") };
        let one = with_pools("one", Network::Overlay, vec![pool]);
        let group = format!(
            "{}/resourceGroups/{}",
            one.id.subscription().path(),
            one.node_resource_group.as_deref().unwrap()
        );
        let id = ResourceId::parse(&format!("{group}/providers/Microsoft.Network/virtualNetworks/aks-vnet"));
        let mut made = vnet("v", &["10.0.0.0/16"], vec![]);
        made.id = id.unwrap();
        made.subnets = (0_u8..)
            .zip(subnets)
            .map(|(at, name)| Subnet {
                id: ResourceId::parse(&format!("{}/subnets/{name}", made.id)).unwrap(),
                ..subnet(name, &format!("10.0.{at}.0/24"), vec![])
            })
            .collect();
        let audit = assess(&estate(vec![one], vec![made]), &options());
        of(&audit, "pool-subnet-unreadable").map(detail)
    };
    assert_eq!(detail(&["aks-subnet", "gateway"]), None);
    assert_eq!(detail(&["one"]), None);
    let two = "pools np of one name no subnet, and of the 2 subnets of network aks-vnet in their node resource group none is called `aks-subnet`";
    assert_eq!(detail(&["one", "two"]).as_deref(), Some(two));
    assert_eq!(detail(&[]), Some(two.replace('2', "0")));
}

#[test]
fn a_subnet_far_too_large_says_what_it_could_return() {
    let spare = |network, space: &str, provisions: bool| {
        let mut one = with_pools("one", network, vec![pool_in("a", 3, "nodes")]);
        one.node_provisioning_mode = Some("Auto".to_owned()).filter(|_| provisions);
        let audit = audit(vec![one], vec![subnet("nodes", space, vec![scale_set("one", "a", 3, 1)])]);
        of(&audit, "over-provisioned").map(detail)
    };
    let detail = spare(Network::Overlay, "10.0.0.0/24", false).unwrap();
    assert_eq!(
        detail,
        "at autoscaler maximum while everything surges: 3 + 1 = 4 of 251 usable; a /28 would be enough and return 240 \
         addresses"
    );
    assert_eq!(spare(Network::Overlay, "10.0.0.0/28", false), None, "4 of 11 is more than a fifth");
    assert_eq!(spare(Network::Overlay, "10.0.0.0/24", true), None, "nodes that no pool counts may come");
}

/// Only pods and API servers live in delegated subnets; where nodes do, their addresses show all the same.
#[test]
fn a_delegated_subnet_with_nodes_is_a_finding_and_keeps_its_figures() {
    const AKS: &str = "Microsoft.ContainerService/managedClusters";
    const SQL: &str = "Microsoft.Sql/managedInstances";
    let node = || vec![scale_set("one", "np", 3, 1)];
    let here = |nodes| pool_in("np", nodes, "s");
    let elsewhere = || pool_in("np", 3, "other");
    let pods = NodePool { pod_subnet_id: Some(subnet_id("v", "s")), ..elsewhere() };
    let api_server = ApiServer { subnet_id: Some(subnet_id("v", "s")), ..ApiServer::default() };
    let no_server = ApiServer::default;
    let table = [
        ("no delegation", "", node(), here(3), no_server(), Some(3), false),
        ("nodes", AKS, node(), here(3), no_server(), Some(3), true),
        (
            "in another case",
            "microsoft.containerservice/MANAGEDCLUSTERS",
            node(),
            here(3),
            no_server(),
            Some(3),
            true,
        ),
        ("an empty pool", AKS, vec![], here(0), no_server(), Some(0), true),
        (
            "nodes no pool counts",
            AKS,
            vec![provisioned("one", 2, 1)],
            elsewhere(),
            no_server(),
            Some(2),
            true,
        ),
        ("nodes beside another service", SQL, node(), here(3), no_server(), None, true),
        ("pods", AKS, vec![], pods, no_server(), Some(99), false),
        ("an API server", AKS, vec![], elsewhere(), api_server, Some(9), false),
        ("nobody known", AKS, vec![], elsewhere(), no_server(), None, false),
        ("another service alone", SQL, vec![], elsewhere(), no_server(), None, false),
    ];
    for (what, service, held, pool, api_server, used, is_found) in table {
        let delegations = Vec::from_iter((!service.is_empty()).then(|| service.to_owned()));
        let subnets = vec![
            Subnet { delegations, ..subnet("s", "10.0.0.0/24", held) },
            subnet("other", "10.0.1.0/24", vec![scale_set("one", "np", 3, 1)]),
        ];
        let one = Cluster { api_server, ..with_pools("one", Network::Flat, vec![pool]) };
        let audit = audit(vec![one], subnets);
        let row = audit.subnet(&subnet_id("v", "s")).unwrap();
        assert_eq!(row.used, used, "{what}");
        let finding = of(&audit, "node-subnet-delegated");
        assert_eq!(finding.is_some(), is_found, "{what}");
        assert!(finding.is_none_or(|one| detail(one).contains(service)), "{what}");
    }
}

#[test]
fn what_aks_would_refuse_is_marked_as_our_reading() {
    let audit = flat(pool_in("a", 9, "nodes"), 9);
    let finding = of(&audit, "preflight-would-refuse").unwrap();
    assert_eq!(finding.severity, Severity::Medium);
    assert_eq!(
        detail(finding),
        "by our reading, today: Pre-allocated IPs 279 exceeds IPs available 251 in Subnet nodes"
    );
    let kubenet = NodePool { node_subnet_id: Some(subnet_id("v", "nodes")), ..autoscaled("a", 3, 1, 40) };
    let one = with_pools("one", Network::Kubenet, vec![kubenet]);
    let audit = self::audit(vec![one], vec![subnet("nodes", "10.0.0.0/27", vec![])]);
    let finding = of(&audit, "preflight-would-refuse").unwrap();
    assert_eq!(finding.severity, Severity::Low);
    assert!(detail(finding).contains("on a move to Overlay: Pre-allocated IPs 40 exceeds IPs available 27"));
}

#[test]
fn ranges_that_collide_are_one_finding_a_rule_and_owner() {
    let mut one = with_pools("one", Network::Overlay, vec![pool_in("a", 1, "nodes")]);
    one.network.pod_cidrs = ["10.0.0.0/15"].into_iter().collect();
    one.network.service_cidrs = ["10.1.0.0/16"].into_iter().collect();
    let subnets = vec![subnet("nodes", "10.0.0.0/24", vec![]), subnet("other", "10.0.1.0/24", vec![])];
    let audit = audit(vec![one], subnets);
    let conflicts: Vec<_> = audit.open().filter(|f| f.rule_id.as_str().starts_with("cidr-")).collect();
    let rules: Vec<_> = conflicts.iter().map(|f| (f.rule_id.as_str(), f.severity)).collect();
    assert_eq!(rules, [("cidr-conflict-service", Severity::High), ("cidr-conflict-subnet", Severity::High)]);
    assert_eq!(
        detail(conflicts[1]),
        "pods 10.0.0.0/15 and 10.0.0.0/24 of nodes, pods 10.0.0.0/15 and 10.0.1.0/24 of other"
    );
    for conflict in audit.conflicts() {
        assert_eq!(conflict.severity, Catalogue::built_in().finding(conflict.with.rule()).severity);
    }
}

#[test]
fn filters_hide_what_others_fall_short_of() {
    let windows = NodePool { os_type: Some(OsType::Windows), ..pool_in("a", 3, "nodes") };
    let clusters = vec![
        with_pools("one", Network::Flat, vec![windows]),
        with_pools("two", Network::Flat, vec![pool_in("b", 9, "full")]),
    ];
    let subnets = vec![
        subnet("nodes", "10.0.0.0/24", vec![]),
        subnet("full", "10.0.1.0/24", vec![interfaces("x", None, 251, 1)]),
    ];
    let mut inventory = estate(clusters, vec![vnet("v", &["10.0.0.0/16"], subnets)]);
    inventory.clusters[0].tags.insert("team".to_owned(), "a".to_owned());
    let filters = Filters { tags: [("team".to_owned(), "a".to_owned())].into(), ..Filters::default() };
    let audit = assess(&inventory, &Options { filters, ..options() });
    assert_eq!((audit.fixes().len(), found(&audit)), (0, vec![]));
    assert!(audit.preflights().all(|row| row.cluster_id == cluster_id("one")));
    assert!(audit.limits().all(|row| row.cluster_id == cluster_id("one")));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn findings_say_what_the_rows_say(specs in cluster_specs()) {
        let audit = assess(&build(&specs), &options());
        let mut ids: Vec<_> = audit.open().map(|finding| &finding.id).collect();
        let all = ids.len();
        ids.sort();
        ids.dedup();
        prop_assert_eq!(ids.len(), all, "ids tell findings apart");
        for row in &audit.subnets {
            let has = |rule: FindingId| {
                audit.open().any(|f| f.rule_id == rule && f.resource_id == row.id.as_str())
            };
            prop_assert_eq!(has(FindingId::UpgradeDoesNotFit), row.fails(Scenario::Upgrade));
            prop_assert_eq!(has(FindingId::ScaleMaxDoesNotFit), row.fails(Scenario::ScaleMax));
            if let (Some(used), Some(usable)) = (row.used, row.usable) {
                for scenario in Scenario::AHEAD {
                    let sums = row.ahead.projected.of(scenario).zip(row.headroom(scenario));
                    if let Some((projected, headroom)) = sums {
                        prop_assert!(projected >= used);
                        prop_assert_eq!(headroom, i64::try_from(usable).unwrap() - i64::try_from(projected).unwrap());
                    }
                }
            }
        }
        for pair in audit.fixes().windows(2) {
            prop_assert!(pair[0].shortfall.order() <= pair[1].shortfall.order());
        }
        for fix in audit.fixes() {
            prop_assert!(audit.fixes_of(&fix.shortfall).contains(fix));
        }
    }
}

#[test]
fn an_id_depends_on_rule_resource_and_retirement_alone() {
    let id = |rule, resource| finding_id(rule, resource, None);
    assert_eq!(id("kubenet-retirement", "/A/b"), id("kubenet-retirement", "/a/B"));
    assert_ne!(id("a", "b/c"), id("ab", "/c"));
    assert_ne!(id("subnet-full", "/a"), id("subnet-critical", "/a"));
    // What has no retirement keeps the id it has had since the first release.
    assert_eq!(id("subnet-full", "/a"), "37a3e7d4fdfff656");
    let all: Vec<_> = Catalogue::built_in().retirements().map(|(of, _)| of).collect();
    let ids: BTreeSet<_> = all.iter().map(|of| finding_id("retirement-ahead", "/a", Some(*of))).collect();
    assert_eq!(ids.len(), all.len());
    assert!(ids.iter().all(|id| id.len() == 16) && !ids.contains(&id("retirement-ahead", "/a")));
}

/// A cluster whose version goes out of support in nine days, whose monitoring stopped sending and whose Ubuntu pools have
/// most of a year left.
fn retiring() -> Cluster {
    let ubuntu = |name| NodePool {
        node_image_version: Some("AKSUbuntu-2204gen2containerd-202601.01.0".to_owned()),
        ..pool_in(name, 1, "nodes")
    };
    let mut made = with_pools("shop", Network::Overlay, vec![ubuntu("a"), ubuntu("b")]);
    let monitoring = Addon { enabled: Some(true), ..Addon::default() };
    made.addons.insert("omsagent".to_owned(), monitoring);
    made
}

fn retired(options: &Options) -> Audit {
    let network = vnet("v", &["10.0.0.0/16"], vec![subnet("nodes", "10.0.0.0/24", vec![])]);
    assess(&estate(vec![retiring()], vec![network]), options)
}

fn of_retirements<'a>(findings: impl Iterator<Item = &'a Finding>) -> Vec<(&'static str, Severity)> {
    findings.filter_map(|one| Some((one.retirement_id?.as_str(), one.severity))).collect()
}

#[test]
fn each_retirement_of_a_resource_is_one_finding_by_the_days_left() {
    let audit = retired(&options());
    let found: Vec<_> = audit.open().filter(|one| one.retirement_id.is_some()).collect();
    assert_eq!(
        of_retirements(found.iter().copied()),
        [
            ("RET-23", Severity::Critical),
            ("RET-26", Severity::High),
            ("RET-08", Severity::Medium),
            ("RET-29", Severity::Medium)
        ]
    );
    assert_eq!(detail(found[0]), "RET-23 on 2026-09-30: monitoring signs in without a managed identity");
    assert_eq!(
        detail(found[2]),
        "RET-08 on 2027-06-30: pools a, b: the nodes run AKSUbuntu-2204gen2containerd-202601.01.0; \
         unsupported 2027-06-30, images removed 2028-04-30"
    );
    assert_eq!(found[0].remediation(), "Enable managed-identity authentication for monitoring.");
    assert_eq!(say::title(found[1]), "Something the resource uses is retired: Kubernetes version");
    let ids: BTreeSet<_> = found.iter().map(|one| &one.id).collect();
    assert_eq!(ids.len(), 4);
}

#[test]
fn a_word_of_the_user_stands_whatever_the_days() {
    let mut options = options();
    options.findings.insert("retirement-ahead".to_owned(), RuleLevel::Severity(Severity::Low));
    let found = of_retirements(retired(&options).open());
    assert!(found.len() == 4 && found.iter().all(|(_, severity)| *severity == Severity::Low), "{found:?}");
}

#[test]
fn an_exception_may_accept_one_retirement_and_no_other() {
    let with = |rule: &str, retirement: Option<&str>| {
        let mut options = options();
        options.exceptions = vec![Exception {
            rule: rule.to_owned(),
            resource: cluster_id("shop").as_str().to_owned(),
            retirement: retirement.map(str::to_owned),
            reason: "moves in March".to_owned(),
            until: None,
        }];
        let audit = retired(&options);
        let unused = of(&audit, "exception-unused").map(detail);
        let accepted = of_retirements(audit.accepted().map(|(finding, _)| finding));
        (accepted.into_iter().map(|(id, _)| id).collect::<Vec<_>>(), unused)
    };
    assert_eq!(with("retirement-ahead", Some("ret-26")), (vec!["RET-26"], None));
    assert_eq!(with("retirement-ahead", None), (vec!["RET-23", "RET-26", "RET-08", "RET-29"], None));
    let said = |why: &str| Some(format!("the exception for {why}"));
    assert_eq!(
        with("retirement-ahead", Some("RET-09")),
        (
            vec![],
            said(
                "`retirement-ahead` of RET-09 (moves in March) accepts nothing: the identity sees no subscription of its id"
            )
        )
    );
    assert_eq!(
        with("retirement-ahead", Some("RET-999")),
        (
            vec![],
            said(
                "`retirement-ahead` of RET-999 (moves in March) accepts nothing: its `retirement` is none that is known"
            )
        )
    );
}

#[test]
fn a_filter_changes_nothing_of_what_a_finding_says() {
    let in_the_dark = |name: &str, team: &str| {
        let pool = NodePool { node_subnet_id: Some(subnet_id("dark", "x")), ..pool_in("a", 1, "x") };
        let mut made = with_pools(name, Network::Overlay, vec![pool]);
        made.tags.insert("team".to_owned(), team.to_owned());
        made
    };
    let inventory = estate(vec![in_the_dark("one", "a"), in_the_dark("two", "b")], vec![]);
    let of = |team: Option<&str>| {
        let tags = team.into_iter().map(|team| ("team".to_owned(), team.to_owned())).collect();
        let filters = Filters { tags, ..Filters::default() };
        let audit = assess(&inventory, &Options { filters, ..options() });
        of(&audit, "pool-subnet-unreadable").map(detail)
    };
    assert!(of(None).unwrap().starts_with("named by pools a of one, a of two"), "{:?}", of(None));
    assert_eq!((of(Some("a")), of(Some("b")), of(Some("c"))), (of(None), of(None), None));
}

#[test]
fn a_command_names_the_resource_and_quotes_it() {
    let id = ResourceId::parse(
        "/subscriptions/S1/resourceGroups/net $(x)/providers/Microsoft.Network/virtualNetworks/hub/subnets/a;b",
    );
    assert_eq!(
        show("az network vnet subnet show", &id.unwrap()).into_string(),
        "az network vnet subnet show --subscription s1 --resource-group 'net $(x)' --vnet-name hub --name 'a;b'"
    );
}
