//! How kubenet and full subnets are left, as the file says it.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::{
    assess::options::{
        AnswersByCluster, Attestation, DurationAssumptions, MigrationOptions, MigrationSettings, PlanOptions,
    },
    ipam::Cidr,
};

/// How kubenet and full subnets are left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MigrationSection {
    /// Ranges new pod CIDRs are drawn from, the preferred first.
    pub pod_cidr_pools: Vec<Cidr>,
    /// Room for growth beyond the largest number of nodes, in percent.
    pub growth_pct: u32,
    /// Whether the Cilium data plane is wanted in place of an older policy engine, where nothing else is said.
    pub wants_cilium: bool,
    /// Tags that say whether something outside must reach pods by their own address.
    pub direct_pod_ip_tags: Vec<String>,
    /// Tags that say whether workloads need virtual nodes.
    pub virtual_node_tags: Vec<String>,
    /// Tags that say whether the Cilium data plane is wanted, whatever polices the network today.
    pub cilium_tags: Vec<String>,
    /// The file of what people found out.
    pub attestations: Option<PathBuf>,
    /// What is known of single clusters, by id; it wins over tags.
    pub clusters: AnswersByCluster,
    /// When clusters are changed.
    pub waves: PlanOptions,
    /// What estimates of time assume.
    pub durations: DurationAssumptions,
}

impl Default for MigrationSection {
    fn default() -> Self {
        let settings = MigrationSettings::default();
        Self {
            pod_cidr_pools: settings.pod_cidr_pools,
            growth_pct: settings.growth_pct,
            wants_cilium: settings.wants_cilium,
            direct_pod_ip_tags: settings.direct_pod_ip_tags,
            virtual_node_tags: settings.virtual_node_tags,
            cilium_tags: settings.cilium_tags,
            attestations: None,
            clusters: settings.clusters,
            waves: PlanOptions::default(),
            durations: DurationAssumptions::default(),
        }
    }
}

impl MigrationSection {
    /// What an assessment is told, with what people found out.
    #[must_use]
    pub fn options(&self, attestations: Vec<Attestation>) -> MigrationOptions {
        MigrationOptions {
            settings: MigrationSettings {
                pod_cidr_pools: self.pod_cidr_pools.clone(),
                growth_pct: self.growth_pct,
                direct_pod_ip_tags: self.direct_pod_ip_tags.clone(),
                virtual_node_tags: self.virtual_node_tags.clone(),
                cilium_tags: self.cilium_tags.clone(),
                clusters: self.clusters.clone(),
                wants_cilium: self.wants_cilium,
                attestations,
            },
            waves: self.waves.clone(),
            durations: self.durations,
        }
    }

    /// The first key whose value makes no sense, and what is allowed.
    pub(super) fn senseless(&self) -> Option<(&'static str, &'static str)> {
        let dates = self.waves.start.zip(self.waves.finish);
        if self.pod_cidr_pools.is_empty() {
            Some(("migration.pod_cidr_pools", "name at least one range, such as `100.64.0.0/10`"))
        } else if self.growth_pct > 1000 {
            Some(("migration.growth_pct", "a percentage from 0 to 1000 is needed"))
        } else if dates.is_some_and(|(start, finish)| finish < start) {
            Some(("migration.waves.finish", "it lies before `migration.waves.start`"))
        } else if self.durations.node_minutes_low > self.durations.node_minutes_high {
            Some(("migration.durations.node_minutes_low", "it is more than `node_minutes_high`"))
        } else {
            None
        }
    }
}
