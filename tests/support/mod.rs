//! The shipped binary as a process, audited against a simulated Azure that runs in the test.
//!
//! Each run is checked for what must hold in every story: no token and no secret in anything it wrote, and nothing but
//! GET (and the POST that fetches a token) sent.

mod azure;
mod reports;
mod run;

pub(crate) use azure::{Azure, ONE, TWO, calm};
pub(crate) use reports::{first_difference, settled};
pub(crate) use run::{Census, Run};

/// What differs from run to run, for snapshots: ports, times, ids of requests.
pub(crate) const FILTERS: &[(&str, &str)] = &[
    (r"127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
    (r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ", "RUN"),
    (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z", "TIME"),
    (r"/[^ ]*/\.tmp[0-9A-Za-z]{6}", "DIR"),
    (r"(Trace|Correlation) ID: [0-9a-f-]+", "$1 ID: ID"),
    (r" \(os error \d+\)", ""),
];

/// Compares a text with its snapshot, without what differs from run to run.
macro_rules! assert_story {
    ($text:expr) => {
        insta::with_settings!(
            { filters => crate::support::FILTERS.to_vec(), omit_expression => true, prepend_module_to_snapshot => true },
            { insta::assert_snapshot!($text) }
        )
    };
}
pub(crate) use assert_story;
