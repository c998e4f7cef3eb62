//! How many nodes of a pool are wanted and how many are there, what it is configured for, and what it may grow to.

use crate::inventory::{Cluster, NodePool, PoolMode, PoolType, PowerState, VirtualMachineProfile};

/// The node counts of a pool; what cannot be told is absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NodeCounts {
    /// Nodes it is configured for.
    pub(crate) configured: Option<u64>,
    /// Nodes wanted now.
    pub(crate) wanted: Option<u64>,
    /// Nodes there: those ARM lists addresses of, where their subnet was read, else those wanted.
    pub(crate) there: Option<u64>,
    /// Nodes after a start.
    pub(crate) restart: Option<u64>,
    /// Nodes with the autoscaler at its maximum, where one is on; else after a start. Never fewer than are wanted.
    pub(crate) scale_max: Option<u64>,
    /// The autoscaler's minimum, where one is on.
    pub(crate) autoscaler_min: Option<u64>,
    /// The autoscaler's maximum, where one is on.
    pub(crate) autoscaler_max: Option<u64>,
    /// Most nodes a gateway pool can have: as many as its public IP prefix has addresses.
    /// <https://learn.microsoft.com/azure/aks/configure-static-egress-gateway>
    pub(crate) ceiling: Option<u64>,
    /// Whether the pool or its cluster is stopped.
    pub(crate) stopped: bool,
}

impl NodeCounts {
    /// Counts the nodes of a pool; `holding` is how many of its nodes ARM lists addresses of, where that was read.
    ///
    /// A stopped pool keeps the nodes that still hold addresses (rule A6).
    /// <https://learn.microsoft.com/azure/aks/start-stop-cluster>
    pub(crate) fn of(cluster: &Cluster, pool: &NodePool, holding: Option<u64>) -> Self {
        let stopped = cluster.is_stopped() || pool.power_state == Some(PowerState::Stopped);
        let configured = configured(pool);
        let (autoscaler_min, autoscaler_max) = autoscaler(pool);
        let restart = configured.map(|count| count.max(autoscaler_min.unwrap_or(0)));
        let scale_max = if autoscales(pool) {
            restart.zip(autoscaler_max).map(|(restart, max)| restart.max(max))
        } else {
            restart.filter(|restart| *restart == 0 || has_profiles(pool))
        };
        let wanted = if stopped { Some(holding.unwrap_or(0)) } else { configured };
        let ceiling = ceiling(pool);
        let most = |most: u64| ceiling.map_or(most, |ceiling| most.min(ceiling)).max(wanted.unwrap_or(0));
        Self {
            configured,
            wanted,
            there: there(pool, wanted, holding),
            restart,
            scale_max: scale_max.map(most),
            autoscaler_min,
            autoscaler_max,
            ceiling,
            stopped,
        }
    }

    /// Nodes there that are not wanted: deallocated, left over, or going.
    pub(crate) fn surplus(&self) -> u64 {
        self.there.zip(self.wanted).map_or(0, |(there, wanted)| there.saturating_sub(wanted))
    }

    /// Nodes once what is wanted has come.
    pub(crate) fn settled(&self) -> Option<u64> {
        Some(self.wanted?.max(self.there?))
    }
}

/// Nodes there. Of a gateway pool of single machines, interfaces are made in advance, so that no more are there than
/// are wanted. <https://github.com/Azure/kube-egress-gateway/blob/main/docs/design.md>
fn there(pool: &NodePool, wanted: Option<u64>, holding: Option<u64>) -> Option<u64> {
    let made_ahead =
        pool.mode == Some(PoolMode::Gateway) && pool.pool_type == Some(PoolType::VirtualMachines);
    match (holding, wanted) {
        (Some(holding), Some(wanted)) if made_ahead => Some(holding.min(wanted)),
        _ => holding.or(wanted),
    }
}

fn ceiling(pool: &NodePool) -> Option<u64> {
    let length = pool.public_ip_prefix.filter(|_| pool.mode == Some(PoolMode::Gateway))?;
    Some(1 << 32u32.checked_sub(length)?)
}

/// Nodes a pool is configured for: `count`, or for `VirtualMachines` pools what their profiles say.
/// <https://learn.microsoft.com/azure/aks/virtual-machines-node-pools>
fn configured(pool: &NodePool) -> Option<u64> {
    if pool.pool_type != Some(PoolType::VirtualMachines) {
        return pool.count.map(u64::from);
    }
    let status = pool.vm_status.as_deref().filter(|status| !status.is_empty() || pool.vm_manual.is_empty());
    match (status, pool.vm_manual.as_slice()) {
        (Some(status), _) => total(status),
        (None, []) => pool.count.map(u64::from),
        (None, manual) => total(manual),
    }
}

/// Whether it can be told how far the pool scales. A `VirtualMachines` pool does by its profiles, which older versions of the
/// API do not show.
fn has_profiles(pool: &NodePool) -> bool {
    pool.pool_type != Some(PoolType::VirtualMachines)
        || !(pool.vm_manual.is_empty() && pool.vm_autoscale.is_empty())
}

/// Whether something other than a person decides how many nodes the pool has.
fn autoscales(pool: &NodePool) -> bool {
    if pool.pool_type == Some(PoolType::VirtualMachines) {
        !pool.vm_autoscale.is_empty()
    } else {
        pool.autoscaling == Some(true)
    }
}

/// The autoscaler's minimum and maximum, where it is on. `VirtualMachines` pools have theirs in their profiles,
/// whatever `enableAutoScaling` says.
fn autoscaler(pool: &NodePool) -> (Option<u64>, Option<u64>) {
    if !autoscales(pool) {
        return (None, None);
    }
    if pool.pool_type != Some(PoolType::VirtualMachines) {
        return (pool.min_count.map(u64::from), pool.max_count.map(u64::from));
    }
    let manual = total(&pool.vm_manual);
    let minimum: u64 = pool.vm_autoscale.iter().filter_map(|p| p.min_count).map(u64::from).sum();
    let with_manual = |autoscaled: Option<u64>| Some(autoscaled? + manual?);
    (with_manual(Some(minimum)), with_manual(total(&pool.vm_autoscale)))
}

/// The machines of all profiles; unknown where those of one are.
fn total(profiles: &[VirtualMachineProfile]) -> Option<u64> {
    profiles.iter().map(|profile| profile.count.map(u64::from)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::testing::{Network, autoscaled, cluster, pool, profile, virtual_machines};

    fn counts(pool: &NodePool, holding: Option<u64>) -> [Option<u64>; 4] {
        let counts = NodeCounts::of(&cluster("a", Network::Overlay), pool, holding);
        [counts.configured, counts.wanted, counts.restart, counts.scale_max]
    }

    #[test]
    fn a_running_pool_has_its_count() {
        assert_eq!(counts(&pool("np", 3), Some(5)), [Some(3); 4]);
        assert_eq!(counts(&pool("np", 0), None), [Some(0); 4]);
        assert_eq!(counts(&NodePool { count: None, ..pool("np", 3) }, Some(3)), [None; 4]);
    }

    #[test]
    fn the_autoscaler_counts_where_it_is_on() {
        assert_eq!(counts(&autoscaled("np", 3, 2, 10), None), [Some(3), Some(3), Some(3), Some(10)]);
        assert_eq!(counts(&autoscaled("np", 1, 2, 10), None), [Some(1), Some(1), Some(2), Some(10)]);
        assert_eq!(counts(&autoscaled("np", 12, 2, 10), None), [Some(12); 4]);
        let off = NodePool { autoscaling: None, ..autoscaled("np", 3, 2, 10) };
        assert_eq!(counts(&off, None), [Some(3); 4]);
        let blind = NodePool { max_count: None, ..autoscaled("np", 3, 2, 10) };
        assert_eq!(counts(&blind, None), [Some(3), Some(3), Some(3), None]);
    }

    #[test]
    fn a_stopped_pool_has_the_nodes_that_still_hold_addresses() {
        let stopped = NodePool { power_state: Some(PowerState::Stopped), ..autoscaled("np", 3, 2, 10) };
        assert_eq!(counts(&stopped, None), [Some(3), Some(0), Some(3), Some(10)]);
        assert_eq!(counts(&stopped, Some(0)), [Some(3), Some(0), Some(3), Some(10)]);
        assert_eq!(counts(&stopped, Some(2)), [Some(3), Some(2), Some(3), Some(10)]);
        let mut cluster = cluster("a", Network::Overlay);
        cluster.power_state = Some(PowerState::Stopped);
        assert_eq!(NodeCounts::of(&cluster, &pool("np", 3), Some(0)).wanted, Some(0));
    }

    #[test]
    fn pools_of_single_machines_count_their_profiles() {
        let manual = virtual_machines("np", None, vec![profile(2, None), profile(3, None)], vec![]);
        assert_eq!(counts(&manual, None), [Some(5); 4]);
        let status = virtual_machines("np", Some(vec![profile(4, None)]), vec![profile(5, None)], vec![]);
        assert_eq!(counts(&status, None), [Some(4); 4]);
        let scaled = vec![profile(6, Some(1)), profile(4, None)];
        let autoscaled = virtual_machines("np", Some(vec![profile(2, None)]), vec![], scaled);
        assert_eq!(counts(&autoscaled, None), [Some(2), Some(2), Some(2), Some(10)]);
        let empty = virtual_machines("np", Some(vec![]), vec![], vec![]);
        assert_eq!(counts(&empty, None), [Some(0); 4]);
        let hidden = virtual_machines("np", Some(vec![profile(4, None)]), vec![], vec![]);
        assert_eq!(counts(&hidden, None), [Some(4), Some(4), Some(4), None], "an answer without profiles");
        let silent = virtual_machines("np", None, vec![], vec![profile(6, Some(1))]);
        assert_eq!(counts(&silent, None), [None; 4]);
    }

    #[test]
    fn a_profile_that_could_not_be_read_leaves_no_sum() {
        let unread = || VirtualMachineProfile { count: None, ..profile(0, None) };
        let status = virtual_machines("np", Some(vec![profile(2, None), unread()]), vec![], vec![]);
        assert_eq!(counts(&status, None), [None; 4]);
        let manual = virtual_machines("np", None, vec![profile(2, None), unread()], vec![]);
        assert_eq!(counts(&manual, None), [None; 4]);
        let most = virtual_machines("np", Some(vec![profile(2, None)]), vec![], vec![unread()]);
        assert_eq!(counts(&most, None), [Some(2), Some(2), Some(2), None]);
    }
}
