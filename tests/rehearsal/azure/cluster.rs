//! `az aks update`: one operation at a time on a whole cluster.

use serde_json::{Value, json};

use super::{
    Done, Refusal,
    arguments::{Arguments, Verb},
    cluster_id, form, key, migration, preflight, refuse, versions,
};
use crate::world::{Kind, Pool, Prefix, Shelf, World, guid, list, lower, prefixes_of, text};

const UPDATE: &str = "https://learn.microsoft.com/cli/azure/aks#az-aks-update";
const BALANCER: &str = "https://learn.microsoft.com/azure/aks/upgrade-basic-load-balancer-on-aks";
const SETS: &str = "https://learn.microsoft.com/azure/aks/availability-sets-on-aks";
const MACHINES: &str = "https://learn.microsoft.com/azure/aks/virtual-machines-node-pools";
const IDENTITY: &str = "https://learn.microsoft.com/azure/aks/user-assigned-managed-identity";
const EXPAND: &str = "https://learn.microsoft.com/azure/aks/azure-cni-overlay-pod-expand";
const KUBENET_IDENTITY: &str = "https://learn.microsoft.com/azure/aks/configure-kubenet";

pub(super) const VERBS: &[Verb] = &[Verb {
    words: "aks update",
    needs: "--resource-group|-g= --name|-n=",
    takes: "--yes|-y --no-wait --network-plugin= --network-plugin-mode= --network-dataplane= --network-policy= --pod-cidr= \
            --migrate-vmas-to-vms --load-balancer-sku= --enable-managed-identity --assign-identity= --auto-upgrade-channel= \
            --node-os-upgrade-channel= --tier= --k8s-support-plan= --http-proxy-config= --disable-http-proxy --enable-http-proxy --node-provisioning-mode= \
            --update-cluster-autoscaler --enable-cluster-autoscaler --disable-cluster-autoscaler --min-count= --max-count= \
            --outbound-type= --api-server-authorized-ip-ranges= --tags=* --windows-admin-password= --disable-azure-keyvault-kms \
            --enable-azure-keyvault-kms --azure-keyvault-kms-key-id= --azure-keyvault-kms-key-vault-network-access= \
            --azure-keyvault-kms-key-vault-resource-id= --disable-local-accounts --attach-acr=",
    run: update,
}];

fn update(world: &mut World, arguments: &Arguments) -> Result<Done, Refusal> {
    let id = cluster_id(world, arguments, "--name")?;
    let changes = arguments.beside(&[]);
    if changes.is_empty() {
        return reconcile(world, &id);
    }
    preflight::is_ready(world, &id)?;
    let has = |name: &str| changes.contains(&name);
    if has("--network-plugin") || has("--network-plugin-mode") {
        return migration::overlay(world, arguments, &id);
    }
    if has("--network-dataplane") || has("--network-policy") {
        return migration::data_plane(world, arguments, &id);
    }
    if has("--migrate-vmas-to-vms") {
        alone(&changes, &["--migrate-vmas-to-vms"], SETS)?;
        return migrate_sets(world, &id);
    }
    if has("--load-balancer-sku") {
        alone(&changes, &["--load-balancer-sku"], BALANCER)?;
        return balancer(world, arguments, &id);
    }
    if has("--pod-cidr") {
        alone(&changes, &["--pod-cidr"], EXPAND)?;
        return expand(world, arguments, &id);
    }
    if has("--enable-managed-identity") || has("--assign-identity") {
        return assign_identity(world, arguments, &id);
    }
    settings(world, arguments, &id)
}

fn alone(changes: &[&str], may: &[&str], source: &'static str) -> Result<(), Refusal> {
    match changes.iter().find(|name| !may.contains(name)) {
        Some(other) => {
            refuse("InvalidParameter", source, format!("{other} cannot be part of the same operation"))
        }
        None => Ok(()),
    }
}

/// A request that changes nothing lets the service finish what it left, and gives each subnet the route table.
/// <https://github.com/Azure/AKS/issues/1500>
fn reconcile(world: &mut World, id: &str) -> Result<Done, Refusal> {
    preflight::is_running(world, id)?;
    let tables: Vec<String> = preflight::subnets_of(world, id)
        .iter()
        .filter_map(|subnet| text(world.subnet(subnet)?, "/properties/routeTable/id").map(str::to_owned))
        .collect();
    let Some(document) = world.get_mut(Shelf::Cluster, id) else { return super::not_found(id) };
    document["properties"]["provisioningState"] = json!("Succeeded");
    for pool in document["properties"]["agentPoolProfiles"].as_array_mut().into_iter().flatten() {
        pool["provisioningState"] = json!("Succeeded");
    }
    let is_kubenet = text(document, "/properties/networkProfile/networkPlugin") == Some("kubenet");
    if let Some(table) = tables.first().filter(|_| is_kubenet) {
        for subnet in preflight::subnets_of(world, id) {
            if let Some(subnet) =
                world.subnet_mut(&subnet).filter(|one| one["properties"]["routeTable"]["id"].is_null())
            {
                subnet["properties"]["routeTable"] = json!({ "id": table });
            }
        }
        renumber(world, id);
    }
    Ok(Done::changed())
}

/// Writes the routes of every pool again.
fn renumber(world: &mut World, id: &str) {
    for pool in world.get(Shelf::Cluster, id).map(Pool::all).unwrap_or_default() {
        let nodes = world.machines(id, &pool).len() as u64;
        world.set_nodes(id, &pool, nodes);
    }
}

/// Availability sets become pools of machines; a Basic load balancer becomes a Standard one with them.
fn migrate_sets(world: &mut World, id: &str) -> Result<Done, Refusal> {
    let Some(document) = world.get(Shelf::Cluster, id).cloned() else { return super::not_found(id) };
    let pools = Pool::all(&document);
    if pools.iter().all(|pool| pool.kind != Kind::AvailabilitySet) {
        return refuse("InvalidParameter", SETS, "no pool is an availability set");
    }
    if version(&document) < 27 {
        return refuse("InvalidParameter", SETS, "Kubernetes 1.27 or newer is needed");
    }
    if preflight::is_custom_network(world, id) && !has_user_identity(&document) {
        return refuse(
            "InvalidParameter",
            MACHINES,
            "pools of machines in a network of the user's need a user-assigned identity",
        );
    }
    if preflight::is_custom_network(world, id) {
        migration::may_join(world, id, &document)?;
    }
    has_no_private_vault(&document, SETS)?;
    preflight::can_reimage(world, id, &pools)?;
    let nodes: Vec<(String, u64)> =
        pools.iter().map(|pool| (pool.name.clone(), world.machines(id, pool).len() as u64)).collect();
    for (pool, (_, nodes)) in pools.iter().zip(&nodes) {
        let Some(profile) = profile_mut(world, id, &pool.name) else { continue };
        if pool.kind == Kind::AvailabilitySet {
            let scale = json!([{ "size": pool.size, "count": pool.count }]);
            profile["type"] = json!("VirtualMachines");
            profile["virtualMachineNodesStatus"] = scale.clone();
            profile["virtualMachinesProfile"] = json!({ "scale": { "manual": scale } });
            if let Some(object) = profile.as_object_mut() {
                object.remove("count");
                object.remove("vmSize");
            }
        }
        let now = world.get(Shelf::Cluster, id).and_then(|one| Pool::of(one, &pool.name));
        if let Some(now) = now {
            world.set_nodes(id, pool, 0);
            world.set_nodes(id, &now, *nodes);
        }
    }
    if let Some(document) = world.get_mut(Shelf::Cluster, id) {
        document["properties"]["networkProfile"]["loadBalancerSku"] = json!("standard");
    }
    Ok(reimaged(id, &pools))
}

fn balancer(world: &mut World, arguments: &Arguments, id: &str) -> Result<Done, Refusal> {
    let Some(document) = world.get(Shelf::Cluster, id).cloned() else { return super::not_found(id) };
    if !arguments.one("--load-balancer-sku").is_some_and(|sku| sku.eq_ignore_ascii_case("standard")) {
        return refuse("InvalidParameter", BALANCER, "only the Standard load balancer is left");
    }
    let pools = Pool::all(&document);
    if pools.iter().any(|pool| pool.kind == Kind::AvailabilitySet) {
        return refuse(
            "InvalidParameter",
            BALANCER,
            "with availability sets only --migrate-vmas-to-vms moves both",
        );
    }
    if version(&document) < 27 {
        return refuse("InvalidParameter", BALANCER, "Kubernetes 1.27 or newer is needed");
    }
    let node_group = lower(&world.node_group(id));
    let is_internal = |entry: &Value| {
        entry["id"].as_str().is_some_and(|id| {
            let id = lower(id);
            id.contains(&format!("/{node_group}/")) && id.contains("/loadbalancers/kubernetes-internal")
        })
    };
    if world.subnets().any(|subnet| list(subnet, "/properties/ipConfigurations").any(is_internal)) {
        return refuse("InvalidParameter", BALANCER, "internal load balancers are not moved");
    }
    has_no_private_vault(&document, BALANCER)?;
    if let Some(document) = world.get_mut(Shelf::Cluster, id) {
        document["properties"]["networkProfile"]["loadBalancerSku"] = json!("standard");
    }
    Ok(Done::changed())
}

fn has_no_private_vault(document: &Value, source: &'static str) -> Result<(), Refusal> {
    let vault = &document["properties"]["securityProfile"]["azureKeyVaultKms"];
    let is_private = vault["enabled"] == true && vault["keyVaultNetworkAccess"].as_str() == Some("Private");
    if is_private {
        refuse("InvalidParameter", source, "key management with a private vault has to be off")
    } else {
        Ok(())
    }
}

/// A larger pod CIDR that holds the present one.
fn expand(world: &mut World, arguments: &Arguments, id: &str) -> Result<Done, Refusal> {
    let Some(document) = world.get(Shelf::Cluster, id).cloned() else { return super::not_found(id) };
    if text(&document, "/properties/networkProfile/networkPluginMode") != Some("overlay") {
        return refuse("InvalidParameter", EXPAND, "only an Overlay cluster's pod CIDR can grow");
    }
    if Pool::all(&document).iter().any(|pool| pool.is_windows) {
        return refuse("InvalidParameter", EXPAND, "a cluster with Windows pools keeps its pod CIDR");
    }
    let [old, new] = [text(&document, "/properties/networkProfile/podCidr"), arguments.one("--pod-cidr")]
        .map(|text| text.and_then(Prefix::parse));
    let (Some(old), Some(new)) = (old, new) else {
        return refuse("InvalidCIDR", EXPAND, "the pod CIDR cannot be read");
    };
    if !new.holds(old) || new == old {
        return refuse("InvalidParameter", EXPAND, "a pod CIDR grows to one that holds it");
    }
    migration::pod_cidr_is_free(world, id, &document, new)?;
    set_pod_cidr(world, id, arguments.one("--pod-cidr").unwrap_or_default());
    Ok(Done::changed())
}

pub(super) fn set_pod_cidr(world: &mut World, id: &str, cidr: &str) {
    let Some(document) = world.get_mut(Shelf::Cluster, id) else { return };
    let profile = &mut document["properties"]["networkProfile"];
    profile["podCidr"] = json!(cidr);
    let mut all: Vec<Value> = profile["podCidrs"].as_array().cloned().unwrap_or_default();
    all.retain(|one| one.as_str().is_some_and(|one| one.contains(':')));
    all.insert(0, json!(cidr));
    profile["podCidrs"] = Value::Array(all);
}

/// Gives the cluster a managed identity. Nodes of a cluster with a service principal are made anew, because the kubelet's
/// identity changes.
fn assign_identity(world: &mut World, arguments: &Arguments, id: &str) -> Result<Done, Refusal> {
    alone(&arguments.beside(&[]), &["--enable-managed-identity", "--assign-identity"], IDENTITY)?;
    let Some(document) = world.get(Shelf::Cluster, id).cloned() else { return super::not_found(id) };
    if !arguments.has("--enable-managed-identity") {
        return form("--assign-identity goes with --enable-managed-identity");
    }
    let pools = Pool::all(&document);
    let had_principal =
        text(&document, "/properties/servicePrincipalProfile/clientId").is_some_and(|one| one != "msi");
    let identity = if let Some(named) = arguments.one("--assign-identity") {
        let Some(found) = world.identities.get(&lower(named)) else { return super::not_found(named) };
        let known =
            json!({ found.id.clone(): { "principalId": found.principal, "clientId": found.principal } });
        json!({ "type": "UserAssigned", "userAssignedIdentities": known })
    } else {
        let has_table = |subnet: &String| {
            world.subnet(subnet).is_some_and(|one| !one["properties"]["routeTable"]["id"].is_null())
        };
        if preflight::is_custom_network(world, id) && preflight::subnets_of(world, id).iter().any(has_table) {
            let message = "a route table of the user's needs a user-assigned identity";
            return refuse("CustomRouteTableWithUnsupportedMSIType", KUBENET_IDENTITY, message);
        }
        json!({ "type": "SystemAssigned", "principalId": guid(id) })
    };
    if had_principal {
        preflight::can_reimage(world, id, &pools)?;
    }
    let kubelet = guid(&format!("{id}/kubelet"));
    if let Some(document) = world.get_mut(Shelf::Cluster, id) {
        document["identity"] = identity;
        document["properties"]["servicePrincipalProfile"] = json!({ "clientId": "msi" });
        if had_principal {
            document["properties"]["identityProfile"] = json!({ "kubeletidentity": { "clientId": kubelet } });
        }
    }
    Ok(if had_principal { reimaged(id, &pools) } else { Done::changed() })
}

/// A place in a document, and what stands there from now on.
type Change = (&'static [&'static str], Value);

/// Options that take a word: what words there are, and where it stands.
#[rustfmt::skip]
const WORDS: &[(&str, &[&str], &[&str])] = &[
    ("--auto-upgrade-channel", &["none", "patch", "stable", "rapid", "node-image"], &["properties", "autoUpgradeProfile", "upgradeChannel"]),
    ("--node-os-upgrade-channel", &["None", "Unmanaged", "SecurityPatch", "NodeImage"], &["properties", "autoUpgradeProfile", "nodeOSUpgradeChannel"]),
    ("--tier", &["free", "standard", "premium"], &["sku", "tier"]),
    ("--k8s-support-plan", &["KubernetesOfficial", "AKSLongTermSupport"], &["properties", "supportPlan"]),
    ("--node-provisioning-mode", &["Manual", "Auto"], &["properties", "nodeProvisioningProfile", "mode"]),
];

/// Settings that stand by themselves.
fn settings(world: &mut World, arguments: &Arguments, id: &str) -> Result<Done, Refusal> {
    const ENCRYPTION: &[&str] = &["properties", "securityProfile", "azureKeyVaultKms", "enabled"];
    let Some(document) = world.get(Shelf::Cluster, id).cloned() else { return super::not_found(id) };
    let pools = Pool::all(&document);
    let mut changes: Vec<Change> = Vec::new();
    for (option, allowed, path) in WORDS {
        let Some(value) = arguments.one(option) else { continue };
        one_of(value, allowed)?;
        // A tier is written with a capital.
        let capital = format!("{}{}", value[..1].to_uppercase(), &value[1..]);
        changes.push((path, json!(if *option == "--tier" { capital.as_str() } else { value })));
    }
    for (option, is_on) in [("--disable-azure-keyvault-kms", false), ("--enable-azure-keyvault-kms", true)] {
        if arguments.has(option) {
            changes.push((ENCRYPTION, json!(is_on)));
        }
    }
    only_known(arguments)?;
    let reimages = makes_anew(&document, arguments);
    if reimages {
        preflight::can_reimage(world, id, &pools)?;
    }
    for (path, value) in changes {
        if let Some(document) = world.get_mut(Shelf::Cluster, id) {
            let mut at = document;
            for part in path {
                at = &mut at[*part];
            }
            *at = value;
        }
    }
    Ok(if reimages { reimaged(id, &pools) } else { Done::changed() })
}

fn only_known(arguments: &Arguments) -> Result<(), Refusal> {
    const OTHERS: [&str; 8] = [
        "--disable-azure-keyvault-kms",
        "--enable-azure-keyvault-kms",
        "--azure-keyvault-kms-key-id",
        "--azure-keyvault-kms-key-vault-network-access",
        "--azure-keyvault-kms-key-vault-resource-id",
        "--disable-http-proxy",
        "--enable-http-proxy",
        "--http-proxy-config",
    ];
    let known: Vec<&str> = WORDS.iter().map(|(option, ..)| *option).chain(OTHERS).collect();
    match arguments.beside(&known).first() {
        Some(other) => form(format!("`az aks update {other}` is not rehearsed")),
        None => Ok(()),
    }
}

/// Whether settings make every node anew: a proxy, and whether nodes patch themselves.
/// <https://learn.microsoft.com/azure/aks/node-disruption-policy>
fn makes_anew(document: &Value, arguments: &Arguments) -> bool {
    let proxy = ["--disable-http-proxy", "--http-proxy-config", "--enable-http-proxy"];
    let old = text(document, "/properties/autoUpgradeProfile/nodeOSUpgradeChannel");
    let new = arguments.one("--node-os-upgrade-channel");
    let patches = new.is_some_and(|new| (old == Some("Unmanaged")) != (new == "Unmanaged"));
    patches || proxy.iter().any(|name| arguments.has(name))
}

fn one_of(value: &str, allowed: &[&str]) -> Result<(), Refusal> {
    if allowed.contains(&value) {
        Ok(())
    } else {
        refuse("Form", UPDATE, format!("`{value}` is none of {allowed:?}"))
    }
}

/// Every running pool of the cluster was made anew.
pub(super) fn reimaged(id: &str, pools: &[Pool]) -> Done {
    let reimaged = pools.iter().filter(|pool| pool.is_running).map(|pool| key(id, &pool.name)).collect();
    Done { reimaged, ..Done::changed() }
}

/// The minor version of the control plane.
pub(super) fn version(document: &Value) -> u64 {
    let now = text(document, "/properties/currentKubernetesVersion")
        .or(text(document, "/properties/kubernetesVersion"));
    now.and_then(versions::minor).unwrap_or(0)
}

pub(super) fn has_user_identity(document: &Value) -> bool {
    document["identity"]["userAssignedIdentities"].as_object().is_some_and(|all| !all.is_empty())
}

/// The profile of a pool that is going to change.
pub(super) fn profile_mut<'w>(world: &'w mut World, id: &str, pool: &str) -> Option<&'w mut Value> {
    let profiles = world.get_mut(Shelf::Cluster, id)?["properties"]["agentPoolProfiles"].as_array_mut()?;
    profiles.iter_mut().find(|one| one["name"] == pool)
}

/// The first IPv4 prefix of a subnet.
pub(super) fn first_prefix(world: &World, subnet: &str) -> Option<Prefix> {
    prefixes_of(world.subnet(subnet)?).first().copied()
}
