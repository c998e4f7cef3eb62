//! Which cluster comes first (REC-22). One order of all clusters that have to go somewhere, made once, with its reasons;
//! whatever speaks of urgency takes it from here.

use std::cmp::Reverse;

use super::{
    exposure::{Exposure, RouteTableKind},
    pod_cidr::nodes_to_plan_for,
    reason::Reason,
    scene::Subject,
    types::{Readiness, Recommendation, Verdict},
};
use crate::{
    inventory::{NetworkPolicy, ResourceId},
    ipam::{limits::ROUTES_PER_TABLE, pod_cidr_nodes},
    rules::{Minor, Support, Versions},
};

/// Points of a class of urgency: more than all other reasons come to together, so that classes come before all else.
const CLASS: u32 = 1000;

/// The place of a cluster among all that have to go somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rank {
    /// Its place, 1 first.
    pub place: u32,
    /// What makes it urgent, each with points that only order clusters; of equals the larger comes first, then the id.
    pub reasons: Vec<(u32, Urgency)>,
    /// Its nodes, where they are known.
    nodes: Option<u64>,
}

impl Rank {
    /// A sort order, the larger the more urgent; it means nothing beside the reasons.
    #[must_use]
    pub fn score(&self) -> u32 {
        self.reasons.iter().map(|(points, _)| points).sum()
    }
}

/// What makes a cluster urgent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// Support of kubenet ended so many days ago.
    Ended(i64),
    /// Support of kubenet ends in so many days.
    Ends(i64),
    /// It is on kubenet, and near the nodes that its routes or its pod CIDR allow, or may come near.
    NearLimits,
    /// A subnet of it is nearly full, or too small for what its pools may become; or its pod CIDR is nearly used up.
    ShortOfAddresses,
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
    /// Nodes at the autoscaler's maximum, of those its routes and its pod CIDR allow.
    AtMaximum(u64, u64),
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

/// What is decided about a cluster elsewhere.
#[derive(Clone, Copy)]
pub(super) struct Told<'a> {
    pub(super) readiness: &'a Readiness,
    pub(super) recommendation: &'a Recommendation,
    pub(super) exposure: Option<&'a Exposure>,
    pub(super) reimages: u32,
    pub(super) production: bool,
}

/// What makes a cluster urgent; its place follows when all are known.
pub(super) fn unplaced(subject: &Subject<'_>, told: Told<'_>) -> Rank {
    let mut reasons = Reasons::default();
    if let Some(exposure) = told.exposure {
        of_kubenet(&mut reasons, subject, exposure);
    } else {
        let reason = &told.recommendation.reason;
        let short = matches!(reason, Reason::Pressed(..) | Reason::PodCidrFull { .. });
        reasons.add(short, CLASS, Urgency::ShortOfAddresses);
    }
    of_the_way(&mut reasons, subject, told);
    Rank { place: 0, reasons: reasons.0, nodes: subject.nodes() }
}

/// Gives each its place: the most urgent first, of equals the larger, then by id.
pub(super) fn place<'c>(ranked: impl Iterator<Item = (&'c ResourceId, &'c mut Rank)>) {
    let mut ranked: Vec<_> = ranked.collect();
    ranked.sort_by(|(id, rank), (other_id, other)| {
        let order = |rank: &Rank| (Reverse(rank.score()), Reverse(rank.nodes));
        (order(rank), *id).cmp(&(order(other), *other_id))
    });
    for (place, (_, rank)) in (1u32..).zip(ranked) {
        rank.place = place;
    }
}

#[derive(Default)]
struct Reasons(Vec<(u32, Urgency)>);

impl Reasons {
    fn add(&mut self, holds: bool, points: u32, reason: Urgency) {
        if holds {
            self.0.push((points, reason));
        }
    }
}

/// Whether so much is used of what there is that little is left.
fn near((used, room): (u64, u64)) -> bool {
    used.saturating_mul(10) >= room.saturating_mul(8)
}

fn of_kubenet(reasons: &mut Reasons, subject: &Subject<'_>, exposure: &Exposure) {
    let days = exposure.days_left;
    let pods = subject.present_pod_cidr().and_then(pod_cidr_nodes);
    let room = pods.map_or(ROUTES_PER_TABLE, |room| room.min(ROUTES_PER_TABLE));
    let most = subject.nodes_scale_max().map(|most| (most, room));
    let is_near = [exposure.routes, exposure.pod_cidr, most].into_iter().flatten().any(near);
    reasons.add(days < 0, 3 * CLASS, Urgency::Ended(-days));
    reasons.add(days >= 0 && is_near, 2 * CLASS, Urgency::NearLimits);
    reasons.add((0..=90).contains(&days), 80, Urgency::Ends(days));
    reasons.add((91..=365).contains(&days), 40, Urgency::Ends(days));
    if let Some(routes) = exposure.routes {
        reasons.add(near(routes), 25, Urgency::Routes(routes.0, routes.1));
    }
    if let Some(pods) = exposure.pod_cidr {
        reasons.add(near(pods), 25, Urgency::PodCidr(pods.0, pods.1));
        let is_short = nodes_to_plan_for(subject).is_some_and(|planned| planned > pods.1);
        reasons.add(is_short && !near(pods), 5, Urgency::NoRoomToGrow);
    }
    if let Some(most) = most {
        reasons.add(near(most), 10, Urgency::AtMaximum(most.0, most.1));
    }
    reasons.add(exposure.route_table == RouteTableKind::Shared, 10, Urgency::SharedRouteTable);
    reasons.add(exposure.is_new == Some(true), 5, Urgency::New);
}

/// What makes the way long, or a mistake on it costly; this project's choice.
fn of_the_way(reasons: &mut Reasons, subject: &Subject<'_>, told: Told<'_>) {
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX).min(10);
    let Told { readiness, .. } = told;
    reasons.add(told.production, 20, Urgency::Production);
    reasons.add(readiness.verdict == Verdict::Rebuild, 30, Urgency::NoWayInPlace);
    let blockers = count(readiness.blockers.len());
    reasons.add(blockers > 0, blockers * 5, Urgency::Blockers(blockers));
    let unknown = count(readiness.unknown_checks.len());
    reasons.add(unknown > 0, unknown, Urgency::UnknownChecks(unknown));
    reasons.add(told.reimages > 1, told.reimages.min(5), Urgency::Reimages(told.reimages));
    reasons.add(subject.cluster.network.policy == Some(NetworkPolicy::Calico), 3, Urgency::Calico);
    reasons.add(is_out_of_support(subject), 15, Urgency::OldVersion);
}

fn is_out_of_support(subject: &Subject<'_>) -> bool {
    let version = subject.cluster.kubernetes_version.as_deref().and_then(|text| text.parse::<Minor>().ok());
    let lts = subject.cluster.has_long_term_support();
    version.is_some_and(|version| match Versions::built_in().support(version, lts) {
        Support::Until(day) => day < subject.scene.options.as_of,
        Support::Ended => true,
        Support::Unlisted => false,
    })
}
