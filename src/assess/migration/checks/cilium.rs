//! What stands before the Cilium data plane.

use super::{
    Outcome, addons::node_auto_provisioning as provisioning, addresses::missing_subnets,
    eligibility::control_plane, security::outbound_denials,
};
use crate::{
    assess::migration::scene::Subject,
    inventory::{NetworkDataplane, NetworkPlugin, NetworkPolicy, OsType},
    rules::Versions,
};

/// CIL-001: from kubenet by way of Overlay; from a plugin of one's own no change is documented.
/// <https://learn.microsoft.com/azure/aks/update-azure-cni>
pub(super) fn plugin(subject: &Subject<'_>) -> Outcome {
    match &subject.cluster.network.plugin {
        Some(NetworkPlugin::Azure) => Outcome::Pass,
        Some(NetworkPlugin::Kubenet) => Outcome::fail("the network plugin is kubenet: Overlay comes first"),
        Some(NetworkPlugin::None) => {
            Outcome::rebuild("the cluster brings its own network plugin; no change to another is documented")
        }
        Some(NetworkPlugin::Other(_)) | None => Outcome::unknown("the network plugin"),
    }
}

/// CIL-002 <https://learn.microsoft.com/azure/aks/update-azure-cni>
pub(super) fn windows_pools(subject: &Subject<'_>) -> Outcome {
    if subject.pools().is_empty() {
        return Outcome::unknown("the cluster shows no pools");
    }
    let of = |wanted: fn(Option<&OsType>) -> bool| -> Vec<String> {
        let pools = subject.pools().iter().map(|facts| facts.pool);
        pools.filter(|pool| wanted(pool.os_type.as_ref())).map(|pool| pool.name.clone()).collect()
    };
    let windows = of(|os| os == Some(&OsType::Windows));
    let unknown = of(|os| !matches!(os, Some(OsType::Windows | OsType::Linux)));
    let missing: Vec<String> =
        unknown.iter().map(|name| format!("the operating system of pool {name}")).collect();
    Outcome::of_list("Windows pools", &windows, &missing).about(windows)
}

/// CIL-003 <https://learn.microsoft.com/azure/aks/update-azure-cni>
pub(super) fn node_auto_provisioning(subject: &Subject<'_>) -> Outcome {
    provisioning(subject)
}

/// CIL-005 <https://learn.microsoft.com/azure/aks/azure-cni-powered-by-cilium>
pub(super) fn not_yet(subject: &Subject<'_>) -> Outcome {
    match &subject.cluster.network.dataplane {
        Some(NetworkDataplane::Cilium) => Outcome::fail("the data plane is Cilium already"),
        Some(NetworkDataplane::Azure) | None => Outcome::Pass,
        Some(NetworkDataplane::Other(plane)) => Outcome::unknown(format!("what the data plane `{plane}` is")),
    }
}

/// CIL-006 <https://learn.microsoft.com/azure/aks/azure-cni-powered-by-cilium>
pub(super) fn version(subject: &Subject<'_>) -> Outcome {
    match control_plane(subject) {
        None => Outcome::unknown("the version of the control plane"),
        Some(version) if Versions::built_in().cilium(version).is_some() => Outcome::Pass,
        Some(version) => Outcome::fail(format!("no Cilium version is listed for {version}")),
    }
}

/// CIL-017 <https://learn.microsoft.com/azure/aks/use-network-policies>
pub(super) fn policy_manager(subject: &Subject<'_>) -> Outcome {
    match &subject.cluster.network.policy {
        Some(NetworkPolicy::Azure) => Outcome::fail("the policy engine is Azure NPM"),
        Some(NetworkPolicy::Other(engine)) => {
            Outcome::unknown(format!("what the policy engine `{engine}` is"))
        }
        _ => Outcome::Pass,
    }
}

/// CIL-018 <https://learn.microsoft.com/azure/aks/azure-cni-powered-by-cilium>
pub(super) fn outbound_rules(subject: &Subject<'_>) -> Outcome {
    let mut missing = missing_subnets(subject);
    let mut hits = Vec::new();
    for id in subject.node_subnets.iter().filter_map(|s| s.read?.1.network_security_group.as_ref()) {
        match subject.scene.security_group(id) {
            Some(group) => hits.extend(outbound_denials(group)),
            None => missing.push(format!("security group {} could not be read", id.name())),
        }
    }
    hits.sort();
    hits.dedup();
    Outcome::of_list("outbound rules that deny the internet", &hits, &missing)
}
