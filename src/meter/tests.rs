use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::*;

/// What JSON takes as a `T`, and whether it could be read in so many bytes.
fn measured<'de, T: Deserialize<'de>>(json: &'de str, limit: u64) -> Measured<serde_json::Result<T>> {
    within(limit, || from_str::<T>(json))
}

fn taken<'de, T: Deserialize<'de>>(json: &'de str) -> u64 {
    let read = measured::<T>(json, u64::MAX);
    assert!(read.result.is_ok(), "{json}");
    read.bytes
}

/// A `Vec`'s capacity is what is counted.
fn holds<T: for<'de> Deserialize<'de>>(json: &str) {
    let read = measured::<Vec<T>>(json, u64::MAX);
    let list = read.result.unwrap();
    assert_eq!(read.bytes, (list.capacity() * size_of::<T>()) as u64, "{} entries", list.len());
}

#[test]
fn a_list_takes_the_room_it_grows_to() {
    for length in [0, 1, 3, 4, 5, 8, 9, 1_000, 1_024, 1_025] {
        let json = format!("[{}]", vec!["0"; length].join(","));
        holds::<u64>(&json);
        holds::<(u16,)>(&json.replace('0', "[7]"));
        holds::<Option<[u64; 3]>>(&json.replace('0', "null"));
    }
}

#[test]
fn a_list_that_moves_is_there_twice() {
    let json = format!("[{}]", ["0"; 5].join(","));
    assert_eq!(taken::<Vec<u64>>(&json), 64);
    assert!(measured::<Vec<u64>>(&json, 96).result.is_ok());
    let read = measured::<Vec<u64>>(&json, 95);
    assert!(read.is_exceeded && read.result.is_err());
}

#[test]
fn maps_and_texts_are_counted_and_fields_and_what_is_left_out_are_not() {
    #[derive(Deserialize)]
    struct Named {
        #[expect(dead_code, reason = "only what it takes is looked at")]
        one: Option<u64>,
    }
    let entry = (size_of::<String>() + size_of::<u64>()) as u64;
    assert_eq!(taken::<BTreeMap<String, u64>>(r#"{"a":1}"#), 11 * entry + TEXT + 1);
    assert_eq!(taken::<BTreeMap<String, u64>>("{}"), 0);
    assert_eq!(taken::<String>(r#""\u00fc""#), TEXT + 2);
    assert_eq!(taken::<Named>(r#"{"one":1,"two":[1,2,{"three":"four"}]}"#), 0);
    assert_eq!(taken::<IgnoredAny>("[[],[]]"), 0);
    assert_eq!(taken::<&RawValue>("[\"a long text\"]"), 0);
}

#[test]
fn variants_are_looked_into() {
    #[derive(Deserialize)]
    #[expect(dead_code, reason = "only what they take is looked at")]
    enum Kind {
        List(Vec<u64>),
        Pair(Vec<u64>, u64),
        Named { list: Vec<u64> },
        Nothing,
    }
    for (json, bytes) in [
        (r#"{"List":[1]}"#, 32),
        (r#"{"Pair":[[1],2]}"#, 32),
        (r#"{"Named":{"list":[1]}}"#, 32),
        (r#""Nothing""#, 0),
    ] {
        let around = taken::<Kind>(r#""Nothing""#);
        assert!(taken::<Kind>(json) >= around + bytes, "{json}");
    }
}

#[test]
fn what_was_dropped_is_given_back_unless_it_was_too_much() {
    let read = within(100, || {
        charge(60).unwrap();
        let before = spent();
        charge(40).unwrap();
        give_back(before);
        charge(30).unwrap();
        assert_eq!(charge(11), Err(Exceeded));
        give_back(0);
        assert_eq!(charge(0), Err(Exceeded), "it stays too much");
    });
    assert_eq!((read.bytes, read.is_exceeded), (101, true));
    assert!(!is_exceeded(), "the count is that of one text");
}

#[test]
fn a_count_ends_with_its_text_even_where_that_panics() {
    let outer = within(10, || {
        let inner = std::panic::catch_unwind(|| within(5, || -> () { panic!("on purpose") }));
        assert!(inner.is_err());
        charge(10)
    });
    assert_eq!((outer.result, outer.bytes), (Ok(()), 10));
}

/// A list of a few.
fn of<S: Strategy>(entry: S) -> impl Strategy<Value = Vec<S::Value>> {
    proptest::collection::vec(entry, 0..9)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Lists within lists of any shape: the room of all of them, and never more than was allowed.
    #[test]
    fn no_shape_takes_more_than_is_counted(lists in of(of(of(any::<u32>()))), limit in 0_u64..8_192) {
        let json = serde_json::to_string(&lists).unwrap();
        let read = measured::<Vec<Vec<Vec<u32>>>>(&json, limit);
        match read.result {
            Err(_) => prop_assert!(read.is_exceeded && read.bytes > limit),
            Ok(lists) => {
                let outer = lists.capacity() * size_of::<Vec<Vec<u32>>>();
                let inner = lists.iter().map(|list| list.capacity() * size_of::<Vec<u32>>()).sum::<usize>();
                let numbers = lists.iter().flatten().map(|list| list.capacity() * 4).sum::<usize>();
                prop_assert_eq!(read.bytes, (outer + inner + numbers) as u64);
                prop_assert!(read.bytes <= limit);
            }
        }
    }
}
