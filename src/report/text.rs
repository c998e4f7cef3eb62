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

/// A sentence of ours with its figures grouped: numbers before the words that follow figures only. Names from outside are
/// left as they are, whatever digits they have.
pub(super) fn with_groups(text: &str) -> String {
    const AFTER_A_FIGURE: [&str; 10] =
        ["addresses", "usable", "used", "at", "of", "free", "short", "nodes", "+", "="];
    let words: Vec<&str> = text.split(' ').collect();
    let one = |(at, word): (usize, &&str)| {
        let next = words.get(at + 1).map(|next| next.trim_end_matches([',', ';', ':', '.']));
        let is_figure = next.is_some_and(|next| AFTER_A_FIGURE.contains(&next));
        match word.parse::<u64>() {
            Ok(number) if is_figure && word.len() > 3 => grouped(number),
            _ => (*word).to_owned(),
        }
    };
    words.iter().enumerate().map(one).collect::<Vec<_>>().join(" ")
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
    fn figures_are_grouped_and_names_are_not() {
        let cases = [
            ("888 + 222 = 1110 of 1019 usable", "888 + 222 = 1,110 of 1,019 usable"),
            (
                "subnet 12345 has 65531 addresses, 75533 at most",
                "subnet 12345 has 65,531 addresses, 75,533 at most",
            ),
            ("10002 addresses short", "10,002 addresses short"),
            ("pool 2024, removed 2026-03-31; from 1024 on", "pool 2024, removed 2026-03-31; from 1024 on"),
        ];
        for (text, expected) in cases {
            assert_eq!(with_groups(text), expected);
        }
    }

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
