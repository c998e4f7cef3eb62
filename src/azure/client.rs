//! The client everything goes through: it signs in, it sends `GET`, and it can do nothing else.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use azure_core::credentials::{AccessToken, TokenCredential};
use jiff::Timestamp;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::info;
use url::Url;

use super::ca_bundle::CaBundle;
use super::cloud::{Cloud, CloudName};
use super::credential::{Chosen, CredentialKind, Identity, IdentitySettings, Recipe, select};
use super::exchange::Stop;
use super::memory::MemoryBudget;
use super::retry::{READ_TIMEOUT, RetryPolicy};
use super::sign_in::{CredentialFault, SignInError};
use super::statistics::{Counters, Statistics};
use super::throttle::{Limits, Throttle};
use super::token::{Token, TokenIssuer, TokenSource, valid_for};
use super::transport::SignInTransport;
use super::versions::{ApiVersions, UsedVersions};
use crate::env::Env;
use crate::panics;

/// How to connect.
#[derive(Debug, Clone)]
pub struct ConnectOptions {
    /// The cloud. `AZURE_AUTHORITY_HOST` overrides its authority.
    pub cloud: Cloud,
    /// How to sign in.
    pub credential: CredentialKind,
    /// Who signs in, as far as the configuration says; the environment overrides it.
    pub identity: IdentitySettings,
    /// Roots to trust beside the system's.
    pub ca_bundle: Option<CaBundle>,
    /// API versions, where they are not the pinned ones.
    pub api_versions: ApiVersions,
    /// How often and how long a request is repeated.
    pub retry: RetryPolicy,
    /// How much is done at a time.
    pub limits: Limits,
    /// The longest silence of a server before a request counts as failed.
    pub read_timeout: Duration,
    /// Stops every request under way.
    pub cancellation: CancellationToken,
    /// When the time of `--max-duration` is over.
    pub deadline: Option<Instant>,
}

impl Default for ConnectOptions {
    fn default() -> Self {
        Self {
            cloud: Cloud::public(),
            credential: CredentialKind::default(),
            identity: IdentitySettings::default(),
            ca_bundle: None,
            api_versions: ApiVersions::default(),
            retry: RetryPolicy::default(),
            limits: Limits::default(),
            read_timeout: READ_TIMEOUT,
            cancellation: CancellationToken::new(),
            deadline: None,
        }
    }
}

/// A signed-in, read-only client of Azure Resource Manager. Clones share everything.
#[derive(Clone)]
pub struct ArmClient(Arc<Shared>);

/// What all clones share.
pub(super) struct Shared {
    pub(super) http: reqwest::Client,
    pub(super) tokens: TokenSource<Issuer>,
    pub(super) throttle: Throttle,
    pub(super) memory: MemoryBudget,
    pub(super) retry: RetryPolicy,
    pub(super) max_body_bytes: u64,
    pub(super) max_list_bytes: u64,
    pub(super) counters: Counters,
    pub(super) stop: Stop,
    pub(super) resource_manager: Url,
    pub(super) api_versions: ApiVersions,
    pub(super) used_versions: UsedVersions,
    cloud: CloudName,
    identity: Identity,
}

impl ArmClient {
    /// Picks a credential and signs in with it. Nothing else is asked of Azure before that has worked.
    pub async fn connect(options: ConnectOptions, env: &Env) -> Result<Self, SignInError> {
        env.know_secrets();
        let Chosen { method, reason } = select(options.credential, &options.identity, env)?;
        let cloud = options.cloud.in_environment(env)?;
        let most_connections = options.limits.concurrent_requests;
        let http =
            http_client(&cloud, options.ca_bundle.as_ref(), options.read_timeout, most_connections, env)?;
        let mut identity = Identity {
            kind: method.kind(),
            description: method.description(),
            reason,
            tenant_id: method.tenant_id().map(str::to_owned),
        };
        // Nobody named this one, so it is said even where little is logged.
        if options.credential == CredentialKind::Auto {
            info!(target: "aks_census::chosen", "{identity}");
        } else {
            info!("{identity}");
        }
        let (cloud_name, resource_manager) = (cloud.name(), cloud.resource_manager().clone());
        let transport = Arc::new(SignInTransport::new(http.clone()));
        let issuer =
            Issuer { who: identity.description.clone(), recipe: Recipe { method, cloud, transport } };
        let stop = Stop { cancellation: options.cancellation, deadline: options.deadline };
        let tokens = stop.unless_stopped(TokenSource::sign_in(issuer)).await;
        let tokens = tokens.map_err(|_| SignInError::Cancelled)??;
        if let Some(tenant) = tokens.tenant_id() {
            identity.tenant_id = Some(tenant);
        }
        Ok(Self(Arc::new(Shared {
            http,
            tokens,
            throttle: Throttle::new(&options.limits),
            memory: MemoryBudget::new(options.limits.body_bytes_in_flight),
            retry: options.retry,
            max_body_bytes: options.limits.max_body_bytes,
            max_list_bytes: options.limits.max_list_bytes,
            counters: Counters::default(),
            stop,
            resource_manager,
            api_versions: options.api_versions,
            used_versions: UsedVersions::default(),
            cloud: cloud_name,
            identity,
        })))
    }

    /// Who is signed in, and why that one.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.0.identity
    }

    /// The cloud that is read.
    #[must_use]
    pub fn cloud(&self) -> CloudName {
        self.0.cloud
    }

    /// What the client has done so far; may be asked at any time.
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        Statistics { most_body_bytes: self.0.memory.most_held(), ..self.0.counters.snapshot() }
    }

    /// The API version each resource provider answered, by namespace.
    #[must_use]
    pub fn api_versions(&self) -> BTreeMap<String, String> {
        self.0.used_versions.by_namespace()
    }

    /// The API version each resource provider was asked with first, where it did not offer that, by namespace.
    #[must_use]
    pub fn refused_api_versions(&self) -> BTreeMap<String, String> {
        self.0.used_versions.refused()
    }

    pub(super) fn shared(&self) -> &Shared {
        &self.0
    }
}

impl std::fmt::Debug for ArmClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ArmClient")
            .field("resource_manager", &self.0.resource_manager.as_str())
            .field("identity", &self.0.identity)
            .finish_non_exhaustive()
    }
}

/// Gets tokens the chosen way.
pub(super) struct Issuer {
    who: String,
    recipe: Recipe,
}

#[async_trait::async_trait]
impl TokenIssuer for Issuer {
    fn credential(&self) -> Result<Arc<dyn TokenCredential>, SignInError> {
        self.recipe.build()
    }

    async fn ask(&self, credential: &dyn TokenCredential) -> Result<Token, SignInError> {
        let scope = self.recipe.cloud.scope();
        let limit = self.recipe.time_limit();
        let scopes = [scope.as_str()];
        // What an earlier sign-in was refused for says nothing about this one.
        self.recipe.transport.take_refusal();
        // A renewal that panics must not take the whole run with it.
        let asking = panics::caught(credential.get_token(&scopes, None));
        let error = match tokio::time::timeout(limit, asking).await {
            Ok(Ok(Ok(token))) => return self.take(&token),
            Ok(Ok(Err(error))) => Some(error),
            Ok(Err(panic)) => return Err(SignInError::broken(&self.who, &*panic)),
            Err(_) => None,
        };
        Err(SignInError::from_credential(&CredentialFault {
            kind: self.recipe.method.kind(),
            who: &self.who,
            authority: self.recipe.cloud.authority().as_str().trim_end_matches('/'),
            error: error.as_ref(),
            refusal: self.recipe.transport.take_refusal(),
            limit,
        }))
    }
}

impl Issuer {
    /// A token as it was handed out, with a look at the clock that tells when it ends.
    #[expect(clippy::disallowed_methods, reason = "it is the clock that is looked at")]
    fn take(&self, handed_out: &AccessToken) -> Result<Token, SignInError> {
        let token = Token::new(handed_out.token.secret(), valid_for(handed_out.expires_on))?;
        let ends_at = handed_out.expires_on.unix_timestamp();
        self.recipe.transport.clock().handed_out(token.issued_at(), ends_at, Timestamp::now());
        Ok(token)
    }
}

/// The one HTTP client for Entra and Resource Manager.
///
/// HTTP/1.1 on purpose. A body that waits for room is not read meanwhile; over HTTP/2 it would hold up every other body of
/// the connection, the one that must make the room included. And large bodies decrypt in parallel on connections of their
/// own.
fn http_client(
    cloud: &Cloud,
    ca_bundle: Option<&CaBundle>,
    read_timeout: Duration,
    most_connections: usize,
    env: &Env,
) -> Result<reqwest::Client, SignInError> {
    // Proxies come from the process; they have no part in an environment made up in memory, nor on loopback.
    let through_proxies = env.is_of_process() && !cloud.is_loopback();
    if through_proxies {
        super::proxy::check(env)?;
    }
    let roots = ca_bundle.map(CaBundle::certificates).transpose()?.unwrap_or_default();
    let builder = || {
        let builder = reqwest::Client::builder()
            .user_agent(concat!("aks-census/", env!("CARGO_PKG_VERSION")))
            .https_only(true)
            .http1_only()
            // Bodies wait compressed; see `exchange`.
            .no_gzip()
            .redirect(reqwest::redirect::Policy::none())
            // What is in use is bounded by the permits; as much may wait for the next request, and no more.
            .pool_max_idle_per_host(most_connections)
            .connect_timeout(Duration::from_secs(10))
            .read_timeout(read_timeout);
        if through_proxies { builder } else { builder.no_proxy() }
    };
    let merged = builder().tls_certs_merge(roots.clone()).build();
    merged
        // Without any root of the system's, those of the bundle have to do.
        .or_else(|error| if roots.is_empty() { Err(error) } else { builder().tls_certs_only(roots).build() })
        .map_err(|error| SignInError::http_client(&error))
}

#[cfg(test)]
mod tests {
    use azure_core::credentials::TokenRequestOptions;

    use super::super::credential::Method;
    use super::*;

    #[derive(Debug)]
    struct Panicking;

    #[async_trait::async_trait]
    impl TokenCredential for Panicking {
        async fn get_token(
            &self,
            _: &[&str],
            _: Option<TokenRequestOptions<'_>>,
        ) -> azure_core::Result<AccessToken> {
            tokio::task::yield_now().await;
            assert!(panics::is_caught(), "it is said raw as well");
            panic!("resulting value is out of range")
        }
    }

    #[tokio::test]
    async fn a_library_that_panics_is_a_sign_in_that_fails() {
        let method = Method::AzureCli { tenant_id: None };
        let transport = Arc::new(SignInTransport::new(reqwest::Client::new()));
        let recipe = Recipe { method, cloud: Cloud::public(), transport };
        let issuer = Issuer { who: "the account of the Azure CLI".to_owned(), recipe };
        let error = issuer.ask(&Panicking).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "signing in with the account of the Azure CLI failed inside the library that does it: resulting value is \
             out of range"
        );
        assert!(error.hint().contains("report"), "{}", error.hint());
    }
}
