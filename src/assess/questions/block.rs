//! A block as people write it: `/24` where only the size matters, `10.1.0.0/24` where the place does too.

use std::{fmt, str::FromStr};

use crate::ipam::{
    Cidr,
    limits::{LONGEST_SUBNET_PREFIX, POD_BLOCK_PREFIX, SHORTEST_SUBNET_PREFIX},
};

/// An IPv4 block of a size, with or without a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// The prefix length.
    pub length: u8,
    /// Where it is.
    pub at: Option<Cidr>,
}

/// The text is no block, or none of an allowed size.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidBlock {
    /// Neither `/24` nor `10.1.0.0/24`.
    #[error("`{0}` is neither a prefix length such as /24 nor an IPv4 block such as 10.1.0.0/24")]
    Syntax(String),
    /// A CIDR block with bits beyond its length.
    #[error(transparent)]
    Cidr(#[from] crate::ipam::InvalidCidr),
    /// A length that is not allowed here.
    #[error("/{length} is not allowed: {what} has a prefix length from /{shortest} to /{longest}")]
    Length {
        /// What was given.
        length: u32,
        /// What the block is for.
        what: &'static str,
        /// The largest block allowed.
        shortest: u8,
        /// The smallest block allowed.
        longest: u8,
    },
}

impl FromStr for Block {
    type Err = InvalidBlock;

    fn from_str(text: &str) -> Result<Self, InvalidBlock> {
        within(text, "an IPv4 block", 0, 32)
    }
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at {
            Some(cidr) => cidr.fmt(f),
            None => write!(f, "/{}", self.length),
        }
    }
}

/// Reads a block for a subnet, /8 to /29.
/// <https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq>
///
/// # Errors
/// When it is no IPv4 block or of another size.
pub fn subnet_block(text: &str) -> Result<Block, InvalidBlock> {
    within(text, "a subnet", SHORTEST_SUBNET_PREFIX, LONGEST_SUBNET_PREFIX)
}

/// Reads a block for pods: a /24 a node, so /24 at the smallest (A2.5).
/// <https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay>
///
/// # Errors
/// When it is no IPv4 block or of another size.
pub fn pod_cidr_block(text: &str) -> Result<Block, InvalidBlock> {
    within(text, "a pod CIDR", SHORTEST_SUBNET_PREFIX, POD_BLOCK_PREFIX)
}

fn within(text: &str, what: &'static str, shortest: u8, longest: u8) -> Result<Block, InvalidBlock> {
    let syntax = || InvalidBlock::Syntax(text.to_owned());
    let (address, digits) = text.split_once('/').ok_or_else(syntax)?;
    let length: u32 = Some(digits)
        .filter(|d| d.bytes().all(|b| b.is_ascii_digit()))
        .and_then(|d| d.parse().ok())
        .ok_or_else(syntax)?;
    let outside = InvalidBlock::Length { length, what, shortest, longest };
    let length = u8::try_from(length).ok().filter(|l| (shortest..=longest).contains(l)).ok_or(outside)?;
    if address.is_empty() {
        return Ok(Block { length, at: None });
    }
    let cidr: Cidr = text.parse()?;
    if cidr.is_v4() { Ok(Block { length, at: Some(cidr) }) } else { Err(syntax()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_a_size_or_a_place() {
        assert_eq!(subnet_block("/24").unwrap(), Block { length: 24, at: None });
        assert_eq!(subnet_block("10.1.0.0/24").unwrap().to_string(), "10.1.0.0/24");
        assert_eq!("/32".parse::<Block>().unwrap().to_string(), "/32");
        for text in ["24", "/", "/+8", "/x", "10.0.0.0", "fd00::/24", "10.0.0/24"] {
            assert!(subnet_block(text).is_err(), "{text}");
        }
    }

    #[test]
    fn nonsense_is_refused_with_what_is_allowed() {
        let refusal = |outcome: Result<Block, InvalidBlock>| outcome.unwrap_err().to_string();
        for text in ["/33", "10.0.0.0/33", "/30", "/7"] {
            assert!(
                refusal(subnet_block(text)).ends_with("a subnet has a prefix length from /8 to /29"),
                "{text}"
            );
        }
        assert!(refusal(pod_cidr_block("/25")).ends_with("a pod CIDR has a prefix length from /8 to /24"));
        assert_eq!(
            refusal(subnet_block("10.0.0.5/24")),
            "`10.0.0.5/24` has bits set beyond its length; the block that holds it is 10.0.0.0/24"
        );
    }
}
