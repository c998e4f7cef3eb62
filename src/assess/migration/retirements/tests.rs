//! Each retirement where it hits, and nowhere else.

use jiff::civil::date;

use super::*;
use crate::{
    assess::testing::{Network, cluster, estate, options, pool},
    inventory::{Addon, NetworkPlugin, NetworkPolicy, OsType, PoolType},
    rules::{Condition, Feature, System},
};

type Change = fn(&mut Cluster);

fn ids(cluster: Cluster) -> Vec<&'static str> {
    let items = retirements(&estate(vec![cluster], vec![]), &options());
    let mut ids: Vec<_> = items.iter().map(|item| item.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn with(change: impl FnOnce(&mut Cluster)) -> Cluster {
    let mut made = cluster("shop", Network::Overlay);
    made.kubernetes_version = None;
    made.pools = vec![NodePool { kubernetes_version: None, ..pool("np", 1) }];
    change(&mut made);
    made
}

fn addon() -> Addon {
    Addon { enabled: Some(true), ..Addon::default() }
}

#[test]
fn every_visible_retirement_is_found_where_it_hits_and_nowhere_else() {
    assert!(ids(with(|_| {})).is_empty());
    let cases: Vec<(&str, Change)> = vec![
        ("RET-01", |c| c.network.plugin = Some(NetworkPlugin::Kubenet)),
        ("RET-02", |c| c.network.policy = Some(NetworkPolicy::Azure)),
        ("RET-03", |c| {
            c.network.policy = Some(NetworkPolicy::Azure);
            c.pools[0].os_type = Some(OsType::Windows);
        }),
        ("RET-04", |c| c.network.load_balancer_sku = Some("Basic".to_owned())),
        ("RET-06", |c| {
            c.pools[0].node_image_version = Some("AKSAzureLinux-V2gen2-202501.01.0".to_owned());
        }),
        ("RET-07", |c| c.pools[0].node_image_version = Some("AKSUbuntu-2004fips-202501.01.0".to_owned())),
        ("RET-08", |c| c.pools[0].os_sku = Some("Ubuntu2204".to_owned())),
        ("RET-09", |c| c.pools[0].node_image_version = Some("AKSUbuntu-1804gen2-202301.01.0".to_owned())),
        ("RET-10", |c| c.pools[0].os_sku = Some("Windows2019".to_owned())),
        ("RET-11", |c| c.pools[0].os_sku = Some("Windows2022".to_owned())),
        ("RET-12", |c| c.pools[0].os_sku = Some("WindowsAnnual".to_owned())),
        ("RET-13", |c| c.pools[0].os_sku = Some("Flatcar".to_owned())),
        ("RET-15", |c| {
            let tag = "aks-disable-kubelet-serving-certificate-rotation".to_owned();
            c.pools[0].tags.insert(tag, "True".to_owned());
        }),
        ("RET-16", |c| drop(c.addons.insert("openServiceMesh".to_owned(), addon()))),
        ("RET-17", |c| c.web_app_routing = Some(true)),
        ("RET-18", |c| {
            drop(c.pools[0].tags.insert("SkipGPUDriverInstall".to_owned(), "true".to_owned()));
        }),
        ("RET-22", |c| c.pod_identity = Some(true)),
        ("RET-23", |c| drop(c.addons.insert("omsagent".to_owned(), addon()))),
        ("RET-24", |c| drop(c.addons.insert("httpApplicationRouting".to_owned(), addon()))),
        ("RET-25", |c| c.pools[0].workload_runtime = Some("WasmWasi".to_owned())),
        ("RET-31", |c| c.pools[0].vm_size = Some("Standard_DS2_v2".to_owned())),
        ("RET-32", |c| c.pools[0].vm_size = Some("Standard_B2ms".to_owned())),
        ("RET-33", |c| c.pools[0].vm_size = Some("Standard_NV12s_v3".to_owned())),
        ("RET-34", |c| c.pools[0].vm_size = Some("Standard_DC4s_v2".to_owned())),
    ];
    let mut covered: Vec<&str> = cases.iter().map(|(id, _)| *id).collect();
    for (id, change) in cases {
        assert_eq!(ids(with(change)), [id]);
    }
    let sets = with(|c| c.pools[0].pool_type = Some(PoolType::AvailabilitySet));
    assert_eq!(ids(sets), ["RET-05", "RET-38"], "out of support, and moved by Azure");
    // A version goes out of support, and then AKS upgrades it.
    assert_eq!(ids(with(|c| c.kubernetes_version = Some("1.33.2".to_owned()))), ["RET-26", "RET-29"]);
    covered.extend(["RET-05", "RET-38", "RET-20", "RET-21", "RET-26", "RET-29", "RET-30"]);
    for (id, rule) in Catalogue::built_in().retirements() {
        assert_eq!(rule.visible, rule.predicate.is_some() || !rule.when.is_empty(), "{id}");
        // What an entry's conditions demand is tried below.
        assert!(!rule.visible || !rule.when.is_empty() || covered.contains(&id.as_str()), "{id}");
    }
}

/// A cluster that a condition asks for, and the cloud.
fn asked_for(condition: &Condition) -> (Cluster, String) {
    let mut made = with(|_| {});
    let known = |text: &String, known: bool| assert!(known, "Azure knows no `{text}`");
    if let Some(plugin) = &condition.plugin {
        made.network.plugin = Some(plugin.clone().into());
        known(plugin, !matches!(made.network.plugin, Some(NetworkPlugin::Other(_))));
    }
    if let Some(policy) = &condition.network_policy {
        made.network.policy = Some(policy.clone().into());
        known(policy, !matches!(made.network.policy, Some(NetworkPolicy::Other(_))));
    }
    made.network.load_balancer_sku.clone_from(&condition.load_balancer_sku);
    made.addons.extend(condition.addon.iter().map(|name| (name.to_uppercase(), addon())));
    match condition.feature {
        Some(Feature::Defender) => made.defender = Some(true),
        Some(Feature::PodIdentity) => made.pod_identity = Some(true),
        None => {}
    }
    let pool = &mut made.pools[0];
    pool.os_type = condition.os.map(|system| match system {
        System::Linux => OsType::Linux,
        System::Windows => OsType::Windows,
    });
    if let Some(kind) = &condition.pool_type {
        pool.pool_type = Some(kind.clone().into());
        known(kind, !matches!(pool.pool_type, Some(PoolType::Other(_))));
    }
    pool.tags.extend(condition.tag.iter().map(|tag| (tag.to_lowercase(), "True".to_owned())));
    pool.workload_runtime = condition.workload_runtime.as_ref().map(|runtime| runtime.to_lowercase());
    pool.node_image_version = condition.image_prefix.as_ref().map(|prefix| format!("{prefix}-202601.01.0"));
    pool.os_sku = condition.os_sku.as_ref().map(|sku| sku.to_uppercase());
    pool.vm_size = condition.vm_series.as_deref().map(|series| {
        let a_size = crate::rules::a_size_of(series).unwrap_or_else(|| panic!("no size of {series}"));
        format!("STANDARD_{a_size}")
    });
    pool.kubernetes_version = condition.up_to.map(|last| format!("{last}.9"));
    (made, condition.cloud.clone().unwrap_or_else(|| "public".to_owned()))
}

#[test]
fn every_condition_of_the_catalogue_hits_what_it_asks_for() {
    for (id, rule) in Catalogue::built_in().retirements() {
        for condition in &rule.when {
            let (made, cloud) = asked_for(condition);
            let mut inventory = estate(vec![made], vec![]);
            inventory.cloud = cloud;
            let found = retirements(&inventory, &options());
            // A version that a condition asks for may be out of support besides.
            // What ends may be ended by Azure as well, by an entry that asks for the same.
            let beside = ["RET-26", "RET-29", if id.as_str() == "RET-38" { "RET-05" } else { "RET-38" }];
            let mut found: Vec<_> = found.iter().filter(|item| !beside.contains(&item.id.as_str())).collect();
            let hit = found.pop().unwrap_or_else(|| panic!("{id}: nothing hits {condition:?}"));
            assert_eq!((hit.id, hit.node_pool.is_some()), (id, condition.is_of_pools()));
            let words = crate::report::say::retirement(hit.id, &hit.detail).text();
            assert!(found.is_empty() && !words.contains(['{', '}']), "{id}: {found:?}");
        }
    }
}

#[test]
fn retirements_of_subnets_and_of_one_cloud_are_found() {
    use crate::assess::testing::{pool_in, subnet, vnet};
    let mut made = with(|c| c.defender = Some(true));
    made.pools = vec![NodePool { kubernetes_version: None, ..pool_in("np", 1, "n") }];
    let mut open = subnet("n", "10.0.0.0/24", vec![]);
    open.default_outbound_access = Some(true);
    let mut inventory = estate(vec![made], vec![vnet("v", &["10.0.0.0/16"], vec![open])]);
    let found = |inventory: &Inventory| -> Vec<_> {
        retirements(inventory, &options()).iter().map(|item| item.id.as_str()).collect()
    };
    assert_eq!(found(&inventory), ["RET-20"]);
    inventory.cloud = "china".to_owned();
    assert_eq!(found(&inventory), ["RET-20", "RET-21"]);
}

#[test]
fn the_image_says_more_than_the_edition() {
    let edition = |sku: &str, version: &str, image: Option<&str>| {
        let mut made = with(|_| {});
        made.pools[0].os_sku = Some(sku.to_owned());
        made.pools[0].kubernetes_version = Some(version.to_owned());
        made.pools[0].node_image_version = image.map(str::to_owned);
        let hits = |(id, rule): (RetirementId, &Retirement)| {
            hits_pool(rule, &made, &made.pools[0], "public").then_some(id.as_str())
        };
        Catalogue::built_in().retirements().filter_map(hits).collect::<Vec<_>>()
    };
    assert_eq!(edition("Ubuntu", "1.34.1", None), ["RET-08"]);
    assert!(edition("Ubuntu", "1.35.0", None).is_empty());
    assert!(edition("Ubuntu", "1.34.1", Some("AKSUbuntu-2404gen2containerd-202601.01.0")).is_empty());
    assert_eq!(edition("Ubuntu", "1.34.1", Some("aksubuntu-2204gen2containerd-202601.01.0")), ["RET-08"]);
    assert_eq!(edition("AzureLinux", "1.31.0", None), ["RET-06"]);
    assert!(edition("AzureLinux", "1.32.0", None).is_empty());
    // The image is of another edition than the pool asks for: it has yet to be re-imaged, and both are listed.
    assert_eq!(edition("Windows2022", "1.32.0", Some("AKSWindows-2019-containerd-17763.1")), ["RET-10"]);
    // An edition of Windows retires whatever an unlisted image is called.
    assert_eq!(edition("Windows2022", "1.32.0", Some("AKSWindows-2028-containerd-1.2")), ["RET-11"]);
}

#[test]
fn a_gateway_of_version_one_is_the_retirement_of_its_ingress_controller() {
    let gateway = |tier: Option<&str>| ApplicationGateway {
        id: crate::assess::testing::id(&format!(
            "{}/resourceGroups/net/providers/Microsoft.Network/applicationGateways/agw",
            crate::assess::testing::SUBSCRIPTION
        )),
        tier: tier.map(str::to_owned),
        capacity: None,
        max_capacity: None,
        subnets: vec![],
        private_frontends: vec![],
    };
    let found = |tier: Option<&str>, enabled: bool| {
        let of = gateway(tier);
        let settings = [("applicationgatewayid".to_owned(), of.id.to_string())].into();
        let made = with(|c| {
            let addon = Addon { enabled: Some(enabled), settings };
            c.addons.insert("ingressApplicationGateway".to_owned(), addon);
        });
        let mut inventory = estate(vec![made], vec![]);
        inventory.application_gateways = vec![of];
        retirements(&inventory, &options()).iter().map(|item| item.id.as_str()).collect::<Vec<_>>()
    };
    for tier in ["Standard", "WAF", "waf_medium", "Standard_Small"] {
        assert_eq!(found(Some(tier), true), ["RET-30"], "{tier}");
    }
    for tier in [Some("Standard_v2"), Some("WAF_v2"), Some("Basic"), None] {
        assert_eq!(found(tier, true), [""; 0], "{tier:?}");
    }
    assert_eq!(found(Some("WAF"), false), [""; 0]);
}

#[test]
fn aks_upgrades_by_itself_what_stays_out_of_support() {
    let item = |version: &str, lts: bool| {
        let made = with(|c| {
            c.kubernetes_version = Some(version.to_owned());
            c.sku_tier = Some("Premium".to_owned());
            c.support_plan = lts.then(|| "AKSLongTermSupport".to_owned());
        });
        let items = retirements(&estate(vec![made], vec![]), &options());
        let found = items.into_iter().find(|item| item.id.as_str() == "RET-29").unwrap();
        let words = crate::report::say::retirement(found.id, &found.detail).text();
        (found.date.unwrap(), found.days_left.unwrap(), found.severity, words)
    };
    // Counted from 21 November 2026.
    let (day, left, severity, words) = item("1.29.0", false);
    assert_eq!((day, left, severity), (date(2027, 6, 1), 192, Severity::Medium));
    assert!(words.contains("support ends on 2025-03-31"), "{words}");
    assert_eq!(item("1.36.0", false).0, date(2027, 8, 29));
    let (day, _, severity, words) = item("1.36.0", true);
    assert_eq!((day, severity), (date(2028, 8, 29), Severity::Low));
    assert!(words.contains("by our reading"), "{words}");
    // Ninety days before, it is as bad as anything that Azure does by itself.
    assert_eq!(Milestone::severity_at(90, true), Severity::Critical);
}

#[test]
fn fips_is_said_where_the_image_does_not() {
    let words = |image: &str, fips: bool| {
        let made = with(|c| {
            c.pools[0].node_image_version = Some(image.to_owned());
            c.pools[0].fips = Some(fips);
        });
        let items = retirements(&estate(vec![made], vec![]), &options());
        crate::report::say::retirement(items[0].id, &items[0].detail).text()
    };
    assert!(words("AKSUbuntu-2204containerd-202601.01.0", true).contains(" with FIPS"));
    assert!(!words("AKSUbuntu-2204fipscontainerd-202601.01.0", true).contains(" with FIPS"));
    assert!(!words("AKSUbuntu-2204containerd-202601.01.0", false).contains(" with FIPS"));
}

#[test]
fn nginx_is_told_from_istio_behind_the_gateway_api() {
    let words = |controller: Option<&str>, istio: Option<&str>| {
        let made = with(|c| {
            c.web_app_routing = Some(true);
            c.nginx_controller = controller.map(str::to_owned);
            c.routing_istio = istio.map(str::to_owned);
        });
        let items = retirements(&estate(vec![made], vec![]), &options());
        items.first().map(|item| crate::report::say::retirement(item.id, &item.detail).text())
    };
    let begins = |controller, istio, words_: &str| {
        let said = words(controller, istio).unwrap();
        assert!(said.starts_with(words_), "{said}");
    };
    begins(None, None, "application routing is on; whether");
    begins(
        Some("AnnotationControlled"),
        Some("Disabled"),
        "application routing runs NGINX (AnnotationControlled)",
    );
    begins(Some("External"), Some("Enabled"), "application routing runs NGINX (External)");
    begins(Some("none"), None, "application routing is on without a default NGINX controller");
    assert_eq!(words(Some("None"), Some("enabled")), None);
}

#[test]
fn long_term_support_takes_tier_and_plan_both() {
    let item = |tier: &str, plan: &str| {
        let mut made = with(|_| {});
        made.kubernetes_version = Some("1.33.2".to_owned());
        made.sku_tier = Some(tier.to_owned());
        made.support_plan = Some(plan.to_owned());
        retirements(&estate(vec![made], vec![]), &options())[0].clone()
    };
    assert_eq!(item("Premium", "AKSLongTermSupport").date, Some(date(2027, 7, 31)));
    assert_eq!(item("Standard", "AKSLongTermSupport").date, Some(date(2026, 7, 31)));
    let past = item("Premium", "KubernetesOfficial");
    assert_eq!((past.days_left, past.severity), (Some(-113), Severity::High));
}
