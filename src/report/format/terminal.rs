//! What a terminal shows: the dozen lines a person reads first, and tables.

use std::{fmt::Write, path::Path};

use anstyle::{AnsiColor, Style as Ansi};
use comfy_table::{Table, presets};

use crate::{
    assess::{
        audit::{Audit, SubnetRow},
        options::Severity,
    },
    report::{
        headline::Headline,
        say,
        text::{count, days, grouped, percent, share_in_tenths, shortened},
        visible::visible,
    },
};

/// How the lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Plain text.
    Plain,
    /// With ANSI colours; every line reads as well without them.
    Colored,
}

/// Subnets named.
const SUBNETS_SHOWN: usize = 3;

/// The headline of an audit and where its reports are.
#[must_use]
pub fn summary(audit: &Audit, reports: &Path, style: Style) -> String {
    let headline = Headline::new(audit);
    let mut out = String::new();
    let header = &audit.header;
    line(
        &mut out,
        style,
        "Estate",
        &format!(
            "{}, {}, {} as of {}",
            count(audit.clusters.len(), "cluster", "clusters"),
            count(audit.subnets.len(), "subnet", "subnets"),
            count(audit.networks.len(), "virtual network", "virtual networks"),
            header.as_of
        ),
    );
    line(&mut out, style, "Read", &read(&headline));
    line(&mut out, style, "kubenet", &kubenet(audit));
    if let Some(text) = leaving(audit) {
        line(&mut out, style, "Leaving", &text);
    }
    line(&mut out, style, "Addresses", &addresses(&headline));
    for row in headline.tight_subnets().into_iter().take(SUBNETS_SHOWN) {
        line(&mut out, style, "", &subnet(&headline, row));
    }
    line(&mut out, style, "Upgrades", &upgrades(&headline));
    line(&mut out, style, "Findings", &findings(&headline, style));
    if headline.is_partial() {
        let note =
            "this is part of the estate, or has gaps; narrow permissions shorten lists without an error";
        line(&mut out, style, "Note", note);
    }
    line(&mut out, style, "Reports", &visible(&reports.display().to_string()));
    out
}

fn line(out: &mut String, style: Style, label: &str, text: &str) {
    const WIDTH: usize = 11;
    let bold = Ansi::new().bold();
    // Writing to a string cannot fail.
    let _ = match style {
        Style::Plain => writeln!(out, "{label:<WIDTH$}{text}"),
        Style::Colored => writeln!(out, "{bold}{label:<WIDTH$}{bold:#}{text}"),
    };
}

fn read(headline: &Headline<'_>) -> String {
    let header = &headline.audit.header;
    let all = header.subscriptions.len();
    let share = share_in_tenths(header.subscriptions_read as u64, all as u64);
    let share = share.map(|tenths| format!(" ({} %)", percent(tenths))).unwrap_or_default();
    let gaps = match headline.gaps().len() {
        0 => "no gaps".to_owned(),
        gaps => count(gaps, "gap", "gaps"),
    };
    let of = count(all, "subscription", "subscriptions");
    format!("{} of {of} completely{share}, {gaps}", grouped(header.subscriptions_read as u64))
}

fn kubenet(audit: &Audit) -> String {
    let all = count(audit.clusters.len(), "cluster", "clusters");
    let exposures: Vec<_> = audit.exposures().map(|(_, exposure)| exposure).collect();
    let Some(first) = exposures.first() else {
        return format!("none of {all}");
    };
    let left = if first.days_left < 0 {
        format!("unsupported for {}, since", days(first.days_left))
    } else {
        format!("{} left until", days(first.days_left))
    };
    format!("{} of {all}, {left} {}", grouped(exposures.len() as u64), first.retirement_date)
}

/// How many kubenet clusters can go, and when the last one does.
fn leaving(audit: &Audit) -> Option<String> {
    audit.leaving().next()?;
    let verdicts = audit.verdicts().into_iter().rev().filter(|(_, number)| *number > 0);
    let verdicts: Vec<_> =
        verdicts.map(|(verdict, number)| format!("{} {verdict}", grouped(number as u64))).collect();
    let outcome = audit.kubenet_outcome();
    let (dated, all) = (grouped(outcome.dated as u64), grouped(outcome.clusters as u64));
    let last = match outcome.soaked {
        None => "none has a date".to_owned(),
        Some(soaked) if outcome.in_time() => format!("all are planned to end by {soaked}, in time"),
        Some(soaked) => format!("{dated} of {all} planned to end by {soaked}, not all in time"),
    };
    Some(format!("{}; {last}", verdicts.join(", ")))
}

fn addresses(headline: &Headline<'_>) -> String {
    let counts = headline.subnet_counts(true);
    format!(
        "{} full, {} nearly, {} too small for a step ahead, {} unknown, of {} that clusters use",
        grouped(counts.full as u64),
        grouped(counts.nearly as u64),
        grouped(counts.ahead as u64),
        grouped(counts.unknown as u64),
        count(counts.all, "subnet", "subnets")
    )
}

fn upgrades(headline: &Headline<'_>) -> String {
    let counts = headline.shortfalls();
    let projected = headline.projected_subnets().len();
    match (projected, counts.upgrade + counts.upgrade_all + counts.scale_max) {
        (0, _) => return "no subnet could be projected".to_owned(),
        (1, 0) => return "fit into the one subnet that could be projected".to_owned(),
        (_, 0) => return format!("fit into every one of {}", count(projected, "subnet", "subnets")),
        _ => {}
    }
    format!(
        "fail in {}, in {} more when all pools surge at once; {} too small for autoscaler maximum",
        count(counts.upgrade, "subnet", "subnets"),
        grouped(counts.upgrade_all as u64),
        count(counts.scale_max, "subnet is", "subnets are"),
    )
}

fn subnet(headline: &Headline<'_>, row: &SubnetRow) -> String {
    let short = |text: &str| visible(&shortened(text, 40)).into_owned();
    let used = match (row.used.or(row.used_low), row.usable) {
        (Some(_), Some(_)) => say::in_use(row).text_for_people(),
        _ => "use unknown".to_owned(),
    };
    let (owners, environments) = headline.people(row);
    let people: Vec<_> = owners.iter().chain(&environments).map(|text| short(text)).collect();
    let people = if people.is_empty() { String::new() } else { format!(", {}", people.join(", ")) };
    let name = short(&Headline::resource(&row.id));
    format!("{:<9}{name}: {used}{people}", row.status.as_str())
}

fn findings(headline: &Headline<'_>, style: Style) -> String {
    let counts = headline.finding_counts().into_iter().filter(|(_, number)| *number > 0);
    let mut parts: Vec<_> = counts
        .map(|(severity, number)| painted(&format!("{} {severity}", grouped(number as u64)), severity, style))
        .collect();
    if parts.is_empty() {
        parts.push("none".to_owned());
    }
    let accepted = match headline.audit.accepted().count() {
        0 => String::new(),
        accepted => format!("; {} accepted", grouped(accepted as u64)),
    };
    parts.join(", ") + &accepted
}

fn painted(text: &str, severity: Severity, style: Style) -> String {
    let color = match severity {
        Severity::Critical | Severity::High => AnsiColor::Red,
        Severity::Medium => AnsiColor::Yellow,
        Severity::Low | Severity::Info => return text.to_owned(),
    };
    let paint = Ansi::new().fg_color(Some(color.into()));
    match style {
        Style::Plain => text.to_owned(),
        Style::Colored => format!("{paint}{text}{paint:#}"),
    }
}

/// A table without borders, with a header where there is one.
#[must_use]
pub fn table<C: AsRef<str>>(header: &[&str], rows: impl IntoIterator<Item = Vec<C>>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    if !header.is_empty() {
        table.set_header(header);
    }
    for row in rows {
        table.add_row(row.iter().map(|cell| visible(cell.as_ref())));
    }
    format!("{}\n", table.trim_fmt())
}

/// What a terminal shows of an answer, under construction. Nothing in it hides, turns or breaks a line.
#[derive(Default)]
pub(crate) struct Screen(String);

impl Screen {
    /// A line.
    pub(crate) fn line(&mut self, words: &str) {
        self.0.push_str(&visible(words));
        self.0.push('\n');
    }

    /// A line with an empty one before it.
    pub(crate) fn paragraph(&mut self, words: &str) {
        self.0.push('\n');
        self.line(words);
    }

    /// A title and a table below it; nothing where there are no rows.
    pub(crate) fn section(
        &mut self,
        title: &str,
        header: &[&str],
        rows: impl IntoIterator<Item = Vec<String>>,
    ) {
        let mut rows = rows.into_iter().peekable();
        if rows.peek().is_none() {
            return;
        }
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        self.line(title);
        self.0.push_str(&table(header, rows));
    }

    /// All of it.
    pub(crate) fn into_string(self) -> String {
        self.0
    }
}
