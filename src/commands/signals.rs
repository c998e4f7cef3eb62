//! The signals that end a run.

use tokio::signal;

use super::ExitStatus;

/// Handlers of the signals that end a run.
#[cfg(unix)]
pub(super) struct Signals {
    interrupt: signal::unix::Signal,
    terminate: signal::unix::Signal,
    hang_up: Option<signal::unix::Signal>,
}

#[cfg(unix)]
impl Signals {
    /// Installs the handlers; none where the system refuses.
    pub(super) fn install() -> Option<Self> {
        use signal::unix::{SignalKind, signal};
        Some(Self {
            interrupt: signal(SignalKind::interrupt()).ok()?,
            terminate: signal(SignalKind::terminate()).ok()?,
            hang_up: ends_on_hang_up().then(|| signal(SignalKind::hangup()).ok()).flatten(),
        })
    }

    /// Waits for the next signal, and gives the status it ends a run with.
    pub(super) async fn next(&mut self) -> ExitStatus {
        let hang_up = async {
            match &mut self.hang_up {
                Some(signal) => signal.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.interrupt.recv() => ExitStatus::Interrupted,
            _ = self.terminate.recv() => ExitStatus::Terminated,
            _ = hang_up => ExitStatus::HungUp,
        }
    }
}

/// Whether the end of the terminal ends a run: not where `nohup` started it. Where the system does not tell, its own way
/// with this signal stays.
#[cfg(unix)]
fn ends_on_hang_up() -> bool {
    std::fs::read_to_string("/proc/self/status").is_ok_and(|status| !ignores_hang_up(&status))
}

/// Whether a process ignores the first of all signals, SIGHUP (`SigIgn` in `/proc/self/status`).
#[cfg(unix)]
fn ignores_hang_up(status: &str) -> bool {
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_none_or(|mask| mask & 1 == 1)
}

/// Handlers of the signals that end a run.
#[cfg(not(unix))]
pub(super) struct Signals;

#[cfg(not(unix))]
impl Signals {
    /// Nothing is installed before the first wait.
    pub(super) fn install() -> Option<Self> {
        Some(Self)
    }

    /// Waits for Ctrl-C.
    pub(super) async fn next(&mut self) -> ExitStatus {
        if signal::ctrl_c().await.is_err() {
            // Without a handler Ctrl-C ends the process by itself; there is nothing to wait for.
            std::future::pending::<()>().await;
        }
        ExitStatus::Interrupted
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn nohup_is_told_from_the_mask_of_ignored_signals() {
        let status = |mask: &str| format!("Name:\tx\nSigBlk:\t0000000000000001\nSigIgn:\t{mask}\n");
        assert!(ignores_hang_up(&status("0000000000001001")));
        assert!(!ignores_hang_up(&status("0000000000001000")));
        assert!(ignores_hang_up("Name:\tx\n"), "what is not told is left as it is");
    }
}
