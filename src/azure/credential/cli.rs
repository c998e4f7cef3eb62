//! The Azure CLI, run with a time limit.

use std::ffi::OsStr;
use std::io;
use std::process::{Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

use azure_identity::{AzureCliCredential, AzureCliCredentialOptions, Executor};

/// The CLI is a Python program: seconds are usual, half a minute means that it hangs.
pub(super) const TIME_LIMIT: Duration = Duration::from_secs(30);

/// Makes the credential.
pub(super) fn credential(tenant_id: Option<&str>) -> azure_core::Result<Arc<AzureCliCredential>> {
    AzureCliCredential::new(Some(AzureCliCredentialOptions {
        tenant_id: tenant_id.map(str::to_owned),
        executor: Some(Arc::new(BoundedExecutor { limit: TIME_LIMIT })),
        ..AzureCliCredentialOptions::default()
    }))
}

/// Runs a program for so long and no longer.
#[derive(Debug)]
struct BoundedExecutor {
    limit: Duration,
}

#[async_trait::async_trait]
impl Executor for BoundedExecutor {
    async fn run(&self, program: &OsStr, args: &[&OsStr]) -> io::Result<Output> {
        let mut command = tokio::process::Command::new(program);
        command.args(args).stdin(Stdio::null()).kill_on_drop(true);
        tokio::time::timeout(self.limit, command.output()).await.unwrap_or_else(|_| {
            let message = format!("`az` did not answer within {} s", self.limit.as_secs());
            Err(io::Error::new(io::ErrorKind::TimedOut, message))
        })
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    async fn run(script: &str, limit: Duration) -> io::Result<Output> {
        BoundedExecutor { limit }.run(OsStr::new("/bin/sh"), &[OsStr::new("-c"), OsStr::new(script)]).await
    }

    #[tokio::test]
    async fn what_hangs_is_given_up_and_ended() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("late");
        let script = format!("sleep 0.1; touch {}", file.display());
        let error = run(&script, Duration::from_millis(10)).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        tokio::time::sleep(Duration::from_millis(150)).await;
        assert!(!file.exists(), "the shell went on after its time");
    }

    #[tokio::test]
    async fn output_and_status_come_back() {
        let output = run("echo out; echo err >&2; exit 3", TIME_LIMIT).await.unwrap();
        assert_eq!(output.stdout, b"out\n");
        assert_eq!(output.stderr, b"err\n");
        assert_eq!(output.status.code(), Some(3));
    }
}
