//! Fingerprints of ids, blind to ASCII case, made sixteen bytes at a time: an estate has millions of them.

use std::hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState};

/// Sets and maps by fingerprint do not hash it again.
pub(super) type Printed = BuildHasherDefault<AsIs>;

/// Makes 128-bit fingerprints with keys of its own, so that nobody can choose names that collide.
///
/// Two independent halves, each a chain of 64-bit products folded from 128 bits. Among the 65,536 entries a network may
/// hold, two different ones share a fingerprint about once in 2⁹⁷ networks, as far as the halves are random.
pub(super) struct Fingerprints {
    keys: [u64; 4],
}

impl Default for Fingerprints {
    fn default() -> Self {
        let random = RandomState::new();
        // Odd keys keep a product from losing what the other factor says.
        Self { keys: [0_u8, 1, 2, 3].map(|number| random.hash_one(number) | 1) }
    }
}

impl Fingerprints {
    /// The fingerprint of some texts within a scope.
    pub(super) fn of(&self, scope: usize, texts: &[&str]) -> u128 {
        let mut print = Print { keys: self.keys, halves: [scope as u64, !(scope as u64)] };
        for text in texts {
            let (blocks, rest) = text.as_bytes().as_chunks::<16>();
            for block in blocks {
                print.add(block);
            }
            // No text holds this byte, so that texts cannot run into each other.
            let mut last = [0xff; 16];
            for (to, from) in last.iter_mut().zip(rest) {
                *to = *from;
            }
            print.add(&last);
        }
        let [high, low] = print.halves;
        u128::from(high) << 64 | u128::from(low)
    }
}

struct Print {
    keys: [u64; 4],
    halves: [u64; 2],
}

impl Print {
    fn add(&mut self, block: &[u8; 16]) {
        let (low, high) = halves(lower(u128::from_le_bytes(*block)));
        let [first, second, third, fourth] = self.keys;
        let [one, other] = &mut self.halves;
        *one = fold(low ^ first, high ^ second ^ *one).wrapping_add(one.rotate_left(29));
        *other = fold(low ^ third ^ *other, high ^ fourth).wrapping_add(other.rotate_left(31));
    }
}

/// A product of 128 bits, folded to 64, so that every bit of either factor tells.
fn fold(one: u64, other: u64) -> u64 {
    let (low, high) = halves(u128::from(one) * u128::from(other));
    low ^ high
}

#[expect(clippy::cast_possible_truncation, reason = "the halves are what is wanted")]
fn halves(number: u128) -> (u64, u64) {
    (number as u64, (number >> 64) as u64)
}

/// Sixteen bytes with their ASCII letters in lower case.
fn lower(bytes: u128) -> u128 {
    const EACH: u128 = u128::from_le_bytes([1; 16]);
    let heptets = bytes & (0x7f * EACH);
    // The top bit of each byte says: at least `A`; beyond `Z`. No sum carries into the next byte.
    let from_a = heptets + (0x80 - 0x41) * EACH;
    let beyond_z = heptets + (0x80 - 0x5b) * EACH;
    let upper = from_a & !beyond_z & !bytes & (0x80 * EACH);
    bytes | (upper >> 2)
}

/// The hasher of what is as good as a hash already.
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

    fn write_u128(&mut self, print: u128) {
        self.0 = halves(print).0;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_letters_case_is_ignored() {
        let prints = Fingerprints::default();
        let long = "/Subscriptions/Ä".repeat(40);
        assert_eq!(prints.of(0, &[&long]), prints.of(0, &[&long.to_ascii_uppercase()]));
        for other in ["ab", "abc ", "Ä", "ä", "ab[", "ab{"] {
            assert_ne!(prints.of(0, &["abc"]), prints.of(0, &[other]), "{other}");
        }
        assert_ne!(prints.of(0, &["ab["]), prints.of(0, &["ab{"]));
        assert_ne!(prints.of(0, &["abc"]), prints.of(1, &["abc"]));
    }

    #[test]
    fn ids_that_differ_in_a_digit_share_neither_half() {
        let prints = Fingerprints::default();
        let (mut highs, mut lows, mut places) = (HashSet::new(), HashSet::new(), [0_u32; 1024]);
        for number in 0..100_000 {
            let id = format!(
                "/subscriptions/s/resourceGroups/g/providers/N/t/vm-{number:06}-nic/ipConfigurations/a"
            );
            let (low, high) = halves(prints.of(7, &[&id]));
            assert!(lows.insert(low) && highs.insert(high), "{id}");
            places[usize::try_from(low % 1024).unwrap()] += 1;
        }
        // 98 in each on average; the bounds are some six standard deviations away.
        assert!(places.iter().all(|count| (35..165).contains(count)), "{places:?}");
    }

    #[test]
    fn texts_end_where_they_end() {
        let prints = Fingerprints::default();
        let sixteen = "0123456789abcdef";
        let apart: [&[&str]; 9] = [
            &[],
            &[""],
            &["", ""],
            &["ab", "c"],
            &["a", "bc"],
            &["abc"],
            &[sixteen],
            &[sixteen, ""],
            &["0123456789abcde", "f"],
        ];
        let distinct: HashSet<u128> = apart.iter().map(|texts| prints.of(0, texts)).collect();
        assert_eq!(distinct.len(), apart.len());
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn letters_of_ascii_are_lowered_and_nothing_else(bytes in any::<[u8; 16]>()) {
            let expected = bytes.map(|byte| byte.to_ascii_lowercase());
            prop_assert_eq!(lower(u128::from_le_bytes(bytes)).to_le_bytes(), expected);
        }

        #[test]
        fn prints_are_the_same_when_texts_differ_in_case_only(
            one in "[a-cA-C/é]{0,40}", other in "[a-cA-C/é]{0,40}",
        ) {
            let prints = Fingerprints::default();
            prop_assert_eq!(prints.of(1, &[&one]), prints.of(1, &[&one.to_ascii_uppercase()]));
            prop_assert_eq!(prints.of(1, &[&one]) == prints.of(1, &[&other]), one.eq_ignore_ascii_case(&other));
        }
    }
}
