//! What holds addresses of a subnet besides AKS nodes.

use super::{
    Network,
    id::{digest, guid, resource},
};

/// Something that holds addresses.
pub(crate) struct Consumer {
    pub(super) ip_configurations: Vec<String>,
    pub(super) private_endpoints: Vec<String>,
}

impl Consumer {
    fn listing(ip_configurations: Vec<String>) -> Self {
        Self { ip_configurations, private_endpoints: Vec::new() }
    }

    fn network(at: &Network, kind: &str, name: &str) -> String {
        resource(&at.subscription, &at.group, &format!("Microsoft.Network/{kind}"), name)
    }

    /// Virtual machines with one address each, in the network's resource group.
    pub(crate) fn machines(at: &Network, name: &str, count: usize) -> Self {
        let nic = |i| Self::network(at, "networkInterfaces", &format!("{name}-{i:02}-nic"));
        Self::listing((1..=count).map(|i| format!("{}/ipConfigurations/ipconfig1", nic(i))).collect())
    }

    /// Private endpoints with one address each.
    pub(crate) fn private_endpoints(at: &Network, name: &str, count: usize) -> Self {
        let names: Vec<String> = (1..=count).map(|i| format!("{name}-{i:02}")).collect();
        let nic = |name: &String| {
            let nic = format!("{name}.nic.{}", guid(&format!("{}{name}", at.id())));
            format!(
                "{}/ipConfigurations/privateEndpointIpConfig",
                Self::network(at, "networkInterfaces", &nic)
            )
        };
        Self {
            ip_configurations: names.iter().map(nic).collect(),
            private_endpoints: names.iter().map(|name| Self::network(at, "privateEndpoints", name)).collect(),
        }
    }

    /// Nodes made by node auto-provisioning: machines of no pool, in the cluster's node resource group.
    pub(crate) fn auto_provisioned(subscription: &str, node_group: &str, nodes: u32, addresses: u32) -> Self {
        let nic = |node: u32| {
            let name = format!("aks-default-{:05x}", digest(&format!("{node_group}{node}")) & 0xf_ffff);
            resource(subscription, node_group, "Microsoft.Network/networkInterfaces", &name)
        };
        let of_node =
            |node| (1..=addresses).map(move |i| format!("{}/ipConfigurations/ipconfig{i}", nic(node)));
        Self::listing((0..nodes).flat_map(of_node).collect())
    }

    /// A private link service: ARM lists its address twice, as the service's and as its network interface's.
    pub(crate) fn private_link_service(at: &Network, name: &str) -> Self {
        let nic = format!("{name}.nic.{}", guid(&format!("{}{name}", at.id())));
        Self::listing(vec![
            format!("{}/ipConfigurations/{name}-nat-1", Self::network(at, "privateLinkServices", name)),
            format!("{}/ipConfigurations/{name}-nat-1", Self::network(at, "networkInterfaces", &nic)),
        ])
    }

    /// An active-active VPN gateway.
    pub(crate) fn vnet_gateway(at: &Network, name: &str) -> Self {
        let id = Self::network(at, "virtualNetworkGateways", name);
        Self::listing((1..=2).map(|i| format!("{id}/ipConfigurations/gwipconfig{i}")).collect())
    }

    /// A Bastion host.
    pub(crate) fn bastion(at: &Network, name: &str) -> Self {
        let id = Self::network(at, "bastionHosts", name);
        Self::listing(vec![format!("{id}/bastionHostIpConfigurations/IpConf")])
    }

    /// An Azure Firewall.
    pub(crate) fn firewall(at: &Network, name: &str) -> Self {
        let id = Self::network(at, "azureFirewalls", name);
        Self::listing(vec![format!("{id}/azureFirewallIpConfigurations/ipconfig-main")])
    }

    /// Front ends of an ordinary internal load balancer.
    pub(crate) fn load_balancer(at: &Network, name: &str, count: usize) -> Self {
        let id = Self::network(at, "loadBalancers", name);
        Self::listing((1..=count).map(|i| format!("{id}/frontendIPConfigurations/frontend-{i}")).collect())
    }
}
