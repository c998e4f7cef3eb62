//! What `plan subnet` is asked.

use crate::ipam::{IpamMode, MaxSurge};

/// What the subnet is for, and what to change about it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SubnetRequest {
    /// A cluster, or a pool as `cluster/pool`; a name or an id.
    pub subject: String,
    /// So many nodes instead of what it may grow to; a cluster then counts as one pool.
    pub nodes: Option<u64>,
    /// So many pods a node.
    pub max_pods: Option<u32>,
    /// This mode.
    pub mode: Option<IpamMode>,
    /// This surge.
    pub max_surge: Option<MaxSurge>,
}

impl SubnetRequest {
    /// Whether the question is about the pools as they are.
    pub(super) fn changes_nothing(&self) -> bool {
        *self == Self { subject: self.subject.clone(), ..Self::default() }
    }
}
