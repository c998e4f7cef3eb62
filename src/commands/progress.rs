//! Progress: a bar on a terminal, a line now and then elsewhere, nothing when it is not wanted.

use std::{
    fmt::Write,
    io::{self, IsTerminal},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::task::JoinHandle;

use super::output;
use crate::{
    azure::{ArmClient, Statistics},
    collect::progress::{Event, Progress},
    words,
};

/// How often the bar is redrawn.
const REDRAW: Duration = Duration::from_millis(200);
/// How often a line is written where there is no terminal.
const LINE: Duration = Duration::from_secs(15);

/// Where progress is shown.
#[derive(Clone)]
pub(super) struct Terminal {
    bar: ProgressBar,
    shown: Shown,
    /// Of the one collection of a run.
    counts: Arc<Counts>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Nothing,
    Bar,
    Lines,
}

impl Terminal {
    /// `wanted`: the user did not turn progress off; `calm`: no log lines are expected to interrupt a bar.
    pub(super) fn new(wanted: bool, calm: bool) -> Self {
        let shown = match (wanted, io::stderr().is_terminal() && calm) {
            (false, _) => Shown::Nothing,
            (true, true) => Shown::Bar,
            (true, false) => Shown::Lines,
        };
        Self { bar: ProgressBar::hidden(), shown, counts: Arc::default() }
    }

    /// Runs a function while no bar is drawn.
    pub(super) fn suspend<R>(&self, action: impl FnOnce() -> R) -> R {
        self.bar.suspend(action)
    }

    /// Takes the bar away.
    pub(super) fn clear(&self) {
        self.bar.finish_and_clear();
    }

    /// How many subscriptions were read, of how many; none before the scope is known.
    pub(super) fn collected(&self) -> Option<(u64, u64)> {
        let get = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let all = get(&self.counts.subscriptions);
        (all > 0).then(|| (get(&self.counts.done), all))
    }

    /// Follows a collection until the returned value is dropped.
    pub(super) fn follow(&self, client: &ArmClient) -> Following {
        let counts = Arc::clone(&self.counts);
        if self.shown == Shown::Bar {
            self.bar.set_style(style());
            self.bar.set_message("asking for the scope");
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        let (terminal, client, seen) = (self.clone(), client.clone(), Arc::clone(&counts));
        let ticker = tokio::spawn(async move {
            let mut last_line = Instant::now();
            loop {
                tokio::time::sleep(REDRAW).await;
                let text = seen.describe(&client.statistics());
                match terminal.shown {
                    Shown::Nothing => return,
                    Shown::Bar => seen.draw(&terminal.bar, text),
                    Shown::Lines if last_line.elapsed() >= LINE => {
                        last_line = Instant::now();
                        output::note(&seen.line(&text));
                    }
                    Shown::Lines => {}
                }
            }
        });
        Following { counts, ticker, bar: self.bar.clone() }
    }
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{bar:24} {pos}/{len} subscriptions, {msg}, {elapsed}")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// A collection that is being followed.
pub(super) struct Following {
    counts: Arc<Counts>,
    ticker: JoinHandle<()>,
    bar: ProgressBar,
}

impl Drop for Following {
    fn drop(&mut self) {
        self.ticker.abort();
        self.bar.finish_and_clear();
    }
}

impl Progress for Following {
    fn event(&self, event: Event) {
        let counts = &self.counts;
        match event {
            Event::Scope { subscriptions } => {
                counts.subscriptions.store(subscriptions as u64, Ordering::Relaxed);
            }
            Event::Subscription { clusters, addresses, complete } => {
                counts.done.fetch_add(1, Ordering::Relaxed);
                counts.clusters.fetch_add(clusters as u64, Ordering::Relaxed);
                counts.addresses.fetch_add(addresses, Ordering::Relaxed);
                counts.gaps.fetch_add(u64::from(!complete), Ordering::Relaxed);
            }
            Event::Missing { resources } => {
                counts.missing.store(resources as u64, Ordering::Relaxed);
            }
        }
    }
}

#[derive(Default)]
struct Counts {
    subscriptions: AtomicU64,
    done: AtomicU64,
    clusters: AtomicU64,
    addresses: AtomicU64,
    gaps: AtomicU64,
    missing: AtomicU64,
}

impl Counts {
    fn describe(&self, statistics: &Statistics) -> String {
        let get = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let mut text = format!(
            "{}, {}, {}",
            words::counted(get(&self.clusters), "cluster", "clusters"),
            words::addresses(get(&self.addresses)),
            words::counted(statistics.requests, "request", "requests")
        );
        let extras = [
            (statistics.waits, "waits for throttling"),
            (get(&self.gaps), "with gaps"),
            (get(&self.missing), "networks asked for by id"),
        ];
        for (count, what) in extras.into_iter().filter(|(count, _)| *count > 0) {
            let _ = write!(text, ", {count} {what}");
        }
        text
    }

    /// The bar has no length before the scope is known: one of none is full.
    fn draw(&self, bar: &ProgressBar, text: String) {
        let subscriptions = self.subscriptions.load(Ordering::Relaxed);
        if subscriptions > 0 {
            bar.set_length(subscriptions);
        }
        bar.set_position(self.done.load(Ordering::Relaxed));
        bar.set_message(text);
        bar.tick();
    }

    fn line(&self, text: &str) -> String {
        let (done, all) = (self.done.load(Ordering::Relaxed), self.subscriptions.load(Ordering::Relaxed));
        format!("{done} of {all} subscriptions, {text}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_is_not_full_before_the_scope_is_known() {
        let (bar, counts) = (ProgressBar::hidden(), Counts::default());
        counts.draw(&bar, String::new());
        assert_eq!(bar.length(), None);
        counts.subscriptions.store(12, Ordering::Relaxed);
        counts.done.store(3, Ordering::Relaxed);
        counts.draw(&bar, String::new());
        assert_eq!((bar.length(), bar.position()), (Some(12), 3));
    }
}
