//! The words of verdicts.

use crate::{
    assess::migration::{CheckResult, CheckStatus, First},
    report::phrase::{Phrase, phrase},
    rules::Checks,
};

/// Why a check counts against a verdict.
pub(crate) fn against(result: &CheckResult) -> Phrase {
    let check = result.check.as_str();
    let title = Phrase::outside(&Checks::built_in().get(result.check).title);
    match result.status {
        CheckStatus::Open => phrase!("{} {}: somebody has to look", check, title),
        CheckStatus::Unknown => {
            phrase!("{} {}: not known: {}", check, title, detail(result.detail.as_deref()))
        }
        CheckStatus::Fail | CheckStatus::Pass => {
            phrase!("{} {}: {}", check, title, detail(result.detail.as_deref()))
        }
    }
}

/// What comes before anything else.
pub(crate) fn first(first: &First) -> Phrase {
    phrase!("{} {}: {}", first.rule, first.check.as_str(), detail(first.detail.as_deref()))
}

fn detail(detail: Option<&str>) -> Phrase {
    Phrase::outside(detail.unwrap_or_default())
}
