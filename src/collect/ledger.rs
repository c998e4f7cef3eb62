//! From the outcome of a read to rows of the coverage ledger.

use super::{
    convert::{Converted, Oddity},
    kinds::Kind,
};
use crate::{
    azure::{FailureKind, OddObject, Read, ReadFailure},
    inventory::{Coverage, CoverageEntry, ReadStatus, What},
};

/// The error code of objects whose shape could not be understood.
const INVALID_OBJECT: &str = "InvalidObject";

/// So many objects and parts of one list have a row each.
const MOST_ROWS: usize = 10_000;

/// What a read brought, without the objects themselves.
pub(super) struct Outcome<'a> {
    pub(super) items: usize,
    pub(super) attempts: u32,
    pub(super) notes: &'a [String],
    pub(super) failure: Option<&'a ReadFailure>,
    /// The action of a role that allows it, where an audit is whole without it.
    pub(super) optional: Option<String>,
}

/// Converts what was read of a kind, and adds its row and those of what is odd.
pub(super) fn keep_kind<K: Kind>(
    read: Read<K::Wire>,
    scope_id: &str,
    what: What,
    coverage: &mut Coverage,
) -> Vec<K> {
    keep(read, scope_id, what, coverage, K::OPTIONAL.then(K::action), K::convert)
}

/// Converts what was read, and adds its row and those of what is odd.
pub(super) fn keep<W, M>(
    read: Read<W>,
    scope_id: &str,
    what: What,
    coverage: &mut Coverage,
    optional: Option<String>,
    convert: impl Fn(W) -> Converted<M>,
) -> Vec<M> {
    let mut kept = Vec::with_capacity(read.items.len());
    let mut noted = Vec::new();
    let mut untold = read.odd.len().saturating_sub(MOST_ROWS);
    for item in read.items {
        match convert(item) {
            Ok((model, oddities)) => {
                kept.push(model);
                noted.extend(oddities);
            }
            Err(oddity) => noted.push(oddity),
        }
        untold += noted.len().saturating_sub(MOST_ROWS);
        noted.truncate(MOST_ROWS);
    }
    let outcome = Outcome {
        items: kept.len(),
        attempts: read.attempts,
        notes: &read.notes,
        failure: read.failure.as_ref(),
        optional,
    };
    record(coverage, scope_id, what, &outcome);
    for object in read.odd.iter().take(MOST_ROWS) {
        record_odd(coverage, scope_id, object);
    }
    record_oddities(coverage, scope_id, noted);
    if untold > 0 {
        let message = format!("{untold} more objects or parts of objects could not be understood");
        record_odd(coverage, scope_id, &OddObject { id: None, message });
    }
    kept
}

/// Adds the row of a read.
pub(super) fn record(coverage: &mut Coverage, scope_id: &str, what: What, outcome: &Outcome<'_>) {
    let failure = outcome.failure;
    let status = status_of(outcome);
    let left_out = outcome.optional.as_ref().filter(|_| status == ReadStatus::Skipped);
    let left_out = left_out.map(|action| format!("not read, and not needed: `{action}` is optional"));
    let messages: Vec<&str> = left_out
        .as_deref()
        .into_iter()
        .chain(failure.map(|f| f.message.as_str()))
        .chain(outcome.notes.iter().map(String::as_str))
        .collect();
    coverage.push(CoverageEntry {
        scope_id: scope_id.to_owned(),
        what,
        status,
        items: outcome.items as u64,
        http_status: failure.and_then(|f| f.http_status),
        error_code: failure.and_then(|f| f.code.clone()),
        message: (!messages.is_empty()).then(|| messages.join("; ")),
        attempts: outcome.attempts,
        request_id: failure.and_then(|f| f.request_id.clone()),
    });
}

/// How a read ended. What is optional and may not be read, or is not there, is left out; what fails on the way is a gap
/// whatever it is.
fn status_of(outcome: &Outcome<'_>) -> ReadStatus {
    match outcome.failure.map(|failure| status(failure.kind)) {
        None => ReadStatus::Ok,
        // A part of it was not denied, and is there.
        Some(_) if outcome.items > 0 => ReadStatus::Failed,
        Some(ReadStatus::Denied | ReadStatus::NotFound) if outcome.optional.is_some() => ReadStatus::Skipped,
        Some(status) => status,
    }
}

/// Adds a row for an object that could not be understood. One whose id says nothing stands under the list it came from.
pub(super) fn record_odd(coverage: &mut Coverage, scope_id: &str, object: &OddObject) {
    let (id, message) = match object.id.as_deref() {
        Some(id) if id.starts_with('/') => (id, object.message.clone()),
        Some(id) => (scope_id, format!("{} (`{id}`)", object.message)),
        None => (scope_id, object.message.clone()),
    };
    coverage.push(CoverageEntry {
        scope_id: id.to_owned(),
        what: What::Object,
        status: ReadStatus::Failed,
        items: 0,
        http_status: None,
        error_code: Some(INVALID_OBJECT.to_owned()),
        message: Some(message),
        attempts: 0,
        request_id: None,
    });
}

/// Adds rows for objects and parts: of what is missing, and of what is there and came more than once.
pub(super) fn record_oddities(coverage: &mut Coverage, scope_id: &str, oddities: Vec<Oddity>) {
    for oddity in oddities {
        match &oddity.id {
            Some(id) if oddity.is_kept => {
                coverage.push(decided(id, What::Object, ReadStatus::Skipped, &oddity.to_string()));
            }
            _ => record_odd(coverage, scope_id, &odd_object(&oddity)),
        }
    }
}

/// An object or part that is missing, as the client tells those that it finds.
pub(super) fn odd_object(oddity: &Oddity) -> OddObject {
    OddObject { message: oddity.to_string(), id: oddity.id.as_deref().map(str::to_owned) }
}

/// A row for something that was decided without a request.
pub(super) fn decided(scope_id: &str, what: What, status: ReadStatus, message: &str) -> CoverageEntry {
    CoverageEntry {
        scope_id: scope_id.to_owned(),
        what,
        status,
        items: 0,
        http_status: None,
        error_code: None,
        message: Some(message.to_owned()),
        attempts: 0,
        request_id: None,
    }
}

fn status(kind: FailureKind) -> ReadStatus {
    match kind {
        FailureKind::Denied | FailureKind::OtherTenant => ReadStatus::Denied,
        FailureKind::NotFound => ReadStatus::NotFound,
        FailureKind::TokenRefused | FailureKind::Failed | FailureKind::Cancelled => ReadStatus::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partly_read_list_is_failed_and_keeps_its_items() {
        let mut coverage = Coverage::default();
        let failure = ReadFailure {
            kind: FailureKind::Failed,
            http_status: Some(429),
            code: Some("TooManyRequests".to_owned()),
            message: "too much".to_owned(),
            request_id: None,
        };
        let denied = ReadFailure { kind: FailureKind::Denied, ..failure.clone() };
        let notes = ["an older API version was used".to_owned()];
        let partly =
            Outcome { items: 3, attempts: 2, notes: &notes, failure: Some(&failure), optional: None };
        record(&mut coverage, "/subscriptions/s", What::Clusters, &partly);
        let denied = Outcome { items: 3, attempts: 2, notes: &[], failure: Some(&denied), optional: None };
        record(&mut coverage, "/subscriptions/s", What::Clusters, &denied);
        let whole = Outcome { items: 4, attempts: 1, notes: &notes, failure: None, optional: None };
        record(&mut coverage, "/subscriptions/s", What::RouteTables, &whole);
        let quiet = Outcome { items: 0, attempts: 1, notes: &[], failure: None, optional: None };
        record(&mut coverage, "/subscriptions/s", What::VirtualNetworks, &quiet);
        let rows: Vec<_> =
            coverage.entries().iter().map(|e| (e.status, e.items, e.message.as_deref())).collect();
        assert_eq!(
            rows,
            [
                (ReadStatus::Failed, 3, Some("too much; an older API version was used")),
                (ReadStatus::Failed, 3, Some("too much")),
                (ReadStatus::Ok, 4, Some("an older API version was used")),
                (ReadStatus::Ok, 0, None),
            ]
        );
    }

    #[test]
    fn what_is_odd_in_great_number_is_told_in_one_row() {
        let odd = |number: usize| {
            let id = Some(format!("/subscriptions/s/{number}").into());
            Oddity { id, kind: "subnet", name: None, message: "it is odd".to_owned(), is_kept: false }
        };
        let read = |items: usize, objects: usize| Read {
            items: (0..items).collect(),
            odd: vec![OddObject { id: None, message: "it is odd".to_owned() }; objects],
            attempts: 1,
            notes: Vec::new(),
            failure: None,
        };
        for (items, objects, rows, last) in [
            (100, MOST_ROWS, 1 + MOST_ROWS + 100, None),
            (
                MOST_ROWS + 5,
                MOST_ROWS + 2,
                2 + 2 * MOST_ROWS,
                Some("7 more objects or parts of objects could not be understood"),
            ),
        ] {
            let mut coverage = Coverage::default();
            let convert =
                |number| if number % 2 == 0 { Ok(((), vec![odd(number)])) } else { Err(odd(number)) };
            keep(
                read(items, objects),
                "/subscriptions/s",
                What::VirtualNetworks,
                &mut coverage,
                None,
                convert,
            );
            assert_eq!(coverage.entries().len(), rows);
            let row = coverage.entries().last().unwrap();
            assert!(last.is_none_or(|last| row.message.as_deref() == Some(last)), "{row:?}");
            assert_eq!((row.status, &row.what), (ReadStatus::Failed, &What::Object));
        }
    }

    #[test]
    fn kinds_of_failure_are_told_apart() {
        for (kind, expected) in [
            (FailureKind::Denied, ReadStatus::Denied),
            (FailureKind::OtherTenant, ReadStatus::Denied),
            (FailureKind::NotFound, ReadStatus::NotFound),
            (FailureKind::TokenRefused, ReadStatus::Failed),
            (FailureKind::Failed, ReadStatus::Failed),
            (FailureKind::Cancelled, ReadStatus::Failed),
        ] {
            assert_eq!(status(kind), expected, "{kind:?}");
        }
    }
}
