//! The questions of `plan`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{ScopeArgs, TableFormat, one_of};
use crate::{
    assess::questions::{Block, PoolSpec, SizeRequest, pod_cidr_block, subnet_block},
    ipam::{Cidr, IpamMode, MaxSurge},
};

/// Questions of `plan`.
#[derive(Debug, Clone, Subcommand)]
pub enum PlanCommand {
    /// List the free blocks of a virtual network, and where its space could grow
    Free(FreeArgs),
    /// Find the smallest subnet for a cluster or a pool, and where it fits
    Subnet(SubnetArgs),
    /// Size a cluster that does not exist yet, from flags alone
    Size(SizeArgs),
    /// Apply changes to an estate and compare every subnet before and after
    WhatIf(WhatIfArgs),
}

/// Where the inventory comes from, and how the answer looks.
#[derive(Debug, Clone, Args)]
pub struct SourceArgs {
    /// What to look at.
    #[command(flatten)]
    pub scope: ScopeArgs,
    /// Ask about a simulated estate: no account needed
    #[cfg(feature = "demo")]
    #[arg(long, conflicts_with_all = ["snapshot", "subscriptions", "management_groups", "max_duration"])]
    pub demo: bool,
    /// Format on standard output
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    pub format: TableFormat,
    /// Ask about a saved inventory instead of calling Azure
    #[arg(long, value_name = "FILE", conflicts_with_all = ["subscriptions", "management_groups", "max_duration"])]
    pub snapshot: Option<PathBuf>,
}

/// Flags of `plan free`.
#[derive(Debug, Clone, Args)]
pub struct FreeArgs {
    /// Where the inventory comes from.
    #[command(flatten)]
    pub source: SourceArgs,
    /// The size of block that is wanted, such as /24
    #[arg(long, value_name = "/N", value_parser = plan_length)]
    pub size: Option<Block>,
    /// The virtual network: its name or its id
    #[arg(long, value_name = "NAME_OR_ID")]
    pub vnet: String,
}

/// Flags of `plan subnet`.
#[derive(Debug, Clone, Args)]
pub struct SubnetArgs {
    /// Where the inventory comes from.
    #[command(flatten)]
    pub source: SourceArgs,
    /// The cluster, or the pool as cluster/pool: names or ids
    #[arg(long = "for", value_name = "CLUSTER[/POOL]")]
    pub subject: String,
    /// So many pods a node, instead of what its pools have
    #[arg(long, value_name = "N")]
    pub max_pods: Option<u32>,
    /// So many extra nodes during an upgrade, as 2 or 33%, instead of what its pools have
    #[arg(long, value_name = "SURGE")]
    pub max_surge: Option<MaxSurge>,
    /// This mode instead of its own
    #[arg(long, value_name = "MODE", value_parser = ipam_mode)]
    pub mode: Option<IpamMode>,
    /// So many nodes, instead of the autoscaler's maximum; a cluster then counts as one pool
    #[arg(long, value_name = "N")]
    pub nodes: Option<u64>,
}

/// Flags of `plan what-if`.
#[derive(Debug, Clone, Args)]
pub struct WhatIfArgs {
    /// Where the inventory comes from.
    #[command(flatten)]
    pub source: SourceArgs,
    /// The changes, as TOML
    pub file: PathBuf,
}

/// Flags of `plan size`.
#[derive(Debug, Clone, Args)]
pub struct SizeArgs {
    /// Keep away from this range (repeatable)
    #[arg(long, value_name = "CIDR")]
    pub avoid: Vec<Cidr>,
    /// IPv6 beside IPv4, for nodes and pods
    #[arg(long)]
    pub dual_stack: bool,
    /// Format on standard output
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    pub format: TableFormat,
    /// Most pods a node runs [default: that of the mode]
    #[arg(long, value_name = "N")]
    pub max_pods: Option<u32>,
    /// Extra nodes during an upgrade, as 2 or 33% [default: 10%, and 1 at least]
    #[arg(long, value_name = "SURGE")]
    pub max_surge: Option<MaxSurge>,
    /// How pods get addresses: kubenet, node-subnet, pod-subnet-dynamic, pod-subnet-static, overlay or byo-cni
    #[arg(long, default_value = "overlay", value_parser = ipam_mode)]
    pub mode: IpamMode,
    /// Nodes, at the autoscaler's maximum where there will be one; without it, how many fit in `--subnet`
    #[arg(long, value_name = "N")]
    pub nodes: Option<u64>,
    /// The range of pods outside the network (overlay, kubenet), as /16 or 10.244.0.0/16
    #[arg(long, value_name = "BLOCK", value_parser = pod_cidr_block)]
    pub pod_cidr: Option<Block>,
    /// The subnet of pods (pod-subnet modes), as /22 or 10.1.0.0/22
    #[arg(long, value_name = "BLOCK", value_parser = subnet_block)]
    pub pod_subnet: Option<Block>,
    /// A pool, as name=apps,nodes=50,max-pods=30,max-surge=33% (repeatable), in place of the flags for a single one
    #[arg(long = "pool", value_name = "POOL", conflicts_with_all = ["nodes", "max_pods", "max_surge"])]
    pub pools: Vec<PoolSpec>,
    /// The range of services
    #[arg(long, value_name = "CIDR")]
    pub service_cidr: Option<Cidr>,
    /// The subnet of nodes, as /24 or 10.1.0.0/24
    #[arg(long, value_name = "BLOCK", value_parser = subnet_block)]
    pub subnet: Option<Block>,
    /// The tier of the cluster, which limits its nodes
    #[arg(long, value_enum, default_value_t = Tier::Standard)]
    pub tier: Tier,
}

impl SizeArgs {
    /// The question.
    #[must_use]
    pub fn request(&self) -> SizeRequest {
        let single =
            PoolSpec { name: None, nodes: self.nodes, max_pods: self.max_pods, max_surge: self.max_surge };
        SizeRequest {
            mode: self.mode,
            pools: if self.pools.is_empty() { vec![single] } else { self.pools.clone() },
            subnet: self.subnet,
            pod_subnet: self.pod_subnet,
            pod_cidr: self.pod_cidr,
            service_cidr: self.service_cidr,
            avoid: self.avoid.clone(),
            is_free_tier: self.tier == Tier::Free,
            is_dual_stack: self.dual_stack,
        }
    }
}

/// The tier of a cluster.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Tier {
    /// At most 1,000 nodes
    Free,
    /// At most 5,000 nodes
    #[default]
    Standard,
    /// At most 5,000 nodes
    Premium,
}

fn ipam_mode(text: &str) -> Result<IpamMode, String> {
    one_of(&IpamMode::KNOWN, IpamMode::as_str, text)
}

fn plan_length(text: &str) -> Result<Block, String> {
    let block = subnet_block(text).map_err(|error| error.to_string())?;
    if block.at.is_some() {
        Err("a size such as /24 is needed, without an address".to_owned())
    } else {
        Ok(block)
    }
}
