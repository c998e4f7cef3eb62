//! What the user decides about a plan.

use std::{
    collections::BTreeMap,
    num::{NonZeroU8, NonZeroU16},
};

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

use crate::rules::CheckId;

/// Everything a plan of waves can be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PlanOptions {
    /// The day of the week on which clusters are changed.
    pub window_day: WindowDay,
    /// How long one window is, in hours. Two re-images share it only if both fit.
    pub window_hours: NonZeroU8,
    /// The first day a window may lie on; default the day after the audit's date.
    pub start: Option<Date>,
    /// The day by which the last wave has soaked; default `finish_margin_days` before the deadline.
    pub finish: Option<Date>,
    /// Days between the default finish and the deadline.
    pub finish_margin_days: u16,
    /// Most clusters in one wave.
    pub clusters_per_wave: NonZeroU16,
    /// Most clusters of one owner in one wave; 0 for any number. Clusters without an owner are nobody's.
    pub clusters_per_owner: u16,
    /// Most clusters of one region in one wave; 0 for any number.
    pub clusters_per_region: u16,
    /// Most nodes in one wave, of clusters of which they are known; 0 for any number. A cluster with more goes alone.
    pub nodes_per_wave: u32,
    /// Most production clusters in the first wave that has any; 0 for any number.
    pub first_production: u16,
    /// Days a wave is watched before the next one begins.
    pub soak_days: u16,
    /// Most re-images of one cluster in one window.
    pub reimages_per_window: NonZeroU8,
    /// Days by which preparation is ended ahead of its window, where time allows.
    pub preparation_lead_days: u16,
    /// Whether one cluster that is not production goes first and alone.
    pub rehearsal: bool,
    /// Whether clusters of one subnet may share a wave when the surge nodes of all of them fit together.
    pub share_subnets: bool,
    /// Names of environments, the least critical group first. Others come after these, production last.
    pub environments: Vec<Vec<String>>,
    /// When nothing may be changed.
    pub freezes: Vec<Freeze>,
    /// Groups of clusters, by name or id, of which no two may share a wave.
    pub never_together: Vec<Vec<String>>,
    /// Waiting times of steps, in days, by the step's name; they replace the built-in ones.
    pub waiting_days: BTreeMap<String, u16>,
}

impl Default for PlanOptions {
    fn default() -> Self {
        let group = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Self {
            window_day: WindowDay::Saturday,
            window_hours: NonZeroU8::new(8).unwrap_or(NonZeroU8::MIN),
            start: None,
            finish: None,
            finish_margin_days: 90,
            clusters_per_wave: NonZeroU16::new(10).unwrap_or(NonZeroU16::MIN),
            clusters_per_owner: 3,
            clusters_per_region: 10,
            nodes_per_wave: 200,
            first_production: 2,
            soak_days: 7,
            reimages_per_window: NonZeroU8::new(2).unwrap_or(NonZeroU8::MIN),
            preparation_lead_days: 7,
            rehearsal: true,
            share_subnets: true,
            environments: vec![
                group(&["sandbox", "sbx", "lab", "dev", "development"]),
                group(&["test", "tst", "qa", "int", "integration", "nonprod"]),
                group(&["staging", "stage", "stg", "uat", "acceptance", "preprod"]),
            ],
            freezes: Vec::new(),
            never_together: Vec::new(),
            waiting_days: BTreeMap::new(),
        }
    }
}

impl PlanOptions {
    /// Names of steps that mend no check.
    pub const STEPS: [&str; 7] =
        ["prepare", "overlay", "cilium", "new-cluster", "new-pools", "expand-pod-cidr", "larger-subnet"];

    /// Every name a step can have.
    pub fn step_names() -> impl Iterator<Item = &'static str> {
        CheckId::ALL.iter().map(|check| check.as_str()).chain(Self::STEPS)
    }

    /// The first name in `waiting_days` that no step has. A step that comes again on the way of one cluster is named with its
    /// number, such as `prepare-2`.
    #[must_use]
    pub fn unknown_step(&self) -> Option<&str> {
        let is_step = |name: &str| Self::step_names().any(|step| step == name);
        let comes_again = |name: &str| {
            name.rsplit_once('-').is_some_and(|(step, number)| {
                is_step(step)
                    && number.parse::<u8>().is_ok_and(|number| number > 1)
                    && !number.starts_with(['0', '+'])
            })
        };
        self.waiting_days.keys().map(String::as_str).find(|name| !is_step(name) && !comes_again(name))
    }

    /// The place of an environment among those that are listed, the least critical first.
    #[must_use]
    pub fn environment(&self, name: &str) -> Option<usize> {
        let is_own = |known: &String| known.trim().eq_ignore_ascii_case(name.trim());
        self.environments.iter().position(|group| group.iter().any(is_own))
    }

    /// The day by which everything should be done.
    pub(crate) fn target(&self, deadline: Date) -> Date {
        self.finish.unwrap_or_else(|| {
            let margin = jiff::Span::new().days(i64::from(self.finish_margin_days));
            deadline.saturating_sub(margin)
        })
    }
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WindowDay {
    /// Monday.
    Monday,
    /// Tuesday.
    Tuesday,
    /// Wednesday.
    Wednesday,
    /// Thursday.
    Thursday,
    /// Friday.
    Friday,
    /// Saturday.
    Saturday,
    /// Sunday.
    Sunday,
}

impl From<WindowDay> for Weekday {
    fn from(day: WindowDay) -> Self {
        match day {
            WindowDay::Monday => Self::Monday,
            WindowDay::Tuesday => Self::Tuesday,
            WindowDay::Wednesday => Self::Wednesday,
            WindowDay::Thursday => Self::Thursday,
            WindowDay::Friday => Self::Friday,
            WindowDay::Saturday => Self::Saturday,
            WindowDay::Sunday => Self::Sunday,
        }
    }
}

/// Days on which nothing may be changed, both ends included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "FreezeText")]
pub struct Freeze {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub until: Date,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A freeze as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FreezeText {
    from: Date,
    until: Date,
    #[serde(default)]
    reason: Option<String>,
}

/// A freeze that ends before it begins.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the freeze ends on `{until}`, before it begins on `{from}`: swap the two dates")]
pub struct BackwardFreeze {
    /// The first day given.
    pub from: Date,
    /// The last day given.
    pub until: Date,
}

impl TryFrom<FreezeText> for Freeze {
    type Error = BackwardFreeze;

    fn try_from(FreezeText { from, until, reason }: FreezeText) -> Result<Self, Self::Error> {
        if until < from { Err(BackwardFreeze { from, until }) } else { Ok(Self { from, until, reason }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_those_that_are_documented() {
        let options = PlanOptions::default();
        assert_eq!(options.clusters_per_wave.get(), 10);
        let limits = (options.clusters_per_owner, options.clusters_per_region, options.nodes_per_wave);
        assert_eq!((limits, options.first_production), ((3, 10, 200), 2));
        let places = ["SBX", "nonprod", " stg ", "preprod", "prd"].map(|name| options.environment(name));
        assert_eq!(places, [Some(0), Some(1), Some(2), Some(2), None]);
        assert_eq!(options.reimages_per_window.get(), 2);
        assert_eq!(options.window_hours.get(), 8);
        assert_eq!(options.target("2028-03-31".parse().unwrap()), "2028-01-01".parse().unwrap());
        assert_eq!(toml::from_str::<PlanOptions>("").unwrap(), options);
    }

    #[test]
    fn options_survive_being_written_and_read() {
        let text = r#"
            window_day = "tuesday"
            finish = "2027-11-30"
            freezes = [{ from = "2026-12-15", until = "2027-01-06", reason = "year end" }]
            never_together = [["aks-a", "aks-b"]]
            [waiting_days]
            quota = 21
        "#;
        let options: PlanOptions = toml::from_str(text).unwrap();
        assert_eq!(options.window_day, WindowDay::Tuesday);
        assert_eq!(options.freezes.len(), 1);
        assert_eq!(toml::from_str::<PlanOptions>(&toml::to_string(&options).unwrap()).unwrap(), options);
    }

    #[test]
    fn a_name_that_no_step_has_is_found() {
        let of = |name: &str| PlanOptions {
            waiting_days: [(name.to_owned(), 1)].into(),
            ..PlanOptions::default()
        };
        for name in ["MIG-014", "MIG-014-2", "prepare", "prepare-3", "new-cluster", "expand-pod-cidr-2"] {
            assert_eq!(of(name).unknown_step(), None, "{name}");
        }
        for name in [
            "",
            "NOPE",
            "mig-014",
            "MIG-14",
            "MIG-014-1",
            "MIG-014-02",
            "MIG-014-+2",
            "MIG-014-x",
            "prepare-",
        ] {
            assert_eq!(of(name).unknown_step(), Some(name));
        }
    }

    #[test]
    fn values_without_meaning_are_refused() {
        for text in [
            "clusters_per_wave = 0",
            "window_day = \"someday\"",
            "soak_days = -1",
            "soak = 3",
            "freezes = [{ from = \"2027-01-06\", until = \"2026-12-15\" }]",
        ] {
            assert!(toml::from_str::<PlanOptions>(text).is_err(), "{text}");
        }
    }
}
