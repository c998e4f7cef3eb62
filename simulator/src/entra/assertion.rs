//! Client assertions signed with a certificate
//! (<https://learn.microsoft.com/entra/identity-platform/certificate-credentials>).

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, SignatureVerificationAlgorithm, alg_id};
use serde_json::Value;
use webpki::EndEntityCert;

use super::EntraError;

/// The certificates registered with the application.
pub(crate) struct Certificates {
    registered: Vec<Registered>,
    algorithms: &'static [&'static dyn SignatureVerificationAlgorithm],
}

struct Registered {
    certificate: CertificateDer<'static>,
    sha1: String,
    sha256: String,
}

impl Registered {
    fn new(certificate: CertificateDer<'static>) -> Self {
        let thumbprint =
            |algorithm| URL_SAFE_NO_PAD.encode(digest::digest(algorithm, certificate.as_ref()).as_ref());
        let sha1 = thumbprint(&digest::SHA1_FOR_LEGACY_USE_ONLY);
        let sha256 = thumbprint(&digest::SHA256);
        Self { certificate, sha1, sha256 }
    }
}

impl Certificates {
    /// Reads PEM certificates.
    pub(crate) fn new(pems: &[String]) -> Result<Self, rustls::pki_types::pem::Error> {
        let read = |pem: &String| CertificateDer::from_pem_slice(pem.as_bytes()).map(Registered::new);
        let registered = pems.iter().map(read).collect::<Result<_, _>>()?;
        let algorithms = rustls::crypto::aws_lc_rs::default_provider().signature_verification_algorithms.all;
        Ok(Self { registered, algorithms })
    }

    /// Checks an assertion: the thumbprint picks the certificate, the claims must fit, the signature must be its key's.
    pub(crate) fn check(&self, assertion: &str, client_id: &str, endpoint: &str) -> Result<(), EntraError> {
        let (signed, signature) =
            assertion.rsplit_once('.').ok_or_else(|| EntraError::bad_assertion("no dots"))?;
        let (header, claims) =
            signed.split_once('.').ok_or_else(|| EntraError::bad_assertion("one dot only"))?;
        let (header, claims) = (part(header)?, part(claims)?);
        let signature =
            URL_SAFE_NO_PAD.decode(signature).map_err(|_| EntraError::bad_assertion("signature encoding"))?;
        let registered = self.named(&header)?;
        check_claims(&claims, client_id, endpoint)?;
        let algorithm = match text(&header, "alg") {
            Some("RS256") => alg_id::RSA_PKCS1_SHA256,
            Some("PS256") => alg_id::RSA_PSS_SHA256,
            _ => return Err(EntraError::bad_assertion("the signature algorithm is not supported")),
        };
        let key =
            EndEntityCert::try_from(&registered.certificate).map_err(|_| EntraError::bad_signature())?;
        let genuine = self
            .algorithms
            .iter()
            .filter(|candidate| candidate.signature_alg_id() == algorithm)
            .any(|candidate| key.verify_signature(*candidate, signed.as_bytes(), &signature).is_ok());
        if genuine { Ok(()) } else { Err(EntraError::bad_signature()) }
    }

    fn named(&self, header: &Value) -> Result<&Registered, EntraError> {
        let (sha256, sha1) = (text(header, "x5t#S256"), text(header, "x5t"));
        let thumbprint =
            sha256.or(sha1).ok_or_else(|| EntraError::bad_assertion("the header has no thumbprint"))?;
        self.registered
            .iter()
            .find(|registered| match sha256 {
                Some(thumbprint) => registered.sha256 == thumbprint,
                None => registered.sha1 == thumbprint,
            })
            .ok_or_else(|| EntraError::unknown_certificate(thumbprint))
    }
}

fn check_claims(claims: &Value, client_id: &str, endpoint: &str) -> Result<(), EntraError> {
    if ["iss", "sub"].into_iter().any(|claim| text(claims, claim) != Some(client_id)) {
        return Err(EntraError::bad_assertion("issuer or subject is not the client"));
    }
    if text(claims, "aud") != Some(endpoint) {
        return Err(EntraError::bad_assertion("the audience is not the token endpoint"));
    }
    let now = crate::clock::now().as_second();
    match claims.get("exp").and_then(Value::as_i64) {
        Some(expiry) if expiry > now => Ok(()),
        _ => Err(EntraError::assertion_expired()),
    }
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name).and_then(Value::as_str)
}

fn part(text: &str) -> Result<Value, EntraError> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| EntraError::bad_assertion("base64url"))?;
    serde_json::from_slice(&bytes).map_err(|_| EntraError::bad_assertion("JSON"))
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256, SigningKey as _};
    use serde_json::json;

    use super::*;

    const CLIENT: &str = "client";
    const ENDPOINT: &str = "https://127.0.0.1:1/t/oauth2/v2.0/token";

    struct Signer {
        key: KeyPair,
        pem: String,
        thumbprints: Registered,
    }

    impl Signer {
        fn new() -> Self {
            let key = KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap();
            let certificate = CertificateParams::new(Vec::new()).unwrap().self_signed(&key).unwrap();
            let thumbprints = Registered::new(certificate.der().clone());
            Self { key, pem: certificate.pem(), thumbprints }
        }

        fn sign(&self, header: &Value, claims: &Value) -> String {
            let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
            let signed = format!("{}.{}", encode(header), encode(claims));
            let signature = self.key.sign(signed.as_bytes()).unwrap();
            format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
        }
    }

    fn claims(audience: &str, seconds: i64) -> Value {
        let expiry = crate::clock::now().as_second() + seconds;
        json!({ "aud": audience, "iss": CLIENT, "sub": CLIENT, "exp": expiry })
    }

    #[test]
    fn only_the_registered_key_for_this_endpoint_and_time_is_good() {
        let (ours, theirs) = (Signer::new(), Signer::new());
        let certificates = Certificates::new(std::slice::from_ref(&ours.pem)).unwrap();
        let modern = json!({ "alg": "RS256", "x5t#S256": ours.thumbprints.sha256 });
        let legacy = json!({ "alg": "RS256", "x5t": ours.thumbprints.sha1 });
        let foreign = json!({ "alg": "RS256", "x5t": theirs.thumbprints.sha1 });
        let unsigned = json!({ "alg": "none", "x5t": ours.thumbprints.sha1 });
        let good = claims(ENDPOINT, 300);
        let table = [
            (ours.sign(&modern, &good), None),
            (ours.sign(&legacy, &good), None),
            (ours.sign(&foreign, &good), Some("AADSTS700027")),
            (theirs.sign(&modern, &good), Some("AADSTS700027")),
            (ours.sign(&unsigned, &good), Some("AADSTS50027")),
            (ours.sign(&modern, &claims("https://else", 300)), Some("AADSTS50027")),
            (ours.sign(&modern, &claims(ENDPOINT, -1)), Some("AADSTS700024")),
            ("a.b.c".to_owned(), Some("AADSTS50027")),
        ];
        for (assertion, expected) in table {
            let error = certificates.check(&assertion, CLIENT, ENDPOINT).err();
            let text = error.map(|error| error.body("id")["error_description"].to_string());
            match (text, expected) {
                (None, None) => {}
                (Some(text), Some(code)) => assert!(text.contains(code), "{text}"),
                other => panic!("{other:?}"),
            }
        }
    }
}
