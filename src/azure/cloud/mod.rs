//! Clouds: where Resource Manager and Microsoft Entra ID are, and what a token must be for.

mod known;

use std::net::IpAddr;

use strum::{Display, EnumString, IntoStaticStr, VariantArray};
use url::{Host, Url};

use self::known::Owner;

use crate::env::{AZURE_AUTHORITY_HOST, Env};

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

    /// Whose something of this cloud is, in words.
    fn owner(self) -> &'static str {
        match self {
            Self::Public => "the public cloud's",
            Self::UsGovernment => "Azure Government's",
            Self::China => "Azure China's",
            Self::Custom => "this cloud's",
        }
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
    /// A token for a known cloud would go elsewhere.
    #[error(
        "tokens for `{audience}` are {owner}, whose own hosts alone they go to, and `{setting}` is `{host}`"
    )]
    Stray {
        /// Whom the token is for.
        audience: String,
        /// Whose that is.
        owner: &'static str,
        /// The setting or variable that leads elsewhere.
        setting: &'static str,
        /// Where it leads.
        host: String,
    },
    /// A known cloud signs in at its own hosts.
    #[error("`AZURE_AUTHORITY_HOST` is `{value}`, where the cloud `{cloud}` does not sign in")]
    ForeignAuthority {
        /// The variable's value.
        value: String,
        /// The cloud.
        cloud: CloudName,
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
            Self::Stray { .. } => {
                "give a custom cloud an `azure.audience` of its own, or name the known cloud with `azure.cloud`"
            }
            Self::ForeignAuthority { .. } => {
                "unset the variable, or describe another cloud with `azure.cloud = \"custom\"` and its endpoints"
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
        } else if Url::parse(audience).is_err() {
            Some("it is no address")
        } else {
            None
        };
        if let Some(problem) = problem {
            return Err(CloudError::Endpoint { setting: "azure.audience", value: redact(audience), problem });
        }
        let cloud = Self {
            name: CloudName::Custom,
            resource_manager: endpoint("azure.resource_manager", resource_manager)?,
            authority: endpoint("azure.authority", authority)?,
            audience: audience.to_owned(),
        };
        cloud.keeps_tokens_home("azure.authority")
    }

    /// Refuses a custom cloud that asks for tokens of a known one, unless that cloud's own hosts get them. `authority` is the
    /// setting that names where to sign in.
    fn keeps_tokens_home(self, authority: &'static str) -> Result<Self, CloudError> {
        let at_home = |cloud: CloudName| {
            (known::reads(cloud, &self.resource_manager), known::signs_in(cloud, &self.authority))
        };
        let (owner, (reads, signs_in)) = match known::owner(&self.audience) {
            None => return Ok(self),
            Some(Owner::Cloud(cloud)) => (cloud.owner(), at_home(cloud)),
            Some(Owner::Microsoft) => {
                let known = CloudName::ALL.iter().copied().map(at_home);
                let best = known.into_iter().max_by_key(|(reads, signs_in)| (*reads, *signs_in));
                ("Microsoft's", best.unwrap_or_default())
            }
        };
        let (setting, url) = match (reads, signs_in) {
            (true, true) => return Ok(self),
            (false, _) => ("azure.resource_manager", &self.resource_manager),
            (true, false) => (authority, &self.authority),
        };
        let host = url.host_str().unwrap_or_default().to_owned();
        Err(CloudError::Stray { audience: redact(&self.audience), owner, setting, host })
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

    /// The same cloud with the authority that `AZURE_AUTHORITY_HOST` asks for, where it is set. A known cloud takes its own
    /// sign-in hosts only: the variable is meant for clouds whose hosts differ, and would send a secret anywhere.
    pub fn in_environment(self, env: &Env) -> Result<Self, CloudError> {
        let Some(value) = env.get(AZURE_AUTHORITY_HOST) else { return Ok(self) };
        let authority = endpoint(AZURE_AUTHORITY_HOST.name, value)?;
        if self.name != CloudName::Custom && !known::signs_in(self.name, &authority) {
            return Err(CloudError::ForeignAuthority { value: redact(value), cloud: self.name });
        }
        Self { authority, ..self }.keeps_tokens_home(AZURE_AUTHORITY_HOST.name)
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

    /// Whom tokens are for.
    #[must_use]
    pub fn audience(&self) -> &str {
        &self.audience
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
    fn a_token_for_a_known_cloud_goes_to_that_clouds_hosts() {
        let (arm, login) = ("https://management.azure.com", "https://login.microsoftonline.com");
        let evil = "https://evil.example";
        let refusal = |arm: &str, login: &str, audience: &str| {
            Cloud::custom(arm, login, audience).unwrap_err().to_string()
        };
        insta::assert_snapshot!(
            refusal(evil, login, "https://management.azure.com"),
            @"tokens for `https://management.azure.com` are the public cloud's, whose own hosts alone they go to, and `azure.resource_manager` is `evil.example`"
        );
        insta::assert_snapshot!(
            refusal(arm, evil, arm),
            @"tokens for `https://management.azure.com` are the public cloud's, whose own hosts alone they go to, and `azure.authority` is `evil.example`"
        );
        let application = "api://797f4846-ba00-4fd7-ba43-dac1f8f63013";
        insta::assert_snapshot!(
            refusal(evil, login, application),
            @"tokens for `api://797f4846-ba00-4fd7-ba43-dac1f8f63013` are Microsoft's, whose own hosts alone they go to, and `azure.resource_manager` is `evil.example`"
        );
        assert!(
            refusal(arm, "https://login.microsoftonline.us", application)
                .contains("login.microsoftonline.us")
        );
        assert!(Cloud::custom(arm, login, application).is_ok());
        assert!(Cloud::custom(arm, login, "https://management.core.windows.net/").is_ok());
        let (stack, own) =
            ("https://management.local.azurestack.external", "https://management.contoso.onmicrosoft.com/1");
        assert!(Cloud::custom(stack, login, own).is_ok(), "Azure Stack Hub signs in at the public cloud");
        assert!(Cloud::custom(stack, login, stack).is_ok());
    }

    #[test]
    fn the_authority_of_the_environment_is_the_clouds_own() {
        let with = |cloud: Cloud, host: &str| {
            let shown = |cloud: Cloud| cloud.authority().to_string();
            cloud.in_environment(&Env::from_pairs([("AZURE_AUTHORITY_HOST", host)])).map(shown)
        };
        assert_eq!(
            with(Cloud::public(), "https://login.windows.net/").unwrap(),
            "https://login.windows.net/"
        );
        let foreign =
            CloudError::ForeignAuthority { value: "https://evil.example".into(), cloud: CloudName::Public };
        assert_eq!(with(Cloud::public(), "https://evil.example"), Err(foreign));
        assert!(with(Cloud::us_government(), "https://login.microsoftonline.com").is_err());
        let custom =
            || Cloud::custom("https://arm.local", "https://login.local", "https://arm.local").unwrap();
        assert_eq!(with(custom(), "https://other.local").unwrap(), "https://other.local/");
        assert!(with(custom(), "http://other.local").is_err());
        assert_eq!(custom().in_environment(&Env::default()).unwrap(), custom());
        let arm = "https://management.azure.com";
        let public = Cloud::custom(arm, "https://login.microsoftonline.com", arm).unwrap();
        assert!(with(public, "https://evil.example").is_err());
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
