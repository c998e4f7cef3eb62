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
    run_by(Arc::new(BoundedExecutor { limit: TIME_LIMIT }), tenant_id)
}

fn run_by(
    executor: Arc<dyn Executor>,
    tenant_id: Option<&str>,
) -> azure_core::Result<Arc<AzureCliCredential>> {
    AzureCliCredential::new(Some(AzureCliCredentialOptions {
        tenant_id: tenant_id.map(str::to_owned),
        executor: Some(executor),
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
    use azure_core::credentials::TokenCredential;

    use super::*;

    /// Runs a script where the CLI would have run, with the CLI's command line as `$1`.
    #[derive(Debug)]
    struct Instead(&'static str);

    #[async_trait::async_trait]
    impl Executor for Instead {
        async fn run(&self, program: &OsStr, args: &[&OsStr]) -> io::Result<Output> {
            let own = [OsStr::new("-c"), OsStr::new(self.0), OsStr::new("az"), args[1]];
            BoundedExecutor { limit: TIME_LIMIT }.run(program, &own).await
        }
    }

    async fn sign_in(script: &'static str, tenant_id: Option<&str>) -> Result<String, String> {
        let credential = run_by(Arc::new(Instead(script)), tenant_id).map_err(|error| error.to_string())?;
        let token = credential.get_token(&["https://arm.example/.default"], None).await;
        token.map(|token| token.token.secret().to_owned()).map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn the_command_line_names_scope_and_tenant() {
        let script = r#"echo "{\"accessToken\":\"$1\",\"expires_on\":4102444800,\"tokenType\":\"Bearer\"}""#;
        let line = sign_in(script, Some("contoso.example")).await.unwrap();
        assert!(line.ends_with("--scope https://arm.example/.default --tenant contoso.example"), "{line}");
        assert!(!sign_in(script, None).await.unwrap().contains("--tenant"));
        assert!(sign_in(script, Some("x; rm -rf /")).await.is_err(), "no tenant has such a name");
    }

    #[tokio::test]
    async fn what_the_command_line_complains_of_comes_through() {
        let error = sign_in("echo \"Please run 'az login'\" >&2; exit 1", None).await.unwrap_err();
        assert!(error.contains("Please run 'az login'"), "{error}");
        let error = sign_in("exit 127", None).await.unwrap_err();
        assert!(error.contains("not found on PATH"), "{error}");
    }

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
