//! What each kubenet cluster is exposed to. Whether the day has passed is exposure, never readiness.

use jiff::civil::Date;

use super::{
    checks::routing,
    pod_cidr::nodes_to_plan_for,
    scene::Subject,
    types::{Readiness, Verdict},
};
use crate::{
    assess::figure::days_between,
    inventory::NetworkPolicy,
    ipam::{limits::ROUTES_PER_TABLE, pod_cidr_nodes},
    rules::{Catalogue, CheckId, Minor, RetirementId, Severity, Support, Versions},
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

/// What makes a kubenet cluster urgent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// Support of kubenet ended so many days ago.
    Ended(i64),
    /// Support of kubenet ends in so many days.
    Ends(i64),
    /// Its tags say production.
    Production,
    /// It cannot be moved in place.
    NoWayInPlace,
    /// So many blockers fail; ten stands for more.
    Blockers(u32),
    /// So many checks could not be read; ten stands for more.
    UnknownChecks(u32),
    /// So many full re-images are on its way.
    Reimages(u32),
    /// Routes in use, of those its route table holds.
    Routes(u64, u64),
    /// Nodes now, of those its pod CIDR has room for.
    PodCidr(u64, u64),
    /// Its pod CIDR has no room for growth.
    NoRoomToGrow,
    /// Its route table is shared.
    SharedRouteTable,
    /// Calico has to be removed.
    Calico,
    /// Its Kubernetes version is out of support.
    OldVersion,
    /// It was created lately.
    New,
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
    /// What makes it urgent, each with points that only order clusters.
    pub reasons: Vec<(u32, Urgency)>,
}

impl Exposure {
    /// A sort order, the larger the more urgent; it means nothing beside the reasons.
    #[must_use]
    pub fn score(&self) -> u32 {
        self.reasons.iter().map(|(points, _)| points).sum()
    }
}

/// What is decided about a cluster elsewhere.
#[derive(Clone, Copy)]
pub(super) struct Told<'a> {
    pub(super) readiness: &'a Readiness,
    pub(super) reimages: u32,
    pub(super) production: bool,
}

/// The exposure of a kubenet cluster.
pub(super) fn exposure(subject: &Subject<'_>, told: Told<'_>) -> Exposure {
    let as_of = subject.scene.options.as_of;
    let retirement = Catalogue::built_in().retirement(RetirementId::KUBENET);
    let days_left = days_between(as_of, retirement.deadline());
    let room = subject.present_pod_cidr().and_then(pod_cidr_nodes);
    let mut exposure = Exposure {
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
        reasons: Vec::new(),
    };
    exposure.reasons = reasons(subject, told, &exposure);
    exposure
}

/// What makes a cluster urgent, with points that only order clusters; this project's choice.
fn reasons(subject: &Subject<'_>, told: Told<'_>, exposure: &Exposure) -> Vec<(u32, Urgency)> {
    let mut reasons = Vec::new();
    let mut add = |holds: bool, points: u32, reason: Urgency| {
        if holds {
            reasons.push((points, reason));
        }
    };
    let days = exposure.days_left;
    add(days < 0, 100, Urgency::Ended(-days));
    add((0..=90).contains(&days), 80, Urgency::Ends(days));
    add((91..=365).contains(&days), 40, Urgency::Ends(days));
    add(told.production, 20, Urgency::Production);
    let count = |ids: &[CheckId]| u32::try_from(ids.len()).unwrap_or(u32::MAX).min(10);
    let blockers = count(&told.readiness.blockers);
    add(told.readiness.verdict == Verdict::Rebuild, 30, Urgency::NoWayInPlace);
    add(blockers > 0, blockers * 5, Urgency::Blockers(blockers));
    let unknown = count(&told.readiness.unknown_checks);
    add(unknown > 0, unknown, Urgency::UnknownChecks(unknown));
    add(told.reimages > 1, told.reimages.min(5), Urgency::Reimages(told.reimages));
    let near = |(used, room): (u64, u64)| used.saturating_mul(10) >= room.saturating_mul(8);
    if let Some(routes) = exposure.routes {
        add(near(routes), 25, Urgency::Routes(routes.0, routes.1));
    }
    if let Some(pods) = exposure.pod_cidr {
        add(near(pods), 25, Urgency::PodCidr(pods.0, pods.1));
        let is_short = nodes_to_plan_for(subject).is_some_and(|planned| planned > pods.1);
        add(is_short && !near(pods), 5, Urgency::NoRoomToGrow);
    }
    add(exposure.route_table == RouteTableKind::Shared, 10, Urgency::SharedRouteTable);
    add(subject.cluster.network.policy == Some(NetworkPolicy::Calico), 3, Urgency::Calico);
    let ended = exposure.version_support_ends.is_some_and(|day| day < subject.scene.options.as_of);
    add(ended, 15, Urgency::OldVersion);
    add(exposure.is_new == Some(true), 5, Urgency::New);
    reasons
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
    let lts = super::checks::eligibility::has_long_term_support(subject);
    match Versions::built_in().support(version, lts) {
        Support::Until(day) => Some(day),
        Support::Ended | Support::Unlisted => None,
    }
}
