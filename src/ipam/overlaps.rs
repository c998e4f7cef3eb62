//! Which of many blocks a block overlaps, without comparing it with each.

use super::Cidr;

/// Blocks and what each stands for, in order: an estate has one index a network, so each is a list and no tree.
#[derive(Debug, Clone)]
pub struct Overlaps<T> {
    blocks: Vec<(Cidr, T)>,
    /// The lengths of the blocks, each once.
    lengths: Vec<u8>,
}

impl<T> Overlaps<T> {
    /// Everything that shares an address with the block: first what contains it, the largest first, then what lies
    /// in it.
    pub fn with(&self, block: Cidr) -> impl Iterator<Item = (Cidr, &T)> {
        let lengths = self.lengths.iter().copied().take_while(move |length| *length < block.length());
        let around = lengths.filter_map(move |length| Cidr::containing(block.network(), length));
        let around = around.flat_map(|around| self.from(around).take_while(move |(cidr, _)| *cidr == around));
        let within = self.from(block).take_while(move |(cidr, _)| block.contains(*cidr));
        around.chain(within)
    }

    /// Whether there is no block.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// Every block, in order.
    pub fn blocks(&self) -> impl Iterator<Item = Cidr> {
        self.blocks.iter().map(|(cidr, _)| *cidr)
    }

    /// The blocks from one on.
    fn from(&self, block: Cidr) -> impl Iterator<Item = (Cidr, &T)> {
        let start = self.blocks.partition_point(|(cidr, _)| *cidr < block);
        self.blocks.iter().skip(start).map(|(cidr, value)| (*cidr, value))
    }
}

impl<T> FromIterator<(Cidr, T)> for Overlaps<T> {
    /// Several things may have the same block.
    fn from_iter<I: IntoIterator<Item = (Cidr, T)>>(blocks: I) -> Self {
        let mut blocks: Vec<(Cidr, T)> = blocks.into_iter().collect();
        blocks.sort_by_key(|(cidr, _)| *cidr);
        blocks.shrink_to_fit();
        let mut lengths: Vec<u8> = blocks.iter().map(|(cidr, _)| cidr.length()).collect();
        lengths.sort_unstable();
        lengths.dedup();
        lengths.shrink_to_fit();
        Self { blocks, lengths }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn block() -> impl Strategy<Value = Cidr> {
        (any::<bool>(), any::<u8>(), 20u8..=32).prop_map(|(v4, at, length)| {
            let address = std::net::Ipv4Addr::new(10, 0, at % 16, at);
            let address = if v4 { address.into() } else { address.to_ipv6_mapped().into() };
            Cidr::containing(address, if v4 { length } else { 96 + length }).unwrap()
        })
    }

    proptest! {
        #[test]
        fn the_index_finds_what_a_comparison_with_each_finds(blocks in prop::collection::vec(block(), 0..20), one in block()) {
            let index: Overlaps<usize> = blocks.iter().copied().enumerate().map(|(at, b)| (b, at)).collect();
            let found: Vec<(Cidr, usize)> = index.with(one).map(|(block, at)| (block, *at)).collect();
            // What contains the block comes first, the largest before the others; of equals, the first given.
            let mut expected: Vec<(Cidr, usize)> =
                blocks.iter().enumerate().filter(|(_, b)| b.overlaps(one)).map(|(at, b)| (*b, at)).collect();
            expected.sort_by_key(|(block, at)| (one.contains(*block), *block, *at));
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
