//! Node pools.

use serde_json::{Value, json};

use super::{
    cluster::Ipam,
    nodes::{Lease, Machines},
    set, unset,
};

/// What a pool's machines are.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    ScaleSet,
    AvailabilitySet,
    VirtualMachines,
}

/// A node pool being built.
pub(crate) struct Pool {
    name: String,
    json: Value,
    kind: Kind,
    subnet: Option<String>,
    count: u32,
    max_pods: Option<u32>,
    listed: Option<u32>,
    held: Option<u32>,
    stopped: bool,
    windows: bool,
}

/// What a pool needs to know of its cluster.
pub(super) struct Setting<'a> {
    pub(super) ipam: Ipam,
    pub(super) version: &'a str,
    pub(super) stopped: bool,
    pub(super) dual_stack: bool,
}

impl Pool {
    /// A system pool.
    pub(crate) fn system(name: &str, count: u32) -> Self {
        Self::new(name, count, "System", "Standard_D4ds_v5")
    }

    /// A user pool.
    pub(crate) fn user(name: &str, count: u32) -> Self {
        Self::new(name, count, "User", "Standard_D8ds_v5")
    }

    fn new(name: &str, count: u32, mode: &str, size: &str) -> Self {
        let json = json!({
            "name": name,
            "count": count,
            "vmSize": size,
            "osDiskSizeGB": 128,
            "osDiskType": "Managed",
            "kubeletDiskType": "OS",
            "type": "VirtualMachineScaleSets",
            "availabilityZones": ["1", "2", "3"],
            "enableAutoScaling": false,
            "scaleDownMode": "Delete",
            "provisioningState": "Succeeded",
            "powerState": {"code": "Running"},
            "enableNodePublicIP": false,
            "mode": mode,
            "osType": "Linux",
            "osSKU": "Ubuntu",
            "upgradeSettings": {"maxSurge": "10%", "maxUnavailable": "0"},
            "enableFIPS": false,
            "securityProfile": {"enableVTPM": false, "enableSecureBoot": false}
        });
        Self {
            name: name.to_owned(),
            json,
            kind: Kind::ScaleSet,
            subnet: None,
            count,
            max_pods: None,
            listed: None,
            held: None,
            stopped: false,
            windows: false,
        }
    }

    /// Sets any property of the pool.
    pub(crate) fn set(mut self, path: &str, value: impl Into<Value>) -> Self {
        set(&mut self.json, path, value);
        self
    }

    /// Removes a property that Azure would send.
    pub(crate) fn without(mut self, path: &str) -> Self {
        unset(&mut self.json, path);
        self
    }

    /// Puts its nodes into a subnet of the user's; without this, into the network AKS makes.
    pub(crate) fn subnet(mut self, id: &str) -> Self {
        self.subnet = Some(id.to_owned());
        self.set("vnetSubnetID", id)
    }

    /// Gives its pods a subnet of their own, one address at a time.
    pub(crate) fn pod_subnet(self, id: &str) -> Self {
        self.set("podSubnetID", id).set("podIPAllocationMode", "DynamicIndividual")
    }

    /// Gives its pods a subnet of their own, in /28 blocks.
    pub(crate) fn pod_blocks(self, id: &str) -> Self {
        self.set("podSubnetID", id).set("podIPAllocationMode", "StaticBlock")
    }

    /// Turns the cluster autoscaler on.
    pub(crate) fn autoscale(self, min: u32, max: u32) -> Self {
        self.set("enableAutoScaling", true).set("minCount", min).set("maxCount", max)
    }

    /// Most pods a node runs; without this, the default of the cluster's mode.
    pub(crate) fn max_pods(mut self, pods: u32) -> Self {
        self.max_pods = Some(pods);
        self
    }

    /// Surge of an upgrade, an integer or a percentage.
    pub(crate) fn surge(self, surge: &str) -> Self {
        self.set("upgradeSettings.maxSurge", surge)
    }

    /// No surge: an upgrade takes nodes away instead.
    pub(crate) fn unavailable(self, nodes: &str) -> Self {
        self.surge("0").set("upgradeSettings.maxUnavailable", nodes)
    }

    /// Machine size.
    pub(crate) fn size(self, size: &str) -> Self {
        self.set("vmSize", size)
    }

    /// Another Linux edition and image.
    pub(crate) fn image(self, os_sku: &str, image: &str) -> Self {
        self.set("osSKU", os_sku).set("nodeImageVersion", image)
    }

    /// Windows nodes of an edition and image.
    pub(crate) fn windows(mut self, os_sku: &str, image: &str) -> Self {
        self.windows = true;
        self.set("osType", "Windows").image(os_sku, image)
    }

    /// Spot machines.
    pub(crate) fn spot(self) -> Self {
        self.set("scaleSetPriority", "Spot")
            .set("scaleSetEvictionPolicy", "Delete")
            .set("spotMaxPrice", -1)
            .set("nodeTaints", json!(["kubernetes.azure.com/scalesetpriority=spot:NoSchedule"]))
            .without("upgradeSettings")
    }

    /// Stops it; whether ARM still lists its nodes is said with [`Self::listing`].
    pub(crate) fn stopped(mut self) -> Self {
        self.stopped = true;
        self.set("powerState.code", "Stopped")
    }

    /// Nodes ARM lists addresses of, where that differs from the count.
    pub(crate) fn listing(mut self, nodes: u32) -> Self {
        self.listed = Some(nodes);
        self
    }

    /// Addresses a node holds, where that differs from what today's nodes hold.
    pub(crate) fn holding(mut self, addresses: u32) -> Self {
        self.held = Some(addresses);
        self
    }

    /// Makes it an availability set.
    pub(crate) fn availability_set(mut self) -> Self {
        self.kind = Kind::AvailabilitySet;
        self.set("type", "AvailabilitySet").without("availabilityZones")
    }

    /// Makes it single virtual machines, in a manual profile for each size.
    pub(crate) fn virtual_machines(mut self, sizes: &[(&str, u32)]) -> Self {
        let profiles: Vec<Value> = sizes.iter().map(|(size, n)| json!({"size": size, "count": n})).collect();
        self.count = sizes.iter().map(|(_, n)| n).sum();
        self.kind = Kind::VirtualMachines;
        self.without("count")
            .without("vmSize")
            .set("type", "VirtualMachines")
            .set("virtualMachineNodesStatus", profiles.clone())
            .set("virtualMachinesProfile.scale.manual", profiles)
    }

    /// The subnet its nodes are in, where the user chose one.
    pub(super) fn node_subnet(&self) -> Option<&str> {
        self.subnet.as_deref()
    }

    pub(super) fn is_windows(&self) -> bool {
        self.windows
    }

    pub(super) fn finish(mut self, setting: &Setting<'_>) -> (Value, Lease) {
        let pod_subnet = self.json.get("podSubnetID").is_some();
        let max_pods = self.max_pods.unwrap_or_else(|| setting.ipam.default_max_pods(pod_subnet));
        let image = default_image(setting.version, self.json.get("osSKU").and_then(Value::as_str));
        for (key, value) in [
            ("maxPods", json!(max_pods)),
            ("orchestratorVersion", json!(setting.version)),
            ("currentOrchestratorVersion", json!(setting.version)),
            ("nodeImageVersion", json!(image)),
        ] {
            if self.json.get(key).is_none() {
                set(&mut self.json, key, value);
            }
        }
        let lease = self.lease(setting, max_pods, pod_subnet);
        (self.json, lease)
    }

    fn lease(&self, setting: &Setting<'_>, max_pods: u32, pod_subnet: bool) -> Lease {
        let running = if self.stopped || setting.stopped { 0 } else { self.count };
        let per_node = match setting.ipam {
            // Linux nodes have held maxPods - 1 since daemonset pods on the host network reserve nothing:
            // https://github.com/Azure/AKS/releases/tag/2022-01-07. Windows nodes hold maxPods + 1.
            Ipam::NodeSubnet if !pod_subnet && self.windows => max_pods + 1,
            Ipam::NodeSubnet if !pod_subnet => max_pods.saturating_sub(1),
            _ => 1,
        };
        Lease {
            subnet: self.subnet.clone(),
            pool: self.name.clone(),
            machines: match self.kind {
                Kind::ScaleSet if self.windows => Machines::WindowsScaleSet,
                Kind::ScaleSet => Machines::ScaleSet,
                Kind::AvailabilitySet => Machines::AvailabilitySet,
                Kind::VirtualMachines => Machines::Single,
            },
            nodes: self.listed.unwrap_or(running),
            addresses: self.held.unwrap_or(per_node),
            dual_stack: setting.dual_stack,
        }
    }
}

/// The image AKS would put on a pool: Ubuntu 24.04 is the default from Kubernetes 1.35
/// (<https://learn.microsoft.com/azure/aks/supported-kubernetes-versions>).
fn default_image(version: &str, os_sku: Option<&str>) -> &'static str {
    let minor = version.split('.').nth(1).and_then(|text| text.parse::<u32>().ok()).unwrap_or(0);
    match os_sku {
        Some("AzureLinux") => "AKSAzureLinux-V3gen2-202610.28.0",
        _ if minor >= 35 => "AKSUbuntu-2404gen2containerd-202610.28.0",
        _ => "AKSUbuntu-2204gen2containerd-202610.28.0",
    }
}
