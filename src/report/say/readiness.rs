//! The words of verdicts.

use super::check_facts;
use crate::{
    assess::migration::{CheckFact, CheckResult, CheckStatus, First},
    report::phrase::{Phrase, phrase},
    rules::Checks,
};

/// Why a check counts against a verdict.
pub(crate) fn against(result: &CheckResult) -> Phrase {
    let check = result.check.as_str();
    let title = Phrase::outside(&Checks::built_in().get(result.check).title);
    match result.status {
        CheckStatus::Open => phrase!("{} {}: somebody has to look", check, title),
        CheckStatus::Unknown => phrase!("{} {}: not known: {}", check, title, facts(&result.facts)),
        CheckStatus::Fail | CheckStatus::Pass => {
            phrase!("{} {}: {}", check, title, facts(&result.facts))
        }
    }
}

/// What comes before anything else.
pub(crate) fn first(first: &First) -> Phrase {
    phrase!("{} {}: {}", first.rule, first.check.as_str(), facts(&first.facts))
}

fn facts(facts: &[CheckFact]) -> Phrase {
    check_facts(facts).unwrap_or_default()
}
