//! How Resource Manager answers a call that is signed in and not throttled.

mod catalogue;
mod documents;
mod error;
mod page;
mod route;
mod skip_token;
mod versions;

use std::sync::Arc;

use bytes::Bytes;
use serde_json::Value;

use crate::entra::CLIENT_ID;
use crate::estate::Access;

pub(crate) use catalogue::{Catalogue, Entry, List};
pub(crate) use documents::metadata;
pub(crate) use error::ArmError;
pub(crate) use page::Page;
pub(crate) use route::Route;
pub(crate) use skip_token::SkipToken;
pub(crate) use versions::as_of;

/// What a call asks for, beside its route.
pub(crate) struct Question<'a> {
    /// `https://host:port`, as the caller addressed us.
    pub(crate) origin: &'a str,
    /// The path as it was sent.
    pub(crate) path: &'a str,
    /// Path and query as they were sent.
    pub(crate) path_and_query: &'a str,
    pub(crate) api_version: &'a str,
    pub(crate) skip_token: Option<SkipToken>,
}

impl Question<'_> {
    fn page(&self) -> usize {
        self.skip_token.map_or(1, |token| token.page)
    }

    /// The link to a page of what is being asked for.
    pub(crate) fn link(&self, token: SkipToken) -> String {
        format!("{}{}?api-version={}&%24skiptoken={token}", self.origin, self.path, self.api_version)
    }
}

/// What Resource Manager found.
pub(crate) enum Found {
    Page(Listing),
    Object(Bytes),
}

/// A page, and its neighbours for the faults.
pub(crate) struct Listing {
    pub(crate) page: Arc<Page>,
    pub(crate) number: usize,
    pub(crate) previous: Option<Arc<Page>>,
    /// Whether another page follows.
    pub(crate) more: bool,
    /// Whether the end of the list is an explicit null.
    pub(crate) null_at_end: bool,
}

impl Listing {
    fn of(list: &List, number: usize, token: Option<SkipToken>) -> Result<Self, ArmError> {
        let page = list.page(number).ok_or_else(|| {
            ArmError::invalid_skip_token(&token.map(|token| token.to_string()).unwrap_or_default())
        })?;
        Ok(Self {
            page: Arc::clone(page),
            number,
            previous: list.page(number - 1).cloned(),
            more: number < list.pages(),
            null_at_end: false,
        })
    }

    /// What follows the items.
    pub(crate) fn ending(&self, question: &Question<'_>) -> Vec<u8> {
        if self.more {
            let link = Value::from(question.link(SkipToken::to_page(self.number + 1)));
            format!("],\"nextLink\":{link}}}").into_bytes()
        } else if self.null_at_end {
            b"],\"nextLink\":null}".to_vec()
        } else {
            b"]}".to_vec()
        }
    }
}

/// Answers a call. Where a subscription's resources were never asked for, they are made on a blocking thread.
pub(crate) async fn find(
    catalogue: &Catalogue,
    route: &Route,
    question: &Question<'_>,
) -> Result<Found, ArmError> {
    let number = question.page();
    check_access(catalogue, route, question)?;
    let listing = |list: &List| Listing::of(list, number, question.skip_token).map(Found::Page);
    match route {
        Route::Subscriptions => listing(&catalogue.subscriptions),
        Route::Descendants { group } => {
            let list = catalogue.descendants(group).ok_or_else(|| ArmError::group_not_found(group))?;
            let found = Listing::of(list, number, question.skip_token)?;
            Ok(Found::Page(Listing { null_at_end: true, ..found }))
        }
        Route::Subscription { subscription } => {
            let entry = entry_in(catalogue, subscription)?;
            Ok(Found::Object(documents::subscription(&entry.subscription).to_string().into()))
        }
        Route::List { subscription, group, of } => {
            let entry = stocked(catalogue, subscription).await?;
            let shelf = entry.shelf().map_err(ArmError::internal)?;
            listing(shelf.list(*of, group.as_deref()))
        }
        Route::Resource { subscription, id, .. } => {
            Ok(Found::Object(resource(catalogue, subscription, id).await?.into()))
        }
        Route::Usages { subscription, network } => {
            let text = resource(catalogue, subscription, network).await?;
            let network: Value = serde_json::from_slice(&text).map_err(ArmError::internal)?;
            let list = List::build(&documents::usages(&network), usize::MAX, |_, _, _| {})
                .map_err(ArmError::internal)?;
            listing(&list)
        }
        _ => Err(ArmError::no_such_path(question.path)),
    }
}

/// The entry of a subscription that the token's tenant may see.
fn entry_in<'a>(catalogue: &'a Catalogue, subscription: &str) -> Result<&'a Arc<Entry>, ArmError> {
    let entry =
        catalogue.entry(subscription).ok_or_else(|| ArmError::subscription_not_found(subscription))?;
    let tenant = &entry.subscription.tenant_id;
    if tenant.eq_ignore_ascii_case(&catalogue.tenant_id) {
        Ok(entry)
    } else {
        Err(ArmError::wrong_tenant(&catalogue.tenant_id, tenant))
    }
}

/// Refuses what the signed-in identity may not read.
fn check_access(catalogue: &Catalogue, route: &Route, question: &Question<'_>) -> Result<(), ArmError> {
    let Some(entry) = route.subscription().and_then(|id| catalogue.entry(id)) else { return Ok(()) };
    let denied = match entry.subscription.access {
        Access::Full => false,
        Access::NetworkDenied => route.provider() == "Microsoft.Network",
        Access::Denied => true,
    };
    if denied {
        Err(ArmError::denied(CLIENT_ID, &route.action(), &route.scope(question.path)))
    } else {
        Ok(())
    }
}

async fn stocked(catalogue: &Catalogue, subscription: &str) -> Result<Arc<Entry>, ArmError> {
    let entry = Arc::clone(entry_in(catalogue, subscription)?);
    if !entry.is_ready() {
        let stocking = Arc::clone(&entry);
        tokio::task::spawn_blocking(move || stocking.shelf().map(|_| ()).map_err(str::to_owned))
            .await
            .map_err(ArmError::internal)?
            .map_err(ArmError::internal)?;
    }
    Ok(entry)
}

async fn resource(catalogue: &Catalogue, subscription: &str, id: &str) -> Result<Vec<u8>, ArmError> {
    let entry = stocked(catalogue, subscription).await?;
    let shelf = entry.shelf().map_err(ArmError::internal)?;
    shelf.resource(id).map_err(ArmError::internal)?.ok_or_else(|| ArmError::resource_not_found(id))
}
