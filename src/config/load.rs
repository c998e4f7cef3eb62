//! Finding the file, reading it, and saying exactly where it is wrong.

use std::{
    io,
    path::{Path, PathBuf},
};

use toml::de::DeTable;

use super::settings::Settings;
use crate::{
    assess::options::PlanOptions,
    azure::{ApiVersions, Cloud, CloudError},
    env::{AKS_CENSUS_CONFIG, Env},
    files,
    report::Format,
    rules::Catalogue,
    words,
};

/// The file that is read when none is named.
const DEFAULT_FILE: &str = "aks-census.toml";

/// Why the settings can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file can't be read.
    #[error("the configuration file `{}` can't be read", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The file is no TOML, has an unknown key, or a value of the wrong kind.
    #[error("the configuration file `{}` is not valid:\n{message}", .path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Line, column, key and what is allowed.
        message: String,
    },
    /// A value is well formed but makes no sense.
    #[error("the setting `{key}` makes no sense{}: {message}", position(.path.as_deref(), *.line))]
    Senseless {
        /// The key.
        key: String,
        /// The file, where the value came from one.
        path: Option<PathBuf>,
        /// The line, where it is known.
        line: Option<usize>,
        /// What is allowed.
        message: String,
    },
    /// A file that was found, not named, says where credentials go.
    #[error(
        "`{key}` is not taken from a file that was found, not named{}: it decides where credentials go",
        position(Some(.path), *.line)
    )]
    Unnamed {
        /// The key.
        key: &'static str,
        /// The file, by its full path.
        path: PathBuf,
        /// The line, where it is known.
        line: Option<usize>,
    },
}

impl ConfigError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => {
                "check `--config` and AKS_CENSUS_CONFIG; `aks-census config init` writes an example"
            }
            Self::Unnamed { .. } => {
                "look into that file; if it is yours, name it with `--config FILE` or AKS_CENSUS_CONFIG"
            }
            _ => "`aks-census config init` writes a file with every key, its default and what it means",
        }
    }
}

fn position(path: Option<&Path>, line: Option<usize>) -> String {
    match (path, line) {
        (Some(path), Some(line)) => format!(" ({} line {line})", path.display()),
        (Some(path), None) => format!(" ({})", path.display()),
        (None, _) => String::new(),
    }
}

/// How a file came to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// `--config` named it.
    Flag,
    /// `AKS_CENSUS_CONFIG` named it.
    Variable,
    /// It lay in the current folder, and nobody named it.
    Found,
}

impl Origin {
    /// In words, after the file's name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Flag => "named by --config",
            Self::Variable => "named by AKS_CENSUS_CONFIG",
            Self::Found => "found here, not named",
        }
    }
}

/// Settings, and where they came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The settings: defaults, overlaid by the file.
    pub settings: Settings,
    /// The file that was read, where there was one.
    pub file: Option<PathBuf>,
    /// How that file came to be read.
    pub origin: Origin,
    /// Its text.
    pub(super) text: String,
}

impl Loaded {
    /// Settings that come from no file.
    #[must_use]
    pub fn of(settings: Settings) -> Self {
        Self { settings, file: None, origin: Origin::Flag, text: String::new() }
    }

    /// The line of the file that sets this dotted key.
    pub(super) fn line(&self, key: &str) -> Option<usize> {
        line_of(&self.text, key)
    }

    /// Whether the file sets this dotted key.
    pub(super) fn sets(&self, key: &str) -> bool {
        self.line(key).is_some()
    }

    /// Checks what single values can't: combinations, and names that other data defines.
    ///
    /// # Errors
    /// The first value that makes no sense, with its key and line.
    pub fn validate(&self) -> Result<(), ConfigError> {
        match senseless(&self.settings) {
            None => Ok(()),
            Some((key, message)) => {
                let line = self.line(&key);
                let path = line.and(self.file.clone());
                Err(ConfigError::Senseless { key, path, line, message })
            }
        }
    }
}

/// Reads the file that `--config` names, else `AKS_CENSUS_CONFIG`, else `./aks-census.toml` if there is one.
///
/// # Errors
/// When the file can't be read or is not valid.
pub fn load(flag: Option<&Path>, env: &Env) -> Result<Loaded, ConfigError> {
    let (path, origin) = match (flag, env.get(AKS_CENSUS_CONFIG)) {
        (Some(path), _) => (path.to_owned(), Origin::Flag),
        (None, Some(path)) => (PathBuf::from(path), Origin::Variable),
        (None, None) => (PathBuf::from(DEFAULT_FILE), Origin::Found),
    };
    match files::read_text(&path, files::CONFIGURATION) {
        Ok(text) => Ok(Loaded { origin, ..parse(&path, text)? }),
        Err(error) if origin == Origin::Found && error.kind() == io::ErrorKind::NotFound => {
            Ok(Loaded::of(Settings::default()))
        }
        Err(source) => Err(ConfigError::Unreadable { path, source }),
    }
}

/// Reads settings from a text, as from a file that was named.
///
/// # Errors
/// When the text is no TOML, has an unknown key, or a value of the wrong kind.
pub fn parse(path: &Path, text: String) -> Result<Loaded, ConfigError> {
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    let settings = toml::from_str(&text).map_err(|error| ConfigError::Invalid {
        path: path.to_owned(),
        message: in_plain_words(error.to_string().trim_end()),
    })?;
    Ok(Loaded { settings, file: Some(path.to_owned()), origin: Origin::Flag, text })
}

/// A message whose last words name what is allowed by a type of Rust, with what people call it.
fn in_plain_words(message: &str) -> String {
    const WORDS: &[(&str, &str)] = &[
        ("u8", "a whole number from 0 to 255"),
        ("u32", "a whole number"),
        ("i64", "a whole number"),
        ("a sequence", "a list"),
        ("a map", "a table"),
        ("a boolean", "true or false"),
        ("a date string", "a date in quotes, such as \"2026-11-21\""),
    ];
    let Some((rest, expected)) = message.rsplit_once("expected ") else { return message.to_owned() };
    let words = WORDS.iter().find(|(rust, _)| *rust == expected).map_or(expected, |(_, words)| words);
    format!("{rest}expected {words}")
}

/// The line a dotted key stands on.
fn line_of(text: &str, key: &str) -> Option<usize> {
    let table = DeTable::parse(text).ok()?;
    let mut table = table.get_ref();
    let mut parts = key.split('.').peekable();
    while let Some(part) = parts.next() {
        let (name, value) = table.iter().find(|(name, _)| name.get_ref().as_ref() == part)?;
        if parts.peek().is_none() {
            return Some(text[..name.span().start].matches('\n').count() + 1);
        }
        table = value.get_ref().as_table()?;
    }
    None
}

/// The first setting that makes no sense, and why.
fn senseless(settings: &Settings) -> Option<(String, String)> {
    senseless_azure(settings)
        .or_else(|| senseless_thresholds(settings))
        .or_else(|| settings.migration.senseless().map(|(key, message)| complaint(key, message)))
        .or_else(|| senseless_steps(settings))
        .or_else(|| senseless_rules(settings))
}

fn complaint(key: &str, message: impl Into<String>) -> (String, String) {
    (key.to_owned(), message.into())
}

fn senseless_azure(settings: &Settings) -> Option<(String, String)> {
    let azure = &settings.azure;
    let endpoint = azure.resource_manager.as_deref();
    let audience = azure.audience.as_deref().or(endpoint);
    let is_custom = azure.cloud == crate::azure::CloudName::Custom;
    let custom_only = [
        ("azure.resource_manager", endpoint),
        ("azure.authority", azure.authority.as_deref()),
        ("azure.audience", azure.audience.as_deref()),
    ];
    if let Some((key, _)) = custom_only.iter().find(|(_, value)| !is_custom && value.is_some()) {
        return Some(complaint(key, "it is for `azure.cloud = \"custom\"` only"));
    }
    let audience = audience.filter(|_| is_custom);
    if let Err(error) = Cloud::from_parts(azure.cloud, endpoint, azure.authority.as_deref(), audience) {
        let key = match &error {
            CloudError::Stray { .. } if azure.audience.is_some() => "azure.audience",
            CloudError::Endpoint { setting, .. } | CloudError::Stray { setting, .. } => setting,
            _ => "azure.cloud",
        };
        return Some(complaint(key, error.to_string()));
    }
    let mut versions = ApiVersions::default();
    azure.api_versions.iter().find_map(|(provider, version)| {
        let error = versions.set(provider, version).err()?;
        Some(complaint("azure.api_versions", error.to_string()))
    })
}

fn senseless_thresholds(settings: &Settings) -> Option<(String, String)> {
    let thresholds = settings.thresholds;
    if thresholds.critical_pct == 0 || thresholds.critical_pct > 100 {
        return Some(complaint("thresholds.critical_pct", "a percentage from 1 to 100 is needed"));
    }
    if thresholds.warning_pct == 0 || thresholds.warning_pct > thresholds.critical_pct {
        return Some(complaint(
            "thresholds.warning_pct",
            "a percentage from 1 to `thresholds.critical_pct` is needed",
        ));
    }
    if settings.report.formats.is_empty() {
        return Some(complaint(
            "report.formats",
            format!("name at least one of {}", words::alternatives(&Format::ALL)),
        ));
    }
    None
}

fn senseless_rules(settings: &Settings) -> Option<(String, String)> {
    let ids: Vec<&str> = Catalogue::built_in().findings().map(|(id, _)| id.as_str()).collect();
    let unknown =
        |rule: &str| format!("there is no rule `{rule}`{}; `aks-census rules` lists them", meant(rule, &ids));
    let is_known = |rule: &str| ids.contains(&rule);
    if let Some(rule) = settings.findings.keys().find(|rule| !is_known(rule)) {
        return Some(complaint(&format!("findings.{rule}"), unknown(rule)));
    }
    if let Some(exception) = settings.exceptions.iter().find(|e| !is_known(&e.rule)) {
        return Some(complaint("exceptions", unknown(&exception.rule)));
    }
    if settings.exceptions.iter().any(|e| e.reason.trim().is_empty()) {
        return Some(complaint("exceptions", "every exception needs a `reason`"));
    }
    None
}

fn senseless_steps(settings: &Settings) -> Option<(String, String)> {
    let unknown = settings.migration.waves.unknown_step()?;
    let names: Vec<&str> = PlanOptions::step_names().collect();
    let message = format!(
        "there is no step `{unknown}`{}; a step is named by the check it mends, such as `MIG-014` (`aks-census rules` \
         lists them), else {}",
        meant(unknown, &names),
        PlanOptions::STEPS.map(|name| format!("`{name}`")).join(", ")
    );
    Some(complaint(&format!("migration.waves.waiting_days.{unknown}"), message))
}

/// The name that was probably meant, in brackets.
fn meant(given: &str, names: &[&str]) -> String {
    let near = words::nearest(given, names.iter().copied());
    near.map(|name| format!(" (did you mean `{name}`?)")).unwrap_or_default()
}
