//! From bytes to items: one odd object spoils itself, never the list it is in.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::buffer::Buffer;
use super::codes;
use super::failure::{ReadFailure, clean};
use super::wire::{ROW, explain};
use crate::meter::{self, Exceeded, Room};
use crate::secrets;

/// An object whose shape could not be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OddObject {
    /// Its id, where at least that could be read.
    pub id: Option<String>,
    /// What is odd about it, and where.
    pub message: String,
}

/// One page of a list.
#[derive(Debug)]
pub(super) struct Page<T> {
    pub(super) items: Vec<T>,
    pub(super) odd: Vec<OddObject>,
    /// The link to the next page; ARM also says "no more" with null or an empty text.
    pub(super) next: Option<String>,
}

/// One resource, or why its shape could not be understood.
pub(super) type Single<T> = Result<T, OddObject>;

/// What is wrong with a body.
#[derive(Debug)]
pub(super) enum BodyFault {
    /// It is cut off or garbled; another attempt may bring all of it.
    Broken(ReadFailure),
    /// It is JSON, but not what was asked for.
    WrongShape(ReadFailure),
    /// What it becomes is more than is allowed.
    TooMuch,
}

impl From<Exceeded> for BodyFault {
    fn from(_: Exceeded) -> Self {
        Self::TooMuch
    }
}

/// Takes the secrets of this process out of a body. No name and no tag of an estate is one; a server repeats what it was
/// sent.
pub(super) fn leave_out_secrets(body: &mut Buffer, path: &str) {
    let Some(hidden) = secrets::hide_in_body(body.bytes()) else { return };
    tracing::warn!(path, "an answer repeats a secret of this program, which is left out");
    body.replace(hidden);
}

/// Reads a page. The whole page is parsed at once; only when something in it is odd is each object looked at for itself.
pub(super) fn page<T: DeserializeOwned>(bytes: &[u8]) -> Result<Page<T>, BodyFault> {
    #[derive(Deserialize)]
    struct Whole<T> {
        value: Vec<T>,
        #[serde(default, rename = "nextLink")]
        next: Option<String>,
    }
    let before = meter::spent();
    match read::<Whole<T>>(bytes) {
        Ok(page) => Ok(Page { items: page.value, odd: Vec::new(), next: followable(page.next) }),
        // Whatever is wrong may be so inside one object: half a surrogate pair in a tag is no fault of the page.
        Err(_) if meter::is_exceeded() => Err(BodyFault::TooMuch),
        Err(_) => {
            meter::give_back(before);
            page_by_object(bytes)
        }
    }
}

/// Reads JSON. Seeing once that all of it is UTF-8 is cheaper than seeing it text by text.
fn read<T: DeserializeOwned>(bytes: &[u8]) -> serde_json::Result<T> {
    match str::from_utf8(bytes) {
        Ok(text) => meter::from_str(text),
        Err(_) => meter::from_slice(bytes),
    }
}

fn page_by_object<T: DeserializeOwned>(bytes: &[u8]) -> Result<Page<T>, BodyFault> {
    #[derive(Deserialize)]
    struct Outline<'a> {
        #[serde(borrow)]
        value: Option<&'a RawValue>,
        #[serde(borrow, rename = "nextLink")]
        next: Option<&'a RawValue>,
    }
    let wrong = |message: &str| BodyFault::WrongShape(ReadFailure::new(codes::NO_VALUE_ARRAY, message));
    let outline: Outline<'_> = match meter::from_slice(bytes) {
        Ok(outline) => outline,
        Err(error) if error.is_data() => return Err(wrong(&no_outline(&error))),
        Err(error) => return Err(broken(bytes, &error)),
    };
    let objects = outline.value.and_then(|raw| meter::from_str::<Vec<&RawValue>>(raw.get()).ok());
    if meter::is_exceeded() {
        return Err(BodyFault::TooMuch);
    }
    let objects = objects.ok_or_else(|| wrong("the answer is no list: it has no `value` array"))?;
    // What is no text is no address either: it is refused as a link, and the objects of this page stay.
    let link = |raw: &RawValue| meter::from_str(raw.get()).unwrap_or_else(|_| Some(raw.get().to_owned()));
    let next: Option<String> = outline.next.and_then(link);
    let mut page = Page { items: Vec::new(), odd: Vec::new(), next: followable(next) };
    let (mut items, mut odds) = (Room::<T>::default(), Room::<OddObject>::default());
    for raw in objects {
        match object(raw.get())? {
            Ok(item) => {
                items.add()?;
                page.items.push(item);
            }
            Err(odd) => {
                odds.add()?;
                page.odd.push(odd);
            }
        }
    }
    Ok(page)
}

/// Why JSON has not even the outline of a list.
fn no_outline(error: &serde_json::Error) -> String {
    let words = error.to_string();
    match words.strip_prefix("duplicate field `").and_then(|rest| rest.split_once('`')) {
        Some((name, _)) => format!("the answer is no list: its `{name}` is there more than once"),
        None => "the answer is no list: it is no JSON object".to_owned(),
    }
}

/// Reads one resource.
pub(super) fn single<T: DeserializeOwned>(bytes: &[u8]) -> Result<Single<T>, BodyFault> {
    let before = meter::spent();
    match read::<T>(bytes) {
        Ok(item) => Ok(Ok(item)),
        Err(_) if meter::is_exceeded() => Err(BodyFault::TooMuch),
        Err(_) => {
            meter::give_back(before);
            match meter::from_slice::<&RawValue>(bytes) {
                Ok(raw) => object(raw.get()),
                Err(error) => Err(broken(bytes, &error)),
            }
        }
    }
}

fn object<T: DeserializeOwned>(text: &str) -> Result<Single<T>, BodyFault> {
    #[derive(Deserialize)]
    struct Named {
        id: Option<String>,
    }
    let before = meter::spent();
    let mut json = serde_json::Deserializer::from_str(text);
    let error = match serde_path_to_error::deserialize(meter::counted(&mut json)) {
        Ok(item) => return Ok(Ok(item)),
        Err(_) if meter::is_exceeded() => return Err(BodyFault::TooMuch),
        Err(error) => error,
    };
    let message = clean(&explain(&error));
    let id = meter::from_str::<Named>(text).ok().and_then(|named| named.id);
    meter::give_back(before);
    let odd = OddObject { id: id.map(|id| clean(&id)), message };
    let texts = odd.message.len() + odd.id.as_ref().map_or(0, String::len);
    meter::charge(ROW + 2 * texts as u64)?;
    Ok(Err(odd))
}

fn followable(next: Option<String>) -> Option<String> {
    next.filter(|link| !link.trim().is_empty())
}

fn broken(bytes: &[u8], error: &serde_json::Error) -> BodyFault {
    let what = if error.is_eof() { "breaks off" } else { "is no JSON" };
    BodyFault::Broken(ReadFailure::new(
        codes::BODY_NOT_JSON,
        format!(
            "the answer {what} ({} bytes, line {}, column {})",
            bytes.len(),
            error.line(),
            error.column()
        ),
    ))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    struct Thing {
        id: Option<String>,
        properties: Properties,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct Properties {
        count: u32,
    }

    fn read(body: &str) -> Result<Page<Thing>, BodyFault> {
        page(body.as_bytes())
    }

    #[test]
    fn the_end_of_a_list_has_three_forms() {
        for end in ["", r#","nextLink":null"#, r#","nextLink":"""#, r#","nextLink":" ""#] {
            let page = read(&format!(r#"{{"value":[]{end}}}"#)).unwrap();
            assert!(page.next.is_none() && page.items.is_empty(), "{end}");
        }
        let page = read(r#"{"nextLink":"https://x","value":[]}"#).unwrap();
        assert_eq!(page.next.as_deref(), Some("https://x"));
    }

    #[test]
    fn one_odd_object_spoils_itself_only() {
        let body = r#"{"value":[
            {"id":"/a","properties":{"count":1}},
            {"id":"/b","properties":{"count":"many"}},
            17,
            {"id":"/d","properties":{"count":4}}
        ],"nextLink":"https://x"}"#;
        let page = read(body).unwrap();
        let ids: Vec<_> = page.items.iter().map(|thing| thing.id.as_deref().unwrap()).collect();
        assert_eq!(ids, ["/a", "/d"]);
        assert_eq!(page.next.as_deref(), Some("https://x"));
        let odd: Vec<_> =
            page.odd.iter().map(|odd| format!("{:?} {}", odd.id.as_deref(), odd.message)).collect();
        insta::assert_snapshot!(odd.join("\n"), @r#"
        Some("/b") `properties.count`: invalid type: string "…", expected u32
        None invalid type: integer `17`, expected an object
        "#);
    }

    #[test]
    fn half_a_character_spoils_its_object_only() {
        let body =
            r#"{"value":[{"id":"/a","properties":{"count":1}},{"id":"\ud83d","properties":{"count":2}}]}"#;
        let page = read(body).unwrap();
        assert_eq!((page.items.len(), page.odd.len()), (1, 1));
        assert!(single::<Thing>(br#"{"id":"\ud83d"}"#).unwrap().is_err());
    }

    #[test]
    fn a_list_without_a_value_array_is_no_empty_list() {
        for body in ["{}", r#"{"value":null}"#, r#"{"value":{}}"#, r#"{"values":[]}"#, "[]", "null", "\"x\""]
        {
            let Err(BodyFault::WrongShape(failure)) = read(body) else { panic!("{body}") };
            assert_eq!(failure.code.as_deref(), Some(codes::NO_VALUE_ARRAY), "{body}");
        }
        for link in ["7", "true", r#"{"href":"https://x"}"#, r#""\ud83d""#] {
            let page =
                read(&format!(r#"{{"value":[{{"id":"/a","properties":{{"count":1}}}}],"nextLink":{link}}}"#));
            let page = page.unwrap();
            assert_eq!((page.items.len(), page.next.as_deref()), (1, Some(link)), "no end of the list");
            assert!(url::Url::parse(link).is_err());
        }
    }

    #[test]
    fn what_is_there_twice_is_called_that() {
        for (body, name) in [
            (r#"{"value":[],"value":[]}"#, Some("value")),
            (r#"{"value":[],"nextLink":"https://x","nextLink":null}"#, Some("nextLink")),
            (r#"[{"value":[]}]"#, None),
            ("7", None),
        ] {
            let Err(BodyFault::WrongShape(failure)) = read(body) else { panic!("{body}") };
            match name {
                Some(name) => assert_eq!(
                    failure.message,
                    format!("the answer is no list: its `{name}` is there more than once")
                ),
                None => assert!(failure.message.starts_with("the answer is no list: it "), "{body}"),
            }
        }
        let page = read(r#"{"value":[{"id":"/a","id":"/b","properties":{"count":1}}]}"#).unwrap();
        assert!(page.odd[0].message.contains("duplicate field `id`"), "{:?}", page.odd);
    }

    #[test]
    fn what_breaks_off_is_broken_wherever_it_does() {
        let body =
            r#"{"value":[{"id":"/a","properties":{"count":"x"}},{"id":"/b","properties":{"count":2}}]}"#;
        for end in 0..body.len() {
            assert!(matches!(read(&body[..end]), Err(BodyFault::Broken(_))), "{end}");
        }
        assert!(matches!(read("<html></html>"), Err(BodyFault::Broken(_))));
        assert!(matches!(single::<Thing>(b"{\"id\":"), Err(BodyFault::Broken(_))));
    }

    #[test]
    fn a_single_resource_is_read_or_odd() {
        let thing = single::<Thing>(br#"{"id":"/a","properties":{"count":3}}"#).unwrap().unwrap();
        assert_eq!(thing.properties.count, 3);
        let odd = single::<Thing>(br#"{"id":"/a","properties":{"count":-3}}"#).unwrap().unwrap_err();
        assert_eq!(odd.id.as_deref(), Some("/a"));
        assert!(odd.message.starts_with("`properties.count`"), "{}", odd.message);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_bytes_can_break_the_reader(bytes: Vec<u8>) {
            let _ = page::<Thing>(&bytes);
            let _ = single::<Thing>(&bytes);
        }

        #[test]
        fn every_object_is_an_item_or_odd(
            objects in proptest::collection::vec(
                prop_oneof![
                    Just(r#"{"id":"/a","properties":{"count":1}}"#),
                    Just(r#"{"id":null,"properties":{"count":1}}"#),
                    Just(r#"{"id":"/a","properties":null}"#),
                    Just("null"), Just("[]"), Just("{}"), Just("\"text\""),
                ],
                0..12,
            ),
        ) {
            let page = read(&format!(r#"{{"value":[{}]}}"#, objects.join(","))).unwrap();
            prop_assert_eq!(page.items.len() + page.odd.len(), objects.len());
            let good = objects.iter().filter(|object| object.contains("count")).count();
            prop_assert_eq!(page.items.len(), good);
        }
    }
}
