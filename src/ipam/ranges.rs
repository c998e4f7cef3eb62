//! Sets of IPv4 addresses as sorted integer ranges.

use std::net::{IpAddr, Ipv4Addr};

use super::Cidr;

/// A set of IPv4 addresses: sorted, disjoint, inclusive ranges with a gap between any two.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RangeSet(Vec<(u32, u32)>);

impl FromIterator<Cidr> for RangeSet {
    /// Joins blocks, which may touch and overlap; IPv6 blocks are left out.
    fn from_iter<I: IntoIterator<Item = Cidr>>(blocks: I) -> Self {
        Self::normalised(blocks.into_iter().filter_map(|b| Some((b.first_v4()?, b.last_v4()?))).collect())
    }
}

impl RangeSet {
    fn normalised(mut ranges: Vec<(u32, u32)>) -> Self {
        ranges.sort_unstable();
        let mut joined: Vec<(u32, u32)> = Vec::with_capacity(ranges.len());
        for (first, last) in ranges {
            match joined.last_mut() {
                Some(open) if u64::from(first) <= u64::from(open.1) + 1 => open.1 = open.1.max(last),
                _ => joined.push((first, last)),
            }
        }
        Self(joined)
    }

    /// The ranges as first and last address, in order.
    #[must_use]
    pub fn ranges(&self) -> &[(u32, u32)] {
        &self.0
    }

    /// How many addresses the set holds.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.0.iter().map(|(first, last)| u64::from(last - first) + 1).sum()
    }

    /// Whether the set holds no address.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The addresses of either set.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self::normalised(self.0.iter().chain(&other.0).copied().collect())
    }

    /// The addresses of this set that are not in `other`.
    #[must_use]
    pub fn subtract(&self, other: &Self) -> Self {
        let mut rest = Vec::with_capacity(self.0.len());
        let mut holes = other.0.iter().copied().peekable();
        for &(first, last) in &self.0 {
            let mut next = u64::from(first);
            while let Some(&(hole_first, hole_last)) = holes.peek() {
                if hole_first > last {
                    break;
                }
                if let Some(end) = hole_first.checked_sub(1).filter(|end| u64::from(*end) >= next) {
                    rest.extend(u32::try_from(next).ok().map(|start| (start, end)));
                }
                next = next.max(u64::from(hole_last) + 1);
                if hole_last > last {
                    break;
                }
                holes.next();
            }
            if let Some(start) = u32::try_from(next).ok().filter(|start| *start <= last) {
                rest.push((start, last));
            }
        }
        Self(rest)
    }

    /// The addresses of both sets.
    #[must_use]
    pub fn intersect(&self, other: &Self) -> Self {
        self.subtract(&self.subtract(other))
    }

    /// Whether the set shares an address with the block.
    #[must_use]
    pub fn overlaps(&self, block: Cidr) -> bool {
        let (Some(first), Some(last)) = (block.first_v4(), block.last_v4()) else { return false };
        let after = self.0.partition_point(|range| range.1 < first);
        self.0.get(after).is_some_and(|range| range.0 <= last)
    }

    /// The fewest aligned blocks that make up the set, in order of address.
    #[must_use]
    pub fn blocks(&self) -> Vec<Cidr> {
        self.0.iter().flat_map(|range| blocks_of_range(*range)).collect()
    }

    /// The lowest aligned block of `length` bits that lies in the set.
    #[must_use]
    pub fn first_block(&self, length: u8) -> Option<Cidr> {
        self.0
            .iter()
            .find_map(|range| whole_blocks(*range, length))
            .and_then(|(first, _)| block(first, length))
    }

    /// How many aligned blocks of `length` bits lie in the set.
    #[must_use]
    pub fn count_blocks(&self, length: u8) -> u64 {
        self.0.iter().filter_map(|range| whole_blocks(*range, length)).map(|(_, count)| count).sum()
    }
}

fn block(first: u64, length: u8) -> Option<Cidr> {
    let address = Ipv4Addr::from_bits(u32::try_from(first).ok()?);
    Cidr::containing(IpAddr::V4(address), length)
}

/// The first whole aligned block in a range, and how many there are.
fn whole_blocks((first, last): (u32, u32), length: u8) -> Option<(u64, u64)> {
    let size = 1u64 << 32u8.checked_sub(length)?;
    let start = u64::from(first).next_multiple_of(size);
    let count = (u64::from(last) + 1).checked_sub(start)? / size;
    (count > 0).then_some((start, count))
}

fn blocks_of_range((first, last): (u32, u32)) -> Vec<Cidr> {
    let (mut next, end) = (u64::from(first), u64::from(last) + 1);
    let mut blocks = Vec::new();
    while next < end {
        let aligned = next.trailing_zeros().min(32);
        let bits = aligned.min((end - next).ilog2());
        let length = u8::try_from(32 - bits).unwrap_or_default();
        blocks.extend(block(next, length));
        next += 1 << bits;
    }
    blocks
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn set(blocks: &[&str]) -> RangeSet {
        blocks.iter().map(|b| b.parse::<Cidr>().unwrap()).collect()
    }

    fn texts(set: &RangeSet) -> Vec<String> {
        set.blocks().iter().map(Cidr::to_string).collect()
    }

    #[test]
    fn touching_blocks_become_one() {
        let joined = set(&["10.0.1.0/24", "10.0.0.0/24", "10.0.1.128/25", "fd00::/64"]);
        assert_eq!(joined.ranges().len(), 1);
        assert_eq!(texts(&joined), ["10.0.0.0/23"]);
        assert_eq!(set(&["0.0.0.0/1", "128.0.0.0/1"]).size(), 1 << 32);
    }

    #[test]
    fn gaps_of_a_network_are_aligned_blocks() {
        let free = set(&["10.0.0.0/22"]).subtract(&set(&["10.0.0.0/26", "10.0.1.0/24"]));
        assert_eq!(texts(&free), ["10.0.0.64/26", "10.0.0.128/25", "10.0.2.0/23"]);
        assert_eq!(free.first_block(25).unwrap().to_string(), "10.0.0.128/25");
        assert_eq!(free.first_block(22), None);
        assert_eq!(free.count_blocks(26), 3 + 8);
    }

    #[test]
    fn the_whole_space_can_be_cut() {
        let all = set(&["0.0.0.0/0"]);
        assert_eq!(texts(&all), ["0.0.0.0/0"]);
        assert!(all.subtract(&all).is_empty());
        let rest = all.subtract(&set(&["0.0.0.0/32", "255.255.255.255/32"]));
        assert_eq!(rest.ranges(), [(1, u32::MAX - 1)]);
    }

    /// A universe of 256 addresses, so that sets can be compared address by address.
    fn small_set() -> impl Strategy<Value = RangeSet> {
        prop::collection::vec((0u32..256, 24u8..=32), 0..6).prop_map(|blocks| {
            blocks.iter().filter_map(|(at, length)| block(u64::from(*at), *length)).collect()
        })
    }

    fn members(set: &RangeSet) -> Vec<u32> {
        set.ranges().iter().flat_map(|(first, last)| *first..=*last).collect()
    }

    proptest! {
        #[test]
        fn sets_behave_like_sets_of_addresses(a in small_set(), b in small_set(), length in 24u8..=32) {
            let in_a = |x: &u32| members(&a).contains(x);
            let in_b = |x: &u32| members(&b).contains(x);
            let all: Vec<u32> = (0..256).collect();
            let pick = |keep: &dyn Fn(&u32) -> bool| all.iter().copied().filter(|x| keep(x)).collect::<Vec<_>>();
            prop_assert_eq!(members(&a.union(&b)), pick(&|x| in_a(x) || in_b(x)));
            prop_assert_eq!(members(&a.subtract(&b)), pick(&|x| in_a(x) && !in_b(x)));
            prop_assert_eq!(members(&a.intersect(&b)), pick(&|x| in_a(x) && in_b(x)));
            prop_assert_eq!(a.blocks().into_iter().collect::<RangeSet>(), a.clone());
            let size = 1u32 << (32 - length);
            let whole: Vec<u32> =
                (0..256 / size).map(|i| i * size).filter(|s| (*s..s + size).all(|x| in_a(&x))).collect();
            prop_assert_eq!(a.count_blocks(length), whole.len() as u64);
            prop_assert_eq!(a.first_block(length).and_then(Cidr::first_v4), whole.first().copied());
            for at in &all {
                let one = block(u64::from(*at), 32).unwrap();
                prop_assert_eq!(a.overlaps(one), in_a(at));
            }
        }
    }
}
