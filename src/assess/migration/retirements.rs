//! The retirement calendar: everything in the estate that Microsoft retires, what it hits and when.

use jiff::civil::Date;

use super::conditions::{holds_for_cluster, holds_for_pool, minor, size_of};
use crate::{
    assess::{figure::days_between, options::Options},
    inventory::{ApplicationGateway, Cluster, Inventory, NodePool, ResourceId},
    rules::{
        Catalogue, Condition, Milestone, Minor, Predicate, Retirement, RetirementId, Severity, Support,
        Versions,
    },
};

#[cfg(test)]
mod tests;

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
    /// What makes it hit.
    pub detail: RetirementFact,
}

impl RetirementItem {
    /// The order of reports: by date, retirement and resource; what has no date comes last.
    pub(crate) fn order(&self) -> impl Ord + use<'_> {
        (self.date.is_none(), self.date, self.id, &self.resource_id, &self.node_pool)
    }
}

/// What makes a retirement hit a resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum RetirementFact {
    /// What the catalogue says of it, with the image or the edition of the pool.
    Listed(Option<String>),
    /// AKS upgrades the cluster by itself.
    ForcedUpgrade {
        /// Its version.
        version: Minor,
        /// Whether it has long-term support, so that the day is derived.
        is_long_term: bool,
        /// When support of the version ends; none where it ended long ago.
        until: Option<Date>,
    },
    /// Application routing is on: which NGINX controller it made by default, where that is shown.
    Nginx(Option<String>),
    /// Support of a version of Kubernetes ends.
    Support {
        /// The version.
        version: Minor,
        /// Whether the cluster has long-term support, and not that of the community.
        is_long_term: bool,
        /// When it ends; none where it ended long ago.
        until: Option<Date>,
    },
}

/// Every retirement that hits something in the inventory, by date, retirement and resource; what has no date comes
/// last.
#[must_use]
pub fn retirements(inventory: &Inventory, options: &Options) -> Vec<RetirementItem> {
    let (cloud, as_of) = (inventory.cloud.as_str(), options.as_of);
    let mut items = Vec::new();
    for (id, retirement) in Catalogue::built_in().retirements() {
        for cluster in &inventory.clusters {
            if retirement.when.iter().any(|condition| holds_for_cluster(condition, cluster, cloud)) {
                items.push(item((id, retirement), cluster, None, RetirementFact::Listed(None), as_of));
            }
            for pool in &cluster.pools {
                let mut holds = retirement
                    .when
                    .iter()
                    .filter(|condition| holds_for_pool(condition, cluster, pool, cloud));
                if let Some(condition) = holds.next() {
                    let detail = fact_of(condition, pool);
                    items.push(item((id, retirement), cluster, Some(pool), detail, as_of));
                }
            }
        }
        items.extend(decided_in_code((id, retirement), inventory, as_of));
    }
    items.sort_by(|a, b| a.order().cmp(&b.order()));
    items
}

/// An entry of the catalogue.
type Entry<'a> = (RetirementId, &'a Retirement);

/// Whether a retirement hits a pool by its conditions.
pub(super) fn hits_pool(retirement: &Retirement, cluster: &Cluster, pool: &NodePool, cloud: &str) -> bool {
    retirement.when.iter().any(|condition| holds_for_pool(condition, cluster, pool, cloud))
}

/// What an entry says of the pool it hits by a condition: a size where that is asked for, else the image, with FIPS where the
/// image does not say so itself.
fn fact_of(condition: &Condition, pool: &NodePool) -> RetirementFact {
    let size = condition.vm_series.as_ref().and_then(|series| size_of(pool, series));
    let image = || {
        let image = pool.node_image_version.as_ref().or(pool.os_sku.as_ref())?;
        let says_so = image.to_ascii_lowercase().contains("fips");
        Some(if pool.fips == Some(true) && !says_so { format!("{image} with FIPS") } else { image.clone() })
    };
    RetirementFact::Listed(size.map(str::to_owned).or_else(image))
}

/// What no condition can tell.
fn decided_in_code(entry: Entry<'_>, inventory: &Inventory, as_of: Date) -> Vec<RetirementItem> {
    let clusters = inventory.clusters.iter();
    match entry.1.predicate {
        None => Vec::new(),
        Some(Predicate::DefaultOutbound) => default_outbound(entry, inventory, as_of),
        Some(Predicate::KubernetesVersion) => {
            clusters.flat_map(|cluster| of_versions(entry, cluster, as_of)).collect()
        }
        Some(Predicate::LegacyMonitoring) => clusters
            .filter(|cluster| monitors_with_legacy_authentication(cluster))
            .map(|cluster| item(entry, cluster, None, RetirementFact::Listed(None), as_of))
            .collect(),
        Some(Predicate::ForcedUpgrade) => {
            clusters.filter_map(|cluster| upgraded_by_aks(entry, cluster, as_of)).collect()
        }
        Some(Predicate::GatewayV1) => clusters
            .filter_map(|cluster| {
                let gateway = old_gateway(inventory, cluster)?;
                let detail = RetirementFact::Listed(Some(gateway.id.name().to_owned()));
                Some(item(entry, cluster, None, detail, as_of))
            })
            .collect(),
        Some(Predicate::Nginx) => clusters
            .filter(|cluster| routes_with_nginx(cluster))
            .map(|cluster| {
                let detail = RetirementFact::Nginx(cluster.nginx_controller.clone());
                item(entry, cluster, None, detail, as_of)
            })
            .collect(),
    }
}

/// Whether application routing is on, which is NGINX, but where it made no controller and runs Istio in its place.
fn routes_with_nginx(cluster: &Cluster) -> bool {
    let is =
        |shown: &Option<String>, word: &str| shown.as_deref().is_some_and(|s| s.eq_ignore_ascii_case(word));
    let has_left = is(&cluster.nginx_controller, "None") && is(&cluster.routing_istio, "Enabled");
    cluster.web_app_routing == Some(true) && !has_left
}

fn monitors_with_legacy_authentication(cluster: &Cluster) -> bool {
    let addon = cluster.addon("omsagent").filter(|addon| addon.enabled == Some(true));
    let uses_identity = |value: &String| value.eq_ignore_ascii_case("true");
    addon.is_some_and(|addon| !addon.settings.get("useaadauth").is_some_and(uses_identity))
}

/// The version of a control plane, and of each pool that runs another.
fn of_versions(entry: Entry<'_>, cluster: &Cluster, as_of: Date) -> Vec<RetirementItem> {
    let plane = cluster.kubernetes_version.as_deref();
    let pools = cluster.pools.iter().map(|pool| (Some(pool), pool.kubernetes_version.as_deref()));
    let others = pools.filter(|(_, version)| minor(*version) != minor(plane));
    let versions = std::iter::once((None, plane)).chain(others);
    versions.filter_map(|(pool, version)| of_version(entry, cluster, pool, version, as_of)).collect()
}

fn of_version(
    entry: Entry<'_>,
    cluster: &Cluster,
    pool: Option<&NodePool>,
    version: Option<&str>,
    as_of: Date,
) -> Option<RetirementItem> {
    let minor = minor(version)?;
    let is_long_term = cluster.has_long_term_support();
    let until = match Versions::built_in().support(minor, is_long_term) {
        Support::Until(day) => Some(day),
        Support::Ended => None,
        Support::Unlisted => return None,
    };
    let detail = RetirementFact::Support { version: minor, is_long_term, until };
    let mut item = item(entry, cluster, pool, detail, as_of);
    item.date = until;
    item.days_left = until.map(|day| days_between(as_of, day));
    item.severity = Milestone::severity_at(item.days_left.unwrap_or(i64::MIN), false);
    Some(item)
}

/// From which day on AKS upgrades a cluster by itself, as its version is now; none where that is not known.
pub(crate) fn forced_upgrade(cluster: &Cluster) -> Option<Date> {
    let version = minor(cluster.kubernetes_version.as_deref())?;
    Versions::built_in().forced_upgrade(version, cluster.has_long_term_support())
}

fn upgraded_by_aks(entry: Entry<'_>, cluster: &Cluster, as_of: Date) -> Option<RetirementItem> {
    let date = forced_upgrade(cluster)?;
    let version = minor(cluster.kubernetes_version.as_deref())?;
    let is_long_term = cluster.has_long_term_support();
    let until = match Versions::built_in().support(version, is_long_term) {
        Support::Until(day) => Some(day),
        Support::Ended | Support::Unlisted => None,
    };
    let detail = RetirementFact::ForcedUpgrade { version, is_long_term, until };
    let mut item = item(entry, cluster, None, detail, as_of);
    let days_left = days_between(as_of, date);
    item.date = Some(date);
    item.days_left = Some(days_left);
    item.severity = Milestone::severity_at(days_left, true);
    Some(item)
}

/// The application gateway of a cluster's ingress controller, where it is of version 1.
fn old_gateway<'a>(inventory: &'a Inventory, cluster: &Cluster) -> Option<&'a ApplicationGateway> {
    let id = cluster.ingress_gateway()?;
    let gateway = inventory.application_gateways.iter().find(|gateway| gateway.id == id)?;
    (gateway.is_version_one() == Some(true)).then_some(gateway)
}

/// Subnets of AKS nodes that reach the internet by default.
fn default_outbound(entry: Entry<'_>, inventory: &Inventory, as_of: Date) -> Vec<RetirementItem> {
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
            let mut item = item(entry, cluster, None, RetirementFact::Listed(None), as_of);
            item.resource_id = subnet.id.clone();
            Some(item)
        })
        .collect()
}

fn item(
    (id, retirement): Entry<'_>,
    cluster: &Cluster,
    pool: Option<&NodePool>,
    detail: RetirementFact,
    as_of: Date,
) -> RetirementItem {
    let due = retirement.due(as_of);
    RetirementItem {
        id,
        date: due.map(|due| due.date),
        days_left: due.map(|due| due.days_left),
        severity: due.map(|due| due.severity).or(retirement.severity).unwrap_or(Severity::Low),
        resource_id: cluster.id.clone(),
        node_pool: pool.map(|pool| pool.name.clone()),
        detail,
    }
}
