use std::path::Path;

use proptest::prelude::*;

use super::{
    Format, ReportFile,
    fixture::{empty_audit, friendly_audit, hostile_audit, hostile_audit_in_another_order},
    render,
    terminal::{Style, summary},
};
use crate::{
    assess::{
        assess,
        audit::Audit,
        fixture::{SEALED, entry},
        generated::{build, cluster_specs, turned},
    },
    inventory::{CoverageEntry, ReadStatus, What},
};

fn written(file: &ReportFile<'_>) -> String {
    let mut bytes = Vec::new();
    file.write_to(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn report(audit: &Audit) -> String {
    written(
        &render(audit, &[Format::Markdown, Format::Csv]).into_iter().find(|f| f.name == "report.md").unwrap(),
    )
}

/// The lines of a page outside its fenced blocks, each fence closed by one of its own length.
fn outside_fences(page: &str) -> Vec<&str> {
    let mut fence: Option<&str> = None;
    let mut lines = Vec::new();
    for line in page.lines() {
        let marks = &line[..line.len() - line.trim_start_matches('`').len()];
        match fence {
            None if marks.len() >= 3 => fence = Some(marks),
            Some(open) if line == open => fence = None,
            None => lines.push(line),
            Some(_) => {}
        }
    }
    assert_eq!(fence, None, "a block is not closed");
    lines
}

#[test]
fn every_format_writes_its_files() {
    let audit = friendly_audit();
    let names = |formats: &[Format]| {
        render(&audit, formats).iter().map(|f| f.name.clone()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        names(&Format::ALL),
        "accepted_findings.csv audit.json audit.schema.json cidr_conflicts.csv clusters.csv consumers.csv \
         coverage.csv findings.csv fixes.csv junit.xml kubenet_exposure.csv limits.csv migration_candidates.csv \
         migration_plan.csv node_pools.csv preflight.csv report.md retirements.csv runbooks/00000000-apps-shop.md \
         runbooks/README.md runbooks/details/00000000-apps-shop.md runbooks/subscription-00000000.md subnets.csv vnets.csv"
    );
    assert_eq!(
        names(&[Format::Markdown]),
        "report.md runbooks/00000000-apps-shop.md runbooks/README.md runbooks/details/00000000-apps-shop.md \
         runbooks/subscription-00000000.md"
    );
    assert_eq!(names(&[]), "");
}

#[test]
fn the_order_of_what_came_in_leaves_no_trace() {
    let (one, other) = (hostile_audit(), hostile_audit_in_another_order());
    let (one, other) = (render(&one, &Format::ALL), render(&other, &Format::ALL));
    for (a, b) in one.iter().zip(&other) {
        assert_eq!(written(a), written(b), "{}", a.name);
    }
    assert_eq!(one.len(), other.len());
}

#[test]
fn files_are_plain_text_with_a_last_newline() {
    for audit in [hostile_audit(), empty_audit()] {
        for file in render(&audit, &Format::ALL) {
            let text = written(&file);
            assert!(!text.starts_with('\u{feff}'), "{}", file.name);
            assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{}", file.name);
            // RFC 5545 wants both characters at the end of a line.
            assert!(file.name == "migration.ics" || !text.contains('\r'), "{}", file.name);
        }
    }
}

#[test]
fn a_page_of_a_friendly_estate() {
    insta::assert_snapshot!(report(&friendly_audit()));
}

#[test]
fn a_page_of_a_hostile_estate() {
    insta::assert_snapshot!(report(&hostile_audit()));
}

#[test]
fn a_page_of_nothing_is_still_a_page() {
    insta::assert_snapshot!(report(&empty_audit()));
}

#[test]
fn no_name_acts_on_the_page() {
    let page = report(&hostile_audit());
    let hidden = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202e}' | '\u{200b}');
    assert!(!page.contains(hidden));
    for line in outside_fences(&page) {
        assert!(!line.contains('<'), "{line}");
        assert!(!line.contains('@'), "{line}");
        assert!(!line.contains("www."), "{line}");
        assert!(!line.contains("](http") || line.contains("[source](https://"), "{line}");
    }
}

#[test]
fn every_row_of_a_table_has_the_cells_of_its_header() {
    let page = report(&hostile_audit());
    let lines = outside_fences(&page);
    let cells = |line: &str| line.matches('|').count();
    let mut tables = 0;
    for block in lines.split(|line| line.is_empty()).filter(|b| b.first().is_some_and(|l| l.starts_with('|')))
    {
        tables += 1;
        assert!(block.iter().all(|line| cells(line) == cells(block[0])), "{block:#?}");
        assert!(block[1].contains("---"));
    }
    assert!(tables >= 8, "{tables}");
}

#[test]
fn charts_hold_nothing_but_plain_labels() {
    let page = report(&hostile_audit());
    let charts: Vec<_> =
        page.split("```mermaid\n").skip(1).map(|rest| rest.split("\n```").next().unwrap()).collect();
    assert_eq!(charts.len(), 3);
    for chart in charts {
        let plain = |c: char| c.is_ascii_alphanumeric() || "\"-./_ ,:[]%>+\n".contains(c);
        assert!(chart.chars().all(plain), "{chart}");
    }
}

#[test]
fn without_tables_the_page_does_not_link_to_them() {
    let audit = hostile_audit();
    let page = written(&render(&audit, &[Format::Markdown])[0]);
    assert!(!page.contains(".csv)"));
}

#[test]
fn what_was_left_out_is_named_with_the_reason() {
    let mut audit = friendly_audit();
    let state = "the subscription is in state `Deleted`, in which its resources can't be read";
    audit.coverage.entries.push(CoverageEntry {
        message: Some(state.to_owned()),
        ..entry(&format!("/subscriptions/{SEALED}"), What::Subscription, ReadStatus::Skipped, 0)
    });
    // What is optional is left out of a subscription that is read all the same.
    let own = format!("/subscriptions/{SEALED}");
    audit.coverage.entries.push(entry(&own, What::from("vpn-sites".to_owned()), ReadStatus::Skipped, 0));
    let page = report(&audit);
    assert!(
        page.contains("1 of 2 subscriptions not read completely (1 of them [left out](#left-out)), 1 gap")
    );
    let (_, section) = page.split_once("### Left out\n").unwrap();
    let row = section.lines().find(|line| line.contains("Deleted")).unwrap();
    insta::assert_snapshot!(row, @"| Sealed | subscription | the subscription is in state 'Deleted', in which its resources can't be read |");
    assert!(!report(&friendly_audit()).contains("left out"));
}

#[test]
fn the_terminal_shows_a_dozen_lines() {
    let reports = Path::new("reports/2026-11-21T02-59-16Z");
    let lines = summary(&friendly_audit(), reports, Style::Plain);
    insta::assert_snapshot!(lines, @r"
    Estate     2 clusters, 3 subnets, 1 virtual network as of 2026-11-21
    Read       1 of 2 subscriptions completely (50.0 %), 1 gap
    kubenet    1 of 2 clusters, 496 days left until 2028-03-31
    Leaving    1 unknown; none has a date
    Addresses  1 full, 0 nearly, 0 too small for a step ahead, 0 unknown, of 2 subnets that clusters use
               full     hub/aks: 251 of 251 (100.0 %), team-a, prod
    Upgrades   no subnet could be projected
    Findings   1 critical, 4 high, 3 medium, 1 low
    Note       this is part of the estate, or has gaps; narrow permissions shorten lists without an error
    Reports    reports/2026-11-21T02-59-16Z
    ");
}

#[test]
fn no_name_acts_on_the_terminal() {
    let reports = Path::new("reports/\u{1b}[31m");
    let lines = summary(&hostile_audit(), reports, Style::Plain);
    assert!(lines.lines().count() <= 13, "{lines}");
    assert!(!lines.contains(|c: char| c.is_control() && c != '\n'));
    assert!(!lines.contains('\u{202e}'));

    let colored = summary(&hostile_audit(), reports, Style::Colored);
    assert!(colored.contains("\u{1b}[31m1 critical\u{1b}[0m"), "{colored}");
    assert_eq!(anstream::adapter::strip_str(&colored).to_string(), lines, "colour adds nothing but colour");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn generated_estates_print_the_same_in_any_order(specs in cluster_specs(), by in 1usize..5) {
        let inventory = build(&specs);
        let other = turned(inventory.clone(), by);
        let options = crate::assess::fixture::options();
        let (one, other) = (assess(&inventory, &options), assess(&other, &options));
        for (a, b) in render(&one, &Format::ALL).iter().zip(&render(&other, &Format::ALL)) {
            prop_assert_eq!(written(a), written(b), "{}", a.name);
        }
    }
}
