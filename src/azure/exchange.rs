//! One question to Resource Manager: asked, asked again where that may help, and answered or given up.

use std::future::Future;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::StatusCode;
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING, HeaderMap};
use tokio::time::Instant;
use tracing::{debug, warn};
use url::Url;

use super::body::{self, BodyFault};
use super::buffer::Buffer;
use super::client::Shared;
use super::codes::{self, Obstacle};
use super::expand::{self, Expanded};
use super::failure::{FailureKind, ReadFailure};
use super::retry::{after, asked_delay, is_retryable};
use super::statistics::{Gauge, count};
use super::throttle::Gate;
use super::token::Token;
use crate::meter;

/// An error message is looked for in the first so many bytes of an answer.
const LONGEST_ERROR_BODY: u64 = 64 << 10;

/// How a question ended.
pub(super) struct Exchange<B> {
    pub(super) result: Result<B, ReadFailure>,
    /// Requests sent for it.
    pub(super) attempts: u32,
    /// How long the body was that answered it, or what it became where that is more than is allowed of its length.
    pub(super) bytes: u64,
}

/// How one request ended.
enum Attempt<B> {
    /// What came of a body of so many bytes.
    Done(B, u64),
    /// Nothing will change it.
    Final(ReadFailure),
    /// The token was refused.
    Unauthorized(ReadFailure),
    /// It may end another way later, and the server may have said when.
    Again(ReadFailure, Option<Duration>),
}

/// A question while it is being asked.
struct Asking<'a> {
    shared: &'a Shared,
    url: &'a Url,
    gate: &'a Gate,
    attempts: u32,
    bytes: u64,
    renewed: bool,
    /// When its time is over; set when the first request goes out.
    end: Option<Instant>,
    /// Why the last request was not the last.
    last: Option<ReadFailure>,
}

/// Sends `GET url` until there is an answer, or no hope of one.
pub(super) async fn exchange<B>(
    shared: &Shared,
    url: &Url,
    gate: &Gate,
    parse: impl Fn(&[u8]) -> Result<B, BodyFault>,
) -> Exchange<B> {
    let mut asking =
        Asking { shared, url, gate, attempts: 0, bytes: 0, renewed: false, end: None, last: None };
    let result = loop {
        match asking.step(&parse).await {
            Ok(Some(body)) => break Ok(body),
            Ok(None) => count(&shared.counters.retries),
            Err(failure) => break Err(failure),
        }
    };
    if let Err(failure) = &result {
        debug!(path = url.path(), attempts = asking.attempts, %failure, code = failure.code, "given up");
    }
    Exchange { result, attempts: asking.attempts, bytes: asking.bytes }
}

impl Asking<'_> {
    /// One request and the wait after it; nothing where another is due.
    async fn step<B>(
        &mut self,
        parse: &impl Fn(&[u8]) -> Result<B, BodyFault>,
    ) -> Result<Option<B>, ReadFailure> {
        let shared = self.shared;
        let pass = shared.stop.unless_stopped(shared.throttle.pass(self.gate, &shared.counters)).await?;
        let end = *self.end.get_or_insert_with(|| after(Instant::now(), shared.retry.budget));
        if let Some(last) = self.last.take().filter(|_| Instant::now() >= end) {
            return Err(last);
        }
        let token = shared.stop.unless_stopped(shared.tokens.token()).await?;
        self.attempts += 1;
        let attempt = tokio::time::timeout_at(end, self.send(&token, parse));
        let attempt = shared.stop.unless_stopped(attempt).await?.unwrap_or_else(|_| {
            Attempt::Final(ReadFailure::new(codes::TIMED_OUT, "the answer did not end in time"))
        });
        drop(pass);
        match attempt {
            Attempt::Done(body, bytes) => {
                self.bytes = bytes;
                Ok(Some(body))
            }
            Attempt::Unauthorized(failure) if !self.renewed => {
                debug!(path = self.url.path(), code = failure.code, "token refused, fetching another");
                self.renewed = true;
                count(&shared.counters.token_renewals);
                let renewed = shared.stop.unless_stopped(shared.tokens.renew_after_401(&token)).await?;
                renewed.map(|_| None).map_err(|error| ReadFailure {
                    http_status: failure.http_status,
                    ..ReadFailure::sign_in(&error)
                })
            }
            Attempt::Final(failure) | Attempt::Unauthorized(failure) => Err(failure),
            Attempt::Again(failure, asked) => self.wait(failure, asked, end).await.map(|()| None),
        }
    }

    /// Waits before the next request, or gives up.
    async fn wait(
        &mut self,
        failure: ReadFailure,
        asked: Option<Duration>,
        end: Instant,
    ) -> Result<(), ReadFailure> {
        let shared = self.shared;
        let delay = shared.retry.delay(self.attempts, asked);
        if self.attempts >= shared.retry.max_attempts || after(Instant::now(), delay) >= end {
            return Err(failure);
        }
        debug!(path = self.url.path(), attempt = self.attempts, ?delay, %failure, "will be asked again");
        let throttled = failure.http_status == Some(429);
        self.last = Some(failure);
        if throttled {
            // The whole subscription has to wait, and it does so at its gate.
            self.gate.close_for(delay);
            return Ok(());
        }
        shared.stop.unless_stopped(tokio::time::sleep(delay)).await
    }

    /// Sends one request and reads its answer.
    async fn send<B>(&self, token: &Token, parse: &impl Fn(&[u8]) -> Result<B, BodyFault>) -> Attempt<B> {
        let counters = &self.shared.counters;
        count(&counters.requests);
        let _in_flight = Gauge::raise(&counters.in_flight);
        let request = self.shared.http.get(self.url.clone());
        let request = request.header(AUTHORIZATION, token.header()).header(ACCEPT, "application/json");
        let request = request.header(ACCEPT_ENCODING, "gzip");
        let mut answer = match request.send().await {
            Ok(answer) => answer,
            Err(error) => return transport_fault(&error),
        };
        let (status, headers) = (answer.status(), answer.headers().clone());
        if status.is_success() {
            token.was_taken();
        }
        self.gate.observe(&headers);
        debug!(path = self.url.path(), status = status.as_u16(), attempt = self.attempts, "answered");
        if !status.is_success() {
            let body = self.read(&mut answer, LONGEST_ERROR_BODY).await;
            let bytes = body.as_ref().map(Body::bytes).unwrap_or_default();
            return self.no_success(status, &headers, bytes);
        }
        let body = match self.read(&mut answer, self.shared.max_body_bytes).await {
            Ok(body) if body.is_whole => body,
            Ok(_) => {
                return Attempt::Final(too_large(self.shared.max_body_bytes).about(status, &headers));
            }
            Err(ReadError::Transport(error)) => return transport_fault(&error),
            Err(ReadError::Compression(error)) => {
                return Attempt::Again(garbled(&error).about(status, &headers), None);
            }
        };
        let limit = self.shared.max_body_bytes;
        let read = meter::within(limit.saturating_mul(meter::MULTIPLE), || parse(body.bytes()));
        match read.result {
            _ if read.is_exceeded => Attempt::Final(too_much(limit).about(status, &headers)),
            Err(BodyFault::TooMuch) => Attempt::Final(too_much(limit).about(status, &headers)),
            Ok(parsed) => {
                let length = body.bytes().len() as u64;
                Attempt::Done(parsed, length.max(read.bytes.saturating_sub(meter::FIRST) / meter::MULTIPLE))
            }
            Err(BodyFault::Broken(failure)) => Attempt::Again(failure.about(status, &headers), None),
            Err(BodyFault::WrongShape(failure)) => Attempt::Final(failure.about(status, &headers)),
        }
    }

    #[expect(clippy::disallowed_methods, reason = "`Retry-After` may be a time of day")]
    fn no_success<B>(&self, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Attempt<B> {
        let failure = ReadFailure::from_answer(status, headers, body);
        if status == StatusCode::TOO_MANY_REQUESTS {
            count(&self.shared.counters.throttled);
        }
        if status == StatusCode::UNAUTHORIZED && failure.kind != FailureKind::OtherTenant {
            Attempt::Unauthorized(failure)
        } else if is_retryable(status) {
            Attempt::Again(failure, asked_delay(headers, Timestamp::now()))
        } else {
            Attempt::Final(failure)
        }
    }

    /// Reads a body up to a limit, making room for it chunk by chunk. What it holds is given back with the body.
    ///
    /// A body stays as small as it came until all of it is here. Then it is expanded and parsed in one go, so that few
    /// bodies are large at any time, however many are on their way.
    async fn read(&self, answer: &mut reqwest::Response, limit: u64) -> Result<Body, ReadError> {
        let gzip = answer
            .headers()
            .get(CONTENT_ENCODING)
            .is_some_and(|encoding| encoding.as_bytes().eq_ignore_ascii_case(b"gzip"));
        let announced = answer.content_length();
        let mut body = Buffer::new(limit, self.shared.memory.reservation());
        let mut is_whole = true;
        while let Some(chunk) = answer.chunk().await.map_err(ReadError::Transport)? {
            if !body.takes(chunk.len()) {
                is_whole = false;
                break;
            }
            body.extend(&chunk, announced).await;
        }
        if gzip && is_whole {
            Expanded { body, is_whole } = expand::gunzip(body).await.map_err(ReadError::Compression)?;
        }
        let read = body.bytes().len() as u64;
        self.shared.counters.bytes.fetch_add(read, std::sync::atomic::Ordering::Relaxed);
        body::leave_out_secrets(&mut body, self.url.path());
        Ok(Body { body, is_whole })
    }
}

/// Why a body could not be read.
enum ReadError {
    Transport(reqwest::Error),
    Compression(std::io::Error),
}

/// A body, all of it or as much as is read of any.
struct Body {
    body: Buffer,
    is_whole: bool,
}

impl Body {
    fn bytes(&self) -> &[u8] {
        self.body.bytes()
    }
}

fn too_large(limit: u64) -> ReadFailure {
    warn!(limit, "a body is too long");
    ReadFailure::new(
        codes::BODY_TOO_LARGE,
        format!("the answer is longer than the {limit} bytes that `requests.body` allows"),
    )
}

fn too_much(limit: u64) -> ReadFailure {
    warn!(limit, "a body becomes too much");
    let multiple = meter::MULTIPLE;
    let message = format!(
        "what the answer becomes takes more than {multiple} times the {limit} bytes that `requests.body` allows"
    );
    ReadFailure::new(codes::BODY_TOO_LARGE, message)
}

fn garbled(error: &std::io::Error) -> ReadFailure {
    ReadFailure::new(codes::BODY_NOT_JSON, format!("the compressed answer breaks off or is garbled: {error}"))
}

fn transport_fault<B>(error: &reqwest::Error) -> Attempt<B> {
    let failure = ReadFailure::from_transport(error);
    let stays =
        failure.code.as_deref().is_some_and(|code| Obstacle::of_code(code).is_some_and(Obstacle::stays));
    if stays || error.is_builder() {
        return Attempt::Final(failure);
    }
    Attempt::Again(failure, None)
}

/// What ends a run early.
#[derive(Debug, Clone, Default)]
pub(super) struct Stop {
    pub(super) cancellation: tokio_util::sync::CancellationToken,
    pub(super) deadline: Option<Instant>,
}

impl Stop {
    /// Waits for a future, unless the run is stopped first.
    pub(super) async fn unless_stopped<F: Future>(&self, future: F) -> Result<F::Output, ReadFailure> {
        let deadline = async {
            match self.deadline {
                Some(deadline) => tokio::time::sleep_until(deadline).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = self.cancellation.cancelled() => {
                Err(ReadFailure::cancelled(codes::CANCELLED, "the run was stopped before this was read"))
            }
            () = deadline => {
                let message = "the time of `--max-duration` ran out before this was read";
                Err(ReadFailure::cancelled(codes::MAX_DURATION, message))
            }
            output = future => Ok(output),
        }
    }
}
