//! Rules of network security groups.

use serde_json::{Value, json};

use super::{
    Done, Refusal,
    arguments::{Arguments, Verb},
    form, named, refuse,
};
use crate::world::{Prefix, Shelf, World, list, text};

const RULES: &str = "https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview";

pub(super) const VERBS: &[Verb] = &[
    Verb {
        words: "network nsg rule create",
        needs: "--resource-group|-g= --nsg-name= --name|-n= --priority=",
        takes: "--direction= --access= --protocol= --source-address-prefixes|--source-address-prefix=* \
                --destination-address-prefixes|--destination-address-prefix=* --source-port-ranges|--source-port-range=* \
                --destination-port-ranges|--destination-port-range=* --description= --source-asgs=* --destination-asgs=* --no-wait",
        run: create,
    },
    Verb {
        words: "network nsg rule delete",
        needs: "--resource-group|-g= --nsg-name= --name|-n=",
        takes: "--no-wait --yes|-y",
        run: delete,
    },
    Verb {
        words: "network nsg rule list",
        needs: "--resource-group|-g= --nsg-name=",
        takes: "--include-default",
        run: |world, arguments| {
            let id = named(arguments, Shelf::SecurityGroup, "--nsg-name")?;
            world
                .get(Shelf::SecurityGroup, &id)
                .map_or_else(|| super::not_found(&id), |_| Ok(Done::default()))
        },
    },
    Verb {
        words: "network nsg show",
        needs: "",
        takes: "--ids=* --resource-group|-g= --name|-n= --expand=",
        run: |_, _| Ok(Done::default()),
    },
];

fn create(world: &mut World, arguments: &Arguments) -> Result<Done, Refusal> {
    let id = named(arguments, Shelf::SecurityGroup, "--nsg-name")?;
    let Some(group) = world.get(Shelf::SecurityGroup, &id).cloned() else { return super::not_found(&id) };
    let name = arguments.one("--name").unwrap_or_default();
    let priority = arguments.number("--priority")?.unwrap_or(0);
    if !(100..=4096).contains(&priority) {
        return refuse("SecurityRuleInvalidPriority", RULES, format!("priority {priority}"));
    }
    let direction = arguments.one("--direction").unwrap_or("Inbound");
    let (access, protocol) =
        (arguments.one("--access").unwrap_or("Allow"), arguments.one("--protocol").unwrap_or("*"));
    for (value, allowed) in [
        (direction, &["Inbound", "Outbound"][..]),
        (access, &["Allow", "Deny"]),
        (protocol, &["*", "Tcp", "Udp", "Icmp", "Ah", "Esp"]),
    ] {
        if !allowed.contains(&value) {
            return form(format!("`{value}` is none of {allowed:?}"));
        }
    }
    for rule in list(&group, "/properties/securityRules") {
        if text(rule, "/name").is_some_and(|one| one.eq_ignore_ascii_case(name)) {
            return refuse("Conflict", RULES, format!("there is a rule {name} already"));
        }
        let is_same = rule["properties"]["priority"] == priority
            && text(rule, "/properties/direction") == Some(direction);
        if is_same {
            return refuse(
                "SecurityRuleConflict",
                RULES,
                format!("rule {} has priority {priority}", rule["name"]),
            );
        }
    }
    let mut properties = json!({
        "provisioningState": "Succeeded", "protocol": protocol, "access": access, "priority": priority, "direction": direction,
    });
    for (flag, one, many) in [
        ("--source-address-prefixes", "sourceAddressPrefix", "sourceAddressPrefixes"),
        ("--destination-address-prefixes", "destinationAddressPrefix", "destinationAddressPrefixes"),
        ("--source-port-ranges", "sourcePortRange", "sourcePortRanges"),
        ("--destination-port-ranges", "destinationPortRange", "destinationPortRanges"),
    ] {
        let default = if flag == "--destination-port-ranges" { "80" } else { "*" };
        let default = [default.to_owned()];
        let given = arguments.many(flag).unwrap_or(&default);
        if let Some(wrong) = given.iter().find(|one| !is_allowed(one)) {
            return refuse("SecurityRuleInvalidAddressPrefix", RULES, format!("`{wrong}`"));
        }
        match given {
            [single] => properties[one] = json!(single),
            several => properties[many] = json!(several),
        }
    }
    let rule = json!({ "name": name, "id": format!("{id}/securityRules/{name}"), "properties": properties });
    if let Some(rules) = world
        .get_mut(Shelf::SecurityGroup, &id)
        .and_then(|one| one["properties"]["securityRules"].as_array_mut())
    {
        rules.push(rule);
    }
    Ok(Done::changed())
}

/// A prefix, a tag, a port or a range of ports, or everything.
fn is_allowed(value: &str) -> bool {
    let is_ports = value.split('-').all(|one| one.parse::<u16>().is_ok());
    let is_tag = value.starts_with(|char: char| char.is_ascii_uppercase());
    value == "*"
        || is_ports
        || is_tag
        || Prefix::parse(value).is_some()
        || value.contains(':')
        || value.parse::<std::net::Ipv4Addr>().is_ok()
}

fn delete(world: &mut World, arguments: &Arguments) -> Result<Done, Refusal> {
    let id = named(arguments, Shelf::SecurityGroup, "--nsg-name")?;
    let name = arguments.one("--name").unwrap_or_default();
    let Some(rules) = world
        .get_mut(Shelf::SecurityGroup, &id)
        .and_then(|one| one["properties"]["securityRules"].as_array_mut())
    else {
        return super::not_found(&id);
    };
    let before = rules.len();
    rules.retain(|one: &Value| !one["name"].as_str().is_some_and(|one| one.eq_ignore_ascii_case(name)));
    if rules.len() == before {
        super::not_found(&format!("{id}/securityRules/{name}"))
    } else {
        Ok(Done::changed())
    }
}
