//! `az network vnet subnet`.

use serde_json::{Value, json};

use super::{
    Done, Refusal,
    arguments::{Arguments, Verb},
    form, named, refuse,
};
use crate::world::{Prefix, Shelf, World, list, prefixes_of, split_subnet, text};

const SUBNET: &str = "https://learn.microsoft.com/azure/virtual-network/virtual-network-manage-subnet";
const IN_USE: &str = "https://learn.microsoft.com/azure/virtual-network/manage-subnet-delegation";

pub(super) const VERBS: &[Verb] = &[
    Verb {
        words: "network vnet subnet create",
        needs: "--resource-group|-g= --vnet-name= --name|-n= --address-prefixes|--address-prefix=*",
        takes: "--route-table= --network-security-group|--nsg= --delegations=* --service-endpoints=* --nat-gateway= \
                --default-outbound|--default-outbound-access= --disable-private-endpoint-network-policies= \
                --private-endpoint-network-policies= --private-link-service-network-policies= --no-wait",
        run: create,
    },
    Verb {
        words: "network vnet subnet update",
        needs: "",
        takes: "--ids=* --resource-group|-g= --vnet-name= --name|-n= --route-table= --network-security-group|--nsg= --delegations=* \
                --address-prefixes|--address-prefix=* --service-endpoints=* --nat-gateway= --remove=* --set=* --add=* \
                --default-outbound|--default-outbound-access= --no-wait",
        run: update,
    },
    Verb {
        words: "network vnet subnet delete",
        needs: "",
        takes: "--ids=* --resource-group|-g= --vnet-name= --name|-n= --no-wait --yes|-y",
        run: delete,
    },
    Verb {
        words: "network vnet subnet show",
        needs: "",
        takes: "--ids=* --resource-group|-g= --vnet-name= --name|-n= --expand=",
        run: show,
    },
    Verb {
        words: "network vnet subnet list",
        needs: "--resource-group|-g= --vnet-name=",
        takes: "",
        run: |_, _| Ok(Done::default()),
    },
];

fn id_of(world: &World, arguments: &Arguments) -> Result<String, Refusal> {
    let id = spelt(arguments)?;
    match world.subnet(&id) {
        Some(found) => Ok(text(found, "/id").unwrap_or_default().to_owned()),
        None => super::not_found(&id),
    }
}

fn spelt(arguments: &Arguments) -> Result<String, Refusal> {
    match arguments.many("--ids") {
        Some([id]) if split_subnet(id).is_some() => Ok(id.clone()),
        Some(ids) => form(format!("{ids:?} is no subnet")),
        None => {
            let network = named(arguments, Shelf::Network, "--vnet-name")?;
            match arguments.one("--name") {
                Some(name) => Ok(format!("{network}/subnets/{name}")),
                None => form("no subnet is named"),
            }
        }
    }
}

fn show(world: &mut World, arguments: &Arguments) -> Result<Done, Refusal> {
    let id = id_of(world, arguments)?;
    let mut shown = world.subnet(&id).map(|one| one["properties"].clone()).unwrap_or_default();
    shown["id"] = json!(id);
    Ok(Done::with(shown))
}

/// Every prefix is one, lies in the network's space, and overlaps no other subnet.
fn prefixes(world: &World, id: &str, words: &[String]) -> Result<Vec<String>, Refusal> {
    let Some((network, _)) = split_subnet(id) else { return form(format!("`{id}` is no subnet")) };
    let Some(document) = world.get(Shelf::Network, network) else { return super::not_found(network) };
    let space: Vec<Prefix> = list(document, "/properties/addressSpace/addressPrefixes")
        .filter_map(Value::as_str)
        .filter_map(Prefix::parse)
        .collect();
    for word in words {
        let Some(prefix) = Prefix::parse(word).filter(|prefix| prefix.length <= 29) else {
            return refuse("InvalidCIDRNotation", SUBNET, format!("`{word}` is no prefix of a subnet"));
        };
        if !space.iter().any(|one| one.holds(prefix)) {
            return refuse("NetcfgInvalidSubnet", SUBNET, format!("{word} is outside the network's space"));
        }
        let others = list(document, "/properties/subnets").filter(|one| !crate::world::has_id(one, id));
        for other in others {
            if prefixes_of(other).iter().any(|one| one.overlaps(prefix)) {
                return refuse(
                    "NetcfgSubnetRangesOverlap",
                    SUBNET,
                    format!("{word} overlaps subnet {}", other["name"]),
                );
            }
        }
    }
    Ok(words.to_vec())
}

fn create(world: &mut World, arguments: &Arguments) -> Result<Done, Refusal> {
    let id = spelt(arguments)?;
    if world.subnet(&id).is_some() {
        return refuse(
            "Conflict",
            SUBNET,
            format!("there is a subnet {id} already, and making it anew would reset it"),
        );
    }
    let given = prefixes(world, &id, arguments.many("--address-prefixes").unwrap_or_default())?;
    let mut properties = json!({ "provisioningState": "Succeeded", "delegations": [] });
    set_prefixes(&mut properties, &given);
    links(world, &id, &mut properties, arguments)?;
    delegations(&mut properties, arguments.many("--delegations").unwrap_or_default());
    let Some((network, name)) = split_subnet(&id) else { return super::not_found(&id) };
    let subnet = json!({ "id": id, "name": name, "type": "Microsoft.Network/virtualNetworks/subnets", "properties": properties });
    if let Some(all) =
        world.get_mut(Shelf::Network, network).and_then(|one| one["properties"]["subnets"].as_array_mut())
    {
        all.push(subnet);
    }
    Ok(Done { output: Some(json!({ "id": id })), ..Done::changed() })
}

fn set_prefixes(properties: &mut Value, given: &[String]) {
    let Some(object) = properties.as_object_mut() else { return };
    object.remove("addressPrefix");
    object.remove("addressPrefixes");
    match given {
        [one] => drop(object.insert("addressPrefix".to_owned(), json!(one))),
        many => drop(object.insert("addressPrefixes".to_owned(), json!(many))),
    }
}

/// The route table and the security group: a name in the network's group, or an id; `""` and `null` take it away.
fn links(world: &World, id: &str, properties: &mut Value, arguments: &Arguments) -> Result<(), Refusal> {
    for (flag, key, shelf) in [
        ("--route-table", "routeTable", Shelf::RouteTable),
        ("--network-security-group", "networkSecurityGroup", Shelf::SecurityGroup),
    ] {
        let Some(value) = arguments.one(flag) else { continue };
        if matches!(value, "" | "null") {
            properties.as_object_mut().map(|one| one.remove(key));
            continue;
        }
        let target = if value.starts_with('/') {
            value.to_owned()
        } else {
            let parts: Vec<&str> = id.split('/').take(5).collect();
            format!("{}/providers/{}/{value}", parts.join("/"), shelf.collection())
        };
        let Some(found) = world.get(shelf, &target) else { return super::not_found(&target) };
        properties[key] = json!({ "id": found["id"] });
    }
    Ok(())
}

fn delegations(properties: &mut Value, services: &[String]) {
    let one = |service: &String| {
        json!({
            "name": service.rsplit('/').next(),
            "properties": { "provisioningState": "Succeeded", "serviceName": service, "actions": [] }
        })
    };
    properties["delegations"] = services.iter().map(one).collect();
}

fn update(world: &mut World, arguments: &Arguments) -> Result<Done, Refusal> {
    let id = id_of(world, arguments)?;
    let Some(subnet) = world.subnet(&id).cloned() else { return super::not_found(&id) };
    let mut properties = subnet["properties"].clone();
    let is_used = list(&subnet, "/properties/ipConfigurations").next().is_some();
    links(world, &id, &mut properties, arguments)?;
    if let Some(words) = arguments.many("--address-prefixes") {
        let given = prefixes(world, &id, words)?;
        if is_used {
            return refuse("InUsePrefixCannotBeDeleted", SUBNET, "a subnet in use keeps its prefixes");
        }
        set_prefixes(&mut properties, &given);
    }
    if let Some(services) = arguments.many("--delegations") {
        may_delegate(&subnet, services)?;
        delegations(&mut properties, services);
    }
    for what in arguments.many("--remove").unwrap_or_default() {
        if what == "delegations" && is_used_by_service(&subnet) {
            return refuse(
                "SubnetDelegationsCannotChangeWhenSubnetUsedByResource",
                IN_USE,
                "the service still uses the subnet",
            );
        }
        if !["routeTable", "networkSecurityGroup", "delegations", "natGateway"].contains(&what.as_str()) {
            return form(format!("`--remove {what}` is not rehearsed"));
        }
        let Some(object) = properties.as_object_mut() else { continue };
        if object.remove(what).is_none() {
            return form(format!("the subnet has no {what}"));
        }
        if what == "delegations" {
            object.insert(what.clone(), json!([]));
        }
    }
    if arguments.has("--set") || arguments.has("--add") {
        return form("--set and --add are not rehearsed");
    }
    if properties == subnet["properties"] {
        return refuse("Form", SUBNET, "the subnet is so already");
    }
    if let Some(subnet) = world.subnet_mut(&id) {
        subnet["properties"] = properties;
    }
    Ok(Done::changed())
}

/// Whether a service that the subnet is delegated to has something in it: what it links, or its gateways.
fn is_used_by_service(subnet: &Value) -> bool {
    ["serviceAssociationLinks", "applicationGatewayIPConfigurations"]
        .iter()
        .any(|key| list(subnet, &format!("/properties/{key}")).next().is_some())
}

/// A subnet is delegated while nothing of another service is in it; application gateways may be in theirs already.
fn may_delegate(subnet: &Value, services: &[String]) -> Result<(), Refusal> {
    let is_gateway = |id: &str| crate::world::lower(id).contains("/applicationgateways/");
    let strange = list(subnet, "/properties/ipConfigurations")
        .filter_map(|one| one["id"].as_str())
        .any(|id| !is_gateway(id));
    let has_gateway = list(subnet, "/properties/applicationGatewayIPConfigurations").next().is_some();
    let only_gateways =
        services.iter().all(|one| one.eq_ignore_ascii_case("Microsoft.Network/applicationGateways"));
    if strange || (has_gateway && !only_gateways) {
        return refuse(
            "SubnetDelegationsCannotChangeWhenSubnetUsedByResource",
            IN_USE,
            "something else is in the subnet",
        );
    }
    Ok(())
}

fn delete(world: &mut World, arguments: &Arguments) -> Result<Done, Refusal> {
    let id = id_of(world, arguments)?;
    let Some(subnet) = world.subnet(&id) else { return super::not_found(&id) };
    let is_named = world.all(Shelf::Cluster).any(|cluster| {
        list(cluster, "/properties/agentPoolProfiles").any(|pool| {
            ["vnetSubnetID", "podSubnetID"]
                .iter()
                .any(|key| pool[*key].as_str().is_some_and(|one| one.eq_ignore_ascii_case(&id)))
        })
    });
    let holds = ["ipConfigurations", "applicationGatewayIPConfigurations", "privateEndpoints"]
        .iter()
        .any(|key| list(subnet, &format!("/properties/{key}")).next().is_some());
    if is_named || holds {
        return refuse(
            "InUseSubnetCannotBeDeleted",
            "https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors",
            format!("{id} is in use"),
        );
    }
    let network = split_subnet(&id).map(|(network, _)| network.to_owned()).unwrap_or_default();
    if let Some(all) =
        world.get_mut(Shelf::Network, &network).and_then(|one| one["properties"]["subnets"].as_array_mut())
    {
        all.retain(|one| !crate::world::has_id(one, &id));
    }
    Ok(Done::changed())
}
