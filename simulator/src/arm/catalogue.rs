//! What exists, ready to be served: each subscription's resources become compressed pages the first time they are asked for.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use serde_json::Value;

use super::documents;
use super::page::Page;
use crate::estate::{Estate, ManagementGroup, ResourceType, Resources, Subscription};

/// The beginning of every page.
const OPENING: &[u8] = b"{\"value\":[";

/// A whole list, page by page; at least one page, empty or not.
pub(crate) struct List {
    pages: Vec<Arc<Page>>,
}

impl List {
    /// Cuts items into pages, and says of each where it went.
    pub(crate) fn build<'a>(
        items: impl IntoIterator<Item = &'a Value>,
        page_size: usize,
        mut placed: impl FnMut(&Value, usize, Range<usize>),
    ) -> io::Result<Self> {
        let mut pages = Vec::new();
        let (mut text, mut count) = (OPENING.to_vec(), 0);
        for item in items {
            if count == page_size {
                pages.push(Arc::new(Page::new(&text)?));
                (text, count) = (OPENING.to_vec(), 0);
            }
            if count > 0 {
                text.push(b',');
            }
            let start = text.len();
            serde_json::to_writer(&mut text, item)?;
            placed(item, pages.len(), start..text.len());
            count += 1;
        }
        pages.push(Arc::new(Page::new(&text)?));
        Ok(Self { pages })
    }

    /// A page, from 1.
    pub(crate) fn page(&self, number: usize) -> Option<&Arc<Page>> {
        self.pages.get(number.checked_sub(1)?)
    }

    pub(crate) fn pages(&self) -> usize {
        self.pages.len()
    }
}

/// A type, and the resource group in lower case where it is listed by that.
type Listed = (ResourceType, Option<String>);

struct Place {
    list: Listed,
    page: usize,
    range: Range<usize>,
}

/// The resources of one subscription.
pub(crate) struct Shelf {
    lists: HashMap<Listed, List>,
    /// What is in no list.
    none: List,
    places: HashMap<String, Place>,
}

impl Shelf {
    fn build(resources: &Resources, page_size: usize) -> io::Result<Self> {
        let mut listed: BTreeMap<Listed, Vec<&Value>> = BTreeMap::new();
        for (of, items) in resources.lists() {
            for item in items {
                let group = if of.is_listed_by_group() { group(item) } else { None };
                listed.entry((of, group)).or_default().push(item);
            }
        }
        let (mut lists, mut places) = (HashMap::new(), HashMap::new());
        for (key, items) in listed {
            let list = List::build(items, page_size, |item, page, range| {
                if let Some(id) = item.get("id").and_then(Value::as_str) {
                    let place = Place { list: key.clone(), page: page + 1, range };
                    places.insert(id.to_ascii_lowercase(), place);
                }
            })?;
            lists.insert(key, list);
        }
        let none = List::build([], page_size, |_, _, _| {})?;
        Ok(Self { lists, none, places })
    }

    /// The resources of a type, in the group where there is one; there may be none.
    pub(crate) fn list(&self, of: ResourceType, group: Option<&str>) -> &List {
        self.lists.get(&(of, group.map(str::to_owned))).unwrap_or(&self.none)
    }

    /// The JSON text of a resource, by its id in lower case.
    pub(crate) fn resource(&self, id: &str) -> io::Result<Option<Vec<u8>>> {
        let Some(place) = self.places.get(id) else { return Ok(None) };
        let Some(page) = self.lists.get(&place.list).and_then(|list| list.page(place.page)) else {
            return Ok(None);
        };
        Ok(page.plain(b"")?.get(place.range.clone()).map(<[u8]>::to_vec))
    }
}

/// The resource group in an id, in lower case.
fn group(item: &Value) -> Option<String> {
    let id = item.get("id")?.as_str()?;
    id.split('/').nth(4).map(str::to_ascii_lowercase)
}

/// A subscription with the shelf it may have by now.
pub(crate) struct Entry {
    pub(crate) subscription: Subscription,
    shelf: OnceLock<Result<Shelf, String>>,
    page_size: usize,
}

impl Entry {
    /// The resources, made now if they were not before. It may compute for a while.
    pub(crate) fn shelf(&self) -> Result<&Shelf, &str> {
        self.shelf
            .get_or_init(|| {
                Shelf::build(&(self.subscription.resources)(), self.page_size)
                    .map_err(|error| error.to_string())
            })
            .as_ref()
            .map_err(String::as_str)
    }

    /// Whether asking for the shelf costs nothing.
    pub(crate) fn is_ready(&self) -> bool {
        self.shelf.get().is_some()
    }
}

/// The whole estate.
pub(crate) struct Catalogue {
    pub(crate) tenant_id: String,
    pub(crate) subscriptions: List,
    entries: HashMap<String, Arc<Entry>>,
    descendants: HashMap<String, List>,
}

impl Catalogue {
    pub(crate) fn new(estate: Estate, page_size: usize) -> io::Result<Self> {
        let page_size = page_size.max(1);
        let listed: Vec<Value> = estate
            .subscriptions
            .iter()
            .filter(|subscription| subscription.listed)
            .map(documents::subscription)
            .collect();
        let subscriptions = List::build(&listed, page_size, |_, _, _| {})?;
        let mut descendants = HashMap::new();
        for group in &estate.management_groups {
            let below = below(&estate, group);
            descendants.insert(group.id.to_ascii_lowercase(), List::build(&below, page_size, |_, _, _| {})?);
        }
        let entries = estate
            .subscriptions
            .into_iter()
            .map(|subscription| {
                let id = subscription.id.to_ascii_lowercase();
                (id, Arc::new(Entry { subscription, shelf: OnceLock::new(), page_size }))
            })
            .collect();
        Ok(Self { tenant_id: estate.tenant_id, subscriptions, entries, descendants })
    }

    /// A subscription by its id in lower case.
    pub(crate) fn entry(&self, id: &str) -> Option<&Arc<Entry>> {
        self.entries.get(id)
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = &Arc<Entry>> {
        self.entries.values()
    }

    /// Everything under a management group, by the group's name in lower case.
    pub(crate) fn descendants(&self, group: &str) -> Option<&List> {
        self.descendants.get(group)
    }
}

/// All groups and subscriptions under a group, flat and mixed, each group's own before those further down.
fn below(estate: &Estate, root: &ManagementGroup) -> Vec<Value> {
    let names: BTreeMap<&str, &str> =
        estate.subscriptions.iter().map(|each| (each.id.as_str(), each.name.as_str())).collect();
    let mut seen = BTreeSet::from([root.id.as_str()]);
    let mut waiting = vec![root];
    let mut items = Vec::new();
    while let Some(group) = waiting.pop() {
        for id in &group.subscriptions {
            let name = names.get(id.as_str()).copied().unwrap_or(id);
            items.push(documents::descendant_subscription(id, name, &group.id));
        }
        for child in
            estate.management_groups.iter().filter(|child| child.parent.as_deref() == Some(&group.id))
        {
            if seen.insert(&child.id) {
                items.push(documents::descendant_group(child));
                waiting.push(child);
            }
        }
    }
    items
}
