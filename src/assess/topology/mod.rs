//! What a network reaches, what is taken there, and what is free. No other room looks at peerings.
//!
//! Four askers each have an answer of their own, in a file of its own; they differ in what they take to lie behind a hub:
//!
//! - [`index`], for conflicts: direct peers, and one hop behind a hub where the network's own peering joins it;
//! - [`surroundings`], for questions: any number of hops over peerings that join;
//! - [`groups`], for migrations: all networks that any chain of peerings connects;
//! - [`clearance`], for the blocks of new subnets: the pods of direct peers.

pub(crate) mod clearance;
pub(crate) mod free;
pub(crate) mod groups;
pub(crate) mod index;
mod owner;
mod peerings;
pub(crate) mod pods;
pub(crate) mod ranges;
pub(crate) mod surroundings;

pub use self::owner::Owner;
pub(crate) use self::peerings::peers;
