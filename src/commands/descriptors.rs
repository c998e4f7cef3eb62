//! How many files and connections may be open at a time.

/// More than any run needs. Some programs that this one starts look at every number below the limit.
#[cfg(unix)]
const ENOUGH: u64 = 8192;

/// What is open beside connections to Azure: standard streams, the runtime's own, the files of a report, a child's pipes.
const BESIDE: u64 = 24;

/// Raises the soft limit of open files towards the hard one, as any program may, and returns what it is now; nothing where
/// there is none. Shells start with a soft limit that suits programs of another age.
#[cfg(unix)]
pub(super) fn raise() -> Option<u64> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = maximum.unwrap_or(ENOUGH).min(ENOUGH);
    match current {
        Some(soft) if soft < wanted => {
            let raised = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum });
            Some(if raised.is_ok() { wanted } else { soft })
        }
        other => other,
    }
}

/// Elsewhere there is no such limit.
#[cfg(not(unix))]
pub(super) fn raise() -> Option<u64> {
    None
}

/// So many connections as are wanted, or as fit below a limit.
pub(super) fn connections(wanted: usize, limit: Option<u64>) -> usize {
    let room = limit.map_or(u64::MAX, |limit| limit.saturating_sub(BESIDE).max(1));
    wanted.min(usize::try_from(room).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_room_for_the_rest() {
        for (limit, expected) in [(None, 64), (Some(8192), 64), (Some(88), 64), (Some(64), 40), (Some(20), 1)]
        {
            assert_eq!(connections(64, limit), expected, "{limit:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn the_limit_is_raised_once() {
        let limit = raise();
        assert_eq!(raise(), limit);
    }
}
