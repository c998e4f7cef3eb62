//! Fingerprints of ids, blind to ASCII case.

use std::hash::{BuildHasher, Hasher, RandomState};

/// Makes 128-bit fingerprints with keys of its own, so that nobody can choose names that collide.
///
/// Among the 65,536 entries a network may hold, two different ones share a fingerprint with a probability of 2⁻⁹⁷.
#[derive(Default)]
pub(super) struct Fingerprints {
    high: RandomState,
    low: RandomState,
}

impl Fingerprints {
    /// The fingerprint of some texts within a scope.
    pub(super) fn of(&self, scope: usize, texts: &[&str]) -> u128 {
        const CHUNK: usize = 128;
        let (mut high, mut low) = (self.high.build_hasher(), self.low.build_hasher());
        high.write_usize(scope);
        low.write_usize(scope);
        let mut buffer = [0_u8; CHUNK];
        for text in texts {
            for chunk in text.as_bytes().chunks(CHUNK) {
                let Some(folded) = buffer.get_mut(..chunk.len()) else { continue };
                folded.copy_from_slice(chunk);
                folded.make_ascii_lowercase();
                high.write(folded);
                low.write(folded);
            }
            // No text holds this byte, so that texts cannot run into each other.
            high.write_u8(0xff);
            low.write_u8(0xff);
        }
        u128::from(high.finish()) << 64 | u128::from(low.finish())
    }
}

#[cfg(test)]
mod tests {
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
}
