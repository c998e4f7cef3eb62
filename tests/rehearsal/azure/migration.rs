//! The three operations that make every node of a cluster anew for its network: to Overlay, to Cilium, and taking a policy
//! engine away.

use serde_json::{Value, json};

use super::{
    Done, Refusal,
    arguments::Arguments,
    cluster::{first_prefix, has_user_identity, reimaged, set_pod_cidr, version},
    preflight, refuse,
};
use crate::world::{
    Kind, Pool, Prefix, Shelf, World, group_of, list, lower, name_of, prefixes_of, split_subnet, text,
};

const MOVE: &str = "https://learn.microsoft.com/azure/aks/update-azure-cni";
const OVERLAY: &str = "https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay";
const POLICY: &str = "https://learn.microsoft.com/azure/aks/use-network-policies";
const CILIUM: &str = "https://github.com/MicrosoftDocs/azure-aks-docs/issues/264";
const POLICY_NOTES: &str = "https://github.com/Azure/AKS/releases/tag/2023-11-28";
const RESERVED: &str = "https://learn.microsoft.com/azure/aks/concepts-network-cni-overview";
const TABLE: &str = "https://github.com/MicrosoftDocs/azure-aks-docs/issues/334";
const GATEWAY: &str = "https://learn.microsoft.com/azure/application-gateway/ingress-controller-overview";
const CONTAINERS: &str =
    "https://learn.microsoft.com/azure/application-gateway/for-containers/container-networking";
const BALANCER: &str = "https://learn.microsoft.com/azure/aks/upgrade-basic-load-balancer-on-aks";
const RIGHTS: &str = "https://learn.microsoft.com/azure/aks/configure-kubenet";

/// `--network-plugin azure --network-plugin-mode overlay`.
pub(super) fn overlay(world: &mut World, arguments: &Arguments, id: &str) -> Result<Done, Refusal> {
    let Some(document) = world.get(Shelf::Cluster, id).cloned() else { return super::not_found(id) };
    let pools = Pool::all(&document);
    is_the_move(arguments)?;
    may_become_overlay(world, id, &document, &pools)?;
    let is_kubenet = is_profile(&document, "networkPlugin", "kubenet");
    let now = text(&document, "/properties/networkProfile/podCidr");
    let Some(cidr) = arguments.one("--pod-cidr").or(now.filter(|_| is_kubenet)).map(str::to_owned) else {
        return refuse("InvalidParameter", MOVE, "--pod-cidr is required where the cluster has no pod CIDR");
    };
    let Some(pods) = Prefix::parse(&cidr) else {
        return refuse("InvalidCIDR", RESERVED, format!("`{cidr}` is no IPv4 prefix"));
    };
    pod_cidr_is_free(world, id, &document, pods)?;
    preflight::fits_overlay(world, id, pods)?;
    preflight::can_reimage(world, id, &pools)?;
    let nodes: Vec<u64> = pools.iter().map(|pool| world.machines(id, pool).len() as u64).collect();
    if is_kubenet {
        take_routes_away(world, id, &document);
    }
    set_pod_cidr(world, id, &cidr);
    if let Some(document) = world.get_mut(Shelf::Cluster, id) {
        let profile = &mut document["properties"]["networkProfile"];
        profile["networkPlugin"] = json!("azure");
        profile["networkPluginMode"] = json!("overlay");
        if profile["networkDataplane"].is_null() {
            profile["networkDataplane"] = json!("azure");
        }
    }
    for (pool, nodes) in pools.iter().zip(nodes) {
        world.set_nodes(id, pool, nodes);
    }
    Ok(reimaged(id, &pools))
}

/// The command is the documented one, and changes nothing else.
fn is_the_move(arguments: &Arguments) -> Result<(), Refusal> {
    const NAMED: [&str; 3] = ["--network-plugin", "--network-plugin-mode", "--pod-cidr"];
    if let Some(other) = arguments.beside(&NAMED).first() {
        return refuse("InvalidParameter", MOVE, format!("{other} cannot be part of the same operation"));
    }
    if NAMED.map(|name| arguments.one(name))[..2] == [Some("azure"), Some("overlay")] {
        return Ok(());
    }
    refuse(
        "UnsupportedNetworkPluginModeWithNetworkPlugin",
        "https://github.com/Azure/AKS/issues/5662",
        "the documented command names both the plugin and the mode",
    )
}

/// The cluster is of a mode and a version that has a way to Overlay, and without what stands in it.
fn may_become_overlay(world: &World, id: &str, document: &Value, pools: &[Pool]) -> Result<(), Refusal> {
    let is_kubenet = is_profile(document, "networkPlugin", "kubenet");
    let is_flat = is_profile(document, "networkPlugin", "azure")
        && !is_profile(document, "networkPluginMode", "overlay");
    if !(is_kubenet || is_flat) || pools.iter().any(|pool| pool.pod_subnet.is_some()) {
        return refuse(
            "InvalidParameter",
            MOVE,
            "only kubenet and node-subnet clusters can be changed to Overlay",
        );
    }
    let is_old = |pool: &Pool| super::versions::minor(&pool.version).is_some_and(|one| one < 27);
    if version(document) < 27 || pools.iter().any(is_old) {
        return refuse("InvalidParameter", MOVE, "Kubernetes 1.27 or newer is needed");
    }
    suits_overlay(world, id, document, pools)?;
    if is_kubenet {
        return may_leave_kubenet(world, id, document);
    }
    if ["azure", "calico"].iter().any(|engine| is_profile(document, "networkPolicy", engine)) {
        return refuse("InvalidParameter", MOVE, "the policy engine has to be uninstalled first");
    }
    Ok(())
}

/// What a kubenet cluster needs beside: an identity that may take the routes away, no engine, and a table of its own.
fn may_leave_kubenet(world: &World, id: &str, document: &Value) -> Result<(), Refusal> {
    if !has_user_identity(document) {
        return refuse(
            "InvalidParameter",
            MOVE,
            "a user-assigned identity is needed to remove the route table",
        );
    }
    if !is_profile(document, "networkPolicy", "none")
        && text(document, "/properties/networkProfile/networkPolicy").is_some()
    {
        return refuse("InvalidParameter", POLICY_NOTES, "the policy engine has to be uninstalled first");
    }
    let own = preflight::subnets_of(world, id);
    for table in tables_of(world, &own) {
        let others: Vec<String> = world
            .get(Shelf::RouteTable, &table)
            .into_iter()
            .flat_map(|one| list(one, "/properties/subnets"))
            .filter_map(|one| one["id"].as_str())
            .filter(|subnet| !own.contains(&lower(subnet)))
            .map(str::to_owned)
            .collect();
        if !others.is_empty() {
            return refuse("RouteTableInUse", TABLE, format!("the route table is also on {others:?}"));
        }
    }
    may_join(world, id, document)
}

/// The identity may use the subnets and the route table of the user's.
pub(super) fn may_join(world: &World, id: &str, document: &Value) -> Result<(), Refusal> {
    if !preflight::is_custom_network(world, id) {
        return Ok(());
    }
    let principals: Vec<String> = document["identity"]["userAssignedIdentities"]
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(identity, _)| world.identities.get(&lower(identity)))
        .map(|identity| lower(&identity.principal))
        .collect();
    let subnets = preflight::subnets_of(world, id);
    let tables = tables_of(world, &subnets);
    for scope in subnets.iter().chain(&tables) {
        let is_given = world.roles.iter().any(|(principal, role, at)| {
            let is_above = scope == at || scope.starts_with(&format!("{at}/"));
            let suffices = ["network contributor", "contributor", "owner"].contains(&role.as_str());
            principals.contains(principal) && suffices && is_above
        });
        if !is_given {
            return refuse(
                "LinkedAuthorizationFailed",
                RIGHTS,
                format!("the identity has no rights on {scope}"),
            );
        }
    }
    Ok(())
}

/// The route tables of subnets, in lower case, that are the user's or AKS's.
pub(super) fn tables_of(world: &World, subnets: &[String]) -> Vec<String> {
    let mut all: Vec<String> = subnets
        .iter()
        .filter_map(|id| text(world.subnet(id)?, "/properties/routeTable/id").map(lower))
        .collect();
    all.sort();
    all.dedup();
    all
}

/// What Overlay does not support, whatever the cluster comes from.
fn suits_overlay(world: &World, id: &str, document: &Value, pools: &[Pool]) -> Result<(), Refusal> {
    if let Some(pool) = pools.iter().find(|pool| pool.kind == Kind::AvailabilitySet) {
        return refuse("InvalidParameter", OVERLAY, format!("pool {} is an availability set", pool.name));
    }
    let is_confidential = |pool: &&Pool| {
        let size = pool.size.to_ascii_lowercase();
        let number = size.strip_prefix("standard_dc").and_then(|rest| rest.strip_suffix("s_v2"));
        number.is_some_and(|number| !number.is_empty() && number.chars().all(|char| char.is_ascii_digit()))
    };
    if let Some(pool) = pools.iter().find(is_confidential) {
        return refuse("InvalidParameter", OVERLAY, format!("pool {} is of the DCsv2 series", pool.name));
    }
    if let Some(pool) = pools.iter().find(|pool| pool.os_sku.eq_ignore_ascii_case("Windows2019")) {
        return refuse("InvalidParameter", OVERLAY, format!("pool {} runs Windows Server 2019", pool.name));
    }
    if is_profile(document, "loadBalancerSku", "basic") {
        return refuse("InvalidParameter", BALANCER, "the Basic load balancer is not supported");
    }
    if document["properties"]["addonProfiles"]["aciConnectorLinux"]["enabled"] == true {
        return refuse("InvalidParameter", OVERLAY, "virtual nodes do not work with Overlay");
    }
    for subnet in preflight::subnets_of(world, id) {
        let found = world.subnet(&subnet);
        if found.is_some_and(|one| list(one, "/properties/delegations").next().is_some()) {
            return refuse("SubnetIsDelegated", RESERVED, format!("{subnet} is delegated"));
        }
        let network = split_subnet(&subnet).map_or("", |(network, _)| network);
        let is_custom = preflight::is_custom_network(world, id);
        let too_long =
            [name_of(&subnet), name_of(network), group_of(network)].into_iter().find(|name| name.len() > 63);
        if let Some(name) = too_long.filter(|_| is_custom) {
            return refuse("InvalidParameter", OVERLAY, format!("`{name}` is longer than a label may be"));
        }
    }
    gateway_suits(world, id, document)?;
    containers_suit(world, id)
}

/// The gateway of the ingress controller: its subnet in the cluster's network, a /24 at most, delegated to it.
fn gateway_suits(world: &World, id: &str, document: &Value) -> Result<(), Refusal> {
    let Some(gateway) = gateway_of(world, document) else { return Ok(()) };
    let Some(subnet) = text(gateway, "/properties/gatewayIPConfigurations/0/properties/subnet/id") else {
        return Ok(());
    };
    let networks: Vec<String> =
        preflight::subnets_of(world, id).iter().filter_map(|id| Some(lower(split_subnet(id)?.0))).collect();
    if !split_subnet(subnet).is_some_and(|(network, _)| networks.contains(&lower(network))) {
        return refuse("InvalidParameter", GATEWAY, "the gateway is in another network");
    }
    if first_prefix(world, subnet).is_some_and(|prefix| prefix.length < 24) {
        return refuse("InvalidParameter", GATEWAY, "the gateway's subnet is larger than a /24");
    }
    let is_delegated = world.subnet(subnet).is_some_and(|one| {
        list(one, "/properties/delegations").any(|one| {
            text(one, "/properties/serviceName")
                .is_some_and(|name| name.eq_ignore_ascii_case("Microsoft.Network/applicationGateways"))
        })
    });
    if is_delegated {
        Ok(())
    } else {
        refuse(
            "InvalidParameter",
            GATEWAY,
            "the gateway's subnet is not delegated to Microsoft.Network/applicationGateways",
        )
    }
}

/// The application gateway of a cluster's ingress controller.
pub(crate) fn gateway_of<'w>(world: &'w World, document: &Value) -> Option<&'w Value> {
    let addons = document["properties"]["addonProfiles"].as_object()?;
    let (_, addon) =
        addons.iter().find(|(name, _)| name.eq_ignore_ascii_case("ingressApplicationGateway"))?;
    let config = addon["config"].as_object().filter(|_| addon["enabled"] == true)?;
    let named = config
        .iter()
        .find(|(key, value)| lower(key).ends_with("applicationgatewayid") && value.is_string())?
        .1;
    world.get(Shelf::Gateway, named.as_str()?)
}

/// Application Gateway for Containers next to an Overlay cluster: a /24 exactly. Whose gateway it is shows nowhere, so it is
/// refused only where no other cluster is in the network.
fn containers_suit(world: &World, id: &str) -> Result<(), Refusal> {
    for subnet in preflight::subnets_of(world, id) {
        let Some((network, _)) = split_subnet(&subnet) else { continue };
        let is_here = |one: &&Value| {
            Pool::all(one).iter().any(|pool| {
                pool.subnet
                    .as_deref()
                    .and_then(split_subnet)
                    .is_some_and(|(at, _)| at.eq_ignore_ascii_case(network))
            })
        };
        if world.all(Shelf::Cluster).filter(is_here).count() > 1 {
            continue;
        }
        for other in
            world.get(Shelf::Network, network).into_iter().flat_map(|one| list(one, "/properties/subnets"))
        {
            let is_theirs = list(other, "/properties/delegations").any(|one| {
                text(one, "/properties/serviceName").is_some_and(|name| {
                    name.eq_ignore_ascii_case("Microsoft.ServiceNetworking/trafficControllers")
                })
            });
            if is_theirs && prefixes_of(other).iter().any(|prefix| prefix.length != 24) {
                return refuse(
                    "InvalidParameter",
                    CONTAINERS,
                    "the subnet of Application Gateway for Containers is no /24",
                );
            }
        }
    }
    Ok(())
}

/// A pod CIDR is taken that no subnet of the network, no service and nothing reserved has.
pub(super) fn pod_cidr_is_free(
    world: &World,
    id: &str,
    document: &Value,
    pods: Prefix,
) -> Result<(), Refusal> {
    const TAKEN: [&str; 4] = ["169.254.0.0/16", "172.30.0.0/16", "172.31.0.0/16", "192.0.2.0/24"];
    if TAKEN.iter().filter_map(|one| Prefix::parse(one)).any(|one| one.overlaps(pods)) {
        return refuse("ReservedCIDR", RESERVED, "the range is Azure's");
    }
    let services = list(document, "/properties/networkProfile/serviceCidrs").filter_map(Value::as_str);
    let service =
        services.chain(text(document, "/properties/networkProfile/serviceCidr")).filter_map(Prefix::parse);
    let service: Vec<Prefix> = service.collect();
    if service.iter().any(|one| one.overlaps(pods)) {
        return refuse("ServiceCidrOverlapPodCidr", MOVE, "the pod CIDR overlaps the service CIDR");
    }
    let dns = text(document, "/properties/networkProfile/dnsServiceIP");
    if dns.is_some_and(|dns| !service.is_empty() && !service.iter().any(|one| one.holds_address(dns))) {
        return refuse("InvalidDNSServiceIP", RESERVED, "the DNS address is outside the service CIDR");
    }
    for subnet in preflight::subnets_of(world, id) {
        let Some((network, _)) = split_subnet(&subnet) else { continue };
        for other in
            world.get(Shelf::Network, network).into_iter().flat_map(|one| list(one, "/properties/subnets"))
        {
            if prefixes_of(other).iter().any(|prefix| prefix.overlaps(pods)) {
                return refuse(
                    "NetworkProfileCIDROverlapVNET",
                    "https://github.com/Azure/AKS/releases/tag/2024-10-25",
                    format!("the pod CIDR overlaps subnet {}", other["name"]),
                );
            }
        }
    }
    Ok(())
}

/// A table of AKS's goes; one of the user's loses the routes to pods.
fn take_routes_away(world: &mut World, id: &str, document: &Value) {
    let node_group = text(document, "/properties/nodeResourceGroup").map(lower).unwrap_or_default();
    let subnets = preflight::subnets_of(world, id);
    for table in tables_of(world, &subnets) {
        if lower(group_of(&table)) == node_group {
            for subnet in &subnets {
                if let Some(properties) =
                    world.subnet_mut(subnet).and_then(|one| one["properties"].as_object_mut())
                {
                    properties.remove("routeTable");
                }
            }
            world.remove(Shelf::RouteTable, &table);
        } else {
            world.remove_pod_routes(id, &table);
        }
    }
}

/// `--network-dataplane cilium`, or `--network-policy`.
pub(super) fn data_plane(world: &mut World, arguments: &Arguments, id: &str) -> Result<Done, Refusal> {
    let Some(document) = world.get(Shelf::Cluster, id).cloned() else { return super::not_found(id) };
    if let Some(other) = arguments.beside(&["--network-dataplane", "--network-policy"]).first() {
        return refuse("InvalidParameter", MOVE, format!("{other} cannot be part of the same operation"));
    }
    let pools = Pool::all(&document);
    match (arguments.one("--network-dataplane"), arguments.one("--network-policy")) {
        (Some("cilium"), None | Some("cilium")) => takes_cilium(&document, &pools)?,
        (None, Some("none")) => may_uninstall(&document)?,
        (None, Some("calico" | "azure")) if is_profile(&document, "networkPolicy", "none") => {}
        other => return refuse("InvalidParameter", POLICY, format!("{other:?} is no documented change")),
    }
    preflight::can_reimage(world, id, &pools)?;
    if let Some(document) = world.get_mut(Shelf::Cluster, id) {
        let profile = &mut document["properties"]["networkProfile"];
        if arguments.has("--network-dataplane") {
            profile["networkDataplane"] = json!("cilium");
            profile["networkPolicy"] = json!("cilium");
        } else {
            profile["networkPolicy"] = json!(arguments.one("--network-policy"));
        }
    }
    Ok(reimaged(id, &pools))
}

fn takes_cilium(document: &Value, pools: &[Pool]) -> Result<(), Refusal> {
    if !is_profile(document, "networkPlugin", "azure") {
        return refuse("InvalidParameter", MOVE, "a cluster without Azure CNI cannot go to Cilium directly");
    }
    if let Some(pool) = pools.iter().find(|pool| pool.is_windows) {
        return refuse("InvalidParameter", MOVE, format!("pool {} is a Windows pool", pool.name));
    }
    if text(document, "/properties/nodeProvisioningProfile/mode") == Some("Auto") {
        return refuse("InvalidParameter", MOVE, "node auto-provisioning has to be off");
    }
    if is_profile(document, "networkDataplane", "cilium") {
        return refuse("InvalidParameter", MOVE, "the cluster has Cilium already");
    }
    Ok(())
}

fn may_uninstall(document: &Value) -> Result<(), Refusal> {
    if is_profile(document, "networkDataplane", "cilium") {
        return refuse("InvalidParameter", CILIUM, "the data plane of Cilium needs its policy engine");
    }
    if is_profile(document, "networkPolicy", "none") {
        return refuse("InvalidParameter", POLICY, "there is no engine to uninstall");
    }
    if version(document) < 30 {
        return refuse(
            "InvalidParameter",
            "https://github.com/Azure/AKS/releases/tag/2026-05-29",
            "Kubernetes 1.30 or newer is needed",
        );
    }
    Ok(())
}

fn is_profile(document: &Value, key: &str, value: &str) -> bool {
    text(document, &format!("/properties/networkProfile/{key}"))
        .is_some_and(|one| one.eq_ignore_ascii_case(value))
}
