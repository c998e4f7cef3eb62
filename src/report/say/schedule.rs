//! The words of the schedule.

use crate::{
    assess::schedule::UnplacedReason,
    report::phrase::{Phrase, phrase},
    words::noun,
};

/// Why a cluster is in no wave.
pub(crate) fn unplaced(reason: &UnplacedReason) -> Phrase {
    match reason {
        UnplacedReason::Surge { subnet_id, needed, available } => phrase!(
            "its surge nodes need {} {} in subnet `{}`, where {} are free even after all others have moved: {} short",
            *needed,
            noun(*needed, "address", "addresses"),
            Phrase::outside(subnet_id.name()),
            *available,
            i64::try_from(*needed).unwrap_or(i64::MAX).saturating_sub(*available),
        ),
        UnplacedReason::NothingToDo => {
            "none of its steps re-images its nodes, so nothing needs a window".into()
        }
        UnplacedReason::NoWindow { until } => phrase!("no window is open for it up to {}", until.to_string()),
    }
}
