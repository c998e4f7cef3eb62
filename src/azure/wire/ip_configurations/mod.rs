//! The addresses of a subnet, counted by owner while they stream past.
//!
//! A subnet may list 65,536 entries of some 300 bytes each, and an estate millions. No entry is kept: while one list is
//! parsed there is a fingerprint per entry and a row per holder (a machine, a network interface, a front end); what
//! stays is a count per owner.

mod counter;
mod fingerprint;
mod holder;

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use self::counter::{Counter, Shape};
use super::{Count, Lenient, Text};
use crate::inventory::OwnerCount;

/// What a subnet's `ipConfigurations` come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct IpConfigurations {
    /// IPv4 addresses by owner, in the order of owners.
    pub(crate) owners: Vec<OwnerCount>,
    /// Entries that name no resource; each is taken for an address.
    pub(crate) unrecognised: u64,
}

impl<'de> Deserialize<'de> for IpConfigurations {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Entries)
    }
}

struct Entries;

impl<'de> Visitor<'de> for Entries {
    type Value = IpConfigurations;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of IP configurations")
    }

    fn visit_unit<E: de::Error>(self) -> Result<IpConfigurations, E> {
        Ok(IpConfigurations::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<IpConfigurations, A::Error> {
        let mut counter = Counter::default();
        while entries.next_element_seed(Entry(&mut counter))?.is_some() {}
        Ok(counter.finish())
    }
}

/// One entry: an object with an `id`, and with `properties` where the list was expanded.
struct Entry<'c>(&'c mut Counter);

impl<'de> DeserializeSeed<'de> for Entry<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum Key {
    Id,
    Properties,
    #[serde(other)]
    Other,
}

impl<'de> Visitor<'de> for Entry<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an IP configuration")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        let mut id = Id(None);
        let mut shape = Shape::default();
        while let Some(key) = fields.next_key()? {
            match key {
                Key::Id => id = fields.next_value()?,
                Key::Properties => shape = fields.next_value::<Expanded>()?.into(),
                Key::Other => {
                    fields.next_value::<IgnoredAny>()?;
                }
            }
        }
        match id.0 {
            Some(id) => self.0.add(&id, shape),
            None => self.0.add_nameless(shape),
        }
        Ok(())
    }

    fn visit_str<E: de::Error>(self, id: &str) -> Result<(), E> {
        self.0.add(id, Shape::default());
        Ok(())
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<(), E> {
        self.0.add_nameless(Shape::default());
        Ok(())
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<(), E> {
        self.visit_bool(true)
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<(), E> {
        self.visit_bool(true)
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<(), E> {
        self.visit_bool(true)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        while entries.next_element::<IgnoredAny>()?.is_some() {}
        self.0.add_nameless(Shape::default());
        Ok(())
    }
}

/// An id, borrowed from the text unless it holds escapes; none where something else stands in its place.
struct Id<'de>(Option<Cow<'de, str>>);

impl<'de> Deserialize<'de> for Id<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(IdVisitor)
    }
}

struct IdVisitor;

impl<'de> Visitor<'de> for IdVisitor {
    type Value = Id<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id")
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Id<'de>, E> {
        Ok(Id(Some(Cow::Borrowed(text))))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Id<'de>, E> {
        Ok(Id(Some(Cow::Owned(text.to_owned()))))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Id<'de>, E> {
        Ok(Id(None))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Id<'de>, E> {
        Ok(Id(Some(Cow::Owned(value.to_string()))))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Id<'de>, E> {
        Ok(Id(Some(Cow::Owned(value.to_string()))))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Id<'de>, E> {
        Ok(Id(Some(Cow::Owned(value.to_string()))))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Id<'de>, E> {
        Ok(Id(Some(Cow::Owned(value.to_string()))))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Id<'de>, A::Error> {
        while entries.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Id(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Id<'de>, A::Error> {
        while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Id(None))
    }
}

/// `properties` of an entry, sent only where the request expanded them; odd ones say nothing.
type Expanded = Lenient<ExpandedProperties>;

#[derive(Default, Deserialize)]
#[serde(default)]
struct ExpandedProperties {
    #[serde(rename = "privateIPAddress")]
    address: Option<Text>,
    #[serde(rename = "privateIPAddressPrefixLength")]
    prefix_length: Option<Count>,
    #[serde(rename = "privateIPAddressVersion")]
    version: Option<Text>,
}

impl From<Expanded> for Shape {
    fn from(properties: Expanded) -> Self {
        let Lenient::Read(read) = properties else { return Self::default() };
        let named_v6 = read.version.is_some_and(|version| version.eq_ignore_ascii_case("IPv6"));
        Self {
            v6: named_v6 || read.address.is_some_and(|address| address.contains(':')),
            block: read.prefix_length.is_some_and(|length| length.get() == 28),
        }
    }
}

#[cfg(test)]
mod tests;
