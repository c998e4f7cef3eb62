//! The commands of a runbook with this cluster's values, quoted for a POSIX shell.

use crate::{
    assess::{migration::Target, runbook::Runbook},
    inventory::ResourceId,
    ipam::IpamMode,
    shell::{Command, quote},
};

/// What stands for a value that the reader has to choose.
const TO_CHOOSE: &str = "POD_CIDR";

/// Makes the commands of one cluster.
pub(super) struct Commands<'a> {
    runbook: &'a Runbook<'a>,
    subscription: String,
    group: &'a str,
    cluster: &'a str,
}

impl<'a> Commands<'a> {
    pub(super) fn new(runbook: &'a Runbook<'a>) -> Self {
        Self {
            runbook,
            subscription: runbook.row.id.subscription().to_string(),
            group: runbook.row.id.resource_group().unwrap_or_default(),
            cluster: runbook.row.id.name(),
        }
    }

    /// A command on the cluster.
    fn on_cluster(&self, words: &str) -> Command {
        self.in_group(words).option("--name", self.cluster)
    }

    fn in_group(&self, words: &str) -> Command {
        Command::new(words)
            .option("--subscription", &self.subscription)
            .option("--resource-group", self.group)
    }

    /// Signs `kubectl` in.
    pub(super) fn credentials(&self) -> String {
        self.on_cluster("az aks get-credentials").into_string()
    }

    /// What the cluster says of its state and its network.
    pub(super) fn network(&self) -> String {
        let query = "{state: provisioningState, power: powerState.code, network: networkProfile}";
        self.on_cluster("az aks show").option("--query", query).option("--output", "json").into_string()
    }

    /// The state of its pools, as a table.
    pub(super) fn pools(&self) -> String {
        let query = "[].{name: name, state: provisioningState, nodes: count, image: nodeImageVersion}";
        self.in_group("az aks nodepool list")
            .option("--cluster-name", self.cluster)
            .option("--query", query)
            .option("--output", "table")
            .into_string()
    }

    /// What happened to the cluster in the last day, with the text of each error.
    pub(super) fn activity(&self) -> String {
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

    /// Saves what the operation changes or removes, into files of the present folder.
    pub(super) fn backups(&self) -> Vec<String> {
        let cluster = self.on_cluster("az aks show").option("--output", "json").into_string();
        let mut all = vec![format!("{cluster} > cluster-before.json")];
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

    /// The move to Overlay. Plugin and mode are both named, as in the documented command.
    pub(super) fn overlay(&self) -> String {
        let command = self
            .on_cluster("az aks update")
            .option("--network-plugin", "azure")
            .option("--network-plugin-mode", "overlay");
        match (self.runbook.new_pod_cidr, self.runbook.from) {
            (Some(cidr), _) => command.option("--pod-cidr", &cidr.to_string()),
            (None, IpamMode::Kubenet) => command,
            (None, _) => command.option("--pod-cidr", TO_CHOOSE),
        }
        .into_string()
    }

    /// Whether the reader has to choose a pod CIDR.
    pub(super) fn leaves_pod_cidr_open(&self) -> bool {
        self.runbook.new_pod_cidr.is_none() && self.runbook.from != IpamMode::Kubenet
    }

    /// The change to Cilium.
    pub(super) fn cilium(&self) -> String {
        self.on_cluster("az aks update")
            .option("--network-dataplane", "cilium")
            .option("--network-policy", "cilium")
            .into_string()
    }

    /// A request that changes nothing, by which the service finishes what it left.
    pub(super) fn reconcile(&self) -> String {
        self.on_cluster("az aks update").into_string()
    }

    /// What is left of the route tables and of their place on the subnets.
    pub(super) fn routes(&self) -> Vec<String> {
        let tables = self.runbook.route_tables.iter().map(|table| {
            let query = "routes[].{prefix: addressPrefix, hop: nextHopIpAddress}";
            by_id("az network route-table show", table)
                .option("--query", query)
                .option("--output", "table")
                .into_string()
        });
        let subnets = self.runbook.subnets.iter().map(|subnet| {
            let query = "{prefix: addressPrefix, prefixes: addressPrefixes, routes: routeTable.id}";
            by_id("az network vnet subnet show", subnet.subnet_id)
                .option("--query", query)
                .option("--output", "json")
                .into_string()
        });
        subnets.chain(tables).collect()
    }

    /// A new cluster beside this one with Overlay, and Cilium where no Windows pools stand against it.
    pub(super) fn new_overlay_cluster(&self) -> String {
        let cidr = self.runbook.new_pod_cidr.map_or_else(|| TO_CHOOSE.to_owned(), |cidr| cidr.to_string());
        let overlay = self.new_cluster().option("--network-plugin-mode", "overlay");
        let on_linux = |command: Command| command.option("--network-dataplane", "cilium");
        let command = if self.runbook.has_windows { overlay } else { on_linux(overlay) };
        command.option("--pod-cidr", &cidr).into_string()
    }

    /// A new cluster beside this one, with pods in a subnet of their own.
    pub(super) fn new_pod_subnet_cluster(&self) -> String {
        self.new_cluster()
            .option("--vnet-subnet-id", "NODE_SUBNET_ID")
            .option("--pod-subnet-id", "POD_SUBNET_ID")
            .into_string()
    }

    fn new_cluster(&self) -> Command {
        self.in_group("az aks create")
            .option("--name", "NEW_CLUSTER")
            .option("--location", &self.runbook.row.location)
            .option("--network-plugin", "azure")
    }

    /// A new pool in this cluster, and the end of an old one.
    pub(super) fn new_pool(&self, with_max_pods: bool) -> Vec<String> {
        let pool = |words: &str, name: &str| {
            self.in_group(words).option("--cluster-name", self.cluster).option("--name", name)
        };
        let add = pool("az aks nodepool add", "NEW_POOL").option("--vnet-subnet-id", "NODE_SUBNET_ID");
        let pods = |add: Command| add.option("--pod-subnet-id", "POD_SUBNET_ID");
        let add = if self.has_pod_subnets() { pods(add) } else { add };
        let add = if with_max_pods { add.option("--max-pods", "30") } else { add };
        vec![
            add.into_string(),
            "kubectl cordon --selector kubernetes.azure.com/agentpool=OLD_POOL".to_owned(),
            "kubectl drain --selector kubernetes.azure.com/agentpool=OLD_POOL --ignore-daemonsets --delete-emptydir-data"
                .to_owned(),
            pool("az aks nodepool delete", "OLD_POOL").into_string(),
        ]
    }

    /// Shows the node classes, and gives one another subnet.
    pub(super) fn provisioned_nodes() -> String {
        "kubectl get nodes --selector karpenter.sh/nodepool".to_owned()
    }

    /// The node classes, and one of them with another subnet.
    pub(super) fn node_classes() -> Vec<String> {
        vec![
            "kubectl get aksnodeclasses --output yaml".to_owned(),
            r#"kubectl patch aksnodeclass NODE_CLASS --type merge --patch '{"spec":{"vnetSubnetID":"NODE_SUBNET_ID"}}'"#
                .to_owned(),
        ]
    }

    /// Whether new pools have their pods in a subnet of their own.
    fn has_pod_subnets(&self) -> bool {
        let from = self.runbook.from.has_pod_subnet();
        from || self.runbook.target == Target::PodSubnet
    }

    /// A larger pod CIDR that holds the present one.
    pub(super) fn larger_pod_cidr(&self) -> String {
        let cidr = self.runbook.new_pod_cidr.map_or_else(|| TO_CHOOSE.to_owned(), |cidr| cidr.to_string());
        self.on_cluster("az aks update").option("--pod-cidr", &cidr).into_string()
    }
}

fn by_id(words: &str, id: &ResourceId) -> Command {
    Command::new(words).option("--ids", id.as_str())
}

/// A `kubectl` command of ours with one value of the reader's.
pub(super) fn uncordon() -> String {
    format!("kubectl uncordon {}", quote("NODE"))
}
