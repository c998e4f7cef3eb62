//! The one place that knows the `ipnetwork` crate.

use std::{
    cmp::Ordering,
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

use ipnetwork::IpNetwork;
use serde::{Deserialize, Serialize};

/// A canonical CIDR block, IPv4 or IPv6: no host bits, an explicit length, and nothing else accepted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cidr(IpNetwork);

/// Why a text is no CIDR block.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCidr {
    /// Not `address/length`.
    #[error("`{0}` is not a CIDR block such as 10.0.0.0/16")]
    Syntax(String),
    /// Bits are set beyond the prefix length.
    #[error("`{given}` has bits set beyond its length; the block that holds it is {block}")]
    HostBits {
        /// What was given.
        given: String,
        /// The canonical block.
        block: Cidr,
    },
}

impl Cidr {
    /// The block of one address.
    #[must_use]
    pub fn of_address(address: IpAddr) -> Option<Self> {
        Self::containing(address, if address.is_ipv4() { 32 } else { 128 })
    }

    /// The block of `length` bits that begins at, or contains, `address`; none when the length is too long for the
    /// address family.
    #[must_use]
    pub fn containing(address: IpAddr, length: u8) -> Option<Self> {
        let network = match address {
            IpAddr::V4(address) => {
                let host_bits = u32::MAX.checked_shr(u32::from(length)).unwrap_or(0);
                IpAddr::V4(Ipv4Addr::from_bits(address.to_bits() & !host_bits))
            }
            IpAddr::V6(address) => {
                let host_bits = u128::MAX.checked_shr(u32::from(length)).unwrap_or(0);
                IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !host_bits))
            }
        };
        IpNetwork::new(network, length).ok().map(Self)
    }

    /// Whether it is an IPv4 block.
    #[must_use]
    pub fn is_v4(self) -> bool {
        self.0.is_ipv4()
    }

    /// The prefix length in bits.
    #[must_use]
    pub fn length(self) -> u8 {
        self.0.prefix()
    }

    /// The first address.
    #[must_use]
    pub fn network(self) -> IpAddr {
        // The block is canonical, so its address is its first.
        self.0.ip()
    }

    /// The first address of an IPv4 block as an integer.
    #[must_use]
    pub fn first_v4(self) -> Option<u32> {
        match self.network() {
            IpAddr::V4(address) => Some(address.to_bits()),
            IpAddr::V6(_) => None,
        }
    }

    /// The last address of an IPv4 block as an integer.
    #[must_use]
    pub fn last_v4(self) -> Option<u32> {
        let host_bits = u32::MAX.checked_shr(u32::from(self.length())).unwrap_or(0);
        self.first_v4().map(|first| first | host_bits)
    }

    /// Addresses in the block; 2^128 for `::/0` saturates.
    #[must_use]
    pub fn size(self) -> u128 {
        let bits: u32 = if self.is_v4() { 32 } else { 128 };
        1u128.checked_shl(bits - u32::from(self.length())).unwrap_or(u128::MAX)
    }

    /// Whether the two blocks share an address.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.contains(other) || other.contains(self)
    }

    /// Whether all of `other` lies in this block.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.length() <= other.length() && self.contains_address(other.network())
    }

    /// Whether the address lies in this block.
    #[must_use]
    pub fn contains_address(self, address: IpAddr) -> bool {
        self.is_v4() == address.is_ipv4() && Self::containing(address, self.length()) == Some(self)
    }
}

impl FromStr for Cidr {
    type Err = InvalidCidr;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let syntax = || InvalidCidr::Syntax(text.to_owned());
        let (address, length) = text.split_once('/').ok_or_else(syntax)?;
        let address: IpAddr = address.parse().map_err(|_| syntax())?;
        let canonical_length =
            length.bytes().all(|b| b.is_ascii_digit()) && (length == "0" || !length.starts_with('0'));
        let length: u8 = length.parse().ok().filter(|_| canonical_length).ok_or_else(syntax)?;
        let block = Self::containing(address, length).ok_or_else(syntax)?;
        if block.network() == address {
            Ok(block)
        } else {
            Err(InvalidCidr::HostBits { given: text.to_owned(), block })
        }
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.network(), self.length())
    }
}

impl fmt::Debug for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// IPv4 before IPv6, then by first address, then the larger block first.
impl Ord for Cidr {
    fn cmp(&self, other: &Self) -> Ordering {
        self.network().cmp(&other.network()).then(self.length().cmp(&other.length()))
    }
}

impl PartialOrd for Cidr {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl TryFrom<String> for Cidr {
    type Error = InvalidCidr;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Cidr> for String {
    fn from(cidr: Cidr) -> Self {
        cidr.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cidr(text: &str) -> Cidr {
        text.parse().unwrap()
    }

    #[test]
    fn only_canonical_blocks_are_read() {
        for text in ["10.0.0.0/8", "0.0.0.0/0", "10.0.0.1/32", "fd00::/64", "::/0"] {
            assert_eq!(cidr(text).to_string(), text);
        }
        for text in [
            "",
            "10.0.0.1",
            "10.0.0.0/33",
            "10.0.0.0/+8",
            "10.0.0.0/032",
            "10.0.0.0/255.0.0.0",
            "10.0.0.0/",
            "x/8",
        ] {
            assert!(matches!(text.parse::<Cidr>(), Err(InvalidCidr::Syntax(_))), "{text}");
        }
        let error = "10.0.0.5/24".parse::<Cidr>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "`10.0.0.5/24` has bits set beyond its length; the block that holds it is 10.0.0.0/24"
        );
    }

    #[test]
    fn blocks_know_their_bounds() {
        assert_eq!(cidr("10.0.0.0/24").last_v4(), Some(0x0a00_00ff));
        assert_eq!(cidr("0.0.0.0/0").last_v4(), Some(u32::MAX));
        assert_eq!(cidr("10.0.0.1/32").last_v4(), cidr("10.0.0.1/32").first_v4());
        assert_eq!(cidr("0.0.0.0/0").size(), 1 << 32);
        assert_eq!(cidr("fd00::/64").size(), 1 << 64);
        assert_eq!(cidr("::/0").size(), u128::MAX);
    }

    #[test]
    fn overlap_is_containment_one_way_or_the_other() {
        assert!(cidr("10.0.0.0/8").overlaps(cidr("10.244.0.0/16")));
        assert!(cidr("10.244.0.0/16").overlaps(cidr("10.0.0.0/8")));
        assert!(!cidr("10.0.0.0/24").overlaps(cidr("10.0.1.0/24")));
        assert!(!cidr("0.0.0.0/0").overlaps(cidr("::/0")));
    }
}
