//! Whether a cluster is of a kind, version and state that can be migrated.

use super::Outcome;
use crate::{
    assess::migration::scene::Subject,
    inventory::PowerState,
    ipam::IpamMode,
    rules::{Minor, Support, Versions},
};

/// MIG-001 <https://learn.microsoft.com/azure/aks/update-azure-cni>
pub(super) fn source_mode(subject: &Subject<'_>) -> Outcome {
    match subject.from {
        IpamMode::Kubenet | IpamMode::NodeSubnet => Outcome::Pass,
        IpamMode::PodSubnetDynamic | IpamMode::PodSubnetStatic => {
            Outcome::fail("pods take addresses from a pod subnet")
        }
        IpamMode::Overlay => Outcome::NotApplicable,
        IpamMode::ByoCni => Outcome::fail("the cluster brings its own network plugin"),
        IpamMode::Unknown => Outcome::unknown("the combination of network plugin and mode is not known"),
    }
}

/// MIG-002 <https://learn.microsoft.com/azure/aks/update-azure-cni>
pub(super) fn kubernetes_version(subject: &Subject<'_>) -> Outcome {
    let (known, missing) = versions(subject);
    let old: Vec<String> = known
        .iter()
        .filter(|(_, version)| *version < Minor::one(27))
        .map(|(who, version)| format!("{who} runs {version}"))
        .collect();
    Outcome::of_list("older than 1.27", &old, &missing)
}

/// MIG-003 <https://learn.microsoft.com/azure/aks/supported-kubernetes-versions>
pub(super) fn version_supported(subject: &Subject<'_>) -> Outcome {
    let Some(version) = control_plane(subject) else {
        return Outcome::unknown("the version of the control plane");
    };
    let lts = has_long_term_support(subject);
    match Versions::built_in().support(version, lts) {
        Support::Until(day) if day < subject.scene.options.as_of => {
            Outcome::fail(format!("support of {version} ended on {day}"))
        }
        Support::Until(_) => Outcome::Pass,
        Support::Ended => Outcome::fail(format!("support of {version} ended long ago")),
        Support::Unlisted => {
            Outcome::unknown(format!("this program does not know how long {version} is supported"))
        }
    }
}

/// MIG-004 <https://github.com/Azure/AKS/releases/tag/2024-08-05>
pub(super) fn version_skew(subject: &Subject<'_>) -> Outcome {
    let Some(plane) = subject.cluster.kubernetes_version.as_deref() else {
        return Outcome::unknown("the version of the control plane");
    };
    let pools = subject.pools().iter().map(|facts| facts.pool);
    let lagging: Vec<String> = pools
        .clone()
        .filter_map(|pool| Some((&pool.name, pool.kubernetes_version.as_deref()?)))
        .filter(|(_, version)| !same_version(version, plane))
        .map(|(name, version)| format!("{name} runs {version}, the control plane {plane}"))
        .collect();
    let missing: Vec<String> = pools
        .filter(|pool| pool.kubernetes_version.is_none())
        .map(|pool| format!("the version of pool {}", pool.name))
        .collect();
    let names = subject.pools().iter().map(|facts| facts.pool).filter(|pool| {
        pool.kubernetes_version.as_deref().is_some_and(|version| !same_version(version, plane))
    });
    Outcome::of_list("versions differ", &lagging, &missing).about(names.map(|pool| &pool.name))
}

/// MIG-005 <https://github.com/Azure/AKS/issues/3439>
pub(super) fn provisioning_state(subject: &Subject<'_>) -> Outcome {
    let own = ("the cluster".to_owned(), subject.cluster.provisioning_state.as_deref());
    let pools = subject
        .pools()
        .iter()
        .map(|facts| (format!("pool {}", facts.pool.name), facts.pool.provisioning_state.as_deref()));
    let states: Vec<_> = std::iter::once(own).chain(pools).collect();
    let unsettled: Vec<String> = states
        .iter()
        .filter_map(|(who, state)| Some((who, (*state)?)))
        .filter(|(_, state)| !state.eq_ignore_ascii_case("Succeeded"))
        .map(|(who, state)| format!("{who} is {state}"))
        .collect();
    let mut missing: Vec<String> = states
        .iter()
        .filter(|(_, state)| state.is_none())
        .map(|(who, _)| format!("the state of {who}"))
        .collect();
    // What the other checks say of pools, they say of those that were read; here it is told that there are more.
    missing.extend((!subject.cluster.pools_known).then(|| "pools that could not be read".to_owned()));
    Outcome::of_list("not Succeeded", &unsettled, &missing)
}

/// MIG-006 <https://learn.microsoft.com/azure/aks/start-stop-cluster>
pub(super) fn cluster_running(subject: &Subject<'_>) -> Outcome {
    match &subject.cluster.power_state {
        Some(PowerState::Running) => Outcome::Pass,
        Some(PowerState::Stopped) => Outcome::fail("the cluster is stopped"),
        Some(PowerState::Other(state)) => Outcome::unknown(format!("what the power state `{state}` means")),
        None => Outcome::unknown("the cluster's power state"),
    }
}

/// MIG-007 <https://learn.microsoft.com/azure/aks/start-stop-nodepools>
pub(super) fn pools_running(subject: &Subject<'_>) -> Outcome {
    let pools = subject.pools().iter().map(|facts| facts.pool);
    let of_state = |wanted: fn(&Option<PowerState>) -> bool| -> Vec<String> {
        pools.clone().filter(|pool| wanted(&pool.power_state)).map(|pool| pool.name.clone()).collect()
    };
    let stopped = of_state(|state| *state == Some(PowerState::Stopped));
    let missing = of_state(|state| !matches!(state, Some(PowerState::Running | PowerState::Stopped)));
    let missing: Vec<String> = missing.iter().map(|name| format!("the power state of pool {name}")).collect();
    Outcome::of_list("stopped", &stopped, &missing).about(stopped)
}

/// MIG-008 <https://learn.microsoft.com/azure/aks/azure-cni-powered-by-cilium>
pub(super) fn automatic(subject: &Subject<'_>) -> Outcome {
    match subject.cluster.sku_name.as_deref() {
        Some(name) if name.eq_ignore_ascii_case("Automatic") => Outcome::fail("the cluster is AKS Automatic"),
        Some(_) => Outcome::Pass,
        None => Outcome::unknown("the cluster's SKU"),
    }
}

/// MIG-011 <https://github.com/Azure/AKS/issues/4077>
pub(super) fn pod_subnet(subject: &Subject<'_>) -> Outcome {
    if subject.pools().is_empty() {
        return Outcome::unknown("the cluster shows no pools");
    }
    let with = subject.pools().iter().filter(|facts| facts.pool.pod_subnet_id.is_some());
    let names: Vec<String> = with.map(|facts| facts.pool.name.clone()).collect();
    Outcome::of_list("pools with a pod subnet", &names, &[])
}

/// The version of the control plane.
pub(super) fn control_plane(subject: &Subject<'_>) -> Option<Minor> {
    subject.cluster.kubernetes_version.as_deref()?.parse().ok()
}

/// Whether long-term support is on: it takes the tier and the plan, both.
pub(crate) fn has_long_term_support(subject: &Subject<'_>) -> bool {
    let is =
        |value: &Option<String>, text: &str| value.as_deref().is_some_and(|v| v.eq_ignore_ascii_case(text));
    is(&subject.cluster.support_plan, "AKSLongTermSupport") && is(&subject.cluster.sku_tier, "Premium")
}

/// The versions of control plane and pools that are known, and what is missing.
fn versions(subject: &Subject<'_>) -> (Vec<(String, Minor)>, Vec<String>) {
    let own = ("the control plane".to_owned(), subject.cluster.kubernetes_version.as_deref());
    let pools = subject
        .pools()
        .iter()
        .map(|facts| (format!("pool {}", facts.pool.name), facts.pool.kubernetes_version.as_deref()));
    let mut known = Vec::new();
    let mut missing = Vec::new();
    for (who, text) in std::iter::once(own).chain(pools) {
        match text.and_then(|text| text.parse().ok()) {
            Some(version) => known.push((who, version)),
            None => missing.push(format!("the version of {who}")),
        }
    }
    (known, missing)
}

/// Whether two versions are the same as far as both say.
fn same_version(one: &str, other: &str) -> bool {
    one.split('.').zip(other.split('.')).all(|(a, b)| a == b)
}
