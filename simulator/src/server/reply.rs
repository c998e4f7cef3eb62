//! An answer, and how its bytes reach the client.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, StreamBody};
use hyper::Response;
use hyper::body::Frame;
use hyper::header::{self, HeaderName, HeaderValue};
use serde_json::Value;

use super::connection::Breaker;
use crate::arm::Page;

pub(crate) type Body = UnsyncBoxBody<Bytes, io::Error>;

const JSON: &str = "application/json; charset=utf-8";

/// How long what was sent before a break gets to leave.
const BEFORE_BREAK: Duration = Duration::from_millis(10);

/// An answer.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(HeaderName, String)>,
    pub(crate) content: Content,
}

/// What an answer says.
pub(crate) enum Content {
    Empty,
    Text { bytes: Bytes, media_type: &'static str },
    Page { page: Arc<Page>, ending: Vec<u8> },
}

/// How it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    Whole,
    /// A complete message, its text cut in half.
    CutText,
    /// Half of what was announced.
    CutTransfer,
    /// So many bytes, then a connection reset.
    Reset(usize),
    Slow {
        pieces: usize,
        pause: Duration,
    },
}

impl Reply {
    pub(crate) fn json(status: u16, value: &Value) -> Self {
        Self::text(status, JSON, value.to_string())
    }

    pub(crate) fn text(status: u16, media_type: &'static str, text: impl Into<Bytes>) -> Self {
        let content = Content::Text { bytes: text.into(), media_type };
        Self { status, headers: Vec::new(), content }
    }

    pub(crate) fn json_text(status: u16, text: impl Into<Bytes>) -> Self {
        Self::text(status, JSON, text)
    }

    pub(crate) fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), content: Content::Empty }
    }

    pub(crate) fn page(page: Arc<Page>, ending: Vec<u8>) -> Self {
        Self { status: 200, headers: Vec::new(), content: Content::Page { page, ending } }
    }

    pub(crate) fn with(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The HTTP message.
    pub(crate) fn deliver(
        self,
        gzip: bool,
        delivery: Delivery,
        breaker: Breaker,
    ) -> io::Result<Response<Body>> {
        // Broken bodies go out plain: what matters is where the text ends.
        let gzip = gzip && matches!(delivery, Delivery::Whole | Delivery::Slow { .. });
        let (chunks, media_type, encoded) = chunks(self.content, gzip)?;
        let mut response = Response::builder().status(self.status);
        for (name, value) in self.headers {
            response = response.header(name, HeaderValue::from_str(&value).map_err(io::Error::other)?);
        }
        if let Some(media_type) = media_type {
            response = response.header(header::CONTENT_TYPE, media_type);
        }
        if encoded {
            response =
                response.header(header::CONTENT_ENCODING, "gzip").header(header::VARY, "Accept-Encoding");
        }
        let chunks = if delivery == Delivery::CutText { cut(&chunks) } else { chunks };
        let length: usize = chunks.iter().map(Bytes::len).sum();
        response
            .header(header::CONTENT_LENGTH, length)
            .body(body(chunks, length, delivery, breaker))
            .map_err(io::Error::other)
    }
}

type Chunks = (Vec<Bytes>, Option<&'static str>, bool);

fn chunks(content: Content, gzip: bool) -> io::Result<Chunks> {
    Ok(match content {
        Content::Empty => (Vec::new(), None, false),
        Content::Text { bytes, media_type } => (vec![bytes], Some(media_type), false),
        Content::Page { page, ending } if gzip => (page.gzip(&ending).into(), Some(JSON), true),
        Content::Page { page, ending } => (vec![page.plain(&ending)?.into()], Some(JSON), false),
    })
}

fn cut(chunks: &[Bytes]) -> Vec<Bytes> {
    let whole = Bytes::from(chunks.concat());
    vec![whole.slice(..whole.len() / 2)]
}

fn body(chunks: Vec<Bytes>, length: usize, delivery: Delivery, breaker: Breaker) -> Body {
    match delivery {
        Delivery::Whole | Delivery::CutText => {
            let frames = chunks.into_iter().map(|chunk| Ok::<_, Infallible>(Frame::data(chunk)));
            StreamBody::new(stream::iter(frames)).map_err(|never| match never {}).boxed_unsync()
        }
        Delivery::CutTransfer => {
            let whole = Bytes::from(chunks.concat());
            let half = stream::iter([Ok(Frame::data(whole.slice(..length / 2)))]);
            let end = stream::once(async {
                tokio::time::sleep(BEFORE_BREAK).await;
                Err(io::Error::from(io::ErrorKind::UnexpectedEof))
            });
            StreamBody::new(half.chain(end)).boxed_unsync()
        }
        Delivery::Reset(bytes) => {
            let whole = Bytes::from(chunks.concat());
            let first = stream::iter([Ok(Frame::data(whole.slice(..bytes.min(length))))]);
            let end = stream::once(async move {
                tokio::time::sleep(BEFORE_BREAK).await;
                breaker.reset();
                Err(io::Error::from(io::ErrorKind::ConnectionReset))
            });
            StreamBody::new(first.chain(end)).boxed_unsync()
        }
        Delivery::Slow { pieces, pause } => {
            let whole = Bytes::from(chunks.concat());
            let size = length.div_ceil(pieces.max(1)).max(1);
            let starts = (0..length).step_by(size);
            let drip = stream::iter(starts).then(move |start| {
                let piece = whole.slice(start..(start + size).min(length));
                async move {
                    tokio::time::sleep(pause).await;
                    Ok::<_, io::Error>(Frame::data(piece))
                }
            });
            StreamBody::new(drip).boxed_unsync()
        }
    }
}
