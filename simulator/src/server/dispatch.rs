//! From a request to its answer: log, delay, sign-in check, fault, limit, and only then the service.

use std::io;
use std::time::{Duration, Instant};

use hyper::body::Incoming;
use hyper::header::{self, HeaderName};
use hyper::{Method, Request, Response};
use jiff::Timestamp;

use super::connection::Breaker;
use super::log::{Authorization, Log, Number, RequestRecord};
use super::reply::{Body, Content, Delivery, Reply};
use super::request::{Call, read_body};
use super::throttle::{Refusal, Throttler};
use crate::arm::{self, ArmError, Catalogue, Found, Page, Question, Route};
use crate::entra::{Bearer, Entra, EntraError, Federation, MANAGED_IDENTITY_VERSIONS};
use crate::faults::{self, Arsenal, Circumstances, Echo, Effect, Instead, InsteadBody, RetryAfter, Target};
use crate::options::{RefusedApiVersion, RetryAfterForm};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-request-id");
const CORRELATION_ID: HeaderName = HeaderName::from_static("x-ms-correlation-request-id");
const ROUTING_ID: HeaderName = HeaderName::from_static("x-ms-routing-request-id");
const IDENTITY_HEADER: HeaderName = HeaderName::from_static("x-identity-header");
const METADATA: HeaderName = HeaderName::from_static("metadata");

/// Everything that answering takes.
pub(crate) struct Service {
    pub(crate) catalogue: Catalogue,
    pub(crate) entra: Entra,
    pub(crate) arsenal: Arsenal,
    pub(crate) throttle: Option<Throttler>,
    pub(crate) latency: Duration,
    pub(crate) refused: Vec<RefusedApiVersion>,
    pub(crate) log: Log,
    pub(crate) port: u16,
}

impl Service {
    /// Answers a request. An error breaks the connection.
    pub(crate) async fn answer(
        &self,
        request: Request<Incoming>,
        scheme: &str,
        breaker: Breaker,
    ) -> io::Result<Response<Body>> {
        let call = Call::new(&request, scheme);
        let number = self.log.arrived(self.record(&call));
        let body = request.into_body();
        if !self.latency.is_zero() {
            tokio::time::sleep(self.latency).await;
        }
        let refused = self.refuse(&call);
        let effect = if refused.is_none() { self.strike(&call) } else { None };
        let delivery = match effect {
            Some(Effect::Hang) => std::future::pending().await,
            Some(Effect::Reset { after_bytes: None }) => {
                breaker.reset();
                return Err(io::ErrorKind::ConnectionReset.into());
            }
            effect => delivery(effect),
        };
        let reply = match refused {
            Some(reply) => reply,
            None => self.reply(&call, body, effect, number).await,
        };
        self.log.answered(number, reply.status);
        let request_id = number.request_id();
        reply
            .with(REQUEST_ID, &request_id)
            .with(CORRELATION_ID, &request_id)
            .with(ROUTING_ID, format!("SIMULATED:{request_id}"))
            .with(header::CACHE_CONTROL, "no-cache")
            .deliver(call.accepts_gzip(), delivery, breaker)
    }

    fn record(&self, call: &Call) -> RequestRecord {
        let authorization = match (call.headers.contains_key(header::AUTHORIZATION), call.bearer()) {
            (false, _) => Authorization::Absent,
            (true, Some(token)) if self.entra.tokens.check(token) == Bearer::Valid => Authorization::Valid,
            (true, _) => Authorization::Invalid,
        };
        RequestRecord {
            method: call.method.to_string(),
            host: call.host.clone(),
            path_and_query: call.path_and_query.clone(),
            status: None,
            authorization,
        }
    }

    /// Refuses a wrong method, and a call to Resource Manager that is not signed in.
    fn refuse(&self, call: &Call) -> Option<Reply> {
        let wanted = match call.route {
            Route::Token { .. } | Route::PipelinesOidc => Method::POST,
            _ => Method::GET,
        };
        if call.method != wanted {
            let reply = arm_error(&ArmError::method_not_allowed(call.method.as_str()));
            return Some(reply.with(header::ALLOW, wanted.as_str()));
        }
        match call.route {
            Route::Token { .. }
            | Route::PipelinesOidc
            | Route::GithubOidc
            | Route::ManagedIdentity
            | Route::Metadata => None,
            _ => self.unauthorized(call).map(|error| self.challenge(&error)),
        }
    }

    fn unauthorized(&self, call: &Call) -> Option<ArmError> {
        let Some(token) = call.bearer() else {
            let message = "Authentication failed. The 'Authorization' header is missing.";
            return Some(ArmError::new(401, "AuthenticationFailed", message));
        };
        match self.entra.tokens.check(token) {
            Bearer::Valid => None,
            Bearer::Unknown => {
                Some(ArmError::new(401, "InvalidAuthenticationToken", "The access token is invalid."))
            }
            Bearer::Expired => Some(ArmError::new(
                401,
                "ExpiredAuthenticationToken",
                format!(
                    "The access token expiry UTC time is earlier than current UTC time '{}'.",
                    crate::clock::now().strftime("%-m/%-d/%Y %-I:%M:%S %p")
                ),
            )),
        }
    }

    fn challenge(&self, error: &ArmError) -> Reply {
        let value = format!(
            "Bearer authorization_uri=\"https://127.0.0.1:{}/{}\", error=\"invalid_token\", error_description=\"{}\"",
            self.port, self.entra.tenant_id, error.message
        );
        arm_error(error).with(header::WWW_AUTHENTICATE, value)
    }

    fn strike(&self, call: &Call) -> Option<&Effect> {
        let id = call.route.subscription();
        let entry = id.and_then(|id| self.catalogue.entry(id));
        self.arsenal.strike(&Target {
            kind: call.route.kind(),
            path_and_query: &call.path_and_query,
            subscription_id: id,
            subscription_name: entry.map(|entry| entry.subscription.name.as_str()),
            page: call.page(),
        })
    }

    async fn reply(&self, call: &Call, body: Incoming, effect: Option<&Effect>, number: Number) -> Reply {
        let at = Circumstances {
            route: &call.route,
            path: &call.path,
            path_and_query: &call.path_and_query,
            tenant_id: &self.entra.tenant_id,
        };
        if let Some(Effect::Echo(echo)) = effect {
            return repeat(echo, &credential(call, body).await);
        }
        if let Some(instead) = effect.and_then(|effect| faults::instead(effect, &at)) {
            return self.instead(call, instead, number);
        }
        match &call.route {
            Route::Token { tenant } => {
                let form = read_body(body).await.unwrap_or_default();
                let endpoint = format!("{}{}", call.origin, call.path);
                entra_reply(self.entra.token(tenant, &endpoint, &form), number)
            }
            Route::GithubOidc => {
                oidc_reply(self.entra.federation.github(call.bearer(), call.parameter("audience")))
            }
            Route::PipelinesOidc => oidc_reply(
                self.entra.federation.pipelines(call.bearer(), call.parameter("serviceconnectionid")),
            ),
            Route::ManagedIdentity => self.managed_identity(call, number),
            Route::Metadata => {
                let version = call.parameter("api-version").unwrap_or_default();
                Reply::json(200, &arm::metadata(&call.origin, version))
            }
            _ => self.resource_manager(call, effect).await,
        }
    }

    fn managed_identity(&self, call: &Call, number: Number) -> Reply {
        let allowed = call.header(&IDENTITY_HEADER) == Some(Federation::IDENTITY_HEADER)
            || (call.path.starts_with("/metadata/") && call.header(&METADATA) == Some("true"));
        let version = call.parameter("api-version").unwrap_or_default();
        if !allowed {
            return oidc_reply(Err(401));
        }
        if !MANAGED_IDENTITY_VERSIONS.contains(&version) {
            return oidc_reply(Err(400));
        }
        entra_reply(self.entra.managed_identity(call.parameter("resource").unwrap_or_default()), number)
    }

    async fn resource_manager(&self, call: &Call, effect: Option<&Effect>) -> Reply {
        let remaining =
            match self.throttle.as_ref().map(|throttle| throttle.admit(&call.route, Instant::now())) {
                Some(Err(refusal)) => return throttled(&refusal),
                Some(Ok(remaining)) => remaining.headers(),
                None => Vec::new(),
            };
        let reply = match self.resource(call, effect).await {
            Ok(reply) => reply,
            Err(error) if error.status == 401 => self.challenge(&error),
            Err(error) => arm_error(&error),
        };
        remaining
            .into_iter()
            .fold(reply, |reply, (name, value)| reply.with(HeaderName::from_static(name), value))
    }

    async fn resource(&self, call: &Call, effect: Option<&Effect>) -> Result<Reply, ArmError> {
        let version = self.api_version(call)?;
        if call.page().is_none() {
            return Err(ArmError::invalid_skip_token(call.parameter("$skiptoken").unwrap_or_default()));
        }
        let question = call.question(version);
        match arm::find(&self.catalogue, &call.route, &question).await? {
            Found::Object(text) => {
                let older = arm::as_of(call.route.provider(), version, &text);
                Ok(Reply::json_text(200, older.map_or(text, Into::into)))
            }
            Found::Page(listing) => {
                if let Some(text) = altered(effect, &listing, &question)? {
                    return Ok(Reply::json_text(200, text));
                }
                let ending = listing.ending(&question);
                if let Some(text) = older(call, version, &listing.page, &ending)? {
                    return Ok(Reply::json_text(200, text));
                }
                Ok(Reply::page(listing.page, ending))
            }
        }
    }

    fn api_version<'a>(&self, call: &'a Call) -> Result<&'a str, ArmError> {
        let version = call.parameter("api-version").filter(|version| !version.is_empty());
        let version = version.ok_or_else(ArmError::missing_api_version)?;
        if !is_version(version) {
            return Err(ArmError::invalid_api_version(version));
        }
        let provider = call.route.provider();
        let refused = self.refused.iter().any(|refused| {
            refused.provider.eq_ignore_ascii_case(provider) && refused.version.eq_ignore_ascii_case(version)
        });
        match &call.route {
            _ if !refused => Ok(version),
            Route::List { of, .. } | Route::Resource { of, .. } => {
                Err(ArmError::version_not_offered(of.name(), version))
            }
            _ => Err(ArmError::invalid_api_version(version)),
        }
    }

    fn instead(&self, call: &Call, instead: Instead, number: Number) -> Reply {
        let status = instead.status;
        let reply = match instead.body {
            InsteadBody::Empty => Reply::empty(status),
            InsteadBody::Html(text) => Reply::text(status, "text/html", text),
            InsteadBody::Text(text) => Reply::json_text(status, text),
            InsteadBody::Error(code, message) if matches!(call.route, Route::Token { .. }) => {
                let error = EntraError::from_fault(status, &code, &message);
                Reply::json(status, &error.body(&number.request_id()))
            }
            InsteadBody::Error(code, message) => {
                let error = ArmError::new(status, &code, message);
                if status == 401 { self.challenge(&error) } else { arm_error(&error) }
            }
        };
        let reply = match instead.location {
            Some(location) => reply.with(header::LOCATION, location),
            None => reply,
        };
        match instead.retry_after {
            Some(RetryAfter::Seconds(seconds)) => reply.with(header::RETRY_AFTER, seconds.to_string()),
            Some(RetryAfter::Date(seconds)) => reply.with(header::RETRY_AFTER, http_date(seconds)),
            Some(RetryAfter::Text(text)) => reply.with(header::RETRY_AFTER, text),
            None => reply,
        }
    }
}

/// What a request proves itself with.
async fn credential(call: &Call, body: Incoming) -> String {
    if let Route::Token { .. } = call.route {
        let form = read_body(body).await.unwrap_or_default();
        let proofs = form_urlencoded::parse(&form)
            .filter(|(name, _)| name == "client_secret" || name == "client_assertion");
        return proofs.map(|(_, value)| value.into_owned()).next().unwrap_or_default();
    }
    call.bearer().or_else(|| call.header(&IDENTITY_HEADER)).unwrap_or_default().to_owned()
}

fn repeat(echo: &Echo, credential: &str) -> Reply {
    let body = echo.body(credential);
    let media_type = if body.starts_with('<') { "text/html" } else { "application/json" };
    let headers = echo.headers(credential);
    headers.fold(Reply::text(echo.status, media_type, body), |reply, (name, value)| {
        match HeaderName::from_bytes(name.as_bytes()) {
            Ok(name) => reply.with(name, value),
            Err(_) => reply,
        }
    })
}

fn altered(
    effect: Option<&Effect>,
    listing: &arm::Listing,
    question: &Question<'_>,
) -> Result<Option<String>, ArmError> {
    effect.map_or(Ok(None), |effect| faults::alter(effect, listing, question))
}

/// A page as an older version of the API gives it, where that differs.
fn older(call: &Call, version: &str, page: &Page, ending: &[u8]) -> Result<Option<Vec<u8>>, ArmError> {
    if call.route.provider() != "Microsoft.ContainerService" {
        return Ok(None);
    }
    let text = page.plain(ending).map_err(ArmError::internal)?;
    Ok(arm::as_of(call.route.provider(), version, &text))
}

fn delivery(effect: Option<&Effect>) -> Delivery {
    match effect {
        Some(Effect::Reset { after_bytes: Some(bytes) }) => Delivery::Reset(*bytes),
        Some(Effect::TruncatedJson) => Delivery::CutText,
        Some(Effect::TruncatedTransfer) => Delivery::CutTransfer,
        Some(Effect::Slow { pieces, pause_ms }) => {
            Delivery::Slow { pieces: *pieces, pause: Duration::from_millis(*pause_ms) }
        }
        _ => Delivery::Whole,
    }
}

fn arm_error(error: &ArmError) -> Reply {
    Reply::json(error.status, &error.body())
}

fn throttled(refusal: &Refusal) -> Reply {
    let when = match refusal.form {
        RetryAfterForm::Seconds => refusal.seconds.to_string(),
        RetryAfterForm::Date => http_date(i64::try_from(refusal.seconds).unwrap_or(i64::MAX)),
    };
    arm_error(&refusal.error).with(header::RETRY_AFTER, when)
}

fn entra_reply(answer: Result<serde_json::Value, EntraError>, number: Number) -> Reply {
    match answer {
        Ok(token) => Reply::json(200, &token),
        Err(error) => Reply::json(error.status, &error.body(&number.request_id())),
    }
}

fn oidc_reply(answer: Result<serde_json::Value, u16>) -> Reply {
    match answer {
        Ok(token) => Reply::json(200, &token),
        Err(status) => Reply { status, headers: Vec::new(), content: Content::Empty },
    }
}

/// An HTTP date (RFC 9110, section 5.6.7) that many seconds from now.
fn http_date(seconds: i64) -> String {
    let now = crate::clock::now();
    let then = Timestamp::from_second(now.as_second().saturating_add(seconds)).unwrap_or(now);
    then.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// `2025-05-01`, with or without `-preview`.
fn is_version(text: &str) -> bool {
    let date = text.strip_suffix("-preview").unwrap_or(text);
    date.len() == 10
        && date.bytes().enumerate().all(|(index, byte)| match index {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}
