//! Errors as the token endpoint words them
//! (<https://learn.microsoft.com/entra/identity-platform/reference-error-codes>).

use serde_json::{Value, json};

/// An error of the token endpoint.
#[derive(Debug)]
pub(crate) struct EntraError {
    pub(crate) status: u16,
    error: String,
    number: Option<u32>,
    description: String,
}

impl EntraError {
    fn numbered(status: u16, error: &str, number: u32, description: String) -> Self {
        Self { status, error: error.to_owned(), number: Some(number), description }
    }

    /// An error that a fault asks for. Its code may be an AADSTS number, with or without the prefix, or a word.
    pub(crate) fn from_fault(status: u16, code: &str, message: &str) -> Self {
        let number = code.trim_start_matches("AADSTS").parse().ok();
        let error = if number.is_some() { "invalid_client" } else { code };
        Self { status, error: error.to_owned(), number, description: message.to_owned() }
    }

    pub(crate) fn unknown_tenant(tenant: &str) -> Self {
        Self::numbered(
            400,
            "invalid_request",
            90_002,
            format!(
                "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the \
                 correct cloud. Check with your subscription administrator, this may happen if there are no active \
                 subscriptions for the tenant."
            ),
        )
    }

    pub(crate) fn unknown_application(id: &str, tenant: &str) -> Self {
        Self::numbered(
            400,
            "unauthorized_client",
            700_016,
            format!(
                "Application with identifier '{id}' was not found in the directory '{tenant}'. This can happen if the \
                 application has not been installed by the administrator of the tenant or consented to by any user in the \
                 tenant. You may have sent your authentication request to the wrong tenant."
            ),
        )
    }

    pub(crate) fn unsupported_grant(grant: &str) -> Self {
        Self::numbered(
            400,
            "unsupported_grant_type",
            70_003,
            format!("The app requested an unsupported grant type '{grant}'."),
        )
    }

    pub(crate) fn wrong_secret(application: &str) -> Self {
        Self::numbered(
            401,
            "invalid_client",
            7_000_215,
            format!(
                "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, \
                 not the client secret ID, for a secret added to app '{application}'."
            ),
        )
    }

    pub(crate) fn no_proof() -> Self {
        Self::numbered(
            401,
            "invalid_client",
            7_000_218,
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."
                .to_owned(),
        )
    }

    pub(crate) fn bad_assertion(why: &str) -> Self {
        Self::numbered(401, "invalid_client", 50_027, format!("JWT token is invalid or malformed: {why}."))
    }

    pub(crate) fn unknown_certificate(thumbprint: &str) -> Self {
        Self::numbered(
            401,
            "invalid_client",
            700_027,
            format!(
                "The certificate with identifier used to sign the client assertion is not registered on application. \
                 [Reason - The key was not found., Thumbprint of key used by client: '{thumbprint}']"
            ),
        )
    }

    pub(crate) fn bad_signature() -> Self {
        Self::numbered(
            401,
            "invalid_client",
            700_027,
            "Client assertion failed signature validation.".to_owned(),
        )
    }

    pub(crate) fn assertion_expired() -> Self {
        Self::numbered(
            401,
            "invalid_client",
            700_024,
            "Client assertion is not within its valid time range.".to_owned(),
        )
    }

    pub(crate) fn unknown_resource(scope: &str, tenant: &str) -> Self {
        let name = scope.strip_suffix("/.default").unwrap_or(scope);
        Self::numbered(
            400,
            "invalid_resource",
            500_011,
            format!(
                "The resource principal named {name} was not found in the tenant named {tenant}. This can happen if the \
                 application has not been installed by the administrator of the tenant or consented to by any user in the \
                 tenant. You might have sent your authentication request to the wrong tenant."
            ),
        )
    }

    /// The body, with the trace and the time that every one carries.
    pub(crate) fn body(&self, request_id: &str) -> Value {
        let time = crate::clock::now().strftime("%Y-%m-%d %H:%M:%SZ").to_string();
        let description = match self.number {
            Some(number) => format!(
                "AADSTS{number}: {} Trace ID: {request_id} Correlation ID: {request_id} Timestamp: {time}",
                self.description
            ),
            None => self.description.clone(),
        };
        json!({
            "error": self.error,
            "error_description": description,
            "error_codes": self.number.into_iter().collect::<Vec<_>>(),
            "timestamp": time,
            "trace_id": request_id,
            "correlation_id": request_id,
            "error_uri": self.number.map(|number| format!("https://login.microsoftonline.com/error?code={number}"))
        })
    }
}
