//! The simulated Azure, in a process of its own.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use crate::Result;

/// The program under measurement, which also serves the simulated Azure.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_aks-census");

/// A running service, stopped when it is dropped.
pub(crate) struct Service {
    child: Child,
    directory: TempDir,
    settings: toml::Table,
    pub(crate) environment: Vec<(String, String)>,
}

impl Service {
    /// Starts it and waits until every page is ready.
    pub(crate) fn start(scenario: &Path, latency: Duration) -> Result<Self> {
        let directory = tempfile::tempdir()?;
        let mut child = Command::new(PROGRAM)
            .args(["simulate", "--prewarm", "--latency", &format!("{}us", latency.as_micros())])
            .arg("--scenario")
            .arg(scenario)
            .arg("--ca-file")
            .arg(directory.path().join("ca.pem"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let (mut configuration, mut environment) = (String::new(), Vec::new());
        let output = child.stdout.take().ok_or("the service has no output")?;
        for line in BufReader::new(output).lines() {
            let line = line?;
            match line.strip_prefix("export ").and_then(|pair| pair.split_once('=')) {
                Some((name, value)) => environment.push((name.to_owned(), value.to_owned())),
                None => configuration.push_str(&(line + "\n")),
            }
            if environment.iter().any(|(name, _)| name == "AZURE_CLIENT_SECRET") {
                break;
            }
        }
        if environment.is_empty() {
            return Err(format!("the service did not start: {}", child.wait()?).into());
        }
        fs::write(directory.path().join("aks-census.toml"), &configuration)?;
        Ok(Self { child, directory, settings: configuration.parse()?, environment })
    }

    /// The configuration an audit needs, as the service printed it.
    pub(crate) fn configuration(&self) -> PathBuf {
        self.directory.path().join("aks-census.toml")
    }

    /// Where an audit may write.
    pub(crate) fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// A text of `[azure]` in that configuration.
    pub(crate) fn setting(&self, key: &str) -> Result<&str> {
        let value = self.settings.get("azure").and_then(|azure| azure.get(key)?.as_str());
        value.ok_or_else(|| format!("the service did not print `azure.{key}`").into())
    }

    /// A variable it printed.
    pub(crate) fn variable(&self, name: &str) -> Result<&str> {
        let found = self.environment.iter().find(|(known, _)| known == name);
        found
            .map(|(_, value)| value.as_str())
            .ok_or_else(|| format!("the service did not print `{name}`").into())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It runs until it is stopped; that it has stopped already is no concern.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
