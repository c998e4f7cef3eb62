//! What an answer of a person speaks of.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{inventory::ResourceId, rules::CheckScope};

/// A cluster, a scope with all clusters in it, or the whole estate.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Attested {
    /// Every cluster.
    Estate,
    /// A cluster, or every cluster of a resource group or of a subscription, by id.
    Within(ResourceId),
}

/// A text that says of no cluster that it is meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither `*` nor the id of a cluster, of a resource group or of a subscription")]
pub struct InvalidAttested(String);

impl Attested {
    const ALL: &'static str = "*";

    /// How much it speaks of. A resource group is part of a subscription.
    #[must_use]
    pub fn width(&self) -> CheckScope {
        match self {
            Self::Estate => CheckScope::Estate,
            Self::Within(id) if id.resource_type().is_empty() => CheckScope::Subscription,
            Self::Within(_) => CheckScope::Cluster,
        }
    }

    /// Whether it speaks of a cluster.
    #[must_use]
    pub fn covers(&self, cluster: &ResourceId) -> bool {
        let Self::Within(id) = self else { return true };
        match self.width() {
            CheckScope::Cluster => id == cluster,
            _ if id.resource_group().is_some() => cluster.resource_group_id().as_ref() == Some(id),
            _ => id.subscription() == cluster.subscription(),
        }
    }

    /// The more it decides against others that speak of the same cluster: what is said of less is said more exactly.
    pub(crate) fn exactness(&self) -> u8 {
        match self {
            Self::Estate => 0,
            Self::Within(id) if !id.resource_type().is_empty() => 3,
            Self::Within(id) => 1 + u8::from(id.resource_group().is_some()),
        }
    }

    /// The words of the file.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Estate => Self::ALL,
            Self::Within(id) => id.as_str(),
        }
    }
}

impl From<ResourceId> for Attested {
    fn from(id: ResourceId) -> Self {
        Self::Within(id)
    }
}

impl TryFrom<String> for Attested {
    type Error = InvalidAttested;

    /// A bare subscription id is one as well.
    fn try_from(text: String) -> Result<Self, InvalidAttested> {
        let is_guid = text.len() == 36
            && text.bytes().enumerate().all(|(at, byte)| match at {
                8 | 13 | 18 | 23 => byte == b'-',
                _ => byte.is_ascii_hexdigit(),
            });
        let id = match text.as_str() {
            Self::ALL => return Ok(Self::Estate),
            _ if is_guid => ResourceId::parse(&format!("/subscriptions/{text}")),
            _ => ResourceId::parse(&text),
        };
        id.map(Self::Within).map_err(|_| InvalidAttested(text))
    }
}

impl From<Attested> for String {
    fn from(attested: Attested) -> Self {
        attested.as_str().to_owned()
    }
}

impl fmt::Display for Attested {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
