//! What a fault makes of an answer.

use serde_json::{Value, json};

use super::{Effect, ErrorBody, Link, Oddity, RetryAfter};
use crate::arm::{ArmError, Listing, Page, Question, Route, SkipToken};
use crate::entra::CLIENT_ID;

/// An answer that takes the place of the real one.
#[derive(Debug, Default)]
pub(crate) struct Instead {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<RetryAfter>,
    pub(crate) location: Option<String>,
    pub(crate) body: InsteadBody,
}

#[derive(Debug, Default)]
pub(crate) enum InsteadBody {
    #[default]
    Empty,
    Html(String),
    /// A code and a message, for whoever answers to put in its own envelope.
    Error(String, String),
    /// Text that claims to be JSON.
    Text(String),
}

/// What is known of the request that is struck.
pub(crate) struct Circumstances<'a> {
    pub(crate) route: &'a Route,
    pub(crate) path: &'a str,
    pub(crate) path_and_query: &'a str,
    pub(crate) tenant_id: &'a str,
}

/// The answer of an effect that needs no real one; none for the others.
pub(crate) fn instead(effect: &Effect, at: &Circumstances<'_>) -> Option<Instead> {
    Some(match effect {
        Effect::Status { status, code, message, retry_after, body } => Instead {
            status: *status,
            retry_after: retry_after.clone(),
            location: None,
            body: error_body(*status, code.as_deref(), message.as_deref(), *body),
        },
        Effect::Unauthorized { code } => {
            let code = code.as_deref().unwrap_or("ExpiredAuthenticationToken");
            error(&ArmError::new(
                401,
                code,
                "The access token expiry UTC time is earlier than current UTC time.",
            ))
        }
        Effect::WrongTenant => {
            error(&ArmError::wrong_tenant(at.tenant_id, "99999999-8888-7777-6666-555555555555"))
        }
        Effect::Denied => error(&ArmError::denied(CLIENT_ID, &at.route.action(), &at.route.scope(at.path))),
        Effect::NotFound => error(&match at.route {
            Route::Resource { .. } | Route::Usages { .. } => ArmError::resource_not_found(at.path),
            Route::Descendants { group } => ArmError::group_not_found(group),
            route => ArmError::subscription_not_found(route.subscription().unwrap_or("")),
        }),
        Effect::Redirect { location } => {
            let elsewhere = || format!("https://management.elsewhere.example{}", at.path_and_query);
            let location = Some(location.clone().unwrap_or_else(elsewhere));
            Instead { status: 302, location, ..Instead::default() }
        }
        Effect::InvalidJson => {
            let body = InsteadBody::Text("{\"value\":[{\"id\":'not json',,}]".to_owned());
            Instead { status: 200, body, ..Instead::default() }
        }
        _ => return None,
    })
}

fn error(error: &ArmError) -> Instead {
    let body = InsteadBody::Error(error.code.clone(), error.message.clone());
    Instead { status: error.status, body, ..Instead::default() }
}

fn error_body(status: u16, code: Option<&str>, message: Option<&str>, body: ErrorBody) -> InsteadBody {
    let (usual_code, usual_message) = match status {
        408 => ("RequestTimeout", "The request timed out."),
        409 => {
            ("MissingSubscriptionRegistration", "The subscription is not registered to use the namespace.")
        }
        429 => ("TooManyRequests", "The request is being throttled."),
        502 => ("BadGateway", "The gateway received an invalid response."),
        503 => ("ServerTimeout", "The request timed out in the server. Please retry."),
        504 => ("GatewayTimeout", "The gateway did not receive a response in time."),
        500..=599 => {
            ("InternalServerError", "The server encountered an internal error. Please retry the request.")
        }
        _ => ("BadRequest", "The request is not valid."),
    };
    match body {
        ErrorBody::Empty => InsteadBody::Empty,
        ErrorBody::Html => InsteadBody::Html(format!(
            "<html>\r\n<head><title>{status}</title></head>\r\n<body><center><h1>{status}</h1></center></body>\r\n</html>\r\n"
        )),
        ErrorBody::Json => InsteadBody::Error(
            code.unwrap_or(usual_code).to_owned(),
            message.unwrap_or(usual_message).to_owned(),
        ),
    }
}

/// The text of a page as an effect leaves it; none where the effect does not touch what a page says.
pub(crate) fn alter(
    effect: &Effect,
    listing: &Listing,
    question: &Question<'_>,
) -> Result<Option<String>, ArmError> {
    if !touches(effect, question) {
        return Ok(None);
    }
    let mut body = read(&listing.page, &listing.ending(question))?;
    match effect {
        Effect::MissingValue => {
            if let Some(body) = body.as_object_mut() {
                body.remove("value");
            }
        }
        // The two legal ends of a list belong at its end: in the middle they would lose the rest.
        Effect::NextLink { link: Link::Empty | Link::Null, .. } if listing.more => return Ok(None),
        Effect::NextLink { link, host, text } => {
            let next = SkipToken::to_page(listing.number + 1);
            let link = wrong_link(*link, host.as_deref(), text.as_deref(), question, next);
            set(&mut body, "nextLink", link);
        }
        Effect::EmptyPage => {
            let here = SkipToken { page: listing.number, after_empty: true };
            body = json!({ "value": [], "nextLink": question.link(here) });
        }
        Effect::Duplicates { items } => {
            let source = match &listing.previous {
                Some(page) => read(page, b"]}")?,
                None => body.clone(),
            };
            duplicate(&mut body, &source, *items);
        }
        Effect::OddItem { index, oddity } => {
            if let Some(item) = body.pointer_mut(&format!("/value/{index}")) {
                distort(item, *oddity);
            }
        }
        Effect::Hide { containing } => {
            let part = containing.to_ascii_lowercase();
            let hidden = |item: &Value| {
                let id = item.get("id").and_then(Value::as_str).unwrap_or_default();
                id.to_ascii_lowercase().contains(&part)
            };
            if let Some(items) = body.get_mut("value").and_then(Value::as_array_mut) {
                items.retain(|item| !hidden(item));
            }
        }
        _ => return Ok(None),
    }
    Ok(Some(body.to_string()))
}

fn touches(effect: &Effect, question: &Question<'_>) -> bool {
    match effect {
        Effect::EmptyPage => !question.skip_token.is_some_and(|token| token.after_empty),
        Effect::MissingValue
        | Effect::NextLink { .. }
        | Effect::Duplicates { .. }
        | Effect::OddItem { .. }
        | Effect::Hide { .. } => true,
        _ => false,
    }
}

fn read(page: &Page, ending: &[u8]) -> Result<Value, ArmError> {
    let text = page.plain(ending).map_err(ArmError::internal)?;
    serde_json::from_slice(&text).map_err(ArmError::internal)
}

fn wrong_link(
    link: Link,
    host: Option<&str>,
    text: Option<&str>,
    question: &Question<'_>,
    next: SkipToken,
) -> Value {
    let next = question.link(next);
    let own_host = question.origin.strip_prefix("https://").unwrap_or(question.origin);
    let rest = next.strip_prefix(question.origin).unwrap_or(&next);
    let host = host.unwrap_or("management.elsewhere.example");
    match link {
        Link::Foreign => format!("https://{host}{rest}").into(),
        Link::Userinfo => format!("https://{own_host}@{host}{rest}").into(),
        Link::Insecure => format!("http://{own_host}{rest}").into(),
        Link::Same => format!("{}{}", question.origin, question.path_and_query).into(),
        Link::Text => text.unwrap_or("...").into(),
        Link::Empty => "".into(),
        Link::Null => Value::Null,
    }
}

fn duplicate(body: &mut Value, source: &Value, count: usize) {
    let last: Vec<Value> = source
        .get("value")
        .and_then(Value::as_array)
        .map(|items| items.iter().rev().take(count).rev().cloned().collect())
        .unwrap_or_default();
    if let Some(items) = body.get_mut("value").and_then(Value::as_array_mut) {
        items.splice(0..0, last);
    }
}

fn distort(item: &mut Value, oddity: Oddity) {
    match oddity {
        Oddity::PropertiesText => set(item, "properties", json!("unavailable")),
        Oddity::PropertiesNull => set(item, "properties", Value::Null),
        Oddity::IdNumber => set(item, "id", json!(42)),
        Oddity::NoId => {
            if let Some(item) = item.as_object_mut() {
                item.remove("id");
            }
        }
        Oddity::Text => *item = json!("unavailable"),
        Oddity::Null => *item = Value::Null,
    }
}

fn set(object: &mut Value, key: &str, value: Value) {
    if let Some(object) = object.as_object_mut() {
        object.insert(key.to_owned(), value);
    }
}
