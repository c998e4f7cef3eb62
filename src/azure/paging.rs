//! Lists and single resources: page after page, to the end or to a stated failure.

use std::collections::HashSet;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use url::Url;

use super::body::{self, OddObject, Page};
use super::client::Shared;
use super::codes;
use super::exchange::exchange;
use super::failure::ReadFailure;
use super::link;
use super::throttle::Gate;
use super::versions::Provider;
use super::wire::Identified;
use crate::meter;

/// No list of this program's has more pages; one that does is a loop with ever new links.
const MOST_PAGES: usize = 10_000;

/// What was read, a list or a single resource, as far as it could be.
#[derive(Debug)]
pub struct Read<T> {
    /// The objects that were read, each once, in the order they came.
    pub items: Vec<T>,
    /// The objects whose shape could not be understood.
    pub odd: Vec<OddObject>,
    /// Requests sent for it, all pages and repeated ones counted.
    pub attempts: u32,
    /// What the ledger should say beside the outcome.
    pub notes: Vec<String>,
    /// Why it is not complete; `items` holds what was read before.
    pub failure: Option<ReadFailure>,
}

/// What to read: a path below Resource Manager.
pub(super) struct Target<'a> {
    pub(super) provider: Provider,
    /// The subscription whose budget it draws on; none for calls of the tenant.
    pub(super) subscription: Option<&'a str>,
    pub(super) path: String,
}

impl<T> Read<T> {
    fn empty() -> Self {
        Self { items: Vec::new(), odd: Vec::new(), attempts: 0, notes: Vec::new(), failure: None }
    }

    /// What could not even be asked for.
    pub(super) fn failed(failure: ReadFailure) -> Self {
        Self { failure: Some(failure), ..Self::empty() }
    }
}

/// Reads a list to its end.
pub(super) async fn list<T>(shared: &Shared, target: Target<'_>) -> Read<T>
where
    T: DeserializeOwned + Identified + Send,
{
    let gate = shared.throttle.gate(target.subscription);
    let mut listing = Read::empty();
    let first = first_answer(shared, &gate, &target, body::page::<T>).await;
    listing.attempts = first.attempts;
    match first.result {
        Ok((url, page)) => {
            let pages = Pages { shared, gate, listing, seen: HashSet::new(), bytes: 0 };
            pages.follow(&url, page, first.bytes).await
        }
        Err(failure) if failure.is_provider_unregistered() => {
            let namespace = target.provider.namespace();
            listing
                .notes
                .push(format!("`{namespace}` is not registered in this subscription, so it has none"));
            listing
        }
        Err(failure) => Read { failure: Some(failure), ..listing },
    }
}

/// Reads a single resource.
pub(super) async fn fetch<T: DeserializeOwned + Send>(shared: &Shared, target: Target<'_>) -> Read<T> {
    let gate = shared.throttle.gate(target.subscription);
    let mut read = Read::empty();
    let answer = first_answer(shared, &gate, &target, body::single::<T>).await;
    read.attempts = answer.attempts;
    match answer.result {
        Ok((_, Ok(item))) => read.items.push(item),
        Ok((_, Err(odd))) => read.odd.push(odd),
        Err(failure) => read.failure = Some(failure),
    }
    read
}

/// A first answer, with the address that gave it.
struct First<B> {
    result: Result<(Url, B), ReadFailure>,
    attempts: u32,
    bytes: u64,
}

/// Asks with the newest version that the cloud is not known to lack, and with the one before where it lacks that.
async fn first_answer<B>(
    shared: &Shared,
    gate: &Gate,
    target: &Target<'_>,
    parse: fn(&[u8]) -> Result<B, body::BodyFault>,
) -> First<B> {
    let candidates = shared.api_versions.candidates(target.provider);
    let mut versions = shared.used_versions.worth_asking(target.provider, candidates).into_iter().peekable();
    let mut attempts = 0;
    let mut refused = None;
    loop {
        let Some(version) = versions.next() else {
            let namespace = target.provider.namespace();
            let failure = ReadFailure::new(codes::INVALID_ID, format!("no API version for `{namespace}`"));
            return First { result: Err(failure), attempts, bytes: 0 };
        };
        let url = address(&shared.resource_manager, &target.path, version);
        let answer = exchange(shared, &url, gate, parse).await;
        attempts += answer.attempts;
        match answer.result {
            Ok(body) => {
                shared.used_versions.record(target.provider, version, refused);
                return First { result: Ok((url, body)), attempts, bytes: answer.bytes };
            }
            Err(failure) if failure.is_version_rejected() && versions.peek().is_some() => {
                refused = refused.or(Some(version));
            }
            Err(failure) => return First { result: Err(failure), attempts, bytes: 0 },
        }
    }
}

pub(super) fn address(resource_manager: &Url, path: &str, version: &str) -> Url {
    let mut url = resource_manager.clone();
    url.set_path(path);
    url.query_pairs_mut().append_pair("api-version", version);
    url
}

/// A list while its pages are read.
struct Pages<'a, T> {
    shared: &'a Shared,
    gate: Arc<Gate>,
    listing: Read<T>,
    /// The ids so far, in lower case.
    seen: HashSet<String>,
    /// What its pages take so far.
    bytes: u64,
}

impl<T: DeserializeOwned + Identified + Send> Pages<'_, T> {
    async fn follow(mut self, first: &Url, page: Page<T>, bytes: u64) -> Read<T> {
        let mut visited = HashSet::from([first.to_string()]);
        let mut repeated = 0;
        let mut page = self.count(bytes).map(|()| page);
        loop {
            let next = match page {
                Ok(page) => self.take(page, &mut repeated),
                Err(failure) => {
                    self.listing.failure = Some(failure);
                    None
                }
            };
            let Some(link) = next else { break };
            page = self.next_page(&link, &mut visited).await;
        }
        if repeated > 0 {
            let objects = if repeated == 1 { "1 object".to_owned() } else { format!("{repeated} objects") };
            self.listing.notes.push(format!("{objects} came more than once, and counted once"));
        }
        self.listing
    }

    async fn next_page(&mut self, link: &str, visited: &mut HashSet<String>) -> Result<Page<T>, ReadFailure> {
        let url = link::accept(link, &self.shared.resource_manager).map_err(|refused| {
            let message = format!("the link to the next page was not followed: {refused}");
            ReadFailure::new(codes::FOREIGN_LINK, message)
        })?;
        if !visited.insert(url.to_string()) {
            let message = "the link to the next page leads to one that was read before";
            return Err(ReadFailure::new(codes::REPEATED_LINK, message));
        }
        if visited.len() > MOST_PAGES {
            let message = format!("the list has more than {MOST_PAGES} pages");
            return Err(ReadFailure::new(codes::TOO_MANY_PAGES, message));
        }
        let answer = exchange(self.shared, &url, &self.gate, body::page::<T>).await;
        self.listing.attempts += answer.attempts;
        let page = answer.result?;
        self.count(answer.bytes).map(|()| page)
    }

    /// Counts what a page takes. The page that passes the limit is not kept.
    fn count(&mut self, bytes: u64) -> Result<(), ReadFailure> {
        let limit = self.shared.max_list_bytes;
        self.bytes = self.bytes.saturating_add(bytes);
        if self.bytes <= limit {
            return Ok(());
        }
        let multiple = meter::MULTIPLE;
        let message = format!(
            "the pages of the list are longer than the {limit} bytes that `requests.pages` allows, or become more than \
             {multiple} times as much"
        );
        Err(ReadFailure::new(codes::LIST_TOO_LARGE, message))
    }

    /// Keeps what a page holds that no page before held, and returns the link to the next.
    fn take(&mut self, page: Page<T>, repeated: &mut usize) -> Option<String> {
        self.listing.odd.extend(page.odd);
        for item in page.items {
            let is_new = item.id().is_none_or(|id| self.seen.insert(id.to_ascii_lowercase()));
            if is_new {
                self.listing.items.push(item);
            } else {
                *repeated += 1;
            }
        }
        page.next
    }
}
