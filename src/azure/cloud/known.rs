//! The clouds everybody knows, by their hosts: whose an audience is, and where a token for it may go.
//!
//! A token opens what its audience names, whoever holds it. So one for a known cloud is asked for at that cloud's own sign-in
//! hosts and sent to its own Resource Manager only, whatever a configuration says.

use url::Url;

use super::CloudName;

/// What belongs to one cloud.
struct Domains {
    cloud: CloudName,
    /// Resource Manager; hosts below it are its regions.
    resource_manager: &'static str,
    /// Where Microsoft Entra ID signs in, each host by its full name.
    sign_in: &'static [&'static str],
    /// Domains whose services take tokens of this cloud. Some of them hold hosts of customers too, which is no harm: they are
    /// used to refuse, never to allow.
    services: &'static [&'static str],
}

/// Sources: <https://learn.microsoft.com/azure/azure-government/compare-azure-government-global-azure>,
/// <https://learn.microsoft.com/azure/china/resources-developer-guide>,
/// <https://learn.microsoft.com/azure/security/fundamentals/azure-domains>; for the sign-in hosts
/// <https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud> and the aliases that
/// <https://login.microsoftonline.com/common/discovery/instance> lists.
const CLOUDS: [Domains; 3] = [
    Domains {
        cloud: CloudName::Public,
        resource_manager: "management.azure.com",
        sign_in: &[
            "login.microsoftonline.com",
            "login.windows.net",
            "login.microsoft.com",
            "sts.windows.net",
        ],
        services: &[
            "azure.com",
            "azure.net",
            "windows.net",
            "microsoft.com",
            "microsoftonline.com",
            "azurecr.io",
            "azuredatabricks.net",
            "applicationinsights.io",
            "loganalytics.io",
            "dynamics.com",
            "office.com",
            "office365.com",
            "sharepoint.com",
            "visualstudio.com",
        ],
    },
    Domains {
        cloud: CloudName::UsGovernment,
        resource_manager: "management.usgovcloudapi.net",
        sign_in: &["login.microsoftonline.us", "login.usgovcloudapi.net"],
        services: &[
            "usgovcloudapi.net",
            "azure.us",
            "microsoft.us",
            "microsoftonline.us",
            "windowsazure.us",
            "azurecr.us",
            "applicationinsights.us",
            "loganalytics.us",
            "office365.us",
            "sharepoint.us",
        ],
    },
    Domains {
        cloud: CloudName::China,
        resource_manager: "management.chinacloudapi.cn",
        sign_in: &["login.chinacloudapi.cn", "login.partner.microsoftonline.cn"],
        services: &[
            "chinacloudapi.cn",
            "azure.cn",
            "microsoftonline.cn",
            "windowsazure.cn",
            "azurecr.cn",
            "sharepoint.cn",
        ],
    },
];

/// Applications of Microsoft that take tokens under their id as well as under their address: Service Management (Resource
/// Manager), Key Vault (public and US Government), Storage, SQL, the AKS API server, Azure DevOps, Databricks, Log Analytics.
/// Source: <https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in>.
const APPLICATIONS: [&str; 9] = [
    "797f4846-ba00-4fd7-ba43-dac1f8f63013",
    "cfa8b339-82a2-471a-a3c9-0fc0be7a4093",
    "7e7c393b-45d0-48b1-a35e-2905ddf8183c",
    "e406a681-f3d4-42a8-90b6-c2b029497af1",
    "022907d3-0f1b-48f7-badc-1ba6abab6d66",
    "6dae42f8-4368-4678-94ff-3960e28e3630",
    "499b84ac-1321-427f-aa17-267ca6975798",
    "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d",
    "ca7f3f0b-7d91-482c-8e09-c5d840d0eac5",
];

/// How the ids of Microsoft's oldest applications (those of Graph and Exchange, say) end; see the list above.
const OLD_APPLICATIONS: [&str; 2] = ["-0000-0000-c000-000000000000", "-0000-0ff1-ce00-000000000000"];

/// Whose an audience is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// A service of this cloud.
    Cloud(CloudName),
    /// An application that Microsoft has in every cloud.
    Microsoft,
}

/// Whose this audience is, where it belongs to a known cloud. Case, a trailing dot, port and path make no difference.
pub(super) fn owner(audience: &str) -> Option<Owner> {
    let lower = audience.to_ascii_lowercase();
    if APPLICATIONS.iter().chain(&OLD_APPLICATIONS).any(|id| lower.contains(id)) {
        return Some(Owner::Microsoft);
    }
    let host = host(&Url::parse(audience).ok()?)?;
    let is_of = |cloud: &&Domains| cloud.services.iter().any(|domain| is_within(&host, domain));
    CLOUDS.iter().find(is_of).map(|known| Owner::Cloud(known.cloud))
}

/// Whether Resource Manager of this cloud answers at this address.
pub(super) fn reads(cloud: CloudName, resource_manager: &Url) -> bool {
    let of =
        |known: &Domains| host(resource_manager).is_some_and(|at| is_within(&at, known.resource_manager));
    CLOUDS.iter().any(|known| known.cloud == cloud && of(known))
}

/// Whether this cloud signs in at this address.
pub(super) fn signs_in(cloud: CloudName, authority: &Url) -> bool {
    let of = |known: &Domains| host(authority).is_some_and(|at| known.sign_in.contains(&at.as_str()));
    CLOUDS.iter().any(|known| known.cloud == cloud && of(known))
}

/// A host as it is compared: in lower case, without the dot that may end it.
fn host(url: &Url) -> Option<String> {
    let host = url.host_str()?.to_ascii_lowercase();
    Some(host.trim_end_matches('.').to_owned())
}

/// On the boundary of a label: `a.azure.com` is within `azure.com`, `notazure.com` is not.
fn is_within(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::super::Cloud;
    use super::*;

    #[test]
    fn an_audience_is_known_however_it_is_written() {
        let public = Some(Owner::Cloud(CloudName::Public));
        let cases = [
            ("https://management.azure.com", public),
            ("https://management.azure.com/", public),
            ("https://MANAGEMENT.Azure.COM//", public),
            ("https://management.azure.com.", public),
            ("https://management.azure.com:8443/x?y#z", public),
            ("https://user@management.azure.com", public),
            ("https:///management.azure.com", public),
            ("https:\\\\management.azure.com", public),
            ("https://management%2eazure.com", public),
            ("https://ｍanagement.azure.com", public),
            ("https://management.core.windows.net/", public),
            ("https://database.windows.net", public),
            ("https://graph.microsoft.com", public),
            ("https://vault.azure.net", public),
            ("api://management.azure.com", public),
            ("https://management.usgovcloudapi.net", Some(Owner::Cloud(CloudName::UsGovernment))),
            ("https://graph.microsoft.us", Some(Owner::Cloud(CloudName::UsGovernment))),
            ("https://management.core.chinacloudapi.cn/", Some(Owner::Cloud(CloudName::China))),
            ("https://vault.azure.cn", Some(Owner::Cloud(CloudName::China))),
            ("api://797F4846-BA00-4FD7-BA43-DAC1F8F63013", Some(Owner::Microsoft)),
            ("api://00000003-0000-0000-c000-000000000000/x", Some(Owner::Microsoft)),
            ("https://management.contoso.onmicrosoft.com/4de154de-f8a8-4017-af41-df619da68155", None),
            ("https://management.local.azurestack.external/", None),
            ("https://notazure.com", None),
            ("https://azure.com.evil.example", None),
            ("https://evil.example/management.azure.com", None),
            ("api://4de154de-f8a8-4017-af41-df619da68155", None),
        ];
        for (audience, expected) in cases {
            assert_eq!(owner(audience), expected, "{audience}");
        }
    }

    #[test]
    fn hosts_of_customers_are_no_hosts_of_a_cloud() {
        let url = |text: &str| Url::parse(text).unwrap();
        for own in [
            "https://management.azure.com",
            "https://WestEurope.management.azure.com.",
            "https://management.azure.com:1",
        ] {
            assert!(reads(CloudName::Public, &url(own)), "{own}");
        }
        for other in [
            "https://evil.westeurope.cloudapp.azure.com",
            "https://evilmanagement.azure.com",
            "https://management.azure.com.evil.example",
            "https://management.usgovcloudapi.net",
            "https://evil.blob.core.windows.net",
        ] {
            assert!(!reads(CloudName::Public, &url(other)), "{other}");
            assert!(!signs_in(CloudName::Public, &url(other)), "{other}");
        }
        assert!(signs_in(CloudName::Public, &url("https://login.microsoftonline.com/")));
        assert!(!signs_in(CloudName::Public, &url("https://evil.login.microsoftonline.com")));
        assert!(!signs_in(CloudName::Public, &url("https://login.microsoftonline.us")));
        assert!(signs_in(CloudName::China, &url("https://login.partner.microsoftonline.cn")));
        assert!(!reads(CloudName::Custom, &url("https://management.azure.com")));
    }

    /// One of these letters in upper case, and then whatever an address may carry beside its host.
    fn written(host: &str, upper: usize, tail: &str) -> String {
        let changed = |(at, c): (usize, char)| if at == upper { c.to_ascii_uppercase() } else { c };
        format!("https://{}{tail}", host.chars().enumerate().map(changed).collect::<String>())
    }

    proptest::proptest! {
        #[test]
        fn no_spelling_sends_a_known_clouds_token_to_a_stranger(
            label in "([a-z0-9]{1,8}\\.)?",
            domain in proptest::sample::select(vec![
                "management.azure.com", "core.windows.net", "graph.microsoft.com", "vault.azure.net",
                "management.usgovcloudapi.net", "vault.azure.us", "management.chinacloudapi.cn", "vault.azure.cn",
            ]),
            upper in 0usize..12,
            tail in proptest::sample::select(vec!["", "/", "//", ".", "./", ":443", ":8443/x", "/?a=b", "#c"]),
            stranger in "[a-z]{1,6}(\\.[a-z]{2,6}){1,2}",
        ) {
            let audience = written(&format!("{label}{domain}"), upper, tail);
            let (arm, stranger) = ("https://management.azure.com", format!("https://{stranger}"));
            proptest::prop_assert!(Cloud::custom(&stranger, "https://login.microsoftonline.com", &audience).is_err());
            proptest::prop_assert!(Cloud::custom(&stranger, &stranger, &audience).is_err());
            proptest::prop_assert!(Cloud::custom(arm, &stranger, &audience).is_err());
            // And a stranger's own audience is the stranger's own.
            proptest::prop_assert!(Cloud::custom(&stranger, "https://login.microsoftonline.com", &stranger).is_ok());
        }
    }
}
