//! Networks and route tables.

use serde_json::{Value, json};

use super::{
    Done, Refusal,
    arguments::{Arguments, Verb},
    form, named, one_id, refuse,
};
use crate::world::{Prefix, Shelf, World, has_id, list, prefixes_of, text};

const ROUTES: &str = "https://learn.microsoft.com/azure/virtual-network/manage-route-table";
const NETWORK: &str = "https://learn.microsoft.com/azure/virtual-network/manage-virtual-network";
const LIMITS: &str =
    "https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits";

pub(super) const VERBS: &[Verb] = &[
    Verb {
        words: "network vnet show",
        needs: "",
        takes: "--ids=* --resource-group|-g= --name|-n= --expand=",
        run: |world, arguments| show(world, arguments, Shelf::Network),
    },
    Verb {
        words: "network vnet update",
        needs: "",
        takes: "--ids=* --resource-group|-g= --name|-n= --address-prefixes=* --dns-servers=* --no-wait --set=* --add=* --remove=*",
        run: update_network,
    },
    Verb {
        words: "network route-table create",
        needs: "--resource-group|-g= --name|-n=",
        takes: "--location|-l= --disable-bgp-route-propagation|--disable-bgp= --tags=* --no-wait",
        run: create_table,
    },
    Verb {
        words: "network route-table show",
        needs: "",
        takes: "--ids=* --resource-group|-g= --name|-n= --expand=",
        run: |world, arguments| show(world, arguments, Shelf::RouteTable),
    },
    Verb {
        words: "network route-table delete",
        needs: "",
        takes: "--ids=* --resource-group|-g= --name|-n= --no-wait --yes|-y",
        run: delete_table,
    },
    Verb {
        words: "network route-table route create",
        needs: "--resource-group|-g= --route-table-name= --name|--route-name|-n= --address-prefix= --next-hop-type=",
        takes: "--next-hop-ip-address= --no-wait",
        run: create_route,
    },
    Verb {
        words: "network route-table route delete",
        needs: "--resource-group|-g= --route-table-name= --name|--route-name|-n=",
        takes: "--no-wait --yes|-y",
        run: delete_route,
    },
    Verb {
        words: "network route-table route list",
        needs: "--resource-group|-g= --route-table-name=",
        takes: "",
        run: |world, arguments| {
            let id = named(arguments, Shelf::RouteTable, "--route-table-name")?;
            let Some(table) = world.get(Shelf::RouteTable, &id) else { return super::not_found(&id) };
            // The CLI shows properties beside the name.
            let flat = |route: &Value| {
                let mut flat = route["properties"].clone();
                flat["name"] = route["name"].clone();
                flat
            };
            Ok(Done::with(list(table, "/properties/routes").map(flat).collect()))
        },
    },
];

fn show(world: &World, arguments: &Arguments, shelf: Shelf) -> Result<Done, Refusal> {
    let id = one_id(arguments, shelf, "--name")?;
    let Some(found) = world.get(shelf, &id) else { return super::not_found(&id) };
    let mut shown = found["properties"].clone();
    shown["id"] = found["id"].clone();
    Ok(Done::with(shown))
}

/// The network's space may grow, and shrink where nothing is.
fn update_network(world: &mut World, arguments: &Arguments) -> Result<Done, Refusal> {
    let id = one_id(arguments, Shelf::Network, "--name")?;
    let Some(document) = world.get(Shelf::Network, &id) else { return super::not_found(&id) };
    let Some(words) = arguments.many("--address-prefixes") else {
        return form("only --address-prefixes is rehearsed");
    };
    let Some(space) = words.iter().map(|one| Prefix::parse(one)).collect::<Option<Vec<_>>>() else {
        return refuse("InvalidCIDRNotation", NETWORK, format!("{words:?}"));
    };
    let lost = list(document, "/properties/subnets")
        .find(|one| prefixes_of(one).iter().any(|prefix| !space.iter().any(|one| one.holds(*prefix))));
    if let Some(subnet) = lost {
        return refuse(
            "InUsePrefixCannotBeDeleted",
            NETWORK,
            format!("subnet {} is in the space", subnet["name"]),
        );
    }
    let peers = list(document, "/properties/virtualNetworkPeerings")
        .flat_map(|one| list(one, "/properties/remoteAddressSpace/addressPrefixes"))
        .filter_map(Value::as_str)
        .filter_map(Prefix::parse);
    let own: Vec<Prefix> = list(document, "/properties/addressSpace/addressPrefixes")
        .filter_map(Value::as_str)
        .filter_map(Prefix::parse)
        .collect();
    for peer in peers {
        if space.iter().any(|one| one.overlaps(peer) && !own.iter().any(|old| old.holds(*one))) {
            return refuse(
                "VnetAddressSpaceOverlapsWithAlreadyPeeredVnet",
                NETWORK,
                "a peer has part of the space",
            );
        }
    }
    if let Some(document) = world.get_mut(Shelf::Network, &id) {
        document["properties"]["addressSpace"]["addressPrefixes"] = json!(words);
    }
    Ok(Done::changed())
}

fn create_table(world: &mut World, arguments: &Arguments) -> Result<Done, Refusal> {
    let id = named(arguments, Shelf::RouteTable, "--name")?;
    if world.get(Shelf::RouteTable, &id).is_some() {
        return refuse(
            "Conflict",
            ROUTES,
            format!("there is a table {id} already, and making it anew would empty it"),
        );
    }
    let disable = match arguments.one("--disable-bgp-route-propagation") {
        None | Some("false") => false,
        Some("true") => true,
        Some(other) => return form(format!("`{other}` is neither true nor false")),
    };
    let document = json!({
        "id": id, "name": arguments.one("--name"), "type": Shelf::RouteTable.collection(),
        "location": arguments.one("--location").unwrap_or("westeurope"),
        "properties": { "provisioningState": "Succeeded", "disableBgpRoutePropagation": disable, "routes": [], "subnets": [] }
    });
    if world.insert(Shelf::RouteTable, document) {
        Ok(Done { output: Some(json!({ "id": id })), ..Done::changed() })
    } else {
        super::not_found(&id)
    }
}

fn delete_table(world: &mut World, arguments: &Arguments) -> Result<Done, Refusal> {
    let id = one_id(arguments, Shelf::RouteTable, "--name")?;
    if world.get(Shelf::RouteTable, &id).is_none() {
        return super::not_found(&id);
    }
    let user = world
        .subnets()
        .find(|one| text(one, "/properties/routeTable/id").is_some_and(|one| one.eq_ignore_ascii_case(&id)));
    if let Some(subnet) = user {
        return refuse(
            "InUseRouteTableCannotBeDeleted",
            ROUTES,
            format!("subnet {} uses the table", subnet["name"]),
        );
    }
    world.remove(Shelf::RouteTable, &id);
    Ok(Done::changed())
}

fn create_route(world: &mut World, arguments: &Arguments) -> Result<Done, Refusal> {
    const HOPS: [&str; 5] = ["VirtualAppliance", "VirtualNetworkGateway", "VnetLocal", "Internet", "None"];
    let id = named(arguments, Shelf::RouteTable, "--route-table-name")?;
    let Some(table) = world.get(Shelf::RouteTable, &id).cloned() else { return super::not_found(&id) };
    let (name, prefix) =
        (arguments.one("--name").unwrap_or_default(), arguments.one("--address-prefix").unwrap_or_default());
    let hop = arguments.one("--next-hop-type").unwrap_or_default();
    let Some(hop) = HOPS.iter().find(|one| one.eq_ignore_ascii_case(hop)) else {
        return form(format!("`--next-hop-type {hop}`"));
    };
    let is_tag = !prefix.contains('/') && prefix.starts_with(|char: char| char.is_ascii_uppercase());
    if Prefix::parse(prefix).is_none() && !is_tag && !prefix.contains(':') {
        return refuse("InvalidCIDRNotation", ROUTES, format!("`{prefix}` is no prefix"));
    }
    let address = arguments.one("--next-hop-ip-address");
    if (*hop == "VirtualAppliance") != address.is_some() {
        return refuse("InvalidNextHop", ROUTES, "an appliance, and nothing else, has an address");
    }
    if list(&table, "/properties/routes")
        .any(|one| text(one, "/name").is_some_and(|one| one.eq_ignore_ascii_case(name)))
    {
        return refuse("Conflict", ROUTES, format!("there is a route {name} already"));
    }
    if list(&table, "/properties/routes").any(|one| text(one, "/properties/addressPrefix") == Some(prefix)) {
        return refuse("RouteConflict", ROUTES, format!("a route leads to {prefix} already"));
    }
    if list(&table, "/properties/routes").count() >= 400 {
        return refuse("RouteCountLimitReached", LIMITS, "a table holds 400 routes");
    }
    let mut route = json!({
        "name": name, "id": format!("{id}/routes/{name}"),
        "properties": { "provisioningState": "Succeeded", "addressPrefix": prefix, "nextHopType": hop, "hasBgpOverride": false }
    });
    if let Some(address) = address {
        route["properties"]["nextHopIpAddress"] = json!(address);
    }
    if let Some(routes) =
        world.get_mut(Shelf::RouteTable, &id).and_then(|one| one["properties"]["routes"].as_array_mut())
    {
        routes.push(route);
    }
    Ok(Done::changed())
}

fn delete_route(world: &mut World, arguments: &Arguments) -> Result<Done, Refusal> {
    let id = named(arguments, Shelf::RouteTable, "--route-table-name")?;
    let name = arguments.one("--name").unwrap_or_default();
    let Some(routes) =
        world.get_mut(Shelf::RouteTable, &id).and_then(|one| one["properties"]["routes"].as_array_mut())
    else {
        return super::not_found(&id);
    };
    let before = routes.len();
    routes.retain(|one| {
        !has_id(one, &format!("{id}/routes/{name}"))
            && !one["name"].as_str().is_some_and(|one| one.eq_ignore_ascii_case(name))
    });
    if routes.len() == before {
        super::not_found(&format!("{id}/routes/{name}"))
    } else {
        Ok(Done::changed())
    }
}
