//! What stands between this program and Azure: certificates that are not trusted, proxies that want credentials.
//!
//! It is told by the words of the TLS and HTTP libraries, because their errors come boxed through three layers that each may
//! use another version of them. The words are held by tests against real handshakes.

use strum::VariantArray;

use crate::azure::codes;

/// An obstacle with words, a code and a next step of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray)]
pub(in crate::azure) enum Obstacle {
    /// The certificate's time is over.
    Expired,
    /// The certificate's time has not begun.
    NotYetValid,
    /// The certificate is somebody else's.
    WrongName,
    /// The certificate's issuer is nobody known.
    UnknownIssuer,
    /// The issuer took the certificate back.
    Revoked,
    /// The certificate, or what was signed with it, is wrong in another way.
    BadCertificate,
    /// The certificate is an authority's, as a self-signed one often is.
    AuthorityAsServer,
    /// The server wants a certificate of whoever asks.
    ClientCertificate,
    /// What the server speaks of TLS is not spoken here.
    NoCommonTls,
    /// What answers speaks something else than TLS.
    NotTls,
    /// The proxy wants to know who asks.
    ProxyCredentials,
}

impl Obstacle {
    /// The obstacle that the words of the innermost error tell.
    pub(in crate::azure) fn of(cause: &str) -> Option<Self> {
        /// The first that matches counts. The words of rustls and, after them, of the systems' own verifiers.
        const WORDS: &[(&str, Obstacle)] = &[
            ("proxy authorization required", Obstacle::ProxyCredentials),
            ("certificate revocation list", Obstacle::BadCertificate),
            ("expiredrevocationlist", Obstacle::BadCertificate),
            ("unknownrevocationstatus", Obstacle::BadCertificate),
            ("not valid for name", Obstacle::WrongName),
            ("notvalidforname", Obstacle::WrongName),
            ("not valid yet", Obstacle::NotYetValid),
            ("notvalidyet", Obstacle::NotYetValid),
            ("certificate expired", Obstacle::Expired),
            ("certificate: expired", Obstacle::Expired),
            ("certificate has expired", Obstacle::Expired),
            ("certificate is expired", Obstacle::Expired),
            ("revoked", Obstacle::Revoked),
            ("causedasendentity", Obstacle::AuthorityAsServer),
            ("alert: certificaterequired", Obstacle::ClientCertificate),
            ("alert: handshakefailure", Obstacle::NoCommonTls),
            ("alert: insufficientsecurity", Obstacle::NoCommonTls),
            ("alert: protocolversion", Obstacle::NoCommonTls),
            ("peer is incompatible", Obstacle::NoCommonTls),
            ("invalidcontenttype", Obstacle::NotTls),
            ("unknownissuer", Obstacle::UnknownIssuer),
            ("unknownca", Obstacle::UnknownIssuer),
            ("certificate is not trusted", Obstacle::UnknownIssuer),
            ("certificate", Obstacle::BadCertificate),
        ];
        let cause = cause.to_ascii_lowercase();
        WORDS.iter().find(|(words, _)| cause.contains(words)).map(|(_, obstacle)| *obstacle)
    }

    /// The obstacle that a code stands for.
    pub(in crate::azure) fn of_code(code: &str) -> Option<Self> {
        Self::VARIANTS.iter().copied().find(|obstacle| obstacle.code() == code)
    }

    /// Whether it is still there when asked again: a line that garbles bytes looks as if nobody spoke TLS.
    pub(in crate::azure) fn stays(self) -> bool {
        self != Self::NotTls
    }

    /// Its code in the ledger.
    pub(in crate::azure) fn code(self) -> &'static str {
        match self {
            Self::Expired => codes::CERTIFICATE_EXPIRED,
            Self::NotYetValid => codes::CERTIFICATE_NOT_YET_VALID,
            Self::WrongName => codes::CERTIFICATE_WRONG_NAME,
            Self::UnknownIssuer => codes::CERTIFICATE_NOT_TRUSTED,
            Self::Revoked => codes::CERTIFICATE_REVOKED,
            Self::BadCertificate => codes::CERTIFICATE_INVALID,
            Self::AuthorityAsServer => codes::CERTIFICATE_OF_AUTHORITY,
            Self::ClientCertificate => codes::CLIENT_CERTIFICATE,
            Self::NoCommonTls => codes::NO_COMMON_TLS,
            Self::NotTls => codes::NOT_TLS,
            Self::ProxyCredentials => codes::PROXY_CREDENTIALS,
        }
    }

    /// What it is, before the words of the library.
    pub(in crate::azure) fn words(self) -> &'static str {
        match self {
            Self::Expired => "the server's certificate has expired",
            Self::NotYetValid => "the server's certificate is not valid yet",
            Self::WrongName => "the server's certificate is for another name",
            Self::UnknownIssuer => "the server's certificate is not trusted",
            Self::Revoked => "the server's certificate was revoked",
            Self::BadCertificate => "the server's certificate can't be used",
            Self::AuthorityAsServer => "the server's certificate is that of an authority",
            Self::ClientCertificate => "the server wants a certificate of its client",
            Self::NoCommonTls => "the server speaks no TLS that is spoken here",
            Self::NotTls => "what answers does not speak TLS",
            Self::ProxyCredentials => "the proxy wants credentials",
        }
    }

    /// What to do about it.
    pub(in crate::azure) fn hint(self) -> &'static str {
        match self {
            Self::Expired => {
                "see that this machine's clock is right; if it is, whoever runs the server, or the proxy in front of it, must \
                 renew the certificate"
            }
            Self::NotYetValid => "see that this machine's clock is right: it most likely is behind",
            Self::WrongName => {
                "something else answers at this address: see that the endpoints of `[azure]`, name resolution and the proxy lead \
                 to the right server"
            }
            Self::UnknownIssuer => {
                "a proxy that inspects TLS, or a private cloud? name the root that signed it, in PEM, in `azure.ca_bundle`"
            }
            Self::Revoked => {
                "do not go on: ask whoever runs the server, or the proxy in front of it, for a new certificate"
            }
            Self::BadCertificate => {
                "ask whoever runs the server, or the proxy in front of it, what is wrong with the certificate"
            }
            Self::AuthorityAsServer => {
                "a self-signed certificate that is its own authority is never taken, whatever is trusted: the server needs one \
                 that an authority has signed"
            }
            Self::ClientCertificate => {
                "this program shows none: ask whoever runs the server, or the proxy in front of it, for a way without"
            }
            Self::NoCommonTls => {
                "TLS 1.2 or 1.3 with a cipher suite of today is needed, and no certificate of the client: ask whoever runs the \
                 server, or the proxy in front of it"
            }
            Self::NotTls => {
                "see that the endpoints of `[azure]`, with their ports, and the proxy lead to a server that speaks https"
            }
            Self::ProxyCredentials => {
                "give them in the proxy's address, as in `HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT`, with `%` codes for \
                 special characters"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fault_has_words_and_a_hint_of_its_own() {
        use Obstacle::{
            AuthorityAsServer, BadCertificate, ClientCertificate, Expired, NoCommonTls, NotTls, NotYetValid,
            ProxyCredentials, Revoked, UnknownIssuer, WrongName,
        };
        let cases = [
            ("invalid peer certificate: Expired", Expired),
            (
                "invalid peer certificate: certificate expired: verification time 9 (UNIX), but certificate is not valid after 8 (1 seconds ago)",
                Expired,
            ),
            ("invalid peer certificate: NotValidYet", NotYetValid),
            (
                "invalid peer certificate: certificate not valid yet: verification time 7 (UNIX), but certificate is not valid before 8 (1 seconds in future)",
                NotYetValid,
            ),
            ("invalid peer certificate: NotValidForName", WrongName),
            (
                "invalid peer certificate: certificate not valid for name \"a.example\"; certificate is only valid for DnsName(\"expired.example\")",
                WrongName,
            ),
            ("invalid peer certificate: UnknownIssuer", UnknownIssuer),
            ("received fatal alert: UnknownCA", UnknownIssuer),
            ("invalid peer certificate: Other(OtherError(\"certificate is not trusted\"))", UnknownIssuer),
            ("invalid peer certificate: Revoked", Revoked),
            ("invalid peer certificate: UnknownRevocationStatus", BadCertificate),
            (
                "invalid peer certificate: certificate revocation list expired: verification time 9 (UNIX)",
                BadCertificate,
            ),
            ("invalid peer certificate: BadSignature", BadCertificate),
            ("invalid peer certificate: Other(OtherError(CaUsedAsEndEntity))", AuthorityAsServer),
            ("received fatal alert: CertificateRequired", ClientCertificate),
            ("received fatal alert: HandshakeFailure", NoCommonTls),
            ("received fatal alert: ProtocolVersion", NoCommonTls),
            ("peer is incompatible: ServerDoesNotSupportTls12Or13", NoCommonTls),
            ("received corrupt message of type InvalidContentType", NotTls),
            ("proxy authorization required", ProxyCredentials),
        ];
        for (cause, expected) in cases {
            assert_eq!(Obstacle::of(cause), Some(expected), "{cause}");
            assert_eq!(Obstacle::of_code(expected.code()), Some(expected));
            assert_eq!(expected.hint().contains("azure.ca_bundle"), expected == UnknownIssuer, "{cause}");
            let is_of_time = matches!(expected, Expired | NotYetValid);
            assert_eq!(expected.hint().contains("clock"), is_of_time, "{cause}");
        }
        for cause in ["connection refused", "tls handshake eof", "unsuccessful tunnel"] {
            assert_eq!(Obstacle::of(cause), None, "{cause}");
        }
    }
}
