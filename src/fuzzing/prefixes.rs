//! Prefixes and sets of addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use arbitrary::{Result, Unstructured};

use crate::{
    inventory::Prefixes,
    ipam::{
        Cidr, Overlaps, RangeSet, pod_cidr_nodes, smallest_pod_cidr_for, smallest_subnet_for, usable,
        usable_of_length,
    },
};

/// Blocks of a few bytes each, and the same bytes as a list of texts.
///
/// # Panics
/// When a block does not read as what it prints, or when the arithmetic contradicts itself.
pub fn prefixes(bytes: &[u8]) {
    texts(&String::from_utf8_lossy(bytes));
    let mut from = Unstructured::new(bytes);
    let mut sets = [Vec::new(), Vec::new()];
    while !from.is_empty() {
        let Ok((at, block)) = block(&mut from) else { break };
        assert_eq!(block.to_string().parse::<Cidr>().as_ref(), Ok(&block));
        sets[at].push(block);
    }
    overlaps(&sets[0], &sets[1]);
    let [one, other] = sets.map(|blocks| blocks.into_iter().collect::<RangeSet>());
    together(&one, &other);
    alone(&one);
}

/// Which set, and the block: mostly of one corner of the address space, where blocks meet.
fn block(from: &mut Unstructured<'_>) -> Result<(usize, Cidr)> {
    let kind = from.arbitrary::<u8>()?;
    let length = from.arbitrary::<u8>()?;
    let (address, most) = match kind >> 1 & 3 {
        0 => (IpAddr::V6(Ipv6Addr::from_bits(from.arbitrary()?)), 128),
        1 => (IpAddr::V4(Ipv4Addr::from_bits(from.arbitrary()?)), 32),
        2 => (IpAddr::V4(Ipv4Addr::new(255, 255, 255, from.arbitrary()?)), 32),
        _ => (IpAddr::V4(Ipv4Addr::new(10, 0, 0, from.arbitrary()?)), 32),
    };
    assert!(length <= most || Cidr::containing(address, length).is_none());
    let block = Cidr::containing(address, length % (most + 1)).expect("the length is one of the family");
    assert!(block.contains_address(address));
    Ok((usize::from(kind & 1), block))
}

/// Whatever stands in a list is kept, as a block or as a text.
fn texts(text: &str) {
    let list: Vec<&str> = text.split([',', '\n']).collect();
    let prefixes: Prefixes = list.iter().copied().collect();
    for part in &list {
        match part.parse::<Cidr>() {
            Ok(block) => {
                assert!(prefixes.known.contains(&block));
                assert_eq!(block.to_string().parse::<Cidr>().as_ref(), Ok(&block));
            }
            Err(error) => {
                assert!(prefixes.unreadable.iter().any(|text| text == part));
                drop(error.to_string());
            }
        }
    }
    let _ = usable(prefixes.v4());
    for block in prefixes.v4() {
        let nodes = pod_cidr_nodes(block).expect("it is IPv4");
        assert!(nodes == 0 || smallest_pod_cidr_for(nodes) == Some(block.length()));
        let room = usable_of_length(block.length());
        assert!(smallest_subnet_for(room).is_none_or(|length| usable_of_length(length) >= room));
    }
}

/// The index finds what a look at every block finds.
fn overlaps(blocks: &[Cidr], others: &[Cidr]) {
    let index: Overlaps<usize> = blocks.iter().copied().zip(0..).collect();
    for other in others {
        let mut found: Vec<usize> = index.with(*other).map(|(_, at)| *at).collect();
        found.sort_unstable();
        let looked = blocks.iter().enumerate().filter(|(_, block)| block.overlaps(*other)).map(|(at, _)| at);
        assert!(looked.eq(found), "{blocks:?} {other}");
    }
}

fn alone(set: &RangeSet) {
    let blocks = set.blocks();
    assert_eq!(&blocks.iter().copied().collect::<RangeSet>(), set);
    let size: u128 = blocks.iter().map(|block| block.size()).sum();
    assert_eq!(size, u128::from(set.size()));
    let everything: RangeSet = ["0.0.0.0/0"].iter().filter_map(|text| text.parse::<Cidr>().ok()).collect();
    assert_eq!(&everything.subtract(&everything.subtract(set)), set);
    for length in 0..=33 {
        let (first, count) = (set.first_block(length), set.count_blocks(length));
        assert_eq!(first.is_some(), count > 0);
        assert!(first.is_none_or(|block| [block].into_iter().collect::<RangeSet>().subtract(set).is_empty()));
        assert!(length > 32 || count << (32 - length) <= set.size());
    }
}

fn together(one: &RangeSet, other: &RangeSet) {
    let (both, either) = (one.intersect(other), one.union(other));
    let (left, right) = (one.subtract(other), other.subtract(one));
    assert_eq!(both, other.intersect(one));
    assert_eq!(left.union(&both), *one);
    assert_eq!(left.union(&right).union(&both), either);
    assert_eq!(left.size() + right.size() + both.size(), either.size());
    for block in other.blocks() {
        assert_eq!(one.overlaps(block), !one.intersect(&[block].into_iter().collect()).is_empty());
    }
}
