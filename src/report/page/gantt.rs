//! The plan as a chart.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::block::{Gantt, Mark, Span};
use crate::{
    assess::schedule::{Plan, PlannedStep, Wave},
    report::phrase::Inline,
    words,
};

/// Up to so many clusters each has a bar of its own; above, each wave has.
const MOST_CLUSTERS: usize = 40;

/// The chart; none when nothing moves.
pub(crate) fn gantt(plan: &Plan) -> Option<Gantt> {
    if plan.waves.is_empty() {
        return None;
    }
    let clusters: usize = plan.waves.iter().map(|wave| wave.clusters.len()).sum();
    let sections = if clusters <= MOST_CLUSTERS {
        plan.waves.iter().map(|wave| (title(wave), detailed(plan, wave))).collect()
    } else {
        vec![("Preparation".to_owned(), preparation(plan)), ("Waves".to_owned(), waves(plan))]
    };
    let dates = vec![("target", plan.target), ("support ends", plan.deadline)];
    Some(Gantt { title: "Migration waves", sections, dates })
}

/// What prepares a wave, then its clusters until they have soaked. A label begins with the name of the step, which is
/// ours: one that began with a cluster's name could be a word of the chart's language, such as `click`.
fn detailed(plan: &Plan, wave: &Wave) -> Vec<Span> {
    let own = || plan.steps.iter().filter(|step| step.wave == Some(wave.number));
    let steps = own().filter(|step| !step.reimages).map(|step| {
        let label = Inline::Name(format!("{} {}", step.name, step.cluster_id.name()));
        Span { label, mark: Mark::Plain, start: step.start, end: step.end }
    });
    let clusters = wave.clusters.iter().map(|cluster| {
        let done: Vec<_> =
            own().filter(|s| s.reimages && s.cluster_id == *cluster).map(|s| s.name.as_str()).collect();
        let label = Inline::Name(format!("{} {}", done.join("/"), cluster.name()));
        Span { label, mark: mark(wave), start: wave.start, end: wave.end }
    });
    steps.chain(clusters).collect()
}

/// One bar for all that prepares a wave.
fn preparation(plan: &Plan) -> Vec<Span> {
    let mut before: BTreeMap<u32, (Date, Date, usize)> = BTreeMap::new();
    let preparing = |step: &&PlannedStep| !step.reimages;
    for step in plan.steps.iter().filter(preparing) {
        let Some(number) = step.wave else { continue };
        let span = before.entry(number).or_insert((step.start, step.end, 0));
        *span = (span.0.min(step.start), span.1.max(step.end), span.2 + 1);
    }
    let span = |(number, (start, end, steps))| {
        let label = format!("for wave {number} - {}", words::counted(steps, "step", "steps"));
        Span { label: Inline::Text(label), mark: Mark::Plain, start, end }
    };
    before.into_iter().map(span).collect()
}

/// One bar a wave.
fn waves(plan: &Plan) -> Vec<Span> {
    let span = |wave: &Wave| {
        let clusters = words::counted(wave.clusters.len() as u64, "cluster", "clusters");
        let label = Inline::Text(format!("{} - {clusters}", title(wave)));
        Span { label, mark: mark(wave), start: wave.start, end: wave.end }
    };
    plan.waves.iter().map(span).collect()
}

fn title(wave: &Wave) -> String {
    let kind = if wave.rehearsal { " (rehearsal)" } else { "" };
    format!("Wave {}{kind}", wave.number)
}

fn mark(wave: &Wave) -> Mark {
    match (wave.late, wave.rehearsal) {
        (true, _) => Mark::Late,
        (false, true) => Mark::Rehearsal,
        (false, false) => Mark::Plain,
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use proptest::prelude::*;

    use super::*;
    use crate::report::{
        format::markdown::chart_lines,
        page::Chart,
        plan_fixture::{large_plan, plan, plan_of},
    };

    fn lines(plan: &Plan) -> Vec<String> {
        chart_lines(&Chart::Gantt(gantt(plan).unwrap()))
    }

    #[test]
    fn a_small_plan_shows_every_cluster() {
        assert_snapshot!(lines(&plan()).join("\n"), @r"
        gantt
            title Migration waves
            dateFormat YYYY-MM-DD
            axisFormat %Y-%m-%d
            todayMarker off
            section Wave 1 (rehearsal)
            identity aks-dev :2026-11-21, 2026-11-22
            policy-none/overlay aks-dev :active, 2026-11-28, 2026-12-05
            section Wave 2
            identity aks-prod :2026-11-27, 2026-11-28
            policy-none/overlay aks-prod :2026-12-05, 2026-12-12
            section Dates
            target 2028-01-01 :milestone, 2028-01-01, 0d
            support ends 2028-03-31 :milestone, 2028-03-31, 0d
        ");
    }

    #[test]
    fn a_large_plan_shows_its_waves() {
        let lines = lines(&large_plan());
        assert!(lines.len() < 40, "{}", lines.len());
        assert_snapshot!(lines[..12].join("\n"), @r"
        gantt
            title Migration waves
            dateFormat YYYY-MM-DD
            axisFormat %Y-%m-%d
            todayMarker off
            section Preparation
            for wave 1 - 1 step :2026-11-21, 2026-11-22
            for wave 2 - 10 steps :2026-11-27, 2026-11-28
            for wave 3 - 10 steps :2026-12-04, 2026-12-05
            for wave 4 - 10 steps :2026-12-11, 2026-12-12
            for wave 5 - 10 steps :2026-12-18, 2026-12-19
            for wave 6 - 10 steps :2026-12-25, 2026-12-26
        ");
    }

    #[test]
    fn nothing_to_move_is_no_chart() {
        let empty = Plan { waves: Vec::new(), ..plan() };
        assert!(gantt(&empty).is_none());
    }

    proptest! {
        #[test]
        fn no_name_becomes_a_statement(name in "[^/]{1,60}|[:;#%\\n,]{1,8}|(click|section|end|title) .{0,9}") {
            let of = lines(&plan_of(&name));
            prop_assert_eq!(of.len(), lines(&plan_of("plain")).len());
            for line in &of[5..] {
                let is_section = line.starts_with("    section ");
                prop_assert!(is_section || line.matches(':').count() == 1, "{}", line);
                let plain = |c: char| c.is_ascii_alphanumeric() || " -./_:,()".contains(c);
                prop_assert!(line.chars().all(plain), "{}", line);
            }
        }
    }
}
