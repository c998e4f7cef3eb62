//! A credential as an answer repeats it.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::{Echo, EchoForm};

/// What stands for the credential in a body or a header.
const PLACE: &str = "{credential}";

impl Echo {
    /// The body with the credential in its place.
    pub(crate) fn body(&self, credential: &str) -> String {
        self.body.replace(PLACE, &self.form.of(credential))
    }

    /// The headers with the credential in its place.
    pub(crate) fn headers(&self, credential: &str) -> impl Iterator<Item = (&str, String)> {
        let shown = self.form.of(credential);
        self.headers.iter().map(move |(name, value)| (name.as_str(), value.replace(PLACE, &shown)))
    }
}

impl EchoForm {
    fn of(self, credential: &str) -> String {
        let bytes = |format: fn(u8) -> String| credential.bytes().map(format).collect::<String>();
        match self {
            Self::Plain => credential.to_owned(),
            Self::LastPart => credential.rsplit('.').next().unwrap_or_default().to_owned(),
            Self::MiddlePart => credential.split('.').nth(1).unwrap_or(credential).to_owned(),
            Self::Base64 => STANDARD.encode(credential),
            Self::BasicPassword => STANDARD.encode(format!("user:{credential}")),
            Self::Base64Url => URL_SAFE_NO_PAD.encode(credential),
            Self::Percent => bytes(|byte| format!("%{byte:02X}")),
            Self::PercentLower => bytes(|byte| format!("%{byte:02x}")),
            Self::Escaped => bytes(|byte| format!("\\u{byte:04x}")),
        }
    }
}
