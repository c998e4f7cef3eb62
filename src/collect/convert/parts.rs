//! Small conversions that every shape needs.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::Arc,
};

use super::Oddity;
use crate::{
    azure::wire::{Lenient, List, Odd, Reference, Tags, Text},
    inventory::ResourceId,
};

/// No id that Azure gives is as long: groups have names of 90 characters, and resources of 260 at most
/// (<https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules>).
const LONGEST_ID: usize = 4096;

const NO_PROPERTIES: &str = "it has no properties";

/// Collects the odd parts of one object.
pub(crate) struct Notes {
    /// Shared: there may be many oddities, and an id is long.
    id: Arc<str>,
    oddities: Vec<Oddity>,
}

impl Notes {
    pub(crate) fn new(id: &ResourceId) -> Self {
        Self { id: id.as_str().into(), oddities: Vec::new() }
    }

    pub(crate) fn note(&mut self, kind: &'static str, message: &str) {
        self.add(kind, Odd { id: None, name: None, message: message.to_owned() });
    }

    /// Notes what has an id of its own under that id, all else by name under the id of the whole.
    fn add(&mut self, kind: &'static str, odd: Odd) {
        let (id, name) = match odd.id {
            Some(id) => (id.into(), None),
            None => (self.id.clone(), odd.name),
        };
        self.oddities.push(Oddity { id: Some(id), kind, name, message: odd.message, is_kept: false });
    }

    pub(crate) fn extend(&mut self, oddities: impl IntoIterator<Item = Oddity>) {
        let of_whole = |oddity: Oddity| Oddity { id: oddity.id.or_else(|| Some(self.id.clone())), ..oddity };
        self.oddities.extend(oddities.into_iter().map(of_whole));
    }

    /// Says which parts came more than once and are kept once.
    pub(crate) fn repeated(&mut self, kind: &'static str, names: &[String]) {
        const SHOWN: usize = 3;
        if names.is_empty() {
            return;
        }
        let shown: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
        let more = names.len().saturating_sub(SHOWN);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        self.keep(kind, format!("{}{more} came more than once, and counts once", shown.join(", ")));
    }

    /// Says something of what is there.
    fn keep(&mut self, kind: &'static str, message: String) {
        self.oddities.push(Oddity { id: Some(self.id.clone()), kind, name: None, message, is_kept: true });
    }

    /// Notes a part that came more than once with different content, under its id where it has one.
    pub(crate) fn differing(&mut self, kind: &'static str, id: Option<&str>, name: &str) {
        let message = "it came more than once, with different content".to_owned();
        let name = (id.is_none() && !name.is_empty()).then(|| name.to_owned());
        self.add(kind, Odd { id: id.map(str::to_owned), name, message });
    }

    /// For a part that has no id of its own.
    pub(crate) fn of_part(&self) -> Self {
        Self { id: self.id.clone(), oddities: Vec::new() }
    }

    /// What was noted of a part, under its name.
    pub(crate) fn under(self, kind: &'static str, name: &str) -> Vec<Oddity> {
        let named = |oddity: Oddity| Oddity {
            message: oddity.to_string(),
            kind,
            name: Some(name.to_owned()),
            id: oddity.id,
            is_kept: oddity.is_kept,
        };
        self.oddities.into_iter().map(named).collect()
    }

    pub(crate) fn into_oddities(self) -> Vec<Oddity> {
        self.oddities
    }

    /// The value where it was understood; an odd one is noted.
    pub(crate) fn read<T>(&mut self, kind: &'static str, value: Lenient<T>) -> Option<T> {
        match value {
            Lenient::Absent => None,
            Lenient::Read(value) => Some(value),
            Lenient::Odd(odd) => {
                self.add(kind, odd);
                None
            }
        }
    }

    /// The entries that were understood; odd ones are noted.
    pub(crate) fn read_list<T>(&mut self, kind: &'static str, list: List<T>) -> Vec<T> {
        if let Some(odd) = list.odd {
            self.add(kind, odd);
        }
        list.items.into_iter().filter_map(|item| self.read(kind, item)).collect()
    }

    /// The value under a name where it was understood; an odd one is noted by that name.
    pub(crate) fn read_named<T>(&mut self, kind: &'static str, name: &str, value: Lenient<T>) -> Option<T> {
        match value {
            Lenient::Odd(odd) => {
                self.add(kind, Odd { id: None, name: Some(name.to_owned()), ..odd });
                None
            }
            understood => self.read(kind, understood),
        }
    }

    /// What an object says of itself, without which only its id is known.
    pub(crate) fn read_properties<T: Default>(&mut self, kind: &'static str, properties: Option<T>) -> T {
        if properties.is_none() {
            self.note(kind, NO_PROPERTIES);
        }
        properties.unwrap_or_default()
    }

    /// The texts of a list that say something, each once.
    pub(crate) fn read_texts(&mut self, kind: &'static str, list: List<Text>) -> Vec<String> {
        distinct(self.read_list(kind, list).into_iter().filter_map(|text| self::text(Some(text))))
    }

    /// Address prefixes, each once; that one came more than once is said.
    pub(crate) fn read_prefixes(&mut self, kind: &'static str, list: List<Text>) -> Vec<String> {
        let texts = self.read_list(kind, list).into_iter().filter_map(|text| self::text(Some(text)));
        let texts: Vec<String> = texts.collect();
        let all = texts.len();
        let prefixes = distinct(texts.into_iter());
        if prefixes.len() < all {
            self.keep(kind, "one came more than once, and counts once".to_owned());
        }
        prefixes
    }

    /// Tags, of which an odd one is noted and left out, and a null one is empty.
    pub(crate) fn read_tags(&mut self, tags: Lenient<Tags>) -> BTreeMap<String, String> {
        self.read_words("tags", "tag", tags)
    }

    /// The same of anything else that has names and texts.
    pub(crate) fn read_words(
        &mut self,
        all: &'static str,
        one: &'static str,
        words: Lenient<Tags>,
    ) -> BTreeMap<String, String> {
        let mut read = BTreeMap::new();
        for (key, value) in self.read(all, words).unwrap_or_default().0 {
            let is_odd = matches!(value, Lenient::Odd(_));
            let value = self.read_named(one, &key, value);
            if !is_odd {
                read.insert(key, value.map(String::from).unwrap_or_default());
            }
        }
        read
    }

    /// A resource id given as text; one that is none is noted.
    pub(crate) fn read_id(&mut self, kind: &'static str, text: Option<Text>) -> Option<ResourceId> {
        let text = text.filter(|text| !text.is_empty())?;
        let id = ResourceId::parse(&text).ok();
        if id.is_none() {
            self.note(kind, "expected the id of a resource");
        }
        id
    }

    /// The id a reference holds.
    pub(crate) fn read_reference(
        &mut self,
        kind: &'static str,
        value: Lenient<Reference>,
    ) -> Option<ResourceId> {
        let id = self.read(kind, value)?.id;
        self.read_id(kind, id)
    }
}

/// The id of an object, without which it can't be kept.
pub(crate) fn own_id(
    kind: &'static str,
    id: Option<&Text>,
    name: Option<&Text>,
) -> Result<ResourceId, Oddity> {
    const LONGEST: usize = 300;
    let message = match id.filter(|id| !id.is_empty()) {
        None => "it has no id",
        Some(text) => match ResourceId::parse(text) {
            Ok(id) if is_complete(&id) => return Ok(id),
            _ => "its id is not that of a resource in a resource group",
        },
    };
    let beginning = |text: &Text| text.chars().take(LONGEST).collect::<String>();
    let id = id.filter(|id| !id.is_empty()).map(beginning).map(Arc::from);
    let name = name.filter(|_| id.is_none()).map(beginning);
    Err(Oddity { id, kind, name, message: message.to_owned(), is_kept: false })
}

/// An object of which only its id is known, where keeping it would say that nothing is in it.
pub(crate) fn without_properties(kind: &'static str, id: &ResourceId) -> Oddity {
    let message = NO_PROPERTIES.to_owned();
    Oddity { id: Some(id.as_str().into()), kind, name: None, message, is_kept: false }
}

/// Whether an id leads to a resource: a group, a type, and a name for each part of the type.
fn is_complete(id: &ResourceId) -> bool {
    id.as_str().len() <= LONGEST_ID
        && id.resource_group().is_some()
        && !id.resource_type().is_empty()
        && id.segments().count().is_multiple_of(2)
        && id.segments().all(|segment| !segment.is_empty())
}

/// `West Europe` and `westeurope` are one region.
pub(crate) fn location(text: Option<Text>) -> String {
    let text = text.map(String::from).unwrap_or_default();
    text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).collect()
}

/// Texts in the order they came, each once, ignoring case as Azure does.
pub(crate) fn distinct(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = HashSet::new();
    texts.filter(|text| seen.insert(text.to_ascii_lowercase())).collect()
}

/// Ids in their order, each once.
pub(crate) fn distinct_ids(ids: impl Iterator<Item = ResourceId>) -> Vec<ResourceId> {
    ids.collect::<BTreeSet<_>>().into_iter().collect()
}

/// A text; an empty one says nothing.
pub(crate) fn text(value: Option<Text>) -> Option<String> {
    value.map(String::from).filter(|text| !text.is_empty())
}

/// An open enumeration from a text.
pub(crate) fn word<E: From<String>>(value: Option<Text>) -> Option<E> {
    text(value).map(E::from)
}
