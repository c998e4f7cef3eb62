//! Managed clusters.

use serde_json::{Value, json};

use super::{Pool, set};

/// Where pods of a cluster get their addresses from; a pod subnet is chosen by the pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ipam {
    /// kubenet.
    Kubenet,
    /// Azure CNI without a mode.
    NodeSubnet,
    /// Azure CNI Overlay.
    Overlay,
    /// Bring your own CNI.
    Own,
}

impl Ipam {
    /// <https://learn.microsoft.com/azure/aks/concepts-network-ip-address-planning>
    pub(super) fn default_max_pods(self, pod_subnet: bool) -> u32 {
        match self {
            Self::Kubenet => 110,
            Self::NodeSubnet if pod_subnet => 110,
            Self::NodeSubnet => 30,
            Self::Overlay | Self::Own => 250,
        }
    }
}

/// How a cluster signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Identity {
    User,
    System,
    Principal,
}

/// A managed cluster being built.
pub(crate) struct Cluster {
    pub(super) name: String,
    pub(super) group: String,
    pub(super) location: String,
    pub(super) ipam: Ipam,
    pub(super) identity: Identity,
    pub(super) version: String,
    pub(super) node_group: Option<String>,
    pub(super) json: Value,
    pub(super) pools: Vec<Pool>,
    pub(super) internal_services: u32,
    /// The space and subnet of the network AKS makes.
    pub(super) managed_network: (&'static str, &'static str),
}

impl Cluster {
    fn new(group: &str, name: &str, ipam: Ipam, plugin: &str) -> Self {
        let json = json!({"properties": {"networkProfile": {"networkPlugin": plugin}}});
        Self {
            name: name.to_owned(),
            group: group.to_owned(),
            location: "westeurope".to_owned(),
            ipam,
            identity: Identity::User,
            version: "1.35.4".to_owned(),
            node_group: None,
            json,
            pools: Vec::new(),
            internal_services: 0,
            managed_network: ("10.224.0.0/12", "10.224.0.0/16"),
        }
    }

    /// A kubenet cluster with the default pod CIDR.
    pub(crate) fn kubenet(group: &str, name: &str) -> Self {
        Self::new(group, name, Ipam::Kubenet, "kubenet")
            .network("networkPolicy", "none")
            .pod_cidr("10.244.0.0/16")
    }

    /// An Azure CNI cluster without a mode: node subnet, or pod subnet where its pools name one.
    pub(crate) fn azure(group: &str, name: &str) -> Self {
        Self::new(group, name, Ipam::NodeSubnet, "azure").network("networkDataplane", "azure")
    }

    /// An Azure CNI Overlay cluster with the default pod CIDR.
    pub(crate) fn overlay(group: &str, name: &str) -> Self {
        Self::new(group, name, Ipam::Overlay, "azure")
            .network("networkPluginMode", "overlay")
            .network("networkDataplane", "azure")
            .pod_cidr("10.244.0.0/16")
    }

    /// A cluster that brings its own CNI.
    pub(crate) fn own_cni(group: &str, name: &str) -> Self {
        Self::new(group, name, Ipam::Own, "none").network("networkDataplane", "azure")
    }

    /// Sets any property of the cluster.
    pub(crate) fn set(mut self, path: &str, value: impl Into<Value>) -> Self {
        set(&mut self.json, path, value);
        self
    }

    /// Sets a property of its network profile.
    pub(crate) fn network(self, key: &str, value: impl Into<Value>) -> Self {
        self.set(&format!("properties.networkProfile.{key}"), value)
    }

    /// Adds a pool.
    pub(crate) fn pool(mut self, pool: Pool) -> Self {
        self.pools.push(pool);
        self
    }

    /// Its region, `westeurope` without this.
    pub(crate) fn at(mut self, location: &str) -> Self {
        location.clone_into(&mut self.location);
        self
    }

    /// Its Kubernetes version, and that of its pools.
    pub(crate) fn version(mut self, version: &str) -> Self {
        version.clone_into(&mut self.version);
        self
    }

    /// Owner, environment and cost centre as tags.
    pub(crate) fn tags(self, owner: &str, environment: &str, cost_center: &str) -> Self {
        self.set("tags", json!({"owner": owner, "environment": environment, "costCenter": cost_center}))
    }

    /// The day it was created; without this, some day before 2026.
    pub(crate) fn created(self, day: &str) -> Self {
        self.set("systemData", system_data(day))
    }

    /// Its pod CIDR; a second one makes it dual stack.
    pub(crate) fn pod_cidr(self, cidr: &str) -> Self {
        self.network("podCidr", cidr).network("podCidrs", json!([cidr]))
    }

    /// IPv6 beside IPv4.
    pub(crate) fn dual_stack(self, pod_cidr: &str) -> Self {
        self.network("ipFamilies", json!(["IPv4", "IPv6"]))
            .network("podCidr", pod_cidr)
            .network("podCidrs", json!([pod_cidr, "fd12:3456:789a::/64"]))
            .network("serviceCidrs", json!(["10.0.0.0/16", "fd12:3456:789a:1::/108"]))
    }

    /// Its service CIDR and the address of its DNS service.
    pub(crate) fn service_cidr(self, cidr: &str, dns: &str) -> Self {
        self.network("serviceCidr", cidr).network("serviceCidrs", json!([cidr])).network("dnsServiceIP", dns)
    }

    /// A network policy engine.
    pub(crate) fn policy(self, engine: &str) -> Self {
        self.network("networkPolicy", engine)
    }

    /// The Cilium data plane, with its policy engine.
    pub(crate) fn cilium(self) -> Self {
        self.network("networkDataplane", "cilium").policy("cilium")
    }

    /// A system-assigned identity.
    pub(crate) fn system_assigned(mut self) -> Self {
        self.identity = Identity::System;
        self
    }

    /// A service principal instead of an identity.
    pub(crate) fn service_principal(mut self) -> Self {
        self.identity = Identity::Principal;
        self
    }

    /// `Free`, `Standard` or `Premium`.
    pub(crate) fn tier(self, tier: &str) -> Self {
        self.set("sku", json!({"name": "Base", "tier": tier}))
    }

    /// Long-term support, which needs the Premium tier too.
    pub(crate) fn long_term_support(self) -> Self {
        self.tier("Premium").set("properties.supportPlan", "AKSLongTermSupport")
    }

    /// Turns an add-on on.
    pub(crate) fn addon(self, name: &str, config: impl Into<Value>) -> Self {
        self.set(
            &format!("properties.addonProfiles.{name}"),
            json!({"enabled": true, "config": config.into()}),
        )
    }

    /// A private cluster behind a private endpoint in the subnet of its first pool.
    pub(crate) fn private(self) -> Self {
        self.set(
            "properties.apiServerAccessProfile",
            json!({"enablePrivateCluster": true, "privateDNSZone": "system", "enablePrivateClusterPublicFQDN": false}),
        )
    }

    /// An API server integrated into a subnet.
    pub(crate) fn api_server_subnet(self, subnet: &str) -> Self {
        self.set(
            "properties.apiServerAccessProfile",
            json!({
                "enablePrivateCluster": true, "enableVnetIntegration": true, "subnetId": subnet,
                "privateDNSZone": "system", "enablePrivateClusterPublicFQDN": false
            }),
        )
    }

    /// Stops it.
    pub(crate) fn stopped(self) -> Self {
        self.set("properties.powerState.code", "Stopped")
    }

    /// Internal load balancer services, one address each in the subnet of its first pool.
    pub(crate) fn internal_services(mut self, count: u32) -> Self {
        self.internal_services = count;
        self
    }

    /// A node resource group with a name of the user's.
    pub(crate) fn node_group(mut self, name: &str) -> Self {
        self.node_group = Some(name.to_owned());
        self
    }

    /// The network AKS made before February 2022: 10.0.0.0/8.
    pub(crate) fn old_managed_network(mut self) -> Self {
        self.managed_network = ("10.0.0.0/8", "10.240.0.0/16");
        self
    }

    pub(super) fn is_private_link(&self) -> bool {
        let profile = self.json.pointer("/properties/apiServerAccessProfile");
        profile.is_some_and(|p| p["enablePrivateCluster"] == true && p["enableVnetIntegration"] != true)
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.json.pointer("/properties/powerState/code").is_some_and(|code| code == "Stopped")
    }

    pub(super) fn pod_cidr_network(&self) -> Option<u32> {
        let text = self.json.pointer("/properties/networkProfile/podCidr")?.as_str()?;
        text.split('/').next()?.parse::<std::net::Ipv4Addr>().ok().map(u32::from)
    }

    /// The subnet of its first pool, unless AKS made it.
    pub(super) fn first_subnet(&self) -> Option<String> {
        self.pools.first().and_then(Pool::node_subnet).map(str::to_owned)
    }
}

pub(super) fn system_data(created: &str) -> Value {
    json!({
        "createdBy": "deploy@nordhavn.example",
        "createdByType": "User",
        "createdAt": format!("{created}T09:14:52.3187211Z"),
        "lastModifiedBy": "deploy@nordhavn.example",
        "lastModifiedByType": "User",
        "lastModifiedAt": "2026-11-12T07:40:03.1186342Z"
    })
}
