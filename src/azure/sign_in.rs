//! Why nobody could sign in, and what to do about it.

use std::any::Any;
use std::error::Error;
use std::time::Duration;

use super::cloud::CloudError;
use super::codes::Obstacle;
use super::credential::{CertificateError, CredentialKind, SelectionError};
use super::failure::{clean, root_cause};
use super::proxy::ProxyError;
use super::transport::{Refusal, aadsts};
use super::{ca_bundle::CaBundleError, entra};
use crate::panics;

/// What the file of a workload identity is called in errors.
pub(super) const FEDERATED_FILE: &str = "the file of `AZURE_FEDERATED_TOKEN_FILE`";

/// Why nobody could sign in.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum SignInError {
    /// The cloud is not described well.
    #[error(transparent)]
    Cloud(#[from] CloudError),
    /// No credential could be picked.
    #[error(transparent)]
    Selection(#[from] SelectionError),
    /// The certificate cannot be used.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The extra roots cannot be used.
    #[error(transparent)]
    CaBundle(#[from] CaBundleError),
    /// A proxy that is named can't be used.
    #[error(transparent)]
    Proxy(#[from] ProxyError),
    /// No HTTP client could be made, most often for want of trusted roots.
    #[error("cannot set up https: {0}")]
    HttpClient(String),
    /// What a credential is made from is not valid.
    #[error("cannot sign in: {0}")]
    Invalid(String),
    /// Entra ID refused it.
    #[error("Entra ID refused to sign in with {who}: {message}")]
    Refused {
        /// What wanted to sign in.
        who: String,
        /// Entra's error number, as in `AADSTS7000215`.
        code: Option<String>,
        /// Entra's words.
        message: String,
    },
    /// Something between here and Entra ID is in the way.
    #[error("cannot reach {authority} to sign in: {cause}")]
    Unreachable {
        /// Where Entra ID was looked for.
        authority: String,
        /// What happened.
        cause: String,
    },
    /// It took too long.
    #[error("signing in with {who} got no answer within {seconds} s")]
    TimedOut {
        /// What wanted to sign in.
        who: String,
        /// How long was waited, in seconds.
        seconds: u64,
    },
    /// The Azure CLI gave no token.
    #[error("the Azure CLI gave no token: {message}")]
    Cli {
        /// Entra's error number, where the CLI passed one on.
        code: Option<String>,
        /// What it said.
        message: String,
    },
    /// The build service gave no assertion.
    #[error("{service} gave no token to sign in with: {message}")]
    Assertion {
        /// The service.
        service: &'static str,
        /// What happened.
        message: String,
    },
    /// There is no managed identity here, or not this one.
    #[error("cannot sign in with a managed identity: {0}")]
    ManagedIdentity(String),
    /// The library that signs in broke down.
    #[error("signing in with {who} failed inside the library that does it: {what}")]
    Broken {
        /// What wanted to sign in.
        who: String,
        /// What the library said.
        what: String,
    },
    /// The run was stopped, or its time ran out.
    #[error("the time of the run was over before the sign-in had an answer")]
    Cancelled,
}

const NETWORK_HINT: &str =
    "check the network, `HTTPS_PROXY` and `NO_PROXY`, and that `azure.cloud` is the right one";

impl SignInError {
    pub(super) fn invalid(error: &azure_core::Error) -> Self {
        let words: Vec<String> = causes(error).map(ToString::to_string).collect();
        Self::Invalid(clean(&words.join(": ")))
    }

    pub(super) fn http_client(error: &reqwest::Error) -> Self {
        Self::HttpClient(root_cause(error))
    }

    pub(super) fn assertion(service: &'static str, message: &str) -> Self {
        Self::Assertion { service, message: clean(message) }
    }

    pub(super) fn managed_identity(message: &str) -> Self {
        Self::ManagedIdentity(clean(message))
    }

    /// The library panicked, with these words where it had any.
    pub(super) fn broken(who: &str, panic: &(dyn Any + Send)) -> Self {
        Self::Broken { who: who.to_owned(), what: clean(panics::words(panic).unwrap_or("it panicked")) }
    }

    /// Makes sense of what a credential reports.
    pub(super) fn from_credential(fault: &CredentialFault<'_>) -> Self {
        if let Some(own) = fault.error.and_then(own_error) {
            return own;
        }
        let who = fault.who.to_owned();
        if let Some(refusal) = &fault.refusal {
            return Self::Refused { who, code: refusal.code.clone(), message: refusal.message.clone() };
        }
        let Some(error) = fault.error else {
            return Self::TimedOut { who, seconds: fault.limit.as_secs() };
        };
        let words = last_words(error);
        let on_the_way = causes(error).any(<dyn Error>::is::<reqwest::Error>);
        match fault.kind {
            CredentialKind::AzureCli => Self::Cli { code: aadsts(&words), message: words },
            CredentialKind::ManagedIdentity => Self::ManagedIdentity(words),
            _ if on_the_way => {
                let cause = match Obstacle::of(&words) {
                    Some(obstacle) => format!("{}: {words}", obstacle.words()),
                    None => words,
                };
                Self::Unreachable { authority: fault.authority.to_owned(), cause }
            }
            _ => Self::Invalid(words),
        }
    }

    /// Entra's error number, where there is one.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Refused { code, .. } | Self::Cli { code, .. } => code.as_deref(),
            _ => None,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        if let Some(hint) = self.code().and_then(entra::hint) {
            return hint;
        }
        match self {
            Self::Cloud(error) => error.hint(),
            Self::Selection(error) => error.hint(),
            Self::Certificate(error) => error.hint(),
            Self::CaBundle(error) => error.hint(),
            Self::Proxy(_) => ProxyError::HINT,
            Self::HttpClient(_) => {
                "install the system's CA certificates, or name a PEM file of roots in `azure.ca_bundle`"
            }
            Self::Invalid(_) => "check the tenant, the client and the files that the environment names",
            Self::Refused { code: None, .. } => {
                "what answered may not be Entra ID: check `HTTPS_PROXY` and `NO_PROXY`, and that `azure.cloud` is the \
                 right one, then try again"
            }
            Self::Refused { .. } => {
                "look the code up at https://learn.microsoft.com/entra/identity-platform/reference-error-codes"
            }
            Self::Unreachable { cause, .. } => Obstacle::of(cause).map_or(NETWORK_HINT, Obstacle::hint),
            Self::TimedOut { .. } => NETWORK_HINT,
            Self::Cli { message, .. } if message.contains("not found on PATH") => {
                "install the Azure CLI and run `az login`, or name another way to sign in with `azure.credential`"
            }
            Self::Cli { .. } => "run `az login` (with `--tenant` where it matters), then try again",
            Self::Assertion { service: "Azure Pipelines", .. } => {
                "check `azure.service_connection_id`, and that the pipeline maps `SYSTEM_ACCESSTOKEN`"
            }
            Self::Assertion { service: FEDERATED_FILE, .. } => {
                "see that `AZURE_FEDERATED_TOKEN_FILE` names a readable file"
            }
            Self::Assertion { .. } => "check that the job has `permissions: id-token: write`",
            Self::ManagedIdentity(_) => {
                "assign an identity to this machine or app, or name another way to sign in with `azure.credential`"
            }
            Self::Broken { .. } => {
                "that is a fault of this program: please report it; another `azure.credential` may work meanwhile"
            }
            Self::Cancelled => "give the run more time with `--max-duration`",
        }
    }
}

/// What is known of a sign-in that failed.
pub(super) struct CredentialFault<'a> {
    pub(super) kind: CredentialKind,
    pub(super) who: &'a str,
    pub(super) authority: &'a str,
    /// What the credential said; nothing where it took too long.
    pub(super) error: Option<&'a azure_core::Error>,
    /// What Entra said last.
    pub(super) refusal: Option<Refusal>,
    /// How long it was given.
    pub(super) limit: Duration,
}

/// An error of ours that travelled inside one of `azure_core`.
fn own_error(error: &azure_core::Error) -> Option<SignInError> {
    causes(error).find_map(|cause| cause.downcast_ref::<SignInError>()).cloned()
}

fn causes(error: &azure_core::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    let outermost: &(dyn Error + 'static) = error;
    std::iter::successors(Some(outermost), |cause: &&(dyn Error + 'static)| (*cause).source())
}

/// The innermost message without the SDK's pointer to its own guide.
fn last_words(error: &azure_core::Error) -> String {
    let words = causes(error).last().map(ToString::to_string).unwrap_or_default();
    clean(words.split("To troubleshoot, visit").next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use azure_core::error::ErrorKind;

    use super::*;

    fn fault(kind: CredentialKind, error: &azure_core::Error, refusal: Option<Refusal>) -> SignInError {
        let (who, authority, limit) = ("it", "https://login.example", Duration::from_secs(15));
        let error = Some(error);
        SignInError::from_credential(&CredentialFault { kind, who, authority, error, refusal, limit })
    }

    #[test]
    fn what_entra_said_last_is_said_where_the_time_runs_out() {
        let fault = |refusal| {
            let (kind, limit) = (CredentialKind::ClientSecret, Duration::from_secs(15));
            let authority = "https://login.example";
            let fault = CredentialFault { kind, who: "it", authority, error: None, refusal, limit };
            SignInError::from_credential(&fault).to_string()
        };
        let busy = Refusal { status: 429, code: Some("90055".into()), message: "AADSTS90055: busy".into() };
        let lines = [fault(None), fault(Some(busy))].join("\n");
        insta::assert_snapshot!(lines, @r"
        signing in with it got no answer within 15 s
        Entra ID refused to sign in with it: AADSTS90055: busy
        ");
    }

    #[test]
    fn entras_code_and_words_come_through() {
        let refusal =
            Refusal { status: 401, code: Some("7000215".into()), message: "AADSTS7000215: wrong".into() };
        let error = azure_core::Error::with_message(ErrorKind::Credential, "hidden");
        let error = fault(CredentialKind::ClientSecret, &error, Some(refusal));
        insta::assert_snapshot!(error, @"Entra ID refused to sign in with it: AADSTS7000215: wrong");
        assert!(error.hint().contains("AZURE_CLIENT_SECRET"));
    }

    #[test]
    fn without_a_code_nobody_is_told_to_look_one_up() {
        let refused = |code: Option<&str>| {
            let (who, message) = ("it".to_owned(), "no".to_owned());
            SignInError::Refused { who, code: code.map(str::to_owned), message }.hint()
        };
        assert!(refused(None).contains("HTTPS_PROXY"), "{}", refused(None));
        assert!(refused(Some("1")).contains("reference-error-codes"));
    }

    #[test]
    fn the_command_lines_own_words_come_through() {
        let stderr =
            "ERROR: AADSTS50173: The provided grant has expired.\nTo re-authenticate, run `az login`.\n";
        let inner = azure_core::Error::with_message(ErrorKind::Credential, stderr);
        let outer = "AzureCliCredential authentication failed.\nTo troubleshoot, visit https://aka.ms/x";
        let error = azure_core::Error::with_error(ErrorKind::Credential, inner, outer);
        let error = fault(CredentialKind::AzureCli, &error, None);
        assert_eq!(error.code(), Some("50173"));
        assert!(error.to_string().ends_with("run `az login`."), "{error}");
        assert!(error.hint().contains("az login"));
    }

    #[test]
    fn an_error_of_ours_keeps_its_shape_inside_one_of_the_sdk() {
        let own = SignInError::assertion("GitHub Actions", "it answered with 403");
        let inner = azure_core::Error::with_error(ErrorKind::Credential, own, "no assertion");
        let error = azure_core::Error::with_error(ErrorKind::Credential, inner, "failed");
        let error = fault(CredentialKind::GitHubOidc, &error, None);
        assert!(matches!(error, SignInError::Assertion { service: "GitHub Actions", .. }), "{error:?}");
    }
}
