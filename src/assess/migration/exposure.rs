//! What each kubenet cluster is exposed to. Whether the day has passed is exposure, never readiness.

use jiff::civil::Date;

use super::{checks::routing, scene::Subject};
use crate::{
    assess::figure::days_between,
    ipam::{limits::ROUTES_PER_TABLE, pod_cidr_nodes},
    rules::{Catalogue, Minor, RetirementId, Severity, Support, Versions},
};

/// Days after its creation during which a kubenet cluster counts as new; this project's choice.
const NEW_FOR_DAYS: i64 = 180;

/// Who made a route table, and who else uses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RouteTableKind {
    /// AKS made it.
    Managed,
    /// The user made it.
    Own,
    /// Other subnets or clusters use it too.
    Shared,
    /// It could not be read.
    Unknown,
}

impl RouteTableKind {
    /// The word the reports use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Managed => "managed",
            Self::Own => "own",
            Self::Shared => "shared",
            Self::Unknown => "unknown",
        }
    }
}

/// What one kubenet cluster is exposed to, counted against the retirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exposure {
    /// When kubenet support ends.
    pub retirement_date: Date,
    /// Days to it; negative when past.
    pub days_left: i64,
    /// By time left: > 365 days medium, ≤ 365 high, ≤ 90 or past critical.
    pub severity: Severity,
    /// Routes in its route table, and how many a table holds.
    pub routes: Option<(u64, u64)>,
    /// Nodes now, and nodes its pod CIDR has room for.
    pub pod_cidr: Option<(u64, u64)>,
    /// Who made the route table, and who shares it.
    pub route_table: RouteTableKind,
    /// When support of the control plane's version ends, where it is known.
    pub version_support_ends: Option<Date>,
    /// Whether the cluster was created lately, where Azure says when.
    pub is_new: Option<bool>,
}

/// The exposure of a kubenet cluster.
pub(super) fn exposure(subject: &Subject<'_>) -> Exposure {
    let as_of = subject.scene.options.as_of;
    let retirement = Catalogue::built_in().retirement(RetirementId::KUBENET);
    let days_left = days_between(as_of, retirement.deadline());
    let room = subject.present_pod_cidr().and_then(pod_cidr_nodes);
    Exposure {
        retirement_date: retirement.deadline(),
        days_left,
        severity: retirement.due(as_of).map_or(Severity::Critical, |due| due.severity),
        routes: routes(subject).map(|count| (count, ROUTES_PER_TABLE)),
        pod_cidr: subject.nodes().zip(room),
        route_table: route_table(subject),
        version_support_ends: version_support_ends(subject),
        is_new: subject.cluster.created_at.map(|created| {
            let created = created.to_zoned(jiff::tz::TimeZone::UTC).date();
            (0..=NEW_FOR_DAYS).contains(&days_between(created, as_of))
        }),
    }
}

fn routes(subject: &Subject<'_>) -> Option<u64> {
    let tables = routing::tables(subject);
    let counts = tables.iter().map(|id| subject.scene.estate.route_table(id).map(|table| table.routes.len()));
    let most = counts.collect::<Option<Vec<_>>>()?.into_iter().max()?;
    u64::try_from(most).ok()
}

fn route_table(subject: &Subject<'_>) -> RouteTableKind {
    let tables = routing::tables(subject);
    let (clusters, rest) = routing::others(subject);
    if tables.is_empty() {
        RouteTableKind::Unknown
    } else if !clusters.is_empty() || !rest.is_empty() {
        RouteTableKind::Shared
    } else if tables.iter().all(|table| routing::is_managed(subject, table)) {
        RouteTableKind::Managed
    } else if tables.iter().any(|table| subject.scene.estate.route_table(table).is_none()) {
        RouteTableKind::Unknown
    } else {
        RouteTableKind::Own
    }
}

fn version_support_ends(subject: &Subject<'_>) -> Option<Date> {
    let version: Minor = subject.cluster.kubernetes_version.as_deref()?.parse().ok()?;
    let lts = subject.cluster.has_long_term_support();
    match Versions::built_in().support(version, lts) {
        Support::Until(day) => Some(day),
        Support::Ended | Support::Unlisted => None,
    }
}
