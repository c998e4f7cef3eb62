//! Objects that may be odd without spoiling what surrounds them.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{self, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
};
use serde_json::value::RawValue;

use super::Text;
use crate::meter::{self, Exceeded};

/// A message, id or name longer than this is cut.
const LONGEST_TEXT: usize = 300;

/// What a row of the coverage ledger takes beside its texts, and what it was on its way there.
pub(in crate::azure) const ROW: u64 = 512;

/// A value other than a list that is absent or null, was read, or could not be understood.
#[derive(Debug, Default)]
pub(crate) enum Lenient<T> {
    /// Absent or null.
    #[default]
    Absent,
    /// Understood.
    Read(T),
    /// Valid JSON of an unexpected shape.
    Odd(Odd),
}

/// What is known of a value that could not be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Odd {
    /// Its id, where one could be found.
    pub id: Option<String>,
    /// Its name, where one could be found.
    pub name: Option<String>,
    /// Where in the value, and why; it quotes no text of the value, which might be a secret.
    pub message: String,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Lenient<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = <&RawValue>::deserialize(deserializer)?.get();
        if json == "null" {
            return Ok(Self::Absent);
        }
        // A list would fill an object's fields in the order of their declaration.
        let is_list = json.starts_with('[');
        let before = meter::spent();
        let odd = match meter::from_str(json) {
            Ok(value) if !is_list => return Ok(Self::Read(value)),
            Ok(_) => Odd::list(),
            Err(_) => {
                meter::give_back(before);
                Odd::of::<T>(json)
            }
        };
        meter::give_back(before);
        odd.charge().map_err(D::Error::custom)?;
        Ok(Self::Odd(odd))
    }
}

impl Odd {
    fn list() -> Self {
        Self { id: None, name: None, message: "expected an object, found a list".to_owned() }
    }

    /// Counts what it takes, and what telling of it does.
    fn charge(&self) -> Result<(), Exceeded> {
        let texts = [self.id.as_deref(), self.name.as_deref(), Some(&self.message)];
        let texts = texts.into_iter().flatten().map(str::len).sum::<usize>();
        meter::charge(ROW + 2 * texts as u64)
    }

    /// Looks a second time at a value that is no `T`, to say where and why.
    fn of<'de, T: Deserialize<'de>>(json: &'de str) -> Self {
        // Raw, because either may be what is odd.
        #[derive(Default, Deserialize)]
        struct Head<'a> {
            #[serde(borrow)]
            id: Option<&'a RawValue>,
            #[serde(borrow)]
            name: Option<&'a RawValue>,
        }
        let head: Head<'_> = meter::from_str(json).unwrap_or_default();
        let text = |raw: Option<&RawValue>| meter::from_str::<Text>(raw?.get()).ok().map(|t| shortened(&t));
        let mut deserializer = serde_json::Deserializer::from_str(json);
        let message = match serde_path_to_error::deserialize::<_, T>(meter::counted(&mut deserializer)) {
            Ok(_) => "the value was refused".to_owned(),
            Err(error) => explain(&error),
        };
        Self { id: text(head.id), name: text(head.name), message }
    }
}

/// The text, or its beginning where it is long.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST_TEXT) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Where in a value something is odd, and why, in words of JSON and without quoting a text of the value.
pub(in crate::azure) fn explain(error: &serde_path_to_error::Error<serde_json::Error>) -> String {
    let path = error.path().to_string();
    let text = error.inner().to_string();
    // The position counts from the start of the object, which no reader can see.
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(text, _)| text);
    let text = in_words_of_json(&without_quotations(text));
    if path == "." { shortened(&text) } else { shortened(&format!("`{path}`: {text}")) }
}

/// For objects that need no [`Lenient`] of their own: null says as little as absence does.
pub(super) fn object_or_null<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: Default + Deserialize<'de>,
    D: Deserializer<'de>,
{
    object(deserializer).map(Option::unwrap_or_default)
}

/// For objects without which there is little left.
pub(super) fn object<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    deserializer.deserialize_any(ObjectVisitor(PhantomData))
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(fields)).map(Some)
    }
}

/// For what has been shown as one object and as a list of them.
pub(super) fn one_or_many<'de, T, D>(deserializer: D) -> Result<List<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    let raw = <&RawValue>::deserialize(deserializer)?;
    if raw.get().starts_with('{') {
        let one = Lenient::deserialize(raw).map_err(de::Error::custom)?;
        return Ok(List { items: vec![one], odd: None, is_given: true });
    }
    List::deserialize(meter::counted(raw)).map_err(de::Error::custom)
}

/// serde names the type of this program that it expected; to a reader of a report it is an object.
fn in_words_of_json(text: &str) -> String {
    match text.split_once("expected struct ") {
        Some((before, after)) => {
            let rest = after.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
            format!("{before}expected an object{rest}")
        }
        None => text.to_owned(),
    }
}

/// Leaves out what stands between double quotes, where serde repeats the value.
fn without_quotations(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut quoted = false;
    let mut escaped = false;
    for c in text.chars() {
        match c {
            '"' if !escaped => {
                quoted = !quoted;
                kept.push_str(if quoted { "\"…\"" } else { "" });
            }
            _ if !quoted => kept.push(c),
            _ => {}
        }
        escaped = quoted && c == '\\' && !escaped;
    }
    kept
}

/// A list each entry of which may be odd; null and absent are empty, and so is what is no list, with a note.
#[derive(Debug)]
pub(crate) struct List<T> {
    /// The entries, nulls left out.
    pub(crate) items: Vec<Lenient<T>>,
    /// Why there is no list, where something else stood in its place.
    pub(crate) odd: Option<Odd>,
    /// Whether there was a list at all.
    pub(crate) is_given: bool,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self { items: Vec::new(), odd: None, is_given: false }
    }
}

impl<T> List<T> {
    fn not_a_list(found: &str) -> Self {
        let message = format!("expected a list, found {found}");
        Self { odd: Some(Odd { id: None, name: None, message }), ..Self::default() }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ListVisitor(PhantomData))
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ListVisitor<T> {
    type Value = List<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = entries.next_element()? {
            if !matches!(item, Lenient::Absent) {
                items.push(item);
            }
        }
        Ok(List { items, odd: None, is_given: true })
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(List::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(List::not_a_list("an object"))
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<Self::Value, E> {
        Ok(List::not_a_list("a text"))
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(List::not_a_list("a boolean"))
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Self::Value, E> {
        Ok(List::not_a_list("a number"))
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Self::Value, E> {
        Ok(List::not_a_list("a number"))
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(List::not_a_list("a number"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::azure::wire::Count;

    #[derive(Debug, Default, Deserialize)]
    #[serde(default)]
    struct Inner {
        count: Option<Count>,
        deeper: Lenient<Count>,
    }

    #[derive(Debug, Default, Deserialize)]
    #[serde(default)]
    struct Outer {
        before: Lenient<Count>,
        inner: Inner,
        list: List<Inner>,
    }

    fn odd(json: &str) -> Odd {
        match serde_json::from_str::<Lenient<Outer>>(json).unwrap() {
            Lenient::Odd(odd) => odd,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_odd_object_says_who_where_and_why_but_not_what() {
        let odd = odd(
            r#"{"before":1,"id":"/subscriptions/x","inner":{"deeper":[],"count":"hunter2 \" at line 3"}}"#,
        );
        assert_eq!(odd.id.as_deref(), Some("/subscriptions/x"));
        insta::assert_snapshot!(odd.message, @r#"`inner.count`: invalid value: string "…", expected a whole number from 0 to 4294967295"#);
    }

    #[test]
    fn what_is_no_object_at_all_is_named() {
        insta::assert_snapshot!(odd("\"oops\"").message, @r#"invalid type: string "…", expected an object"#);
        insta::assert_snapshot!(odd(r#"{"inner":"oops"}"#).message, @r#"`inner`: invalid type: string "…", expected an object"#);
        assert_eq!(odd("[[]]").id, None);
    }

    #[test]
    fn an_odd_entry_leaves_its_list_alone() {
        let json = r#"{"list":[{"count":1},null,"x",{"count":"2"},{"count":{}}]}"#;
        let Lenient::Read(outer) = serde_json::from_str::<Lenient<Outer>>(json).unwrap() else { panic!() };
        assert_eq!(outer.list.items.len(), 4);
        let counts: Vec<_> = outer
            .list
            .items
            .into_iter()
            .filter_map(
                |item| if let Lenient::Read(inner) = item { inner.count.map(Count::get) } else { None },
            )
            .collect();
        assert_eq!(counts, [1, 2]);
    }

    #[test]
    fn what_is_no_list_is_an_empty_one_with_a_note() {
        for (json, found) in [
            ("\"x\"", "a text"),
            ("{\"a\":[1]}", "an object"),
            ("-1", "a number"),
            ("1.5", "a number"),
            ("true", "a boolean"),
        ] {
            let list: List<Text> = serde_json::from_str(json).unwrap();
            assert!(list.items.is_empty());
            assert_eq!(list.odd.unwrap().message, format!("expected a list, found {found}"));
        }
        assert!(serde_json::from_str::<List<Text>>("null").unwrap().odd.is_none());
    }

    #[test]
    fn long_messages_are_cut_on_a_character() {
        let key = "ü".repeat(1000);
        let odd = match serde_json::from_str::<Lenient<std::collections::BTreeMap<String, Count>>>(&format!(
            "{{\"{key}\":[]}}"
        ))
        .unwrap()
        {
            Lenient::Odd(odd) => odd,
            other => panic!("{other:?}"),
        };
        assert_eq!(odd.message.chars().count(), LONGEST_TEXT + 1);
    }
}
