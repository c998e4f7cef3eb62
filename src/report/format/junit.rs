//! `junit.xml`: findings as test results, for pipelines that show those. A suite a rule; a case that fails a finding, one
//! that is skipped a finding that was accepted, one that passes a rule that found nothing.
//!
//! The elements and attributes are those that readers agree on: <https://github.com/testmoapp/junitxml>

use std::io::{self, Write};

use crate::{
    assess::audit::{Audit, Finding},
    report::{Wanted, file::ReportFile, say, visible::visible},
    rules::{Catalogue, FindingId},
};

/// The one file.
pub(crate) fn files<'a>(audit: &'a Audit, _: Wanted<'_>) -> Vec<ReportFile<'a>> {
    vec![ReportFile::new("junit.xml", move |out| write(out, audit))]
}

fn write(out: &mut dyn Write, audit: &Audit) -> io::Result<()> {
    let all: Vec<&Finding> = audit.findings.iter().collect();
    let (failures, skipped) = counts(&all);
    let clean = FindingId::ALL.iter().filter(|id| all.iter().all(|finding| finding.rule_id != **id)).count();
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    let tests = all.len() + clean;
    writeln!(
        out,
        "<testsuites name=\"aks-census\" tests=\"{tests}\" failures=\"{failures}\" skipped=\"{skipped}\">"
    )?;
    for id in FindingId::ALL {
        let found: Vec<&Finding> = all.iter().copied().filter(|finding| finding.rule_id == *id).collect();
        suite(out, *id, &found)?;
    }
    writeln!(out, "</testsuites>")
}

fn suite(out: &mut dyn Write, id: FindingId, found: &[&Finding]) -> io::Result<()> {
    let (failures, skipped) = counts(found);
    let (tests, name) = (found.len().max(1), id.as_str());
    writeln!(
        out,
        "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" skipped=\"{skipped}\">"
    )?;
    if found.is_empty() {
        let title = escaped(&Catalogue::built_in().finding(id).title);
        writeln!(out, "    <testcase classname=\"{name}\" name=\"nothing found: {title}\"/>")?;
    }
    for finding in found {
        let resource = escaped(&finding.resource_id);
        let of = finding.retirement_id.map_or_else(String::new, |id| format!(" ({id})"));
        writeln!(out, "    <testcase classname=\"{name}\" name=\"{resource}{of}\">")?;
        outcome(out, finding)?;
        writeln!(out, "    </testcase>")?;
    }
    writeln!(out, "  </testsuite>")
}

fn outcome(out: &mut dyn Write, finding: &Finding) -> io::Result<()> {
    if let Some(exception) = &finding.accepted {
        return writeln!(out, "      <skipped message=\"accepted: {}\"/>", escaped(&exception.reason));
    }
    let (title, severity) = (escaped(&say::title(finding)), finding.severity.as_str());
    let (detail, remedy) = (say::detail(finding).text(), say::remedy(finding).text());
    writeln!(out, "      <failure message=\"{title}\" type=\"{severity}\">{}", escaped(&detail))?;
    writeln!(out, "{}</failure>", escaped(&remedy))
}

/// How many fail, and how many are accepted.
fn counts(findings: &[&Finding]) -> (usize, usize) {
    let accepted = findings.iter().filter(|finding| finding.accepted.is_some()).count();
    (findings.len() - accepted, accepted)
}

/// A text for an attribute in double quotes or between elements, without characters that no XML may hold.
/// <https://www.w3.org/TR/xml/#charsets>
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in visible(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => escaped.extend(c.escape_unicode()),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::{empty_audit, friendly_audit, hostile_audit};

    fn written(audit: &Audit) -> String {
        let mut bytes = Vec::new();
        write(&mut bytes, audit).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    /// The elements of a document, and whether each is closed where it must be.
    fn elements(document: &str) -> Vec<&str> {
        let (mut open, mut seen) = (Vec::new(), Vec::new());
        for tag in document.split('<').skip(2) {
            let (tag, text) = tag.split_once('>').expect("a tag ends");
            assert!(!text.contains('\u{1b}'), "{text:?}");
            assert!(text.split('&').skip(1).all(|rest| rest.split_once(';').is_some()), "{text:?}");
            let name = tag.split([' ', '/']).find(|part| !part.is_empty()).unwrap();
            if tag.starts_with('/') {
                assert_eq!(open.pop(), Some(name), "{tag}");
                continue;
            }
            assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
            seen.push(name);
            if !tag.ends_with('/') {
                open.push(name);
            }
        }
        assert!(open.is_empty(), "{open:?}");
        seen
    }

    #[test]
    fn each_finding_is_a_case_and_each_rule_without_one_passes() {
        for audit in [friendly_audit(), hostile_audit(), empty_audit()] {
            let document = written(&audit);
            let seen = elements(&document);
            let count = |name| seen.iter().filter(|element| **element == name).count();
            assert_eq!(count("failure"), audit.open().count());
            assert_eq!(count("skipped"), audit.accepted().count());
            assert_eq!(count("testsuite"), FindingId::ALL.len());
            assert!(document.contains(&format!("tests=\"{}\"", count("testcase"))), "{document}");
            assert!(count("testcase") >= FindingId::ALL.len());
        }
    }

    #[test]
    fn a_case_of_a_retirement_names_it() {
        let audit = friendly_audit();
        let document = written(&audit);
        let retired: Vec<_> = audit.open().filter(|one| one.retirement_id.is_some()).collect();
        assert!(!retired.is_empty());
        for one in retired {
            let name = format!("name=\"{} ({})\"", one.resource_id, one.retirement_id.unwrap());
            assert!(document.contains(&name), "{name}");
        }
    }

    #[test]
    fn no_name_closes_an_element_or_an_attribute() {
        assert_eq!(escaped("a&b<c>\"d'\u{1b}[1m\u{ffff}"), "a&amp;b&lt;c&gt;&quot;d'\\u{1b}[1m\\u{ffff}");
        assert_eq!(escaped("]]>"), "]]&gt;");
    }
}
