//! The Azure CLI, run with a time limit.

use std::ffi::OsStr;
use std::io;
use std::process::{Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

use azure_identity::{AzureCliCredential, AzureCliCredentialOptions, Executor};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};

use super::super::transport::know_answered;

/// The CLI is a Python program: seconds are usual, half a minute means that it hangs.
pub(super) const TIME_LIMIT: Duration = Duration::from_secs(30);

/// More than any token or complaint; who says more is cut short, and ends by the broken pipe.
const LONGEST_OUTPUT: u64 = 1 << 20;

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
        let mut command = Command::new(program);
        command
            .args(args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        let running = Running::new(command.spawn()?);
        let output = tokio::time::timeout(self.limit, running.output()).await.unwrap_or_else(|_| {
            let message = format!("`az` did not answer within {} s", self.limit.as_secs());
            Err(io::Error::new(io::ErrorKind::TimedOut, message))
        })?;
        know_answered(&output.stdout);
        Ok(output)
    }
}

/// A program at work, and all that it has started: `az` is a shell script that starts Python. All of it ends where this
/// value is dropped, which is where its time is over or the run is stopped.
struct Running {
    child: Child,
    /// The process group, as long as the program has not ended: until then nobody else can have its number.
    #[cfg(unix)]
    group: Option<rustix::process::Pid>,
}

impl Running {
    fn new(child: Child) -> Self {
        #[cfg(unix)]
        let group = child.id().and_then(|id| rustix::process::Pid::from_raw(i32::try_from(id).ok()?));
        Self {
            child,
            #[cfg(unix)]
            group,
        }
    }

    async fn output(mut self) -> io::Result<Output> {
        let (stdout, stderr) = (self.child.stdout.take(), self.child.stderr.take());
        let (stdout, stderr) = tokio::try_join!(read(stdout), read(stderr))?;
        // The program is waited for last, so that its group cannot have gone before.
        let status = self.child.wait().await?;
        #[cfg(unix)]
        {
            self.group = None;
        }
        Ok(Output { status, stdout, stderr })
    }
}

#[cfg(unix)]
impl Drop for Running {
    fn drop(&mut self) {
        if let Some(group) = self.group {
            // Nobody is left to hear that it has ended already.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
}

/// What a program says, up to a limit.
async fn read(stream: Option<impl AsyncRead + Unpin>) -> io::Result<Vec<u8>> {
    let mut said = Vec::new();
    if let Some(stream) = stream {
        stream.take(LONGEST_OUTPUT).read_to_end(&mut said).await?;
    }
    Ok(said)
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

    /// Whether a process is there, or only its name until its parent looks.
    fn is_alive(id: &str) -> bool {
        let status = std::fs::read_to_string(format!("/proc/{}/stat", id.trim())).unwrap_or_default();
        status.rsplit(')').next().is_some_and(|rest| !rest.is_empty() && !rest.starts_with(" Z"))
    }

    async fn ends(id: &str) -> bool {
        for _ in 0..1_000 {
            if !is_alive(id) {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        false
    }

    async fn written(file: &std::path::Path) -> String {
        for _ in 0..1_000 {
            match std::fs::read_to_string(file) {
                Ok(text) if text.ends_with('\n') => return text,
                _ => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        }
        panic!("the script did not start");
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn what_a_hanging_program_has_started_ends_with_it() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("grandchild");
        // Its own child, and one of that child's that let go of every pipe.
        let script = format!("sh -c 'sleep 1000 >/dev/null 2>&1 & echo $! > {}; sleep 1000'", file.display());
        let running = tokio::spawn(async move { run(&script, Duration::from_secs(60)).await.map(|_| ()) });
        let grandchild = written(&file).await;
        assert!(is_alive(&grandchild));
        // As a signal does that ends the run.
        running.abort();
        assert!(running.await.unwrap_err().is_cancelled());
        assert!(ends(&grandchild).await, "{grandchild} lives on");

        std::fs::remove_file(&file).unwrap();
        let script = format!("sleep 1000 & echo $! > {}; sleep 1000", file.display());
        let error = run(&script, Duration::from_secs(2)).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(ends(&written(&file).await).await, "it lives on after the time is over");
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn what_goes_on_behind_a_program_that_ended_well_is_left_alone() {
        let output = run("sleep 5 >/dev/null 2>&1 & echo $!", TIME_LIMIT).await.unwrap();
        let id = String::from_utf8(output.stdout).unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(is_alive(&id), "the CLI sends its telemetry like this");
    }

    #[tokio::test]
    async fn endless_output_is_cut_short() {
        let output = run("yes", TIME_LIMIT).await.unwrap();
        assert_eq!(output.stdout.len() as u64, LONGEST_OUTPUT);
        assert!(!output.status.success());
    }

    #[tokio::test]
    async fn output_and_status_come_back() {
        let output = run("echo out; echo err >&2; exit 3", TIME_LIMIT).await.unwrap();
        assert_eq!(output.stdout, b"out\n");
        assert_eq!(output.stderr, b"err\n");
        assert_eq!(output.status.code(), Some(3));
    }
}
