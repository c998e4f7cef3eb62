//! The JSON that is not part of an estate but follows from it.

use serde_json::{Value, json};

use crate::estate::{ManagementGroup, Subscription};

/// A row of the subscription list (`GetSubscriptions`, 2022-12-01).
pub(crate) fn subscription(subscription: &Subscription) -> Value {
    json!({
        "id": format!("/subscriptions/{}", subscription.id),
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "subscriptionId": subscription.id,
        "tenantId": subscription.tenant_id,
        "displayName": subscription.name,
        "state": subscription.state,
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": "EnterpriseAgreement_2014-09-01",
            "spendingLimit": "Off"
        }
    })
}

/// A subscription among the descendants of a management group (`GetDescendants`, 2023-04-01).
pub(crate) fn descendant_subscription(id: &str, name: &str, parent: &str) -> Value {
    json!({
        "id": format!("/subscriptions/{id}"),
        "type": "Microsoft.Management/managementGroups/subscriptions",
        "name": id,
        "properties": { "displayName": name, "parent": { "id": group_id(parent) } }
    })
}

/// A group among the descendants of a management group.
pub(crate) fn descendant_group(group: &ManagementGroup) -> Value {
    let parent = group.parent.as_deref().map(|parent| json!({ "id": group_id(parent) }));
    json!({
        "id": group_id(&group.id),
        "type": "Microsoft.Management/managementGroups",
        "name": group.id,
        "properties": { "displayName": group.display_name, "parent": parent }
    })
}

fn group_id(name: &str) -> String {
    format!("/providers/Microsoft.Management/managementGroups/{name}")
}

/// The usages of a virtual network (`VirtualNetworkListUsage`, 2025-05-01): -1 for a gateway subnet, 0 for one that is
/// delegated (<https://github.com/Azure/azure-powershell/issues/21716>), else the number of ipConfigurations.
pub(crate) fn usages(network: &Value) -> Vec<Value> {
    let subnets = network.pointer("/properties/subnets").and_then(Value::as_array);
    subnets.into_iter().flatten().map(usage).collect()
}

fn usage(subnet: &Value) -> Value {
    let length = |pointer: &str| subnet.pointer(pointer).and_then(Value::as_array).map_or(0, Vec::len);
    let gateway = subnet
        .get("name")
        .and_then(Value::as_str)
        .is_some_and(|name| name.eq_ignore_ascii_case("GatewaySubnet"));
    let (current, limit) = if gateway {
        (json!(-1.0), json!(-1.0))
    } else if length("/properties/delegations") > 0 {
        (json!(0.0), json!(limit(subnet)))
    } else {
        let entries = u32::try_from(length("/properties/ipConfigurations")).unwrap_or(u32::MAX);
        (json!(f64::from(entries)), json!(limit(subnet)))
    };
    json!({
        "currentValue": current,
        "id": subnet.get("id"),
        "limit": limit,
        "name": { "localizedValue": "Subnet size and usage", "value": "SubnetSpace" },
        "unit": "Count"
    })
}

/// The size of the subnet's first IPv4 prefix less the five addresses Azure keeps
/// (<https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq>).
fn limit(subnet: &Value) -> f64 {
    let single = subnet.pointer("/properties/addressPrefix");
    let several = subnet.pointer("/properties/addressPrefixes").and_then(Value::as_array);
    single
        .into_iter()
        .chain(several.into_iter().flatten())
        .filter_map(Value::as_str)
        .filter(|prefix| !prefix.contains(':'))
        .find_map(|prefix| prefix.split_once('/')?.1.parse::<u32>().ok())
        .and_then(|length| i32::try_from(32_u32.checked_sub(length)?).ok())
        .map_or(0.0, |bits| (2_f64.powi(bits) - 5.0).max(0.0))
}

/// `GET /metadata/endpoints`: an object in 2015-01-01, an array of clouds since.
pub(crate) fn metadata(url: &str, version: &str) -> Value {
    let authentication = json!({
        "loginEndpoint": url,
        "audiences": [url],
        "tenant": "common",
        "identityProvider": "AAD"
    });
    if version == "2015-01-01" {
        return json!({ "galleryEndpoint": url, "graphEndpoint": url, "portalEndpoint": url,
                       "authentication": { "loginEndpoint": url, "audiences": [url] } });
    }
    json!([{ "name": "AzureSimulated", "resourceManager": url, "portal": url, "authentication": authentication }])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usages_follow_the_subnets() {
        let subnet = |name: &str, more: Value| {
            let mut properties = json!({ "addressPrefix": "10.0.0.0/29", "ipConfigurations": [{}, {}] });
            for (key, value) in more.as_object().unwrap() {
                properties[key] = value.clone();
            }
            json!({ "id": name, "name": name, "properties": properties })
        };
        let network = json!({ "properties": { "subnets": [
            subnet("plain", json!({})),
            subnet("GatewaySubnet", json!({})),
            subnet("delegated", json!({ "delegations": [{}] })),
            subnet("dual", json!({ "addressPrefix": null, "addressPrefixes": ["fd00::/64", "10.1.0.0/24"] })),
        ] } });
        let figures: Vec<(f64, f64)> = usages(&network)
            .iter()
            .map(|row| (row["currentValue"].as_f64().unwrap(), row["limit"].as_f64().unwrap()))
            .collect();
        assert_eq!(figures, [(2.0, 3.0), (-1.0, -1.0), (0.0, 3.0), (2.0, 251.0)]);
    }
}
