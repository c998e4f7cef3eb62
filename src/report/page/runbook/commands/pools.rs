//! Commands on node pools.

use super::Commands;
use crate::{
    assess::migration::{Autoscaler, PoolTemplate},
    inventory::ResourceId,
    shell::{Command, quote},
};

impl Commands<'_> {
    /// Surge of a pool; where it has none, a node is taken away instead.
    /// <https://learn.microsoft.com/azure/aks/upgrade-aks-node-pools-rolling>
    pub(super) fn surge(&self, pool: &str, to: u64) -> Command {
        let command = self.on_pool("az aks nodepool update", pool).option("--max-surge", &to.to_string());
        if to == 0 { command.option("--max-unavailable", "1") } else { command }
    }

    pub(super) fn surge_as_before(&self, pool: &str, surge: &str, unavailable: Option<&str>) -> Command {
        let command = self.on_pool("az aks nodepool update", pool).option("--max-surge", surge);
        unavailable.into_iter().fold(command, |c, nodes| c.option("--max-unavailable", nodes))
    }

    pub(super) fn autoscaler(&self, pool: &str, does: Autoscaler) -> Command {
        let command = self.on_pool("az aks nodepool update", pool);
        let (flag, bounds) = match does {
            Autoscaler::Off => ("--disable-cluster-autoscaler", None),
            Autoscaler::On { min, max } => ("--enable-cluster-autoscaler", Some((min, max))),
            Autoscaler::Within { min, max } => ("--update-cluster-autoscaler", Some((min, max))),
        };
        bounded(command.flag(flag), bounds)
    }

    /// A pool in place of another, with everything that is known of that.
    pub(super) fn add_pool(&self, pool: &PoolTemplate) -> Command {
        let command = self.on_pool("az aks nodepool add", &pool.name);
        let command = placed(command, pool.node_subnet.as_ref(), pool.pod_subnet.as_ref());
        machines(kind(command, pool), pool, false)
    }
}

fn bounded(command: Command, bounds: Option<(u64, u64)>) -> Command {
    bounds.into_iter().fold(command, |command, (min, max)| {
        command.option("--min-count", &min.to_string()).option("--max-count", &max.to_string())
    })
}

/// The subnets of a pool.
pub(super) fn placed(command: Command, nodes: Option<&ResourceId>, pods: Option<&ResourceId>) -> Command {
    let command = nodes.into_iter().fold(command, |c, id| c.option("--vnet-subnet-id", id.as_str()));
    pods.into_iter().fold(command, |c, id| c.option("--pod-subnet-id", id.as_str()))
}

/// What `nodepool add` asks of a pool and `create` does not.
pub(super) fn kind(command: Command, pool: &PoolTemplate) -> Command {
    let mut command = command;
    if let Some(mode) = &pool.mode {
        command = command.option("--mode", mode);
    }
    if pool.windows {
        command = command.option("--os-type", "Windows");
    }
    if !pool.taints.is_empty() {
        command = command.option("--node-taints", &pool.taints.join(","));
    }
    if let Some(eviction) = &pool.spot {
        command = command.option("--priority", "Spot");
        command = eviction.iter().fold(command, |c, policy| c.option("--eviction-policy", policy));
    }
    let upgrade = [("--max-surge", &pool.max_surge), ("--max-unavailable", &pool.max_unavailable)];
    for (name, value) in upgrade {
        let value = value.as_deref().filter(|value| *value != "0" || name == "--max-surge");
        command = value.into_iter().fold(command, |c, value| c.option(name, value));
    }
    let minutes =
        [("--drain-timeout", pool.drain_timeout_minutes), ("--node-soak-duration", pool.node_soak_minutes)];
    minutes.into_iter().fold(command, |command, (name, minutes)| {
        minutes.into_iter().fold(command, |c, minutes| c.option(name, &minutes.to_string()))
    })
}

/// The machines of a pool; `create` has other names for two of them.
pub(super) fn machines(command: Command, pool: &PoolTemplate, for_cluster: bool) -> Command {
    let mut command = command;
    if pool.single_machines {
        command = command.option("--vm-set-type", "VirtualMachines");
        command = command.option("--vm-sizes", &pool.vm_sizes.join(","));
    } else if let Some(size) = pool.vm_sizes.first() {
        command = command.option("--node-vm-size", size);
    }
    if let Some(count) = pool.count {
        command = command.option("--node-count", &count.to_string());
    }
    if pool.autoscaler.is_some() {
        command = bounded(command.flag("--enable-cluster-autoscaler"), pool.autoscaler);
    }
    command = command.words("--zones", pool.zones.iter().map(String::as_str));
    if let Some(pods) = pool.max_pods {
        command = command.option("--max-pods", &pods.to_string());
    }
    if let Some(sku) = &pool.os_sku {
        command = command.option("--os-sku", sku);
    }
    if pool.fips {
        command = command.flag("--enable-fips-image");
    }
    let (labels, tags) =
        if for_cluster { ("--nodepool-labels", "--nodepool-tags") } else { ("--labels", "--tags") };
    command = command.words(labels, pairs(&pool.labels).iter().map(String::as_str));
    command = command.words(tags, pairs(&pool.tags).iter().map(String::as_str));
    if let Some(kind) = &pool.os_disk_type {
        command = command.option("--node-osdisk-type", kind);
    }
    pool.os_disk_gb.into_iter().fold(command, |c, size| c.option("--node-osdisk-size", &size.to_string()))
}

fn pairs(words: &std::collections::BTreeMap<String, String>) -> Vec<String> {
    words.iter().map(|(name, value)| format!("{name}={value}")).collect()
}

/// The node classes, and one of them with another subnet; before, the nodes that no pool makes.
pub(super) fn node_class(subnet: Option<&ResourceId>, look: bool) -> Vec<String> {
    let nodes = "kubectl get nodes --selector karpenter.sh/nodepool";
    let subnet = subnet.map_or("NODE_SUBNET_ID", ResourceId::as_str);
    let patch = serde_json::json!({"spec": {"vnetSubnetID": subnet}}).to_string();
    let mut all: Vec<String> = look.then(|| nodes.to_owned()).into_iter().collect();
    all.push("kubectl get aksnodeclasses --output yaml".to_owned());
    all.push(
        Command::new("kubectl patch aksnodeclass NODE_CLASS")
            .option("--type", "merge")
            .option("--patch", &patch)
            .into_string(),
    );
    all
}

/// No new pods on the nodes of a pool, and none of the old ones.
pub(super) fn empty(pool: &str) -> Vec<String> {
    let selector = quote(&format!("kubernetes.azure.com/agentpool={pool}")).into_owned();
    vec![
        format!("kubectl cordon --selector {selector}"),
        format!("kubectl drain --selector {selector} --ignore-daemonsets --delete-emptydir-data"),
    ]
}
