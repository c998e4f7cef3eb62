//! Managed identity: App Service where its variables are set, else the metadata service of the virtual machine.
//!
//! Both speak plain http to an address of this machine, so they have a client of their own: no proxy, no redirect, and
//! given up after two seconds where nothing listens. `azure_identity` would go on for more than a minute.

use std::sync::Arc;
use std::time::Duration;

use azure_core::credentials::TokenCredential;
use azure_core::error::ErrorKind;
use azure_core::http::{
    AsyncRawResponse, ClientOptions, ExponentialRetryOptions, HttpClient, Request, RetryOptions, Transport,
    Url,
};
use azure_identity::{ManagedIdentityCredential, ManagedIdentityCredentialOptions, UserAssignedId};

use super::super::sign_in::SignInError;
use super::super::transport::{bounded, know_answered};
use super::method::AppService;

/// How long the metadata service may take to accept a connection; it is one hop away, or not there.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// Makes the credential.
pub(super) fn credential(
    client_id: Option<&str>,
    app_service: Option<AppService>,
) -> Result<Arc<dyn TokenCredential>, SignInError> {
    let http = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(Duration::from_secs(10))
        .build()
        .map_err(|error| SignInError::http_client(&error))?;
    let app_service = app_service.map(AppServiceEndpoint::new).transpose()?;
    let options = ManagedIdentityCredentialOptions {
        user_assigned_id: client_id.map(|id| UserAssignedId::ClientId(id.to_owned())),
        client_options: ClientOptions {
            transport: Some(Transport::new(Arc::new(MetadataTransport { http, app_service }))),
            retry: RetryOptions::exponential(ExponentialRetryOptions {
                max_retries: 2,
                ..ExponentialRetryOptions::default()
            }),
            ..ClientOptions::default()
        },
    };
    let credential =
        ManagedIdentityCredential::new(Some(options)).map_err(|error| SignInError::invalid(&error))?;
    Ok(credential)
}

#[derive(Debug)]
struct AppServiceEndpoint {
    url: Url,
    header: azure_core::credentials::Secret,
}

impl AppServiceEndpoint {
    fn new(settings: AppService) -> Result<Self, SignInError> {
        let url = Url::parse(&settings.endpoint)
            .map_err(|_| SignInError::managed_identity("`IDENTITY_ENDPOINT` is no address"))?;
        Ok(Self { url, header: settings.header })
    }

    /// The same question as App Service wants it asked. `azure_identity` decides by variables of the process whom to ask;
    /// here the snapshot of the environment has decided already.
    /// <https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference>
    fn redirect(&self, request: &Request) -> Request {
        let mut redirected = request.clone();
        let mut url = self.url.clone();
        let asked = request.url().query_pairs().filter(|(name, _)| name != "api-version");
        url.query_pairs_mut().append_pair("api-version", "2019-08-01").extend_pairs(asked);
        *redirected.url_mut() = url;
        redirected.insert_header("x-identity-header", self.header.secret().to_owned());
        redirected
    }
}

#[derive(Debug)]
struct MetadataTransport {
    http: reqwest::Client,
    app_service: Option<AppServiceEndpoint>,
}

#[async_trait::async_trait]
impl HttpClient for MetadataTransport {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        let answer = match &self.app_service {
            Some(endpoint) => self.http.execute_request(&endpoint.redirect(request)).await,
            None => self.http.execute_request(request).await,
        };
        let answer = match answer {
            Ok(answer) => bounded(answer).await,
            Err(error) => Err(error),
        };
        // An error of another kind is not retried: where nothing listens, nothing will.
        let answer = answer.map_err(|error| match error.kind() {
            ErrorKind::Connection | ErrorKind::Io => {
                let place = if self.app_service.is_some() {
                    "`IDENTITY_ENDPOINT` does not answer"
                } else {
                    "the metadata service (169.254.169.254) does not answer; is this an Azure virtual machine?"
                };
                azure_core::Error::with_error(
                    ErrorKind::Credential,
                    SignInError::managed_identity(place),
                    "managed identity",
                )
            }
            _ => error,
        })?;
        let (status, headers, body) = answer.deconstruct();
        let body = body.collect().await?;
        know_answered(&body);
        Ok(AsyncRawResponse::from_bytes(status, headers, body))
    }
}
