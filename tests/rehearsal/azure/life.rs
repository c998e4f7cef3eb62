//! Starting, stopping, making and deleting clusters.

use serde_json::{Value, json};

use super::{
    Done, Refusal,
    arguments::{Arguments, Verb},
    cluster_id, form, migration, named, preflight, refuse, versions,
};
use crate::world::{Pool, Prefix, Shelf, World, guid, list, lower, text};

const STOPPED: &str = "https://learn.microsoft.com/azure/aks/start-stop-cluster";
const CREATE: &str = "https://learn.microsoft.com/cli/azure/aks#az-aks-create";

pub(super) const VERBS: &[Verb] = &[
    Verb { words: "aks start", needs: "--resource-group|-g= --name|-n=", takes: "--no-wait", run: start },
    Verb { words: "aks stop", needs: "--resource-group|-g= --name|-n=", takes: "--no-wait", run: stop },
    Verb {
        words: "aks delete",
        needs: "--resource-group|-g= --name|-n=",
        takes: "--yes|-y --no-wait --if-match=",
        run: delete,
    },
    Verb {
        words: "aks disable-addons",
        needs: "--resource-group|-g= --name|-n= --addons|-a=",
        takes: "--no-wait",
        run: disable_addons,
    },
    Verb {
        words: "aks create",
        needs: "--resource-group|-g= --name|-n=",
        takes: "--location|-l= --no-wait --yes|-y --network-plugin= --network-plugin-mode= --network-dataplane= --network-policy= \
                --pod-cidr= --service-cidr= --dns-service-ip= --vnet-subnet-id= --pod-subnet-id= --enable-managed-identity \
                --assign-identity= --assign-kubelet-identity= --node-count|-c= --node-vm-size|-s= --nodepool-name= --max-pods|-m= \
                --zones|-z=* --kubernetes-version|-k= --tier= --k8s-support-plan= --outbound-type= --load-balancer-sku= --os-sku= \
                --enable-cluster-autoscaler --min-count= --max-count= --enable-private-cluster --private-dns-zone= \
                --disable-public-fqdn --enable-aad --enable-azure-rbac --aad-admin-group-object-ids= --disable-local-accounts \
                --enable-oidc-issuer --enable-workload-identity --auto-upgrade-channel= --node-os-upgrade-channel= --tags=* \
                --nodepool-labels=* --nodepool-taints= --node-osdisk-type= --node-osdisk-size= --generate-ssh-keys --no-ssh-key \
                --enable-addons|-a= --workspace-resource-id= --attach-acr= --node-resource-group= --enable-apiserver-vnet-integration \
                --apiserver-subnet-id= --enable-fips-image --ip-families= --pod-cidrs= --service-cidrs= --nodepool-tags=* \
                --windows-admin-username= --windows-admin-password= --api-server-authorized-ip-ranges= --ssh-access= \
                --enable-encryption-at-host --load-balancer-managed-outbound-ip-count= --load-balancer-outbound-ips= \
                --enable-image-cleaner --dns-name-prefix= --enable-keda --enable-vpa --enable-defender",
        run: create,
    },
];

fn power(world: &mut World, id: &str, code: &str) {
    if let Some(document) = world.get_mut(Shelf::Cluster, id) {
        document["properties"]["powerState"] = json!({ "code": code });
    }
}

fn start(world: &mut World, arguments: &Arguments) -> Result<Done, Refusal> {
    let id = cluster_id(world, arguments, "--name")?;
    if preflight::is_running(world, &id).is_ok() {
        return refuse("OperationNotAllowed", STOPPED, "the cluster runs already");
    }
    let pools = world.get(Shelf::Cluster, &id).map(Pool::all).unwrap_or_default();
    let at_start = |pool: &Pool| {
        let least = pool.autoscaler.map_or(u64::from(pool.is_system), |(min, _)| min);
        if pool.is_running { pool.count.max(least) } else { 0 }
    };
    for pool in &pools {
        let there = world.machines(&id, pool).len() as u64;
        if let Some(subnet) = world.subnet_of(&id, pool) {
            preflight::has_room(
                world,
                &subnet,
                at_start(pool).saturating_sub(there) * world.cost(&id, pool),
            )?;
        }
    }
    power(world, &id, "Running");
    for pool in &pools {
        world.set_nodes(&id, pool, at_start(pool));
    }
    Ok(Done::changed())
}

fn stop(world: &mut World, arguments: &Arguments) -> Result<Done, Refusal> {
    let id = cluster_id(world, arguments, "--name")?;
    preflight::is_running(world, &id)?;
    for pool in world.get(Shelf::Cluster, &id).map(Pool::all).unwrap_or_default() {
        world.set_nodes(&id, &pool, 0);
    }
    power(world, &id, "Stopped");
    Ok(Done::changed())
}

/// The cluster goes with its node resource group.
fn delete(world: &mut World, arguments: &Arguments) -> Result<Done, Refusal> {
    let id = cluster_id(world, arguments, "--name")?;
    for pool in world.get(Shelf::Cluster, &id).map(Pool::all).unwrap_or_default() {
        world.set_nodes(&id, &pool, 0);
    }
    let group = lower(&world.node_group(&id));
    let is_elsewhere = |one: &Value| {
        !crate::world::has_id(one, &id)
            && Pool::all(one).iter().any(|pool| {
                pool.subnet.as_ref().is_some_and(|subnet| lower(crate::world::group_of(subnet)) == group)
            })
    };
    if let Some(other) = world.all(Shelf::Cluster).find(|one| is_elsewhere(one)) {
        let message = format!("the network in the node resource group is used by cluster {}", other["name"]);
        return refuse(
            "InUseSubnetCannotBeDeleted",
            "https://learn.microsoft.com/azure/aks/delete-cluster",
            message,
        );
    }
    for shelf in [Shelf::Network, Shelf::RouteTable, Shelf::SecurityGroup] {
        let gone: Vec<String> = world
            .all(shelf)
            .filter_map(|one| text(one, "/id"))
            .filter(|one| lower(crate::world::group_of(one)) == group)
            .map(str::to_owned)
            .collect();
        for one in &gone {
            world.remove(shelf, one);
        }
    }
    let subnets: Vec<String> =
        world.subnets().filter_map(|one| text(one, "/id")).map(str::to_owned).collect();
    for subnet in subnets {
        if let Some(subnet) = world.subnet_mut(&subnet) {
            let is_theirs =
                |one: &Value| one["id"].as_str().is_some_and(|id| lower(crate::world::group_of(id)) == group);
            let kept: Vec<Value> =
                list(subnet, "/properties/ipConfigurations").filter(|one| !is_theirs(one)).cloned().collect();
            if kept.len() != list(subnet, "/properties/ipConfigurations").count() {
                subnet["properties"]["ipConfigurations"] = Value::Array(kept);
            }
        }
    }
    world.remove(Shelf::Cluster, &id);
    Ok(Done::changed())
}

fn disable_addons(world: &mut World, arguments: &Arguments) -> Result<Done, Refusal> {
    let id = cluster_id(world, arguments, "--name")?;
    preflight::is_ready(world, &id)?;
    let wanted = arguments.one("--addons").unwrap_or_default();
    let name = match wanted {
        "virtual-node" => "aciconnectorlinux",
        "ingress-appgw" => "ingressapplicationgateway",
        "open-service-mesh" => "openservicemesh",
        "http_application_routing" => "httpapplicationrouting",
        "monitoring" => "omsagent",
        other => return form(format!("`--addons {other}`")),
    };
    let Some(addons) =
        world.get_mut(Shelf::Cluster, &id).and_then(|one| one["properties"]["addonProfiles"].as_object_mut())
    else {
        return form(format!("the add-on {wanted} is not on"));
    };
    match addons.iter_mut().find(|(key, value)| key.eq_ignore_ascii_case(name) && value["enabled"] == true) {
        Some((_, addon)) => addon["enabled"] = json!(false),
        None => return form(format!("the add-on {wanted} is not on")),
    }
    Ok(Done::changed())
}

fn create(world: &mut World, arguments: &Arguments) -> Result<Done, Refusal> {
    let id = named(arguments, Shelf::Cluster, "--name")?;
    if world.get(Shelf::Cluster, &id).is_some() {
        return refuse("Conflict", CREATE, format!("there is a cluster {id} already"));
    }
    let subnets = ["--vnet-subnet-id", "--pod-subnet-id"].map(|name| arguments.one(name));
    if let Some(missing) = subnets.into_iter().flatten().find(|id| world.subnet(id).is_none()) {
        return super::not_found(missing);
    }
    let identity = match arguments.one("--assign-identity") {
        None => json!({ "type": "SystemAssigned", "principalId": guid(&id) }),
        Some(named) => {
            let Some(one) = world.identities.get(&lower(named)) else { return super::not_found(named) };
            let known = json!({ one.id.clone(): { "principalId": one.principal } });
            json!({ "type": "UserAssigned", "userAssignedIdentities": known })
        }
    };
    let wanted = arguments.one("--kubernetes-version").map_or_else(|| "1.36.9".to_owned(), versions::full);
    let document = document(&id, arguments, &identity, &wanted)?;
    if !versions::is_supported(&document, versions::minor(&wanted).unwrap_or(0)) {
        return refuse("K8sVersionNotSupported", CREATE, format!("{wanted} is not supported"));
    }
    let pods = text(&document, "/properties/networkProfile/podCidr");
    has_ranges(
        text(&document, "/properties/networkProfile/serviceCidr").unwrap_or_default(),
        pods,
        arguments,
    )?;
    world.insert(Shelf::Cluster, document.clone());
    let checked = checked(world, &id, &document, pods.and_then(Prefix::parse));
    if checked.is_err() {
        world.remove(Shelf::Cluster, &id);
    }
    checked?;
    for pool in Pool::all(&document) {
        world.set_nodes(&id, &pool, pool.count);
    }
    Ok(Done::changed())
}

/// The document of a new cluster; what is not said is what Azure takes by itself.
fn document(id: &str, arguments: &Arguments, identity: &Value, version: &str) -> Result<Value, Refusal> {
    let [name, group] = ["--name", "--resource-group"].map(|name| arguments.one(name).unwrap_or_default());
    let said = |name: &str, usual: &'static str| arguments.one(name).unwrap_or(usual).to_owned();
    let mode = arguments.one("--network-plugin-mode");
    let location = said("--location", "westeurope");
    let node_group: String = format!("MC_{group}_{name}_{location}").chars().take(80).collect();
    let pods = arguments.one("--pod-cidr").or(mode.map(|_| "10.244.0.0/16"));
    let service = said("--service-cidr", "10.0.0.0/16");
    let tier = match arguments.one("--tier") {
        None | Some("free") => "Free",
        Some("standard") => "Standard",
        Some("premium") => "Premium",
        Some(other) => return form(format!("`--tier {other}`")),
    };
    let cilium = arguments.one("--network-dataplane") == Some("cilium");
    Ok(json!({
        "id": id, "name": name, "type": "Microsoft.ContainerService/ManagedClusters", "location": location,
        "sku": { "name": "Base", "tier": tier }, "identity": identity, "tags": {},
        "properties": {
            "provisioningState": "Succeeded", "powerState": { "code": "Running" }, "kubernetesVersion": version,
            "currentKubernetesVersion": version, "nodeResourceGroup": node_group,
            "agentPoolProfiles": [first_pool(arguments, version)?], "servicePrincipalProfile": { "clientId": "msi" },
            "apiServerAccessProfile": { "enablePrivateCluster": arguments.has("--enable-private-cluster") },
            "networkProfile": {
                "networkPlugin": said("--network-plugin", "azure"), "networkPluginMode": mode, "podCidr": pods,
                "podCidrs": pods.map(|one| vec![one]), "serviceCidr": service, "serviceCidrs": [service],
                "dnsServiceIP": said("--dns-service-ip", "10.0.0.10"), "ipFamilies": ["IPv4"],
                "networkDataplane": said("--network-dataplane", "azure"),
                "networkPolicy": if cilium { "cilium".to_owned() } else { said("--network-policy", "none") },
                "outboundType": said("--outbound-type", "loadBalancer"), "loadBalancerSku": "standard",
            }
        }
    }))
}

/// The system pool that a cluster begins with.
fn first_pool(arguments: &Arguments, version: &str) -> Result<Value, Refusal> {
    let usual = if arguments.has("--network-plugin-mode") { 250 } else { 30 };
    let mut pool = json!({
        "name": arguments.one("--nodepool-name").unwrap_or("nodepool1"), "mode": "System", "osType": "Linux",
        "count": arguments.number("--node-count")?.unwrap_or(3), "osSKU": arguments.one("--os-sku").unwrap_or("Ubuntu"),
        "type": "VirtualMachineScaleSets", "vmSize": arguments.one("--node-vm-size").unwrap_or("Standard_D2s_v3"),
        "maxPods": arguments.number("--max-pods")?.unwrap_or(usual), "upgradeSettings": { "maxSurge": "10%" },
        "osDiskType": arguments.one("--node-osdisk-type").unwrap_or("Managed"),
        "osDiskSizeGB": arguments.number("--node-osdisk-size")?.unwrap_or(128),
        "enableAutoScaling": arguments.has("--enable-cluster-autoscaler"), "enableFIPS": arguments.has("--enable-fips-image"),
        "provisioningState": "Succeeded", "powerState": { "code": "Running" },
        "orchestratorVersion": version, "currentOrchestratorVersion": version,
        "nodeImageVersion": "AKSUbuntu-2404gen2containerd-202611.10.0",
        "nodeLabels": super::nodepool::pairs(arguments.many("--nodepool-labels").unwrap_or_default())?,
    });
    for (key, flag) in [("vnetSubnetID", "--vnet-subnet-id"), ("podSubnetID", "--pod-subnet-id")] {
        if let Some(value) = arguments.one(flag) {
            pool[key] = json!(value);
        }
    }
    if let Some(taints) = arguments.one("--nodepool-taints") {
        pool["nodeTaints"] = taints.split(',').map(Value::from).collect();
    }
    if let Some(zones) = arguments.many("--zones") {
        pool["availabilityZones"] = json!(zones);
    }
    for (key, flag) in [("minCount", "--min-count"), ("maxCount", "--max-count")] {
        if let Some(value) = arguments.number(flag)? {
            pool[key] = json!(value);
        }
    }
    Ok(pool)
}

/// The ranges of services and pods are some, and nodes have a number of pods that they may have.
fn has_ranges(service: &str, pods: Option<&str>, arguments: &Arguments) -> Result<(), Refusal> {
    const RANGES: &str = "https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay";
    const PODS: &str = "https://learn.microsoft.com/azure/aks/concepts-network-ip-address-planning";
    // A service range is smaller than a /12.
    for (cidr, least) in [(Some(service), 13), (pods, 8)] {
        let Some(cidr) = cidr else { continue };
        if Prefix::parse(cidr).is_none_or(|one| one.length < least) {
            return refuse("InvalidCIDR", RANGES, format!("`{cidr}`"));
        }
    }
    if arguments.number("--max-pods")?.is_some_and(|pods| !(10..=250).contains(&pods)) {
        return refuse("InvalidParameter", PODS, "a node has 10 to 250 pods");
    }
    Ok(())
}

fn checked(world: &World, id: &str, document: &Value, pods: Option<Prefix>) -> Result<(), Refusal> {
    if let Some(pods) = pods {
        migration::pod_cidr_is_free(world, id, document, pods)?;
        preflight::fits_overlay(world, id, pods)?;
    }
    for pool in Pool::all(document) {
        if let Some(subnet) = pool.subnet.as_deref() {
            preflight::has_room(world, subnet, pool.count * world.cost(id, &pool))?;
        }
    }
    Ok(())
}
