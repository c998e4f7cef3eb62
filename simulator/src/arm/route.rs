//! Which call a path stands for. Resource Manager compares paths ignoring case.

use percent_encoding::percent_decode_str;

use crate::estate::ResourceType;
use crate::faults::RequestKind;

/// A call. Ids in it are in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    Token { tenant: String },
    GithubOidc,
    PipelinesOidc,
    ManagedIdentity,
    Metadata,
    Subscriptions,
    Subscription { subscription: String },
    Descendants { group: String },
    List { subscription: String, group: Option<String>, of: ResourceType },
    Resource { subscription: String, of: ResourceType, id: String },
    Usages { subscription: String, network: String },
    Unknown { subscription: Option<String> },
}

impl Route {
    /// Parses a path.
    pub(crate) fn parse(path: &str) -> Self {
        let decoded = percent_decode_str(path.trim_matches('/')).decode_utf8_lossy().to_ascii_lowercase();
        let segments: Vec<&str> = decoded.split('/').collect();
        match segments.as_slice() {
            [tenant, "oauth2", "v2.0", "token"] => Self::Token { tenant: (*tenant).to_owned() },
            ["oidc", "github"] => Self::GithubOidc,
            ["oidc", "pipelines"] => Self::PipelinesOidc,
            ["msi", "token"] | ["metadata", "identity", "oauth2", "token"] => Self::ManagedIdentity,
            ["metadata", "endpoints"] => Self::Metadata,
            ["subscriptions"] => Self::Subscriptions,
            ["providers", "microsoft.management", "managementgroups", group, "descendants"] => {
                Self::Descendants { group: (*group).to_owned() }
            }
            ["subscriptions", subscription, rest @ ..] => Self::in_subscription(subscription, rest),
            _ => Self::Unknown { subscription: None },
        }
    }

    fn in_subscription(subscription: &str, rest: &[&str]) -> Self {
        let subscription = subscription.to_owned();
        let unknown = Self::Unknown { subscription: Some(subscription.clone()) };
        match rest {
            [] => Self::Subscription { subscription },
            ["providers", provider, name] => match ResourceType::parse(provider, name) {
                Some(of) if !of.is_listed_by_group() => Self::List { subscription, group: None, of },
                _ => unknown,
            },
            ["resourcegroups", group, "providers", provider, name] => {
                match ResourceType::parse(provider, name) {
                    Some(of) if of.is_listed_by_group() => {
                        Self::List { subscription, group: Some((*group).to_owned()), of }
                    }
                    _ => unknown,
                }
            }
            ["resourcegroups", _, "providers", provider, name, _, below @ ..] => {
                let id = |parts: usize| {
                    let parts = rest.get(..parts).unwrap_or(rest).join("/");
                    format!("/subscriptions/{subscription}/{parts}")
                };
                match (ResourceType::parse(provider, name), below) {
                    (Some(of), []) => Self::Resource { id: id(6), subscription, of },
                    (Some(ResourceType::VirtualNetworks), ["usages"]) => {
                        Self::Usages { network: id(6), subscription }
                    }
                    _ => unknown,
                }
            }
            _ => unknown,
        }
    }

    /// The kind a fault knows it by.
    pub(crate) fn kind(&self) -> RequestKind {
        match self {
            Self::Token { .. } => RequestKind::Token,
            Self::GithubOidc | Self::PipelinesOidc => RequestKind::Oidc,
            Self::ManagedIdentity => RequestKind::ManagedIdentity,
            Self::Metadata => RequestKind::Metadata,
            Self::Subscriptions => RequestKind::Subscriptions,
            Self::Subscription { .. } => RequestKind::Subscription,
            Self::Descendants { .. } => RequestKind::Descendants,
            Self::List { of, .. } => RequestKind::from(*of),
            Self::Resource { .. } => RequestKind::Resource,
            Self::Usages { .. } => RequestKind::Usages,
            Self::Unknown { .. } => RequestKind::Other,
        }
    }

    /// The subscription it lies in.
    pub(crate) fn subscription(&self) -> Option<&str> {
        match self {
            Self::Subscription { subscription }
            | Self::List { subscription, .. }
            | Self::Resource { subscription, .. }
            | Self::Usages { subscription, .. }
            | Self::Unknown { subscription: Some(subscription) } => Some(subscription),
            _ => None,
        }
    }

    /// The resource provider that answers it.
    pub(crate) fn provider(&self) -> &'static str {
        match self {
            Self::List { of, .. } | Self::Resource { of, .. } => of.provider(),
            Self::Usages { .. } => ResourceType::VirtualNetworks.provider(),
            Self::Descendants { .. } => "Microsoft.Management",
            _ => "Microsoft.Resources",
        }
    }

    /// The scope an error names: the resource where one is asked for, else the resource group or the subscription.
    pub(crate) fn scope(&self, path: &str) -> String {
        match (self, self.subscription()) {
            (Self::Resource { .. } | Self::Usages { .. } | Self::Descendants { .. }, _) => path.to_owned(),
            (Self::List { group: Some(group), .. }, Some(subscription)) => {
                format!("/subscriptions/{subscription}/resourceGroups/{group}")
            }
            (_, Some(subscription)) => format!("/subscriptions/{subscription}"),
            (_, None) => "/".to_owned(),
        }
    }

    /// The action that a role must allow.
    pub(crate) fn action(&self) -> String {
        match self {
            Self::List { of, .. } | Self::Resource { of, .. } => {
                format!("{}/{}/read", of.provider(), of.name())
            }
            Self::Usages { .. } => "Microsoft.Network/virtualNetworks/usages/read".to_owned(),
            Self::Descendants { .. } => "Microsoft.Management/managementGroups/descendants/read".to_owned(),
            _ => "Microsoft.Resources/subscriptions/read".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_in_any_case_find_their_call() {
        let subscription = || "s1".to_owned();
        let id = "/subscriptions/s1/resourcegroups/rg (1)/providers/microsoft.network/virtualnetworks/hub";
        let table = [
            ("/T1/oauth2/v2.0/token", Route::Token { tenant: "t1".into() }),
            ("/subscriptions", Route::Subscriptions),
            ("/Subscriptions/S1", Route::Subscription { subscription: subscription() }),
            (
                "/subscriptions/s1/PROVIDERS/microsoft.containerSERVICE/managedclusters",
                Route::List { subscription: subscription(), group: None, of: ResourceType::Clusters },
            ),
            (
                "/subscriptions/s1/resourceGroups/RG%20(1)/providers/microsoft.network/CONNECTIONS",
                Route::List {
                    subscription: subscription(),
                    group: Some("rg (1)".to_owned()),
                    of: ResourceType::Connections,
                },
            ),
            (
                "/subscriptions/s1/providers/Microsoft.Network/connections",
                Route::Unknown { subscription: Some(subscription()) },
            ),
            (
                "/subscriptions/s1/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks",
                Route::Unknown { subscription: Some(subscription()) },
            ),
            (
                "/subscriptions/s1/resourceGroups/RG%20(1)/providers/Microsoft.Network/virtualNetworks/Hub",
                Route::Resource {
                    subscription: subscription(),
                    of: ResourceType::VirtualNetworks,
                    id: id.into(),
                },
            ),
            (
                "/subscriptions/s1/resourceGroups/RG%20(1)/providers/Microsoft.Network/virtualNetworks/Hub/usages",
                Route::Usages { subscription: subscription(), network: id.into() },
            ),
            (
                "/subscriptions/s1/providers/Microsoft.Network/managedClusters",
                Route::Unknown { subscription: Some(subscription()) },
            ),
            ("/elsewhere", Route::Unknown { subscription: None }),
        ];
        for (path, expected) in table {
            assert_eq!(Route::parse(path), expected, "{path}");
        }
    }
}
