//! `migration.ics`: the plan as a calendar (RFC 5545), an event a wave and an event a step that needs no window.
//!
//! All events last whole days. Their ids depend on the estate and on what they are about, not on when they are: a
//! calendar that imports a later plan moves them.

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};

use crate::{
    assess::{
        audit::Audit,
        schedule::{Plan, PlannedStep, Wave},
    },
    report::{file::ReportFile, phrase::Phrase, say, text::fingerprint, visible::visible},
};

/// Octets of a content line before it is folded, without its line break (RFC 5545, section 3.1).
const LINE_OCTETS: usize = 75;

/// The calendar of an audit's plan; none when nothing is planned, because a calendar without events is not valid.
pub(crate) fn file(audit: &Audit) -> Option<ReportFile<'_>> {
    let plan = &audit.plan;
    let estate = audit.header.tenant_id.as_deref().unwrap_or(&audit.header.cloud);
    (!plan.steps.is_empty()).then(|| {
        ReportFile::new("migration.ics", move |out| {
            out.write_all(calendar(plan, estate, audit.header.collected_at).as_bytes())
        })
    })
}

/// The calendar of a plan. `estate` tells this estate from others, such as the tenant's id; `stamp` is when the facts
/// were collected.
fn calendar(plan: &Plan, estate: &str, stamp: Timestamp) -> String {
    let mut calendar = Calendar { text: String::new(), estate, stamp: utc(stamp) };
    for line in
        ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//aks-census//migration plan//EN", "CALSCALE:GREGORIAN"]
    {
        calendar.line(line);
    }
    for wave in &plan.waves {
        calendar.wave(plan, wave);
    }
    for step in plan.steps.iter().filter(|step| !step.reimages) {
        calendar.step(step);
    }
    calendar.line("END:VCALENDAR");
    calendar.text
}

struct Calendar<'a> {
    text: String,
    estate: &'a str,
    stamp: String,
}

/// What an event is about.
struct Event<'e> {
    about: &'e [&'e str],
    start: Date,
    /// The first day after it.
    end: Date,
    summary: String,
    description: Vec<String>,
}

impl Calendar<'_> {
    fn wave(&mut self, plan: &Plan, wave: &Wave) {
        let kind = if wave.rehearsal { " (rehearsal)" } else { "" };
        let count = wave.clusters.len();
        let noun = if count == 1 { "cluster" } else { "clusters" };
        let own = plan.steps.iter().filter(|step| step.reimages && step.wave == Some(wave.number));
        let mut description: Vec<_> = own.map(title).collect();
        description.push(format!("The next wave waits until {}.", wave.end));
        if wave.late {
            description.push(format!("Later than the target, {}.", plan.target));
        }
        self.event(&Event {
            about: &["wave", &wave.number.to_string()],
            start: wave.start,
            end: after(wave.start),
            summary: format!("AKS migration, wave {}{kind}: {count} {noun}", wave.number),
            description,
        });
    }

    fn step(&mut self, step: &PlannedStep) {
        let mut description = vec![step.cluster_id.to_string()];
        if !step.depends_on.is_empty() {
            let after = Phrase::joined(step.depends_on.iter().map(say::dependency), ", ").text();
            description.push(format!("After: {after}."));
        }
        description.extend(step.wave.map(|number| format!("Prepares wave {number}.")));
        self.event(&Event {
            about: &["step", &step.cluster_id.to_lower(), &step.name],
            start: step.start,
            end: step.end.max(after(step.start)),
            summary: title(step),
            description,
        });
    }

    fn event(&mut self, event: &Event<'_>) {
        let description: Vec<_> = event.description.iter().map(|line| escape(line)).collect();
        let stamp = format!("DTSTAMP:{}", self.stamp);
        let about = [self.estate].into_iter().chain(event.about.iter().copied());
        let uid = format!("UID:{:016x}@aks-census", fingerprint(about));
        self.line("BEGIN:VEVENT");
        self.line(&uid);
        self.line(&stamp);
        self.line(&format!("DTSTART;VALUE=DATE:{}", event.start.strftime("%Y%m%d")));
        self.line(&format!("DTEND;VALUE=DATE:{}", event.end.strftime("%Y%m%d")));
        self.line(&format!("SUMMARY:{}", escape(&event.summary)));
        self.line(&format!("DESCRIPTION:{}", description.join("\\n")));
        self.line("TRANSP:TRANSPARENT");
        self.line("END:VEVENT");
    }

    /// Adds a content line, folded between characters so that no part is longer than is allowed.
    fn line(&mut self, line: &str) {
        let mut octets = 0;
        for c in line.chars() {
            if octets + c.len_utf8() > LINE_OCTETS {
                self.text.push_str("\r\n ");
                octets = 1;
            }
            self.text.push(c);
            octets += c.len_utf8();
        }
        self.text.push_str("\r\n");
    }
}

fn title(step: &PlannedStep) -> String {
    format!("{}: {}", step.cluster_id.name(), say::work(step.work, &step.also).text())
}

fn after(day: Date) -> Date {
    day.saturating_add(1.day())
}

fn utc(stamp: Timestamp) -> String {
    stamp.to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// A text value (RFC 5545, section 3.3.11); what hides or breaks a line is shown first.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in visible(text).chars() {
        if matches!(c, '\\' | ';' | ',') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use proptest::prelude::*;

    use super::*;
    use crate::report::plan_fixture::{plan, plan_of};

    const ESTATE: &str = "11111111-2222-3333-4444-555555555555";

    fn stamp() -> Timestamp {
        "2026-11-21T02:59:16Z".parse().unwrap()
    }

    /// Undoes folding, as a reader does.
    fn unfold(text: &str) -> Vec<String> {
        text.replace("\r\n ", "").split("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn a_plan_becomes_events() {
        assert_snapshot!(calendar(&plan(), ESTATE, stamp()).replace("\r\n", "\n"), @r"
        BEGIN:VCALENDAR
        VERSION:2.0
        PRODID:-//aks-census//migration plan//EN
        CALSCALE:GREGORIAN
        BEGIN:VEVENT
        UID:2723b88e1980d067@aks-census
        DTSTAMP:20261121T025916Z
        DTSTART;VALUE=DATE:20261128
        DTEND;VALUE=DATE:20261129
        SUMMARY:AKS migration\, wave 1 (rehearsal): 1 cluster
        DESCRIPTION:aks-dev: Uninstall the engine\; every pool is re-imaged. Polici
         es are not enforced from then on.\naks-dev: change the IPAM mode to Azure 
         CNI Overlay\nThe next wave waits until 2026-12-05.
        TRANSP:TRANSPARENT
        END:VEVENT
        BEGIN:VEVENT
        UID:2719868e197826ec@aks-census
        DTSTAMP:20261121T025916Z
        DTSTART;VALUE=DATE:20261205
        DTEND;VALUE=DATE:20261206
        SUMMARY:AKS migration\, wave 2: 1 cluster
        DESCRIPTION:aks-prod: Uninstall the engine\; every pool is re-imaged. Polic
         ies are not enforced from then on.\naks-prod: change the IPAM mode to Azur
         e CNI Overlay\nThe next wave waits until 2026-12-12.
        TRANSP:TRANSPARENT
        END:VEVENT
        BEGIN:VEVENT
        UID:82e85362b86ee206@aks-census
        DTSTAMP:20261121T025916Z
        DTSTART;VALUE=DATE:20261121
        DTEND;VALUE=DATE:20261122
        SUMMARY:aks-dev: Create an identity\, give it rights on subnets and route t
         able\, assign it\, and wait until tokens have been renewed.
        DESCRIPTION:/subscriptions/aaaaaaaa-0000-4000-8000-000000000001/resourceGro
         ups/rg-aks/providers/Microsoft.ContainerService/managedClusters/aks-dev\nP
         repares wave 1.
        TRANSP:TRANSPARENT
        END:VEVENT
        BEGIN:VEVENT
        UID:6c6dccd6a968293e@aks-census
        DTSTAMP:20261121T025916Z
        DTSTART;VALUE=DATE:20261127
        DTEND;VALUE=DATE:20261128
        SUMMARY:aks-prod: Create an identity\, give it rights on subnets and route 
         table\, assign it\, and wait until tokens have been renewed.
        DESCRIPTION:/subscriptions/aaaaaaaa-0000-4000-8000-000000000001/resourceGro
         ups/rg-aks/providers/Microsoft.ContainerService/managedClusters/aks-prod\n
         Prepares wave 2.
        TRANSP:TRANSPARENT
        END:VEVENT
        END:VCALENDAR
        ");
    }

    #[test]
    fn ids_stay_when_dates_move() {
        let uids = |text: &str| -> Vec<String> {
            unfold(text).into_iter().filter(|line| line.starts_with("UID:")).collect()
        };
        let mut later = plan();
        for step in &mut later.steps {
            (step.start, step.end) = (after(step.start), after(step.end));
        }
        for wave in &mut later.waves {
            wave.start = after(wave.start);
        }
        let before = uids(&calendar(&plan(), ESTATE, stamp()));
        assert_eq!(before, uids(&calendar(&later, ESTATE, stamp())));
        assert_ne!(before, uids(&calendar(&plan(), "another estate", stamp())));
        let distinct: std::collections::BTreeSet<_> = before.iter().collect();
        assert_eq!(distinct.len(), before.len());
    }

    proptest! {
        #[test]
        fn no_name_leaves_its_line(name in "[^/]{1,60}|[\\r\\n;:,\\\\A-Z ]{1,30}") {
            let text = calendar(&plan_of(&name), ESTATE, stamp());
            prop_assert!(text.ends_with("END:VCALENDAR\r\n"));
            prop_assert!(text.split("\r\n").all(|line| line.len() <= LINE_OCTETS));
            prop_assert!(!text.replace("\r\n", "").contains(['\r', '\n']));
            let lines = unfold(&text);
            let count = |begin: &str| lines.iter().filter(|line| line.as_str() == begin).count();
            prop_assert_eq!(count("BEGIN:VEVENT"), 3);
            prop_assert_eq!(count("END:VEVENT"), 3);
            let known = ["BEGIN:", "END:", "VERSION:", "PRODID:", "CALSCALE:", "UID:", "DTSTAMP:", "DTSTART;",
                "DTEND;", "SUMMARY:", "DESCRIPTION:", "TRANSP:"];
            let strange = lines.iter().find(|l| !l.is_empty() && !known.iter().any(|k| l.starts_with(k)));
            prop_assert_eq!(strange, None);
        }
    }
}
