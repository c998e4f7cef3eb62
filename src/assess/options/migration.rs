//! What the user decides about migrations: answers, ranges to draw from, attestations.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Attestation, PlanOptions};
use crate::{
    inventory::ResourceId,
    ipam::{Cidr, PRIVATE_RANGES},
};

/// What the user decides about migrations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationSettings {
    /// Ranges new pod CIDRs are drawn from, the preferred first.
    pub pod_cidr_pools: Vec<Cidr>,
    /// Room for growth beyond the largest number of nodes, in percent.
    pub growth_pct: u32,
    /// Tags whose value `true` or `yes` means that something outside must reach pods by their own address, and
    /// `false` or `no` that nothing does.
    pub direct_pod_ip_tags: Vec<String>,
    /// The same for virtual nodes.
    pub virtual_node_tags: Vec<String>,
    /// The same for the Cilium data plane: `true` asks for it, `false` rules it out.
    pub cilium_tags: Vec<String>,
    /// What is known of single clusters; it wins over tags.
    pub clusters: AnswersByCluster,
    /// Whether the Cilium data plane is wanted in place of an older policy engine, where nothing else is said.
    pub wants_cilium: bool,
    /// What people found out.
    pub attestations: Vec<Attestation>,
}

/// Everything an assessment is told about migrations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MigrationOptions {
    /// What decides readiness and targets.
    pub settings: MigrationSettings,
    /// What decides when.
    pub waves: PlanOptions,
    /// What estimates of time assume.
    pub durations: DurationAssumptions,
}

/// What an estimate assumes where nothing is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DurationAssumptions {
    /// Minutes a node takes at least, from drain to ready. This project's choice: Azure states none.
    pub node_minutes_low: u16,
    /// Minutes a node takes at most beside its drain. This project's choice: Azure states none.
    pub node_minutes_high: u16,
    /// Minutes a drain may take where the pool says nothing: 30 is the service's default
    /// (<https://learn.microsoft.com/azure/aks/upgrade-aks-node-pools-rolling>).
    pub drain_timeout_minutes: u16,
}

impl Default for DurationAssumptions {
    fn default() -> Self {
        Self { node_minutes_low: 5, node_minutes_high: 15, drain_timeout_minutes: 30 }
    }
}

/// What the user says about single clusters, by id.
pub type AnswersByCluster = BTreeMap<ResourceId, ClusterAnswers>;

/// What the user says about one cluster; what is absent is unknown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClusterAnswers {
    /// Whether something outside must reach pods by their own address.
    pub needs_direct_pod_ip: Option<bool>,
    /// Whether workloads need virtual nodes.
    pub needs_virtual_nodes: Option<bool>,
    /// Whether the Cilium data plane is wanted, whatever polices the network today.
    pub wants_cilium: Option<bool>,
    /// The pod CIDR somebody chose.
    pub pod_cidr: Option<Cidr>,
}

impl Default for MigrationSettings {
    fn default() -> Self {
        Self {
            pod_cidr_pools: PRIVATE_RANGES.iter().filter_map(|text| text.parse().ok()).collect(),
            growth_pct: 50,
            direct_pod_ip_tags: vec!["needs-direct-pod-ip".to_owned()],
            virtual_node_tags: vec!["needs-virtual-nodes".to_owned()],
            cilium_tags: vec!["wants-cilium".to_owned()],
            clusters: BTreeMap::new(),
            wants_cilium: true,
            attestations: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_pools_are_the_private_ranges() {
        let pools = MigrationSettings::default().pod_cidr_pools;
        let texts: Vec<String> = pools.iter().map(ToString::to_string).collect();
        assert_eq!(texts, ["100.64.0.0/10", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]);
    }
}
