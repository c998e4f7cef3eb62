//! aks-census: a read-only auditor of AKS networking for a whole Azure estate.
//!
//! Data walks one way, room by room, and never back up:
//!
//! ```text
//! scope ──► collect ──► Inventory ──► assess ──► Audit ──► report ──► files, terminal
//!           (async)      (data)       (pure)     (data)    (pure)     (one sink)
//! ```
//!
//! - [`azure`] signs in and reads Azure Resource Manager; it is the only room that knows HTTP and tokens.
//! - [`collect`] asks it for what is in scope and makes an [`inventory::Inventory`], with a ledger of every read.
//! - [`assess`] makes an [`assess::audit::Audit`] of that: who uses which address, what is full, what retires.
//!   [`ipam`] does its arithmetic and knows Azure's limits, [`rules`] holds the facts Microsoft may change, and
//!   [`grade`] says how bad something is and how well a statement is founded.
//! - [`report`] prints what the audit decided, as CSV, Markdown, JSON and a dozen lines on the terminal.
//! - [`commands`] puts the rooms together, one file a verb; [`cli`], [`config`] and [`mod@env`] say what the user wants, and
//!   [`files`] reads what they name.
//! - [`meter`] counts what text becomes while it is read.
//! - [`panics`] tells those that are caught from those that are not.
//! - [`secrets`] knows what must not be shown, and takes it out of what comes from outside.

pub mod assess;
pub mod azure;
pub mod cli;
pub mod collect;
pub mod commands;
pub mod config;
pub mod digest;
pub mod env;
pub mod files;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
pub mod grade;
pub mod inventory;
pub mod ipam;
pub mod meter;
pub mod panics;
pub mod report;
pub mod rules;
pub mod secrets;
pub mod shell;
pub mod words;
