//! GitHub Actions: a job with `id-token: write` asks GitHub for a token about itself, which Entra trusts.
//!
//! <https://docs.github.com/actions/reference/security/oidc>

use azure_core::http::{ClientMethodOptions, ClientOptions, Method};
use azure_identity::ClientAssertion;

use super::super::cloud::{Cloud, CloudName};
use super::super::sign_in::SignInError;
use super::assertion::{AssertionService, address};
use super::method::AssertionRequest;

const NAME: &str = "GitHub Actions";

/// GitHub's tokens live for minutes, so each exchange fetches its own.
#[derive(Debug)]
pub(super) struct GitHub(AssertionService);

impl GitHub {
    pub(super) fn new(
        request: &AssertionRequest,
        cloud: &Cloud,
        options: ClientOptions,
    ) -> Result<Self, SignInError> {
        let mut url = address(NAME, &request.url)?;
        url.query_pairs_mut().append_pair("audience", audience(cloud));
        AssertionService::new(NAME, url, request.token.clone(), options).map(Self)
    }
}

/// What Entra's federated credentials expect by default, cloud by cloud:
/// <https://learn.microsoft.com/entra/workload-id/workload-identity-federation-create-trust>
fn audience(cloud: &Cloud) -> &'static str {
    match cloud.name() {
        CloudName::Public | CloudName::Custom => "api://AzureADTokenExchange",
        CloudName::UsGovernment => "api://AzureADTokenExchangeUSGov",
        CloudName::China => "api://AzureADTokenExchangeChina",
    }
}

#[async_trait::async_trait]
impl ClientAssertion for GitHub {
    async fn secret(&self, options: Option<ClientMethodOptions<'_>>) -> azure_core::Result<String> {
        self.0.ask(Method::Get, &[("accept", "application/json")], "value", options).await
    }
}
