//! Resource Manager's error envelope, and the errors it gives of its own accord.

use serde_json::{Value, json};

/// An error as Resource Manager words it.
#[derive(Debug)]
pub(crate) struct ArmError {
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) message: String,
}

impl ArmError {
    pub(crate) fn new(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self { status, code: code.to_owned(), message: message.into() }
    }

    /// `{"error":{"code":…,"message":…}}`.
    pub(crate) fn body(&self) -> Value {
        json!({ "error": { "code": self.code, "message": self.message } })
    }

    pub(crate) fn internal(message: impl std::fmt::Display) -> Self {
        Self::new(500, "InternalServerError", format!("The simulator failed: {message}."))
    }

    pub(crate) fn method_not_allowed(method: &str) -> Self {
        Self::new(405, "MethodNotAllowed", format!("The HTTP method '{method}' is not supported here."))
    }

    pub(crate) fn missing_api_version() -> Self {
        Self::new(
            400,
            "MissingApiVersionParameter",
            "The api-version query parameter (?api-version=) is required for all requests.",
        )
    }

    pub(crate) fn invalid_api_version(version: &str) -> Self {
        Self::new(
            400,
            "InvalidApiVersionParameter",
            format!(
                "The api-version '{version}' is invalid. The supported versions are '2022-12-01,2022-09-01,2021-04-01'."
            ),
        )
    }

    pub(crate) fn version_not_offered(resource_type: &str, version: &str) -> Self {
        Self::new(
            400,
            "NoRegisteredProviderFound",
            format!(
                "No registered resource provider found for location '' and API version '{version}' for type \
                 '{resource_type}'. The supported api-versions are '2023-09-01, 2024-05-01, 2025-01-01'."
            ),
        )
    }

    pub(crate) fn invalid_skip_token(token: &str) -> Self {
        Self::new(400, "InvalidSkipToken", format!("The skip token '{token}' is not one that was given out."))
    }

    pub(crate) fn no_such_path(path: &str) -> Self {
        Self::new(
            404,
            "InvalidResourceType",
            format!("The resource type could not be found for path '{path}'."),
        )
    }

    pub(crate) fn subscription_not_found(id: &str) -> Self {
        Self::new(404, "SubscriptionNotFound", format!("The subscription '{id}' could not be found."))
    }

    pub(crate) fn group_not_found(id: &str) -> Self {
        Self::new(
            404,
            "NotFound",
            format!("'/providers/Microsoft.Management/managementGroups/{id}' not found"),
        )
    }

    pub(crate) fn resource_not_found(id: &str) -> Self {
        let mut parts = id.split('/').skip(4);
        let group = parts.next().unwrap_or_default();
        let resource = parts.skip(1).collect::<Vec<_>>().join("/");
        Self::new(
            404,
            "ResourceNotFound",
            format!(
                "The Resource '{resource}' under resource group '{group}' was not found. For more details please go to \
                 https://aka.ms/ARMResourceNotFoundFix"
            ),
        )
    }

    pub(crate) fn denied(client_id: &str, action: &str, scope: &str) -> Self {
        Self::new(
            403,
            "AuthorizationFailed",
            format!(
                "The client '{client_id}' with object id '{client_id}' does not have authorization to perform action \
                 '{action}' over scope '{scope}' or the scope is invalid. If access was recently granted, please refresh \
                 your credentials."
            ),
        )
    }

    pub(crate) fn wrong_tenant(ours: &str, theirs: &str) -> Self {
        Self::new(
            401,
            "InvalidAuthenticationTokenTenant",
            format!(
                "The access token is from the wrong issuer 'https://sts.windows.net/{ours}/'. It must match the tenant \
                 'https://sts.windows.net/{theirs}/' associated with this subscription. Please use the authority (URL) \
                 'https://login.windows.net/{theirs}' to get the token. Note, if the subscription is transferred to \
                 another tenant there is no impact to the services, but information about new tenant could take time to \
                 propagate (up to an hour). If you just transferred your subscription and see this error message, please \
                 try back later."
            ),
        )
    }

    pub(crate) fn too_many_requests(seconds: u64) -> Self {
        Self::new(
            429,
            "TooManyRequests",
            format!(
                "The request is being throttled as the limit has been reached for operation type - Read. For more \
                     information, see - https://aka.ms/arm-throttling. Retry after '{seconds}' seconds."
            ),
        )
    }

    pub(crate) fn cluster_lists_throttled(seconds: u64) -> Self {
        Self::new(
            429,
            "Throttled",
            format!("The request was throttled. Please retry after {seconds} seconds."),
        )
    }
}
