//! Which credential, and why: one look at the configuration and the environment, and no network.

use std::path::PathBuf;

use azure_core::credentials::Secret;

use super::CredentialKind;
use super::method::{AppService, Application, AssertionRequest, CertificateFile, Method};
use crate::env::{self, Env, Variable};

/// What the configuration says about who signs in. The environment wins over it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IdentitySettings {
    /// `azure.tenant_id`.
    pub tenant_id: Option<String>,
    /// `azure.client_id`.
    pub client_id: Option<String>,
    /// `azure.service_connection_id`.
    pub service_connection_id: Option<String>,
}

/// Why no credential could be picked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SelectionError {
    /// No kind has this name.
    #[error(
        "`azure.credential` is `{0}`, which is none of {list}",
        list = CredentialKind::ALL.iter().map(|kind| format!("`{kind}`")).collect::<Vec<_>>().join(", ")
    )]
    UnknownKind(String),
    /// Something is set that asks for a way to sign in, but part of it is missing.
    #[error("{because}, but {missing} is not set")]
    Incomplete {
        /// What asks for it.
        because: String,
        /// The variable that is missing, with the setting that would do instead.
        missing: String,
        /// What to do about it.
        hint: &'static str,
    },
    /// An application is named, but nothing proves that this is it.
    #[error(
        "{because}, but nothing to sign in with: none of `AZURE_CLIENT_SECRET`, `AZURE_CLIENT_CERTIFICATE_PATH` and \
         `AZURE_FEDERATED_TOKEN_FILE` is"
    )]
    Unproven {
        /// What names it.
        because: String,
        /// What to do about it.
        hint: &'static str,
    },
    /// An id that can't be one. It is not repeated: a secret may stand in its place.
    #[error("{0} is no id: it holds something else than letters, digits, `.` and `-`")]
    Odd(&'static str),
    /// The environment asks for a way to sign in that is not supported.
    #[error("{because}: {what} is not supported")]
    Unsupported {
        /// What asks for it.
        because: String,
        /// What it would be.
        what: &'static str,
    },
}

impl SelectionError {
    pub(super) fn unknown_kind(text: &str) -> Self {
        Self::UnknownKind(text.to_owned())
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::UnknownKind(_) => "set `azure.credential` to one of these names",
            Self::Unproven { hint, .. } | Self::Incomplete { hint, .. } => hint,
            Self::Odd(_) => {
                "ids look like 00000000-0000-0000-0000-000000000000; a tenant may be named by a domain"
            }
            Self::Unsupported { .. } => "say with `azure.credential` which other way to sign in is meant",
        }
    }
}

/// The one that was picked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::azure) struct Chosen {
    pub(in crate::azure) method: Method,
    pub(in crate::azure) reason: String,
}

/// Picks the credential.
///
/// The order of `auto`: a secret or a certificate in the environment (the secret first); GitHub's token, Azure Pipelines,
/// or a federated token file; the managed identity of App Service; else the Azure CLI. The first that the environment
/// asks for is the one, and where part of it is missing that is an error.
pub(in crate::azure) fn select(
    kind: CredentialKind,
    settings: &IdentitySettings,
    env: &Env,
) -> Result<Chosen, SelectionError> {
    let look = Look { env, settings };
    let named = format!("`azure.credential` is `{kind}`");
    let method = match kind {
        CredentialKind::Auto => return look.auto(),
        CredentialKind::Environment => return look.environment(&named),
        CredentialKind::AzureCli => look.cli()?,
        CredentialKind::ClientSecret => look.secret(&named)?,
        CredentialKind::ClientCertificate => look.certificate(&named)?,
        CredentialKind::WorkloadIdentity => look.workload(&named)?,
        CredentialKind::ManagedIdentity => look.managed(&named)?,
        CredentialKind::AzurePipelines => look.pipelines(&named)?,
        CredentialKind::GitHubOidc => look.github(&named)?,
    };
    Ok(Chosen { method, reason: named })
}

struct Look<'a> {
    env: &'a Env,
    settings: &'a IdentitySettings,
}

impl Look<'_> {
    fn auto(&self) -> Result<Chosen, SelectionError> {
        for variable in [env::AZURE_CLIENT_SECRET, env::AZURE_CLIENT_CERTIFICATE_PATH] {
            if self.env.has(variable) {
                return self.environment(&is_set(variable));
            }
        }
        let chosen = |method, reason| Ok(Chosen { method, reason });
        // Of no use without a certificate, so one was meant.
        if self.env.has(env::AZURE_CLIENT_CERTIFICATE_PASSWORD) {
            let because = is_set(env::AZURE_CLIENT_CERTIFICATE_PASSWORD);
            return chosen(self.certificate(&because)?, because);
        }
        if let Some(because) = self.github_asked_for() {
            return chosen(self.github(&because)?, because);
        }
        if let Some(because) = self.pipelines_asked_for() {
            return chosen(self.pipelines(&because)?, because);
        }
        if self.env.has(env::AZURE_FEDERATED_TOKEN_FILE) {
            let because = is_set(env::AZURE_FEDERATED_TOKEN_FILE);
            return chosen(self.workload(&because)?, because);
        }
        // A server connected by Azure Arc has `IDENTITY_ENDPOINT` set for everything that runs on it.
        if !self.env.has(env::IMDS_ENDPOINT) {
            for variable in [env::IDENTITY_ENDPOINT, env::IDENTITY_HEADER] {
                if self.env.has(variable) {
                    let because = is_set(variable);
                    return chosen(self.managed(&because)?, because);
                }
            }
        }
        if let Some(because) = self.client_asked_for() {
            return Err(SelectionError::Unproven { because, hint: self.how_to_prove() });
        }
        chosen(self.cli()?, "nothing in the environment names another identity".to_owned())
    }

    fn environment(&self, because: &str) -> Result<Chosen, SelectionError> {
        let (method, variable) = if self.env.has(env::AZURE_CLIENT_SECRET) {
            (self.secret(because)?, env::AZURE_CLIENT_SECRET)
        } else if self.env.has(env::AZURE_CLIENT_CERTIFICATE_PATH) {
            (self.certificate(because)?, env::AZURE_CLIENT_CERTIFICATE_PATH)
        } else {
            return Err(incomplete(because, "`AZURE_CLIENT_SECRET` or `AZURE_CLIENT_CERTIFICATE_PATH`"));
        };
        let both = variable == env::AZURE_CLIENT_SECRET && self.env.has(env::AZURE_CLIENT_CERTIFICATE_PATH);
        let mut reason = is_set(variable);
        if both {
            reason.push_str(" (and goes before `AZURE_CLIENT_CERTIFICATE_PATH`, which is set as well)");
        }
        Ok(Chosen { method, reason })
    }

    /// GitHub offers its token to every job with `id-token: write`, also where `azure/login` has signed the CLI in. So
    /// the offer alone asks for nothing; an application or tenant beside it does.
    fn github_asked_for(&self) -> Option<String> {
        let offered = [env::ACTIONS_ID_TOKEN_REQUEST_URL, env::ACTIONS_ID_TOKEN_REQUEST_TOKEN]
            .into_iter()
            .find(|variable| self.env.has(*variable))?;
        let beside = self.client().or_else(|| self.tenant())?;
        Some(format!("{} and {} is set", is_set(offered), beside.source))
    }

    /// The agent names its address to every job. Its token has to be mapped by hand, which nobody does without intent.
    fn pipelines_asked_for(&self) -> Option<String> {
        if self.env.has(env::SYSTEM_ACCESSTOKEN) {
            return Some(is_set(env::SYSTEM_ACCESSTOKEN));
        }
        let offered = self.env.has(env::SYSTEM_OIDCREQUESTURI);
        let proven = [env::AZURE_FEDERATED_TOKEN_FILE, env::IDENTITY_ENDPOINT];
        let proven = proven.into_iter().any(|variable| self.env.has(variable));
        let beside = if self.settings.service_connection_id.is_some() {
            "`azure.service_connection_id`"
        } else {
            self.client().filter(|_| !proven)?.source
        };
        offered.then(|| format!("{} and {beside} is set", is_set(env::SYSTEM_OIDCREQUESTURI)))
    }

    fn client_asked_for(&self) -> Option<String> {
        self.client().map(|client| format!("{} is set", client.source))
    }

    /// What an application lacks: in a pipeline most often the line that lets it prove what it is.
    fn how_to_prove(&self) -> &'static str {
        let is_on = |variable| self.env.get(variable).is_some_and(|value| value.eq_ignore_ascii_case("true"));
        match () {
            () if is_on(env::GITHUB_ACTIONS) => GITHUB_PERMISSION,
            () if is_on(env::TF_BUILD) => PIPELINES_MAPPING,
            () => "set the one that is meant, or set `azure.credential` to `azure-cli` or `managed-identity`",
        }
    }

    fn secret(&self, because: &str) -> Result<Method, SelectionError> {
        let secret = self.need(env::AZURE_CLIENT_SECRET, because)?;
        Ok(Method::ClientSecret {
            application: self.application(because)?,
            secret: Secret::new(secret.to_owned()),
        })
    }

    fn certificate(&self, because: &str) -> Result<Method, SelectionError> {
        let path = PathBuf::from(self.need(env::AZURE_CLIENT_CERTIFICATE_PATH, because)?);
        let send_chain = self
            .env
            .get(env::AZURE_CLIENT_SEND_CERTIFICATE_CHAIN)
            .is_some_and(|value| value == "1" || value.eq_ignore_ascii_case("true"));
        let has_password = self.env.has(env::AZURE_CLIENT_CERTIFICATE_PASSWORD);
        let file = CertificateFile { path, send_chain, has_password };
        Ok(Method::ClientCertificate { application: self.application(because)?, file })
    }

    fn workload(&self, because: &str) -> Result<Method, SelectionError> {
        let file = PathBuf::from(self.need(env::AZURE_FEDERATED_TOKEN_FILE, because)?);
        Ok(Method::WorkloadIdentity { application: self.application(because)?, file })
    }

    fn github(&self, because: &str) -> Result<Method, SelectionError> {
        let request = self.assertion_request(
            env::ACTIONS_ID_TOKEN_REQUEST_URL,
            env::ACTIONS_ID_TOKEN_REQUEST_TOKEN,
            because,
        )?;
        Ok(Method::GitHub { application: self.application(because)?, request })
    }

    fn pipelines(&self, because: &str) -> Result<Method, SelectionError> {
        let request = self.assertion_request(env::SYSTEM_OIDCREQUESTURI, env::SYSTEM_ACCESSTOKEN, because)?;
        let connection_id = self
            .settings
            .service_connection_id
            .as_deref()
            .or_else(|| self.env.get(env::AZURESUBSCRIPTION_SERVICE_CONNECTION_ID))
            .ok_or_else(|| incomplete(because, "`azure.service_connection_id`"))?
            .to_owned();
        // The task's own variables speak of its own connection only.
        let own = self.env.get(env::AZURESUBSCRIPTION_SERVICE_CONNECTION_ID) == Some(connection_id.as_str());
        let of_task = |variable: Variable, source| {
            self.env.get(variable).filter(|_| own).map(|value| Found { value, source })
        };
        let client = self
            .client()
            .or_else(|| of_task(env::AZURESUBSCRIPTION_CLIENT_ID, "`AZURESUBSCRIPTION_CLIENT_ID`"))
            .ok_or_else(|| incomplete(because, CLIENT_ID))?;
        let tenant = self
            .tenant()
            .or_else(|| of_task(env::AZURESUBSCRIPTION_TENANT_ID, "`AZURESUBSCRIPTION_TENANT_ID`"))
            .ok_or_else(|| incomplete(because, TENANT_ID))?;
        let application = Application { client_id: client.id()?, tenant_id: tenant.id()? };
        Ok(Method::Pipelines { application, connection_id, request })
    }

    fn managed(&self, because: &str) -> Result<Method, SelectionError> {
        let unsupported = |what| SelectionError::Unsupported { because: because.to_owned(), what };
        if self.env.has(env::IDENTITY_SERVER_THUMBPRINT) {
            return Err(unsupported("the managed identity of Service Fabric"));
        }
        if self.env.has(env::IMDS_ENDPOINT) {
            return Err(unsupported("the managed identity of a server connected by Azure Arc"));
        }
        let endpoint = self.env.get(env::IDENTITY_ENDPOINT);
        let header = self.env.get(env::IDENTITY_HEADER);
        let app_service = match (endpoint, header) {
            (Some(endpoint), Some(header)) => {
                Some(AppService { endpoint: endpoint.to_owned(), header: Secret::new(header.to_owned()) })
            }
            (Some(_), None) => return Err(incomplete(&is_set(env::IDENTITY_ENDPOINT), "`IDENTITY_HEADER`")),
            (None, Some(_)) => return Err(incomplete(&is_set(env::IDENTITY_HEADER), "`IDENTITY_ENDPOINT`")),
            (None, None) if self.env.has(env::MSI_ENDPOINT) => {
                return Err(unsupported("the managed identity of Azure Cloud Shell (use `azure-cli` there)"));
            }
            (None, None) => None,
        };
        let client_id = self.client().map(Found::id).transpose()?;
        Ok(Method::ManagedIdentity { client_id, app_service })
    }

    fn cli(&self) -> Result<Method, SelectionError> {
        Ok(Method::AzureCli { tenant_id: self.tenant().map(Found::id).transpose()? })
    }

    fn assertion_request(
        &self,
        url: Variable,
        token: Variable,
        because: &str,
    ) -> Result<AssertionRequest, SelectionError> {
        let url = self.need(url, because)?.to_owned();
        Ok(AssertionRequest { url, token: Secret::new(self.need(token, because)?.to_owned()) })
    }

    fn application(&self, because: &str) -> Result<Application, SelectionError> {
        let tenant = self.tenant().ok_or_else(|| incomplete(because, TENANT_ID))?;
        let client = self.client().ok_or_else(|| incomplete(because, CLIENT_ID))?;
        Ok(Application { tenant_id: tenant.id()?, client_id: client.id()? })
    }

    fn need(&self, variable: Variable, because: &str) -> Result<&str, SelectionError> {
        self.env.get(variable).ok_or_else(|| SelectionError::Incomplete {
            because: because.to_owned(),
            missing: format!("`{}`", variable.name),
            hint: match variable {
                env::ACTIONS_ID_TOKEN_REQUEST_URL | env::ACTIONS_ID_TOKEN_REQUEST_TOKEN => GITHUB_PERMISSION,
                env::SYSTEM_ACCESSTOKEN => PIPELINES_MAPPING,
                _ => SET_IT,
            },
        })
    }

    fn tenant(&self) -> Option<Found<'_>> {
        self.found(
            env::AZURE_TENANT_ID,
            "`AZURE_TENANT_ID`",
            self.settings.tenant_id.as_deref(),
            "`azure.tenant_id`",
        )
    }

    fn client(&self) -> Option<Found<'_>> {
        self.found(
            env::AZURE_CLIENT_ID,
            "`AZURE_CLIENT_ID`",
            self.settings.client_id.as_deref(),
            "`azure.client_id`",
        )
    }

    fn found<'s>(
        &'s self,
        variable: Variable,
        name: &'static str,
        setting: Option<&'s str>,
        key: &'static str,
    ) -> Option<Found<'s>> {
        let of_environment = self.env.get(variable).map(|value| Found { value, source: name });
        of_environment.or_else(|| {
            let value = setting.filter(|value| !value.is_empty())?;
            Some(Found { value, source: key })
        })
    }
}

/// A value and the name of where it came from.
struct Found<'a> {
    value: &'a str,
    source: &'static str,
}

impl Found<'_> {
    /// The value as an id that is sent.
    fn id(self) -> Result<String, SelectionError> {
        let is_of_id = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
        if self.value.bytes().all(is_of_id) {
            Ok(self.value.to_owned())
        } else {
            Err(SelectionError::Odd(self.source))
        }
    }
}

const TENANT_ID: &str = "`AZURE_TENANT_ID` (or `azure.tenant_id`)";
const CLIENT_ID: &str = "`AZURE_CLIENT_ID` (or `azure.client_id`)";

fn is_set(variable: Variable) -> String {
    format!("`{}` is set", variable.name)
}

/// What nobody sets by hand: <https://docs.github.com/actions/reference/security/oidc>
const GITHUB_PERMISSION: &str = "in GitHub Actions the job's YAML needs `permissions: id-token: write`; GitHub sets what is \
                                 missing then. Else say with `azure.credential` which other way to sign in is meant";
/// <https://learn.microsoft.com/azure/devops/pipelines/build/variables#systemaccesstoken>
const PIPELINES_MAPPING: &str = "in Azure Pipelines the step's YAML needs `env: SYSTEM_ACCESSTOKEN: $(System.AccessToken)`. Else \
                                 say with `azure.credential` which other way to sign in is meant";
const SET_IT: &str = "set it, or say with `azure.credential` which other way to sign in is meant";

fn incomplete(because: &str, missing: &str) -> SelectionError {
    SelectionError::Incomplete { because: because.to_owned(), missing: missing.to_owned(), hint: SET_IT }
}

#[cfg(test)]
mod tests;
