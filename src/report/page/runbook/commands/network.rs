//! Commands on what surrounds a cluster: identities, rules, route tables, subnets.

use super::{by_id, by_parts};
use crate::{
    assess::migration::{AllowRule, NewSubnet},
    inventory::ResourceId,
    ipam::Cidr,
    shell::{Command, quote},
};

pub(super) fn create_identity(id: &ResourceId) -> Command {
    by_parts("az identity create", id).option("--name", id.name())
}

/// Rights of a Network Contributor; who an identity is that is only just made, the command before says.
pub(super) fn grant(principal: Option<&str>, scope: &ResourceId) -> Command {
    Command::new("az role assignment create")
        .option("--role", "Network Contributor")
        .option("--assignee-object-id", principal.unwrap_or("IDENTITY_PRINCIPAL_ID"))
        .option("--assignee-principal-type", "ServicePrincipal")
        .option("--scope", scope.as_str())
}

pub(super) fn allow(rule: &AllowRule) -> Command {
    let priority = rule.priority.map_or_else(|| "PRIORITY".to_owned(), |priority| priority.to_string());
    let texts = |ranges: &[Cidr]| ranges.iter().map(ToString::to_string).collect::<Vec<_>>();
    let (from, to) = (texts(&rule.from), texts(&rule.to));
    by_parts("az network nsg rule create", &rule.group)
        .option("--nsg-name", rule.group.name())
        .option("--name", &rule.name)
        .option("--priority", &priority)
        .option("--direction", rule.direction)
        .option("--access", "Allow")
        .option("--protocol", "*")
        .words("--source-address-prefixes", from.iter().map(String::as_str))
        .option("--source-port-ranges", "*")
        .words("--destination-address-prefixes", to.iter().map(String::as_str))
        .option("--destination-port-ranges", "*")
}

/// A table with the routes of another, as they are when the command runs: pod routes have names with four underscores.
/// <https://learn.microsoft.com/azure/aks/configure-kubenet>
pub(super) fn copy_table(
    from: &ResourceId,
    copy: &ResourceId,
    location: &str,
    with_pods: bool,
) -> Vec<String> {
    let create = by_parts("az network route-table create", copy)
        .option("--name", copy.name())
        .option("--location", location);
    let wanted = if with_pods { "" } else { " && !contains(name, '____')" };
    let list = |hop: &str, columns: &str| {
        by_parts("az network route-table route list", from)
            .option("--route-table-name", from.name())
            .option("--query", &format!("[?{hop}nextHopIpAddress{wanted}].[{columns}]"))
            .option("--output", "tsv")
            .into_string()
    };
    let add = "az network route-table route create --subscription \"$0\" --resource-group \"$1\" --route-table-name \"$2\" \
               --name \"$3\" --address-prefix \"$4\" --next-hop-type \"$5\"";
    let each = |rest: &str| format!("xargs -r -L 1 sh -c '{add}{rest}' {}", parts(copy));
    vec![
        create.into_string(),
        format!(
            "{} | {}",
            list("", "name, addressPrefix, nextHopType, nextHopIpAddress"),
            each(" --next-hop-ip-address \"$6\"")
        ),
        format!("{} | {}", list("!", "name, addressPrefix, nextHopType"), each("")),
    ]
}

pub(super) fn drop_pod_routes(table: &ResourceId) -> String {
    let list = by_parts("az network route-table route list", table)
        .option("--route-table-name", table.name())
        .option("--query", "[?contains(name, '____')].[name]")
        .option("--output", "tsv");
    let delete = "az network route-table route delete --subscription \"$0\" --resource-group \"$1\" --route-table-name \"$2\" \
                  --name \"$3\"";
    format!("{} | xargs -r -L 1 sh -c '{delete}' {}", list.into_string(), parts(table))
}

/// The parts of an id as words for a shell.
fn parts(id: &ResourceId) -> String {
    let subscription = id.subscription();
    let words = [subscription.as_str(), id.resource_group().unwrap_or_default(), id.name()];
    words.map(quote).join(" ")
}

pub(super) fn set_table(subnet: &ResourceId, table: Option<&ResourceId>) -> Command {
    let command = by_id("az network vnet subnet update", subnet);
    match table {
        Some(table) => command.option("--route-table", table.as_str()),
        None => command.option("--remove", "routeTable"),
    }
}

pub(super) fn gateway_health(gateway: &ResourceId) -> Command {
    let query =
        "backendAddressPools[].backendHttpSettingsCollection[].servers[].{address: address, health: health}";
    by_parts("az network application-gateway show-backend-health", gateway)
        .option("--name", gateway.name())
        .option("--query", query)
        .option("--output", "table")
}

pub(super) fn create_subnet(subnet: &NewSubnet) -> Command {
    let vnet = subnet.id.parent();
    let block = subnet.block.map_or_else(|| "SUBNET_PREFIX".to_owned(), |block| block.to_string());
    let command = by_parts("az network vnet subnet create", &subnet.id)
        .option("--vnet-name", vnet.as_ref().map_or("", ResourceId::name))
        .option("--name", subnet.id.name())
        .option("--address-prefixes", &block);
    let more = [
        ("--route-table", &subnet.route_table),
        ("--network-security-group", &subnet.security_group),
        ("--nat-gateway", &subnet.nat_gateway),
    ];
    more.into_iter().fold(command, |command, (name, id)| {
        id.iter().fold(command, |command, id| command.option(name, id.as_str()))
    })
}
