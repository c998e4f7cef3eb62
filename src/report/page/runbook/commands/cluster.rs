//! Commands on the cluster as a whole.

use super::{Commands, by_id};
use crate::{
    assess::migration::NewCluster,
    inventory::ResourceId,
    ipam::{Cidr, IpamMode},
    rules::Minor,
    shell::Command,
};

/// What stands for a value that the reader has to choose.
const TO_CHOOSE: &str = "POD_CIDR";

impl Commands<'_> {
    /// What the cluster says of its state and its network.
    pub(in super::super) fn network(&self) -> String {
        let query = "{state: provisioningState, power: powerState.code, network: networkProfile}";
        self.on_cluster("az aks show").option("--query", query).option("--output", "json").into_string()
    }

    /// The state of its pools, as a table.
    pub(in super::super) fn pools(&self) -> String {
        let query = "[].{name: name, state: provisioningState, nodes: count, image: nodeImageVersion}";
        self.in_group("az aks nodepool list")
            .option("--cluster-name", self.cluster)
            .option("--query", query)
            .option("--output", "table")
            .into_string()
    }

    /// What happened to the cluster in the last day, with the text of each error.
    pub(in super::super) fn activity(&self) -> String {
        let query = "[].{time: eventTimestamp, operation: operationName.value, correlation: correlationId, \
                     message: properties.statusMessage}";
        Command::new("az monitor activity-log list")
            .option("--subscription", &self.subscription)
            .option("--resource-id", self.runbook.row.id.as_str())
            .option("--status", "Failed")
            .option("--offset", "1d")
            .option("--query", query)
            .option("--output", "json")
            .into_string()
    }

    /// Signs `kubectl` in.
    pub(super) fn sign_in(&self) -> Command {
        self.on_cluster("az aks get-credentials")
    }

    /// Signs `kubectl` in, and saves what the operation changes or removes into files of the present folder.
    pub(super) fn backups(&self) -> Vec<String> {
        let cluster = self.on_cluster("az aks show").option("--output", "json").into_string();
        let mut all = vec![self.sign_in().into_string(), format!("{cluster} > cluster-before.json")];
        all.extend(self.runbook.route_tables.iter().zip(1..).map(|(table, number)| {
            let show = by_id("az network route-table show", table).option("--output", "json");
            format!("{} > route-table-{number}-before.json", show.into_string())
        }));
        all.push(
            "kubectl get networkpolicies --all-namespaces --output yaml > network-policies-before.yaml"
                .to_owned(),
        );
        all.push(
            "kubectl get poddisruptionbudgets --all-namespaces --output yaml > budgets-before.yaml"
                .to_owned(),
        );
        all
    }

    /// The cluster as it is between two changes.
    pub(super) fn backup_again(&self) -> String {
        let cluster = self.on_cluster("az aks show").option("--output", "json").into_string();
        format!("{cluster} > cluster-in-overlay.json")
    }

    /// What is left of the route tables and of their place on the subnets.
    pub(in super::super) fn tables(&self) -> Vec<String> {
        let subnets = self.runbook.subnets.iter().map(|subnet| {
            let query = "{prefix: addressPrefix, prefixes: addressPrefixes, routes: routeTable.id}";
            by_id("az network vnet subnet show", subnet.subnet_id)
                .option("--query", query)
                .option("--output", "json")
                .into_string()
        });
        subnets.collect()
    }

    /// The move to Overlay. Plugin and mode are both named, as in the documented command.
    pub(super) fn overlay(&self) -> Command {
        let command = self
            .on_cluster("az aks update")
            .option("--network-plugin", "azure")
            .option("--network-plugin-mode", "overlay");
        match (self.runbook.new_pod_cidr, self.runbook.from) {
            (Some(cidr), _) => command.option("--pod-cidr", &cidr.to_string()),
            (None, IpamMode::Kubenet) => command,
            (None, _) => command.option("--pod-cidr", TO_CHOOSE),
        }
    }

    /// The change to Cilium.
    pub(super) fn cilium(&self) -> Command {
        self.on_cluster("az aks update")
            .option("--network-dataplane", "cilium")
            .option("--network-policy", "cilium")
    }

    /// A request that changes nothing, by which the service finishes what it left.
    pub(in super::super) fn reconcile(&self) -> String {
        self.on_cluster("az aks update").into_string()
    }

    /// A newer Kubernetes version, control plane and pools.
    pub(super) fn upgrade(&self, to: Minor) -> Command {
        self.on_cluster("az aks upgrade").option("--kubernetes-version", &to.to_string())
    }

    pub(super) fn assign_identity(&self, id: &ResourceId) -> Command {
        self.on_cluster("az aks update")
            .flag("--enable-managed-identity")
            .option("--assign-identity", id.as_str())
    }

    /// The channels of automatic upgrades.
    pub(super) fn channels(&self, upgrade: Option<&str>, node_os: Option<&str>) -> Command {
        let command = self.on_cluster("az aks update");
        let command = upgrade.into_iter().fold(command, |c, word| c.option("--auto-upgrade-channel", word));
        node_os.into_iter().fold(command, |c, word| c.option("--node-os-upgrade-channel", word))
    }

    pub(super) fn provisioning(&self, on: bool) -> Command {
        let mode = if on { "Auto" } else { "Manual" };
        self.on_cluster("az aks update").option("--node-provisioning-mode", mode)
    }

    /// A larger pod CIDR that holds the present one.
    pub(super) fn larger_pod_cidr(&self) -> Command {
        self.on_cluster("az aks update").option("--pod-cidr", &chosen(self.runbook.new_pod_cidr))
    }

    /// A cluster in place of this one, then its pools but the first.
    pub(super) fn create_cluster(&self, new: &NewCluster) -> Vec<String> {
        let command = self
            .in_group("az aks create")
            .option("--name", &new.name)
            .option("--location", &new.location)
            .option("--network-plugin", "azure");
        let command = networked(command, new);
        let command = identified(command, new);
        let (first, others) = match new.pools.split_first() {
            Some((first, others)) => (Some(first), others),
            None => (None, &[][..]),
        };
        let command = first.into_iter().fold(command, |command, pool| {
            let command = super::pools::machines(command.option("--nodepool-name", &pool.name), pool, true);
            let taints = pool.taints.join(",");
            if taints.is_empty() { command } else { command.option("--nodepool-taints", &taints) }
        });
        // Without a key on the machine it is run on the command would be refused.
        let command = command.flag("--generate-ssh-keys");
        let mut all = vec![command.into_string()];
        all.extend(others.iter().map(|pool| {
            let add = self
                .in_group("az aks nodepool add")
                .option("--cluster-name", &new.name)
                .option("--name", &pool.name);
            // Azure takes a subnet of one's own for all pools of a cluster or for none.
            let add = placed(add, new);
            super::pools::machines(super::pools::kind(add, pool), pool, false).into_string()
        }));
        all
    }
}

/// The subnets of its pools.
fn placed(command: Command, new: &NewCluster) -> Command {
    let subnet = new.subnet.as_ref().map_or("NODE_SUBNET_ID", |subnet| subnet.id.as_str());
    let command = command.option("--vnet-subnet-id", subnet);
    if new.pod_subnet { command.option("--pod-subnet-id", "POD_SUBNET_ID") } else { command }
}

/// Where its nodes and pods are.
fn networked(command: Command, new: &NewCluster) -> Command {
    let command = placed(command, new);
    let command = if new.pod_subnet {
        command
    } else {
        let overlay = command.option("--network-plugin-mode", "overlay");
        let overlay = if new.cilium { overlay.option("--network-dataplane", "cilium") } else { overlay };
        overlay.option("--pod-cidr", &chosen(new.pod_cidr))
    };
    let command = match &new.service {
        Some((services, dns)) => command.option("--service-cidr", services).option("--dns-service-ip", dns),
        None => command.option("--service-cidr", "SERVICE_CIDR").option("--dns-service-ip", "DNS_SERVICE_IP"),
    };
    new.outbound_type.iter().fold(command, |c, kind| c.option("--outbound-type", kind))
}

/// What it is, and who may reach it.
fn identified(command: Command, new: &NewCluster) -> Command {
    let command = match new.version {
        Some(version) => command.option("--kubernetes-version", &version.to_string()),
        None => command,
    };
    let command = new.tier.iter().fold(command, |c, tier| c.option("--tier", &tier.to_ascii_lowercase()));
    let command = match &new.identity {
        Some(identity) => command.option("--assign-identity", identity.as_str()),
        None => command.flag("--enable-managed-identity"),
    };
    let command = if new.private { command.flag("--enable-private-cluster") } else { command };
    let zone = new.private_dns_zone.iter().filter(|_| new.private);
    zone.fold(command, |c, zone| c.option("--private-dns-zone", zone))
}

fn chosen(cidr: Option<Cidr>) -> String {
    cidr.map_or_else(|| TO_CHOOSE.to_owned(), |cidr| cidr.to_string())
}
