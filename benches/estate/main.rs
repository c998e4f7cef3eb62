//! Audits a large simulated estate and says how near the audit comes to what it cannot do without.
//!
//! `cargo bench --bench estate [-- SCENARIO]` serves the scenario from a process of its own, audits it with the release
//! binary as any user would, and sets the time it took against three limits: the longest chain of dependent requests,
//! the throttle, and what this machine moves over loopback TLS, gunzips and parses, measured in the same run with a plain
//! loop that reads one page after the other. `docs/performance.md` explains the figures.
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

mod audit;
mod limits;
mod plain;
mod service;

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use audit::Run;
use limits::Limits;
use plain::Moved;
use service::Service;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// How long every answer takes at least.
const LATENCY: Duration = Duration::from_millis(30);

/// The least that `simulate` takes for one.
const NEXT_TO_NONE: Duration = Duration::from_micros(1);

/// The goals: <https://github.com/aks-census/aks-census/blob/main/docs/performance.md>
const MOST_MEMORY_MB: f64 = 150.0;
const MOST_TIMES_THE_LIMIT: f64 = 1.5;

fn main() -> Result<()> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let measure = arguments.iter().any(|argument| argument == "--bench");
    arguments.retain(|argument| !argument.starts_with("--"));
    if !measure {
        println!("run it with `cargo bench --bench estate`");
        return Ok(());
    }
    let large = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("simulator/estates/large.toml");
    let scenario = arguments.first().map_or_else(large, PathBuf::from);
    println!("preparing {} twice: with {LATENCY:?} latency, and without", scenario.display());
    let near = Service::start(&scenario, NEXT_TO_NONE)?;
    let far = Service::start(&scenario, LATENCY)?;

    // Before and after the audit, so that what else the machine does at the time weighs on both.
    let before = plain::run(&near, 1)?;
    let run = audit::run(&far)?;
    let after = plain::run(&near, 1)?;
    let all_cores = plain::run(&near, 4 * cores())?;
    report(&run, before, after, all_cores);
    Ok(())
}

fn report(run: &Run, before: Moved, after: Moved, all_cores: Moved) {
    let limits = Limits::of(run, LATENCY, before, after);
    println!("\nThe audit");
    row("elapsed", &seconds(run.elapsed), &stages(run));
    row("processor time", &seconds(run.processor), &format!("of {} cores", cores()));
    row("memory, peak", &format!("{:.0} MB", run.peak_mb), "the client's own process, VmHWM");
    row(
        "requests",
        &run.requests.to_string(),
        &format!("{} repeated, {} throttled", run.retries, run.throttled),
    );
    let compressed = format!("after gunzip; {:.0} MB on the wire", megabytes(before.compressed));
    row("bytes", &format!("{:.0} MB", megabytes(run.bytes)), &compressed);
    row("files", &format!("{:.0} MB", megabytes(run.written)), "reports, written and synchronised");

    println!("\nThe limits");
    row("chain", &seconds(limits.chain.time), &limits.chain.made_of);
    row("throttle", &seconds(limits.throttle.time), &limits.throttle.made_of);
    row("machine", &seconds(limits.machine.time), &limits.machine.made_of);

    let ratio = run.elapsed.as_secs_f64() / limits.largest().as_secs_f64();
    println!("\nThe goals");
    let times = format!("at most {MOST_TIMES_THE_LIMIT}: {}", verdict(ratio <= MOST_TIMES_THE_LIMIT));
    row("elapsed / largest", &format!("{ratio:.2}"), &times);
    let every = Duration::from_secs_f64(megabytes(run.bytes) / all_cores.rate());
    let remark = format!(
        "for comparison: plain loops on all cores at {:.0} MB/s would need {}",
        all_cores.rate(),
        seconds(every)
    );
    row("elapsed / all cores", &format!("{:.2}", run.elapsed.as_secs_f64() / every.as_secs_f64()), &remark);
    let memory = format!("at most {MOST_MEMORY_MB} MB: {}", verdict(run.peak_mb <= MOST_MEMORY_MB));
    row("memory", &format!("{:.0} MB", run.peak_mb), &memory);
}

fn stages(run: &Run) -> String {
    run.stages.iter().map(|(name, time)| format!("{name} {}", seconds(*time))).collect::<Vec<_>>().join(", ")
}

fn row(name: &str, figure: &str, remark: &str) {
    println!("  {name:<20} {figure:>10}  {remark}");
}

fn verdict(holds: bool) -> &'static str {
    if holds { "holds" } else { "MISSED" }
}

fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}

#[expect(clippy::cast_precision_loss, reason = "a figure for people")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
