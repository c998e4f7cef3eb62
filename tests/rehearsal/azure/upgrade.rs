//! Kubernetes versions and node images.

use serde_json::json;

use super::{
    Done, Refusal,
    arguments::{Arguments, Verb},
    cluster::{profile_mut, reimaged, version},
    cluster_id, form, key,
    nodepool::pool_of,
    preflight, refuse, versions,
};
use crate::world::{Pool, Shelf, World, text};

const UPGRADE: &str = "https://learn.microsoft.com/azure/aks/upgrade-aks-cluster";
const SUPPORTED: &str = "https://learn.microsoft.com/azure/aks/supported-kubernetes-versions";

pub(super) const VERBS: &[Verb] = &[
    Verb {
        words: "aks upgrade",
        needs: "--resource-group|-g= --name|-n=",
        takes: "--kubernetes-version|-k= --control-plane-only --node-image-only --yes|-y --no-wait --enable-force-upgrade \
                --disable-force-upgrade --upgrade-override-until= --tier= --k8s-support-plan=",
        run: cluster,
    },
    Verb {
        words: "aks nodepool upgrade",
        needs: "--resource-group|-g= --cluster-name= --name|-n|--nodepool-name=",
        takes: "--kubernetes-version|-k= --node-image-only --yes|-y --no-wait --max-surge= --max-unavailable= --drain-timeout= \
                --node-soak-duration= --snapshot-id= --undrainable-node-behavior=",
        run: pool,
    },
];

fn cluster(world: &mut World, arguments: &Arguments) -> Result<Done, Refusal> {
    let id = cluster_id(world, arguments, "--name")?;
    preflight::is_ready(world, &id)?;
    let Some(document) = world.get(Shelf::Cluster, &id).cloned() else { return super::not_found(&id) };
    let pools = Pool::all(&document);
    match (arguments.one("--kubernetes-version"), arguments.has("--node-image-only")) {
        (None, true) => {
            for one in &pools {
                renew(world, &id, one, version(&document))?;
            }
            Ok(reimaged(&id, &pools))
        }
        (Some(wanted), false) => {
            let is_higher = is_next(&document, wanted)?;
            let minor = versions::minor(wanted).unwrap_or(0);
            let only = arguments.has("--control-plane-only");
            if !only {
                for one in &pools {
                    has_image(one, minor)?;
                    can_upgrade(world, &id, one)?;
                }
            }
            let full = versions::full(wanted);
            if let Some(document) = world.get_mut(Shelf::Cluster, &id) {
                document["properties"]["kubernetesVersion"] = json!(full);
                document["properties"]["currentKubernetesVersion"] = json!(full);
            }
            if only {
                return Ok(Done::changed());
            }
            for one in &pools {
                set_version(world, &id, one, &full);
            }
            debug_assert!(is_higher);
            Ok(reimaged(&id, &pools))
        }
        _ => form("either --kubernetes-version or --node-image-only"),
    }
}

/// A target is supported, newer, and the next minor version at most; from one that is out of support, the oldest supported.
fn is_next(document: &serde_json::Value, wanted: &str) -> Result<bool, Refusal> {
    let (Some((to, patch)), now) = (versions::exact(wanted), version(document)) else {
        return form(format!("`{wanted}` is no version"));
    };
    if !versions::is_supported(document, to) {
        return refuse("K8sVersionNotSupported", SUPPORTED, format!("1.{to} is not supported"));
    }
    let current = text(document, "/properties/currentKubernetesVersion").and_then(versions::exact);
    if current >= Some((to, patch)) {
        return refuse(
            "OperationNotAllowed",
            UPGRADE,
            format!("1.{to}.{patch} is no upgrade of {current:?}"),
        );
    }
    let oldest = (0..=to).find(|one| versions::is_supported(document, *one)).unwrap_or(to);
    let is_rescue = !versions::is_supported(document, now) && to == oldest;
    if to > now + 1 && !is_rescue {
        return refuse(
            "OperationNotAllowed",
            UPGRADE,
            format!("from 1.{now} to 1.{to} skips a minor version"),
        );
    }
    Ok(true)
}

fn has_image(pool: &Pool, minor: u64) -> Result<(), Refusal> {
    if versions::image(pool, minor).is_some() {
        return Ok(());
    }
    let message = format!("pool {} runs {}, which has no image for 1.{minor}", pool.name, pool.os_sku);
    refuse("InvalidParameter", super::pool_update::OS, message)
}

/// Pools are upgraded one after the other, and the present image is not needed for it.
fn can_upgrade(world: &World, id: &str, pool: &Pool) -> Result<(), Refusal> {
    let probe = Pool { image: String::new(), ..pool.clone() };
    preflight::can_reimage(world, id, &[probe])
}

fn set_version(world: &mut World, id: &str, pool: &Pool, full: &str) {
    let minor = versions::minor(full).unwrap_or(0);
    let image = versions::image(pool, minor);
    if let Some(profile) = profile_mut(world, id, &pool.name) {
        profile["orchestratorVersion"] = json!(full);
        profile["currentOrchestratorVersion"] = json!(full);
        profile["nodeImageVersion"] = json!(image);
    }
}

/// The newest image of the pool's edition.
fn renew(world: &mut World, id: &str, pool: &Pool, minor: u64) -> Result<(), Refusal> {
    let minor = versions::minor(&pool.version).unwrap_or(minor);
    has_image(pool, minor)?;
    can_upgrade(world, id, pool)?;
    if let Some(profile) = profile_mut(world, id, &pool.name) {
        profile["nodeImageVersion"] = json!(versions::image(pool, minor));
    }
    Ok(())
}

fn pool(world: &mut World, arguments: &Arguments) -> Result<Done, Refusal> {
    let (id, pool) = pool_of(world, arguments)?;
    preflight::is_ready(world, &id)?;
    let Some(document) = world.get(Shelf::Cluster, &id).cloned() else { return super::not_found(&id) };
    match (arguments.one("--kubernetes-version"), arguments.has("--node-image-only")) {
        (None, true) => renew(world, &id, &pool, version(&document))?,
        (Some(wanted), false) => {
            let to = versions::exact(wanted);
            let plane = text(&document, "/properties/currentKubernetesVersion").and_then(versions::exact);
            if to.is_none() || to > plane || to < versions::exact(&pool.version) {
                return refuse(
                    "OperationNotAllowed",
                    UPGRADE,
                    format!("a pool goes up to its control plane: {wanted}"),
                );
            }
            has_image(&pool, versions::minor(wanted).unwrap_or(0))?;
            can_upgrade(world, &id, &pool)?;
            set_version(world, &id, &pool, &versions::full(wanted));
        }
        _ => return form("either --kubernetes-version or --node-image-only"),
    }
    Ok(Done { reimaged: [key(&id, &pool.name)].into(), ..Done::changed() })
}
