//! IPv4 prefixes, by hand: what is tested has its own arithmetic, and a shared mistake would not be seen.

use std::net::Ipv4Addr;

/// An IPv4 prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Prefix {
    base: u32,
    pub(crate) length: u32,
}

impl Prefix {
    /// A prefix whose bits after its length are 0; none where the text is no such prefix.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, length) = text.split_once('/')?;
        let (address, length) = (address.parse::<Ipv4Addr>().ok()?, length.parse::<u32>().ok()?);
        let base = u32::from(address);
        let rest = 1_u64 << 32_u32.checked_sub(length)?;
        u64::from(base).is_multiple_of(rest).then_some(Self { base, length })
    }

    /// All addresses.
    pub(crate) fn size(self) -> u64 {
        1 << (32 - self.length)
    }

    /// What Azure gives out of a subnet: all but five.
    /// <https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq>
    pub(crate) fn usable(self) -> u64 {
        self.size().saturating_sub(5)
    }

    /// The address so far behind its first one.
    pub(crate) fn address(self, offset: u32) -> Ipv4Addr {
        Ipv4Addr::from(self.base.saturating_add(offset))
    }

    pub(crate) fn holds(self, other: Self) -> bool {
        self.length <= other.length && self.covers(other.base)
    }

    pub(crate) fn holds_address(self, address: &str) -> bool {
        address.parse::<Ipv4Addr>().is_ok_and(|address| self.covers(u32::from(address)))
    }

    pub(crate) fn overlaps(self, other: Self) -> bool {
        self.holds(other) || other.holds(self)
    }

    fn covers(self, address: u32) -> bool {
        u64::from(address ^ self.base) < self.size()
    }
}

#[test]
fn prefixes_hold_and_overlap() {
    let of = |text| Prefix::parse(text).unwrap();
    assert_eq!(
        [of("10.0.0.0/24").usable(), of("10.0.0.0/29").usable(), of("0.0.0.0/0").size()],
        [251, 3, 1 << 32]
    );
    assert!(of("10.0.0.0/8").holds(of("10.255.0.0/16")) && !of("10.255.0.0/16").holds(of("10.0.0.0/8")));
    assert!(of("10.0.0.0/8").overlaps(of("10.9.0.0/16")) && of("10.9.0.0/16").overlaps(of("10.0.0.0/8")));
    assert!(!of("10.0.0.0/25").overlaps(of("10.0.0.128/25")));
    assert!(of("10.0.0.0/25").holds_address("10.0.0.127") && !of("10.0.0.0/25").holds_address("10.0.0.128"));
    for text in ["10.0.0.1/24", "10.0.0.0", "10.0.0.0/33", "fd00::/64", "10.0.0/24", "POD_CIDR"] {
        assert_eq!(Prefix::parse(text), None, "{text}");
    }
}
