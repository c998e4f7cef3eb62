//! Which kinds of steps of runbooks a machine has run before any person sees one.

use std::{collections::BTreeSet, sync::LazyLock};

use jiff::civil::Date;
use serde::Deserialize;

/// What the rehearsal has run.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rehearsed {
    day: Date,
    kinds: BTreeSet<String>,
}

static BUILT_IN: LazyLock<Rehearsed> = LazyLock::new(|| {
    toml::from_str(include_str!("../../rules/rehearsed.toml"))
        .expect("the list is part of the program, and a test reads it")
});

impl Rehearsed {
    /// What had been run when this program was built.
    #[must_use]
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// The day on which it was run last.
    #[must_use]
    pub fn day(&self) -> Date {
        self.day
    }

    /// The kinds that were run.
    #[must_use]
    pub fn kinds(&self) -> &BTreeSet<String> {
        &self.kinds
    }

    /// Whether a kind of step was run.
    #[must_use]
    pub fn has(&self, kind: &str) -> bool {
        self.kinds.contains(kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_rehearsed_is_listed() {
        assert!(Rehearsed::built_in().has("overlay overlay"), "{:?}", Rehearsed::built_in());
    }
}
