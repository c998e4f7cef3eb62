//! What this machine moves over loopback TLS, gunzips and parses: the same pages, fetched by a loop that does nothing
//! else with them. It shares no code with the client.

use std::io::Read;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use flate2::read::GzDecoder;
use reqwest::header::{ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE};
use reqwest::{Certificate, Client};
use serde::Deserialize;
use tokio::task::JoinSet;

use crate::service::Service;
use crate::{Result, megabytes};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What was moved, and how long that took.
#[derive(Clone, Copy)]
pub(crate) struct Moved {
    /// After decompression.
    pub(crate) bytes: u64,
    pub(crate) compressed: u64,
    pub(crate) elapsed: Duration,
}

impl Moved {
    /// Megabytes a second.
    pub(crate) fn rate(self) -> f64 {
        megabytes(self.bytes) / self.elapsed.as_secs_f64()
    }
}

/// Reads every page of clusters and networks once, in so many loops side by side, each one page after the other.
pub(crate) fn run(service: &Service, loops: usize) -> Result<Moved> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime
        .block_on(async {
            let reader = Arc::new(Reader::sign_in(service).await?);
            let clock = Instant::now();
            let (mut bytes, mut compressed) = (0, 0);
            let lists = Arc::new(Mutex::new(reader.lists(&mut bytes, &mut compressed).await?));
            let mut readers = JoinSet::new();
            for _ in 0..loops {
                let (reader, lists) = (Arc::clone(&reader), Arc::clone(&lists));
                readers.spawn(async move { reader.drain(&lists).await });
            }
            while let Some(done) = readers.join_next().await {
                let (more, more_compressed) = done??;
                bytes += more;
                compressed += more_compressed;
            }
            Ok(Moved { bytes, compressed, elapsed: clock.elapsed() })
        })
        .map_err(|failure: Failure| -> Box<dyn std::error::Error> { failure })
}

#[derive(Deserialize)]
struct Page<T> {
    value: Vec<T>,
    #[serde(rename = "nextLink")]
    next: Option<String>,
}

#[derive(Deserialize)]
struct Subscription {
    #[serde(rename = "subscriptionId")]
    id: String,
}

struct Reader {
    client: Client,
    url: String,
    token: String,
}

impl Reader {
    async fn sign_in(service: &Service) -> std::result::Result<Self, Failure> {
        let text =
            |found: Result<&str>| found.map(str::to_owned).map_err(|error| Failure::from(error.to_string()));
        let (url, authority) =
            (text(service.setting("resource_manager"))?, text(service.setting("authority"))?);
        let ca = std::fs::read(text(service.setting("ca_bundle"))?)?;
        // Decompression is done by hand, so that the bytes on the wire can be counted.
        let client = Client::builder()
            .tls_certs_only(Certificate::from_pem_bundle(&ca)?)
            .http1_only()
            .no_gzip()
            .no_proxy()
            .build()?;
        let [tenant, id, secret] = ["AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"]
            .map(|name| text(service.variable(name)));
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "client_credentials")
            .append_pair("client_id", &id?)
            .append_pair("client_secret", &secret?)
            .append_pair("scope", &format!("{url}/.default"));
        let answer = client
            .post(format!("{authority}/{}/oauth2/v2.0/token", tenant?))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form.finish())
            .send()
            .await?
            .error_for_status()?;
        let answer: serde_json::Value = serde_json::from_slice(&answer.bytes().await?)?;
        let token = answer["access_token"].as_str().ok_or("no token")?;
        Ok(Self { client, url, token: format!("Bearer {token}") })
    }

    /// The addresses of the lists of all subscriptions.
    async fn lists(
        &self,
        bytes: &mut u64,
        compressed: &mut u64,
    ) -> std::result::Result<Vec<String>, Failure> {
        let mut lists = Vec::new();
        let mut next = Some(format!("{}/subscriptions?api-version=2022-12-01", self.url));
        while let Some(url) = next {
            let mut text = Vec::new();
            *compressed += self.get(&url, &mut text).await?;
            *bytes += text.len() as u64;
            let page: Page<Subscription> = serde_json::from_slice(&text)?;
            for Subscription { id } in page.value {
                for list in [
                    "Microsoft.Network/virtualNetworks?api-version=2025-05-01",
                    "Microsoft.ContainerService/managedClusters?api-version=2026-08-01",
                ] {
                    lists.push(format!("{}/subscriptions/{id}/providers/{list}", self.url));
                }
            }
            next = page.next;
        }
        Ok(lists)
    }

    /// Reads lists until none is left.
    async fn drain(&self, lists: &Mutex<Vec<String>>) -> std::result::Result<(u64, u64), Failure> {
        let (mut bytes, mut compressed, mut text) = (0, 0, Vec::new());
        loop {
            let list = lists.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let Some(list) = list else { return Ok((bytes, compressed)) };
            let mut next = Some(list);
            while let Some(url) = next {
                compressed += self.get(&url, &mut text).await?;
                bytes += text.len() as u64;
                next = parse(&text)?;
            }
        }
    }

    /// Reads one page into `text`; gives the bytes on the wire.
    async fn get(&self, url: &str, text: &mut Vec<u8>) -> std::result::Result<u64, Failure> {
        let request = self.client.get(url).header(AUTHORIZATION, &self.token).header(ACCEPT_ENCODING, "gzip");
        let body = request.send().await?.error_for_status()?.bytes().await?;
        text.clear();
        if body.starts_with(&[0x1f, 0x8b]) {
            GzDecoder::new(&body[..]).read_to_end(text)?;
        } else {
            text.extend_from_slice(&body);
        }
        Ok(body.len() as u64)
    }
}

/// Reads a page as JSON, whatever it holds, and gives the link to the next.
fn parse(text: &[u8]) -> std::result::Result<Option<String>, Failure> {
    let page: Page<serde_json::Value> = serde_json::from_slice(text)?;
    Ok(std::hint::black_box(page).next)
}
