//! Numbers and lengths of texts for people.

use std::{borrow::Cow, fmt::Write};

use crate::digest::fnv1a;

/// Cuts a text to so many characters, with an ellipsis where something is missing.
#[must_use]
pub(super) fn shortened(text: &str, most: usize) -> Cow<'_, str> {
    if text.chars().nth(most).is_none() {
        return Cow::Borrowed(text);
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    Cow::Owned(format!("{kept}…"))
}

/// A number with thousands separated by commas.
#[must_use]
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Tenths of a percent with one decimal: 996 is `99.6`.
#[must_use]
pub(super) fn percent(tenths: u64) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write!(out, "{}.{}", tenths / 10, tenths % 10);
    out
}

/// `part` of `whole` in tenths of a percent, rounded down; none of nothing.
#[must_use]
pub(super) fn share_in_tenths(part: u64, whole: u64) -> Option<u64> {
    let tenths = (u128::from(part) * 1000).checked_div(u128::from(whole))?;
    u64::try_from(tenths).ok()
}

/// `1 day`, `1,234 days`; before or after makes no difference.
#[must_use]
pub(super) fn days(number: i64) -> String {
    let number = number.unsigned_abs();
    format!("{} {}", grouped(number), crate::words::noun(number, "day", "days"))
}

/// `1 cluster`, `2 clusters`.
#[must_use]
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    let grouped = grouped(number as u64);
    format!("{grouped} {}", crate::words::noun(number as u64, one, many))
}

/// A number that stands for some texts in this order: FNV-1a of 64 bits over them, each ended by a zero byte.
#[must_use]
pub(super) fn fingerprint<'t>(parts: impl IntoIterator<Item = &'t str>) -> u64 {
    fnv1a(parts.into_iter().flat_map(|part| part.bytes().chain([0])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(
            [0, 7, 999, 1000, 65_536, 1_234_567].map(grouped),
            ["0", "7", "999", "1,000", "65,536", "1,234,567"]
        );
        assert_eq!([0, 5, 996, 1000, 1234].map(percent), ["0.0", "0.5", "99.6", "100.0", "123.4"]);
        assert_eq!(share_in_tenths(28, 30), Some(933));
        assert_eq!(share_in_tenths(0, 0), None);
        assert_eq!(count(1, "cluster", "clusters"), "1 cluster");
        assert_eq!(count(0, "cluster", "clusters"), "0 clusters");
    }

    #[test]
    fn long_texts_are_cut_at_a_character() {
        assert_eq!(shortened("äöü", 3), "äöü");
        assert_eq!(shortened("äöüß", 3), "äö…");
    }
}
