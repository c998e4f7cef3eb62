//! The plan: waves with dates, what holds them, and who has no place.

use super::{
    Report,
    block::{Chart, Page},
    figure,
    gantt::gantt,
    leaving::elsewhere,
};
use crate::{
    assess::schedule::{Fit, Plan, Unplaced, Wave},
    inventory::ResourceId,
    report::{
        phrase::{Phrase, names, prose},
        say,
        text::{count, days},
    },
};

const WAVES_SHOWN: usize = 60;
const CLUSTERS_SHOWN: usize = 50;

pub(super) fn write(page: &mut Page, report: &Report<'_>) {
    let plan = &report.audit.plan;
    if plan.waves.is_empty() && plan.unplaced.is_empty() && report.audit.elsewhere().next().is_none() {
        return;
    }
    page.heading(2, "Migration waves");
    page.paragraph(format!("{} Support of kubenet ends on {}.", when(plan), plan.deadline));
    if !plan.notes.is_empty() {
        page.list(plan.notes.iter().map(|note| prose(&say::plan_note(note).text())));
    }
    if !plan.bindings.is_empty() {
        page.paragraph("What holds it, what helps most first:");
        let line = |b: &crate::assess::schedule::Binding| match b.days_over_without {
            0 => format!("without {} it would fit", say::constraint(b.constraint)),
            over => {
                format!("without {} it would still be {} late", say::constraint(b.constraint), days(over))
            }
        };
        page.list(plan.bindings.iter().map(line));
    }
    if let Some(chart) = gantt(plan) {
        page.chart(Chart::Gantt(chart));
    }
    table(page, report);
    left_out(page, report);
}

fn when(plan: &Plan) -> String {
    let (Some(finish), Some(margin)) = (plan.finish, plan.margin_days) else {
        return "Nothing can be planned.".to_owned();
    };
    let target = plan.target;
    let when = match (plan.days_over(), plan.fit) {
        (0, _) => {
            format!("What can be planned is done by {finish}, {} before the target, {target}.", days(margin))
        }
        (over, Fit::Impossible) => {
            format!(
                "It cannot fit: the last wave ends on {finish}, {} after the target, {target}.",
                days(over)
            )
        }
        (over, _) => format!(
            "No plan that fits was found: the last wave ends on {finish}, {} after the target, {target}.",
            days(over)
        ),
    };
    let without = |number: usize, what: String| if number == 0 { String::new() } else { what };
    let (unplaced, undated) = (plan.unplaced.len(), plan.undated.len());
    let unplaced = without(
        unplaced,
        format!(" {} no place in any wave; see below.", count(unplaced, "cluster finds", "clusters find")),
    );
    let undated = without(
        undated,
        format!(" {} no date.", count(undated, "kubenet cluster has", "kubenet clusters have")),
    );
    when + &unplaced + &undated
}

fn table(page: &mut Page, report: &Report<'_>) {
    let waves = &report.audit.plan.waves;
    let of = |wave: &Wave| {
        let clusters: Vec<_> = wave.clusters.iter().map(ResourceId::name).collect();
        let kind = match (wave.rehearsal, wave.late) {
            (true, _) => "rehearsal",
            (false, true) => "late",
            (false, false) => "–",
        };
        vec![
            figure(Some(wave.number.into())),
            Phrase::ours(wave.start.to_string()),
            Phrase::ours(wave.end.to_string()),
            figure(Some(clusters.len() as u64)),
            names(&clusters),
            Phrase::ours(kind),
        ]
    };
    let rows: Vec<_> = waves.iter().take(WAVES_SHOWN).map(of).collect();
    let columns = "> Wave | Window | Soaked | > Clusters | Which | Note";
    report.table(page, columns, rows, (waves.len(), "migration_plan.csv"));
}

fn left_out(page: &mut Page, report: &Report<'_>) {
    let audit = report.audit;
    let is_shown = |one: &&Unplaced| audit.cluster(&one.cluster_id).is_some();
    let unplaced = audit
        .plan
        .unplaced
        .iter()
        .filter(is_shown)
        .map(|one| (&one.cluster_id, prose(&say::unplaced(&one.reason).text_for_people())));
    let elsewhere = elsewhere(report).into_iter().flat_map(|(way, ids)| {
        ids.into_iter().map(move |id| (id, Phrase::ours(format!("needs no wave: {way}; see its runbook"))))
    });
    let all = audit.plan.unplaced.iter().filter(is_shown).count() + audit.elsewhere().count();
    let rows: Vec<_> = unplaced
        .chain(elsewhere)
        .take(CLUSTERS_SHOWN)
        .map(|(id, why)| vec![report.linked(id), why])
        .collect();
    if rows.is_empty() {
        return;
    }
    page.heading(3, "Clusters without a place in the waves");
    if !audit.plan.unplaced.is_empty() {
        page.paragraph(
            "Where surge nodes do not fit, a smaller `maxSurge` or room in the subnet brings a cluster into the waves: the fixes stand in \
             its runbook and under [Room to upgrade and to grow](#room-to-upgrade-and-to-grow).",
        );
    }
    let columns = "Cluster | Why";
    report.table(page, columns, rows, (all, "migration_candidates.csv"));
}
