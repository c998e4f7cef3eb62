//! Numbers with their nouns, and names that were probably meant.

/// The noun that goes with a number: `1 node`, `0 nodes`, `-1 node`.
#[must_use]
pub fn noun<'a>(number: impl TryInto<i128>, one: &'a str, many: &'a str) -> &'a str {
    if number.try_into().is_ok_and(|number| matches!(number, 1 | -1)) { one } else { many }
}

/// A number and its noun.
#[must_use]
pub fn counted(number: impl TryInto<i128> + std::fmt::Display + Copy, one: &str, many: &str) -> String {
    format!("{number} {}", noun(number, one, many))
}

/// So many nodes.
#[must_use]
pub fn nodes(number: impl TryInto<i128> + std::fmt::Display + Copy) -> String {
    counted(number, "node", "nodes")
}

/// So many addresses.
#[must_use]
pub fn addresses(number: impl TryInto<i128> + std::fmt::Display + Copy) -> String {
    counted(number, "address", "addresses")
}

/// So many days.
#[must_use]
pub fn days(number: impl TryInto<i128> + std::fmt::Display + Copy) -> String {
    counted(number, "day", "days")
}

/// Words to choose from: "`a`, `b` or `c`".
#[must_use]
pub fn alternatives(words: &[impl std::fmt::Display]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

/// The name nearest to what was given, ignoring case, where one is near enough to have been meant.
#[must_use]
pub fn nearest<'a>(given: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    /// From here on a name passes for a slip of the fingers.
    const NEAR: f64 = 0.8;
    let given = given.to_ascii_lowercase();
    let near = names.into_iter().map(|name| (strsim::jaro_winkler(&given, &name.to_ascii_lowercase()), name));
    let best = near.filter(|(score, _)| *score >= NEAR).max_by(|(a, _), (b, _)| a.total_cmp(b));
    best.map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_known_and_a_stranger_is_not() {
        let names = ["kubenet-retirement", "subnet-full", "MIG-014"];
        assert_eq!(nearest("kubenet-retirment", names), Some("kubenet-retirement"));
        assert_eq!(nearest("mig-O14", names), Some("MIG-014"));
        assert_eq!(nearest("NOPE", names), None);
        assert_eq!(nearest("", names), None);
    }

    #[test]
    fn only_one_is_one() {
        assert_eq!(nodes(1u64), "1 node");
        assert_eq!(nodes(0u32), "0 nodes");
        assert_eq!(addresses(21i64), "21 addresses");
        assert_eq!(days(-1i64), "-1 day");
        assert_eq!(counted(2usize, "batch", "batches"), "2 batches");
    }
}
