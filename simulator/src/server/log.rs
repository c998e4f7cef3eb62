//! What was asked, and how it was answered. Never what was in a header or a body.

use std::sync::{Mutex, PoisonError};

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestRecord {
    /// The method.
    pub method: String,
    /// The host and port it was sent to.
    pub host: String,
    /// Path and query, as sent.
    pub path_and_query: String,
    /// The status of the answer; none where there was no answer (yet).
    pub status: Option<u16>,
    /// What its `Authorization` header was worth on arrival.
    pub authorization: Authorization,
}

/// What an `Authorization` header is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authorization {
    /// There is none.
    Absent,
    /// It carries an access token that is good.
    Valid,
    /// It carries anything else.
    Invalid,
}

/// All requests of a running simulator.
#[derive(Default)]
pub(crate) struct Log(Mutex<Vec<RequestRecord>>);

/// A request's place in the log.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Number(usize);

impl Number {
    /// The id of the request, in ARM's form.
    pub(crate) fn request_id(self) -> String {
        format!("51a11a7e-0000-4000-8000-{:012x}", self.0 + 1)
    }
}

impl Log {
    pub(crate) fn arrived(&self, record: RequestRecord) -> Number {
        let mut records = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        records.push(record);
        Number(records.len() - 1)
    }

    pub(crate) fn answered(&self, number: Number, status: u16) {
        let mut records = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(record) = records.get_mut(number.0) {
            record.status = Some(status);
        }
    }

    pub(crate) fn records(&self) -> Vec<RequestRecord> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
