//! Sign-in: the token endpoint of Microsoft Entra ID and the places that workloads get their assertions from.

mod assertion;
mod error;
mod federation;
mod tokens;

use std::collections::HashMap;

use serde_json::{Value, json};

pub(crate) use assertion::Certificates;
pub(crate) use error::EntraError;
pub(crate) use federation::{Federation, MANAGED_IDENTITY_VERSIONS};
pub use tokens::ACCESS_TOKEN_PREFIX;
pub(crate) use tokens::{Bearer, Tokens};

/// The application that may sign in. Its values are made up and always the same.
pub(crate) const CLIENT_ID: &str = "5e0c2a11-5107-4c7e-9a3d-0a11d17e0001";
/// Its secret. It opens nothing but the simulator.
pub(crate) const CLIENT_SECRET: &str = "simulated~client~secret~opens~nothing~else";

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Everything sign-in needs to know.
pub(crate) struct Entra {
    pub(crate) tenant_id: String,
    pub(crate) tokens: Tokens,
    /// The life that answers give tokens, in seconds, where it is not the real one.
    pub(crate) announced_life: Option<i64>,
    pub(crate) federation: Federation,
    pub(crate) certificates: Certificates,
    /// The audiences a token can be had for, without a slash at the end.
    pub(crate) audiences: Vec<String>,
}

impl Entra {
    /// `POST /{tenant}/oauth2/v2.0/token` with the client-credentials grant.
    pub(crate) fn token(&self, tenant: &str, endpoint: &str, form: &[u8]) -> Result<Value, EntraError> {
        let form: HashMap<String, String> = form_urlencoded::parse(form).into_owned().collect();
        let field = |name: &str| form.get(name).map_or("", String::as_str);
        if !tenant.eq_ignore_ascii_case(&self.tenant_id) {
            return Err(EntraError::unknown_tenant(tenant));
        }
        if field("grant_type") != "client_credentials" {
            return Err(EntraError::unsupported_grant(field("grant_type")));
        }
        if !field("client_id").eq_ignore_ascii_case(CLIENT_ID) {
            return Err(EntraError::unknown_application(field("client_id"), tenant));
        }
        self.check_proof(endpoint, &field)?;
        let scope = field("scope");
        if !self.knows_scope(scope) {
            return Err(EntraError::unknown_resource(scope, tenant));
        }
        let token = self.tokens.issue();
        let seconds = self.announced_life();
        Ok(json!({
            "token_type": "Bearer",
            "expires_in": seconds,
            "ext_expires_in": seconds,
            "access_token": token
        }))
    }

    fn announced_life(&self) -> i64 {
        let real = || i64::try_from(self.tokens.lifetime().as_secs()).unwrap_or(i64::MAX);
        self.announced_life.unwrap_or_else(real)
    }

    fn check_proof<'a>(&self, endpoint: &str, field: &impl Fn(&str) -> &'a str) -> Result<(), EntraError> {
        let assertion = field("client_assertion");
        if assertion.is_empty() {
            return match field("client_secret") {
                "" => Err(EntraError::no_proof()),
                CLIENT_SECRET => Ok(()),
                _ => Err(EntraError::wrong_secret(CLIENT_ID)),
            };
        }
        if field("client_assertion_type") != ASSERTION_TYPE {
            return Err(EntraError::bad_assertion("the assertion type is not supported"));
        }
        if self.federation.knows(assertion) {
            return Ok(());
        }
        self.certificates.check(assertion, CLIENT_ID, endpoint)
    }

    fn knows_scope(&self, scope: &str) -> bool {
        scope.strip_suffix("/.default").is_some_and(|audience| self.knows_audience(audience))
    }

    fn knows_audience(&self, audience: &str) -> bool {
        let audience = audience.strip_suffix('/').unwrap_or(audience);
        self.audiences.iter().any(|known| known.eq_ignore_ascii_case(audience))
    }

    /// The answer of a managed-identity endpoint, which gives times as text.
    pub(crate) fn managed_identity(&self, resource: &str) -> Result<Value, EntraError> {
        if !self.knows_audience(resource) {
            return Err(EntraError::unknown_resource(resource, &self.tenant_id));
        }
        let token = self.tokens.issue();
        let expires_on = crate::clock::now().as_second().saturating_add(self.announced_life());
        Ok(json!({
            "access_token": token,
            "expires_on": expires_on.to_string(),
            "resource": resource,
            "token_type": "Bearer",
            "client_id": CLIENT_ID
        }))
    }
}
