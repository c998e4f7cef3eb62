//! Node pools.

use super::{
    Oddity,
    parts::{self, Notes},
    twins::Parts,
};
use crate::{
    azure::wire::{self, Count, Flag},
    inventory::{NodePool, VirtualMachineProfile},
};

const KIND: &str = "node pool";

/// A cluster's node pools, and whether these are all that Azure listed.
pub(crate) fn node_pools(list: wire::List<wire::AgentPool>, notes: &mut Notes) -> (Vec<NodePool>, bool) {
    let (listed, is_given) = (list.items.len(), list.is_given);
    let mut pools = Parts::new(KIND);
    let mut understood = 0;
    for wire in notes.read_list(KIND, list) {
        if let Some((pool, oddities)) = node_pool(wire, notes) {
            pools.add(pool, oddities);
            understood += 1;
        }
    }
    let (pools, is_whole) = pools.settle(notes);
    (pools, is_given && is_whole && understood == listed)
}

/// A node pool, and what is odd in it; none where it has no name, which is noted.
pub(super) fn node_pool(mut wire: wire::AgentPool, notes: &mut Notes) -> Option<(NodePool, Vec<Oddity>)> {
    let Some(name) = parts::text(wire.name.take()) else {
        notes.note(KIND, "it has no name");
        return None;
    };
    let mut own = notes.of_part();
    let pool = named(name, wire, &mut own);
    let oddities = own.under(KIND, &pool.name);
    Some((pool, oddities))
}

fn named(name: String, wire: wire::AgentPool, notes: &mut Notes) -> NodePool {
    let upgrade = notes.read("upgrade settings", wire.upgrade_settings).unwrap_or_default();
    let power = notes.read("power state", wire.power_state).unwrap_or_default();
    let gateway = notes.read("gateway profile", wire.gateway_profile).unwrap_or_default();
    let profile = notes.read("virtual machines profile", wire.virtual_machines_profile).unwrap_or_default();
    NodePool {
        mode: parts::word(wire.mode),
        pool_type: parts::word(wire.pool_type),
        os_type: parts::word(wire.os_type),
        os_sku: parts::text(wire.os_sku),
        vm_size: parts::text(wire.vm_size),
        power_state: parts::word(power.code),
        provisioning_state: parts::text(wire.provisioning_state),
        count: wire.count.map(Count::get),
        autoscaling: wire.enable_auto_scaling.map(Flag::get),
        min_count: wire.min_count.map(Count::get),
        max_count: wire.max_count.map(Count::get),
        vm_status: wire
            .virtual_machine_nodes_status
            .map(|sizes| machines("virtual machine status", sizes, notes)),
        vm_manual: machines("manual scale profile", profile.scale.manual, notes),
        vm_autoscale: machines("autoscale profile", profile.scale.autoscale, notes),
        max_pods: wire.max_pods.map(Count::get),
        max_surge: parts::text(upgrade.max_surge),
        max_unavailable: parts::text(upgrade.max_unavailable),
        drain_timeout_minutes: upgrade.drain_timeout_in_minutes.map(Count::get),
        node_soak_minutes: upgrade.node_soak_duration_in_minutes.map(Count::get),
        upgrade_strategy: parts::text(wire.upgrade_strategy),
        priority: parts::word(wire.scale_set_priority),
        eviction_policy: parts::text(wire.scale_set_eviction_policy),
        scale_down_mode: parts::word(wire.scale_down_mode),
        node_subnet_id: notes.read_id("node subnet", wire.vnet_subnet_id),
        pod_subnet_id: notes.read_id("pod subnet", wire.pod_subnet_id),
        allocation_mode: parts::word(wire.pod_ip_allocation_mode),
        kubernetes_version: parts::text(wire.current_orchestrator_version)
            .or_else(|| parts::text(wire.orchestrator_version)),
        node_image_version: parts::text(wire.node_image_version),
        os_disk_type: parts::text(wire.os_disk_type),
        fips: wire.enable_fips.map(Flag::get),
        workload_runtime: parts::text(wire.workload_runtime),
        tags: notes.read_tags(wire.tags),
        zones: notes.read_texts("availability zones", wire.availability_zones),
        labels: notes.read_words("node labels", "node label", wire.node_labels),
        taints: notes.read_texts("node taints", wire.node_taints),
        os_disk_gb: wire.os_disk_gb.map(Count::get),
        public_ip_prefix: gateway.public_ip_prefix_size.map(Count::get),
        name,
    }
}

/// Machines of each size. A profile that can't be read is still one: without it the sum would be too small.
fn machines(
    kind: &'static str,
    list: wire::List<wire::ScaleProfile>,
    notes: &mut Notes,
) -> Vec<VirtualMachineProfile> {
    let expected = list.items.len() + usize::from(list.odd.is_some());
    let mut machines = Vec::with_capacity(expected);
    for profile in notes.read_list(kind, list) {
        let count = profile.max_count.or(profile.count).map(Count::get);
        if count.is_none() {
            notes.note("scale profile", "it has no count");
        }
        machines.push(VirtualMachineProfile {
            size: parts::text(profile.size),
            count,
            min_count: profile.min_count.map(Count::get),
        });
    }
    machines.resize(expected, VirtualMachineProfile { size: None, count: None, min_count: None });
    machines
}
