//! Subscriptions and descendants of management groups.

use super::*;

const ID: &str = "5b000000-0000-4000-8000-000000000001";

#[test]
fn a_subscription_is_known_by_either_of_its_ids() {
    for row in [
        json!({ "subscriptionId": ID.to_uppercase() }),
        json!({ "id": format!("/subscriptions/{ID}"), "subscriptionId": null, "displayName": null }),
        json!({ "id": format!("/SUBSCRIPTIONS/{ID}"), "subscriptionId": "" }),
    ] {
        assert_eq!(subscription(read(&row)).unwrap().id.as_str(), ID, "{row}");
    }
}

#[test]
fn a_subscription_without_an_id_is_odd_and_named() {
    let odd = |row: Value| line(subscription(read(&row)).unwrap_err());
    insta::assert_snapshot!(odd(json!({ "displayName": "Retail" })), @"- subscription `Retail`: it has no id of its kind");
    insta::assert_snapshot!(odd(json!({ "id": "/subscriptions/" })), @" subscription: it has no id of its kind");
    insta::assert_snapshot!(odd(json!({ "id": "/tenants/x" })), @"x subscription: it has no id of its kind");
}

#[test]
fn a_descendant_is_a_subscription_or_a_group_or_odd() {
    let kind = |id: Value| match descendant(read(&json!({ "id": id }))) {
        Ok(Some(id)) => id.to_string(),
        Ok(None) => "group".to_owned(),
        Err(oddity) => line(oddity),
    };
    assert_eq!(kind(json!(format!("/subscriptions/{ID}"))), ID);
    assert_eq!(kind(json!("/providers/microsoft.management/MANAGEMENTGROUPS/retail")), "group");
    insta::assert_snapshot!(kind(Value::Null), @"- descendant of the management group: it has no id of its kind");
    insta::assert_snapshot!(kind(json!("/subscriptions/")), @" descendant of the management group: it has no id of its kind");
}
