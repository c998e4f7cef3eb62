//! Numbers with their nouns.

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_is_one() {
        assert_eq!(nodes(1u64), "1 node");
        assert_eq!(nodes(0u32), "0 nodes");
        assert_eq!(addresses(21i64), "21 addresses");
        assert_eq!(days(-1i64), "-1 day");
        assert_eq!(counted(2usize, "batch", "batches"), "2 batches");
    }
}
