//! Which of many blocks a block overlaps, without comparing it with each.

use std::collections::{BTreeMap, BTreeSet};

use super::Cidr;

/// Blocks and what each stands for.
#[derive(Debug, Clone)]
pub struct Overlaps<T> {
    blocks: BTreeMap<Cidr, Vec<T>>,
    lengths: BTreeSet<u8>,
}

impl<T> Default for Overlaps<T> {
    fn default() -> Self {
        Self { blocks: BTreeMap::new(), lengths: BTreeSet::new() }
    }
}

impl<T> Overlaps<T> {
    /// Adds a block; several things may have the same one.
    pub fn insert(&mut self, block: Cidr, value: T) {
        self.lengths.insert(block.length());
        self.blocks.entry(block).or_default().push(value);
    }

    /// Everything that shares an address with the block: first what contains it, the largest first, then what lies
    /// in it.
    pub fn with(&self, block: Cidr) -> impl Iterator<Item = (Cidr, &T)> {
        let lengths = self.lengths.range(..block.length());
        let around = lengths.filter_map(move |length| Cidr::containing(block.network(), *length));
        let around = around.filter_map(|cidr| self.blocks.get_key_value(&cidr));
        let within = self.blocks.range(block..).take_while(move |(cidr, _)| block.contains(**cidr));
        around.chain(within).flat_map(|(cidr, values)| values.iter().map(|value| (*cidr, value)))
    }
}

impl<T> FromIterator<(Cidr, T)> for Overlaps<T> {
    fn from_iter<I: IntoIterator<Item = (Cidr, T)>>(blocks: I) -> Self {
        let mut overlaps = Self::default();
        for (block, value) in blocks {
            overlaps.insert(block, value);
        }
        overlaps
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn block() -> impl Strategy<Value = Cidr> {
        (any::<u8>(), 20u8..=32).prop_map(|(at, length)| {
            let address = std::net::Ipv4Addr::new(10, 0, at % 16, at);
            Cidr::containing(address.into(), length).unwrap()
        })
    }

    proptest! {
        #[test]
        fn the_index_finds_what_a_comparison_with_each_finds(blocks in prop::collection::vec(block(), 0..20), one in block()) {
            let index: Overlaps<usize> = blocks.iter().copied().enumerate().map(|(at, b)| (b, at)).collect();
            let mut found: Vec<usize> = index.with(one).map(|(_, at)| *at).collect();
            found.sort_unstable();
            let expected: Vec<usize> =
                blocks.iter().enumerate().filter(|(_, b)| b.overlaps(one)).map(|(at, _)| at).collect();
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn families_do_not_mix() {
        let index: Overlaps<()> = [("::/0".parse().unwrap(), ())].into_iter().collect();
        assert_eq!(index.with("0.0.0.0/0".parse().unwrap()).count(), 0);
        assert_eq!(index.with("fd00::/64".parse().unwrap()).count(), 1);
    }
}
