//! Whether a condition of a retirement holds. Each field that the catalogue's entry gives is asked of the cluster, or
//! of one of its pools; a field that is not shown does not hold.

use crate::{
    inventory::{Cluster, NetworkPlugin, NetworkPolicy, NodePool, OsType, PoolType},
    rules::{Catalogue, Condition, Feature, Minor, System, is_of_series},
};

/// Whether a condition of clusters holds for one.
pub(super) fn holds_for_cluster(condition: &Condition, cluster: &Cluster, cloud: &str) -> bool {
    let asked_of_pools = |system| cluster.pools.iter().any(|pool| runs(pool, system));
    !condition.is_of_pools()
        && asked_of_cluster(condition, cluster, cloud)
        && condition.os.is_none_or(asked_of_pools)
}

/// Whether a condition of pools holds for one.
pub(super) fn holds_for_pool(condition: &Condition, cluster: &Cluster, pool: &NodePool, cloud: &str) -> bool {
    condition.is_of_pools()
        && asked_of_cluster(condition, cluster, cloud)
        && condition.os.is_none_or(|system| runs(pool, system))
        && asked_of_pool(condition, cluster, pool)
}

fn asked_of_cluster(condition: &Condition, cluster: &Cluster, cloud: &str) -> bool {
    let network = &cluster.network;
    let is_on = |feature| match feature {
        Feature::Defender => cluster.defender == Some(true),
        Feature::PodIdentity => cluster.pod_identity == Some(true),
    };
    asks(condition.plugin.as_ref(), network.plugin.as_ref().map(NetworkPlugin::as_str))
        && asks(condition.network_policy.as_ref(), network.policy.as_ref().map(NetworkPolicy::as_str))
        && asks(condition.load_balancer_sku.as_ref(), network.load_balancer_sku.as_deref())
        && asks(condition.cloud.as_ref(), Some(cloud))
        && condition.addon.as_ref().is_none_or(|addon| cluster.addon_enabled(addon))
        && condition.feature.is_none_or(is_on)
}

fn asked_of_pool(condition: &Condition, cluster: &Cluster, pool: &NodePool) -> bool {
    let image = pool.node_image_version.as_deref();
    let is_set = |tag: &String| {
        let mut set = pool.tags.iter().filter(|(_, value)| value.eq_ignore_ascii_case("true"));
        set.any(|(key, _)| key.eq_ignore_ascii_case(tag))
    };
    let version =
        || minor(pool.kubernetes_version.as_deref()).or(minor(cluster.kubernetes_version.as_deref()));
    asks(condition.pool_type.as_ref(), pool.pool_type.as_ref().map(PoolType::as_str))
        && condition.tag.as_ref().is_none_or(is_set)
        && asks(condition.workload_runtime.as_ref(), pool.workload_runtime.as_deref())
        && condition.image_prefix.as_ref().is_none_or(|prefix| image.is_some_and(|name| begins(name, prefix)))
        && asks(condition.os_sku.as_ref(), pool.os_sku.as_deref())
        && !(condition.os_sku.is_some() && image.is_some_and(is_listed))
        && condition.vm_series.as_ref().is_none_or(|series| size_of(pool, series).is_some())
        && condition.up_to.is_none_or(|last| version().is_some_and(|version| version <= last))
        && !(condition.image_hidden && image.is_some())
}

/// A size of a pool's machines that is of a series.
pub(super) fn size_of<'a>(pool: &'a NodePool, series: &str) -> Option<&'a str> {
    pool.sizes().into_iter().find(|size| is_of_series(size, series))
}

/// Nothing is asked, or what is shown is what is asked for.
fn asks(asked: Option<&String>, shown: Option<&str>) -> bool {
    asked.is_none_or(|asked| shown.is_some_and(|shown| shown.eq_ignore_ascii_case(asked)))
}

fn runs(pool: &NodePool, system: System) -> bool {
    (pool.os_type == Some(OsType::Windows)) == (system == System::Windows)
}

/// Whether some entry of the catalogue lists the beginning of an image's name.
fn is_listed(image: &str) -> bool {
    let conditions = Catalogue::built_in().retirements().flat_map(|(_, retirement)| &retirement.when);
    conditions.filter_map(|condition| condition.image_prefix.as_ref()).any(|prefix| begins(image, prefix))
}

fn begins(name: &str, prefix: &str) -> bool {
    name.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix))
}

/// The version of a text, where it is one.
pub(super) fn minor(version: Option<&str>) -> Option<Minor> {
    version?.parse().ok()
}
