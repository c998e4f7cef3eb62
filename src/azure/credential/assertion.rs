//! Asking a build service for an assertion: GitHub Actions and Azure Pipelines.
//!
//! The requests go through `azure_core`'s own pipeline, as those of its credentials do, so that a hiccup is retried.

use std::fmt;

use azure_core::credentials::Secret;
use azure_core::error::ErrorKind;
use azure_core::http::{
    ClientMethodOptions, ClientOptions, Context, Method, Pipeline, PipelineSendOptions, Request, Url,
};
use serde_json::Value;

use super::super::failure::clean;
use super::super::sign_in::SignInError;
use super::super::transport::know_answered;

/// A service that hands out assertions.
pub(super) struct AssertionService {
    name: &'static str,
    url: Url,
    token: Secret,
    pipeline: Pipeline,
}

impl AssertionService {
    pub(super) fn new(
        name: &'static str,
        url: Url,
        token: Secret,
        options: ClientOptions,
    ) -> Result<Self, SignInError> {
        if url.scheme() != "https" {
            return Err(SignInError::assertion(name, "its address is not https"));
        }
        let (crate_name, version) = (option_env!("CARGO_PKG_NAME"), option_env!("CARGO_PKG_VERSION"));
        let pipeline = Pipeline::new(crate_name, version, options, Vec::new(), Vec::new(), None);
        Ok(Self { name, url, token, pipeline })
    }

    /// Sends the request and takes the assertion out of the answer's field.
    pub(super) async fn ask(
        &self,
        method: Method,
        headers: &[(&'static str, &'static str)],
        field: &str,
        options: Option<ClientMethodOptions<'_>>,
    ) -> azure_core::Result<String> {
        let mut request = Request::new(self.url.clone(), method);
        request.insert_header("authorization", format!("Bearer {}", self.token.secret()));
        for (name, value) in headers {
            request.insert_header(*name, *value);
        }
        let context = options.map_or_else(Context::default, |options| options.context.into_owned());
        let options = PipelineSendOptions { skip_checks: true, ..PipelineSendOptions::default() };
        let answer = self.pipeline.send(&context, &mut request, Some(options)).await?;
        let status = answer.status();
        know_answered(answer.body().as_ref());
        let body: Option<Value> = serde_json::from_slice(answer.body().as_ref()).ok();
        let assertion = body.as_ref().and_then(|body| body.get(field)?.as_str());
        match assertion {
            Some(assertion) if status.is_success() => Ok(assertion.to_owned()),
            _ => Err(self.refusal(u16::from(status), body.as_ref())),
        }
    }

    fn refusal(&self, status: u16, body: Option<&Value>) -> azure_core::Error {
        let words = body.and_then(|body| body.get("message")?.as_str()).map(clean);
        let message = match words {
            Some(words) => format!("it answered with {status}: {words}"),
            None => format!("it answered with {status} and no assertion"),
        };
        let error = SignInError::assertion(self.name, &message);
        azure_core::Error::with_error(ErrorKind::Credential, error, "no assertion")
    }
}

impl fmt::Debug for AssertionService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AssertionService").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Parses an address that the service's own variable gave.
pub(super) fn address(name: &'static str, text: &str) -> Result<Url, SignInError> {
    Url::parse(text).map_err(|_| SignInError::assertion(name, "its address is no address"))
}
