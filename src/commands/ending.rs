//! How a run ends, in words: a line of the log for every gap, and a last line that says the status and why.

use super::{ExitStatus, output};
use crate::{assess, cli::Common, inventory::Inventory, report, words};

/// What was not read, counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Gaps {
    /// What the user does not accept as unreadable: it decides the status.
    open: usize,
    accepted: usize,
    /// One of the open ones, in words.
    such_as: Option<String>,
}

/// Logs what could not be read, a line each: a warning, unless the user accepts it.
pub(super) fn log_gaps(inventory: &Inventory, accept_unread: &[String]) -> Gaps {
    let gaps = assess::gaps(inventory, accept_unread);
    for (gap, is_accepted) in &gaps {
        let (scope, what, status) = (&gap.scope_id, &gap.what, gap.status);
        let code = gap.error_code.as_deref().unwrap_or("none");
        if *is_accepted {
            tracing::info!(%scope, %what, %status, %code, "not read, as `scope.accept_unread` accepts");
        } else {
            let next = report::next_step(gap);
            tracing::warn!(%scope, %what, %status, %code, %next, "not read");
        }
    }
    let open = gaps.iter().find(|(_, is_accepted)| !is_accepted);
    let such_as = open.map(|(gap, _)| format!("{} of {} ({})", gap.what, gap.scope_id, gap.status));
    let accepted = gaps.iter().filter(|(_, is_accepted)| *is_accepted).count();
    Gaps { open: gaps.len() - accepted, accepted, such_as }
}

impl Gaps {
    /// The status of a run that did all it could.
    pub(super) fn status(&self) -> ExitStatus {
        if self.is_incomplete() { ExitStatus::Incomplete } else { ExitStatus::Done }
    }

    /// Whether something needed is missing that the user does not accept.
    pub(super) fn is_incomplete(&self) -> bool {
        self.open > 0
    }

    /// Why that status.
    pub(super) fn reason(&self) -> String {
        let counted = |number: usize| words::counted(number as u64, "thing", "things");
        match (self.open, self.accepted) {
            (0, 0) => "done, and all in scope was read".to_owned(),
            (0, accepted) => {
                format!("done; {} could not be read, which `scope.accept_unread` accepts", counted(accepted))
            }
            (open, _) => {
                let such_as = self.such_as.as_deref().unwrap_or_default();
                format!("done, but {} could not be read, such as {such_as}", counted(open))
            }
        }
    }
}

/// Says the status and why, in what should be the last line of standard error. A quiet run that is done says nothing.
pub(super) fn say(status: ExitStatus, reason: &str, common: &Common) -> ExitStatus {
    let text = format!("exit status {}: {reason}", status.code());
    match status {
        ExitStatus::Done if common.quiet => {}
        ExitStatus::Done => output::note(&text),
        _ => output::warn(&text),
    }
    status
}
