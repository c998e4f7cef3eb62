//! Workload identity: a file whose assertion Kubernetes renews, read for each sign-in and never without a limit.
//!
//! <https://learn.microsoft.com/azure/aks/workload-identity-overview>

use std::path::PathBuf;

use azure_core::{error::ErrorKind, http::ClientMethodOptions};
use azure_identity::ClientAssertion;

use super::super::sign_in::{FEDERATED_FILE, SignInError};
use crate::{files, secrets};

/// The file of an assertion.
#[derive(Debug)]
pub(super) struct Federated(pub(super) PathBuf);

#[async_trait::async_trait]
impl ClientAssertion for Federated {
    async fn secret(&self, _: Option<ClientMethodOptions<'_>>) -> azure_core::Result<String> {
        let path = self.0.clone();
        // A pipe may have nobody who writes into it, so that the time limit of a sign-in must still count.
        let read = tokio::task::spawn_blocking(move || files::read_text(&path, files::ASSERTION)).await;
        let failed = |error: &dyn std::fmt::Display| {
            let error = SignInError::assertion(FEDERATED_FILE, &format!("`{}`: {error}", self.0.display()));
            azure_core::Error::with_error(ErrorKind::Credential, error, "no assertion")
        };
        let assertion = read.map_err(|error| failed(&error))?.map_err(|error| failed(&error))?;
        secrets::know(&assertion);
        Ok(assertion)
    }
}
