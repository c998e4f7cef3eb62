//! How old the rules are.

use crate::{
    report::phrase::{Phrase, phrase},
    rules::{OldSources, SOURCE_AGE_DAYS},
};

/// The one sentence about rules whose source is old.
pub(crate) fn old_sources(old: &OldSources) -> Phrase {
    let days = SOURCE_AGE_DAYS.to_string();
    let (count, of) = (old.count as u64, old.of as u64);
    let oldest = old.oldest.to_string();
    phrase!(
        "{} of {} rules rest on sources that are over {} days old; the oldest is that of {}, of {}",
        count,
        of,
        days,
        old.oldest_id.as_str(),
        oldest
    )
}
