//! Clouds: where Resource Manager and Microsoft Entra ID are, and what a token must be for.

use std::net::IpAddr;

use strum::{Display, EnumString, IntoStaticStr, VariantArray};
use url::{Host, Url};

/// A cloud by name, as `azure.cloud` spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase", ascii_case_insensitive)]
#[strum(parse_err_ty = CloudError, parse_err_fn = CloudError::unknown_name)]
pub enum CloudName {
    /// The public cloud.
    Public,
    /// Azure Government (United States).
    UsGovernment,
    /// Azure operated by 21Vianet in China.
    China,
    /// Any other, described by its endpoints.
    Custom,
}

impl CloudName {
    /// Every name.
    pub const ALL: &[Self] = <Self as VariantArray>::VARIANTS;

    /// The name as the configuration spells it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// A cloud's endpoints.
///
/// Sources: <https://learn.microsoft.com/azure/azure-government/compare-azure-government-global-azure>,
/// <https://learn.microsoft.com/azure/china/resources-developer-guide> and the table of the Azure SDKs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cloud {
    name: CloudName,
    resource_manager: Url,
    authority: Url,
    audience: String,
}

/// Why the description of a cloud cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CloudError {
    /// No cloud has this name.
    #[error("`azure.cloud` is `{0}`, which is none of `public`, `usgovernment`, `china`, `custom`")]
    UnknownName(String),
    /// A custom cloud lacks one of its parts.
    #[error("`azure.cloud` is `custom`, but `{0}` is not set")]
    Missing(&'static str),
    /// A known cloud has its own endpoints.
    #[error("`{0}` is set, but `azure.cloud` is not `custom`")]
    NotCustom(&'static str),
    /// An endpoint is not one this program can use.
    #[error("`{setting}` is `{value}`, but {problem}")]
    Endpoint {
        /// The setting or variable that holds it.
        setting: &'static str,
        /// Its value.
        value: String,
        /// What is wrong with it.
        problem: &'static str,
    },
}

impl CloudError {
    fn unknown_name(text: &str) -> Self {
        Self::UnknownName(text.to_owned())
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::UnknownName(_) => "set `azure.cloud` to one of the four names",
            Self::Missing(_) => {
                "a custom cloud needs `azure.resource_manager`, `azure.authority` and `azure.audience`"
            }
            Self::NotCustom(_) => "set `azure.cloud` to `custom`, or leave its endpoints out",
            Self::Endpoint { .. } => {
                "write it as `https://host` or `https://host:port`, with nothing after it"
            }
        }
    }
}

impl Cloud {
    /// The public cloud.
    #[must_use]
    pub fn public() -> Self {
        Self::known(CloudName::Public, "https://management.azure.com", "https://login.microsoftonline.com")
    }

    /// Azure Government.
    #[must_use]
    pub fn us_government() -> Self {
        Self::known(
            CloudName::UsGovernment,
            "https://management.usgovcloudapi.net",
            "https://login.microsoftonline.us",
        )
    }

    /// Azure in China.
    #[must_use]
    pub fn china() -> Self {
        Self::known(CloudName::China, "https://management.chinacloudapi.cn", "https://login.chinacloudapi.cn")
    }

    /// Any ARM-compatible cloud. The audience is what tokens must be issued for; a slash at its end is part of it.
    pub fn custom(resource_manager: &str, authority: &str, audience: &str) -> Result<Self, CloudError> {
        let problem = if audience.chars().any(|c| c.is_whitespace() || c.is_control()) {
            Some("it contains a space or control character")
        } else if !(audience.starts_with("https://") || audience.starts_with("api://")) {
            Some("it starts with neither `https://` nor `api://`")
        } else {
            None
        };
        if let Some(problem) = problem {
            return Err(CloudError::Endpoint {
                setting: "azure.audience",
                value: audience.to_owned(),
                problem,
            });
        }
        Ok(Self {
            name: CloudName::Custom,
            resource_manager: endpoint("azure.resource_manager", resource_manager)?,
            authority: endpoint("azure.authority", authority)?,
            audience: audience.to_owned(),
        })
    }

    /// The cloud of a configuration: one of the three known ones, or a custom one with all its parts.
    pub fn from_parts(
        name: CloudName,
        resource_manager: Option<&str>,
        authority: Option<&str>,
        audience: Option<&str>,
    ) -> Result<Self, CloudError> {
        let parts = [
            ("azure.resource_manager", resource_manager),
            ("azure.authority", authority),
            ("azure.audience", audience),
        ];
        let known = match name {
            CloudName::Public => Self::public(),
            CloudName::UsGovernment => Self::us_government(),
            CloudName::China => Self::china(),
            CloudName::Custom => {
                let [resource_manager, authority, audience] =
                    parts.map(|(setting, part)| part.ok_or(CloudError::Missing(setting)));
                return Self::custom(resource_manager?, authority?, audience?);
            }
        };
        match parts.into_iter().find(|(_, part)| part.is_some()) {
            Some((setting, _)) => Err(CloudError::NotCustom(setting)),
            None => Ok(known),
        }
    }

    /// The same cloud with another authority, as `AZURE_AUTHORITY_HOST` asks for.
    pub fn with_authority(self, authority: &str) -> Result<Self, CloudError> {
        let authority = endpoint("AZURE_AUTHORITY_HOST", authority)?;
        Ok(Self { authority, ..self })
    }

    fn known(name: CloudName, resource_manager: &'static str, authority: &'static str) -> Self {
        let url = |text: &str| {
            Url::parse(text).unwrap_or_else(|_| unreachable!("the table of clouds holds valid addresses"))
        };
        Self {
            name,
            resource_manager: url(resource_manager),
            authority: url(authority),
            audience: resource_manager.to_owned(),
        }
    }

    /// The cloud's name.
    #[must_use]
    pub fn name(&self) -> CloudName {
        self.name
    }

    /// The base address of Azure Resource Manager.
    #[must_use]
    pub fn resource_manager(&self) -> &Url {
        &self.resource_manager
    }

    /// The base address of Microsoft Entra ID.
    #[must_use]
    pub fn authority(&self) -> &Url {
        &self.authority
    }

    /// The scope to ask a token for. An audience that ends in a slash keeps it, which makes two in a row: Entra takes
    /// the slash as part of the audience.
    #[must_use]
    pub fn scope(&self) -> String {
        format!("{}/.default", self.audience)
    }

    /// Whether both endpoints are on this machine, where a proxy could only be in the way.
    pub(super) fn is_loopback(&self) -> bool {
        [&self.resource_manager, &self.authority].into_iter().all(|url| match url.host() {
            Some(Host::Ipv4(ip)) => IpAddr::from(ip).is_loopback(),
            Some(Host::Ipv6(ip)) => IpAddr::from(ip).is_loopback(),
            Some(Host::Domain(name)) => name == "localhost",
            None => false,
        })
    }
}

fn endpoint(setting: &'static str, value: &str) -> Result<Url, CloudError> {
    let refuse = |problem| CloudError::Endpoint { setting, value: redact(value), problem };
    let url = Url::parse(value).map_err(|_| refuse("it is no address"))?;
    if url.scheme() != "https" {
        return Err(refuse("only https is used"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refuse("it carries a user name"));
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(refuse("it goes on after the host (AD FS is not supported)"));
    }
    Ok(url)
}

/// What stands before an `@` in an address may be a password.
fn redact(value: &str) -> String {
    match value.rsplit_once('@') {
        Some((_, rest)) => format!("…@{rest}"),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_configuration() {
        for &name in CloudName::ALL {
            assert_eq!(name.as_str().parse(), Ok(name));
        }
        assert!("azure".parse::<CloudName>().is_err());
    }

    #[test]
    fn known_clouds_have_their_own_endpoints() {
        let shown = [Cloud::public(), Cloud::us_government(), Cloud::china()]
            .map(|cloud| format!("{} {} {}", cloud.resource_manager(), cloud.authority(), cloud.scope()))
            .join("\n");
        insta::assert_snapshot!(shown, @r"
        https://management.azure.com/ https://login.microsoftonline.com/ https://management.azure.com/.default
        https://management.usgovcloudapi.net/ https://login.microsoftonline.us/ https://management.usgovcloudapi.net/.default
        https://management.chinacloudapi.cn/ https://login.chinacloudapi.cn/ https://management.chinacloudapi.cn/.default
        ");
    }

    #[test]
    fn a_slash_at_the_end_of_an_audience_is_part_of_it() {
        let cloud = Cloud::custom("https://arm.local", "https://login.local", "https://arm.local/").unwrap();
        assert_eq!(cloud.scope(), "https://arm.local//.default");
    }

    #[test]
    fn a_custom_cloud_is_https_and_nothing_after_the_host() {
        for bad in
            ["http://arm.local", "arm.local", "https://u:p@arm.local", "https://arm.local/x", "https://"]
        {
            let error = Cloud::custom(bad, "https://login.local", "https://arm.local").unwrap_err();
            assert!(error.to_string().contains("azure.resource_manager"), "{error}");
            assert!(!error.to_string().contains("u:p"), "{error}");
            assert!(Cloud::custom("https://arm.local", bad, "https://arm.local").is_err(), "{bad}");
        }
        assert!(
            Cloud::custom("https://127.0.0.1:8443", "https://127.0.0.1:8443", "https://arm.local").is_ok()
        );
        assert!(Cloud::custom("https://a", "https://b", "http://c").is_err());
        assert!(Cloud::custom("https://a", "https://b", "https://c d").is_err());
        assert_eq!(
            Cloud::from_parts(CloudName::Custom, Some("https://a"), None, None),
            Err(CloudError::Missing("azure.authority"))
        );
        assert_eq!(
            Cloud::from_parts(CloudName::Public, None, None, Some("https://a")),
            Err(CloudError::NotCustom("azure.audience"))
        );
    }

    #[test]
    fn loopback_is_known_by_its_address() {
        let cloud = |host: &str| Cloud::custom(host, host, "https://arm.local").unwrap();
        assert!(cloud("https://127.0.0.1:1").is_loopback());
        assert!(cloud("https://[::1]:1").is_loopback());
        assert!(cloud("https://localhost:1").is_loopback());
        assert!(!cloud("https://localhost.evil").is_loopback());
        assert!(!Cloud::public().is_loopback());
    }
}
