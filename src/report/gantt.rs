//! The plan as a Mermaid chart for `report.md`.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::markdown::escape::chart_label;
use crate::{
    assess::schedule::{Plan, PlannedStep, Wave},
    words,
};

/// Up to so many clusters each has a bar of its own; above, each wave has.
const MOST_CLUSTERS: usize = 40;

/// The lines of the chart, without a fence; none when nothing moves.
#[must_use]
pub fn gantt(plan: &Plan) -> Vec<String> {
    if plan.waves.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![
        "gantt".to_owned(),
        "    title Migration waves".to_owned(),
        "    dateFormat YYYY-MM-DD".to_owned(),
        "    axisFormat %Y-%m-%d".to_owned(),
        "    todayMarker off".to_owned(),
    ];
    let clusters: usize = plan.waves.iter().map(|wave| wave.clusters.len()).sum();
    if clusters <= MOST_CLUSTERS {
        plan.waves.iter().for_each(|wave| detailed(plan, wave, &mut lines));
    } else {
        summary(plan, &mut lines);
    }
    lines.push("    section Dates".to_owned());
    lines.push(milestone("target", plan.target));
    lines.push(milestone("support ends", plan.deadline));
    lines
}

/// A section a wave: what prepares it, then its clusters until they have soaked. A label begins with the name of the
/// step, which is ours: one that began with a cluster's name could be a word of the chart's language, such as `click`.
fn detailed(plan: &Plan, wave: &Wave, lines: &mut Vec<String>) {
    lines.push(format!("    section {}", title(wave)));
    let own = || plan.steps.iter().filter(|step| step.wave == Some(wave.number));
    for step in own().filter(|step| !step.reimages) {
        let label = chart_label(&format!("{} {}", step.name, step.cluster_id.name()));
        lines.push(bar(&label, "", step.start, step.end));
    }
    for cluster in &wave.clusters {
        let done: Vec<_> =
            own().filter(|s| s.reimages && s.cluster_id == *cluster).map(|s| s.name.as_str()).collect();
        let label = chart_label(&format!("{} {}", done.join("/"), cluster.name()));
        lines.push(bar(&label, mark(wave), wave.start, wave.end));
    }
}

/// One bar a wave, and one for all that prepares it.
fn summary(plan: &Plan, lines: &mut Vec<String>) {
    let mut before: BTreeMap<u32, (Date, Date, usize)> = BTreeMap::new();
    let preparing = |step: &&PlannedStep| !step.reimages;
    for step in plan.steps.iter().filter(preparing) {
        let Some(number) = step.wave else { continue };
        let span = before.entry(number).or_insert((step.start, step.end, 0));
        *span = (span.0.min(step.start), span.1.max(step.end), span.2 + 1);
    }
    lines.push("    section Preparation".to_owned());
    for (number, (start, end, steps)) in before {
        lines.push(bar(
            &format!("for wave {number} - {}", words::counted(steps, "step", "steps")),
            "",
            start,
            end,
        ));
    }
    lines.push("    section Waves".to_owned());
    for wave in &plan.waves {
        let label = format!(
            "{} - {}",
            title(wave),
            words::counted(wave.clusters.len() as u64, "cluster", "clusters")
        );
        lines.push(bar(&label, mark(wave), wave.start, wave.end));
    }
}

fn title(wave: &Wave) -> String {
    let kind = if wave.rehearsal { " (rehearsal)" } else { "" };
    format!("Wave {}{kind}", wave.number)
}

fn mark(wave: &Wave) -> &'static str {
    match (wave.late, wave.rehearsal) {
        (true, _) => "crit, ",
        (false, true) => "active, ",
        (false, false) => "",
    }
}

/// A bar of at least a day: Mermaid draws none that ends where it begins.
fn bar(label: &str, mark: &str, start: Date, end: Date) -> String {
    let label = if label.is_empty() { "_" } else { label };
    let end = end.max(start.tomorrow().unwrap_or(start));
    format!("    {label} :{mark}{start}, {end}")
}

fn milestone(label: &str, day: Date) -> String {
    format!("    {label} {day} :milestone, {day}, 0d")
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use proptest::prelude::*;

    use super::*;
    use crate::report::plan_fixture::{large_plan, plan, plan_of};

    #[test]
    fn a_small_plan_shows_every_cluster() {
        assert_snapshot!(gantt(&plan()).join("\n"), @r"
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
        let lines = gantt(&large_plan());
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
        assert!(gantt(&empty).is_empty());
    }

    proptest! {
        #[test]
        fn no_name_becomes_a_statement(name in "[^/]{1,60}|[:;#%\\n,]{1,8}|(click|section|end|title) .{0,9}") {
            let lines = gantt(&plan_of(&name));
            prop_assert_eq!(lines.len(), gantt(&plan_of("plain")).len());
            for line in &lines[5..] {
                let is_section = line.starts_with("    section ");
                prop_assert!(is_section || line.matches(':').count() == 1, "{}", line);
                let plain = |c: char| c.is_ascii_alphanumeric() || " -./_:,()".contains(c);
                prop_assert!(line.chars().all(plain), "{}", line);
            }
        }
    }
}
