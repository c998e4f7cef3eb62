//! What Microsoft retires: whom it hits, when, and how bad it is by then.

use std::{cmp::Reverse, fmt};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Confidence, FindingId, Minor, Severity};

/// The id of a retirement: the name of its entry, such as `RET-01`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RetirementId(&'static str);

impl RetirementId {
    /// kubenet: the one whose day this program plans for.
    pub const KUBENET: Self = Self("RET-01");

    /// The id of an entry. It lives as long as the program, as the catalogue does.
    pub(super) fn of_entry(name: String) -> Self {
        Self(name.leak())
    }

    /// The id as the catalogue and the reports spell it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for RetirementId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// Something Microsoft retires.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retirement {
    /// What is retired.
    pub title: String,
    /// The kind of finding that reports it, where it has one of its own.
    pub finding: Option<FindingId>,
    /// Whether the API this program reads shows what it hits.
    #[serde(default = "visible")]
    pub visible: bool,
    /// What it hits: whatever one of these conditions holds for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<Condition>,
    /// The part of the code that decides what it hits, where no condition does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub predicate: Option<Predicate>,
    /// The fact, as reports say it; `{image}` is the pool's node image, or its OS SKU, or what is asked for in their place: a size, a gateway.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// What it means.
    pub why: String,
    /// What to do.
    pub remediation: String,
    /// A public page.
    pub source: String,
    /// The day of what was read there: of the release, or of the copy of the page.
    pub source_date: Date,
    /// The day the source was last read.
    pub checked: Date,
    /// How well it is founded.
    pub confidence: Confidence,
    /// How bad it is in place of what the days left say, while more are left than any level says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// How bad it is then nearer the deadline, the nearest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<Level>,
    /// What happens when, in order.
    pub dates: Vec<Milestone>,
}

/// What a retirement hits. Every field that is given has to hold, whatever the case of its letters.
///
/// Where a field of pools is given, it speaks of a pool and that pool's cluster, else of a cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The cluster's network plugin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plugin: Option<String>,
    /// The cluster's network-policy engine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_policy: Option<String>,
    /// The cluster's load-balancer SKU.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub load_balancer_sku: Option<String>,
    /// The cloud.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cloud: Option<String>,
    /// An add-on that is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub addon: Option<String>,
    /// A feature that is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feature: Option<Feature>,
    /// The pool's operating system; of a cluster, that of one of its pools.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub os: Option<System>,
    /// What the pool is made of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool_type: Option<String>,
    /// A tag of the pool that is set to `true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// The pool's workload runtime.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workload_runtime: Option<String>,
    /// The beginning of the name of the pool's node image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_prefix: Option<String>,
    /// The pool's OS SKU. It is not asked where the node image says more: where some entry lists its beginning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub os_sku: Option<String>,
    /// The series of one of the pool's machine sizes, such as `Dsv2`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vm_series: Option<String>,
    /// The last Kubernetes version of the pool that it speaks of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub up_to: Option<Minor>,
    /// The pool shows no node image.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub image_hidden: bool,
}

impl Condition {
    /// Whether it speaks of a pool, and not of a cluster.
    #[must_use]
    pub fn is_of_pools(&self) -> bool {
        let Self { pool_type, tag, workload_runtime, image_prefix, os_sku, up_to, image_hidden, .. } = self;
        let texts = [pool_type, tag, workload_runtime, image_prefix, os_sku, &self.vm_series];
        texts.iter().any(|text| text.is_some()) || up_to.is_some() || *image_hidden
    }
}

/// A feature of a cluster that is on or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Feature {
    /// Defender for Containers.
    Defender,
    /// Pod-managed identity.
    PodIdentity,
}

/// An operating system of pools.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum System {
    /// Whatever is not Windows.
    Linux,
    /// Windows.
    Windows,
}

/// What decides in code what a retirement hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Predicate {
    /// Subnets of AKS nodes that reach the internet by default.
    DefaultOutbound,
    /// Clusters whose version stays out of support, by the dates of `versions.toml`.
    ForcedUpgrade,
    /// Clusters whose ingress controller has an application gateway of version 1.
    GatewayV1,
    /// Versions out of support, by the dates of `versions.toml`.
    KubernetesVersion,
    /// Monitoring that signs in without a managed identity.
    LegacyMonitoring,
    /// NGINX of application routing.
    Nginx,
}

/// A severity that holds while at most so many days are left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// Days left, at most.
    pub days_left: i64,
    /// The severity.
    pub severity: Severity,
}

/// One day of a retirement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Milestone {
    /// What happens, such as `unsupported` or `images-removed`.
    pub event: String,
    /// When; the last day of the month where only the month is known.
    pub date: Date,
    /// Which version or edition, where a retirement has several.
    pub subject: Option<String>,
    /// How exactly the date is known.
    #[serde(default)]
    pub precision: Precision,
    /// Whether Azure changes clusters by itself on that day, or something stops working. The end of support alone is no
    /// such thing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub acts: bool,
    /// Whether days are counted to it, of milestones that are equally bad.
    #[serde(default)]
    pub deadline: bool,
}

impl Milestone {
    /// How bad it is with so many days left to a day; negative when it has passed.
    #[must_use]
    pub fn severity_at(days_left: i64, acts: bool) -> Severity {
        match days_left {
            ..=90 if acts => Severity::Critical,
            ..=90 => Severity::High,
            91..=365 => Severity::Medium,
            366.. => Severity::Low,
        }
    }
}

/// The milestone that counts on some day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// When it is.
    pub date: Date,
    /// Days to it; negative when past.
    pub days_left: i64,
    /// How bad it is.
    pub severity: Severity,
}

/// How exactly a date is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Precision {
    /// To the day.
    #[default]
    Day,
    /// To the month.
    Month,
    /// To the year.
    Year,
}

fn visible() -> bool {
    true
}

impl Retirement {
    /// The day of a milestone, such as `images-removed`.
    #[must_use]
    pub fn date_of(&self, event: &str) -> Option<Date> {
        self.dates.iter().find(|milestone| milestone.event == event).map(|milestone| milestone.date)
    }

    /// The day it is known by: that of the milestone marked so, else of the first.
    #[must_use]
    pub fn deadline(&self) -> Date {
        let marked = self.dates.iter().find(|milestone| milestone.deadline);
        marked.or(self.dates.first()).map_or(Date::MAX, |milestone| milestone.date)
    }

    /// The milestone that counts on a day: the worst by then, of equals the deadline, else the first. None where no date is
    /// published.
    #[must_use]
    pub fn due(&self, on: Date) -> Option<Due> {
        let due = |milestone: &Milestone| {
            let days_left = on.duration_until(milestone.date).as_hours() / 24;
            let severity = self.severity.map_or_else(
                || Milestone::severity_at(days_left, milestone.acts),
                |farthest| self.own_level(days_left).unwrap_or(farthest),
            );
            Due { date: milestone.date, days_left, severity }
        };
        let worst = self.dates.iter().map(|milestone| (due(milestone), milestone.deadline));
        let worst = worst.max_by_key(|(due, deadline)| (due.severity, *deadline, Reverse(due.date)));
        worst.map(|(due, _)| due)
    }

    /// What its own levels say of so many days left.
    fn own_level(&self, days_left: i64) -> Option<Severity> {
        self.levels.iter().find(|level| days_left <= level.days_left).map(|level| level.severity)
    }
}
