//! A row a kubenet cluster.

use super::{
    column::{Column, Nested, Table, column, joined},
    word::words,
};
use crate::{
    assess::{
        audit::{Audit, ClusterRow},
        migration::{ClusterPlan, Exposure, RouteTableKind, Target, Verdict},
        options::Severity,
    },
    report::say,
};

/// The kubenet clusters: the days they have left, and what is known of their way out.
pub(crate) struct KubenetExposure;

/// A kubenet cluster, and what it is exposed to.
#[derive(Clone, Copy)]
pub(crate) struct Exposed<'r> {
    row: &'r ClusterRow,
    decided: &'r ClusterPlan,
    exposure: &'r Exposure,
}

/// The rows of an audit.
pub(super) fn rows(audit: &Audit) -> Nested<'_> {
    joined::<KubenetExposure>(audit.exposures().map(|(one, exposure)| Exposed {
        row: &one.row,
        decided: &one.decided,
        exposure,
    }))
}

impl Table for KubenetExposure {
    const ROW: &'static str = "KubenetExposure";
    const DOC: &'static str =
        "A kubenet cluster, counted against the retirement, and what is known of its way out.";
    type Of<'r> = Exposed<'r>;

    // What is known of the way out is never absent any more; the schema still allows for it, as it always has.
    const COLUMNS: &'static [Column<Self>] = &[
        column("cluster_id", "The cluster's resource id.").text(|of| of.row.id.as_str()),
        column("subscription_id", "The subscription it is in.").made(|of| of.row.id.subscription().into()),
        column("cluster", "Its name.").text(|of| of.row.id.name()),
        column("location", "Its Azure region.").text(|of| &of.row.location),
        column("nodes", "Nodes it should have now.").maybe_count("nodes", |of| of.row.nodes),
        column("nodes_scale_max", "Nodes with every autoscaler at its maximum and everything started.")
            .maybe_count("nodes", |of| of.row.nodes_scale_max),
        column("retirement_date", "The day kubenet support ends.").date(|of| of.exposure.retirement_date),
        column("days_left", "Days from the date of the audit to that day; negative when it has passed.")
            .signed("days", |of| of.exposure.days_left),
        column("verdict", "Whether it can be moved in place, the worst first; `unknown`: something needed could not be read.")
            .maybe_word(words::<Verdict>, |of| Some(of.decided.readiness.verdict.as_str())),
        column("blockers", "The ids of checks that fail and stop the move, in the order of preparation.")
            .list(|of| super::checks(&of.decided.readiness.blockers)),
        column("warnings", "The ids of checks that fail without stopping it.").list(|of| super::checks(&of.decided.readiness.warnings)),
        column("manual_checks", "The ids of checks that a person has to answer.")
            .list(|of| super::checks(&of.decided.readiness.manual_checks)),
        column("unknown_checks", "The ids of checks for which something could not be read.")
            .list(|of| super::checks(&of.decided.readiness.unknown_checks)),
        column("reimages", "How often all its nodes are re-imaged on its way, preparation included.")
            .maybe_count("re-images", |of| Some(of.decided.reimages().into())),
        column("recommended_target", "Where it should go.")
            .maybe_word(words::<Target>, |of| Some(of.decided.recommendation.target.as_str())),
        column("severity", "How bad it is, by the days left: `medium` above 365, `high` up to 365, `critical` up to 90 or past.")
            .word(words::<Severity>, |of| of.exposure.severity.as_str()),
        column("owner", "Whose it is, from the tags in `people.owner_tags`.").maybe_text(|of| of.row.owner.as_deref()),
        column("environment", "What it is for, from the tags in `people.environment_tags`.")
            .maybe_text(|of| of.row.environment.as_deref()),
        column("production", "Whether its environment is one of `people.production_values`.")
            .maybe_flag(|of| Some(of.decided.production)),
        column("score", "A sort order, the larger the more urgent; it means nothing by itself.")
            .maybe_count("", |of| of.decided.rank.as_ref().map(|rank| rank.score().into())),
        column("reasons", "What makes the score, the weightiest first.")
            .list(|of| of.decided.rank.as_ref().map_or_else(Vec::new, |rank| super::said(say::urgency(rank)))),
        column("route_table", "Whose route table it uses: one AKS made, one of your `own`, or one that others share.")
            .maybe_word(words::<RouteTableKind>, |of| Some(of.exposure.route_table.as_str())),
        column("routes_used", "Routes in its fullest route table, stale ones too.")
            .maybe_count("routes", |of| of.exposure.routes.map(|routes| routes.0)),
        column("routes_allowed", "Routes a table holds.")
            .maybe_count("routes", |of| of.exposure.routes.map(|routes| routes.1)),
        column("pod_cidr_nodes", "Nodes its pod range has room for, a /24 each.")
            .maybe_count("nodes", |of| of.exposure.pod_cidr.map(|pods| pods.1)),
        column("identity", "The kind of its identity; an own route table needs a user-assigned one.")
            .maybe_text(|of| of.row.identity_type.as_deref()),
        column("network_policy", "Its network policy engine, which has to go before the move; empty where it has none.")
            .maybe_text(|of| of.row.network_policy.as_deref()),
        column("kubernetes_version", "The version of its control plane.")
            .maybe_text(|of| of.row.kubernetes_version.as_deref()),
        column("version_support_ends", "The day support of that version ends, where it is known.")
            .maybe_date(|of| of.exposure.version_support_ends),
        column("created_recently", "Whether it was created within 180 days before the date of the audit, where Azure says when.")
            .maybe_flag(|of| of.exposure.is_new),
        column("rank", "Its place among all clusters that have to go somewhere, filters aside; 1 is the most urgent.")
            .maybe_count("", |of| of.decided.rank.as_ref().map(|rank| rank.place.into())),
    ];
}
