//! A node pool as a cluster's document shows it.

use serde_json::Value;

use super::text;

/// What a pool's machines are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    ScaleSet,
    AvailabilitySet,
    Machines,
}

/// A node pool, read.
#[expect(clippy::struct_excessive_bools, reason = "Azure has as many")]
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pool {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) count: u64,
    /// The autoscaler's bounds, where it is on.
    pub(crate) autoscaler: Option<(u64, u64)>,
    pub(crate) is_system: bool,
    pub(crate) is_windows: bool,
    pub(crate) is_spot: bool,
    pub(crate) is_running: bool,
    pub(crate) state: String,
    pub(crate) os_sku: String,
    pub(crate) image: String,
    pub(crate) size: String,
    pub(crate) version: String,
    pub(crate) max_pods: u64,
    pub(crate) subnet: Option<String>,
    pub(crate) pod_subnet: Option<String>,
    pub(crate) max_surge: Option<String>,
    pub(crate) max_unavailable: Option<String>,
    pub(crate) document: Value,
}

impl Pool {
    /// The pools of a cluster.
    pub(crate) fn all(cluster: &Value) -> Vec<Self> {
        super::list(cluster, "/properties/agentPoolProfiles").map(Self::read).collect()
    }

    /// One of them.
    pub(crate) fn of(cluster: &Value, name: &str) -> Option<Self> {
        Self::all(cluster).into_iter().find(|pool| pool.name == name)
    }

    fn read(document: &Value) -> Self {
        let word = |pointer: &str| text(document, pointer).unwrap_or_default().to_owned();
        let is = |pointer: &str, value: &str| word(pointer).eq_ignore_ascii_case(value);
        let number = |pointer: &str| document.pointer(pointer).and_then(Value::as_u64);
        let machines: Option<u64> = document
            .pointer("/virtualMachinesProfile/scale/manual")
            .and_then(Value::as_array)
            .map(|all| all.iter().filter_map(|one| one["count"].as_u64()).sum());
        let kind = match word("/type").as_str() {
            "AvailabilitySet" => Kind::AvailabilitySet,
            "VirtualMachines" => Kind::Machines,
            _ => Kind::ScaleSet,
        };
        let autoscaler = (document["enableAutoScaling"] == true)
            .then(|| Some((number("/minCount")?, number("/maxCount")?)))
            .flatten();
        Self {
            name: word("/name"),
            kind,
            count: number("/count").or(machines).unwrap_or(0),
            autoscaler,
            is_system: is("/mode", "System"),
            is_windows: is("/osType", "Windows"),
            is_spot: is("/scaleSetPriority", "Spot"),
            is_running: !is("/powerState/code", "Stopped"),
            state: word("/provisioningState"),
            os_sku: word("/osSKU"),
            image: word("/nodeImageVersion"),
            size: word("/vmSize"),
            version: text(document, "/currentOrchestratorVersion")
                .unwrap_or(&word("/orchestratorVersion"))
                .to_owned(),
            max_pods: number("/maxPods").unwrap_or(30),
            subnet: text(document, "/vnetSubnetID").map(str::to_owned),
            pod_subnet: text(document, "/podSubnetID").map(str::to_owned),
            max_surge: text(document, "/upgradeSettings/maxSurge").map(str::to_owned),
            max_unavailable: text(document, "/upgradeSettings/maxUnavailable").map(str::to_owned),
            document: document.clone(),
        }
    }

    /// The nodes that are added while it is re-imaged: a share is rounded up, nothing named is a tenth, at least one; a spot
    /// pool has none, and one that takes nodes away instead has none.
    /// <https://learn.microsoft.com/azure/aks/upgrade-aks-node-pools-rolling>
    pub(crate) fn surge(&self, nodes: u64) -> u64 {
        if self.is_spot || nodes == 0 || !self.is_running {
            return 0;
        }
        let named = self.max_surge.as_deref().unwrap_or("10%");
        let wanted = match named.strip_suffix('%').map(str::parse::<u64>) {
            Some(Ok(share)) => (nodes * share).div_ceil(100),
            Some(Err(_)) => 1,
            None => named.parse().unwrap_or(1),
        };
        if wanted == 0 && self.takes_away() { 0 } else { wanted.clamp(1, nodes) }
    }

    /// Whether nodes are taken away while it is re-imaged.
    pub(crate) fn takes_away(&self) -> bool {
        self.max_unavailable.as_deref().is_some_and(|text| !matches!(text, "0" | "0%" | ""))
    }

    /// The most nodes its autoscaler may ask for.
    pub(crate) fn most(&self) -> u64 {
        self.autoscaler.map_or(self.count, |(_, max)| max.max(self.count))
    }
}
