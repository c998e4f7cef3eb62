//! The limits of Azure and AKS that arithmetic needs. The figures stand in `rules/limits.toml`, each with its source and
//! the day it was checked; the compiler reads them from there, and refuses a file that lacks one.

/// The data.
const FILE: &str = include_str!("../../rules/limits.toml");

/// Addresses Azure keeps in every IPv4 prefix of a subnet: the first four and the last (G-01).
pub const RESERVED_PER_PREFIX: u64 = figure("reserved-addresses");

/// The longest IPv4 prefix a subnet may have (G-02).
pub const LONGEST_SUBNET_PREFIX: u8 = length("longest-subnet-prefix");

/// The shortest IPv4 prefix a virtual network may have.
pub const SHORTEST_SUBNET_PREFIX: u8 = length("shortest-subnet-prefix");

/// The share of the pod CIDR a kubenet or overlay node gets, whatever its maxPods.
pub const POD_BLOCK_PREFIX: u8 = length("pod-block-prefix");

/// Addresses a node with a dynamic pod subnet takes at a time; also the size of a static /28 block.
pub const POD_BATCH: u64 = figure("pod-batch");

/// A node asks for another batch when fewer addresses than this are unused.
pub const POD_BATCH_RESERVE: u64 = figure("pod-batch-reserve");

/// The prefix length of a static block.
pub const POD_BLOCK_STATIC_PREFIX: u8 = length("static-block-prefix");

/// Addresses the API server of one cluster holds at least in the subnet it is integrated into (G-33).
pub const API_SERVER_ADDRESSES: u64 = figure("api-server-addresses");

/// Fewest pods a node may be configured for.
pub const MIN_PODS_PER_NODE: u32 = pods("fewest-pods-per-node");

/// Fewest pods a pool must have room for in all its nodes.
pub const MIN_PODS_PER_POOL: u64 = figure("fewest-pods-per-pool");

/// Most pods a node runs.
pub const MAX_PODS_PER_NODE: u32 = pods("pods-per-node");

/// Pods of a kubenet node when nobody says.
pub const DEFAULT_PODS_KUBENET: u32 = pods("default-pods-kubenet");

/// Pods of a node in node-subnet mode when nobody says.
pub const DEFAULT_PODS_NODE_SUBNET: u32 = pods("default-pods-node-subnet");

/// Pods of an Overlay node when nobody says.
pub const DEFAULT_PODS_OVERLAY: u32 = pods("default-pods-overlay");

/// Pods of a node with a pod subnet when nobody says: the larger of two official figures.
pub const DEFAULT_PODS_POD_SUBNET: u32 = pods("default-pods-pod-subnet");

/// Most IP configurations of a network interface, and of a machine (G-36).
pub const CONFIGURATIONS_PER_NODE: u64 = figure("configurations-per-node");

/// Most private addresses of a virtual network.
pub const ADDRESSES_PER_VNET: u64 = figure("addresses-per-vnet");

/// Most routes of a route table; kubenet needs one a node.
pub const ROUTES_PER_TABLE: u64 = figure("routes-per-table");

/// Most nodes of a cluster in the Standard and Premium tiers.
pub const NODES_PER_CLUSTER: u64 = figure("nodes-per-cluster");

/// Most nodes of a cluster in the Free tier.
pub const NODES_PER_FREE_CLUSTER: u64 = figure("nodes-per-free-cluster");

/// Most instances of a node pool's scale set, surge nodes included (G-39).
pub const INSTANCES_PER_SCALE_SET: u64 = figure("instances-per-scale-set");

/// Addresses that Azure `NetApp` Files with basic network features tolerates in a virtual network and its directly
/// peered ones.
pub const NETAPP_BASIC_ADDRESSES: u64 = figure("netapp-basic-addresses");

/// Ranges that pods, services and virtual networks of AKS clusters may not touch (G-34).
pub const RESERVED_RANGES: [&str; length("reserved-ranges") as usize] = texts("reserved-ranges", "ranges");

/// The value of an entry.
const fn figure(id: &str) -> u64 {
    let text = FILE.as_bytes();
    let mut at = value_of(id, "value");
    let mut figure = 0;
    while at < text.len() && text[at].is_ascii_digit() {
        figure = figure * 10 + (text[at] - b'0') as u64;
        at += 1;
    }
    assert!(figure > 0, "an entry of `rules/limits.toml` has no value above nought");
    figure
}

#[expect(clippy::cast_possible_truncation, reason = "it is checked first")]
const fn length(id: &str) -> u8 {
    let length = figure(id);
    assert!(length <= 32, "a prefix of `rules/limits.toml` has more than 32 bits");
    length as u8
}

#[expect(clippy::cast_possible_truncation, reason = "it is checked first")]
const fn pods(id: &str) -> u32 {
    let pods = figure(id);
    assert!(pods <= u32::MAX as u64, "a figure of `rules/limits.toml` is too large");
    pods as u32
}

/// The texts of a list of an entry, which stands on one line.
const fn texts<const N: usize>(id: &str, key: &str) -> [&'static str; N] {
    let text = FILE.as_bytes();
    let mut at = value_of(id, key);
    let mut found = [""; N];
    let mut count = 0;
    while text[at] != b']' {
        if text[at] == b'"' {
            let start = at + 1;
            at = start;
            while text[at] != b'"' {
                at += 1;
            }
            found[count] = slice(start, at);
            count += 1;
        }
        at += 1;
    }
    assert!(count == N, "a list of `rules/limits.toml` has another length than its value says");
    found
}

/// Part of the file.
const fn slice(start: usize, end: usize) -> &'static str {
    FILE.split_at(end).0.split_at(start).1
}

/// Where the value of a key of an entry begins.
const fn value_of(id: &str, key: &str) -> usize {
    let text = FILE.as_bytes();
    let mut at = 0;
    while !(starts(at, "[") && starts(at + 1, id) && starts(at + 1 + id.len(), "]\n")) {
        at = next_line(at);
        assert!(at < text.len(), "`rules/limits.toml` lacks an entry");
    }
    at = next_line(at);
    while !(starts(at, key) && starts(at + key.len(), " = ")) {
        at = next_line(at);
        assert!(at < text.len() && text[at] != b'[', "an entry of `rules/limits.toml` lacks a key");
    }
    at + key.len() + 3
}

const fn next_line(mut at: usize) -> usize {
    let text = FILE.as_bytes();
    while at < text.len() && text[at] != b'\n' {
        at += 1;
    }
    at + 1
}

const fn starts(at: usize, with: &str) -> bool {
    let (text, with) = (FILE.as_bytes(), with.as_bytes());
    let mut place = 0;
    while place < with.len() {
        if at + place >= text.len() || text[at + place] != with[place] {
            return false;
        }
        place += 1;
    }
    true
}
