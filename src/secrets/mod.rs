//! The secrets this process holds, known by value, and taken out of whatever comes from outside.
//!
//! A server, a proxy or a program may repeat what it was sent, in any place of an answer. What a secret looks like says
//! little (a token may be any text), so each is registered here before it is used ([`know`]), and every text from outside
//! passes [`hide`] or [`hide_in_body`] before it is kept or shown. Found are a secret of eight bytes and more, the parts of
//! one that is a signed token (RFC 7515), and both in Base64 (RFC 4648, both alphabets, wherever in the encoded text they
//! begin), percent-encoded (RFC 3986) or escaped as in JSON (RFC 8259).

mod escapes;
mod needles;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, PoisonError, RwLock};

use memchr::{memchr, memchr2};

use needles::Needles;

/// A text that short is no secret, and is found everywhere.
const SHORTEST: usize = 8;

/// What stands where a secret stood.
const HIDDEN: &str = "…";

/// The secrets of this process.
static KNOWN: Secrets = Secrets::new();

/// Registers a secret of this process. It stays known to the end: what is no longer valid is still nobody's business.
pub fn know(secret: &str) {
    KNOWN.know(secret);
}

/// A text without the secrets of this process.
#[must_use]
pub fn hide(text: &str) -> Cow<'_, str> {
    KNOWN.hide(text)
}

/// A text with its percent-escapes undone.
#[must_use]
pub fn without_percent(text: &str) -> String {
    String::from_utf8_lossy(&escapes::percent(text.as_bytes()).bytes).into_owned()
}

/// A JSON body without the secrets of this process, where it held one.
#[must_use]
pub fn hide_in_body(body: &[u8]) -> Option<Vec<u8>> {
    KNOWN.hide_in_body(body)
}

/// Registered secrets. They show themselves to nobody.
struct Secrets(RwLock<Register>);

struct Register {
    values: BTreeSet<String>,
    /// What is looked for; shared, so that nobody who looks holds up who registers.
    needles: Option<Arc<Needles>>,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner).values.len();
        f.debug_struct("Secrets").field("known", &known).finish_non_exhaustive()
    }
}

impl Secrets {
    const fn new() -> Self {
        Self(RwLock::new(Register { values: BTreeSet::new(), needles: None }))
    }

    fn know(&self, secret: &str) {
        // Files end with a line break that no request sends.
        let secret = secret.trim();
        let is_known = |register: &Register| secret.len() < SHORTEST || register.values.contains(secret);
        if is_known(&self.0.read().unwrap_or_else(PoisonError::into_inner)) {
            return;
        }
        let mut register = self.0.write().unwrap_or_else(PoisonError::into_inner);
        register.values.insert(secret.to_owned());
        let parts =
            register.values.iter().flat_map(|value| with_parts(value)).filter(|v| v.len() >= SHORTEST);
        register.needles = Needles::new(parts).map(Arc::new);
    }

    fn needles(&self) -> Option<Arc<Needles>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).needles.clone()
    }

    fn hide<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.needles() {
            Some(needles) => hide_with(&needles, text),
            None => Cow::Borrowed(text),
        }
    }

    fn hide_in_body(&self, body: &[u8]) -> Option<Vec<u8>> {
        let needles = self.needles()?;
        let plain = replace(body, &needles.find_all(body));
        let strings = hide_in_strings(&needles, plain.as_deref().unwrap_or(body));
        strings.or(plain)
    }
}

/// A secret, and the parts of a signed token: its signature alone is as good as the whole.
fn with_parts(secret: &str) -> impl Iterator<Item = &str> {
    // Its first part is a JSON object in Base64, and `eyJ` is how that begins.
    let is_token = secret.starts_with("eyJ") && secret.split('.').count() == 3;
    std::iter::once(secret).chain(secret.split('.').filter(move |_| is_token))
}

fn hide_with<'a>(needles: &Needles, text: &'a str) -> Cow<'a, str> {
    let mut text = Cow::Borrowed(text);
    // What is left around a secret might make up another; each round shortens the text.
    while let Some(hidden) = hide_once(needles, text.as_bytes()) {
        text = Cow::Owned(String::from_utf8_lossy(&hidden).into_owned());
    }
    text
}

fn hide_once(needles: &Needles, text: &[u8]) -> Option<Vec<u8>> {
    let escaped = |marker, decode: fn(&[u8]) -> escapes::Decoded| {
        memchr(marker, text).and_then(|_| {
            let decoded = decode(text);
            let found = needles.find_all(&decoded.bytes);
            replace(text, &found.into_iter().map(|span| decoded.origin(&span)).collect::<Vec<_>>())
        })
    };
    replace(text, &needles.find_all(text))
        .or_else(|| escaped(b'%', escapes::percent))
        .or_else(|| escaped(b'\\', escapes::json))
}

/// Looks behind the escapes of each string of a body; nothing where no string holds a secret.
fn hide_in_strings(needles: &Needles, body: &[u8]) -> Option<Vec<u8>> {
    memchr2(b'%', b'\\', body)?;
    let (mut out, mut kept) = (Vec::new(), 0);
    for Range { start, end } in strings(body) {
        let string = &body[start..end];
        let has_escapes = memchr(b'\\', string).is_some();
        if !has_escapes && memchr(b'%', string).is_none() {
            continue;
        }
        let decoded =
            if has_escapes { Cow::Owned(escapes::json(string).bytes) } else { Cow::Borrowed(string) };
        let text = String::from_utf8_lossy(&decoded);
        let hidden = hide_with(needles, &text);
        if hidden == text {
            continue;
        }
        out.extend_from_slice(&body[kept..start]);
        let quoted = serde_json::Value::from(hidden).to_string();
        out.extend_from_slice(&quoted.as_bytes()[1..quoted.len() - 1]);
        kept = end;
    }
    if kept == 0 {
        return None;
    }
    out.extend_from_slice(&body[kept..]);
    Some(out)
}

/// What stands between the quotes of each JSON string.
fn strings(body: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + memchr(b'"', &body[at..])? + 1;
        let mut end = start;
        loop {
            match memchr2(b'"', b'\\', &body[end..]).map(|found| end + found) {
                Some(found) if body[found] == b'\\' => end = (found + 2).min(body.len()),
                Some(found) => {
                    at = found + 1;
                    return Some(start..found);
                }
                None => {
                    at = body.len();
                    return Some(start..at);
                }
            }
        }
    })
}

/// Puts the mark in the place of each span; nothing where there is none.
fn replace(text: &[u8], spans: &[Range<usize>]) -> Option<Vec<u8>> {
    if spans.is_empty() {
        return None;
    }
    let (mut out, mut kept) = (Vec::with_capacity(text.len()), 0);
    for span in spans {
        out.extend_from_slice(&text[kept..span.start]);
        out.extend_from_slice(HIDDEN.as_bytes());
        kept = span.end;
    }
    out.extend_from_slice(&text[kept..]);
    Some(out)
}

#[cfg(test)]
mod tests;
