//! `az aks nodepool`: adding, deleting, scaling, starting and stopping pools.

use serde_json::{Value, json};

use super::{
    Done, Refusal,
    arguments::{Arguments, Verb},
    cluster::{profile_mut, version},
    cluster_id, form, preflight, refuse, versions,
};
use crate::world::{Pool, Shelf, World, lower, split_subnet, text};

pub(super) const POOLS: &str = "https://learn.microsoft.com/azure/aks/create-node-pools";
const SYSTEM: &str = "https://learn.microsoft.com/azure/aks/use-system-pools";
const SUBNETS: &str = "https://learn.microsoft.com/azure/aks/node-pool-unique-subnet";
const MANAGED: &str = "https://github.com/MicrosoftDocs/azure-docs/issues/116169";
const PODS: &str = "https://learn.microsoft.com/azure/aks/concepts-network-ip-address-planning";
const STOP: &str = "https://learn.microsoft.com/azure/aks/start-stop-nodepools";

pub(super) const VERBS: &[Verb] = &[
    Verb {
        words: "aks nodepool add",
        needs: "--resource-group|-g= --cluster-name= --name|-n|--nodepool-name=",
        takes: "--no-wait --node-count|-c= --node-vm-size|-s= --mode= --os-type= --os-sku= --max-pods|-m= --vnet-subnet-id= \
                --pod-subnet-id= --zones|-z=* --labels=* --node-taints= --priority= --eviction-policy= --spot-max-price= \
                --enable-cluster-autoscaler|-e --min-count= --max-count= --max-surge= --max-unavailable= --kubernetes-version|-k= \
                --node-osdisk-size= --node-osdisk-type= --scale-down-mode= --enable-node-public-ip --enable-fips-image \
                --enable-encryption-at-host --enable-ultra-ssd --tags=* --drain-timeout= --node-soak-duration= \
                --pod-ip-allocation-mode= --vm-set-type= --vm-sizes= --workload-runtime= --gpu-driver= --ppg= --host-group-id= \
                --crg-id= --kubelet-config= --linux-os-config= --snapshot-id= --undrainable-node-behavior= --node-public-ip-prefix-id= \
                --enable-secure-boot --enable-vtpm --kubelet-disk-type= --allowed-host-ports= --asg-ids= --gateway-prefix-size= \
                --disable-windows-outbound-nat --message-of-the-day= --localdns-config= --ssh-access= --gpu-instance-profile=",
        run: add,
    },
    Verb {
        words: "aks nodepool delete",
        needs: "--resource-group|-g= --cluster-name= --name|-n|--nodepool-name=",
        takes: "--no-wait --yes|-y --ignore-pdb|--ignore-pod-disruption-budget|-i= --if-match=",
        run: delete,
    },
    Verb {
        words: "aks nodepool scale",
        needs: "--resource-group|-g= --cluster-name= --name|-n|--nodepool-name= --node-count|-c=",
        takes: "--no-wait",
        run: scale,
    },
    Verb {
        words: "aks nodepool start",
        needs: "--resource-group|-g= --cluster-name= --nodepool-name|--name|-n=",
        takes: "--no-wait",
        run: start,
    },
    Verb {
        words: "aks nodepool stop",
        needs: "--resource-group|-g= --cluster-name= --nodepool-name|--name|-n=",
        takes: "--no-wait",
        run: stop,
    },
];

/// The cluster and the pool a command names; the pool has to exist.
pub(super) fn pool_of(world: &World, arguments: &Arguments) -> Result<(String, Pool), Refusal> {
    let id = cluster_id(world, arguments, "--cluster-name")?;
    let name = arguments.one("--name").or(arguments.one("--nodepool-name")).unwrap_or_default();
    match world.get(Shelf::Cluster, &id).and_then(|one| Pool::of(one, name)) {
        Some(pool) => Ok((id, pool)),
        None => super::not_found(&format!("{id}/agentPools/{name}")),
    }
}

/// 1 to 12 lower-case letters and digits, the first a letter; 6 with Windows.
fn is_pool_name(name: &str, is_windows: bool) -> bool {
    let most = if is_windows { 6 } else { 12 };
    (1..=most).contains(&name.len())
        && name.starts_with(|char: char| char.is_ascii_lowercase())
        && name.chars().all(|char| char.is_ascii_lowercase() || char.is_ascii_digit())
}

fn add(world: &mut World, arguments: &Arguments) -> Result<Done, Refusal> {
    let id = cluster_id(world, arguments, "--cluster-name")?;
    preflight::is_ready(world, &id)?;
    let Some(document) = world.get(Shelf::Cluster, &id).cloned() else { return super::not_found(&id) };
    let name = arguments.one("--name").unwrap_or_default();
    let is_windows = arguments.one("--os-type").is_some_and(|os| os.eq_ignore_ascii_case("Windows"));
    if !is_pool_name(name, is_windows) {
        return refuse("InvalidParameter", POOLS, format!("`{name}` is no name of a pool"));
    }
    let is_set = |pool: &Pool| pool.kind == crate::world::Kind::AvailabilitySet;
    if Pool::all(&document).iter().any(is_set)
        || text(&document, "/properties/networkProfile/loadBalancerSku")
            .is_some_and(|sku| sku.eq_ignore_ascii_case("basic"))
    {
        let message = "several pools need scale sets or machines, and the Standard load balancer";
        return refuse("OperationNotAllowed", POOLS, message);
    }
    if Pool::of(&document, name).is_some() {
        return refuse("AgentPoolAlreadyExists", POOLS, format!("there is a pool {name} already"));
    }
    let pool = draft(world, &id, &document, arguments, is_windows)?;
    if let Some(profiles) = world
        .get_mut(Shelf::Cluster, &id)
        .and_then(|one| one["properties"]["agentPoolProfiles"].as_array_mut())
    {
        profiles.push(pool);
    }
    let Some(pool) = world.get(Shelf::Cluster, &id).and_then(|one| Pool::of(one, name)) else {
        return super::not_found(&id);
    };
    let checked = fits(world, &id, &pool);
    if checked.is_err() {
        drop_profile(world, &id, name);
    }
    checked?;
    world.set_nodes(&id, &pool, pool.count);
    Ok(Done::changed())
}

fn fits(world: &World, id: &str, pool: &Pool) -> Result<(), Refusal> {
    if versions::image(pool, versions::minor(&pool.version).unwrap_or(0)).is_none() {
        return refuse(
            "InvalidParameter",
            super::pool_update::OS,
            format!("{} has no image for Kubernetes {}", pool.os_sku, pool.version),
        );
    }
    if let Some(subnet) = world.subnet_of(id, pool) {
        preflight::has_room(world, &subnet, pool.count * world.cost(id, pool))?;
    }
    let document = world.get(Shelf::Cluster, id);
    let has_blocks = document.and_then(|one| text(one, "/properties/networkProfile/podCidr"));
    if let Some(pods) = has_blocks.and_then(crate::world::Prefix::parse) {
        preflight::fits_pods(world, id, pods)?;
    }
    Ok(())
}

fn drop_profile(world: &mut World, id: &str, name: &str) {
    if let Some(profiles) = world
        .get_mut(Shelf::Cluster, id)
        .and_then(|one| one["properties"]["agentPoolProfiles"].as_array_mut())
    {
        profiles.retain(|one| one["name"] != name);
    }
}

/// The profile of a new pool; what is not said is what Azure takes by itself.
fn draft(
    world: &World,
    id: &str,
    document: &Value,
    arguments: &Arguments,
    is_windows: bool,
) -> Result<Value, Refusal> {
    let count = arguments.number("--node-count")?.unwrap_or(3);
    let is_spot = arguments.one("--priority").is_some_and(|one| one.eq_ignore_ascii_case("Spot"));
    let mode = mode_of(arguments, count, is_windows || is_spot)?;
    let version = version_of(document, arguments)?;
    let subnet = subnet_for(world, id, document, arguments)?;
    let pod_subnet = arguments.one("--pod-subnet-id");
    if let Some(missing) = pod_subnet.filter(|subnet| world.subnet(subnet).is_none()) {
        return super::not_found(missing);
    }
    let usual = default_max_pods(document, pod_subnet.is_some());
    let max_pods = arguments.number("--max-pods")?.unwrap_or(usual);
    if !(10..=250).contains(&max_pods) {
        return refuse("InvalidParameter", PODS, format!("{max_pods} pods a node"));
    }
    let mut pool = machines(arguments)?;
    pool["count"] = json!(count);
    pool["mode"] = json!(mode);
    pool["osType"] = json!(if is_windows { "Windows" } else { "Linux" });
    pool["osSKU"] =
        json!(arguments.one("--os-sku").unwrap_or(if is_windows { "Windows2022" } else { "Ubuntu" }));
    pool["maxPods"] = json!(max_pods);
    pool["orchestratorVersion"] = json!(version);
    pool["currentOrchestratorVersion"] = json!(version);
    for (key, value) in [("vnetSubnetID", subnet.as_deref()), ("podSubnetID", pod_subnet)] {
        if let Some(value) = value {
            pool[key] = json!(value);
        }
    }
    let autoscaler = autoscaler(arguments, count)?;
    pool["enableAutoScaling"] = json!(autoscaler.is_some());
    if let Some((min, max)) = autoscaler {
        pool["minCount"] = json!(min);
        pool["maxCount"] = json!(max);
    }
    if is_spot {
        pool["scaleSetPriority"] = json!("Spot");
        pool["scaleSetEvictionPolicy"] = json!(arguments.one("--eviction-policy").unwrap_or("Delete"));
    }
    super::pool_update::surge_settings(&mut pool, arguments, mode == "System", is_spot)?;
    let read = Pool::all(&json!({ "properties": { "agentPoolProfiles": [pool] } }));
    let minor = versions::minor(&version).unwrap_or(0);
    pool["nodeImageVersion"] = json!(read.first().and_then(|one| versions::image(one, minor)));
    Ok(pool)
}

/// What is said of a pool's machines alone.
fn machines(arguments: &Arguments) -> Result<Value, Refusal> {
    let taints = arguments.one("--node-taints").map(|one| one.split(',').collect::<Vec<_>>());
    let mut pool = json!({
        "name": arguments.one("--name"),
        "vmSize": arguments.one("--node-vm-size").unwrap_or("Standard_D2s_v3"),
        "type": "VirtualMachineScaleSets",
        "osDiskType": arguments.one("--node-osdisk-type").unwrap_or("Managed"),
        "osDiskSizeGB": arguments.number("--node-osdisk-size")?.unwrap_or(128),
        "scaleDownMode": arguments.one("--scale-down-mode").unwrap_or("Delete"),
        "provisioningState": "Succeeded",
        "powerState": { "code": "Running" },
        "enableFIPS": arguments.has("--enable-fips-image"),
        "upgradeSettings": {},
        "nodeLabels": pairs(arguments.many("--labels").unwrap_or_default())?,
        "nodeTaints": taints.unwrap_or_default(),
    });
    if let Some(zones) = arguments.many("--zones") {
        pool["availabilityZones"] = json!(zones);
    }
    Ok(pool)
}

fn mode_of(arguments: &Arguments, count: u64, is_special: bool) -> Result<&str, Refusal> {
    match arguments.one("--mode").unwrap_or("User") {
        "System" if count == 0 || is_special => {
            let message = "a system pool has Linux nodes, at least one, and none of them spot";
            refuse("InvalidParameter", SYSTEM, message)
        }
        mode @ ("System" | "User" | "Gateway") => Ok(mode),
        mode => form(format!("`--mode {mode}`")),
    }
}

fn version_of(document: &Value, arguments: &Arguments) -> Result<String, Refusal> {
    let plane = text(document, "/properties/currentKubernetesVersion").unwrap_or_default();
    let version = arguments.one("--kubernetes-version").map_or_else(|| plane.to_owned(), versions::full);
    if versions::exact(&version) > versions::exact(plane) {
        return refuse("InvalidParameter", POOLS, "a pool is not newer than its cluster");
    }
    Ok(version)
}

fn default_max_pods(document: &Value, has_pod_subnet: bool) -> u64 {
    let plugin = text(document, "/properties/networkProfile/networkPlugin").unwrap_or_default();
    match (plugin, text(document, "/properties/networkProfile/networkPluginMode")) {
        ("azure", Some("overlay")) | ("none", _) => 250,
        ("azure", _) if !has_pod_subnet => 30,
        _ => 110,
    }
}

/// The subnet of a new pool: of the network of the others, which it shares with the first where it names none.
fn subnet_for(
    world: &World,
    id: &str,
    document: &Value,
    arguments: &Arguments,
) -> Result<Option<String>, Refusal> {
    let first = Pool::all(document).first().and_then(|pool| pool.subnet.clone());
    let Some(named) = arguments.one("--vnet-subnet-id") else { return Ok(first) };
    if !preflight::is_custom_network(world, id) {
        return refuse("InvalidParameter", MANAGED, "the other pools use a managed subnet");
    }
    let Some(found) = world.subnet(named) else { return super::not_found(named) };
    let network = |id: &str| split_subnet(id).map(|(network, _)| lower(network));
    if first.as_deref().and_then(network) != network(named) {
        return refuse("InvalidParameter", SUBNETS, "all pools have to be in one network");
    }
    let is_delegated = crate::world::list(found, "/properties/delegations").next().is_some();
    if is_delegated {
        refuse("SubnetIsDelegated", SUBNETS, format!("{named} is delegated"))
    } else {
        Ok(Some(named.to_owned()))
    }
}

fn autoscaler(arguments: &Arguments, count: u64) -> Result<Option<(u64, u64)>, Refusal> {
    let bounds = (arguments.number("--min-count")?, arguments.number("--max-count")?);
    match (arguments.has("--enable-cluster-autoscaler"), bounds) {
        (false, (None, None)) => Ok(None),
        (true, (Some(min), Some(max))) if min <= max && (min..=max).contains(&count) => Ok(Some((min, max))),
        (true, (Some(_), Some(_))) => form("the count has to lie between --min-count and --max-count"),
        _ => form("--enable-cluster-autoscaler, --min-count and --max-count go together"),
    }
}

pub(super) fn pairs(words: &[String]) -> Result<Value, Refusal> {
    let mut all = serde_json::Map::new();
    for word in words.iter().filter(|word| !word.is_empty()) {
        match word.split_once('=') {
            Some((key, value)) => drop(all.insert(key.to_owned(), json!(value))),
            None => return form(format!("`{word}` is no label")),
        }
    }
    Ok(Value::Object(all))
}

fn delete(world: &mut World, arguments: &Arguments) -> Result<Done, Refusal> {
    let (id, pool) = pool_of(world, arguments)?;
    preflight::is_running(world, &id)?;
    let others = world.get(Shelf::Cluster, &id).map(Pool::all).unwrap_or_default();
    if pool.is_system && others.iter().filter(|one| one.is_system).count() < 2 {
        return refuse("OperationNotAllowed", SYSTEM, "a cluster keeps at least one system pool");
    }
    world.set_nodes(&id, &pool, 0);
    drop_profile(world, &id, &pool.name);
    world.drained.remove(&super::key(&id, &pool.name));
    Ok(Done::changed())
}

fn scale(world: &mut World, arguments: &Arguments) -> Result<Done, Refusal> {
    let (id, pool) = pool_of(world, arguments)?;
    preflight::is_ready(world, &id)?;
    let count = arguments.number("--node-count")?.unwrap_or(pool.count);
    if pool.autoscaler.is_some() {
        return refuse(
            "InvalidParameter",
            "https://learn.microsoft.com/azure/aks/cluster-autoscaler",
            "the autoscaler decides how many nodes the pool has",
        );
    }
    if !pool.is_running {
        return refuse("OperationNotAllowed", STOP, "a stopped pool is not scaled");
    }
    if pool.is_system && count == 0 {
        return refuse("InvalidParameter", SYSTEM, "a system pool has nodes");
    }
    if !versions::image_exists(&pool) && count > pool.count {
        return refuse(
            "ImageNotFound",
            "https://github.com/Azure/AKS/releases",
            "the image of the pool was removed",
        );
    }
    if let Some(subnet) = world.subnet_of(&id, &pool) {
        preflight::has_room(world, &subnet, count.saturating_sub(pool.count) * world.cost(&id, &pool))?;
    }
    set_count(world, &id, &pool, count);
    world.set_nodes(&id, &pool, count);
    Ok(Done::changed())
}

fn set_count(world: &mut World, id: &str, pool: &Pool, count: u64) {
    let Some(profile) = profile_mut(world, id, &pool.name) else { return };
    match profile.pointer_mut("/virtualMachinesProfile/scale/manual/0/count") {
        Some(first) => *first = json!(count),
        None => profile["count"] = json!(count),
    }
}

fn start(world: &mut World, arguments: &Arguments) -> Result<Done, Refusal> {
    let (id, pool) = pool_of(world, arguments)?;
    preflight::is_running(world, &id)?;
    if pool.is_running {
        return refuse("OperationNotAllowed", STOP, "the pool runs already");
    }
    let count =
        pool.count.max(pool.autoscaler.map_or(0, |(min, _)| min)).max(u64::from(pool.autoscaler.is_none()));
    let there = world.machines(&id, &pool).len() as u64;
    if let Some(subnet) = world.subnet_of(&id, &pool) {
        preflight::has_room(world, &subnet, count.saturating_sub(there) * world.cost(&id, &pool))?;
    }
    if let Some(profile) = profile_mut(world, &id, &pool.name) {
        profile["powerState"] = json!({ "code": "Running" });
        profile["count"] = json!(count);
    }
    world.set_nodes(&id, &pool, count);
    Ok(Done::changed())
}

fn stop(world: &mut World, arguments: &Arguments) -> Result<Done, Refusal> {
    let (id, pool) = pool_of(world, arguments)?;
    preflight::is_ready(world, &id)?;
    let is_auto = world.get(Shelf::Cluster, &id).is_some_and(|one| {
        version(one) > 0 && text(one, "/properties/nodeProvisioningProfile/mode") == Some("Auto")
    });
    if pool.is_system || is_auto {
        return refuse(
            "OperationNotAllowed",
            STOP,
            "system pools and clusters with node auto-provisioning keep running",
        );
    }
    if let Some(profile) = profile_mut(world, &id, &pool.name) {
        profile["powerState"] = json!({ "code": "Stopped" });
    }
    world.set_nodes(&id, &pool, 0);
    Ok(Done::changed())
}
