//! Answers of people that decide nothing.

use jiff::civil::Date;

use crate::assess::options::Answer;

/// An answer that decides nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdleAnswer {
    /// What was found.
    pub answer: Answer,
    /// Who found it.
    pub who: String,
    /// When.
    pub when: Date,
    /// Why it decides nothing.
    pub why: IdleReason,
}

/// Why an answer decides nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdleReason {
    /// The check is not made of this cluster.
    NotMade,
    /// Azure shows that the check fails.
    Fails,
    /// Azure shows that the check passes.
    Passes,
    /// It expired on this day.
    Expired(Date),
    /// It is of a day after the audit's.
    Early,
    /// The check is for Azure to answer, and something could not be read.
    Unread,
}
