//! The result of an assessment: rows that the reports print as they are.
//!
//! An `Option` that is `None` is unknown and prints as an empty cell; it is never 0.

mod ahead;
mod fact;
mod outcome;
mod record;

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use jiff::{Timestamp, civil::Date};

pub use self::{
    ahead::{Spare, SubnetAhead, Sum},
    fact::{ClusterFact, Fact, LeavingFact, LimitFact, PrefixKind, SubnetFact, WhyUnreadable, WhyUnused},
    outcome::Outcome,
    record::{ClusterRecord, NetworkRecord, Way},
};
use super::{
    migration::RetirementItem,
    options::{Exception, Severity},
    outlook::{Conflict, Fix, LimitRow, Preflight, Reason, SubnetPart},
    schedule::Plan,
};
pub use super::{
    outlook::PoolAhead,
    usage::{ConsumerKind, ConsumerRow, Hidden, UsedBasis},
};
use crate::{
    inventory::{CoverageEntry, RequestedScope, ResourceId, Subscription, SubscriptionId},
    ipam::{Cidr, IpamMode, usable_of_length},
    rules::{Catalogue, FindingId, FindingRule, OldSources, Retirement, RetirementId},
};

/// An assessed estate.
#[derive(Debug, Clone, PartialEq)]
pub struct Audit {
    /// What the audit was made of.
    pub header: Header,
    /// Clusters that pass the filters, by id.
    pub clusters: Vec<ClusterRecord>,
    /// Subnets, by id.
    pub subnets: Vec<SubnetRow>,
    /// Virtual networks, by id.
    pub networks: Vec<NetworkRecord>,
    /// What is wrong, accepted or not, by severity (worst first), rule, retirement and resource.
    pub findings: Vec<Finding>,
    /// What was read, and what could not be.
    pub coverage: Coverage,
    /// When each cluster moves that can move in place, whether filters hide it or not.
    pub plan: Plan,
}

/// The ledger, and what it means.
#[derive(Debug, Clone, PartialEq)]
pub struct Coverage {
    /// The ledger.
    pub entries: Vec<CoverageEntry>,
    /// The scopes of gaps the user accepts as unreadable, as the ledger spells them.
    pub accepted_scopes: BTreeSet<String>,
    /// Whether something needed could not be read and was not accepted as unreadable.
    pub incomplete: bool,
}

impl Audit {
    /// Puts every list but the findings in the order of ids in lower case, so that the order of what came in leaves no
    /// trace in the reports.
    pub fn sort(&mut self) {
        self.header.subscriptions.sort_by(|a, b| a.id.cmp(&b.id));
        self.clusters.sort_by(|a, b| a.row.id.cmp(&b.row.id));
        for cluster in self.clusters.iter_mut().map(|one| &mut one.row) {
            cluster.pools.sort_by(|a, b| a.name.cmp(&b.name));
            cluster.limits.sort_by(|a, b| (&a.node_pool, a.limit).cmp(&(&b.node_pool, b.limit)));
            cluster.preflights.sort_by(|a, b| (a.stage, &a.target).cmp(&(b.stage, &b.target)));
            cluster.fixes.sort_by(|a, b| a.shortfall.cmp(&b.shortfall));
            cluster.conflicts.sort();
        }
        // In place: a stable sort would take room for as many rows again.
        self.subnets.sort_unstable_by(|a, b| a.id.cmp(&b.id));
        for subnet in &mut self.subnets {
            subnet.clusters.sort();
            subnet.node_pools.sort();
            subnet.consumers.sort();
            subnet.fixes.sort_by(|a, b| a.shortfall.cmp(&b.shortfall));
        }
        self.networks.sort_by(|a, b| a.row.id.cmp(&b.row.id));
        for network in &mut self.networks {
            network.limits.sort_by(|a, b| (&a.vnet_id, a.kind).cmp(&(&b.vnet_id, b.kind)));
            network.conflicts.sort();
        }
        self.coverage.entries.sort_by_cached_key(super::coverage::sort_key);
    }

    /// The node pools of all clusters, by cluster and name.
    pub fn node_pools(&self) -> impl Iterator<Item = &NodePoolRow> {
        self.clusters.iter().flat_map(|cluster| &cluster.row.pools)
    }

    /// The limits of all clusters beyond the subnet, by cluster, pool and limit.
    pub fn limits(&self) -> impl Iterator<Item = &LimitRow> {
        self.clusters.iter().flat_map(|cluster| &cluster.row.limits)
    }

    /// What AKS itself would compare, by cluster.
    pub fn preflights(&self) -> impl Iterator<Item = &Preflight> {
        self.clusters.iter().flat_map(|cluster| &cluster.row.preflights)
    }

    /// Findings that stand, the worst first.
    pub fn open(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.accepted.is_none())
    }

    /// Findings the user accepted, the worst first, with the exception that accepts each.
    pub fn accepted(&self) -> impl Iterator<Item = (&Finding, &Exception)> {
        self.findings.iter().filter_map(|finding| Some((finding, finding.accepted.as_deref()?)))
    }
}

/// What an audit was made of.
#[derive(Debug, Clone, PartialEq)]
pub struct Header {
    /// The program's version.
    pub program_version: String,
    /// When the inventory was collected.
    pub collected_at: Timestamp,
    /// The date day counts are made from.
    pub as_of: Date,
    /// The tenant, where known.
    pub tenant_id: Option<String>,
    /// The cloud.
    pub cloud: String,
    /// What was asked for.
    pub requested: RequestedScope,
    /// Whether filters hide some of the clusters that were read.
    pub filtered: bool,
    /// Subscriptions in scope.
    pub subscriptions: Vec<Subscription>,
    /// Subscriptions of which every needed list was read.
    pub subscriptions_read: usize,
    /// Clusters read, hidden ones included.
    pub clusters_read: usize,
    /// The date since which every rule is known to hold: the oldest of their sources, and of the days these were read.
    pub rules_checked: Date,
    /// The rules whose source is old on the audit's date.
    pub old_sources: Option<OldSources>,
    /// API versions by resource provider.
    pub api_versions: BTreeMap<String, String>,
    /// Those that were asked for first and are not offered.
    pub refused_api_versions: BTreeMap<String, String>,
}

/// A cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct ClusterRow {
    /// Its id.
    pub id: ResourceId,
    /// Its subscription.
    pub subscription_id: SubscriptionId,
    /// The subscription's name, where known.
    pub subscription_name: Option<String>,
    /// The subscription's state, as it came.
    pub subscription_state: Option<String>,
    /// Its region.
    pub location: String,
    /// The version of its control plane.
    pub kubernetes_version: Option<String>,
    /// `Free`, `Standard`, `Premium`.
    pub sku_tier: Option<String>,
    /// Whether it runs.
    pub power_state: Option<String>,
    /// `Succeeded`, `Failed`, …
    pub provisioning_state: Option<String>,
    /// The network plugin.
    pub network_plugin: Option<String>,
    /// The plugin mode.
    pub network_plugin_mode: Option<String>,
    /// The distinct IPAM modes of its pools, in order; one element for most clusters.
    pub ipam_modes: Vec<IpamMode>,
    /// The data plane.
    pub network_dataplane: Option<String>,
    /// The policy engine.
    pub network_policy: Option<String>,
    /// IP families.
    pub ip_families: Vec<String>,
    /// Pod CIDRs.
    pub pod_cidrs: Vec<String>,
    /// Service CIDRs.
    pub service_cidrs: Vec<String>,
    /// How traffic leaves.
    pub outbound_type: Option<String>,
    /// The kind of its identity.
    pub identity_type: Option<String>,
    /// Nodes now, over all pools.
    pub nodes: Option<u64>,
    /// Nodes its pools are configured for.
    pub nodes_configured: Option<u64>,
    /// Nodes with every autoscaler at its maximum.
    pub nodes_scale_max: Option<u64>,
    /// Nodes its IPv4 pod CIDR has room for, at a /24 each (kubenet and overlay only).
    pub pod_cidr_node_capacity: Option<u64>,
    /// From the owner tag.
    pub owner: Option<String>,
    /// From the environment tag.
    pub environment: Option<String>,
    /// Its node pools, by name.
    pub pools: Vec<NodePoolRow>,
    /// Its limits beyond the subnet, by pool and limit.
    pub limits: Vec<LimitRow>,
    /// What AKS itself would compare.
    pub preflights: Vec<Preflight>,
    /// What ends its shortfalls, by shortfall; the smallest change first.
    pub fixes: Vec<Fix>,
    /// Its ranges that collide.
    pub conflicts: Vec<Conflict>,
}

/// A node pool.
#[derive(Debug, Clone, PartialEq)]
pub struct NodePoolRow {
    /// Its cluster.
    pub cluster_id: ResourceId,
    /// Its name.
    pub name: String,
    /// `System`, `User`, `Gateway`.
    pub mode: Option<String>,
    /// What it is made of.
    pub pool_type: Option<String>,
    /// Its operating system.
    pub os_type: Option<String>,
    /// The operating system's edition.
    pub os_sku: Option<String>,
    /// The size of its machines; several joined with `;`.
    pub vm_size: Option<String>,
    /// Whether it runs.
    pub power_state: Option<String>,
    /// Its IPAM mode.
    pub ipam_mode: IpamMode,
    /// Nodes now.
    pub nodes: Option<u64>,
    /// Nodes it is configured for.
    pub nodes_configured: Option<u64>,
    /// The autoscaler's minimum, where it is on.
    pub min_count: Option<u64>,
    /// The autoscaler's maximum, where it is on.
    pub max_count: Option<u64>,
    /// `maxSurge` as Azure gave it.
    pub max_surge: Option<String>,
    /// Surge nodes of an upgrade now.
    pub surge_nodes: Option<u64>,
    /// Most pods a node runs.
    pub max_pods: Option<u64>,
    /// Whether `max_pods` is the mode's default because Azure gave none.
    pub max_pods_assumed: bool,
    /// Planned addresses a node takes in the node subnet.
    pub ips_per_node: Option<u64>,
    /// Observed addresses per node, lowest and highest, from what ARM lists.
    pub ips_per_node_observed: Option<(u64, u64)>,
    /// Planned addresses a node takes in the pod subnet, lowest.
    pub pod_ips_per_node_low: Option<u64>,
    /// Planned addresses a node takes in the pod subnet, highest.
    pub pod_ips_per_node_high: Option<u64>,
    /// The node subnet, told by the pool or found in the node resource group.
    pub node_subnet_id: Option<ResourceId>,
    /// Whether the node subnet was found in the node resource group, because the pool names none.
    pub node_subnet_inferred: bool,
    /// The pod subnet.
    pub pod_subnet_id: Option<ResourceId>,
    /// Nodes with the autoscaler at its maximum.
    pub nodes_scale_max: Option<u64>,
    /// Nodes ARM lists addresses of in the node subnet.
    pub nodes_holding: Option<u64>,
    /// `Succeeded`, `Creating`, …
    pub provisioning_state: Option<String>,
    /// How far it can grow by itself.
    pub ahead: PoolAhead,
}

/// What to make of a subnet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SubnetStatus {
    /// No address is left.
    Full,
    /// Nearly full, or an upgrade does not fit.
    Critical,
    /// Filling, or a larger step does not fit.
    Warning,
    /// It cannot be told.
    Unknown,
    /// All fits.
    Ok,
}

impl SubnetStatus {
    /// All statuses, the worst first.
    pub const WORST_FIRST: [Self; 5] = [Self::Full, Self::Critical, Self::Warning, Self::Unknown, Self::Ok];

    /// The word the reports use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Critical => "critical",
            Self::Warning => "warning",
            Self::Unknown => "unknown",
            Self::Ok => "ok",
        }
    }
}

/// A subnet.
#[derive(Debug, Clone, PartialEq)]
pub struct SubnetRow {
    /// Its id.
    pub id: ResourceId,
    /// Its region, where its network was read.
    pub location: Option<String>,
    /// Its prefixes as Azure gave them.
    pub prefixes: Vec<String>,
    /// Addresses that can be used.
    pub usable: Option<u64>,
    /// Addresses in use; the upper bound where it is modelled.
    pub used: Option<u64>,
    /// Addresses in use at least.
    pub used_low: Option<u64>,
    /// How `used` is known.
    pub basis: UsedBasis,
    /// `usable` − `used`; a modelled `used` may exceed `usable`.
    pub free: Option<i64>,
    /// Of `used`: what clusters that were read hold.
    pub used_aks: Option<u64>,
    /// Of `used`: the rest.
    pub used_other: Option<u64>,
    /// The clusters with pools here.
    pub clusters: Vec<ResourceId>,
    /// The pools here, as cluster and pool name.
    pub node_pools: Vec<(ResourceId, String)>,
    /// The IPAM modes of those pools.
    pub ipam_modes: Vec<IpamMode>,
    /// Whether API servers live here, so that percentages mean nothing.
    pub has_api_server: bool,
    /// What to make of it.
    pub status: SubnetStatus,
    /// Why, and what its figures leave out.
    pub reasons: Vec<Reason>,
    /// Who uses it, by kind, owner and pool; `ips` sum to `used` where that is known, `ips_low` to `used_low`.
    pub consumers: Vec<ConsumerRow>,
    /// Addresses ARM lists; none where the subnet was not read.
    pub listed: Option<u64>,
    /// What models and pools add to its figures.
    pub parts: Vec<SubnetPart>,
    /// What it will need.
    pub ahead: SubnetAhead,
    /// What ends its shortfalls, by scenario; the smallest change first.
    pub fixes: Vec<Fix>,
    /// What Microsoft retires of it, by date.
    pub retirements: Vec<RetirementItem>,
}

impl SubnetRow {
    /// Whether clusters that were read live here, be it with nodes, pods or an API server.
    #[must_use]
    pub fn hosts_aks(&self) -> bool {
        !self.clusters.is_empty()
    }

    /// Its IPv4 prefixes, each with the addresses of it that can be used.
    pub fn usable_of_prefixes(&self) -> impl Iterator<Item = (Cidr, u64)> {
        let prefixes = self.prefixes.iter().filter_map(|text| text.parse::<Cidr>().ok());
        prefixes.filter(|prefix| prefix.is_v4()).map(|prefix| (prefix, usable_of_length(prefix.length())))
    }

    /// The share of usable addresses in use, in tenths of a percent and rounded down; none where it can't be told,
    /// and in an API-server subnet, where nine addresses a cluster are a floor and not a share.
    #[must_use]
    pub fn utilization_tenths(&self) -> Option<u64> {
        let (used, usable) = self.used.zip(self.usable)?;
        used.saturating_mul(1000).checked_div(usable).filter(|_| !self.has_api_server)
    }
}

/// A virtual network.
#[derive(Debug, Clone, PartialEq)]
pub struct VnetRow {
    /// Its id.
    pub id: ResourceId,
    /// Its region.
    pub location: String,
    /// Its address space as Azure gave it.
    pub address_space: Vec<String>,
    /// IPv4 addresses in its space.
    pub addresses: u64,
    /// IPv4 addresses that subnets occupy.
    pub allocated_to_subnets: u64,
    /// The rest.
    pub unallocated: u64,
    /// How many subnets it has.
    pub subnets: usize,
    /// How many peerings it has.
    pub peerings: usize,
    /// The sum of `used` over its subnets; unknown when any subnet's is.
    pub used: Option<u64>,
}

/// Something that is wrong, or that somebody should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// A hash of rule, resource and, where there is one, retirement, without figures: the same problem has the same id in
    /// every run.
    pub id: String,
    /// The rule that found it.
    pub rule_id: FindingId,
    /// What Microsoft retires, where the rule speaks of any retirement and this is one of them.
    pub retirement_id: Option<RetirementId>,
    /// How bad it is.
    pub severity: Severity,
    /// What it concerns.
    pub resource_id: String,
    /// The facts, with figures.
    pub facts: Vec<Fact>,
    /// Changes of this estate's settings that end it, each checked by the engine; the smallest first.
    pub fixes: Vec<Fix>,
    /// The `az` command that shows the fact.
    pub command: Option<String>,
    /// The exception that accepts it, where the user has one. Few have: boxed, it takes no room in the others.
    pub accepted: Option<Box<Exception>>,
}

impl Finding {
    /// What the catalogue says of the rule: title, remediation, source.
    #[must_use]
    pub fn rule(&self) -> &'static FindingRule {
        Catalogue::built_in().finding(self.rule_id)
    }

    /// What the catalogue says of what is retired.
    #[must_use]
    pub fn retirement(&self) -> Option<&'static Retirement> {
        Some(Catalogue::built_in().retirement(self.retirement_id?))
    }

    /// What the catalogue says to do, as far as it goes.
    #[must_use]
    pub fn remediation(&self) -> &'static str {
        self.retirement().map_or(&self.rule().remediation, |retirement| &retirement.remediation)
    }

    /// The public page behind it.
    #[must_use]
    pub fn source(&self) -> &'static str {
        self.retirement().map_or(&self.rule().source, |retirement| &retirement.source)
    }

    /// The order of reports: the worst first, then by rule, retirement and resource.
    pub(crate) fn order(&self) -> impl Ord + use<> {
        let resource = self.resource_id.to_ascii_lowercase();
        (Reverse(self.severity), self.rule_id.as_str(), self.retirement_id, resource)
    }
}
