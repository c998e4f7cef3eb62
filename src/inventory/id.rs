//! Azure resource ids, compared the way Azure compares them.

use std::{cmp::Ordering, fmt, hash, sync::Arc};

use serde::{Deserialize, Serialize};

/// The id of a subscription: lower case, so that two spellings are one subscription.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct SubscriptionId(String);

impl SubscriptionId {
    /// The id as text, in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The ARM path of the subscription, `/subscriptions/{id}`.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/subscriptions/{}", self.0)
    }
}

impl From<String> for SubscriptionId {
    fn from(text: String) -> Self {
        Self(text.to_ascii_lowercase())
    }
}

impl From<&str> for SubscriptionId {
    fn from(text: &str) -> Self {
        Self(text.to_ascii_lowercase())
    }
}

impl From<SubscriptionId> for String {
    fn from(id: SubscriptionId) -> Self {
        id.0
    }
}

impl fmt::Display for SubscriptionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text is no resource id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an Azure resource id: it must begin with `/subscriptions/`")]
pub struct InvalidResourceId {
    /// What was given.
    pub text: String,
}

/// The id of an Azure resource, resource group or subscription.
///
/// Resource providers spell ids differently (AKS nodes appear upper-cased in a subnet's `ipConfigurations`), so
/// equality, order and hash ignore ASCII case; what prints is the spelling the id came with. Clones share the text,
/// because rows name the same resources over and over, and its hash is taken once, because indexes ask for it as often.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ResourceId(Arc<Folded>);

/// A text and its hash, blind to case. Together behind one pointer, because an estate has a million handles to a tenth
/// as many ids.
struct Folded {
    text: Box<str>,
    hash: u64,
}

impl ResourceId {
    /// Reads an id such as `/subscriptions/{guid}/resourceGroups/{group}/providers/{type}/{name}`.
    ///
    /// # Errors
    /// When the text does not begin with `/subscriptions/` and a non-empty segment after it.
    pub fn parse(text: &str) -> Result<Self, InvalidResourceId> {
        // All of them: what prints must read as the same id again.
        let text = text.trim_end_matches('/');
        let mut segments = text.split('/');
        let well_formed = segments.next() == Some("")
            && segments.next().is_some_and(|s| s.eq_ignore_ascii_case("subscriptions"))
            && segments.next().is_some_and(|s| !s.is_empty());
        if well_formed { Ok(Self::new(text)) } else { Err(InvalidResourceId { text: text.to_owned() }) }
    }

    fn new(text: &str) -> Self {
        Self(Arc::new(Folded { text: text.into(), hash: fold(text) }))
    }

    /// The id as it came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// The id in lower case: the sort key of every report.
    #[must_use]
    pub fn to_lower(&self) -> String {
        self.0.text.to_ascii_lowercase()
    }

    /// The segments between slashes, the leading empty one left out.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.0.text.split('/').skip(1)
    }

    /// The subscription the id lies in.
    #[must_use]
    pub fn subscription(&self) -> SubscriptionId {
        SubscriptionId::from(self.segments().nth(1).unwrap_or_default())
    }

    /// The resource group's name, where the id has one.
    #[must_use]
    pub fn resource_group(&self) -> Option<&str> {
        let mut segments = self.segments().skip(2);
        segments.next().filter(|s| s.eq_ignore_ascii_case("resourceGroups"))?;
        segments.next()
    }

    /// The id of the resource group, where the id has one.
    #[must_use]
    pub fn resource_group_id(&self) -> Option<ResourceId> {
        self.resource_group()?;
        self.ancestor(4)
    }

    /// The last segment: the resource's own name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.text.rsplit('/').next().unwrap_or_default()
    }

    /// The name of the resource one level up.
    #[must_use]
    pub fn parent_name(&self) -> Option<&str> {
        let mut segments = self.0.text.rsplit('/').skip(2);
        let name = segments.next()?;
        // What is left is the way to it from the leading slash, without its own name.
        (segments.count() >= 2).then_some(name)
    }

    /// The full type, such as `Microsoft.Network/virtualNetworks/subnets`; empty for groups and subscriptions.
    #[must_use]
    pub fn resource_type(&self) -> String {
        let mut segments = self.segments().skip_while(|s| !s.eq_ignore_ascii_case("providers")).skip(1);
        let mut name = segments.next().unwrap_or_default().to_owned();
        for kind in segments.step_by(2) {
            name.push('/');
            name.push_str(kind);
        }
        name
    }

    /// Whether the id is of this full type, ignoring case.
    #[must_use]
    pub fn is_type(&self, resource_type: &str) -> bool {
        self.resource_type().eq_ignore_ascii_case(resource_type)
    }

    /// The id one level up: a subnet's virtual network, for example.
    #[must_use]
    pub fn parent(&self) -> Option<ResourceId> {
        let count = self.segments().count();
        count.checked_sub(2).filter(|n| *n >= 2).and_then(|n| self.ancestor(n))
    }

    /// The id's first segments; none where it has fewer.
    fn ancestor(&self, segments: usize) -> Option<ResourceId> {
        let bytes = self.0.text.bytes().enumerate();
        let mut slashes =
            bytes.filter(|(_, byte)| *byte == b'/').map(|(at, _)| at).skip(segments.checked_sub(1)?);
        slashes.next()?;
        Some(slashes.next().map_or_else(|| self.clone(), |end| Self::new(&self.0.text[..end])))
    }
}

impl PartialEq for ResourceId {
    fn eq(&self, other: &Self) -> bool {
        self.0.hash == other.0.hash && self.0.text.eq_ignore_ascii_case(&other.0.text)
    }
}

impl Eq for ResourceId {}

impl PartialOrd for ResourceId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ResourceId {
    fn cmp(&self, other: &Self) -> Ordering {
        // Ids begin alike, mostly to the letter: what is the same is skipped a block at a time.
        const BLOCK: usize = 16;
        let (one, other) = (self.0.text.as_bytes(), other.0.text.as_bytes());
        let pairs = one.as_chunks::<BLOCK>().0.iter().zip(other.as_chunks::<BLOCK>().0);
        let blocks = pairs.take_while(|(a, b)| a == b).count();
        let [one, other] = [one, other].map(|id| id.iter().skip(blocks * BLOCK).map(u8::to_ascii_lowercase));
        one.cmp(other)
    }
}

impl hash::Hash for ResourceId {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        state.write_u64(self.0.hash);
    }
}

/// A hash that ignores case. Bit 5 is all that tells the cases of a letter apart, so it is set everywhere; that some
/// other characters become one thereby costs a comparison, not a mistake.
fn fold(text: &str) -> u64 {
    const WORD: usize = size_of::<u64>();
    // Any odd number with its bits well spread: this one is 2^64 over the golden ratio.
    const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;
    let mix = |hash: u64, word: [u8; WORD]| {
        let word = u64::from_le_bytes(word.map(|byte| byte | 0x20));
        (hash.rotate_left(5) ^ word).wrapping_mul(SPREAD)
    };
    let (words, rest) = text.as_bytes().as_chunks::<WORD>();
    let mut last = [0; WORD];
    last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    mix(words.iter().fold(text.len() as u64, |hash, word| mix(hash, *word)), last)
}

impl fmt::Display for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.text)
    }
}

impl fmt::Debug for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0.text, f)
    }
}

impl TryFrom<String> for ResourceId {
    type Error = InvalidResourceId;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<ResourceId> for String {
    fn from(id: ResourceId) -> Self {
        id.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUBNET: &str =
        "/subscriptions/AB/resourceGroups/Net/providers/Microsoft.Network/virtualNetworks/hub/subnets/Aks";

    fn id(text: &str) -> ResourceId {
        ResourceId::parse(text).unwrap()
    }

    #[test]
    fn ids_that_differ_in_case_are_one_resource() {
        use std::collections::HashSet;
        let ids = HashSet::from([id(SUBNET), id(&SUBNET.to_uppercase())]);
        assert_eq!(ids.len(), 1);
        assert_eq!(id(SUBNET).cmp(&id(&SUBNET.to_lowercase())), Ordering::Equal);
    }

    #[test]
    fn an_id_knows_its_parts_and_prints_as_it_came() {
        let subnet = id(SUBNET);
        assert_eq!(subnet.subscription(), SubscriptionId::from("ab"));
        assert_eq!(subnet.resource_group(), Some("Net"));
        assert_eq!(subnet.resource_group_id().unwrap().as_str(), "/subscriptions/AB/resourceGroups/Net");
        assert_eq!(subnet.name(), "Aks");
        assert_eq!(subnet.resource_type(), "Microsoft.Network/virtualNetworks/subnets");
        assert_eq!(subnet.parent().unwrap().name(), "hub");
        for end in SUBNET.match_indices('/').map(|(at, _)| at).skip(2).chain([SUBNET.len()]) {
            let id = id(&SUBNET[..end]);
            assert_eq!(id.parent_name(), id.parent().as_ref().map(ResourceId::name), "{id}");
        }
        assert_eq!(subnet.to_string(), SUBNET);
    }

    #[test]
    fn an_id_that_was_read_reads_as_the_same_again() {
        for end in ["", "/", "//", "///"] {
            assert_eq!(id(&format!("{SUBNET}{end}")).as_str(), SUBNET);
        }
    }

    #[test]
    fn what_is_no_id_is_refused() {
        for text in [
            "",
            "/",
            "subscriptions/a",
            "/subscriptions/",
            "/subscriptions//",
            "/tenants/a",
            "/subscriptions//x",
        ] {
            assert!(ResourceId::parse(text).is_err(), "{text}");
        }
    }
}
