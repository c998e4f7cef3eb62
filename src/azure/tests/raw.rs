//! What the simulated Azure has too good manners for: bodies without an end, headers of every kind, odd certificates.

use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{ServerConfig, crypto::aws_lc_rs};

use super::*;

/// What is written after a `GET`, bytes for bytes.
#[derive(Debug, Clone, Default)]
struct Answer {
    start: Vec<u8>,
    /// Written again and again until the client has enough.
    endless: Vec<u8>,
}

/// A server that gives a token to whoever asks, and one answer to everything else.
struct Raw {
    address: SocketAddr,
    ca_pem: String,
    answer: Arc<Mutex<Answer>>,
}

impl Raw {
    async fn start(change: impl FnOnce(&mut CertificateParams)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut authority = CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        // An issuer of the same name with another key is a bad signature, and not an unknown issuer.
        authority.distinguished_name.push(DnType::CommonName, format!("authority of {address}"));
        let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
        let mut server = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
        change(&mut server);
        let key = KeyPair::generate().unwrap();
        let certificate = server.signed_by(&key, &authority).unwrap().der().clone();
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let answer = Arc::new(Mutex::new(Answer::default()));
        let shared = answer.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let answer = shared.lock().unwrap_or_else(PoisonError::into_inner).clone();
                tokio::spawn(serve(acceptor.clone(), stream, answer));
            }
        });
        Self { address, ca_pem: authority.pem(), answer }
    }

    /// A server that answers whatever is said with these bytes, and goes.
    async fn plain(bytes: &'static [u8]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let _ = stream.read(&mut [0; 4096]).await;
                let _ = stream.write_all(bytes).await;
            }
        });
        Self { address, ca_pem: Self::good().await.ca_pem, answer: Arc::default() }
    }

    async fn good() -> Self {
        Self::start(|_| ()).await
    }

    fn answer(&self, start: impl Into<Vec<u8>>, endless: impl Into<Vec<u8>>) {
        *self.answer.lock().unwrap() = Answer { start: start.into(), endless: endless.into() };
    }

    async fn connect(&self, limits: Limits) -> Result<ArmClient, SignInError> {
        let url = format!("https://{}", self.address);
        let env = [("AZURE_TENANT_ID", TENANT), ("AZURE_CLIENT_ID", ONE), ("AZURE_CLIENT_SECRET", "hunter2")];
        let options = ConnectOptions {
            cloud: Cloud::custom(&url, &url, &url).unwrap(),
            ca_bundle: Some(CaBundle::Pem(self.ca_pem.as_bytes().to_vec())),
            retry: RetryPolicy {
                max_retry_after: Duration::from_millis(2),
                ..RetryPolicy::new(
                    2,
                    Duration::from_millis(1),
                    Duration::from_millis(2),
                    Duration::from_secs(20),
                )
            },
            limits,
            ..ConnectOptions::default()
        };
        ArmClient::connect(options, &Env::from_pairs(env)).await
    }
}

/// One request a connection.
async fn serve(acceptor: TlsAcceptor, stream: TcpStream, answer: Answer) {
    let Ok(mut stream) = acceptor.accept(stream).await else { return };
    let mut request = Vec::new();
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        if stream.read_buf(&mut request).await.is_ok_and(|read| read > 0) {
            continue;
        }
        return;
    }
    let token = r#"{"token_type":"Bearer","expires_in":3600,"access_token":"a.b.c"}"#;
    let token =
        format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{token}", token.len());
    let is_sign_in = request.starts_with(b"POST");
    let start = if is_sign_in { token.as_bytes() } else { &answer.start };
    let mut sent = stream.write_all(start).await;
    while sent.is_ok() && !is_sign_in && !answer.endless.is_empty() {
        sent = stream.write_all(&answer.endless).await;
    }
    let _ = stream.shutdown().await;
}

const MIB: u64 = 1 << 20;

fn limits() -> Limits {
    Limits { body_bytes_in_flight: MIB, max_body_bytes: 4 * MIB, ..Limits::default() }
}

/// A chunk of a body that never ends.
fn spaces() -> Vec<u8> {
    [b"10000\r\n".to_vec(), vec![b' '; 1 << 16], b"\r\n".to_vec()].concat()
}

#[tokio::test]
async fn bodies_without_an_end_cost_what_the_limits_say() {
    let server = Raw::good().await;
    server.answer("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", spaces());
    let client = server.connect(limits()).await.unwrap();
    let lists =
        futures_util::future::join_all((0..8).map(|_| client.list::<wire::VirtualNetwork>(ONE))).await;
    for listing in lists {
        assert_eq!(outcome(&listing), "0 items, 0 odd, 1 requests: Failed 200 BodyTooLarge");
        let failure = listing.failure.unwrap();
        assert!(failure.message.contains("4194304") && failure.hint().unwrap().contains("requests.body"));
    }
    // The budget, and one body that moves for the last time: from half its limit to its limit.
    let most = client.statistics().most_body_bytes;
    assert!(most > MIB && most <= 7 * MIB, "{most}");
}

#[tokio::test]
async fn what_unpacks_without_measure_costs_what_the_limits_say() {
    use std::io::Write;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    for _ in 0..64 {
        gzip.write_all(&vec![b' '; 1 << 20]).unwrap();
    }
    let body = gzip.finish().unwrap();
    let server = Raw::good().await;
    let head = format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", body.len());
    server.answer([head.into_bytes(), body].concat(), "");
    let client = server.connect(limits()).await.unwrap();
    let listing = client.list::<wire::VirtualNetwork>(ONE).await;
    assert_eq!(outcome(&listing), "0 items, 0 odd, 1 requests: Failed 200 BodyTooLarge");
    let most = client.statistics().most_body_bytes;
    assert!(most > MIB && most <= 9 * MIB, "{most}");
}

#[tokio::test]
async fn next_to_nothing_that_becomes_much_costs_what_the_limits_say() {
    let server = Raw::good().await;
    let client = server.connect(limits()).await.unwrap();
    // Each is within the limit of a body.
    for (start, entry, end) in [
        (r#"{"value":["#, "{}", "]}"),
        (r#"{"value":["#, "7", "]}"),
        (r#"{"value":[{"properties":{"subnets":["#, "{}", "]}}]}"),
        (r#"{"value":[{"properties":{"subnets":["#, "[]", "]}}]}"),
        (r#"{"value":[{"properties":{"subnets":[{"properties":{"delegations":["#, "{}", "]}}]}}]}"),
        (r#"{"value":[7,{"properties":{"addressSpace":{"addressPrefixes":["#, "{}", "]}}}]}"),
    ] {
        let length = usize::try_from(4 * MIB).unwrap() - start.len() - end.len();
        let body = format!("{start}{}{end}", vec![entry; length / (entry.len() + 1)].join(","));
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
        server.answer([head, body].concat(), "");
        let listing = client.list::<wire::VirtualNetwork>(ONE).await;
        assert_eq!(
            outcome(&listing),
            "0 items, 0 odd, 1 requests: Failed 200 BodyTooLarge",
            "{start}{entry}"
        );
        let failure = listing.failure.unwrap();
        assert!(failure.message.contains("8 times the 4194304 bytes that `requests.body`"), "{failure}");
        assert!(failure.hint().unwrap().contains("requests.body"));
    }
}

#[tokio::test]
async fn what_all_pages_become_is_summed() {
    let server = Raw::good().await;
    // Each entry of three bytes takes a hundred times as many; the limits of a body are far away.
    let body = format!(r#"{{"value":[{}]}}"#, vec!["{}"; 1_000].join(","));
    let (length, most) = (body.len() as u64, 16 * body.len() as u64);
    server.answer([format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n"), body].concat(), "");
    let client = server.connect(Limits { max_list_bytes: most, ..Limits::default() }).await.unwrap();
    let listing = client.list::<wire::VirtualNetwork>(ONE).await;
    assert_eq!(outcome(&listing), "0 items, 0 odd, 1 requests: Failed - ListTooLarge");
    let failure = listing.failure.unwrap();
    assert!(failure.message.contains("8 times as much"), "{failure}");
    assert!(failure.hint().unwrap().contains("requests.pages"));
}

#[tokio::test]
async fn a_list_is_read_up_to_its_limit_and_says_which() {
    let azure = Azure::start(options()).await;
    let connect = async |max_list_bytes| {
        let limits = Limits { max_list_bytes, ..Limits::default() };
        let options = ConnectOptions { limits, ..azure.connect_options() };
        ArmClient::connect(options, &azure.env()).await.unwrap()
    };
    let all = connect(1 << 30).await;
    assert!(all.list::<wire::VirtualNetwork>(ONE).await.failure.is_none());
    let length = all.statistics().bytes;
    let client = connect(length).await;
    assert_eq!(
        outcome(&client.list::<wire::VirtualNetwork>(ONE).await),
        "10 items, 0 odd, 4 requests: complete"
    );
    let listing = connect(length - 1).await.list::<wire::VirtualNetwork>(ONE).await;
    assert_eq!(outcome(&listing), "9 items, 0 odd, 4 requests: Failed - ListTooLarge");
    assert!(listing.failure.unwrap().hint().unwrap().contains("requests.pages"));
    let listing = connect(100).await.list::<wire::VirtualNetwork>(ONE).await;
    assert_eq!(outcome(&listing), "0 items, 0 odd, 1 requests: Failed - ListTooLarge");
}

#[tokio::test]
async fn headers_of_every_kind_end_in_an_answer_or_a_failure() {
    const HEADERS: [&str; 16] = [
        "Retry-After",
        "retry-after-ms",
        "x-ms-retry-after-ms",
        "Content-Length",
        "Content-Encoding",
        "Content-Type",
        "Transfer-Encoding",
        "x-ms-ratelimit-remaining-subscription-reads",
        "x-ms-ratelimit-remaining-subscription-global-reads",
        "x-ms-ratelimit-remaining-tenant-reads",
        "x-ms-request-id",
        "x-ms-correlation-request-id",
        "Date",
        "Location",
        "Connection",
        "WWW-Authenticate",
    ];
    let huge = "9".repeat(5_000);
    let values: [&[u8]; 15] = [
        b"",
        b" ",
        b"0",
        b"-1",
        b"1.5",
        b"9223372036854775807",
        b"18446744073709551615",
        b"100000000000000000000000000000000",
        b"1e400",
        b"NaN",
        b"Fri, 31 Dec 9999 23:59:59 GMT",
        b"Friday, 31-Dec-99 23:59:59 GMT",
        b"\xff\xfe\x00",
        b"gzip, chunked",
        huge.as_bytes(),
    ];
    let pacing =
        Pacing { shortest_interval: Duration::ZERO, longest_interval: Duration::ZERO, ..Pacing::default() };
    let server = Raw::good().await;
    let client = server.connect(Limits { pacing, ..Limits::default() }).await.unwrap();
    let mut complete = 0;
    for name in HEADERS {
        for value in values {
            for status in ["200 OK", "429 Too Many Requests"] {
                let head = format!("HTTP/1.1 {status}\r\n{name}: ");
                let rest = b"\r\n\r\n{\"value\":[]}".to_vec();
                server.answer([head.into_bytes(), value.to_vec(), rest].concat(), "");
                let listing = client.list::<wire::VirtualNetwork>(ONE).await;
                assert!(listing.items.is_empty() && (1..=2).contains(&listing.attempts), "{name} {value:?}");
                complete += usize::from(listing.failure.is_none());
            }
        }
    }
    assert!((100..=240).contains(&complete), "{complete}: some are good, and none of the bad statuses");
}

#[tokio::test]
async fn each_fault_of_a_handshake_is_told_by_its_own_words() {
    let now = jiff::Zoned::now().year();
    let expired = Raw::start(|certificate| certificate.not_after = date_time_ymd(2020, 1, 1)).await;
    let early =
        Raw::start(|certificate| certificate.not_before = date_time_ymd(i32::from(now) + 2, 1, 1)).await;
    let other = Raw::start(|certificate| {
        *certificate = CertificateParams::new(vec!["elsewhere.example".to_owned()]).unwrap();
    })
    .await;
    let mut unknown = Raw::good().await;
    unknown.ca_pem = Raw::good().await.ca_pem;
    let authority =
        Raw::start(|certificate| certificate.is_ca = IsCa::Ca(BasicConstraints::Unconstrained)).await;
    // A server of TLS 1.0 answers with the alert `protocol_version`, one without a common cipher with `handshake_failure`.
    let old = Raw::plain(b"\x15\x03\x01\x00\x02\x02\x46").await;
    let weak = Raw::plain(b"\x15\x03\x03\x00\x02\x02\x28").await;
    let http = Raw::plain(b"HTTP/1.1 400 Bad Request\r\n\r\nThis is plain http").await;
    let ssh = Raw::plain(b"SSH-2.0-OpenSSH_9.9\r\n").await;
    for (server, words, hint) in [
        (expired, "the server's certificate has expired: ", "clock"),
        (early, "the server's certificate is not valid yet: ", "clock"),
        (other, "the server's certificate is for another name: ", "something else answers"),
        (unknown, "the server's certificate is not trusted: ", "azure.ca_bundle"),
        (authority, "the server's certificate is that of an authority: ", "self-signed"),
        (old, "the server speaks no TLS that is spoken here: ", "TLS 1.2"),
        (weak, "the server speaks no TLS that is spoken here: ", "cipher suite"),
        (http, "what answers does not speak TLS: ", "ports"),
        (ssh, "what answers does not speak TLS: ", "ports"),
    ] {
        let error = server.connect(Limits::default()).await.unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
        assert!(error.hint().contains(hint), "{error}: {}", error.hint());
        assert_eq!(error.hint().contains("ca_bundle"), hint.contains("ca_bundle"), "{error}");
    }
}

#[tokio::test]
async fn a_token_that_never_ends_is_no_token() {
    let server = Raw::good().await;
    // Whoever signs in is told to ask the same place, which gives everything but a token.
    server.answer("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", spaces());
    let http = reqwest::Client::builder()
        .tls_certs_only(CaBundle::Pem(server.ca_pem.as_bytes().to_vec()).certificates().unwrap())
        .build()
        .unwrap();
    let transport = super::super::transport::SignInTransport::new(http);
    let url = format!("https://{}/x/oauth2/v2.0/token", server.address).parse().unwrap();
    let request = azure_core::http::Request::new(url, azure_core::http::Method::Get);
    let error = azure_core::http::HttpClient::execute_request(&transport, &request).await.unwrap_err();
    assert!(error.to_string().contains("1048576 bytes"), "{error}");
}
