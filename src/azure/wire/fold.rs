//! Hashes of ids that ignore ASCII case, made eight bytes at a time: an estate has millions of them.

use std::hash::{BuildHasherDefault, Hasher};

/// Sets and maps by such a hash do not hash it again.
pub(super) type Folded = BuildHasherDefault<AsIs>;

/// Odd numbers without a pattern: digits of the golden ratio and of √2.
const FIRST: u64 = 0x9e37_79b9_7f4a_7c15;
const SECOND: u64 = 0x6a09_e667_f3bc_c909;

/// A hash of texts, each ended, that ignores ASCII case.
pub(super) fn fold(texts: &[&str]) -> u64 {
    texts.iter().fold(FIRST, |hash, text| fold_one(hash, text.as_bytes()))
}

fn fold_one(seed: u64, text: &[u8]) -> u64 {
    let (pairs, rest) = text.as_chunks::<16>();
    let mut hash = seed ^ (text.len() as u64).wrapping_mul(SECOND);
    for pair in pairs {
        hash = mix(hash, pair);
    }
    let mut last = [0; 16];
    for (to, from) in last.iter_mut().zip(rest) {
        *to = *from;
    }
    mix(hash, &last)
}

/// Multiplies to 128 bits and folds them back to 64, so that every bit depends on every other.
fn mix(hash: u64, pair: &[u8; 16]) -> u64 {
    let pair = lower(u128::from_le_bytes(*pair));
    let (low, high) = halves(pair);
    let (low, high) = halves(u128::from(low ^ SECOND) * u128::from(high ^ hash));
    (low ^ high).wrapping_add(hash.rotate_left(23))
}

#[expect(clippy::cast_possible_truncation, reason = "the halves are what is wanted")]
fn halves(number: u128) -> (u64, u64) {
    (number as u64, (number >> 64) as u64)
}

/// Sixteen bytes with their ASCII letters in lower case.
fn lower(bytes: u128) -> u128 {
    const EACH: u128 = u128::from_le_bytes([1; 16]);
    let heptets = bytes & (0x7f * EACH);
    // The top bit of each byte says: at least `A`; beyond `Z`; ASCII. No sum carries into the next byte.
    let from_a = heptets + (0x80 - 0x41) * EACH;
    let beyond_z = heptets + (0x80 - 0x5b) * EACH;
    let upper = from_a & !beyond_z & !bytes & (0x80 * EACH);
    bytes | (upper >> 2)
}

/// The hasher of what is a hash already.
#[derive(Debug, Default)]
pub(super) struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ends_count_and_so_does_every_place() {
        let apart = [&["ab", "c"][..], &["a", "bc"], &["abc"], &["abc", ""], &["ab\0", "c"], &["abc\0"], &[]];
        let hashes: HashSet<u64> = apart.iter().map(|texts| fold(texts)).collect();
        assert_eq!(hashes.len(), apart.len());
    }

    #[test]
    fn ids_that_differ_in_one_digit_share_no_hash() {
        let ids = (0..300_000).map(|number| {
            format!("/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/networkInterfaces/vm-{number:06}-nic")
        });
        let (mut whole, mut low) = (HashSet::new(), [0_u32; 1024]);
        for id in ids {
            let hash = fold(&[&id]);
            assert!(whole.insert(hash), "{id}");
            low[usize::try_from(hash % 1024).unwrap()] += 1;
        }
        // About 293 in each; the bounds are some seven standard deviations away.
        assert!(low.iter().all(|count| (170..420).contains(count)), "{low:?}");
    }

    proptest! {
        #[test]
        fn letters_of_ascii_are_folded_and_nothing_else(bytes in any::<[u8; 16]>()) {
            let expected = bytes.map(|byte| byte.to_ascii_lowercase());
            prop_assert_eq!(lower(u128::from_le_bytes(bytes)).to_le_bytes(), expected);
        }

        #[test]
        fn texts_share_a_hash_when_they_differ_in_case_only(one in "[a-cA-C/é]{0,40}", other in "[a-cA-C/é]{0,40}") {
            prop_assert_eq!(fold(&[&one]), fold(&[&one.to_ascii_uppercase()]));
            prop_assert_eq!(fold(&[&one]) == fold(&[&other]), one.eq_ignore_ascii_case(&other));
        }
    }
}
