//! Roots to trust beside the system's: those of a TLS-inspecting proxy or a private cloud.

use std::path::PathBuf;

use reqwest::Certificate;

use crate::files;

/// Extra roots, in PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaBundle {
    /// A file of them: `azure.ca_bundle`.
    File(PathBuf),
    /// The roots themselves.
    Pem(Vec<u8>),
}

/// Why extra roots cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot use the CA bundle{}: {problem}", file.as_ref().map(|f| format!(" `{}`", f.display())).unwrap_or_default())]
pub struct CaBundleError {
    /// The file, where it is one.
    pub file: Option<PathBuf>,
    /// What is wrong with it.
    pub problem: String,
}

impl CaBundleError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        "`azure.ca_bundle` must name a readable PEM file with at least one certificate"
    }
}

impl CaBundle {
    /// The certificates in it.
    pub(super) fn certificates(&self) -> Result<Vec<Certificate>, CaBundleError> {
        let (file, pem) = match self {
            Self::Pem(pem) => (None, Ok(pem.clone())),
            Self::File(path) => (Some(path.clone()), files::read(path, files::CERTIFICATES)),
        };
        let refuse = |problem: String| CaBundleError { file: file.clone(), problem };
        let pem = pem.map_err(|error| refuse(error.to_string()))?;
        let certificates =
            Certificate::from_pem_bundle(&pem).map_err(|_| refuse("it is no PEM".to_owned()))?;
        if certificates.is_empty() {
            return Err(refuse("it holds no certificate".to_owned()));
        }
        Ok(certificates)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_that_holds_nothing_is_an_error_that_names_it() {
        let missing = CaBundle::File("/nowhere/ca.pem".into()).certificates().unwrap_err();
        assert!(missing.to_string().starts_with("cannot use the CA bundle `/nowhere/ca.pem`: "), "{missing}");
        let empty = CaBundle::Pem(b"no certificate here".to_vec()).certificates().unwrap_err();
        assert_eq!(empty.to_string(), "cannot use the CA bundle: it holds no certificate");
    }
}
