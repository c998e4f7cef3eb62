//! The time of day, for tokens, dates in headers and certificates.

use std::time::SystemTime;

use jiff::Timestamp;

/// Now; the epoch where the machine's clock is beyond what can be told.
pub(crate) fn now() -> Timestamp {
    Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::UNIX_EPOCH)
}
