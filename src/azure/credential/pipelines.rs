//! Azure Pipelines: a job asks Azure DevOps for a token about its service connection, which Entra trusts.
//!
//! `azure_identity` has a credential for this, but it reads a variable of the process for itself; this one keeps to the
//! one snapshot of the environment that the choice was made from.
//! <https://learn.microsoft.com/rest/api/azure/devops/distributedtask/oidctoken/create>

use azure_core::http::{ClientMethodOptions, ClientOptions, Method};
use azure_identity::ClientAssertion;

use super::super::sign_in::SignInError;
use super::assertion::{AssertionService, address};
use super::method::AssertionRequest;

const NAME: &str = "Azure Pipelines";

/// Asks for a new assertion for each exchange.
#[derive(Debug)]
pub(super) struct Pipelines(AssertionService);

impl Pipelines {
    pub(super) fn new(
        request: &AssertionRequest,
        connection_id: &str,
        options: ClientOptions,
    ) -> Result<Self, SignInError> {
        let mut url = address(NAME, &request.url)?;
        url.query_pairs_mut()
            .append_pair("api-version", "7.1")
            .append_pair("serviceConnectionId", connection_id);
        AssertionService::new(NAME, url, request.token.clone(), options).map(Self)
    }
}

#[async_trait::async_trait]
impl ClientAssertion for Pipelines {
    async fn secret(&self, options: Option<ClientMethodOptions<'_>>) -> azure_core::Result<String> {
        // Without the second header Azure DevOps answers a bad token with a redirect to its sign-in page.
        let headers = [("content-length", "0"), ("x-tfs-fedauthredirect", "Suppress")];
        self.0.ask(Method::Post, &headers, "oidcToken", options).await
    }
}
