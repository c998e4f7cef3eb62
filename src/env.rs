//! Every environment variable this program reads, declared once, and read once.
//!
//! A run takes one snapshot at its start. What decides how to sign in therefore cannot change under way, and a test
//! hands in variables without touching those of its own process.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;

use crate::secrets;

/// A variable this program, or the HTTP library under it, reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// What it means, in a sentence.
    pub doc: &'static str,
    /// Whether its value must never be shown.
    pub secret: bool,
}

/// Declares the variables as constants and collects them in [`Env::VARIABLES`].
macro_rules! variables {
    ($($(#[$kind:ident])? $name:ident = $doc:literal;)+) => {
        $(
            #[doc = $doc]
            pub const $name: Variable = Variable {
                name: stringify!($name),
                doc: $doc,
                secret: variables!(@secret $($kind)?),
            };
        )+

        impl Env {
            /// Every variable, in the order of the reference page.
            pub const VARIABLES: &'static [Variable] = &[$($name),+];
        }
    };
    (@secret secret) => { true };
    (@secret) => { false };
}

variables! {
    AKS_CENSUS_CONFIG = "Configuration file to read when `--config` is not given.";
    AZURE_TENANT_ID = "Tenant to sign in to; wins over `azure.tenant_id` in the configuration.";
    AZURE_CLIENT_ID = "Application or user-assigned identity to sign in as; wins over `azure.client_id`.";
    #[secret] AZURE_CLIENT_SECRET = "Secret of the application.";
    AZURE_CLIENT_CERTIFICATE_PATH = "PEM file with the application's certificate and its unencrypted RSA private key.";
    #[secret] AZURE_CLIENT_CERTIFICATE_PASSWORD = "Password of that key; encrypted keys are not supported, and setting it together with one is an error that says so.";
    AZURE_CLIENT_SEND_CERTIFICATE_CHAIN = "`1` or `true` sends the certificate chain with the assertion, for subject name and issuer authentication.";
    AZURE_FEDERATED_TOKEN_FILE = "File with the assertion of a workload identity; AKS sets it in labelled pods.";
    AZURE_AUTHORITY_HOST = "Host of Microsoft Entra ID; wins over the one of `azure.cloud`. AKS sets it in labelled pods.";
    SYSTEM_OIDCREQUESTURI = "Where Azure Pipelines hands out assertions; set by the agent.";
    #[secret] SYSTEM_ACCESSTOKEN = "Token of the running pipeline; must be mapped with `env: SYSTEM_ACCESSTOKEN: $(System.AccessToken)`.";
    AZURESUBSCRIPTION_SERVICE_CONNECTION_ID = "Service connection of the pipeline task; used where `azure.service_connection_id` is not set.";
    AZURESUBSCRIPTION_CLIENT_ID = "Application of that service connection; used for Azure Pipelines where `AZURE_CLIENT_ID` is not set.";
    AZURESUBSCRIPTION_TENANT_ID = "Tenant of that service connection; used for Azure Pipelines where `AZURE_TENANT_ID` is not set.";
    ACTIONS_ID_TOKEN_REQUEST_URL = "Where GitHub Actions hands out assertions; set in jobs with `permissions: id-token: write`.";
    #[secret] ACTIONS_ID_TOKEN_REQUEST_TOKEN = "Token for that request; set together with it.";
    GITHUB_ACTIONS = "`true` in GitHub Actions; decides only what an error advises.";
    TF_BUILD = "`True` in Azure Pipelines; decides only what an error advises.";
    IDENTITY_ENDPOINT = "Where App Service, Functions and Container Apps hand out tokens of the managed identity.";
    #[secret] IDENTITY_HEADER = "Header value that endpoint asks for.";
    IDENTITY_SERVER_THUMBPRINT = "Marks Service Fabric, whose managed identity is not supported.";
    IMDS_ENDPOINT = "Marks a server connected by Azure Arc, whose managed identity is not supported.";
    MSI_ENDPOINT = "Marks Azure Cloud Shell, where the Azure CLI is the way to sign in.";
    HTTPS_PROXY = "Proxy for https requests.";
    HTTP_PROXY = "Proxy for http requests; nothing but the identity endpoints of a managed identity is plain http, and those never go through a proxy.";
    ALL_PROXY = "Proxy for every request the two above do not name.";
    NO_PROXY = "Hosts that are reached without a proxy, separated by commas.";
    SSL_CERT_FILE = "Trusted roots to use instead of the system's (Linux).";
    SSL_CERT_DIR = "Directory of trusted roots to use instead of the system's (Linux).";
    NO_COLOR = "Any value turns colour off.";
    CLICOLOR = "`0` turns colour off.";
    CLICOLOR_FORCE = "Any value but `0` turns colour on where the output is no terminal.";
}

/// Whether reqwest also reads the variable in lower case, as proxy variables are by custom.
const LOWER_CASE_TOO: &[&str] = &["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"];

/// A snapshot of the variables in [`Env::VARIABLES`]. A variable that is set but empty counts as not set.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Env {
    values: BTreeMap<&'static str, String>,
    of_process: bool,
}

impl Env {
    /// Reads the variables of this process. From here on its secrets are known.
    ///
    /// # Errors
    /// When one is no Unicode: to go on without it might be to sign in as somebody else.
    pub fn from_process() -> Result<Self, NotUnicode> {
        let mut env = Self::read(|name| std::env::var_os(name))?;
        env.of_process = true;
        env.know_secrets();
        Ok(env)
    }

    fn read(value: impl Fn(&str) -> Option<OsString>) -> Result<Self, NotUnicode> {
        let mut given = BTreeMap::new();
        for variable in Self::VARIABLES {
            let lower = LOWER_CASE_TOO.contains(&variable.name).then(|| variable.name.to_ascii_lowercase());
            let names = std::iter::once(variable.name.to_owned()).chain(lower);
            for name in names {
                let Some(text) = value(&name).filter(|text| !text.is_empty()) else { continue };
                let Ok(text) = text.into_string() else { return Err(NotUnicode { name }) };
                given.entry(variable.name).or_insert(text);
            }
        }
        Ok(Self::collect(|variable| given.get(variable.name).cloned()))
    }

    /// Registers what must not be shown: the values of secret variables, and the passwords in the addresses of proxies.
    pub fn know_secrets(&self) {
        let values = Self::VARIABLES.iter().filter_map(|variable| Some((variable, self.get(*variable)?)));
        for (variable, value) in values {
            if variable.secret {
                secrets::know(value);
            } else if variable.name.ends_with("_PROXY") {
                let authority = value.split_once("://").map_or(value, |(_, rest)| rest);
                let Some((user, _)) = authority.rsplit_once('@') else { continue };
                // Without a password the name is the key.
                let password = user.split_once(':').map_or(user, |(_, password)| password);
                secrets::know(password);
                secrets::know(&secrets::without_percent(password));
            }
        }
    }

    /// Builds a snapshot in memory. Names that are not in [`Env::VARIABLES`] are ignored.
    #[must_use]
    pub fn from_pairs<N: AsRef<str>, V: Into<String>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        let given: BTreeMap<String, String> =
            pairs.into_iter().map(|(name, value)| (name.as_ref().to_owned(), value.into())).collect();
        Self::collect(|variable| given.get(variable.name).cloned())
    }

    fn collect(read: impl Fn(&Variable) -> Option<String>) -> Self {
        let values = Self::VARIABLES
            .iter()
            .filter_map(|variable| Some((variable.name, read(variable).filter(|v| !v.is_empty())?)))
            .collect();
        Self { values, of_process: false }
    }

    /// The value of a variable, unless it is unset or empty.
    #[must_use]
    pub fn get(&self, variable: Variable) -> Option<&str> {
        self.values.get(variable.name).map(String::as_str)
    }

    /// Whether a variable is set to something.
    #[must_use]
    pub fn has(&self, variable: Variable) -> bool {
        self.get(variable).is_some()
    }

    /// Whether the snapshot was taken from the process, so that what libraries read for themselves (proxies) agrees
    /// with it.
    #[must_use]
    pub fn is_of_process(&self) -> bool {
        self.of_process
    }
}

/// A variable whose value is no Unicode.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the environment variable `{name}` is no valid UTF-8")]
pub struct NotUnicode {
    /// The variable.
    pub name: String,
}

impl NotUnicode {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        "set it anew, or unset it; a value copied from a file may be in another encoding"
    }
}

impl fmt::Debug for Env {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = Self::VARIABLES.iter().filter_map(|variable| {
            let value = self.get(*variable)?;
            // A proxy's address may carry a password.
            let hidden = variable.secret || variable.name.ends_with("_PROXY");
            Some((variable.name, if hidden { "…" } else { value }))
        });
        f.debug_map().entries(shown).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_variable_is_declared_once_and_documented() {
        let names: BTreeSet<_> = Env::VARIABLES.iter().map(|v| v.name).collect();
        assert_eq!(names.len(), Env::VARIABLES.len());
        assert!(Env::VARIABLES.iter().all(|v| v.doc.ends_with('.')));
    }

    #[test]
    fn what_is_set_to_nothing_is_not_set() {
        let env = Env::from_pairs([("AZURE_TENANT_ID", ""), ("AZURE_CLIENT_ID", "app"), ("HOME", "/x")]);
        assert_eq!(env.get(AZURE_TENANT_ID), None);
        assert_eq!(env.get(AZURE_CLIENT_ID), Some("app"));
        assert!(!env.is_of_process());
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_unicode_is_an_error_whichever_variable_it_is() {
        use std::os::unix::ffi::OsStringExt;

        let lower = LOWER_CASE_TOO.iter().map(|name| name.to_ascii_lowercase());
        let names: Vec<String> = Env::VARIABLES.iter().map(|v| v.name.to_owned()).chain(lower).collect();
        for wrong in &names {
            for bytes in [&b"\xff"[..], b"secret\xe4", b"\xc3", b"\xed\xa0\x80"] {
                // Others that are set, the same in upper case among them, make it no less wrong.
                let value = |name: &str| Some(if name == wrong { bytes.to_vec() } else { b"set".to_vec() });
                let error = Env::read(|name| value(name).map(OsString::from_vec)).unwrap_err();
                assert_eq!(&error.name, wrong);
                let alone = |name: &str| (name == wrong).then(|| OsString::from_vec(bytes.to_vec()));
                assert!(Env::read(alone).unwrap_err().to_string().contains(&format!("`{wrong}`")));
            }
        }
        let set = |name: &str| (name == "https_proxy").then(|| OsString::from("http://p"));
        assert_eq!(Env::read(set).unwrap().get(HTTPS_PROXY), Some("http://p"));
        assert_eq!(Env::read(|_| Some(OsString::new())), Ok(Env::default()), "empty is not set");
    }

    #[test]
    fn passwords_of_proxies_are_known() {
        for proxy in [
            "http://me:hunter2%21of%21proxies@proxy:3128",
            "me:hunter2!of!proxies@proxy",
            "//hunter2!of!proxies@p",
        ] {
            Env::from_pairs([("HTTPS_PROXY", proxy)]).know_secrets();
            assert_eq!(
                secrets::hide("it said hunter2!of!proxies and hunter2%21of%21proxies"),
                "it said … and …"
            );
        }
    }

    #[test]
    fn secrets_do_not_show() {
        let secrets = Env::VARIABLES.iter().filter(|v| v.secret).map(|v| (v.name, "hunter2"));
        let env = Env::from_pairs(secrets.chain([("HTTPS_PROXY", "http://me:hunter2@proxy")]));
        let shown = format!("{env:?}");
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(shown.contains("AZURE_CLIENT_SECRET"), "{shown}");
    }
}
