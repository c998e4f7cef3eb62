//! The types of resources there are, each declared once: the lists of an estate, their paths, the names that faults know them
//! by and what a role must allow follow from its line.

use serde_json::Value;

/// Hands a macro the types: name, list in [`Resources`], provider and collection; `by group` where Azure lists it by resource
/// group only. The name in kebab case is what faults call a list of it.
macro_rules! resource_types {
    ($do:ident) => {
        $do! {
            /// The managed clusters of a subscription.
            Clusters { clusters: "Microsoft.ContainerService", "managedClusters" }
            /// The virtual networks of a subscription, subnets, peerings and ipConfigurations included.
            VirtualNetworks { virtual_networks: "Microsoft.Network", "virtualNetworks" }
            /// The route tables of a subscription.
            RouteTables { route_tables: "Microsoft.Network", "routeTables" }
            /// The network security groups of a subscription.
            NetworkSecurityGroups { network_security_groups: "Microsoft.Network", "networkSecurityGroups" }
            /// The application gateways of a subscription.
            ApplicationGateways { application_gateways: "Microsoft.Network", "applicationGateways" }
            /// The connections of virtual network gateways, in a resource group.
            Connections { connections: "Microsoft.Network", "connections", by group }
            /// The local network gateways of a resource group.
            LocalNetworkGateways { local_network_gateways: "Microsoft.Network", "localNetworkGateways", by group }
            /// The VPN sites of a subscription.
            VpnSites { vpn_sites: "Microsoft.Network", "vpnSites" }
        }
    };
}

macro_rules! resources {
    ($($(#[$meta:meta])* $type:ident { $list:ident: $provider:literal, $name:literal $(, by $place:ident)? })+) => {
        /// The types of resources the simulated Azure has.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) enum ResourceType {
            $($(#[$meta])* $type,)+
        }

        /// Resources as ARM's JSON objects, by type.
        #[derive(Clone, Debug, Default)]
        pub struct Resources {
            $($(#[$meta])* pub $list: Vec<Value>,)+
        }

        impl ResourceType {
            pub(crate) const ALL: &[Self] = &[$(Self::$type),+];

            pub(crate) fn provider(self) -> &'static str {
                match self {
                    $(Self::$type => $provider,)+
                }
            }

            pub(crate) fn name(self) -> &'static str {
                match self {
                    $(Self::$type => $name,)+
                }
            }

            /// Whether Azure lists it by resource group only.
            pub(crate) fn is_listed_by_group(self) -> bool {
                let by: &[&str] = match self {
                    $(Self::$type => &[$(stringify!($place))?],)+
                };
                by == ["group"]
            }
        }

        impl Resources {
            /// The resources of a type.
            pub(crate) fn of(&mut self, of: ResourceType) -> &mut Vec<Value> {
                match of {
                    $(ResourceType::$type => &mut self.$list,)+
                }
            }

            /// All of them, type by type.
            pub(crate) fn lists(&self) -> impl Iterator<Item = (ResourceType, &Vec<Value>)> {
                [$((ResourceType::$type, &self.$list)),+].into_iter()
            }
        }
    };
}

resource_types!(resources);

impl ResourceType {
    /// The type of a provider's collection, ignoring case.
    pub(crate) fn parse(provider: &str, name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|candidate| {
            candidate.provider().eq_ignore_ascii_case(provider) && candidate.name().eq_ignore_ascii_case(name)
        })
    }
}

pub(crate) use resource_types;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::estate::Documents;
    use crate::faults::RequestKind;

    #[test]
    fn each_type_is_found_by_its_path_kept_in_its_list_and_known_to_faults() {
        for of in ResourceType::ALL.iter().copied() {
            let (provider, name) = (of.provider(), of.name());
            assert_eq!(ResourceType::parse(&provider.to_uppercase(), &name.to_lowercase()), Some(of));
            let id = format!("/subscriptions/s/resourceGroups/g/providers/{provider}/{name}/it");
            let mut documents = Documents::default();
            documents.add(&json!({ "id": id }));
            let kept = documents.resources.lists().filter(|(_, list)| !list.is_empty()).map(|(of, _)| of);
            assert_eq!(kept.collect::<Vec<_>>(), [of]);
            let called = serde_json::to_value(RequestKind::from(of)).unwrap();
            let words = called.as_str().unwrap().replace('-', "");
            assert!(name.to_lowercase().ends_with(&words), "{name} is called {called}");
        }
        assert_eq!(ResourceType::parse("Microsoft.Network", "managedClusters"), None);
    }
}
