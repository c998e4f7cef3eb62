//! The commands of a runbook with this cluster's values, quoted for a POSIX shell. This program runs none of them.

mod cluster;
mod network;
mod pools;

use crate::{
    assess::{
        migration::{Action, Wording},
        runbook::{Item, Runbook, Step},
    },
    inventory::ResourceId,
    shell::Command,
};

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

    /// The commands of a step, in order.
    pub(super) fn of_step(&self, step: &Step<'_>) -> Vec<String> {
        let item = step.items.first();
        step.actions.iter().flat_map(|action| self.of_action(action, item)).collect()
    }

    /// The commands that mend what a check finds: with values where they are known, else as the catalogue has them.
    pub(super) fn of_check(&self, item: &Item<'_>) -> Vec<String> {
        match self.runbook.site.mend(item.id) {
            Some(actions) => actions.iter().flat_map(|action| self.of_action(action, Some(item))).collect(),
            None => item.wording.map(Wording::fixes).unwrap_or_default(),
        }
    }

    fn of_action(&self, action: &Action, item: Option<&Item<'_>>) -> Vec<String> {
        let one = |command: Command| vec![command.into_string()];
        match action {
            Action::SignIn => one(self.sign_in()),
            Action::Save => self.backups(),
            Action::SaveAgain => vec![self.backup_again()],
            Action::Upgrade(to) => one(self.upgrade(*to)),
            Action::UpgradePool { pool, to } => {
                one(self.on_pool("az aks nodepool upgrade", pool).option("--kubernetes-version", to))
            }
            Action::CreateIdentity(id) => one(network::create_identity(id)),
            Action::Grant { principal, scope } => one(network::grant(principal.as_deref(), scope)),
            Action::AssignIdentity(id) => one(self.assign_identity(id)),
            Action::NodeImage(pool) => {
                one(self.on_pool("az aks nodepool upgrade", pool).flag("--node-image-only"))
            }
            Action::Surge { pool, to } => one(self.surge(pool, *to)),
            Action::SurgeAsBefore { pool, surge, unavailable } => {
                one(self.surge_as_before(pool, surge, unavailable.as_deref()))
            }
            Action::Autoscaler { pool, does } => one(self.autoscaler(pool, *does)),
            Action::OsSku { pool, to } => {
                one(self.on_pool("az aks nodepool update", pool).option("--os-sku", to))
            }
            Action::Allow(rule) => one(network::allow(rule)),
            Action::CopyTable { from, copy, location, with_pods } => {
                network::copy_table(from, copy, location, *with_pods)
            }
            Action::SetTable { subnet, table } => one(network::set_table(subnet, table.as_ref())),
            Action::Delegate(subnet) => {
                one(by_id("az network vnet subnet update", subnet).option("--delegations", GATEWAYS))
            }
            Action::DropPodRoutes(table) => vec![network::drop_pod_routes(table)],
            Action::DeleteTable(table) => one(by_id("az network route-table delete", table)),
            Action::GatewayHealth(gateway) => one(network::gateway_health(gateway)),
            Action::CreateSubnet(subnet) => one(network::create_subnet(subnet)),
            Action::AddPool(pool) => one(self.add_pool(pool)),
            Action::EmptyPool(pool) => pools::empty(pool),
            Action::DeletePool(pool) => one(self.on_pool("az aks nodepool delete", pool)),
            Action::Channels { upgrade, node_os } => {
                one(self.channels(upgrade.as_deref(), node_os.as_deref()))
            }
            Action::NodeClass { subnet, look } => pools::node_class(subnet.as_ref(), *look),
            Action::Provisioning(on) => one(self.provisioning(*on)),
            Action::Overlay => one(self.overlay()),
            Action::Cilium => one(self.cilium()),
            Action::ExpandPodCidr => one(self.larger_pod_cidr()),
            Action::CreateCluster(new) => self.create_cluster(new),
            Action::DeleteCluster => one(self.on_cluster("az aks delete")),
            Action::Catalogue => item.and_then(|item| item.wording).map(Wording::fixes).unwrap_or_default(),
        }
    }

    /// A command on the cluster.
    fn on_cluster(&self, words: &str) -> Command {
        self.in_group(words).option("--name", self.cluster)
    }

    /// A command on one of its pools.
    fn on_pool(&self, words: &str, pool: &str) -> Command {
        self.in_group(words).option("--cluster-name", self.cluster).option("--name", pool)
    }

    fn in_group(&self, words: &str) -> Command {
        Command::new(words)
            .option("--subscription", &self.subscription)
            .option("--resource-group", self.group)
    }
}

/// The service that application gateways are.
/// <https://learn.microsoft.com/azure/application-gateway/configuration-infrastructure>
const GATEWAYS: &str = "Microsoft.Network/applicationGateways";

fn by_id(words: &str, id: &ResourceId) -> Command {
    Command::new(words).option("--ids", id.as_str())
}

/// A command on a resource by the parts of its id, for those that take no id.
fn by_parts(words: &str, id: &ResourceId) -> Command {
    Command::new(words)
        .option("--subscription", id.subscription().as_str())
        .option("--resource-group", id.resource_group().unwrap_or_default())
}
