//! The manager's page: how many, how long, where, whose, and what was not seen.

use super::{Report, block::Page, coverage::gap_rows, figure, leaving, long_date, room::bound, sum};
use crate::{
    assess::{
        audit::{SubnetRow, SubnetStatus},
        outlook::Scenario,
    },
    inventory::ResourceId,
    report::{
        glance::Glance,
        headline::{Group, Headline},
        phrase::{Phrase, maybe, name, names},
        say,
        text::{count, days, grouped},
    },
};

const GROUPS_SHOWN: usize = 15;
const SUBNETS_SHOWN: usize = 15;
const GAPS_SHOWN: usize = 10;

pub(super) fn write(page: &mut Page, report: &Report<'_>) {
    page.heading(2, "At a glance");
    let glance = &report.glance;
    let mut lines = vec![Phrase::from(kubenet(glance))];
    lines.extend(leaving::lines(report));
    lines.extend([subnets(glance), room(glance), reading(glance), findings(glance)].map(Phrase::from));
    page.list(lines);
    people(page, report);
    tight(page, report);
    not_seen(page, report);
}

fn kubenet(glance: &Glance) -> String {
    let all = count(glance.clusters, "cluster", "clusters");
    let Some((ends, days_left)) = glance.kubenet_ends else {
        return format!("**No kubenet:** none of {all} runs on it.");
    };
    let exposed = glance.on_kubenet();
    let verb = if exposed == 1 { "runs" } else { "run" };
    let date = long_date(ends);
    let left = match days_left {
        0 => format!("Support ends today, on {date}."),
        left if left < 0 => format!("Support ended on {date}, {} ago.", days(left)),
        left => format!("Support ends on {date}, in **{}**.", days(left)),
    };
    format!("**kubenet:** {} of {all} still {verb} on it. {left}", grouped(exposed as u64))
}

fn subnets(glance: &Glance) -> String {
    let here = &glance.subnets;
    let ahead = match here.ahead {
        0 => String::new(),
        1 => "; 1 more has room, and a step ahead does not fit".to_owned(),
        n => format!("; {} more have room, and a step ahead does not fit", grouped(n as u64)),
    };
    let unknown = match here.unknown {
        0 => String::new(),
        n => format!(" The use of {} cannot be told.", grouped(n as u64)),
    };
    let elsewhere = match glance.tight_elsewhere {
        0 => String::new(),
        1 => " Outside AKS, 1 more subnet is full or nearly.".to_owned(),
        n => format!(" Outside AKS, {} more are full or nearly.", grouped(n as u64)),
    };
    format!(
        "**Addresses:** of {} that clusters use, {} full and {} nearly{ahead}.{unknown}{elsewhere}",
        count(here.all, "subnet", "subnets"),
        are(here.full),
        grouped(here.nearly as u64)
    )
}

fn room(glance: &Glance) -> String {
    let short = &glance.shortfalls;
    if glance.projected == 0 {
        return "**Upgrades:** no subnet could be projected.".to_owned();
    }
    format!(
        "**Upgrades:** of {} that could be projected, {} too small for an upgrade of one pool, {} more for all pools at \
         once, and {} for the autoscaler maxima. Each has a fix under [Room to upgrade and to \
         grow](#room-to-upgrade-and-to-grow).",
        count(glance.projected, "subnet", "subnets"),
        are(short.upgrade),
        grouped(short.upgrade_all as u64),
        grouped(short.scale_max as u64)
    )
}

fn are(number: usize) -> String {
    format!("{} {}", grouped(number as u64), if number == 1 { "is" } else { "are" })
}

fn reading(glance: &Glance) -> String {
    if glance.gaps == 0 && glance.unread == 0 {
        return "**Not seen:** nothing that was asked for failed to be read.".to_owned();
    }
    let of = count(glance.subscriptions, "subscription", "subscriptions");
    let left_out = match glance.left_out {
        0 => String::new(),
        number => format!(" ({} of them [left out](#left-out))", grouped(number as u64)),
    };
    format!(
        "**Not seen:** {} of {of} not read completely{left_out}, {} in all. \
         What lies behind is missing from every figure here.",
        grouped(glance.unread as u64),
        count(glance.gaps, "gap", "gaps")
    )
}

fn findings(glance: &Glance) -> String {
    let counts: Vec<_> = glance
        .findings
        .iter()
        .filter(|(_, number)| *number > 0)
        .map(|(severity, number)| format!("{} {severity}", grouped(*number as u64)))
        .collect();
    let open = if counts.is_empty() { "none".to_owned() } else { counts.join(", ") };
    match glance.accepted {
        0 => format!("**Findings:** {open}."),
        accepted => format!("**Findings:** {open}; {} accepted by exceptions.", grouped(accepted as u64)),
    }
}

fn people(page: &mut Page, report: &Report<'_>) {
    let groups = &report.glance.people;
    if groups.is_empty() {
        return;
    }
    page.heading(3, "kubenet clusters by owner and environment");
    let row = |group: &Group| {
        vec![
            maybe(group.owner.as_deref()),
            maybe(group.environment.as_deref()),
            figure(Some(group.clusters as u64)),
            sum(group.nodes),
            sum(group.nodes_scale_max),
        ]
    };
    let rows: Vec<_> = groups.iter().take(GROUPS_SHOWN).map(row).collect();
    let columns = "Owner | Environment | > Clusters | > Nodes now | > Nodes at autoscaler maximum";
    report.table(page, columns, rows, (groups.len(), "kubenet_exposure.csv"));
}

fn tight(page: &mut Page, report: &Report<'_>) {
    let subnets = report.headline.tight_subnets();
    if subnets.is_empty() {
        return;
    }
    page.heading(3, "Subnets that are full or nearly");
    let rows: Vec<_> = subnets.iter().take(SUBNETS_SHOWN).map(|row| tight_row(report, row)).collect();
    let columns = "Subnet | Subscription | Status | > In use | Owner | Environment | Clusters | Why";
    report.table(page, columns, rows, (subnets.len(), "subnets.csv"));
}

fn tight_row(report: &Report<'_>, row: &SubnetRow) -> Vec<Phrase> {
    let (owners, environments) = report.headline.people(row);
    let clusters: Vec<_> = row.clusters.iter().map(ResourceId::name).collect();
    vec![
        name(&Headline::resource(&row.id)),
        name(&report.headline.subscription(&row.id)),
        Phrase::ours(row.status.as_str()),
        say::in_use(row),
        names(&owners),
        names(&environments),
        names(&clusters),
        why(row),
    ]
}

/// Why a subnet is tight, in few words: the smallest step that fails, and the largest. `subnets.csv` has all reasons.
fn why(row: &SubnetRow) -> Phrase {
    let fails = |step: &Scenario| row.fails(*step);
    let words = |step: Scenario| {
        let what = match step {
            Scenario::Now => "now",
            Scenario::Upgrade => "for an upgrade of one pool",
            Scenario::UpgradeAll => "for an upgrade of all pools at once",
            Scenario::ScaleMax => "at autoscaler maximum",
            Scenario::ScaleMaxUpgrade => "for an upgrade at autoscaler maximum",
        };
        row.left(step).map(|left| format!("{} short {what}", grouped(left.unsigned_abs())))
    };
    let smallest = Scenario::AHEAD.iter().find(|step| fails(step));
    let largest = Scenario::AHEAD
        .iter()
        .rfind(|step| fails(step) && row.left(**step) < smallest.and_then(|s| row.left(*s)));
    let steps: Vec<_> = smallest.into_iter().chain(largest).filter_map(|step| words(*step)).collect();
    let full = (row.status == SubnetStatus::Full).then(|| "no address is left".to_owned());
    let all: Vec<_> = full.into_iter().chain(steps).collect();
    let bound = if all.is_empty() { "" } else { bound(row) };
    Phrase::ours(if all.is_empty() { "the threshold is reached".to_owned() } else { all.join("; ") + bound })
}

fn not_seen(page: &mut Page, report: &Report<'_>) {
    let gaps = report.headline.gaps();
    if gaps.is_empty() {
        return;
    }
    page.heading(3, "What was not seen");
    let rows: Vec<_> = gap_rows(report, gaps.iter().take(GAPS_SHOWN).copied());
    let columns = "Where | What | How | Next step";
    let shown = page.table(columns, rows);
    if gaps.len() > shown {
        let more = grouped((gaps.len() - shown) as u64);
        page.paragraph(format!("… and {more} more under [Coverage](#coverage)."));
    }
}
