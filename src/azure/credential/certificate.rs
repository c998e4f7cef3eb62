//! A certificate in PEM, and the assertions its key signs.
//!
//! `azure_identity` wants PKCS#12 and OpenSSL for this. A signed token is all that Entra wants:
//! <https://learn.microsoft.com/entra/identity-platform/certificate-credentials>

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::{KeyPair as _, RSA_PSS_SHA256};
use azure_core::error::ErrorKind;
use azure_core::http::ClientMethodOptions;
use azure_identity::ClientAssertion;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use rustls_pki_types::pem::{PemObject, SectionKind};
use serde_json::json;

use super::super::cloud::Cloud;
use super::method::{Application, CertificateFile};
use crate::files;

/// How long an assertion is valid; Entra takes no more than ten minutes by default.
const LIFETIME_SECONDS: i64 = 300;

/// Why a certificate cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot sign in with the certificate `{path}`: {problem}", path = path.display())]
pub struct CertificateError {
    /// The file of `AZURE_CLIENT_CERTIFICATE_PATH`.
    pub path: PathBuf,
    /// What is wrong with it.
    pub problem: CertificateProblem,
}

/// What is wrong with a certificate file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CertificateProblem {
    /// It cannot be read.
    #[error("{0}")]
    Unreadable(String),
    /// It is not PEM; most likely it is PKCS#12.
    #[error("it is no PEM file")]
    NotPem,
    /// It holds no certificate.
    #[error("it holds no certificate")]
    NoCertificate,
    /// It holds no private key.
    #[error("it holds no private key")]
    NoKey,
    /// Its key is encrypted.
    #[error("its private key is encrypted, which is not supported{}", if *.password_set {
        " (`AZURE_CLIENT_CERTIFICATE_PASSWORD` is set)"
    } else {
        ""
    })]
    Encrypted {
        /// Whether there is a password for it.
        password_set: bool,
    },
    /// Its key is not RSA, or too short.
    #[error("its private key is no RSA key of 2048 bits or more")]
    NotRsa,
    /// None of its certificates belongs to its key.
    #[error("none of its certificates belongs to its private key")]
    Mismatch,
}

impl CertificateError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self.problem {
            CertificateProblem::Unreadable(_) => {
                "see that `AZURE_CLIENT_CERTIFICATE_PATH` names a readable file"
            }
            CertificateProblem::NotPem => "convert it: `openssl pkcs12 -in cert.pfx -out cert.pem -nodes`",
            CertificateProblem::Encrypted { .. } => {
                "decrypt the key: `openssl rsa -in cert.pem -out key.pem`"
            }
            CertificateProblem::NotRsa => "Entra signs applications in with RSA certificates; make one",
            CertificateProblem::NoCertificate | CertificateProblem::NoKey | CertificateProblem::Mismatch => {
                "the file must hold the certificate and its own key, each in PEM"
            }
        }
    }
}

/// Signs assertions.
pub(super) struct Signer {
    key: Arc<KeyPair>,
    header: serde_json::Value,
    client_id: String,
    audience: String,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

impl Signer {
    /// Reads the file. It is read anew for each new credential, so that a renewed certificate is picked up.
    pub(super) fn open(
        file: &CertificateFile,
        application: &Application,
        cloud: &Cloud,
    ) -> Result<Self, CertificateError> {
        let refuse = |problem| CertificateError { path: file.path.clone(), problem };
        let pem = read(&file.path).map_err(refuse)?;
        let (key, chain) = parse(&pem, file.has_password).map_err(refuse)?;
        let leaf = chain.first().ok_or_else(|| refuse(CertificateProblem::NoCertificate))?;
        let thumbprint = URL_SAFE_NO_PAD.encode(digest(&SHA256, leaf));
        let mut header = json!({ "alg": "PS256", "typ": "JWT", "x5t#S256": thumbprint });
        if file.send_chain {
            header["x5c"] = chain.iter().map(|certificate| STANDARD.encode(certificate)).collect();
        }
        let mut audience = cloud.authority().clone();
        audience.set_path(&format!("/{}/oauth2/v2.0/token", application.tenant_id));
        Ok(Self {
            key: Arc::new(key),
            header,
            client_id: application.client_id.clone(),
            audience: audience.to_string(),
        })
    }

    fn sign(&self, now: Timestamp) -> Result<String, aws_lc_rs::error::Unspecified> {
        let random = SystemRandom::new();
        let mut id = [0; 16];
        aws_lc_rs::rand::SecureRandom::fill(&random, &mut id)?;
        let now = now.as_second();
        let claims = json!({
            "aud": self.audience,
            "iss": self.client_id,
            "sub": self.client_id,
            "jti": URL_SAFE_NO_PAD.encode(id),
            "iat": now,
            "nbf": now,
            "exp": now + LIFETIME_SECONDS,
        });
        let part = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&self.header), part(&claims));
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key.sign(&RSA_PSS_SHA256, &random, signed.as_bytes(), &mut signature)?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

#[async_trait::async_trait]
impl ClientAssertion for Signer {
    #[expect(clippy::disallowed_methods, reason = "an assertion is valid from now on")]
    async fn secret(&self, _: Option<ClientMethodOptions<'_>>) -> azure_core::Result<String> {
        self.sign(Timestamp::now())
            .map_err(|_| azure_core::Error::with_message(ErrorKind::Credential, "the key cannot sign"))
    }
}

fn read(path: &Path) -> Result<Vec<u8>, CertificateProblem> {
    files::read(path, files::CERTIFICATES).map_err(|error| CertificateProblem::Unreadable(error.to_string()))
}

/// The key, and the certificates with the key's own in front.
fn parse(pem: &[u8], password_set: bool) -> Result<(KeyPair, Vec<Vec<u8>>), CertificateProblem> {
    let text = String::from_utf8_lossy(pem);
    if !text.contains("-----BEGIN ") {
        return Err(CertificateProblem::NotPem);
    }
    if text.contains("BEGIN ENCRYPTED PRIVATE KEY") || text.contains("Proc-Type: 4,ENCRYPTED") {
        return Err(CertificateProblem::Encrypted { password_set });
    }
    let mut chain = Vec::new();
    let mut key = None;
    for section in <(SectionKind, Vec<u8>)>::pem_slice_iter(pem) {
        match section.map_err(|_| CertificateProblem::NotPem)? {
            (SectionKind::Certificate, der) => chain.push(der),
            (SectionKind::PrivateKey, der) => key = key.or(Some(KeyPair::from_pkcs8(&der))),
            (SectionKind::RsaPrivateKey, der) => key = key.or(Some(KeyPair::from_der(&der))),
            (SectionKind::EcPrivateKey, _) => return Err(CertificateProblem::NotRsa),
            _ => {}
        }
    }
    let key = key.ok_or(CertificateProblem::NoKey)?.map_err(|_| CertificateProblem::NotRsa)?;
    if chain.is_empty() {
        return Err(CertificateProblem::NoCertificate);
    }
    // A certificate holds its public key as it is, so the key's own is found by looking for it.
    let public = key.public_key().as_ref();
    let own = chain.iter().position(|der| der.windows(public.len()).any(|bytes| bytes == public));
    chain.swap(0, own.ok_or(CertificateProblem::Mismatch)?);
    Ok((key, chain))
}
