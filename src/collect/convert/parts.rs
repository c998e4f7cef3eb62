//! Small conversions that every shape needs.

use std::collections::BTreeMap;

use super::Oddity;
use crate::{
    azure::wire::{Lenient, List, Odd, Reference, Tags, Text},
    inventory::ResourceId,
};

/// Collects the odd parts of one object.
pub(super) struct Notes {
    id: String,
    oddities: Vec<Oddity>,
}

impl Notes {
    pub(super) fn new(id: &ResourceId) -> Self {
        Self { id: id.to_string(), oddities: Vec::new() }
    }

    pub(super) fn note(&mut self, kind: &'static str, message: &str) {
        self.add(kind, Odd { id: None, message: message.to_owned() });
    }

    fn add(&mut self, kind: &'static str, odd: Odd) {
        let id = odd.id.unwrap_or_else(|| self.id.clone());
        self.oddities.push(Oddity { id: Some(id), kind, message: odd.message });
    }

    pub(super) fn extend(&mut self, oddities: impl IntoIterator<Item = Oddity>) {
        self.oddities.extend(oddities);
    }

    pub(super) fn into_oddities(self) -> Vec<Oddity> {
        self.oddities
    }

    /// The value where it was understood; an odd one is noted.
    pub(super) fn read<T>(&mut self, kind: &'static str, value: Lenient<T>) -> Option<T> {
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
    pub(super) fn read_list<T>(&mut self, kind: &'static str, list: List<T>) -> Vec<T> {
        if let Some(odd) = list.odd {
            self.add(kind, odd);
        }
        list.items.into_iter().filter_map(|item| self.read(kind, item)).collect()
    }

    /// The texts of a list.
    pub(super) fn read_texts(&mut self, kind: &'static str, list: List<Text>) -> Vec<String> {
        self.read_list(kind, list).into_iter().map(String::from).collect()
    }

    /// A resource id given as text; one that is none is noted.
    pub(super) fn read_id(&mut self, kind: &'static str, text: Option<Text>) -> Option<ResourceId> {
        let text = text.filter(|text| !text.is_empty())?;
        let id = ResourceId::parse(&text).ok();
        if id.is_none() {
            self.note(kind, "expected the id of a resource");
        }
        id
    }

    /// The id a reference holds.
    pub(super) fn read_reference(
        &mut self,
        kind: &'static str,
        value: Lenient<Reference>,
    ) -> Option<ResourceId> {
        let id = self.read(kind, value)?.id;
        self.read_id(kind, id)
    }
}

/// The id of an object, without which it can't be kept.
pub(super) fn own_id(kind: &'static str, id: Option<&Text>) -> Result<ResourceId, Oddity> {
    const LONGEST: usize = 300;
    let message = match id.filter(|id| !id.is_empty()) {
        None => "it has no id",
        Some(text) => match ResourceId::parse(text) {
            Ok(id) if id.resource_group().is_some() && !id.resource_type().is_empty() => return Ok(id),
            _ => "its id is not that of a resource in a resource group",
        },
    };
    let id = id.map(|id| id.chars().take(LONGEST).collect());
    Err(Oddity { id, kind, message: message.to_owned() })
}

/// `West Europe` and `westeurope` are one region.
pub(super) fn location(text: Option<Text>) -> String {
    let text = text.map(String::from).unwrap_or_default();
    text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).collect()
}

pub(super) fn tags(tags: Option<Tags>) -> BTreeMap<String, String> {
    tags.map(BTreeMap::from).unwrap_or_default()
}

/// A text; an empty one says nothing.
pub(super) fn text(value: Option<Text>) -> Option<String> {
    value.map(String::from).filter(|text| !text.is_empty())
}

/// An open enumeration from a text.
pub(super) fn word<E: From<String>>(value: Option<Text>) -> Option<E> {
    text(value).map(E::from)
}
