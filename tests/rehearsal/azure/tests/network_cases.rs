//! Networks, tables, rules and roles.

use super::*;

#[test]
fn a_table_is_copied_switched_and_deleted() {
    let mut world = world("kubenet", &json!({ "gateway": true }), &json!({}));
    runs(
        &mut world,
        "az network route-table create NET --name copy --location westeurope
         az network route-table route create NET --route-table-name copy --name a --address-prefix 10.244.0.0/24 --next-hop-type VirtualAppliance --next-hop-ip-address 10.40.0.4
         az network vnet subnet update --ids AT:gateway --route-table copy",
    );
    let table = id("rg-net", Shelf::RouteTable.collection(), "copy");
    assert_eq!(
        world.get(Shelf::RouteTable, &table).unwrap()["properties"]["subnets"][0]["id"],
        json!(subnet_id("vnet", "gateway"))
    );
    assert_eq!(
        refused(&mut world, "az network route-table delete NET --name copy"),
        "InUseRouteTableCannotBeDeleted"
    );
    runs(&mut world, "@update --network-plugin azure --network-plugin-mode overlay");
    runs(
        &mut world,
        "az network vnet subnet update --ids AT:gateway --remove routeTable\naz network route-table delete NET --name copy",
    );
    assert!(world.get(Shelf::RouteTable, &table).is_none());
}

#[test]
fn azure_refuses_what_does_not_fit_a_network() {
    let route = "az network route-table route create NET --route-table-name rt";
    let rule = "az network nsg rule create NET --nsg-name nsg";
    let appliance = "--next-hop-type VirtualAppliance --next-hop-ip-address 10.0.0.1";
    for (script, code) in [
        ("az network route-table create NET --name rt".to_owned(), "Conflict"),
        ("az network route-table delete NET --name rt".to_owned(), "InUseRouteTableCannotBeDeleted"),
        (format!("{route} --name on-premises --address-prefix 10.9.0.0/16 {appliance}"), "Conflict"),
        (format!("{route} --name b --address-prefix 192.168.0.0/16 {appliance}"), "RouteConflict"),
        (format!("{route} --name b --address-prefix 10.9.0.1/16 {appliance}"), "InvalidCIDRNotation"),
        (format!("{route} --name b --address-prefix 10.9.0.0/16 --next-hop-type VirtualAppliance"), "InvalidNextHop"),
        (format!("{route} --name b --address-prefix 10.9.0.0/16 --next-hop-type Internet --next-hop-ip-address 10.0.0.1"), "InvalidNextHop"),
        (format!("{route} --name b --address-prefix 10.9.0.0/16 --next-hop-type Somewhere"), "Form"),
        ("az network route-table route delete NET --route-table-name rt --name b".to_owned(), "ResourceNotFound"),
        (format!("{rule} --name a --priority 300 --direction Inbound"), "SecurityRuleConflict"),
        (format!("{rule} --name deny-all --priority 301"), "Conflict"),
        (format!("{rule} --name a --priority 99"), "SecurityRuleInvalidPriority"),
        (format!("{rule} --name a --priority 4097"), "SecurityRuleInvalidPriority"),
        (format!("{rule} --name a --priority 200 --source-address-prefixes 10.0.0.300/24"), "SecurityRuleInvalidAddressPrefix"),
        (format!("{rule} --name a --priority 200 --access Maybe"), "Form"),
        ("az network vnet subnet create NET --vnet-name vnet --name nodes --address-prefixes 10.40.9.0/24".to_owned(), "Conflict"),
        ("az network vnet subnet create NET --vnet-name vnet --name new --address-prefixes 10.40.0.128/25".to_owned(), "NetcfgSubnetRangesOverlap"),
        ("az network vnet subnet create NET --vnet-name vnet --name new --address-prefixes 10.41.0.0/24".to_owned(), "NetcfgInvalidSubnet"),
        ("az network vnet subnet create NET --vnet-name vnet --name new --address-prefixes 10.40.9.0/30".to_owned(), "InvalidCIDRNotation"),
        ("az network vnet subnet create NET --vnet-name vnet --name new --address-prefixes 10.40.9.0/24 --route-table other".to_owned(), "ResourceNotFound"),
        ("az network vnet subnet delete --ids AT:nodes".to_owned(), "InUseSubnetCannotBeDeleted"),
        ("az network vnet subnet delete --ids AT:gateway".to_owned(), "InUseSubnetCannotBeDeleted"),
        ("az network vnet subnet update --ids AT:nodes --address-prefixes 10.40.0.0/23".to_owned(), "NetcfgSubnetRangesOverlap"),
        ("az network vnet subnet update --ids AT:nodes --address-prefixes 10.40.0.0/25".to_owned(), "InUsePrefixCannotBeDeleted"),
        ("az network vnet subnet update --ids AT:nodes --delegations Microsoft.Network/applicationGateways".to_owned(), "SubnetDelegationsCannotChangeWhenSubnetUsedByResource"),
        ("az network vnet subnet update --ids AT:gateway --delegations Microsoft.Web/serverFarms".to_owned(), "SubnetDelegationsCannotChangeWhenSubnetUsedByResource"),
        ("az network vnet subnet update --ids AT:empty --remove routeTable".to_owned(), "Form"),
        ("az network vnet update NET --name vnet --address-prefixes 10.41.0.0/16".to_owned(), "InUsePrefixCannotBeDeleted"),
        ("az network vnet update NET --name other --address-prefixes 10.41.0.0/16".to_owned(), "ResourceNotFound"),
        (format!("az role assignment create --role Reader --assignee-object-id nobody --assignee-principal-type ServicePrincipal --scope {}", nodes()), "PrincipalNotFound"),
        (format!("az role assignment create --role Reader --assignee-object-id nobody --scope {}", nodes()), "Form"),
        (format!("az role assignment create --role Reader --assignee nobody --scope {}", subnet_id("vnet", "other")), "ResourceNotFound"),
        ("@show --subscription elsewhere".to_owned(), "Form"),
        ("az network route-table show --subscription elsewhere --resource-group rg-net --name rt".to_owned(), "SubscriptionNotFound"),
    ] {
        let mut world = world("kubenet", &json!({}), &json!({}));
        assert_eq!(refused(&mut world, &script), code, "{script}");
    }
}

#[test]
fn a_network_is_changed() {
    let mut world = world("kubenet", &json!({}), &json!({}));
    runs(
        &mut world,
        "az network vnet update NET --name vnet --address-prefixes 10.40.0.0/16 10.41.0.0/16
         az network vnet subnet create NET --vnet-name vnet --name new --address-prefixes 10.41.0.0/24 --route-table rt --network-security-group nsg
         az network vnet subnet update --ids AT:gateway --delegations Microsoft.Network/applicationGateways
         az network vnet subnet update --ids AT:new --address-prefixes 10.41.0.0/23
         az network nsg rule create NET --nsg-name nsg --name allow-pods --priority 200 --direction Inbound --access Allow --protocol '*' --source-address-prefixes 10.40.0.0/24 10.244.0.0/16 --destination-address-prefixes 10.244.0.0/16 --destination-port-ranges '*'",
    );
    let subnet = |name: &str| world.subnet(&subnet_id("vnet", name)).unwrap()["properties"].clone();
    assert_eq!(subnet("new")["addressPrefix"], "10.41.0.0/23");
    assert_eq!(
        subnet("gateway")["delegations"][0]["properties"]["serviceName"],
        "Microsoft.Network/applicationGateways"
    );
    let group =
        world.get(Shelf::SecurityGroup, &id("rg-net", Shelf::SecurityGroup.collection(), "nsg")).unwrap();
    assert_eq!(
        group["properties"]["securityRules"][1]["properties"]["sourceAddressPrefixes"],
        json!(["10.40.0.0/24", "10.244.0.0/16"])
    );
    assert_eq!(group["properties"]["securityRules"][1]["properties"]["destinationPortRange"], "*");
    runs(
        &mut world,
        "az network vnet subnet delete --ids AT:new\naz network nsg rule delete NET --nsg-name nsg --name allow-pods",
    );
    // A pool's subnet without its table gets it back with the next request: <https://github.com/Azure/AKS/issues/1500>.
    runs(
        &mut world,
        "@@add --name two --node-count 1 --vnet-subnet-id AT:empty"
            .replace("AT:empty", &subnet_id("vnet", "empty"))
            .as_str(),
    );
    assert!(world.subnet(&subnet_id("vnet", "empty")).unwrap()["properties"]["routeTable"].is_null());
    runs(&mut world, "@update");
    assert!(world.subnet(&subnet_id("vnet", "empty")).unwrap()["properties"]["routeTable"]["id"].is_string());
}
