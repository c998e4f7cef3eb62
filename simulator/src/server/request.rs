//! A request, taken apart.

use std::collections::HashMap;

use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::header::{self, HeaderMap, HeaderName};
use hyper::{Method, Request};

use crate::arm::{Question, Route, SkipToken};

/// No honest request to a token endpoint is longer.
const LONGEST_BODY: usize = 256 * 1024;

/// What the service needs to know of a request.
pub(crate) struct Call {
    pub(crate) method: Method,
    /// Host and port, as the client wrote them.
    pub(crate) host: String,
    /// `https://host:port`.
    pub(crate) origin: String,
    pub(crate) path: String,
    pub(crate) path_and_query: String,
    pub(crate) query: HashMap<String, String>,
    pub(crate) headers: HeaderMap,
    pub(crate) route: Route,
}

impl Call {
    pub(crate) fn new(request: &Request<Incoming>, scheme: &str) -> Self {
        let uri = request.uri();
        let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
        let host = uri.authority().map_or_else(|| host.unwrap_or_default().to_owned(), ToString::to_string);
        let query = uri.query().unwrap_or_default();
        Self {
            method: request.method().clone(),
            origin: format!("{scheme}://{host}"),
            host,
            path: uri.path().to_owned(),
            path_and_query: uri.path_and_query().map_or_else(|| uri.path().to_owned(), ToString::to_string),
            query: form_urlencoded::parse(query.as_bytes())
                .map(|(name, value)| (name.to_ascii_lowercase(), value.into_owned()))
                .collect(),
            headers: request.headers().clone(),
            route: Route::parse(uri.path()),
        }
    }

    /// A query parameter by its name in lower case.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str)
    }

    pub(crate) fn header(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(crate) fn bearer(&self) -> Option<&str> {
        let (scheme, token) = self.header(&header::AUTHORIZATION)?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(token)
    }

    pub(crate) fn accepts_gzip(&self) -> bool {
        self.header(&header::ACCEPT_ENCODING).is_some_and(|accepted| accepted.contains("gzip"))
    }

    /// The page of a list it asks for, from 1; none where its skip token is not one of ours.
    pub(crate) fn page(&self) -> Option<usize> {
        self.parameter("$skiptoken").map_or(Some(1), |token| SkipToken::parse(token).map(|token| token.page))
    }

    pub(crate) fn question<'a>(&'a self, api_version: &'a str) -> Question<'a> {
        Question {
            origin: &self.origin,
            path: &self.path,
            path_and_query: &self.path_and_query,
            api_version,
            skip_token: self.parameter("$skiptoken").and_then(SkipToken::parse),
        }
    }
}

/// Reads a body; nothing where it is too long or does not come.
pub(crate) async fn read_body(body: Incoming) -> Option<Bytes> {
    Some(Limited::new(body, LONGEST_BODY).collect().await.ok()?.to_bytes())
}
