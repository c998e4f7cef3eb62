//! What is free in a network, and where its space could grow.

use super::{Note, PlanError, Step, around::Around};
use crate::{
    assess::{
        estate::{
            Estate,
            space::{free_blocks, free_space},
        },
        options::Options,
        topology::{Clear, Taken, Why},
    },
    inventory::{Inventory, ResourceId, VirtualNetwork},
    ipam::{
        Cidr, RangeSet,
        limits::{LONGEST_SUBNET_PREFIX, SHORTEST_SUBNET_PREFIX},
        usable_of_length,
    },
};

/// What is free in a network.
#[derive(Debug, Clone, PartialEq)]
pub struct Free {
    /// The network.
    pub vnet_id: ResourceId,
    /// Its IPv4 space.
    pub address_space: Vec<Cidr>,
    /// The size asked for.
    pub size: Option<u8>,
    /// Its free blocks: aligned, the largest first. With the subnets they make up the space.
    pub blocks: Vec<FreeBlock>,
    /// The first clear block of the size asked for.
    pub first: Option<Cidr>,
    /// Private address space, the largest block first, that overlaps neither the network nor anything around it.
    pub growth: Vec<Cidr>,
    /// The first block of the size asked for in that.
    pub first_growth: Option<Cidr>,
    /// What growth keeps away from.
    pub around: Vec<Taken>,
    /// The arithmetic.
    pub steps: Vec<Step>,
    /// What a reader should know.
    pub notes: Vec<Note>,
}

/// A free block.
#[derive(Debug, Clone, PartialEq)]
pub struct FreeBlock {
    /// The block.
    pub block: Cidr,
    /// Addresses a subnet of the whole block offers.
    pub usable: u64,
    /// Clear blocks of the size asked for in it.
    pub holds: Option<u64>,
    /// What around the network it overlaps, so that it is no good for a subnet.
    pub overlaps: Vec<Taken>,
}

impl Free {
    /// Whether there is a clear block of the size asked for, or any at all.
    #[must_use]
    pub fn fits(&self) -> bool {
        match self.size {
            Some(_) => self.first.is_some(),
            None => self.blocks.iter().any(|block| block.usable > 0),
        }
    }
}

/// Blocks of a set, the largest first.
pub(crate) fn largest_first(space: &RangeSet) -> Vec<Cidr> {
    let mut blocks = space.blocks();
    blocks.sort_by_key(|block| (block.length(), *block));
    blocks
}

/// What is free in a network, and where its space could grow.
///
/// # Errors
/// When the size is none a subnet may have.
pub fn free(
    inventory: &Inventory,
    vnet: &VirtualNetwork,
    size: Option<u8>,
    options: &Options,
) -> Result<Free, PlanError> {
    if let Some(size) = size.filter(|size| !(SHORTEST_SUBNET_PREFIX..=LONGEST_SUBNET_PREFIX).contains(size)) {
        let allowed = format!("/{SHORTEST_SUBNET_PREFIX} to /{LONGEST_SUBNET_PREFIX}");
        return Err(PlanError::NotAllowed { what: format!("a subnet can't be a /{size}"), allowed });
    }
    let estate = Estate::of(inventory, options);
    let Around { taken: around, mut notes } = Around::of(inventory, &estate, vnet, options);
    let clear = Clear::within(vnet, &around);
    let blocks: Vec<FreeBlock> = free_blocks(vnet)
        .into_iter()
        .map(|block| {
            let inside: RangeSet = [block].into_iter().collect();
            FreeBlock {
                block,
                usable: usable_of_length(block.length()),
                holds: size.map(|size| inside.intersect(&clear.space).count_blocks(size)),
                overlaps: around
                    .iter()
                    .filter(|taken| taken.why != Why::Linked && taken.cidr.overlaps(block))
                    .cloned()
                    .collect(),
            }
        })
        .collect();
    let growth = Clear::beside(vnet, &around);
    let first = size.and_then(|size| clear.first_block(size));
    let first_growth = size.and_then(|size| growth.first_block(size));
    notes.extend(has_unreadable_prefixes(vnet).then_some(Note::UnreadablePrefixes));
    // Of the two the one that is advised.
    notes.extend(first.or(first_growth).into_iter().flat_map(|block| linked(&around, block)));
    let space: RangeSet = vnet.address_space.v4().collect();
    let free = free_space(vnet).size();
    let allocated = space.size() - free;
    Ok(Free {
        vnet_id: vnet.id.clone(),
        address_space: vnet.address_space.v4().collect(),
        size,
        blocks,
        first,
        growth: largest_first(growth.preferred()),
        first_growth,
        steps: vec![Step::Free { space: space.size(), allocated, free }, Step::Clear(clear.space.size())],
        around,
        notes,
    })
}

/// That a block meets networks that are linked.
pub(super) fn linked(around: &[Taken], block: Cidr) -> impl Iterator<Item = Note> {
    let met = around.iter().filter(move |taken| taken.why == Why::Linked && taken.cidr.overlaps(block));
    met.filter_map(|taken| taken.owner.clone().resource()).map(Note::Linked)
}

/// Whether less may be free than was read.
fn has_unreadable_prefixes(vnet: &VirtualNetwork) -> bool {
    let mut all = vnet.subnets.iter().map(|subnet| &subnet.prefixes).chain([&vnet.address_space]);
    all.any(|prefixes| !prefixes.unreadable.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::assess::testing::{
        Network, cluster, estate, forwarding, options, peering, pool_in, subnet, vnet,
    };

    fn cidr(text: &str) -> Cidr {
        text.parse().unwrap()
    }

    #[test]
    fn growth_keeps_away_from_what_a_hub_joins() {
        let mut own = vnet("v", &["10.0.0.0/16"], vec![subnet("a", "10.0.0.0/17", vec![])]);
        own.peerings = vec![forwarding("v", "hub", &["10.1.0.0/16"])];
        let mut hub = vnet("hub", &["10.1.0.0/16"], vec![]);
        hub.peerings =
            vec![forwarding("hub", "v", &["10.0.0.0/16"]), forwarding("hub", "far", &["10.2.0.0/16"])];
        let inventory = estate(vec![], vec![own.clone(), hub]);
        let answer = free(
            &inventory,
            &own,
            Some(16),
            &Options { on_premises: vec![cidr("192.168.0.0/16")], ..options() },
        )
        .unwrap();
        assert!(!answer.fits());
        assert_eq!(answer.first_growth, Some(cidr("10.3.0.0/16")));
        for taken in ["10.0.0.0/16", "10.1.0.0/16", "10.2.0.0/16", "192.168.0.0/16", "172.30.0.0/16"] {
            assert!(answer.growth.iter().all(|block| !block.overlaps(cidr(taken))), "{taken}");
        }
        own.peerings = vec![peering("v", "hub", &["10.1.0.0/16"])];
        let inventory = estate(vec![], vec![own.clone(), inventory.virtual_networks[1].clone()]);
        let answer = free(&inventory, &own, Some(16), &options()).unwrap();
        // What is only linked is no obstacle, and still better left alone.
        assert_eq!(answer.first_growth, Some(cidr("10.3.0.0/16")));
        let far = answer.around.iter().find(|taken| taken.owner.name() == "far").unwrap();
        assert_eq!((far.cidr, far.why), (cidr("10.2.0.0/16"), Why::Linked));
    }

    #[test]
    fn a_block_that_services_use_is_free_but_not_clear() {
        let mut shop = cluster("shop", Network::Flat);
        shop.pools = vec![pool_in("np", 1, "a")];
        let own = vnet("v", &["10.0.0.0/15"], vec![subnet("a", "10.1.0.0/17", vec![])]);
        let inventory = estate(vec![shop], vec![own.clone()]);
        let answer = free(&inventory, &own, Some(24), &options()).unwrap();
        let shown: Vec<_> =
            answer.blocks.iter().map(|b| (b.block.to_string(), b.holds, b.overlaps.len())).collect();
        assert_eq!(
            shown,
            [("10.0.0.0/16".to_owned(), Some(0), 1), ("10.1.128.0/17".to_owned(), Some(128), 0)]
        );
        assert_eq!(answer.first, Some(cidr("10.1.128.0/24")));
        assert!(free(&inventory, &own, Some(30), &options()).is_err());
    }

    proptest! {
        /// With the subnets, the free blocks make up the network's space, and none overlaps anything.
        #[test]
        fn free_and_allocated_make_the_space(
            places in prop::collection::vec((0u32..4096, 22u8..=29), 0..12), size in 20u8..=29
        ) {
            let space = cidr("10.0.0.0/20");
            let subnets: Vec<_> = places.iter().enumerate().map(|(i, (at, length))| {
                let address = std::net::Ipv4Addr::from_bits(0x0a00_0000 + at);
                let prefix = Cidr::containing(address.into(), *length).unwrap();
                subnet(&format!("s{i}"), &prefix.to_string(), vec![])
            }).collect();
            let own = vnet("v", &["10.0.0.0/20"], subnets.clone());
            let answer = free(&estate(vec![], vec![own.clone()]), &own, Some(size), &options()).unwrap();
            let allocated: RangeSet = subnets.iter().flat_map(|s| s.prefixes.v4()).collect();
            let blocks: Vec<Cidr> = answer.blocks.iter().map(|b| b.block).collect();
            for (i, block) in blocks.iter().enumerate() {
                prop_assert!(!allocated.overlaps(*block));
                prop_assert!(blocks.iter().skip(i + 1).all(|other| !other.overlaps(*block)));
            }
            prop_assert!(blocks.is_sorted_by_key(|block| block.length()));
            let together = blocks.iter().copied().collect::<RangeSet>().union(&allocated);
            prop_assert_eq!(together, [space].into_iter().collect());
            let holds: u64 = answer.blocks.iter().filter_map(|b| b.holds).sum();
            prop_assert_eq!(answer.first.is_some(), holds > 0);
            if let Some(first) = answer.first {
                prop_assert_eq!(first.length(), size);
                prop_assert!(!allocated.overlaps(first) && space.contains(first));
            }
        }
    }
}
