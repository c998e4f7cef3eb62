//! What the rules of targets look at.

use super::{
    pressure::{self, Pressure},
    scene::Subject,
    types::Readiness,
};
use crate::inventory::{NetworkDataplane, NetworkPolicy, OsType};

/// What the rules look at.
pub(super) struct Facts<'s, 'a> {
    pub(super) subject: &'s Subject<'a>,
    pub(super) readiness: &'s Readiness,
    pub(super) pressure: Vec<Pressure>,
    pub(super) direct: Option<bool>,
    pub(super) virtual_nodes: Option<bool>,
    pub(super) uses_virtual_nodes: bool,
    pub(super) has_windows: bool,
    /// Cilium is wanted, possible and not there yet.
    pub(super) wants_cilium: bool,
}

impl<'s, 'a> Facts<'s, 'a> {
    /// Gathers them; `readiness` is that of Overlay.
    pub(super) fn of(subject: &'s Subject<'a>, readiness: &'s Readiness) -> Self {
        let answers = subject.answers();
        let network = &subject.cluster.network;
        let has_windows = has_windows(subject);
        let is_cilium = network.dataplane == Some(NetworkDataplane::Cilium);
        let has_old_engine = matches!(network.policy, Some(NetworkPolicy::Azure | NetworkPolicy::Calico));
        let is_wanted = answers.wants_cilium.unwrap_or(subject.scene.settings.wants_cilium && has_old_engine);
        Self {
            subject,
            readiness,
            pressure: pressure::of_cluster(subject),
            direct: answers.needs_direct_pod_ip,
            virtual_nodes: answers.needs_virtual_nodes,
            uses_virtual_nodes: subject.cluster.addon_enabled("aciConnectorLinux"),
            has_windows,
            wants_cilium: is_wanted && !has_windows && !is_cilium,
        }
    }
}

/// Whether a cluster has Windows pools.
pub(super) fn has_windows(subject: &Subject<'_>) -> bool {
    subject.pools().iter().any(|facts| facts.pool.os_type == Some(OsType::Windows))
}
