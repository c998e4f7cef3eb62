//! The effective settings: defaults, then the file, then the environment, then flags.

mod describe;
mod found;
mod load;
mod migration;
mod settings;
mod values;

pub use describe::{Shown, effective, show};
pub use load::{ConfigError, Loaded, Origin, load, parse};
pub use migration::MigrationSection;
pub use settings::{
    AzureSettings, ProjectionSettings, ReportSettings, RequestSettings, ScopeSettings, Settings,
};
pub use values::{Bytes, Count, Span, Surge};

/// The example file, with every key at its default.
pub const EXAMPLE: &str = include_str!("../../config.example.toml");

#[cfg(test)]
pub(crate) mod tests;
