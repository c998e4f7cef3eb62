//! Which instances hold addresses, by number, in as little memory as there are gaps between them.

use serde::{Deserialize, Serialize};

/// Numbers of machines: of the instances of a scale set, or of the virtual machines of an availability set. Kept as runs from
/// a first to a last, because most of a set are numbered one after the other.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<(u32, u32)>", into = "Vec<(u32, u32)>")]
pub struct Instances(Box<[(u32, u32)]>);

impl Instances {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.iter().map(|(first, last)| u64::from(last - first) + 1).sum()
    }

    /// Whether one of them has this number.
    #[must_use]
    pub fn contains(&self, number: u32) -> bool {
        let before = self.0.partition_point(|(first, _)| *first <= number);
        before.checked_sub(1).and_then(|at| self.0.get(at)).is_some_and(|(_, last)| number <= *last)
    }
}

impl FromIterator<u32> for Instances {
    fn from_iter<I: IntoIterator<Item = u32>>(numbers: I) -> Self {
        numbers.into_iter().map(|number| (number, number)).collect::<Vec<_>>().into()
    }
}

impl From<Vec<(u32, u32)>> for Instances {
    /// Puts runs in order, joins those that touch, and leaves out what is none.
    fn from(mut runs: Vec<(u32, u32)>) -> Self {
        runs.retain(|(first, last)| first <= last);
        runs.sort_unstable();
        runs.dedup_by(|(first, last), (_, before)| {
            let touches = *first <= before.saturating_add(1);
            if touches {
                *before = (*before).max(*last);
            }
            touches
        });
        Self(runs.into_boxed_slice())
    }
}

impl From<Instances> for Vec<(u32, u32)> {
    fn from(instances: Instances) -> Self {
        instances.0.into_vec()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn runs_hold_what_was_put_into_them(numbers in prop::collection::vec(0u32..60, 0..40)) {
            let instances: Instances = numbers.iter().copied().collect();
            let distinct: BTreeSet<u32> = numbers.into_iter().collect();
            prop_assert_eq!(instances.count(), distinct.len() as u64);
            prop_assert!((0..61).all(|number| instances.contains(number) == distinct.contains(&number)));
            let text = serde_json::to_string(&instances).unwrap();
            prop_assert_eq!(serde_json::from_str::<Instances>(&text).unwrap(), instances);
        }
    }

    #[test]
    fn a_file_of_somebody_elses_is_put_in_order() {
        let read = |text: &str| serde_json::from_str::<Instances>(text).unwrap();
        assert_eq!(read("[[4,5],[9,7],[0,3],[2,2]]"), (0..6).collect());
        let all = read("[[0,4294967295],[4294967295,4294967295]]");
        assert_eq!((all.count(), all.contains(u32::MAX)), (1 << 32, true));
    }
}
