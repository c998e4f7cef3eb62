//! Where workloads get the assertions they sign in with: GitHub Actions, Azure Pipelines, a projected token file.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

/// The versions of the two managed-identity endpoints: App Service, then the instance metadata service.
pub(crate) const MANAGED_IDENTITY_VERSIONS: [&str; 3] = ["2019-08-01", "2018-02-01", "2021-02-01"];

const GITHUB_AUDIENCE: &str = "api://AzureADTokenExchange";

/// The assertions given out, and the secrets that open the places that give them out.
pub(crate) struct Federation {
    given: Mutex<HashSet<String>>,
    /// The assertion a Kubernetes cluster would project into a file.
    pub(crate) file: String,
}

impl Federation {
    /// The bearer token of GitHub's endpoint.
    pub(crate) const GITHUB_TOKEN: &str = "simulated-github-request-token";
    /// The bearer token of the Azure Pipelines endpoint.
    pub(crate) const PIPELINES_TOKEN: &str = "simulated-pipelines-access-token";
    /// The service connection it knows.
    pub(crate) const SERVICE_CONNECTION: &str = "5e0c2a11-5107-4c7e-9a3d-0a11d17e0002";
    /// The header value of the managed-identity endpoint.
    pub(crate) const IDENTITY_HEADER: &str = "simulated-identity-header";

    pub(crate) fn new() -> Self {
        let file = "simulated-federated-assertion-file".to_owned();
        Self { given: Mutex::new(HashSet::from([file.clone()])), file }
    }

    /// Whether an assertion was given out here.
    pub(crate) fn knows(&self, assertion: &str) -> bool {
        self.given.lock().unwrap_or_else(PoisonError::into_inner).contains(assertion)
    }

    fn give(&self, origin: &str) -> String {
        let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        let assertion = format!("simulated-federated-assertion-{origin}-{:04}", given.len());
        given.insert(assertion.clone());
        assertion
    }

    /// `GET {ACTIONS_ID_TOKEN_REQUEST_URL}&audience=…`, or the status of a refusal.
    pub(crate) fn github(&self, bearer: Option<&str>, audience: Option<&str>) -> Result<Value, u16> {
        if bearer != Some(Self::GITHUB_TOKEN) {
            return Err(401);
        }
        if audience != Some(GITHUB_AUDIENCE) {
            return Err(400);
        }
        let assertion = self.give("github");
        Ok(json!({ "count": assertion.len(), "value": assertion }))
    }

    /// `POST {SYSTEM_OIDCREQUESTURI}?api-version=7.1&serviceConnectionId=…`, or the status of a refusal.
    pub(crate) fn pipelines(&self, bearer: Option<&str>, connection: Option<&str>) -> Result<Value, u16> {
        if bearer != Some(Self::PIPELINES_TOKEN) {
            return Err(401);
        }
        if connection != Some(Self::SERVICE_CONNECTION) {
            return Err(404);
        }
        Ok(json!({ "oidcToken": self.give("pipelines") }))
    }
}
