//! Client assertions signed with a certificate
//! (<https://learn.microsoft.com/entra/identity-platform/certificate-credentials>).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, SignatureVerificationAlgorithm, alg_id};
use serde_json::Value;
use webpki::EndEntityCert;

use super::EntraError;

/// The certificates registered with the application.
pub(crate) struct Certificates {
    registered: Vec<CertificateDer<'static>>,
    algorithms: &'static [&'static dyn SignatureVerificationAlgorithm],
}

impl Certificates {
    /// Reads PEM certificates.
    pub(crate) fn new(pems: &[String]) -> Result<Self, rustls::pki_types::pem::Error> {
        let registered = pems
            .iter()
            .map(|pem| CertificateDer::from_pem_slice(pem.as_bytes()))
            .collect::<Result<_, _>>()?;
        let algorithms = rustls::crypto::aws_lc_rs::default_provider().signature_verification_algorithms.all;
        Ok(Self { registered, algorithms })
    }

    /// Checks claims and signature. The thumbprint only picks words for the error: what counts is that one of the
    /// registered keys made the signature.
    pub(crate) fn check(&self, assertion: &str, client_id: &str, endpoint: &str) -> Result<(), EntraError> {
        let (signed, signature) =
            assertion.rsplit_once('.').ok_or_else(|| EntraError::bad_assertion("no dots"))?;
        let (header, claims) =
            signed.split_once('.').ok_or_else(|| EntraError::bad_assertion("one dot only"))?;
        let (header, claims) = (part(header)?, part(claims)?);
        let signature =
            URL_SAFE_NO_PAD.decode(signature).map_err(|_| EntraError::bad_assertion("signature encoding"))?;
        let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let thumbprint = text(&header, "x5t#S256")
            .or_else(|| text(&header, "x5t"))
            .ok_or_else(|| EntraError::bad_assertion("the header has no thumbprint"))?;
        for claim in ["iss", "sub"] {
            if text(&claims, claim).as_deref() != Some(client_id) {
                return Err(EntraError::bad_assertion("issuer or subject is not the client"));
            }
        }
        if text(&claims, "aud").as_deref() != Some(endpoint) {
            return Err(EntraError::bad_assertion("the audience is not the token endpoint"));
        }
        let now = crate::clock::now().as_second();
        if claims.get("exp").and_then(Value::as_i64).is_none_or(|expiry| expiry <= now) {
            return Err(EntraError::assertion_expired());
        }
        let algorithm = match text(&header, "alg").as_deref() {
            Some("RS256") => alg_id::RSA_PKCS1_SHA256,
            Some("PS256") => alg_id::RSA_PSS_SHA256,
            _ => return Err(EntraError::bad_assertion("the signature algorithm is not supported")),
        };
        if self.registered.is_empty() {
            return Err(EntraError::unknown_certificate(&thumbprint));
        }
        let algorithms = self.algorithms.iter().filter(|candidate| candidate.signature_alg_id() == algorithm);
        for candidate in algorithms {
            for certificate in &self.registered {
                let verified = EndEntityCert::try_from(certificate)
                    .is_ok_and(|key| key.verify_signature(*candidate, signed.as_bytes(), &signature).is_ok());
                if verified {
                    return Ok(());
                }
            }
        }
        Err(EntraError::bad_signature())
    }
}

fn part(text: &str) -> Result<Value, EntraError> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| EntraError::bad_assertion("base64url"))?;
    serde_json::from_slice(&bytes).map_err(|_| EntraError::bad_assertion("JSON"))
}
