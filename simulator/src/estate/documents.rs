//! An estate put together from given ARM JSON, such as the examples of the public API specifications.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::{fs, io};

use serde_json::Value;

use super::{Access, Estate, ResourceType, Resources, Subscription};

/// The tenant where no subscription document names one.
const DEFAULT_TENANT: &str = "00000000-0000-4000-8000-00000000d0c5";

/// ARM JSON objects, sorted by what they are.
#[derive(Clone, Debug, Default)]
pub struct Documents {
    /// Rows of a subscription list.
    pub subscriptions: Vec<Value>,
    /// Resources of any subscription.
    pub resources: Resources,
}

impl Documents {
    /// Reads every `.json` file of a directory, in the order of their names.
    pub fn read(directory: &Path) -> io::Result<Self> {
        let mut files: Vec<_> = fs::read_dir(directory)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<_, _>>()?;
        files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
        files.sort();
        let mut documents = Self::default();
        for file in files {
            let named =
                |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", file.display()));
            let text = fs::read(&file).map_err(named)?;
            let document: Value = serde_json::from_slice(&text).map_err(|error| named(error.into()))?;
            documents.add(&document);
        }
        Ok(documents)
    }

    /// Adds a document: a resource, a list of them, or a specification example around either
    /// (`{"responses":{"200":{"body":…}}}`). What it can't use it leaves out.
    pub fn add(&mut self, document: &Value) {
        let body = ["200", "201"]
            .into_iter()
            .find_map(|status| document.pointer(&format!("/responses/{status}/body")))
            .unwrap_or(document);
        match body.get("value").and_then(Value::as_array) {
            Some(items) => items.clone().into_iter().for_each(|item| self.sort_in(item)),
            None => self.sort_in(body.clone()),
        }
    }

    fn sort_in(&mut self, item: Value) {
        if item.get("subscriptionId").is_some() {
            self.subscriptions.push(item);
            return;
        }
        if let Some(of) = resource_type(&item) {
            self.resources.of(of).push(item);
        }
    }
}

/// The type that an id spells; none for what lies below a resource.
fn resource_type(item: &Value) -> Option<ResourceType> {
    let id = item.get("id")?.as_str()?.to_ascii_lowercase();
    let segments: Vec<&str> = id.trim_matches('/').split('/').collect();
    match segments.as_slice() {
        ["subscriptions", _, "resourcegroups", _, "providers", provider, name, _] => {
            ResourceType::parse(provider, name)
        }
        _ => None,
    }
}

impl Estate {
    /// Groups documents by the subscription in their ids. A subscription that no document describes is added, readable
    /// and with its id for a name; of several documents with the same id the first one counts. The tenant is that of the
    /// first subscription document; a subscription of another tenant is listed but refuses to be read.
    #[must_use]
    pub fn from_documents(documents: Documents) -> Self {
        let Documents { subscriptions, mut resources } = documents;
        let described = subscriptions.iter().filter_map(described).collect::<Vec<_>>();
        let tenant_id = described.first().map_or(DEFAULT_TENANT, |(_, _, _, tenant)| tenant).to_owned();
        let mut order: Vec<(String, String, String, String)> = Vec::new();
        let mut stock: BTreeMap<String, Resources> = BTreeMap::new();
        for (id, name, state, tenant) in described {
            if stock.insert(id.to_ascii_lowercase(), Resources::default()).is_none() {
                order.push((id.to_owned(), name.to_owned(), state.to_owned(), tenant.to_owned()));
            }
        }
        let mut seen = BTreeSet::new();
        for of in ResourceType::ALL.iter().copied() {
            for item in std::mem::take(resources.of(of)) {
                let Some(id) = item.get("id").and_then(Value::as_str) else { continue };
                let Some(subscription) = id.split('/').nth(2).map(str::to_owned) else { continue };
                if !seen.insert(id.to_ascii_lowercase()) {
                    continue;
                }
                let stocked = stock.entry(subscription.to_ascii_lowercase()).or_insert_with(|| {
                    order.push((subscription.clone(), subscription, "Enabled".to_owned(), tenant_id.clone()));
                    Resources::default()
                });
                stocked.of(of).push(item);
            }
        }
        let subscriptions = order
            .into_iter()
            .map(|(id, name, state, tenant_id)| {
                let resources = stock.remove(&id.to_ascii_lowercase()).unwrap_or_default();
                let resources = Arc::new(move || resources.clone());
                Subscription { id, name, state, tenant_id, listed: true, access: Access::Full, resources }
            })
            .collect();
        Self { tenant_id, subscriptions, management_groups: Vec::new() }
    }
}

/// Id, name, state and tenant of a subscription document.
fn described(document: &Value) -> Option<(&str, &str, &str, &str)> {
    let text = |name: &str| document.get(name).and_then(Value::as_str);
    let id = text("subscriptionId")?;
    Some((
        id,
        text("displayName").unwrap_or(id),
        text("state").unwrap_or("Enabled"),
        text("tenantId").unwrap_or(DEFAULT_TENANT),
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn resource(subscription: &str, rest: &str) -> Value {
        json!({ "id": format!("/subscriptions/{subscription}/resourceGroups/rg1/providers/{rest}") })
    }

    #[test]
    fn documents_find_their_subscription() {
        let mut documents = Documents::default();
        documents.add(&json!({ "value": [
            { "subscriptionId": "S1", "displayName": "One", "tenantId": "t1", "state": "Warned" },
            { "subscriptionId": "S2", "displayName": "Two", "tenantId": "t2" },
        ], "nextLink": "..." }));
        documents.add(&json!({ "responses": { "200": { "body": { "value": [
            resource("s1", "Microsoft.ContainerService/ManagedClusters/c1"),
            resource("S1", "Microsoft.ContainerService/managedClusters/C1"),
            resource("subid", "microsoft.network/virtualNetworks/v1"),
            resource("subid", "Microsoft.Network/virtualNetworks/v1/subnets/a"),
        ] } } } }));
        documents.add(&resource("subid", "Microsoft.Network/routeTables/r1"));
        let estate = Estate::from_documents(documents);
        let shown: Vec<_> = estate
            .subscriptions
            .iter()
            .map(|subscription| {
                let made = (subscription.resources)();
                let counts = [made.clusters.len(), made.virtual_networks.len(), made.route_tables.len()];
                (
                    subscription.id.as_str(),
                    subscription.state.as_str(),
                    subscription.tenant_id.as_str(),
                    counts,
                )
            })
            .collect();
        assert_eq!(estate.tenant_id, "t1");
        assert_eq!(
            shown,
            [
                ("S1", "Warned", "t1", [1, 0, 0]),
                ("S2", "Enabled", "t2", [0, 0, 0]),
                ("subid", "Enabled", "t1", [0, 1, 1])
            ]
        );
    }
}
