//! What goes wrong, as data: which requests, from which on, how often, and how.

mod alter;
mod armed;
mod echo;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::estate::{ResourceType, resource_types};

pub(crate) use alter::{Circumstances, Instead, InsteadBody, alter, instead};
pub(crate) use armed::{Arsenal, Target};

/// A fault. It strikes the requests that match all of its conditions.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The kind of request; none matches every kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<RequestKind>,
    /// A part of path and query, compared ignoring ASCII case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The id or the name of a subscription.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subscription: Option<String>,
    /// The page of a list, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<usize>,
    /// The first matching request that is struck, from 1.
    #[serde(default = "first")]
    pub from: u64,
    /// How many matching requests are struck; none strikes all that follow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// What happens to them.
    pub effect: Effect,
}

fn first() -> u64 {
    1
}

impl Fault {
    /// A fault that strikes every request.
    #[must_use]
    pub fn new(effect: Effect) -> Self {
        Self { kind: None, path: None, subscription: None, page: None, from: 1, times: None, effect }
    }

    /// A fault that strikes every request of a kind.
    #[must_use]
    pub fn on(kind: RequestKind, effect: Effect) -> Self {
        Self { kind: Some(kind), ..Self::new(effect) }
    }

    /// Only where path and query contain this text.
    #[must_use]
    pub fn path(mut self, part: &str) -> Self {
        self.path = Some(part.to_owned());
        self
    }

    /// Only in this subscription, by id or name.
    #[must_use]
    pub fn subscription(mut self, id_or_name: &str) -> Self {
        self.subscription = Some(id_or_name.to_owned());
        self
    }

    /// Only on this page of a list, from 1.
    #[must_use]
    pub fn page(mut self, page: usize) -> Self {
        self.page = Some(page);
        self
    }

    /// Only from this matching request on, from 1.
    #[must_use]
    pub fn from(mut self, from: u64) -> Self {
        self.from = from;
        self
    }

    /// Only this often.
    #[must_use]
    pub fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }
}

macro_rules! request_kinds {
    ($($(#[$meta:meta])* $type:ident { $list:ident: $provider:literal, $name:literal $(, by $place:ident)? })+) => {
        /// The kinds of requests the simulated Azure answers.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum RequestKind {
            /// `POST /{tenant}/oauth2/v2.0/token`.
            Token,
            /// The OIDC token endpoints of GitHub Actions and Azure Pipelines.
            Oidc,
            /// The managed-identity endpoints.
            ManagedIdentity,
            /// `GET /metadata/endpoints`.
            Metadata,
            /// `GET /subscriptions`.
            Subscriptions,
            /// `GET /subscriptions/{id}`.
            Subscription,
            /// The descendants of a management group.
            Descendants,
            $($(#[$meta])* $type,)+
            /// One resource by its id.
            Resource,
            /// The usages of a virtual network.
            Usages,
            /// Anything else.
            Other,
        }

        /// A list of a type is called by its name.
        impl From<ResourceType> for RequestKind {
            fn from(of: ResourceType) -> Self {
                match of {
                    $(ResourceType::$type => Self::$type,)+
                }
            }
        }
    };
}

resource_types!(request_kinds);

/// What a struck request gets.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Effect {
    /// Another status.
    Status {
        /// The status, 200 to 599.
        status: u16,
        /// The error code; none takes the usual one of that status.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<String>,
        /// The error message; none takes a usual one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<String>,
        /// The `Retry-After` header.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<RetryAfter>,
        /// The form of the body.
        #[serde(default)]
        body: ErrorBody,
    },
    /// 401, as for a token that is no longer good.
    Unauthorized {
        /// The error code; none is `ExpiredAuthenticationToken`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<String>,
    },
    /// 401 `InvalidAuthenticationTokenTenant`.
    WrongTenant,
    /// 403 `AuthorizationFailed`.
    Denied,
    /// 404 `ResourceNotFound`, or `SubscriptionNotFound` on a list.
    NotFound,
    /// 302 to another address.
    Redirect {
        /// Where to; none is the same path at another host.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        location: Option<String>,
    },
    /// The connection is reset.
    Reset {
        /// How much of the body is sent before; none resets before any answer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after_bytes: Option<usize>,
    },
    /// A complete HTTP message whose JSON is cut in the middle.
    TruncatedJson,
    /// A body that ends before its announced length.
    TruncatedTransfer,
    /// A body that is not JSON at all, with status 200.
    InvalidJson,
    /// The body comes in small pieces.
    Slow {
        /// How many.
        pieces: usize,
        /// The pause before each, in milliseconds.
        pause_ms: u64,
    },
    /// An answer that repeats what the request proved itself with: the token, the client secret, the assertion.
    Echo(Echo),
    /// No answer ever comes.
    Hang,
    /// A list without its `value`.
    MissingValue,
    /// A list with another `nextLink`.
    NextLink {
        /// Which.
        link: Link,
        /// The host (and port) of a `foreign` one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        host: Option<String>,
        /// The text of a `text` one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
    },
    /// An empty page, with a link to the page that should have been there.
    EmptyPage,
    /// Items that come twice: the last ones of the page before again (of this page, when it is the first).
    Duplicates {
        /// How many.
        items: usize,
    },
    /// An item that is not what it should be.
    OddItem {
        /// Which, from 0.
        #[serde(default)]
        index: usize,
        /// What it becomes.
        oddity: Oddity,
    },
    /// Items left out without a word, as ARM does where the caller may read only some resource groups.
    Hide {
        /// A part of their ids, compared ignoring ASCII case.
        containing: String,
    },
}

/// An answer that holds the credential of its request wherever it says `{credential}`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Echo {
    /// The status, 200 to 599.
    pub status: u16,
    /// The body.
    #[serde(default)]
    pub body: String,
    /// Headers by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// What the credential looks like.
    #[serde(default)]
    pub form: EchoForm,
}

/// What a repeated credential looks like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EchoForm {
    /// As it was sent.
    #[default]
    Plain,
    /// What stands behind its last full stop: the signature of a signed token.
    LastPart,
    /// What stands between its first full stops: the claims of a signed token.
    MiddlePart,
    /// In Base64.
    Base64,
    /// In Base64, behind a user's name, as in basic authentication.
    BasicPassword,
    /// In Base64 for addresses, without padding.
    Base64Url,
    /// Each byte percent-encoded in upper case.
    Percent,
    /// Each byte percent-encoded in lower case.
    PercentLower,
    /// Each character escaped as JSON allows.
    Escaped,
}

/// The `Retry-After` header of a fault.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RetryAfter {
    /// Seconds from now.
    Seconds(u64),
    /// An HTTP date that many seconds from now.
    Date(i64),
    /// This text, whatever it is.
    Text(String),
}

/// The form of an error's body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorBody {
    /// The service's own envelope.
    #[default]
    Json,
    /// A gateway's HTML page.
    Html,
    /// Nothing.
    Empty,
}

/// Where a wrong `nextLink` leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Link {
    /// The next page, at another host.
    Foreign,
    /// The next page, with the right host only as userinfo before another one.
    Userinfo,
    /// The next page over plain http.
    Insecure,
    /// The page that was asked for, again.
    Same,
    /// The text given.
    Text,
    /// `""`.
    Empty,
    /// `null`.
    Null,
}

/// What an odd item looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Oddity {
    /// Its `properties` are a string.
    PropertiesText,
    /// Its `properties` are null.
    PropertiesNull,
    /// It has no `id`.
    NoId,
    /// Its `id` is a number.
    IdNumber,
    /// It is a string.
    Text,
    /// It is null.
    Null,
}
