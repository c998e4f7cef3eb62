//! A row a read.

use super::{
    column::{Column, Table, column},
    word::words,
};
use crate::inventory::{CoverageEntry, ReadStatus};

/// What was read, and what could not be.
pub(crate) struct Coverage;

impl Table for Coverage {
    const ROW: &'static str = "Coverage";
    const DOC: &'static str = "A thing that was read, or could not be.";
    type Of<'r> = &'r CoverageEntry;

    const COLUMNS: &'static [Column<Self>] = &[
        column("scope_id", "The id of what was asked: a subscription, a management group, a resource.")
            .text(|row| &row.scope_id),
        column("what", "What was asked of it.").text(|row| row.what.as_str()),
        column("status", "How it ended; `denied` is HTTP 401 or 403, `failed` not read or only in part, `skipped` left out on purpose.")
            .word(words::<ReadStatus>, |row| row.status.as_str()),
        column("items", "Objects that were read.").count("objects", |row| row.items),
        column("http_status", "The HTTP status of the last answer; empty where none came.")
            .maybe_count("", |row| row.http_status.map(Into::into)),
        column("error_code", "Azure's error code, or ours where Azure gave none.")
            .maybe_text(|row| row.error_code.as_deref()),
        column("message", "What happened.").maybe_text(|row| row.message.as_deref()),
        column("attempts", "Requests sent for it, all pages and retries counted.")
            .count("requests", |row| row.attempts.into()),
        column("request_id", "Azure's id of the last request that failed, for a support case.")
            .maybe_text(|row| row.request_id.as_deref()),
    ];
}
