//! The catalogue: facts as data, each with its source and the day it was checked.
//!
//! What Microsoft may change (dates, limits) and what people read (titles, reasons, remedies) stands in `rules/*.toml`.
//! What decides stands in code, where the compiler sees it. Numbers are
//! constants beside the arithmetic, and listed here. This room knows no inventory and no clock.

mod checks;
mod choices;
mod entry;
mod ids;
mod minor;
mod os_sku;
mod reading;
mod reasons;
mod rehearsed;
mod retirement;
mod series;
mod versions;

use std::{collections::BTreeMap, sync::LazyLock};

use jiff::civil::Date;

pub use crate::grade::{Confidence, Severity};
use crate::ipam::limits::{self, Limit};
pub use checks::{About, AppliesTo, CheckId, CheckRule, CheckScope, CheckSeverity, Checks, Visibility};
pub use choices::{OVER_PROVISIONED_SHARE, RULES_AGE_DAYS, SOURCE_AGE_DAYS};
pub use entry::{FindingId, FindingRule};
pub use minor::{InvalidVersion, Minor, SMALLER_SURGE_FROM};
pub use os_sku::{OsSku, OsSkuBounds};
pub use reading::{OldSources, Reading};
pub use reasons::{Reason, Reasons};
pub use rehearsed::Rehearsed;
pub use retirement::{
    Condition, Due, Feature, Level, Milestone, Precision, Predicate, Retirement, RetirementId, System,
};
#[cfg(test)]
pub(crate) use series::a_size_of;
pub use series::is_of_series;
pub use versions::{CiliumVersion, Support, SupportEnds, Versions};

/// Entries that say when their source was read.
macro_rules! dated {
    ($($kind:ty),+) => {
        $(impl reading::Dated for $kind {
            fn dates(&self) -> (Date, Date) {
                (self.source_date, self.checked)
            }
        })+
    };
}
dated!(FindingRule, Retirement, CheckRule, Reason, Limit);

/// Everything the program knows about Azure that is not arithmetic.
#[derive(Debug, Clone, PartialEq)]
pub struct Catalogue {
    findings: BTreeMap<FindingId, FindingRule>,
    retirements: BTreeMap<RetirementId, Retirement>,
}

/// Why a catalogue could not be read.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// A file does not have the shape of its kind.
    #[error("`{file}` is not a catalogue file")]
    Shape {
        /// The file's name.
        file: &'static str,
        /// What is wrong in it.
        #[source]
        source: Box<toml::de::Error>,
    },
    /// An id the program uses has no entry.
    #[error("`{file}` has no entry `{id}`")]
    Missing {
        /// The file's name.
        file: &'static str,
        /// The id.
        id: &'static str,
    },
}

static BUILT_IN: LazyLock<Catalogue> = LazyLock::new(|| {
    Catalogue::read(include_str!("../../rules/findings.toml"), include_str!("../../rules/retirements.toml"))
        .expect("the catalogue is part of the program, and a test reads it")
});

impl Catalogue {
    /// The catalogue this program was built with.
    #[must_use]
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// Reads a catalogue from the text of its two files.
    ///
    /// # Errors
    /// When a file has unknown or missing keys, or lacks an id that the program uses.
    pub fn read(findings: &str, retirements: &str) -> Result<Self, CatalogueError> {
        let retirements: BTreeMap<String, Retirement> = parse("retirements.toml", retirements)?;
        let catalogue = Self {
            findings: parse("findings.toml", findings)?,
            retirements: retirements.into_iter().map(|(id, it)| (RetirementId::of_entry(id), it)).collect(),
        };
        complete("findings.toml", &catalogue.findings, FindingId::ALL, FindingId::as_str)?;
        let named = &[RetirementId::KUBENET];
        complete("retirements.toml", &catalogue.retirements, named, RetirementId::as_str)?;
        Ok(catalogue)
    }

    /// The rule behind a kind of finding.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "`read` refuses a catalogue that lacks an id")]
    pub fn finding(&self, id: FindingId) -> &FindingRule {
        self.findings.get(&id).expect("every id has an entry")
    }

    /// A retirement.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "an id is that of an entry, or `read` refuses its lack")]
    pub fn retirement(&self, id: RetirementId) -> &Retirement {
        self.retirements.get(&id).expect("every id has an entry")
    }

    /// All rules for findings, by id.
    pub fn findings(&self) -> impl Iterator<Item = (FindingId, &FindingRule)> {
        self.findings.iter().map(|(id, rule)| (*id, rule))
    }

    /// All retirements, by id.
    pub fn retirements(&self) -> impl Iterator<Item = (RetirementId, &Retirement)> {
        self.retirements.iter().map(|(id, retirement)| (*id, retirement))
    }

    /// All limits: those of Azure and AKS, then those of this project's choice.
    pub fn limits() -> impl Iterator<Item = &'static Limit> {
        limits::ALL.iter().chain(choices::ALL)
    }

    /// When the source of every entry was read, and of which day it was: checks, versions and reasons included.
    pub fn readings(&self) -> impl Iterator<Item = Reading> {
        let findings = self.findings.iter().map(|(id, rule)| Reading::of(id.as_str(), rule));
        let retirements = self.retirements.iter().map(|(id, rule)| Reading::of(id.as_str(), rule));
        let limits = Self::limits().map(|limit| Reading::of(limit.id, limit));
        let checks = Checks::built_in().iter().map(|(id, rule)| Reading::of(id.as_str(), rule));
        let reasons = Reasons::built_in().iter().map(|(id, reason)| Reading::of(id, reason));
        let versions = Versions::built_in().readings();
        findings.chain(retirements).chain(limits).chain(checks).chain(reasons).chain(versions)
    }

    /// The day since which every entry is known to hold: the oldest of all, each as old as the older of its source and of
    /// the day that was read.
    #[must_use]
    pub fn checked(&self) -> Date {
        self.oldest().holds_since()
    }

    /// The entry that was last known to hold longest ago.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "a catalogue without entries cannot be read")]
    pub fn oldest(&self) -> Reading {
        self.readings().min_by_key(Reading::order).expect("there are entries")
    }

    /// The entries whose source is older than [`SOURCE_AGE_DAYS`] on some day; none where there is none.
    #[must_use]
    pub fn old_sources(&self, on: Date) -> Option<OldSources> {
        OldSources::of(self.readings(), on)
    }
}

fn parse<K, V>(file: &'static str, text: &str) -> Result<BTreeMap<K, V>, CatalogueError>
where
    BTreeMap<K, V>: serde::de::DeserializeOwned,
{
    toml::from_str(text).map_err(|source| CatalogueError::Shape { file, source: Box::new(source) })
}

fn complete<K: Ord + Copy, V>(
    file: &'static str,
    entries: &BTreeMap<K, V>,
    ids: &[K],
    name: fn(K) -> &'static str,
) -> Result<(), CatalogueError> {
    match ids.iter().find(|id| !entries.contains_key(id)) {
        Some(id) => Err(CatalogueError::Missing { file, id: name(*id) }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FINDINGS: &str = include_str!("../../rules/findings.toml");
    const RETIREMENTS: &str = include_str!("../../rules/retirements.toml");

    fn well_formed(link: &str) -> bool {
        let hosts = ["learn.microsoft.com", "azure.microsoft.com", "github.com"];
        url::Url::parse(link)
            .is_ok_and(|url| url.scheme() == "https" && url.host_str().is_some_and(|h| hosts.contains(&h)))
    }

    fn kebab_case(id: &str) -> bool {
        id.split('-').all(|word| {
            !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        })
    }

    #[test]
    fn the_built_in_catalogue_is_complete_and_says_where_it_comes_from() {
        let catalogue = Catalogue::read(FINDINGS, RETIREMENTS).unwrap();
        assert_eq!(catalogue.findings.len(), FindingId::ALL.len());
        for (id, rule) in catalogue.findings() {
            assert!(kebab_case(id.as_str()), "{id:?}");
            let texts = [&rule.title, &rule.why, &rule.remediation];
            assert!(texts.iter().all(|text| !text.trim().is_empty()), "{id:?}");
            assert!(well_formed(&rule.source), "{id:?}: {}", rule.source);
            let milder = [rule.elsewhere, rule.possibly];
            assert!(milder.into_iter().flatten().all(|milder| milder < rule.severity), "{id:?}");
        }
        for limit in Catalogue::limits() {
            assert!(kebab_case(limit.id) && limit.value > 0, "{limit:?}");
            assert!(well_formed(limit.source), "{limit:?}");
            let texts = [limit.title, limit.why, limit.remediation, limit.unit];
            assert!(texts.iter().all(|text| !text.trim().is_empty()), "{limit:?}");
        }
        let ids: std::collections::BTreeSet<_> = Catalogue::limits().map(|limit| limit.id).collect();
        assert_eq!(ids.len(), Catalogue::limits().count());
    }

    #[test]
    fn retirements_have_one_deadline_each_and_levels_in_order() {
        for (id, retirement) in Catalogue::built_in().retirements() {
            assert!(well_formed(&retirement.source), "{id:?}: {}", retirement.source);
            let deadlines = retirement.dates.iter().filter(|d| d.deadline).count();
            assert_eq!(deadlines, usize::from(!retirement.dates.is_empty()), "{id:?}");
            assert!(retirement.dates.is_sorted_by(|a, b| a.date < b.date), "{id:?}");
            assert!(retirement.levels.is_sorted_by(|a, b| a.days_left < b.days_left), "{id:?}");
            assert!(retirement.levels.is_sorted_by(|a, b| a.severity > b.severity), "{id:?}");
            // What has levels or no date has a severity of its own.
            let by_version = [Some(Predicate::ForcedUpgrade), Some(Predicate::KubernetesVersion)];
            let has_days = !retirement.dates.is_empty() || by_version.contains(&retirement.predicate);
            assert!(has_days || retirement.severity.is_some(), "{id:?}");
            assert!(retirement.levels.is_empty() || retirement.severity.is_some(), "{id:?}");
            // Support that ends stops nothing, but that of kubenet, which is what this program is about.
            let supports = |d: &Milestone| d.event == "unsupported";
            assert!(
                id == RetirementId::KUBENET || !retirement.dates.iter().any(|d| supports(d) && d.acts),
                "{id:?}"
            );
            assert!(retirement.dates.iter().all(|d| d.event != "images-removed" || d.acts), "{id:?}");
        }
    }

    #[test]
    fn a_retirement_says_what_it_hits_and_how_reports_say_so() {
        for (id, retirement) in Catalogue::built_in().retirements() {
            let number = id.as_str().strip_prefix("RET-");
            assert!(number.is_some_and(|n| n.len() == 2 && n.bytes().all(|b| b.is_ascii_digit())), "{id}");
            let Retirement { when, predicate, detail, visible, .. } = retirement;
            assert_eq!(*visible, when.is_empty() == predicate.is_some(), "{id}: one of the two decides");
            assert!(when.iter().all(|condition| *condition != Condition::default()), "{id} asks nothing");
            let mut series = when.iter().filter_map(|condition| condition.vm_series.as_ref());
            assert!(
                series.all(|series| series::is_listed(series)),
                "{id} asks for a series that nobody knows"
            );
            let is_made_by_code = matches!(
                predicate,
                Some(Predicate::ForcedUpgrade | Predicate::KubernetesVersion | Predicate::Nginx)
            );
            assert_eq!(detail.is_some(), *visible && !is_made_by_code, "{id}");
            let plain = detail.as_ref().map(|text| text.replace("{image}", ""));
            assert!(plain.is_none_or(|text| !text.contains(['{', '}'])), "{id}");
        }
    }

    /// A day so many days before another; after it where negative.
    fn before(day: Date, days: i64) -> Date {
        day.checked_sub(jiff::Span::new().days(days)).unwrap()
    }

    #[test]
    fn the_severity_of_kubenet_rises_as_its_day_comes() {
        let kubenet = Catalogue::built_in().retirement(RetirementId::KUBENET);
        let cases = [
            (1000, Severity::Medium),
            (366, Severity::Medium),
            (365, Severity::High),
            (91, Severity::High),
            (90, Severity::Critical),
            (0, Severity::Critical),
            (-1, Severity::Critical),
        ];
        for (days_left, severity) in cases {
            let due = kubenet.due(before(kubenet.deadline(), days_left)).unwrap();
            assert_eq!((due.days_left, due.severity), (days_left, severity));
        }
        assert_eq!(kubenet.deadline().to_string(), "2028-03-31");
    }

    #[test]
    fn the_severity_of_a_day_is_that_of_the_days_left_and_of_what_happens() {
        use Severity::{Critical, High, Low, Medium};
        let cases = [
            (1000, Low, Low),
            (366, Low, Low),
            (365, Medium, Medium),
            (91, Medium, Medium),
            (90, High, Critical),
            (0, High, Critical),
            (-1, High, Critical),
            (i64::MIN, High, Critical),
        ];
        for (days_left, ends, acts) in cases {
            assert_eq!(Milestone::severity_at(days_left, false), ends, "{days_left}");
            assert_eq!(Milestone::severity_at(days_left, true), acts, "{days_left}");
        }
    }

    #[test]
    fn of_several_milestones_the_worst_counts_and_of_equals_the_deadline() {
        let on = |id: &str, day: &str| {
            let (_, rule) = Catalogue::built_in().retirements().find(|(of, _)| of.as_str() == id).unwrap();
            let due = rule.due(day.parse().unwrap()).unwrap();
            (due.date.to_string(), due.days_left, due.severity)
        };
        let said = |date: &str, days, severity| (date.to_owned(), days, severity);
        // Ubuntu 22.04: support ends on 2027-06-30, images are removed on 2028-04-30.
        assert_eq!(on("RET-08", "2026-06-01"), said("2027-06-30", 394, Severity::Low));
        assert_eq!(on("RET-08", "2026-11-21"), said("2027-06-30", 221, Severity::Medium));
        assert_eq!(on("RET-08", "2027-12-31"), said("2027-06-30", -184, Severity::High));
        assert_eq!(on("RET-08", "2028-02-01"), said("2028-04-30", 89, Severity::Critical));
        // Flatcar: both are past, and it is the images that hurt.
        assert_eq!(on("RET-13", "2026-11-21"), said("2026-09-08", -74, Severity::Critical));
        // Application routing with NGINX: equally bad, and the end of the add-on is what counts.
        assert_eq!(on("RET-17", "2026-11-21"), said("2026-11-30", 9, Severity::High));
        // What changes nothing for what is there is no worse for having passed.
        assert_eq!(on("RET-20", "2027-11-21"), said("2026-03-31", -600, Severity::Info));
    }

    #[test]
    fn the_catalogue_is_as_old_as_its_oldest_entry() {
        for field in ["source_date", "checked"] {
            let (before, rest) = FINDINGS.split_once(&format!("\n{field} = \"")).unwrap();
            let oldest = format!("{before}\n{field} = \"2025-01-02{}", &rest[10..]);
            let catalogue = Catalogue::read(&oldest, RETIREMENTS).unwrap();
            assert_eq!(catalogue.checked().to_string(), "2025-01-02", "{field}");
        }
    }

    #[test]
    fn a_catalogue_with_a_mistake_is_refused() {
        let unknown_id =
            format!("{FINDINGS}\n{}", FINDINGS.replace("[kubenet-retirement]", "[no-such-rule]"));
        let cases = [
            unknown_id,
            FINDINGS.replace("[subnet-full]", "[kubenet-retirement]"),
            FINDINGS.replacen("2026-08-21", "2026-02-30", 1),
            FINDINGS.replacen("severity = \"medium\"", "severity = \"awful\"", 1),
            FINDINGS.replacen("why =", "reason =", 1),
        ];
        for text in cases {
            assert!(matches!(
                Catalogue::read(&text, RETIREMENTS),
                Err(CatalogueError::Shape { file: "findings.toml", .. })
            ));
        }
        let mistakes = [
            ("plugin = \"kubenet\"", "plug = \"kubenet\""),
            ("feature = \"pod-identity\"", "feature = \"routing\""),
            ("os = \"windows\"", "os = \"plan9\""),
            ("up_to = \"1.31\"", "up_to = \"latest\""),
            ("predicate = \"default-outbound\"", "predicate = \"outbound\""),
        ];
        for (right, wrong) in mistakes {
            assert!(RETIREMENTS.contains(right), "{right}");
            assert!(matches!(
                Catalogue::read(FINDINGS, &RETIREMENTS.replacen(right, wrong, 1)),
                Err(CatalogueError::Shape { file: "retirements.toml", .. })
            ));
        }
        let error = Catalogue::read(FINDINGS, &RETIREMENTS.replace("[RET-01]", "[RET-99]")).unwrap_err();
        assert_eq!(error.to_string(), "`retirements.toml` has no entry `RET-01`");
    }
}
