//! The command line: types only. What each verb does is in [`crate::commands`].

mod plan;

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use jiff::civil::Date;

pub use self::plan::{FreeArgs, PlanCommand, SizeArgs, SourceArgs, SubnetArgs, Tier, WhatIfArgs};
use crate::{assess::options::Severity, config::Span, report::Format};

/// Read-only auditor of AKS networking for a whole Azure estate
///
/// Signs in to Azure, reads clusters and virtual networks, and reports the addresses of every subnet, who uses them,
/// and which clusters the kubenet retirement hits. It never changes anything.
#[derive(Debug, Parser)]
#[command(name = "aks-census", version, max_term_width = 100, after_help = EXIT_STATUS)]
pub struct Cli {
    /// Flags that every verb takes.
    #[command(flatten)]
    pub common: Common,
    /// The verb.
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_STATUS: &str = "Exit status: 0 done; 1 done, and a finding reached --fail-on (plan: it does not fit); 2 nothing usable was produced; \
3 done, but something needed could not be read; 129, 130 or 143 stopped by a signal.";

/// Flags that every verb takes.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Common options")]
pub struct Common {
    /// Configuration file [default: `AKS_CENSUS_CONFIG`, else ./aks-census.toml if there is one]
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
    /// When to colour output
    #[arg(long, value_enum, default_value_t = Color::Auto, global = true)]
    pub color: Color,
    /// Format of log lines on standard error
    #[arg(long, value_enum, default_value_t = LogFormat::Text, global = true)]
    pub log_format: LogFormat,
    /// Show no progress
    #[arg(long, global = true)]
    pub no_progress: bool,
    /// Log errors only
    #[arg(short, long, conflicts_with = "verbose", global = true)]
    pub quiet: bool,
    /// Log more: once for what is read, twice for every request
    #[arg(short, long, action = ArgAction::Count, global = true)]
    pub verbose: u8,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read the estate, assess it and write the reports
    Audit(AuditArgs),
    /// Audit a simulated estate: no account needed
    ///
    /// A configuration file counts only where `--config` names it, and not what it says in `[azure]`.
    #[cfg(feature = "demo")]
    Demo(DemoArgs),
    /// Read the estate and write one snapshot file for `audit --snapshot`
    Collect(CollectArgs),
    /// Write the file in which people answer what Azure does not show
    ///
    /// It asks every open check once for as much as one answer is true of: the estate, a subscription, or a cluster. Each
    /// answer is commented out; `migration.attestations` in the configuration names the file once it is filled in.
    Attest(AttestArgs),
    /// Serve the simulated Azure on loopback until stopped
    #[cfg(feature = "demo")]
    Simulate(SimulateArgs),
    /// Answer questions about address space: what is free, what fits, what a change would do
    Plan {
        /// The question
        #[command(subcommand)]
        command: PlanCommand,
    },
    /// Show the catalogue of findings, retirements and limits with their sources
    Rules(RulesArgs),
    /// Explain one rule
    Explain {
        /// The rule's id
        id: String,
        /// Format on standard output
        #[arg(long, value_enum, default_value_t = TableFormat::Table)]
        format: TableFormat,
    },
    /// Check, show or write a configuration file
    Config {
        /// What to do with it
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// Print a completion script
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// What to look at.
#[derive(Debug, Clone, Default, Args)]
pub struct ScopeArgs {
    /// Read this management group and all below it (repeatable)
    #[arg(long = "management-group", value_name = "ID")]
    pub management_groups: Vec<String>,
    /// Stop reading after this long, such as 30m, and report what was read
    #[arg(long, value_name = "TIME")]
    pub max_duration: Option<Span>,
    /// Read this subscription (repeatable)
    #[arg(long = "subscription", value_name = "ID_OR_NAME")]
    pub subscriptions: Vec<String>,
}

/// What to write.
#[derive(Debug, Clone, Default, Args)]
pub struct ReportArgs {
    /// The date all day counts are made from [default: the UTC date of collection]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    pub as_of: Option<Date>,
    /// Exit with status 1 when a finding is at least this severe
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    pub fail_on: Option<Severity>,
    /// Which report files to write [default: csv,markdown,json]
    #[arg(long = "format", value_name = "FORMAT", value_delimiter = ',', value_parser = report_format)]
    pub formats: Vec<Format>,
    /// Where to make the folder of this run [default: reports]
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,
}

/// Flags of `audit`.
#[derive(Debug, Clone, Default, Args)]
pub struct AuditArgs {
    /// What to look at.
    #[command(flatten)]
    pub scope: ScopeArgs,
    /// What to write.
    #[command(flatten)]
    pub report: ReportArgs,
    /// Say which subscriptions and calls an audit would make, and stop
    #[arg(long, conflicts_with = "snapshot")]
    pub dry_run: bool,
    /// Keep what was read in this file too, to go on from it with --snapshot
    #[arg(long, value_name = "FILE", conflicts_with_all = ["dry_run", "snapshot"])]
    pub keep_inventory: Option<PathBuf>,
    /// Assess a saved inventory instead of calling Azure
    #[arg(long, value_name = "FILE", conflicts_with_all = ["subscriptions", "management_groups", "max_duration"])]
    pub snapshot: Option<PathBuf>,
}

/// Flags of `attest`.
#[derive(Debug, Clone, Args)]
pub struct AttestArgs {
    /// What to look at.
    #[command(flatten)]
    pub scope: ScopeArgs,
    /// The date on which answers must hold [default: the UTC date of collection]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    pub as_of: Option<Date>,
    /// The file to write; an existing one is left alone
    #[arg(long, value_name = "FILE", default_value = "attestations.toml")]
    pub output: PathBuf,
    /// Ask about a saved inventory instead of calling Azure
    #[arg(long, value_name = "FILE", conflicts_with_all = ["subscriptions", "management_groups", "max_duration"])]
    pub snapshot: Option<PathBuf>,
}

/// Flags of `collect`.
#[derive(Debug, Clone, Default, Args)]
pub struct CollectArgs {
    /// What to look at.
    #[command(flatten)]
    pub scope: ScopeArgs,
    /// Say which subscriptions and calls a collection would make, and stop
    #[arg(long)]
    pub dry_run: bool,
    /// The file to write [default: aks-census-TIME.json.gz]
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// The simulated estate.
#[derive(Debug, Clone, Args)]
pub struct EstateArgs {
    /// A scenario file, with its own estate and faults
    #[arg(long, value_name = "FILE", conflicts_with_all = ["seed", "size"])]
    pub scenario: Option<PathBuf>,
    /// Another seed makes another estate of the same kind
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// How large the estate is
    #[arg(long, value_enum, default_value_t = EstateSize::Small)]
    pub size: EstateSize,
}

impl Default for EstateArgs {
    /// The estate that `demo` audits when no flag chooses another.
    fn default() -> Self {
        Self { scenario: None, seed: 1, size: EstateSize::Small }
    }
}

/// Flags of `demo`.
#[derive(Debug, Clone, Args)]
pub struct DemoArgs {
    /// The simulated estate.
    #[command(flatten)]
    pub estate: EstateArgs,
    /// What to write.
    #[command(flatten)]
    pub report: ReportArgs,
}

/// Flags of `simulate`.
#[derive(Debug, Clone, Args)]
pub struct SimulateArgs {
    /// The simulated estate.
    #[command(flatten)]
    pub estate: EstateArgs,
    /// Write the CA certificate to this file, for `azure.ca_bundle`
    #[arg(long, value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
    /// Wait this long before every answer
    #[arg(long, value_name = "TIME")]
    pub latency: Option<Span>,
    /// Listen on this port of 127.0.0.1 [default: any free one]
    #[arg(long, default_value_t = 0)]
    pub port: u16,
    /// Make every page before serving, so that a measurement does not wait for them
    #[arg(long)]
    pub prewarm: bool,
}

/// Flags of `rules`.
#[derive(Debug, Clone, Args)]
pub struct RulesArgs {
    /// Format on standard output
    #[arg(long, value_enum, default_value_t = TableFormat::Table, global = true)]
    pub format: TableFormat,
    /// Explain one rule instead
    #[command(subcommand)]
    pub command: Option<RulesCommand>,
}

/// Verbs of `rules`.
#[derive(Debug, Clone, Subcommand)]
pub enum RulesCommand {
    /// Explain one rule
    Explain {
        /// The rule's id
        id: String,
    },
}

/// Verbs of `config`.
#[derive(Debug, Clone, Subcommand)]
pub enum ConfigCommand {
    /// Say whether a file is valid
    Check {
        /// The file to check [default: the one that `--config` names or a run would read]
        #[arg(conflicts_with = "config")]
        file: Option<PathBuf>,
    },
    /// Show the effective settings with where each came from
    Show {
        /// Format on standard output
        #[arg(long, value_enum, default_value_t = TableFormat::Table)]
        format: TableFormat,
    },
    /// Write the example file, with every key at its default
    Init {
        /// The file to write; an existing one is left alone
        #[arg(default_value = "aks-census.toml")]
        file: PathBuf,
    },
}

/// When to colour output.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Format of log lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people
    #[default]
    Text,
    /// For machines, one object a line
    Json,
}

/// Format of answers on standard output.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    /// For people
    #[default]
    Table,
    /// For machines
    Json,
}

/// How large a simulated estate is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum EstateSize {
    /// Some 80 clusters, one or more of every kind
    #[default]
    Small,
    /// Some 300 clusters
    Medium,
    /// Some 1,000 clusters
    Large,
}

fn severity(text: &str) -> Result<Severity, String> {
    one_of(&Severity::WORST_FIRST, Severity::as_str, text)
}

fn date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| format!("`{text}` is not a date such as `2026-11-21`"))
}

fn report_format(text: &str) -> Result<Format, String> {
    one_of(&Format::ALL, Format::as_str, text)
}

/// The value a word stands for.
fn one_of<T: Copy>(all: &[T], word: fn(T) -> &'static str, text: &str) -> Result<T, String> {
    let found = all.iter().copied().find(|value| word(*value) == text);
    found.ok_or_else(|| {
        let words: Vec<_> = all.iter().map(|value| word(*value)).collect();
        format!("one of {} is needed", words.join(", "))
    })
}
