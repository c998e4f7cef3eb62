//! `az aks nodepool update`.

use serde_json::{Value, json};

use super::{
    Done, Refusal,
    arguments::{Arguments, Verb},
    cluster::profile_mut,
    form, key,
    nodepool::{pairs, pool_of},
    preflight, refuse, versions,
};
use crate::world::{Pool, Shelf, World};

pub(super) const OS: &str = "https://learn.microsoft.com/azure/aks/upgrade-os-version";
const SURGE: &str = "https://learn.microsoft.com/azure/aks/upgrade-aks-node-pools-rolling";
const SYSTEM: &str = "https://learn.microsoft.com/azure/aks/use-system-pools";
const SCALER: &str = "https://learn.microsoft.com/azure/aks/cluster-autoscaler";
const SPOT: &str = "https://learn.microsoft.com/azure/aks/spot-node-pool";

pub(super) const VERBS: &[Verb] = &[Verb {
    words: "aks nodepool update",
    needs: "--resource-group|-g= --cluster-name= --name|-n|--nodepool-name=",
    takes: "--no-wait --yes|-y --max-surge= --max-unavailable= --min-count= --max-count= --update-cluster-autoscaler|-u \
            --enable-cluster-autoscaler|-e --disable-cluster-autoscaler|-d --os-sku= --scale-down-mode= --mode= --labels=* \
            --node-taints= --drain-timeout= --node-soak-duration= --tags=* --undrainable-node-behavior= --asg-ids= \
            --allowed-host-ports= --enable-fips-image --disable-fips-image --enable-secure-boot --disable-secure-boot \
            --enable-vtpm --disable-vtpm --ssh-access= --localdns-config= --if-match= --crg-id=",
    run: update,
}];

fn update(world: &mut World, arguments: &Arguments) -> Result<Done, Refusal> {
    let (id, pool) = pool_of(world, arguments)?;
    preflight::is_ready(world, &id)?;
    if arguments.beside(&[]).is_empty() {
        return form("nothing is said to change");
    }
    let mut new = pool.document.clone();
    scaler(&mut new, arguments, &pool)?;
    surge_settings(&mut new, arguments, pool.is_system, pool.is_spot)?;
    if let Some(mode) = arguments.one("--mode") {
        let systems = world
            .get(Shelf::Cluster, &id)
            .map(Pool::all)
            .unwrap_or_default()
            .iter()
            .filter(|one| one.is_system)
            .count();
        match mode {
            "User" if pool.is_system && systems < 2 => {
                return refuse("InvalidParameter", SYSTEM, "a cluster keeps at least one system pool");
            }
            "System" if pool.is_windows || pool.is_spot || pool.count == 0 => {
                return refuse(
                    "InvalidParameter",
                    SYSTEM,
                    "a system pool has Linux nodes, at least one, and none of them spot",
                );
            }
            "User" | "System" => new["mode"] = json!(mode),
            _ => return form(format!("`--mode {mode}`")),
        }
    }
    if let Some(mode) = arguments.one("--scale-down-mode") {
        if !["Delete", "Deallocate"].contains(&mode) {
            return form(format!("`--scale-down-mode {mode}`"));
        }
        new["scaleDownMode"] = json!(mode);
    }
    if let Some(labels) = arguments.many("--labels") {
        new["nodeLabels"] = pairs(labels)?;
    }
    if let Some(taints) = arguments.one("--node-taints") {
        new["nodeTaints"] = taints.split(',').filter(|one| !one.is_empty()).map(Value::from).collect();
    }
    let is_anew = edition(world, &id, &pool, &mut new, arguments)?;
    if let Some(profile) = profile_mut(world, &id, &pool.name) {
        *profile = new;
    }
    // Nodes that were switched off and kept their addresses go with the mode.
    if arguments.one("--scale-down-mode") == Some("Delete") && pool.is_running {
        world.set_nodes(&id, &pool, pool.count);
    }
    let reimaged = is_anew.then(|| key(&id, &pool.name)).into_iter().collect();
    Ok(Done { reimaged, ..Done::changed() })
}

/// Another Linux edition in place: between those that have an image for the version; never of Windows or Flatcar, whose pools
/// are replaced.
fn edition(
    world: &World,
    id: &str,
    pool: &Pool,
    new: &mut Value,
    arguments: &Arguments,
) -> Result<bool, Refusal> {
    let Some(sku) = arguments.one("--os-sku") else { return Ok(false) };
    let is_linux = |name: &str| {
        ["ubuntu", "ubuntu2204", "ubuntu2404", "azurelinux", "azurelinux3", "azurecontainerlinux"]
            .contains(&name.to_ascii_lowercase().as_str())
    };
    if pool.is_windows || !is_linux(sku) {
        return refuse("InvalidParameter", OS, format!("{} is not changed to {sku} in place", pool.os_sku));
    }
    if pool.os_sku.eq_ignore_ascii_case("flatcar") {
        return refuse(
            "InvalidParameter",
            "https://learn.microsoft.com/azure/aks/flatcar-container-linux-for-aks",
            "there is no way in place from Flatcar",
        );
    }
    if pool.image.to_ascii_lowercase().starts_with("aksubuntu-1804") {
        return refuse(
            "InvalidParameter",
            "https://github.com/Azure/AKS/issues/4873",
            "a pool on Ubuntu 18.04 is upgraded with Kubernetes",
        );
    }
    new["osSKU"] = json!(sku);
    let next = Pool::all(&json!({ "properties": { "agentPoolProfiles": [new.clone()] } }));
    let minor = versions::minor(&pool.version).unwrap_or(0);
    let Some(image) = next.first().and_then(|one| versions::image(one, minor)) else {
        return refuse("InvalidParameter", OS, format!("{sku} has no image for Kubernetes {}", pool.version));
    };
    new["nodeImageVersion"] = json!(image);
    // The old image is not needed, room for the surge is.
    let probe = Pool { image, os_sku: sku.to_owned(), ..pool.clone() };
    preflight::can_reimage(world, id, &[probe])?;
    Ok(true)
}

fn scaler(new: &mut Value, arguments: &Arguments, pool: &Pool) -> Result<(), Refusal> {
    let [enable, update, disable] =
        ["--enable-cluster-autoscaler", "--update-cluster-autoscaler", "--disable-cluster-autoscaler"]
            .map(|name| arguments.has(name));
    let bounds = (arguments.number("--min-count")?, arguments.number("--max-count")?);
    if [enable, update, disable].iter().filter(|one| **one).count() > 1 {
        return form("one change of the autoscaler at a time");
    }
    match (enable || update, bounds) {
        (false, (None, None)) => {}
        (true, (Some(min), Some(max))) if min <= max => {
            if enable == pool.autoscaler.is_some() {
                return refuse("InvalidParameter", SCALER, "the autoscaler is on already, or is not on");
            }
            if min == 0 && pool.is_system {
                return refuse("InvalidParameter", SCALER, "a system pool has nodes");
            }
            new["enableAutoScaling"] = json!(true);
            new["minCount"] = json!(min);
            new["maxCount"] = json!(max);
        }
        _ => return form("the autoscaler takes --min-count and --max-count, the smaller first"),
    }
    if disable {
        if pool.autoscaler.is_none() {
            return refuse("InvalidParameter", SCALER, "the autoscaler is not on");
        }
        new["enableAutoScaling"] = json!(false);
        if let Some(object) = new.as_object_mut() {
            object.remove("minCount");
            object.remove("maxCount");
        }
    }
    Ok(())
}

/// `--max-surge` and `--max-unavailable`: one of them at least is more than none; only user pools take nodes away; spot pools
/// have no surge.
pub(super) fn surge_settings(
    new: &mut Value,
    arguments: &Arguments,
    is_system: bool,
    is_spot: bool,
) -> Result<(), Refusal> {
    for (name, key) in [("--max-surge", "maxSurge"), ("--max-unavailable", "maxUnavailable")] {
        let Some(value) = arguments.one(name) else { continue };
        let number = value.strip_suffix('%').unwrap_or(value);
        if !number.parse::<u64>().is_ok_and(|number| number <= 100 || !value.ends_with('%')) {
            return form(format!("`{name} {value}`"));
        }
        if is_spot && name == "--max-surge" {
            return refuse("InvalidParameter", SPOT, "a spot pool has no surge");
        }
        if is_system && name == "--max-unavailable" && number != "0" {
            return refuse("InvalidParameter", SURGE, "a system pool keeps its nodes");
        }
        new["upgradeSettings"][key] = json!(value);
    }
    let is_none =
        |key: &str| new["upgradeSettings"][key].as_str().map(|one| one.trim_end_matches('%')) == Some("0");
    let takes_none = new["upgradeSettings"]["maxUnavailable"].is_null() || is_none("maxUnavailable");
    if is_none("maxSurge") && takes_none && !is_spot {
        return refuse("InvalidParameter", SURGE, "maxSurge and maxUnavailable cannot both be 0");
    }
    Ok(())
}
