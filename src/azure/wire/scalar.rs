//! Values that ARM spells in more than one way.

use std::{
    collections::{BTreeMap, HashSet},
    fmt,
    marker::PhantomData,
    ops::Deref,
};

use serde::{
    Deserialize, Deserializer,
    de::{self, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor},
};
use serde_json::value::RawValue;

use super::Lenient;
use crate::meter;

/// A text; numbers and booleans are taken as their text.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Text(String);

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.0
    }
}

/// A whole number that is not negative; `2`, `2.0` and `"2"` are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Count(u32);

impl Count {
    /// The number.
    #[must_use]
    pub(crate) fn get(self) -> u32 {
        self.0
    }
}

/// A truth value; `true` and `"true"` are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Flag(bool);

impl Flag {
    /// The value.
    #[must_use]
    pub(crate) fn get(self) -> bool {
        self.0
    }
}

/// Reads one scalar: each method answers `None` for what the type cannot take.
trait Scalar: Sized {
    const EXPECTED: &'static str;

    fn from_text(text: &str) -> Option<Self>;
    fn from_bool(value: bool) -> Option<Self>;
    fn from_integer(value: i128) -> Option<Self>;
    fn from_float(value: f64) -> Option<Self>;
}

impl Scalar for Text {
    const EXPECTED: &'static str = "a text";

    fn from_text(text: &str) -> Option<Self> {
        Some(Self(text.to_owned()))
    }

    fn from_bool(value: bool) -> Option<Self> {
        Some(Self(value.to_string()))
    }

    fn from_integer(value: i128) -> Option<Self> {
        Some(Self(value.to_string()))
    }

    fn from_float(value: f64) -> Option<Self> {
        Some(Self(value.to_string()))
    }
}

impl Scalar for Count {
    const EXPECTED: &'static str = "a whole number from 0 to 4294967295";

    fn from_text(text: &str) -> Option<Self> {
        let text = text.trim();
        match text.parse() {
            Ok(value) => Some(Self(value)),
            Err(_) => text.parse().ok().and_then(Self::from_float),
        }
    }

    fn from_bool(_: bool) -> Option<Self> {
        None
    }

    fn from_integer(value: i128) -> Option<Self> {
        u32::try_from(value).ok().map(Self)
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range is checked, and only whole numbers pass"
    )]
    fn from_float(value: f64) -> Option<Self> {
        let whole = value >= 0.0 && value <= f64::from(u32::MAX) && value.fract() == 0.0;
        whole.then_some(Self(value as u32))
    }
}

impl Scalar for Flag {
    const EXPECTED: &'static str = "true or false";

    fn from_text(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("true") {
            Some(Self(true))
        } else {
            text.eq_ignore_ascii_case("false").then_some(Self(false))
        }
    }

    fn from_bool(value: bool) -> Option<Self> {
        Some(Self(value))
    }

    fn from_integer(value: i128) -> Option<Self> {
        match value {
            0 => Some(Self(false)),
            1 => Some(Self(true)),
            _ => None,
        }
    }

    fn from_float(_: f64) -> Option<Self> {
        None
    }
}

struct ScalarVisitor<T>(PhantomData<T>);

impl<T: Scalar> Visitor<'_> for ScalarVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<T, E> {
        T::from_text(value).ok_or_else(|| E::invalid_value(Unexpected::Str(value), &self))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<T, E> {
        T::from_bool(value).ok_or_else(|| E::invalid_type(Unexpected::Bool(value), &self))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<T, E> {
        T::from_integer(value.into()).ok_or_else(|| E::invalid_value(Unexpected::Signed(value), &self))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<T, E> {
        T::from_integer(value.into()).ok_or_else(|| E::invalid_value(Unexpected::Unsigned(value), &self))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<T, E> {
        T::from_float(value).ok_or_else(|| E::invalid_value(Unexpected::Float(value), &self))
    }
}

macro_rules! deserialize_scalar {
    ($($name:ident),+) => {
        $(impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(ScalarVisitor(PhantomData))
            }
        })+
    };
}

deserialize_scalar!(Text, Count, Flag);

/// Tags, each of which may be odd.
#[derive(Debug, Default, Deserialize)]
#[serde(transparent)]
pub(crate) struct Tags(pub(crate) BTreeMap<String, Lenient<Text>>);

/// How many entries a list has, whatever they are; nulls do not count, and one id counts once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally(u64);

impl Tally {
    /// The number of entries.
    #[must_use]
    pub(crate) fn get(self) -> u64 {
        self.0
    }
}

impl<'de> Deserialize<'de> for Tally {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TallyVisitor)
    }
}

struct TallyVisitor;

impl<'de> Visitor<'de> for TallyVisitor {
    type Value = Tally;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Tally, E> {
        Ok(Tally(0))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Tally, A::Error> {
        #[derive(Deserialize)]
        struct Named {
            id: Option<String>,
        }
        let (mut count, mut seen) = (0, HashSet::new());
        while let Some(entry) = entries.next_element::<Option<&RawValue>>()? {
            let Some(entry) = entry else { continue };
            let named = meter::from_str::<Named>(entry.get()).ok();
            let id = named.and_then(|named| named.id).map(|id| id.to_ascii_lowercase());
            count += u64::from(id.is_none_or(|id| seen.insert(id)));
        }
        Ok(Tally(count))
    }
}

/// The settings of an add-on that this program reads, keys in lower case. All others, secrets among them, are
/// dropped before they reach memory.
#[derive(Debug, Default)]
pub(crate) struct Settings(pub(crate) BTreeMap<String, String>);

impl Settings {
    /// Keys of `addonProfiles.{name}.config`, in lower case: their spelling differs between API versions
    /// (<https://learn.microsoft.com/azure/application-gateway/ingress-controller-overview>,
    /// <https://learn.microsoft.com/azure/aks/virtual-nodes>).
    const READ: [&str; 8] = [
        "applicationgatewayid",
        "applicationgatewayname",
        "effectiveapplicationgatewayid",
        "subnetcidr",
        "subnetid",
        "subnetname",
        "subnetprefix",
        "useaadauth",
    ];
}

impl<'de> Deserialize<'de> for Settings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(SettingsVisitor)
    }
}

struct SettingsVisitor;

impl<'de> Visitor<'de> for SettingsVisitor {
    type Value = Settings;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the settings of an add-on")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Settings, A::Error> {
        let mut settings = Settings::default();
        while let Some(mut key) = entries.next_key::<String>()? {
            key.make_ascii_lowercase();
            if !Settings::READ.contains(&key.as_str()) {
                entries.next_value::<IgnoredAny>()?;
            } else if let Some(value) = entries.next_value::<Option<Text>>()? {
                settings.0.insert(key, value.into());
            }
        }
        Ok(settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: for<'de> Deserialize<'de>>(json: &str) -> Option<T> {
        serde_json::from_str(json).ok()
    }

    #[test]
    fn numbers_come_as_integers_floats_and_strings() {
        for json in ["2", "2.0", "\"2\"", "\"2.0\"", "\" 2 \"", "2e0"] {
            assert_eq!(read::<Count>(json), Some(Count(2)), "{json}");
        }
        for json in ["-1", "2.5", "\"\"", "\"two\"", "4294967296", "true", "[]", "1e300", "\"NaN\"", "\"-1\""]
        {
            assert_eq!(read::<Count>(json), None, "{json}");
        }
    }

    #[test]
    fn truth_comes_as_booleans_and_strings() {
        for (json, expected) in
            [("true", true), ("\"true\"", true), ("\"False\"", false), ("0", false), ("1", true)]
        {
            assert_eq!(read::<Flag>(json), Some(Flag(expected)), "{json}");
        }
        for json in ["2", "\"yes\"", "1.5", "{}"] {
            assert_eq!(read::<Flag>(json), None, "{json}");
        }
    }

    #[test]
    fn texts_come_as_scalars_of_any_kind() {
        for (json, expected) in
            [("\"33%\"", "33%"), ("3", "3"), ("-3", "-3"), ("1.5", "1.5"), ("true", "true")]
        {
            assert_eq!(read::<Text>(json).as_deref(), Some(expected), "{json}");
        }
        assert_eq!(read::<Text>("{}"), None);
        assert_eq!(read::<Option<Text>>("null"), Some(None));
    }

    #[test]
    fn a_tally_counts_entries_of_any_kind_but_null() {
        assert_eq!(read::<Tally>(r#"[{"id":"x"}, null, 3, []]"#), Some(Tally(3)));
        assert_eq!(read::<Tally>(r#"[{"id":"x"}, {"id":"X"}, {"id":"y"}, {}, {}, 3, 3]"#), Some(Tally(6)));
        assert_eq!(read::<Tally>("null"), Some(Tally(0)));
        assert_eq!(read::<Tally>("{}"), None);
    }

    #[test]
    fn settings_keep_only_what_is_read() {
        let settings: Settings =
            read(r#"{"subnetName":"aci","Password":"hunter2","SubnetID":null,"useAADAuth":true,"odd":{}}"#)
                .unwrap();
        let expected = [("subnetname", "aci"), ("useaadauth", "true")];
        assert_eq!(settings.0, expected.map(|(k, v)| (k.to_owned(), v.to_owned())).into());
    }
}
