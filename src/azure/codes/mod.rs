//! The codes this program gives to failures for which Azure has none.

mod obstacle;

pub(in crate::azure) use self::obstacle::Obstacle;

/// The connection failed, or broke off.
pub const CONNECTION_FAILED: &str = "ConnectionFailed";
/// Nobody trusted signed the certificate of the server, or of a proxy in between.
pub const CERTIFICATE_NOT_TRUSTED: &str = "CertificateNotTrusted";
/// The certificate's time is over.
pub const CERTIFICATE_EXPIRED: &str = "CertificateExpired";
/// The certificate's time has not begun.
pub const CERTIFICATE_NOT_YET_VALID: &str = "CertificateNotYetValid";
/// The certificate is for another name.
pub const CERTIFICATE_WRONG_NAME: &str = "CertificateWrongName";
/// The certificate was taken back.
pub const CERTIFICATE_REVOKED: &str = "CertificateRevoked";
/// The certificate is wrong in another way.
pub const CERTIFICATE_INVALID: &str = "CertificateInvalid";
/// The certificate is that of an authority.
pub const CERTIFICATE_OF_AUTHORITY: &str = "CertificateOfAuthority";
/// The server wants a certificate of its client.
pub const CLIENT_CERTIFICATE: &str = "ClientCertificateRequired";
/// The server speaks no TLS that is spoken here.
pub const NO_COMMON_TLS: &str = "NoCommonTls";
/// What answers does not speak TLS.
pub const NOT_TLS: &str = "NotTls";
/// The proxy wants credentials (407).
pub const PROXY_CREDENTIALS: &str = "ProxyAuthenticationRequired";
/// No answer came in time.
pub const TIMED_OUT: &str = "TimedOut";
/// The body is no JSON, or not all of it arrived.
pub const BODY_NOT_JSON: &str = "BodyNotJson";
/// The body is longer than this program reads.
pub const BODY_TOO_LARGE: &str = "BodyTooLarge";
/// A list came without a `value` array.
pub const NO_VALUE_ARRAY: &str = "NoValueArray";
/// The answer redirects, which is not followed.
pub const REDIRECTED: &str = "Redirected";
/// The next page is at a place the token may not go to.
pub const FOREIGN_LINK: &str = "ForeignLink";
/// The next page is one that has been read.
pub const REPEATED_LINK: &str = "RepeatedLink";
/// A list has more pages than this program reads.
pub const TOO_MANY_PAGES: &str = "TooManyPages";
/// The pages of a list are longer than this program reads.
pub const LIST_TOO_LARGE: &str = "ListTooLarge";
/// The run was stopped.
pub const CANCELLED: &str = "Cancelled";
/// The time of `--max-duration` ran out.
pub const MAX_DURATION: &str = "MaxDurationReached";
/// No token could be had for the request.
pub const SIGN_IN_FAILED: &str = "SignInFailed";
/// Azure does not take the token, and does not say why.
pub const TOKEN_REFUSED: &str = "TokenRefused";
/// The id asked for cannot be part of an address.
pub const INVALID_ID: &str = "InvalidId";

/// Azure's own: the token is of another tenant than the subscription.
pub const OTHER_TENANT: &str = "InvalidAuthenticationTokenTenant";

/// Azure's own words for a token that it does not take.
const REFUSED_TOKENS: [&str; 4] =
    [TOKEN_REFUSED, "ExpiredAuthenticationToken", "InvalidAuthenticationToken", "AuthenticationFailed"];

/// What to do where Azure does not take the token.
pub(in crate::azure) const TOKEN_HINT: &str = "sign in again (`az login`, where the Azure CLI signs in), and check this machine's clock, and that \
     `azure.tenant_id`, `azure.cloud` and `azure.audience` fit together";

/// What to do about a failure with this code, where the code alone tells.
#[must_use]
pub fn hint(code: &str) -> Option<&'static str> {
    match code {
        BODY_TOO_LARGE => Some("raise `requests.body`, where memory allows"),
        LIST_TOO_LARGE => Some("raise `requests.pages`, where memory allows"),
        REDIRECTED => Some("see that no proxy stands in front of Azure Resource Manager"),
        INVALID_ID => Some("check the names and ids in `[scope]`, `--subscription` and `--management-group`"),
        OTHER_TENANT => Some("sign in to the subscription's own tenant (`azure.tenant_id`)"),
        code if REFUSED_TOKENS.contains(&code) => Some(TOKEN_HINT),
        MAX_DURATION => Some("give the run more time with `--max-duration`"),
        code => Obstacle::of_code(code).map(Obstacle::hint),
    }
}
