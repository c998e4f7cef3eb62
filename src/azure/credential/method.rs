//! The ways to sign in, each with all it needs.

use std::path::PathBuf;

use azure_core::credentials::Secret;

use super::CredentialKind;

/// An application and its tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::azure) struct Application {
    pub(super) tenant_id: String,
    pub(super) client_id: String,
}

/// A PEM file with certificate and key, and how it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::azure) struct CertificateFile {
    pub(super) path: PathBuf,
    pub(super) send_chain: bool,
    pub(super) has_password: bool,
}

/// Where an assertion is asked for, and the token that lets one ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::azure) struct AssertionRequest {
    pub(super) url: String,
    pub(super) token: Secret,
}

/// Where App Service hands out tokens, and the header value it wants to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::azure) struct AppService {
    pub(super) endpoint: String,
    pub(super) header: Secret,
}

/// A way to sign in with all it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::azure) enum Method {
    ClientSecret { application: Application, secret: Secret },
    ClientCertificate { application: Application, file: CertificateFile },
    WorkloadIdentity { application: Application, file: PathBuf },
    GitHub { application: Application, request: AssertionRequest },
    Pipelines { application: Application, connection_id: String, request: AssertionRequest },
    ManagedIdentity { client_id: Option<String>, app_service: Option<AppService> },
    AzureCli { tenant_id: Option<String> },
}

impl Method {
    pub(in crate::azure) fn kind(&self) -> CredentialKind {
        match self {
            Self::ClientSecret { .. } => CredentialKind::ClientSecret,
            Self::ClientCertificate { .. } => CredentialKind::ClientCertificate,
            Self::WorkloadIdentity { .. } => CredentialKind::WorkloadIdentity,
            Self::GitHub { .. } => CredentialKind::GitHubOidc,
            Self::Pipelines { .. } => CredentialKind::AzurePipelines,
            Self::ManagedIdentity { .. } => CredentialKind::ManagedIdentity,
            Self::AzureCli { .. } => CredentialKind::AzureCli,
        }
    }

    pub(in crate::azure) fn tenant_id(&self) -> Option<&str> {
        match self {
            Self::ClientSecret { application, .. }
            | Self::ClientCertificate { application, .. }
            | Self::WorkloadIdentity { application, .. }
            | Self::GitHub { application, .. }
            | Self::Pipelines { application, .. } => Some(&application.tenant_id),
            Self::ManagedIdentity { .. } => None,
            Self::AzureCli { tenant_id } => tenant_id.as_deref(),
        }
    }

    /// What signs in, as a phrase.
    pub(in crate::azure) fn description(&self) -> String {
        let of = |what: &str, application: &Application| {
            format!("{what} of application `{}` in tenant `{}`", application.client_id, application.tenant_id)
        };
        match self {
            Self::ClientSecret { application, .. } => of("the client secret", application),
            Self::ClientCertificate { application, .. } => of("the client certificate", application),
            Self::WorkloadIdentity { application, .. } => of("the workload identity", application),
            Self::GitHub { application, .. } => of("a GitHub token", application),
            Self::Pipelines { application, connection_id, .. } => {
                of(&format!("the service connection `{connection_id}`"), application)
            }
            Self::ManagedIdentity { client_id, app_service } => {
                let place = if app_service.is_some() { "of this app" } else { "of this machine" };
                match client_id {
                    Some(id) => format!("the managed identity `{id}` {place}"),
                    None => format!("the managed identity {place}"),
                }
            }
            Self::AzureCli { tenant_id: Some(tenant) } => {
                format!("the account of the Azure CLI, in tenant `{tenant}`")
            }
            Self::AzureCli { tenant_id: None } => "the account of the Azure CLI".to_owned(),
        }
    }
}
