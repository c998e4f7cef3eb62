//! What page and terminal say first: rows counted and grouped, names looked up.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    assess::{
        audit::{Audit, ClusterRow, SubnetRow, SubnetStatus},
        options::Severity,
        outlook::{Reason, Scenario},
    },
    inventory::{CoverageEntry, ResourceId, SubscriptionId},
};

/// Rows counted and names looked up.
pub(super) struct Headline<'a> {
    /// The audit they come from.
    pub(super) audit: &'a Audit,
    subscriptions: BTreeMap<&'a SubscriptionId, &'a str>,
}

/// kubenet clusters of one owner in one environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) owner: Option<String>,
    pub(super) environment: Option<String>,
    pub(super) clusters: usize,
    pub(super) nodes: Sum,
    pub(super) nodes_scale_max: Sum,
}

/// A sum of figures of which some may be unknown: then it is a lower bound.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sum {
    pub(super) known: u64,
    pub(super) all_known: bool,
}

impl Sum {
    fn of(figures: impl Iterator<Item = Option<u64>>) -> Self {
        figures.fold(Self { known: 0, all_known: true }, |sum, figure| Self {
            known: sum.known.saturating_add(figure.unwrap_or(0)),
            all_known: sum.all_known && figure.is_some(),
        })
    }
}

/// Subnets by what is wrong with them.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct SubnetCounts {
    /// Without an address left.
    pub(super) full: usize,
    /// Not full, and beyond a threshold.
    pub(super) nearly: usize,
    /// Neither, and too small for a step ahead.
    pub(super) ahead: usize,
    /// Whose use cannot be told.
    pub(super) unknown: usize,
    /// All of them.
    pub(super) all: usize,
}

impl SubnetCounts {
    /// Subnets that are full or nearly.
    pub(super) fn tight(&self) -> usize {
        self.full + self.nearly
    }
}

/// Subnets in which a step does not fit, each counted at the smallest one.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Shortfalls {
    /// An upgrade of one pool.
    pub(super) upgrade: usize,
    /// An upgrade of all pools at once, where one alone fits.
    pub(super) upgrade_all: usize,
    /// The autoscaler maxima.
    pub(super) scale_max: usize,
}

impl<'a> Headline<'a> {
    pub(super) fn new(audit: &'a Audit) -> Self {
        let named = audit.header.subscriptions.iter();
        let named = named.filter_map(|s| s.name.as_deref().map(|name| (&s.id, name)));
        Self { audit, subscriptions: named.collect() }
    }

    /// A subscription's name, or its id where it has none.
    pub(super) fn subscription(&self, id: &ResourceId) -> String {
        let id = id.subscription();
        self.subscriptions.get(&id).map_or_else(|| id.to_string(), |name| (*name).to_owned())
    }

    /// A resource by its name and that of what holds it: `hub/aks` for a subnet, `shop/system` for a pool.
    pub(super) fn resource(id: &ResourceId) -> String {
        let is_part = id.is_type("Microsoft.Network/virtualNetworks/subnets")
            || id.is_type("Microsoft.ContainerService/managedClusters/agentPools");
        let parent = id.parent().filter(|_| is_part);
        parent.map_or_else(|| id.name().to_owned(), |parent| format!("{}/{}", parent.name(), id.name()))
    }

    /// What a row of the ledger or a finding is about, in names as far as there are any.
    pub(super) fn place(&self, scope: &str) -> String {
        match ResourceId::parse(scope) {
            Ok(id) if id.resource_type().is_empty() && id.resource_group().is_none() => {
                self.subscription(&id)
            }
            Ok(id) => format!("{} ({})", Self::resource(&id), self.subscription(&id)),
            Err(_) => {
                let id = SubscriptionId::from(scope);
                let last = scope.trim_end_matches('/').rsplit('/').next().unwrap_or(scope);
                self.subscriptions.get(&id).map_or(last, |name| name).to_owned()
            }
        }
    }

    /// The kubenet clusters by owner and environment, most clusters first.
    pub(super) fn kubenet_by_people(&self) -> Vec<Group> {
        let mut rows: BTreeMap<(Option<&str>, Option<&str>), Vec<&ClusterRow>> = BTreeMap::new();
        for row in self.audit.exposures().map(|(one, _)| &one.row) {
            rows.entry((row.owner.as_deref(), row.environment.as_deref())).or_default().push(row);
        }
        let groups = rows.into_iter().map(|((owner, environment), rows)| Group {
            owner: owner.map(str::to_owned),
            environment: environment.map(str::to_owned),
            clusters: rows.len(),
            nodes: Sum::of(rows.iter().map(|row| row.nodes)),
            nodes_scale_max: Sum::of(rows.iter().map(|row| row.nodes_scale_max)),
        });
        let mut groups: Vec<_> = groups.collect();
        groups.sort_by_key(|group| std::cmp::Reverse(group.clusters));
        groups
    }

    /// Subnets that clusters use, or the others, by what is wrong with them.
    pub(super) fn subnet_counts(&self, aks: bool) -> SubnetCounts {
        let mut counts = SubnetCounts::default();
        for row in self.audit.subnets.iter().filter(|row| row.hosts_aks() == aks) {
            counts.all += 1;
            match row.status {
                SubnetStatus::Full => counts.full += 1,
                SubnetStatus::Critical | SubnetStatus::Warning if is_tight(row) => counts.nearly += 1,
                SubnetStatus::Critical | SubnetStatus::Warning => counts.ahead += 1,
                SubnetStatus::Unknown => counts.unknown += 1,
                SubnetStatus::Ok => {}
            }
        }
        counts
    }

    /// Subnets that clusters use and that are full or nearly, the worst first.
    pub(super) fn tight_subnets(&self) -> Vec<&'a SubnetRow> {
        let rows = self.audit.subnets.iter();
        let mut rows: Vec<_> = rows.filter(|row| row.hosts_aks() && is_tight(row)).collect();
        rows.sort_by_key(|row| (row.status, std::cmp::Reverse(row.utilization_tenths())));
        rows
    }

    /// Subnets that clusters use and that could be projected.
    pub(super) fn projected_subnets(&self) -> Vec<&'a SubnetRow> {
        let rows = self.audit.subnets.iter();
        rows.filter(|row| row.hosts_aks() && Scenario::AHEAD.iter().any(|s| row.left(*s).is_some())).collect()
    }

    /// How many of them are too small, and for what.
    pub(super) fn shortfalls(&self) -> Shortfalls {
        let rows = self.projected_subnets();
        let count = |holds: &dyn Fn(&SubnetRow) -> bool| rows.iter().filter(|row| holds(row)).count();
        Shortfalls {
            upgrade: count(&|row| row.fails(Scenario::Upgrade)),
            upgrade_all: count(&|row| row.fails(Scenario::UpgradeAll) && !row.fails(Scenario::Upgrade)),
            scale_max: count(&|row| row.fails(Scenario::ScaleMax)),
        }
    }

    /// Subnets that clusters use, by utilization, the fullest first.
    pub(super) fn fullest_subnets(&self) -> Vec<&'a SubnetRow> {
        let rows = self.audit.subnets.iter();
        let mut rows: Vec<_> =
            rows.filter(|row| row.hosts_aks() && row.utilization_tenths().is_some()).collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.utilization_tenths()));
        rows
    }

    /// The distinct owners and environments of the clusters in a subnet.
    pub(super) fn people(&self, subnet: &SubnetRow) -> (Vec<&'a str>, Vec<&'a str>) {
        let clusters: Vec<_> =
            subnet.clusters.iter().filter_map(|id| self.audit.cluster(id)).map(|one| &one.row).collect();
        let distinct = |value: fn(&'a ClusterRow) -> Option<&'a str>| {
            let values: BTreeSet<_> = clusters.iter().filter_map(|row| value(row)).collect();
            values.into_iter().collect()
        };
        (distinct(|row| row.owner.as_deref()), distinct(|row| row.environment.as_deref()))
    }

    /// Open findings by severity, the worst first.
    pub(super) fn finding_counts(&self) -> [(Severity, usize); 5] {
        let of = |severity| self.audit.open().filter(|f| f.severity == severity).count();
        Severity::WORST_FIRST.map(|severity| (severity, of(severity)))
    }

    /// The rows of the ledger that say something is missing.
    pub(super) fn gaps(&self) -> Vec<&'a CoverageEntry> {
        self.audit.coverage.entries.iter().filter(|entry| entry.status.is_gap()).collect()
    }

    /// Whether the audit knows itself to be of a part of the estate.
    pub(super) fn is_partial(&self) -> bool {
        let header = &self.audit.header;
        header.filtered
            || header.requested != crate::inventory::RequestedScope::default()
            || header.subscriptions_read < header.subscriptions.len()
            || self.audit.coverage.entries.iter().any(|entry| entry.status.is_gap())
    }
}

/// Whether a subnet is full or nearly: by what is held, and not by what is to come.
fn is_tight(row: &SubnetRow) -> bool {
    row.status == SubnetStatus::Full
        || row.reasons.iter().any(|reason| matches!(reason, Reason::InUse { .. }))
}
