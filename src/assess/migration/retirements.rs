//! The retirement calendar: everything in the estate that Microsoft retires, what it hits and when.

use jiff::civil::Date;

use crate::{
    assess::{figure::days_between, options::Options},
    inventory::{Cluster, Inventory, NetworkPlugin, NetworkPolicy, NodePool, OsType, PoolType, ResourceId},
    rules::{Catalogue, Minor, Retirement, RetirementId, Severity, Support, Versions},
};

/// A retirement that hits a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetirementItem {
    /// The retirement.
    pub id: RetirementId,
    /// The day that counts; absent where none is published.
    pub date: Option<Date>,
    /// Days from the audit's date to it; negative when past.
    pub days_left: Option<i64>,
    /// How bad it is.
    pub severity: Severity,
    /// What it hits.
    pub resource_id: ResourceId,
    /// The pool, where it hits one.
    pub node_pool: Option<String>,
    /// The facts, with the other dates.
    pub detail: String,
    /// What to do.
    pub remediation: String,
    /// A public page.
    pub source: String,
}

/// Every retirement that hits something in the inventory, by date, retirement and resource; what has no date comes
/// last.
#[must_use]
pub fn retirements(inventory: &Inventory, options: &Options) -> Vec<RetirementItem> {
    let mut items = Vec::new();
    for cluster in &inventory.clusters {
        for (id, detail) in of_cluster(cluster, &inventory.cloud) {
            items.push(item(id, cluster, None, detail, options.as_of));
        }
        items.extend(of_version(cluster, None, cluster.kubernetes_version.as_deref(), options.as_of));
        for pool in &cluster.pools {
            for (id, detail) in of_pool(cluster, pool) {
                items.push(item(id, cluster, Some(pool), detail, options.as_of));
            }
            let version = pool.kubernetes_version.as_deref();
            if minor(version) != minor(cluster.kubernetes_version.as_deref()) {
                items.extend(of_version(cluster, Some(pool), version, options.as_of));
            }
        }
    }
    items.extend(default_outbound(inventory, options.as_of));
    let key =
        |i: &RetirementItem| (i.date.is_none(), i.date, i.id, i.resource_id.to_lower(), i.node_pool.clone());
    items.sort_by_cached_key(key);
    items
}

/// The retirements of a pool's operating system: told by the image where it is known, else by the edition.
pub(super) fn of_image(cluster: &Cluster, pool: &NodePool) -> Vec<RetirementId> {
    if let Some(id) = pool.node_image_version.as_deref().and_then(|image| Versions::built_in().image(image)) {
        return vec![id];
    }
    let version = minor(pool.kubernetes_version.as_deref()).or(minor(cluster.kubernetes_version.as_deref()));
    let up_to = |last: u32| version.is_some_and(|version| version <= Minor::one(last));
    let is_image_known = pool.node_image_version.is_some();
    let id = match pool.os_sku.as_deref().map(str::to_ascii_lowercase).as_deref() {
        Some("flatcar") => Some(RetirementId::Flatcar),
        Some("windowsannual") => Some(RetirementId::WindowsAnnual),
        Some("windows2019") => Some(RetirementId::Windows2019),
        Some("windows2022") => Some(RetirementId::Windows2022),
        _ if is_image_known => None,
        Some("cblmariner" | "mariner" | "azurelinux") if up_to(31) => Some(RetirementId::AzureLinux2),
        Some("ubuntu2204") => Some(RetirementId::Ubuntu2204),
        Some("ubuntu") if up_to(34) => Some(RetirementId::Ubuntu2204),
        _ => None,
    };
    id.into_iter().collect()
}

fn of_cluster(cluster: &Cluster, cloud: &str) -> Vec<(RetirementId, String)> {
    let network = &cluster.network;
    let is =
        |value: &Option<String>, text: &str| value.as_deref().is_some_and(|v| v.eq_ignore_ascii_case(text));
    let has =
        |windows: bool| cluster.pools.iter().any(|pool| (pool.os_type == Some(OsType::Windows)) == windows);
    let uses_npm = network.policy == Some(NetworkPolicy::Azure);
    let mut found = Vec::new();
    let mut note = |hit: bool, id: RetirementId, detail: &str| {
        if hit {
            found.push((id, detail.to_owned()));
        }
    };
    note(
        network.plugin == Some(NetworkPlugin::Kubenet),
        RetirementId::Kubenet,
        "the network plugin is kubenet",
    );
    note(uses_npm && has(false), RetirementId::NetworkPolicyManagerLinux, "Azure NPM polices Linux pools");
    note(uses_npm && has(true), RetirementId::NetworkPolicyManagerWindows, "Azure NPM polices Windows pools");
    note(
        is(&network.load_balancer_sku, "basic"),
        RetirementId::BasicLoadBalancer,
        "the load balancer is Basic",
    );
    note(cluster.addon_enabled("openServiceMesh"), RetirementId::OpenServiceMesh, "the add-on is on");
    let nginx = cluster.web_app_routing == Some(true);
    note(
        nginx,
        RetirementId::IngressNginx,
        "application routing is on; whether it uses NGINX is not visible",
    );
    let is_china = cloud.eq_ignore_ascii_case("china");
    note(
        is_china && cluster.defender == Some(true),
        RetirementId::DefenderChina,
        "a Defender profile is configured",
    );
    note(cluster.pod_identity == Some(true), RetirementId::PodIdentity, "pod-managed identity is on");
    note(
        monitors_with_legacy_authentication(cluster),
        RetirementId::MonitoringLegacyAuthentication,
        "monitoring signs in without a managed identity",
    );
    note(
        cluster.addon_enabled("httpApplicationRouting"),
        RetirementId::HttpApplicationRouting,
        "the add-on is on",
    );
    found
}

fn monitors_with_legacy_authentication(cluster: &Cluster) -> bool {
    let addon = cluster.addon("omsagent").filter(|addon| addon.enabled == Some(true));
    let uses_identity = |value: &String| value.eq_ignore_ascii_case("true");
    addon.is_some_and(|addon| !addon.settings.get("useaadauth").is_some_and(uses_identity))
}

fn of_pool(cluster: &Cluster, pool: &NodePool) -> Vec<(RetirementId, String)> {
    let tagged = |name: &str| {
        let value = pool.tags.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
        value.is_some_and(|value| value.eq_ignore_ascii_case("true"))
    };
    let image = pool.node_image_version.as_deref().or(pool.os_sku.as_deref()).unwrap_or("unknown");
    let mut found: Vec<(RetirementId, String)> =
        of_image(cluster, pool).into_iter().map(|id| (id, format!("the nodes run {image}"))).collect();
    let mut note = |hit: bool, id: RetirementId, detail: &str| {
        if hit {
            found.push((id, detail.to_owned()));
        }
    };
    let is_set = pool.pool_type == Some(PoolType::AvailabilitySet);
    note(is_set, RetirementId::AvailabilitySets, "the pool is an availability set");
    let opts_out = tagged("aks-disable-kubelet-serving-certificate-rotation");
    note(opts_out, RetirementId::KubeletCertificateOptOut, "the pool carries the tag");
    note(tagged("SkipGPUDriverInstall"), RetirementId::SkipGpuDriver, "the pool carries the tag");
    let is_wasi = pool.workload_runtime.as_deref().is_some_and(|r| r.eq_ignore_ascii_case("WasmWasi"));
    note(is_wasi, RetirementId::WasiPools, "the pool runs WASI workloads");
    found
}

/// RET-26: the version of a control plane, or of a pool that runs another.
fn of_version(
    cluster: &Cluster,
    pool: Option<&NodePool>,
    version: Option<&str>,
    as_of: Date,
) -> Option<RetirementItem> {
    let minor = minor(version)?;
    let is =
        |value: &Option<String>, text: &str| value.as_deref().is_some_and(|v| v.eq_ignore_ascii_case(text));
    let lts = is(&cluster.support_plan, "AKSLongTermSupport") && is(&cluster.sku_tier, "Premium");
    let plan = if lts { "long-term support" } else { "community support" };
    let (date, detail) = match Versions::built_in().support(minor, lts) {
        Support::Until(day) => (Some(day), format!("Kubernetes {minor}: {plan} ends on {day}")),
        Support::Ended => (None, format!("Kubernetes {minor} went out of support long ago")),
        Support::Unlisted => return None,
    };
    let mut item = item(RetirementId::KubernetesVersion, cluster, pool, detail, as_of);
    item.date = date;
    item.days_left = date.map(|day| days_between(as_of, day));
    let rule = Catalogue::built_in().retirement(RetirementId::KubernetesVersion);
    item.severity = rule.severity_at(item.days_left.unwrap_or(i64::MIN));
    Some(item)
}

/// RET-20: subnets of AKS nodes that reach the internet by default.
fn default_outbound(inventory: &Inventory, as_of: Date) -> Vec<RetirementItem> {
    let named = |id: &ResourceId| {
        inventory
            .clusters
            .iter()
            .find(|cluster| cluster.pools.iter().any(|pool| pool.node_subnet_id.as_ref() == Some(id)))
    };
    let subnets = inventory.virtual_networks.iter().flat_map(|vnet| &vnet.subnets);
    subnets
        .filter(|subnet| subnet.default_outbound_access == Some(true))
        .filter_map(|subnet| {
            let cluster = named(&subnet.id)?;
            let detail = "machines in the subnet reach the internet by default".to_owned();
            let mut item = item(RetirementId::DefaultOutboundAccess, cluster, None, detail, as_of);
            item.resource_id = subnet.id.clone();
            Some(item)
        })
        .collect()
}

fn item(
    id: RetirementId,
    cluster: &Cluster,
    pool: Option<&NodePool>,
    detail: String,
    as_of: Date,
) -> RetirementItem {
    let retirement = Catalogue::built_in().retirement(id);
    let date = (!retirement.dates.is_empty()).then(|| retirement.deadline());
    let days_left = date.map(|day| days_between(as_of, day));
    RetirementItem {
        id,
        date,
        days_left,
        severity: days_left.map_or(retirement.severity, |days| retirement.severity_at(days)),
        resource_id: cluster.id.clone(),
        node_pool: pool.map(|pool| pool.name.clone()),
        detail: with_dates(detail, retirement),
        remediation: retirement.remediation.clone(),
        source: retirement.source.clone(),
    }
}

fn with_dates(detail: String, retirement: &Retirement) -> String {
    if retirement.dates.len() < 2 {
        return detail;
    }
    let dates = retirement.dates.iter().map(|m| format!("{} {}", m.event.replace('-', " "), m.date));
    format!("{detail}; {}", dates.collect::<Vec<_>>().join(", "))
}

fn minor(version: Option<&str>) -> Option<Minor> {
    version?.parse().ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::{
        assess::testing::{Network, cluster, estate, options, pool},
        inventory::Addon,
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
            ("RET-05", |c| c.pools[0].pool_type = Some(PoolType::AvailabilitySet)),
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
            ("RET-26", |c| c.kubernetes_version = Some("1.33.2".to_owned())),
        ];
        let mut covered: Vec<&str> = cases.iter().map(|(id, _)| *id).collect();
        for (id, change) in cases {
            assert_eq!(ids(with(change)), [id]);
        }
        covered.extend(["RET-20", "RET-21"]);
        for (id, rule) in Catalogue::built_in().retirements() {
            assert_eq!(rule.visible, covered.contains(&id.as_str()), "{id}");
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
            of_image(&made, &made.pools[0])
        };
        assert_eq!(edition("Ubuntu", "1.34.1", None), [RetirementId::Ubuntu2204]);
        assert_eq!(edition("Ubuntu", "1.35.0", None), []);
        assert_eq!(edition("Ubuntu", "1.34.1", Some("AKSUbuntu-2404gen2containerd-202601.01.0")), []);
        assert_eq!(edition("AzureLinux", "1.31.0", None), [RetirementId::AzureLinux2]);
        assert_eq!(edition("AzureLinux", "1.32.0", None), []);
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
        assert_eq!((past.days_left, past.severity), (Some(-113), Severity::Critical));
    }
}
