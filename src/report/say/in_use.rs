//! Addresses in use, as what they can be: a modelled figure may be more than there are, and no subnet holds more than it
//! has. What is wanted stands beside.

use crate::{
    assess::audit::SubnetRow,
    report::{
        phrase::{Phrase, phrase},
        text::{percent, share_in_tenths},
    },
};

/// Addresses in use: `232`, `240 to 251`, `251`; with their share, and with what is wanted where that is more than there is.
pub(super) struct Held {
    low: u64,
    high: u64,
    usable: u64,
    wanted: Option<u64>,
}

impl Held {
    /// So many in use at least and at most, of so many that can be used.
    pub(super) fn of(low: u64, used: u64, usable: u64) -> Self {
        let wanted = (used > usable).then_some(used);
        // Within what there is the upper bound stands for both, as it does in the tables.
        let low = if wanted.is_some() { low.min(usable) } else { used };
        Self { low, high: used.min(usable), usable, wanted }
    }

    /// How many.
    pub(super) fn count(&self) -> Phrase {
        if self.low == self.high { self.high.into() } else { phrase!("{} to {}", self.low, self.high) }
    }

    /// Their share in percent.
    pub(super) fn share(&self) -> Option<Phrase> {
        let of = |count| Some(percent(share_in_tenths(count, self.usable)?));
        let (low, high) = (of(self.low)?, of(self.high)?);
        Some(if self.low == self.high { phrase!("{} %", high) } else { phrase!("{} to {} %", low, high) })
    }

    /// `, 495 wanted`, where that is more than there is.
    pub(super) fn wanted(&self) -> Phrase {
        self.wanted.map_or_else(Phrase::default, |wanted| phrase!(", {} wanted", wanted))
    }
}

/// `232 of 251 (92.4 %)`, `240 to 251 of 251 (95.6 to 100.0 %), 495 wanted`, `≥ 87 of 123`.
pub(crate) fn in_use(row: &SubnetRow) -> Phrase {
    let of = row.usable.map_or_else(|| "?".into(), Phrase::number);
    match (row.used, row.used_low, row.usable) {
        (Some(used), low, Some(usable)) => {
            let held = Held::of(low.unwrap_or(used), used, usable);
            let share = held.share().filter(|_| row.utilization_tenths().is_some());
            let share = share.map_or_else(Phrase::default, |share| phrase!(" ({})", share));
            phrase!("{} of {}{}{}", held.count(), of, share, held.wanted())
        }
        (Some(used), _, None) => phrase!("{} of {}", used, of),
        (None, Some(low), _) => phrase!("≥ {} of {}", low, of),
        (None, None, _) => phrase!("? of {}", of),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_subnet_holds_more_than_it_has() {
        let said = |low, used, usable| {
            let held = Held::of(low, used, usable);
            let share = held.share().unwrap_or_default();
            phrase!("{} of {} ({}){}", held.count(), usable, share, held.wanted()).text()
        };
        assert_eq!(said(232, 232, 251), "232 of 251 (92.4 %)");
        assert_eq!(said(100, 232, 251), "232 of 251 (92.4 %)");
        assert_eq!(said(100, 251, 251), "251 of 251 (100.0 %)");
        assert_eq!(said(240, 495, 251), "240 to 251 of 251 (95.6 to 100.0 %), 495 wanted");
        assert_eq!(said(251, 495, 251), "251 of 251 (100.0 %), 495 wanted");
        assert_eq!(said(300, 495, 251), "251 of 251 (100.0 %), 495 wanted");
        assert_eq!(said(9, 18, 11), "9 to 11 of 11 (81.8 to 100.0 %), 18 wanted");
        assert_eq!(said(1, 2, 0), "0 of 0 (), 2 wanted");
    }
}
