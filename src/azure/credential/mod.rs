//! One credential, chosen once.
//!
//! There is no chain: a chain turns a misconfiguration into an audit under the wrong identity. [`select`] looks at the
//! configuration and the environment, picks exactly one way to sign in and says why; [`Recipe::build`] makes the
//! credential, and makes it anew when a token has to be replaced.

mod assertion;
mod certificate;
mod cli;
mod federated;
mod github;
mod managed;
mod method;
mod pipelines;
mod select;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use azure_core::cloud::CustomConfiguration;
use azure_core::credentials::TokenCredential;
use azure_core::http::{ClientOptions, ExponentialRetryOptions, RetryOptions, Transport};
use azure_identity::{
    ClientAssertion, ClientAssertionCredential, ClientAssertionCredentialOptions, ClientSecretCredential,
    ClientSecretCredentialOptions,
};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

pub use certificate::{CertificateError, CertificateProblem};
pub(super) use method::Method;
pub(super) use select::{Chosen, select};
pub use select::{IdentitySettings, SelectionError};

use super::cloud::Cloud;
use super::sign_in::SignInError;
use super::transport::SignInTransport;

/// How to sign in, as `azure.credential` spells it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Display, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case", ascii_case_insensitive)]
#[strum(parse_err_ty = SelectionError, parse_err_fn = SelectionError::unknown_kind)]
pub enum CredentialKind {
    /// Looks at the environment once, picks one of the others, and says which.
    #[default]
    Auto,
    /// The account the Azure CLI is signed in with.
    AzureCli,
    /// A secret in the environment, else a certificate.
    Environment,
    /// An application's secret.
    ClientSecret,
    /// An application's certificate.
    ClientCertificate,
    /// A federated token in a file, as AKS mounts it.
    WorkloadIdentity,
    /// The managed identity of the machine or app this runs on.
    ManagedIdentity,
    /// A service connection of Azure Pipelines.
    AzurePipelines,
    /// A federated token of GitHub Actions.
    #[strum(serialize = "github-oidc")]
    GitHubOidc,
}

impl CredentialKind {
    /// Every kind, in the order of the documentation.
    pub const ALL: &[Self] = <Self as VariantArray>::VARIANTS;

    /// The name as the configuration spells it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// Who this run signs in as, and why that one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The kind that was picked; never [`CredentialKind::Auto`].
    pub kind: CredentialKind,
    /// What signs in: `the client secret of application … in tenant …`.
    pub description: String,
    /// Why it was picked.
    pub reason: String,
    /// The tenant: the one that was asked for, else the one the token says it is of.
    pub tenant_id: Option<String>,
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "signing in with {}, because {}", self.description, self.reason)
    }
}

/// Everything a credential is made from, so that it can be made again.
pub(super) struct Recipe {
    pub(super) method: Method,
    pub(super) cloud: Cloud,
    pub(super) transport: Arc<SignInTransport>,
}

impl Recipe {
    /// Makes the credential.
    pub(super) fn build(&self) -> Result<Arc<dyn TokenCredential>, SignInError> {
        let invalid = |error: azure_core::Error| SignInError::invalid(&error);
        let credential: Arc<dyn TokenCredential> = match &self.method {
            Method::ClientSecret { application, secret } => ClientSecretCredential::new(
                &application.tenant_id,
                application.client_id.clone(),
                secret.clone(),
                Some(ClientSecretCredentialOptions { client_options: self.client_options() }),
            )
            .map_err(invalid)?,
            Method::ClientCertificate { application, file } => {
                let signer = certificate::Signer::open(file, application, &self.cloud)?;
                self.with_assertion(application, signer)?
            }
            Method::WorkloadIdentity { application, file } => {
                self.with_assertion(application, federated::Federated::new(file.clone()))?
            }
            Method::GitHub { application, request } => {
                let assertion = github::GitHub::new(request, &self.cloud, self.client_options())?;
                self.with_assertion(application, assertion)?
            }
            Method::Pipelines { application, connection_id, request } => {
                let assertion = pipelines::Pipelines::new(request, connection_id, self.client_options())?;
                self.with_assertion(application, assertion)?
            }
            Method::ManagedIdentity { client_id, app_service } => {
                managed::credential(client_id.as_deref(), app_service.clone())?
            }
            Method::AzureCli { tenant_id } => cli::credential(tenant_id.as_deref()).map_err(invalid)?,
        };
        Ok(credential)
    }

    /// The longest one sign-in may take. The CLI starts a Python process; everything else is one or two requests.
    pub(super) fn time_limit(&self) -> Duration {
        match self.method {
            Method::AzureCli { .. } => cli::TIME_LIMIT + Duration::from_secs(1),
            _ => Duration::from_secs(15),
        }
    }

    fn with_assertion(
        &self,
        application: &method::Application,
        assertion: impl ClientAssertion + 'static,
    ) -> Result<Arc<dyn TokenCredential>, SignInError> {
        let (tenant, client) = (application.tenant_id.clone(), application.client_id.clone());
        let credential =
            ClientAssertionCredential::new(tenant, client, assertion, Some(self.assertion_options()))
                .map_err(|error| SignInError::invalid(&error))?;
        Ok(credential)
    }

    fn assertion_options(&self) -> ClientAssertionCredentialOptions {
        ClientAssertionCredentialOptions { client_options: self.client_options() }
    }

    fn client_options(&self) -> ClientOptions {
        let mut cloud = CustomConfiguration::default();
        cloud.authority_host = self.cloud.authority().to_string();
        ClientOptions {
            transport: Some(Transport::new(self.transport.clone())),
            cloud: Some(Arc::new(cloud.into())),
            // The defaults go on for more than a minute where nobody answers.
            retry: RetryOptions::exponential(ExponentialRetryOptions {
                max_retries: 2,
                initial_delay: azure_core::time::Duration::milliseconds(200),
                max_delay: azure_core::time::Duration::seconds(2),
                max_total_elapsed: azure_core::time::Duration::seconds(8),
            }),
            ..ClientOptions::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_spelt_as_in_the_configuration() {
        for &kind in CredentialKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        let error = "browser".parse::<CredentialKind>().unwrap_err().to_string();
        assert!(error.contains("`browser`") && error.contains("`github-oidc`"), "{error}");
    }
}
