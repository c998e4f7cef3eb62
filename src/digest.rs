//! Short names for texts: a number that stays the same for ever.

/// FNV-1a of 64 bits: short, stable, and good enough to tell a report's things apart; no defence against anybody.
/// <https://datatracker.ietf.org/doc/html/draft-eastlake-fnv>
#[must_use]
pub fn fnv1a(bytes: impl IntoIterator<Item = u8>) -> u64 {
    bytes
        .into_iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::fnv1a;

    /// The published vectors for the empty text and for "foobar".
    #[test]
    fn it_is_the_published_function() {
        assert_eq!(fnv1a("".bytes()), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a("foobar".bytes()), 0x8594_4171_f739_67e8);
    }
}
