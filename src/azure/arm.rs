//! The calls this program makes, one function each. All of them read.

use serde::de::DeserializeOwned;

use super::client::ArmClient;
use super::codes;
use super::failure::ReadFailure;
use super::paging::{Fetched, Listing, Target, fetch, list};
use super::versions::Provider;
use super::wire::{
    ApplicationGateway, Descendant, Identified, ManagedCluster, NetworkSecurityGroup, RouteTable,
    Subscription, VirtualNetwork,
};

impl ArmClient {
    /// The subscriptions the identity can see.
    /// <https://learn.microsoft.com/rest/api/resources/subscriptions/list>
    pub async fn subscriptions(&self) -> Listing<Subscription> {
        let path = "/subscriptions".to_owned();
        list(self.shared(), Target { provider: Provider::Resources, subscription: None, path }).await
    }

    /// One subscription, by its GUID.
    /// <https://learn.microsoft.com/rest/api/resources/subscriptions/get>
    pub async fn subscription(&self, id: &str) -> Fetched<Subscription> {
        match segment(id) {
            Ok(id) => {
                let target = Target {
                    provider: Provider::Resources,
                    subscription: Some(id),
                    path: format!("/subscriptions/{id}"),
                };
                fetch(self.shared(), target).await
            }
            Err(failure) => Fetched::failed(failure),
        }
    }

    /// Everything below a management group, groups and subscriptions alike.
    /// <https://learn.microsoft.com/rest/api/managementgroups/management-groups/get-descendants>
    pub async fn descendants(&self, management_group: &str) -> Listing<Descendant> {
        match segment(management_group) {
            Ok(group) => {
                let path = format!("/providers/Microsoft.Management/managementGroups/{group}/descendants");
                list(self.shared(), Target { provider: Provider::Management, subscription: None, path }).await
            }
            Err(failure) => Listing::failed(failure),
        }
    }

    /// The managed clusters of a subscription, each with its pools.
    /// <https://learn.microsoft.com/rest/api/aks/managed-clusters/list>
    pub async fn clusters(&self, subscription: &str) -> Listing<ManagedCluster> {
        self.list_of(Provider::ContainerService, subscription, "managedClusters").await
    }

    /// The virtual networks of a subscription, each with its subnets and peerings.
    /// <https://learn.microsoft.com/rest/api/virtualnetwork/virtual-networks/list-all>
    pub async fn virtual_networks(&self, subscription: &str) -> Listing<VirtualNetwork> {
        self.list_of(Provider::Network, subscription, "virtualNetworks").await
    }

    /// One virtual network, by its id.
    /// <https://learn.microsoft.com/rest/api/virtualnetwork/virtual-networks/get>
    pub async fn virtual_network(&self, id: &str) -> Fetched<VirtualNetwork> {
        self.resource(id).await
    }

    /// The route tables of a subscription.
    /// <https://learn.microsoft.com/rest/api/virtualnetwork/route-tables/list-all>
    pub async fn route_tables(&self, subscription: &str) -> Listing<RouteTable> {
        self.list_of(Provider::Network, subscription, "routeTables").await
    }

    /// One route table, by its id.
    /// <https://learn.microsoft.com/rest/api/virtualnetwork/route-tables/get>
    pub async fn route_table(&self, id: &str) -> Fetched<RouteTable> {
        self.resource(id).await
    }

    /// The network security groups of a subscription.
    /// <https://learn.microsoft.com/rest/api/virtualnetwork/network-security-groups/list-all>
    pub async fn network_security_groups(&self, subscription: &str) -> Listing<NetworkSecurityGroup> {
        self.list_of(Provider::Network, subscription, "networkSecurityGroups").await
    }

    /// One network security group, by its id.
    /// <https://learn.microsoft.com/rest/api/virtualnetwork/network-security-groups/get>
    pub async fn network_security_group(&self, id: &str) -> Fetched<NetworkSecurityGroup> {
        self.resource(id).await
    }

    /// The application gateways of a subscription.
    /// <https://learn.microsoft.com/rest/api/application-gateway/application-gateways/list-all>
    pub async fn application_gateways(&self, subscription: &str) -> Listing<ApplicationGateway> {
        self.list_of(Provider::Network, subscription, "applicationGateways").await
    }

    /// One application gateway, by its id.
    /// <https://learn.microsoft.com/rest/api/application-gateway/application-gateways/get>
    pub async fn application_gateway(&self, id: &str) -> Fetched<ApplicationGateway> {
        self.resource(id).await
    }

    async fn list_of<T>(&self, provider: Provider, subscription: &str, collection: &str) -> Listing<T>
    where
        T: DeserializeOwned + Identified + Send,
    {
        match segment(subscription) {
            Ok(id) => {
                let path = format!("/subscriptions/{id}/providers/{}/{collection}", provider.namespace());
                list(self.shared(), Target { provider, subscription: Some(id), path }).await
            }
            Err(failure) => Listing::failed(failure),
        }
    }

    /// A network resource by the id ARM gave it.
    async fn resource<T: DeserializeOwned + Send>(&self, id: &str) -> Fetched<T> {
        match subscription_of(id) {
            Ok(subscription) => {
                let target = Target {
                    provider: Provider::Network,
                    subscription: Some(subscription),
                    path: id.to_owned(),
                };
                fetch(self.shared(), target).await
            }
            Err(failure) => Fetched::failed(failure),
        }
    }
}

/// One segment of a path: an id or a name that leads nowhere else.
fn segment(text: &str) -> Result<&str, ReadFailure> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '(' | ')');
    if text.is_empty() || text.chars().all(|c| c == '.') || !text.chars().all(is_plain) {
        return Err(invalid(text));
    }
    Ok(text)
}

/// The subscription in a resource's id, which must be one that leads nowhere else.
pub(super) fn subscription_of(id: &str) -> Result<&str, ReadFailure> {
    let mut segments = id.strip_prefix('/').unwrap_or_default().split('/');
    let is_subscription = segments.next().is_some_and(|s| s.eq_ignore_ascii_case("subscriptions"));
    let subscription = segments.next().filter(|_| is_subscription).ok_or_else(|| invalid(id))?;
    // Names may hold letters of any language, and spaces; what ends a path or climbs up in it they may not.
    let leads_away = |s: &str| {
        s.is_empty() || s == "." || s == ".." || s.chars().any(|c| c.is_control() || "?#\\%".contains(c))
    };
    let count = segments.clone().count();
    if count < 2 || segments.any(leads_away) {
        return Err(invalid(id));
    }
    segment(subscription)
}

fn invalid(id: &str) -> ReadFailure {
    ReadFailure::new(codes::INVALID_ID, format!("`{id}` is no id that can be asked for"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_cannot_lead_elsewhere() {
        for good in ["0b1f6471-1bf0-4dda-aec3-cb9272f09590", "mg_platform-1.x(2)"] {
            assert_eq!(segment(good).ok(), Some(good));
        }
        for bad in ["", ".", "..", "a/b", "a?b", "a#b", "a%2fb", "a b", "ä", "a\n"] {
            assert_eq!(segment(bad).unwrap_err().code.as_deref(), Some(codes::INVALID_ID), "{bad}");
        }
    }

    #[test]
    fn a_resource_id_names_its_subscription() {
        let id = |name: &str| {
            format!(
                "/SUBSCRIPTIONS/ab-1/resourceGroups/Grüne Wiese/providers/Microsoft.Network/virtualNetworks/{name}"
            )
        };
        assert_eq!(subscription_of(&id("hub")).ok(), Some("ab-1"));
        for bad in ["", "..", "a?x=1", "a#", "a/../../b", "a%2e", "a\\b", "a\r\n"] {
            assert!(subscription_of(&id(bad)).is_err(), "{bad}");
        }
        for bad in ["", "/", "/subscriptions", "/subscriptions/ab", "subscriptions/ab/x/y", "/tenants/a/b/c"]
        {
            assert!(subscription_of(bad).is_err(), "{bad}");
        }
    }
}
