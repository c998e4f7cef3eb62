//! Signals: they end a run within a second, whatever it waits for.
//!
//! They are served by a thread of their own, so that a run which is blocked (by a pipe that nobody reads, a file system
//! that hangs) does not hold them up. The run is asked to end and has a moment for it, in which it takes back what is
//! unfinished; then the process ends.

use std::{
    path::PathBuf,
    process,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, TryLockError,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use tokio::time::{Instant, sleep, timeout_at};
use tokio_util::sync::CancellationToken;

use super::{ExitStatus, output, progress::Terminal, signals::Signals};
use crate::shell;

/// How long a run has to end in order.
const GRACE: Duration = Duration::from_millis(700);
/// How long what is said may take: nobody may be reading.
const SAYING: Duration = Duration::from_millis(200);
/// How long the tasks of a run have for it, of which one may be ending another process.
pub(super) const TASKS: Duration = Duration::from_millis(300);

/// What a verb leaves behind, as far as a farewell speaks of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leaves {
    /// Files.
    Files,
    /// Nothing but what it prints.
    Text,
    /// Nothing; it serves until it is stopped.
    #[cfg(feature = "demo")]
    Service,
}

/// What a run has left so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Left {
    /// No file.
    Nothing,
    /// The inventory of an audit, in a file.
    Inventory(PathBuf),
    /// The file of a collection.
    Snapshot(PathBuf),
    /// Some of a snapshot, in a pipe.
    Part(PathBuf),
    /// The folder of the reports.
    Reports(PathBuf),
}

/// The state of a run between it and the thread that waits for signals.
#[derive(Clone)]
pub(super) struct Stop(Arc<Shared>);

struct Shared {
    leaves: Leaves,
    terminal: Terminal,
    is_stopped: AtomicBool,
    left: Mutex<Left>,
    /// Where something unfinished may be.
    writing: Mutex<Option<PathBuf>>,
    asked: CancellationToken,
    ended: CancellationToken,
}

impl Stop {
    /// Begins to wait for signals. Where that can't be done, they end the process by themselves.
    pub(super) fn listen(leaves: Leaves, terminal: Terminal) -> Self {
        let stop = Self(Arc::new(Shared {
            leaves,
            terminal,
            is_stopped: AtomicBool::new(false),
            left: Mutex::new(Left::Nothing),
            writing: Mutex::new(None),
            asked: CancellationToken::new(),
            ended: CancellationToken::new(),
        }));
        let (ready, is_ready) = mpsc::channel();
        let served = stop.clone();
        let serve = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            if let Ok(runtime) = runtime {
                runtime.block_on(served.serve(&ready));
            }
        };
        if thread::Builder::new().name("signals".to_owned()).spawn(serve).is_ok() {
            // Until the handlers are there, or it is clear that they can't be.
            let _ = is_ready.recv();
        }
        stop
    }

    /// Waits until a signal asks the run to end.
    pub(super) async fn asked(&self) {
        self.0.asked.cancelled().await;
    }

    /// Whether a signal asked the run to end.
    pub(super) fn is_stopped(&self) -> bool {
        self.0.is_stopped.load(Ordering::SeqCst)
    }

    /// Puts something in place, unless the run was stopped before: what is said of a stopped run stays true.
    pub(super) fn leave<T, E>(
        &self,
        place: impl FnOnce() -> Result<T, E>,
        left: impl FnOnce(&T) -> Left,
    ) -> Option<Result<T, E>> {
        let mut state = lock(&self.0.left);
        if self.is_stopped() {
            return None;
        }
        let placed = place();
        if let Ok(placed) = &placed {
            *state = left(placed);
        }
        Some(placed)
    }

    /// Says where something unfinished may be from now on.
    pub(super) fn writing_in(&self, directory: Option<PathBuf>) {
        *lock(&self.0.writing) = directory;
    }

    /// Lets the process end: the run has ended.
    pub(super) fn end(&self) -> ! {
        self.0.ended.cancel();
        loop {
            thread::park();
        }
    }

    async fn serve(&self, ready: &mpsc::Sender<()>) {
        let Some(mut signals) = Signals::install() else { return };
        let _ = ready.send(());
        let status = signals.next().await;
        let end = Instant::now() + GRACE;
        self.0.is_stopped.store(true, Ordering::SeqCst);
        self.0.asked.cancel();
        let left = self.left_by(end).await;
        let in_order = tokio::select! {
            () = self.0.ended.cancelled() => true,
            _ = signals.next() => false,
            () = tokio::time::sleep_until(end) => false,
        };
        self.say(left, in_order).await;
        exit(status)
    }

    /// What the run has left; none where that can't be told, because it is being put in place and does not come to an end.
    async fn left_by(&self, end: Instant) -> Option<Left> {
        let look = async {
            loop {
                match self.0.left.try_lock() {
                    Ok(left) => return left.clone(),
                    Err(TryLockError::Poisoned(left)) => return left.into_inner().clone(),
                    Err(TryLockError::WouldBlock) => {}
                }
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout_at(end, look).await.ok()
    }

    /// Says how the run ended, from a thread that may be left behind.
    async fn say(&self, left: Option<Left>, in_order: bool) {
        let (said, is_said) = tokio::sync::oneshot::channel();
        let shared = Arc::clone(&self.0);
        let say = move || {
            shared.terminal.clear();
            output::note(&shared.farewell(left.as_ref(), in_order));
            let _ = said.send(());
        };
        if thread::Builder::new().spawn(say).is_ok() {
            let _ = tokio::time::timeout(SAYING, is_said).await;
        }
    }
}

impl Shared {
    fn farewell(&self, left: Option<&Left>, in_order: bool) -> String {
        match self.leaves {
            #[cfg(feature = "demo")]
            Leaves::Service => return "stopped".to_owned(),
            Leaves::Text => return "stopped by a signal".to_owned(),
            Leaves::Files => {}
        }
        let mut text = format!("stopped by a signal; {}", self.outcome(left));
        let writing = lock(&self.writing);
        if let (false, Some(directory)) = (in_order, writing.as_ref()) {
            text.push_str("; what is unfinished may be left in `");
            text.push_str(&directory.to_string_lossy());
            text.push_str("`, and a later run removes it");
        }
        text
    }

    fn outcome(&self, left: Option<&Left>) -> String {
        match left {
            None => "it is not known whether what it wrote was put in place".to_owned(),
            Some(Left::Nothing) => match self.terminal.collected() {
                Some((read, all)) if read > 0 => format!(
                    "nothing was written, and what had been read is lost: {read} of {all} subscriptions"
                ),
                _ => "nothing was written".to_owned(),
            },
            Some(Left::Inventory(path)) => format!(
                "there are no reports, but what had been read is kept: go on with `aks-census audit --snapshot {}`",
                shell::quote(&path.to_string_lossy())
            ),
            Some(Left::Snapshot(path)) => format!("the snapshot `{}` is complete", path.display()),
            Some(Left::Part(path)) => format!("what went into `{}` is not whole", path.display()),
            Some(Left::Reports(folder)) => format!("the reports in `{}` are complete", folder.display()),
        }
    }
}

/// A lock whose holder may have panicked: what it guards is whole at any time.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[expect(clippy::exit, reason = "the run may be blocked for ever, so that `main` can't return")]
fn exit(status: ExitStatus) -> ! {
    process::exit(status.code().into())
}
