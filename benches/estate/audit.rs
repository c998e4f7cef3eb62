//! The audit, run as a user runs it, and watched from outside.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::Value;

use crate::Result;
use crate::service::{PROGRAM, Service};

/// How often the process is looked at. The peak only rises, so the last look before the end is as good as one at it.
const LOOK: Duration = Duration::from_millis(5);

/// Clock ticks in a second of processor time, as Linux reports it to programs.
const TICKS_PER_SECOND: f64 = 100.0;

/// What was seen of an audit.
pub(crate) struct Run {
    pub(crate) elapsed: Duration,
    /// Time on processors, user and system.
    pub(crate) processor: Duration,
    pub(crate) peak_mb: f64,
    pub(crate) requests: u64,
    pub(crate) retries: u64,
    pub(crate) throttled: u64,
    /// Bytes of bodies after decompression.
    pub(crate) bytes: u64,
    /// Bytes of reports.
    pub(crate) written: u64,
    /// Named parts of `elapsed`, in order.
    pub(crate) stages: Vec<(&'static str, Duration)>,
    /// Requests for each list: scope, what, how many.
    pub(crate) lists: Vec<(String, String, u64)>,
}

/// Audits what a service serves.
#[expect(clippy::disallowed_methods, reason = "a bench looks at the clock")]
pub(crate) fn run(service: &Service) -> Result<Run> {
    let (log, reports) = (service.directory().join("audit.log"), service.directory().join("reports"));
    let started = Timestamp::now();
    let clock = Instant::now();
    let mut child = Command::new(PROGRAM)
        .args(["audit", "--no-progress", "-v", "--log-format", "json", "--as-of", "2026-11-21"])
        .arg("--config")
        .arg(service.configuration())
        .arg("--output")
        .arg(&reports)
        .env_clear()
        .envs(service.environment.iter().map(|(name, value)| (name, value)))
        .stdout(Stdio::null())
        .stderr(fs::File::create(&log)?)
        .spawn()?;
    let (mut peak_mb, mut processor) = (0.0_f64, 0.0_f64);
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        peak_mb = peak_mb.max(peak(child.id()).unwrap_or_default());
        processor = processor.max(processor_time(child.id()).unwrap_or_default());
        std::thread::sleep(LOOK);
    };
    let elapsed = clock.elapsed();
    let log = fs::read_to_string(&log)?;
    if !status.success() {
        return Err(format!("the audit ended with {status}:\n{log}").into());
    }
    let collected = line(&log, "collected")?;
    let count =
        |name: &str| collected.pointer(&format!("/fields/{name}")).and_then(Value::as_u64).unwrap_or(0);
    let latest = reports.join("latest");
    Ok(Run {
        elapsed,
        processor: Duration::from_secs_f64(processor),
        peak_mb,
        requests: count("requests"),
        retries: count("retries"),
        throttled: count("throttled"),
        bytes: count("bytes"),
        written: size(&latest)?,
        stages: stages(&log, started, elapsed)?,
        lists: lists(&latest.join("coverage.csv"))?,
    })
}

/// The line of a JSON log with this message.
fn line(log: &str, message: &str) -> Result<Value> {
    log.lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .find(|line| line.pointer("/fields/message").and_then(Value::as_str) == Some(message))
        .ok_or_else(|| format!("the audit did not log `{message}`").into())
}

fn stages(log: &str, started: Timestamp, elapsed: Duration) -> Result<Vec<(&'static str, Duration)>> {
    let mut before = Duration::ZERO;
    let mut stages = Vec::new();
    for (name, message) in [("collect", "collected"), ("assess", "assessed"), ("report", "written")] {
        let time = line(log, message)?["timestamp"].as_str().unwrap_or_default().parse::<Timestamp>()?;
        let at = Duration::try_from(time - started)?;
        stages.push((name, at.saturating_sub(before)));
        before = at;
    }
    stages.push(("end", elapsed.saturating_sub(before)));
    Ok(stages)
}

/// The most memory a process has held, in MB.
fn peak(id: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024.0 / 1e6)
}

/// Seconds a process has spent on processors.
fn processor_time(id: u32) -> Option<f64> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name in parentheses may hold anything; user and system time are the 12th and 13th field after it.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let (user, system): (f64, f64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some((user + system) / TICKS_PER_SECOND)
}

fn size(directory: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(directory)? {
        bytes += entry?.metadata()?.len();
    }
    Ok(bytes)
}

/// The ledger's lists.
fn lists(coverage: &Path) -> Result<Vec<(String, String, u64)>> {
    let mut reader = csv::Reader::from_path(coverage)?;
    let headers = reader.headers()?.clone();
    let column =
        |name: &str| headers.iter().position(|header| header == name).ok_or(format!("no column `{name}`"));
    let (scope, what, attempts) = (column("scope_id")?, column("what")?, column("attempts")?);
    let mut lists = Vec::new();
    for row in reader.records() {
        let row = row?;
        let text = |at: usize| row.get(at).unwrap_or_default().to_owned();
        lists.push((text(scope), text(what), text(attempts).parse()?));
    }
    Ok(lists)
}
