//! The figures of page one, by key.

use super::column::{Column, Nested, Table, described, document_only, joined, records};
use crate::{
    assess::{
        audit::{Audit, Outcome},
        migration::{Decision, Verdict},
        options::Severity,
    },
    inventory::ResourceId,
    report::{
        glance::Glance,
        headline::{Group, Headline},
        say,
    },
    rules::{CheckId, Checks},
};

/// Every figure of page one.
pub(super) struct AtAGlance;

/// The one row of it.
pub(super) fn of(audit: &Audit) -> Nested<'_> {
    records::<AtAGlance, _>(vec![Glance::of(&Headline::new(audit))])
}

impl Table for AtAGlance {
    const ROW: &'static str = "AtAGlance";
    const DOC: &'static str = "Every figure of page one.";
    type Of<'r> = &'r Glance;

    const COLUMNS: &'static [Column<Self>] = &[
        document_only("clusters", "Clusters that pass the filters.")
            .count("clusters", |row| row.clusters as u64),
        document_only("on_kubenet", "Those on kubenet, whether they have to move or are being deleted.")
            .count("clusters", |row| row.on_kubenet() as u64),
        document_only("kubenet_ends", "The day support of kubenet ends; null where no cluster is on it.")
            .maybe_date(|row| row.kubenet_ends.map(|(day, _)| day)),
        document_only("kubenet_days_left", "Days from the date of the audit to that day.")
            .maybe_signed("days", |row| row.kubenet_ends.map(|(_, days)| days)),
        document_only("ready", "Clusters on kubenet that are ready to move.")
            .count("clusters", |row| row.with(Verdict::Ready) as u64),
        document_only("ready_after_checks", "Those that are ready after checks by people.")
            .count("clusters", |row| row.with(Verdict::ReadyAfterChecks) as u64),
        document_only("needs_preparation", "Those with blockers that can be removed in place.")
            .count("clusters", |row| row.with(Verdict::NeedsPreparation) as u64),
        document_only("rebuild", "Those that have no way in place.")
            .count("clusters", |row| row.with(Verdict::Rebuild) as u64),
        document_only("unknown", "Those of which something needed could not be read.")
            .count("clusters", |row| row.with(Verdict::Unknown) as u64),
        document_only("kubenet", "What the plan comes to for the kubenet clusters.")
            .row(described::<Outcomes>, |row| joined::<Outcomes>([row.kubenet])),
        document_only("others", "What the plan comes to for the other clusters that are worth migrating.")
            .row(described::<Outcomes>, |row| joined::<Outcomes>([row.others])),
        document_only("kubenet_days_to_spare", "Days from the day the last kubenet cluster has soaked to the end of support; negative when that comes first.")
            .maybe_signed("days", |row| row.kubenet_spare),
        document_only("kubenet_by_people", "Clusters on kubenet by owner and environment, most clusters first.")
            .rows(described::<People>, |row| records::<People, _>(&row.people)),
        document_only("dated", "Clusters that move in a wave.").count("clusters", |row| row.dated() as u64),
        document_only("soaked", "The day the last of them has soaked.").maybe_date(|row| row.soaked()),
        document_only("waves", "Waves with clusters that pass the filters.")
            .count("waves", |row| row.waves as u64),
        document_only("held_back", "What holds back most kubenet clusters: the first three, and all that tie; of equals the hardest first.")
            .rows(described::<HeldBack>, |row| joined::<HeldBack>(row.held_back.iter().copied())),
        document_only("decision", "The decision that leaves most kubenet clusters without a blocker; null where none does.")
            .maybe_row(described::<Decisions>, |row| Some(joined::<Decisions>([row.decision.as_ref()?]))),
        document_only("subnets", "Subnets that clusters use.").count("subnets", |row| row.subnets.all as u64),
        document_only("subnets_full", "Those without an address left.")
            .count("subnets", |row| row.subnets.full as u64),
        document_only("subnets_nearly_full", "Those beyond a threshold that are not full.")
            .count("subnets", |row| row.subnets.nearly as u64),
        document_only("subnets_too_small_ahead", "Those with room now, into which a step ahead does not fit.")
            .count("subnets", |row| row.subnets.ahead as u64),
        document_only("subnets_unknown", "Those whose use cannot be told.")
            .count("subnets", |row| row.subnets.unknown as u64),
        document_only("subnets_tight_elsewhere", "Subnets without clusters that are full or nearly.")
            .count("subnets", |row| row.tight_elsewhere as u64),
        document_only("projected", "Subnets that could be projected.")
            .count("subnets", |row| row.projected as u64),
        document_only("upgrade_fails", "Those too small for an upgrade of one pool.")
            .count("subnets", |row| row.shortfalls.upgrade as u64),
        document_only("upgrade_all_fails", "Those too small for all pools at once, and for one large enough.")
            .count("subnets", |row| row.shortfalls.upgrade_all as u64),
        document_only("scale_max_fails", "Those too small for the autoscaler maxima.")
            .count("subnets", |row| row.shortfalls.scale_max as u64),
        document_only("subscriptions", "Subscriptions in scope.")
            .count("subscriptions", |row| row.subscriptions as u64),
        document_only("subscriptions_unread", "Those that were not read completely.")
            .count("subscriptions", |row| row.unread as u64),
        document_only("subscriptions_left_out", "Those of them that were not even tried.")
            .count("subscriptions", |row| row.left_out as u64),
        document_only("gaps", "What could not be read.").count("gaps", |row| row.gaps as u64),
        document_only("findings", "Open findings by severity, the worst first.")
            .rows(described::<Severities>, |row| joined::<Severities>(row.findings)),
        document_only("accepted", "Findings that exceptions accept.")
            .count("findings", |row| row.accepted as u64),
    ];
}

/// What the plan comes to for some clusters.
struct Outcomes;

impl Table for Outcomes {
    const ROW: &'static str = "Outcome";
    const DOC: &'static str = "What the plan comes to for some clusters.";
    type Of<'r> = Outcome;

    const COLUMNS: &'static [Column<Self>] = &[
        document_only("clusters", "How many there are.").count("clusters", |row| row.clusters as u64),
        document_only("dated", "Those that move in a wave.").count("clusters", |row| row.dated as u64),
        document_only("unsettled", "Those of them that wait for what could not be read.")
            .count("clusters", |row| row.unsettled as u64),
        document_only("late", "Those of them whose wave has not soaked by the target.")
            .count("clusters", |row| row.late as u64),
        document_only("last_move", "The day the last of them moves.").maybe_date(|row| row.last_move),
        document_only("soaked", "The day that has soaked.").maybe_date(|row| row.soaked),
        document_only("undated", "Those without a date.").count("clusters", |row| row.undated() as u64),
        document_only("new_cluster", "Those of them that need a new cluster.")
            .count("clusters", |row| row.new_cluster as u64),
        document_only("new_pools", "Those of them that need new pools.")
            .count("clusters", |row| row.new_pools as u64),
        document_only(
            "larger_subnet",
            "Those of them whose nodes, which no pool makes, need a larger subnet.",
        )
        .count("clusters", |row| row.larger_subnet as u64),
        document_only("larger_pod_cidr", "Those of them whose pod CIDR grows, which needs no wave.")
            .count("clusters", |row| row.larger_pod_cidr as u64),
        document_only("unplaced", "Those of them for which no wave has a place.")
            .count("clusters", |row| row.unplaced as u64),
        document_only("undecided", "Those of them of which nobody can say yet where to.")
            .count("clusters", |row| row.undecided as u64),
        document_only("deleting", "Those beside them that are being deleted, for which nothing is planned.")
            .count("clusters", |row| row.deleting as u64),
        document_only("in_time", "Whether each has a date, and one in time.").flag(|row| row.in_time()),
    ];
}

struct People;

impl Table for People {
    const ROW: &'static str = "KubenetOfPeople";
    const DOC: &'static str = "kubenet clusters of one owner in one environment.";
    type Of<'r> = &'r Group;

    const COLUMNS: &'static [Column<Self>] = &[
        document_only("owner", "Whose they are.").maybe_text(|row| row.owner.as_deref()),
        document_only("environment", "What they are for.").maybe_text(|row| row.environment.as_deref()),
        document_only("clusters", "How many there are.").count("clusters", |row| row.clusters as u64),
        document_only("nodes", "Nodes they should have now, as far as they are known.")
            .count("nodes", |row| row.nodes.known),
        document_only("nodes_known", "Whether those of each are known.").flag(|row| row.nodes.all_known),
        document_only(
            "nodes_scale_max",
            "Nodes with every autoscaler at its maximum, as far as they are known.",
        )
        .count("nodes", |row| row.nodes_scale_max.known),
        document_only("nodes_scale_max_known", "Whether those of each are known.")
            .flag(|row| row.nodes_scale_max.all_known),
    ];
}

struct HeldBack;

impl Table for HeldBack {
    const ROW: &'static str = "HeldBack";
    const DOC: &'static str = "A blocker, and how many kubenet clusters it holds back.";
    type Of<'r> = (CheckId, usize);

    const COLUMNS: &'static [Column<Self>] = &[
        document_only("check", "The check's id.").text(|row| row.0.as_str()),
        document_only("title", "What it asks for.").text(|row| &Checks::built_in().get(row.0).title),
        document_only("clusters", "How many it holds back.").count("clusters", |row| row.1 as u64),
    ];
}

struct Decisions;

impl Table for Decisions {
    const ROW: &'static str = "Decision";
    const DOC: &'static str = "What has to be decided, and for which clusters.";
    type Of<'r> = &'r Decision;

    const COLUMNS: &'static [Column<Self>] = &[
        document_only("what", "What has to be decided.").made(|row| say::wanted(&row).text()),
        document_only("frees", "The resource ids of clusters without a blocker afterwards.")
            .list(|row| row.frees.iter().map(ResourceId::as_str).map(Into::into).collect()),
        document_only("helps", "The resource ids of clusters of whose blockers only a part goes.")
            .list(|row| row.helps.iter().map(ResourceId::as_str).map(Into::into).collect()),
    ];
}

struct Severities;

impl Table for Severities {
    const ROW: &'static str = "FindingCount";
    const DOC: &'static str = "Open findings of one severity.";
    type Of<'r> = (Severity, usize);

    const COLUMNS: &'static [Column<Self>] = &[
        document_only("severity", "The severity.").text(|row| row.0.as_str()),
        document_only("findings", "How many there are.").count("findings", |row| row.1 as u64),
    ];
}
