//! Workload identity: a file whose assertion Kubernetes renews, read for each sign-in and never without a limit.
//!
//! <https://learn.microsoft.com/azure/aks/workload-identity-overview>

use std::path::PathBuf;
use std::time::Duration;

use azure_core::{error::ErrorKind, http::ClientMethodOptions};
use azure_identity::ClientAssertion;

use super::super::sign_in::{FEDERATED_FILE, SignInError};
use crate::{files, secrets};

/// How long reading a small file may take, which is less than a sign-in may.
const READING: Duration = Duration::from_secs(5);

/// The file of an assertion.
#[derive(Debug)]
pub(super) struct Federated {
    file: PathBuf,
    limit: Duration,
}

impl Federated {
    pub(super) fn new(file: PathBuf) -> Self {
        Self { file, limit: READING }
    }
}

#[async_trait::async_trait]
impl ClientAssertion for Federated {
    async fn secret(&self, _: Option<ClientMethodOptions<'_>>) -> azure_core::Result<String> {
        let path = self.file.clone();
        // A pipe may have nobody who writes into it, and a file system may hang.
        let read = tokio::task::spawn_blocking(move || files::read_text(&path, files::ASSERTION));
        let failed = |what: &dyn std::fmt::Display| {
            let error = SignInError::assertion(FEDERATED_FILE, &format!("`{}`: {what}", self.file.display()));
            azure_core::Error::with_error(ErrorKind::Credential, error, "no assertion")
        };
        let late = format!("it could not be read to its end within {} s", self.limit.as_secs());
        let read = tokio::time::timeout(self.limit, read).await.map_err(|_| failed(&late))?;
        let assertion = read.map_err(|error| failed(&error))?.map_err(|error| failed(&error))?;
        secrets::know(&assertion);
        Ok(assertion)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_pipe_that_nobody_writes_into_is_told_from_a_network_that_is_silent() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&file).status().unwrap().success());
        let federated = Federated { file: file.clone(), limit: Duration::from_millis(20) };
        let error = federated.secret(None).await.unwrap_err();
        let error = std::error::Error::source(&error).unwrap().downcast_ref::<SignInError>().unwrap();
        assert!(error.to_string().contains("it could not be read to its end within "), "{error}");
        assert!(error.hint().contains("AZURE_FEDERATED_TOKEN_FILE"), "{}", error.hint());
        // Whoever still reads comes to an end.
        std::fs::write(file, "").unwrap();
    }
}
