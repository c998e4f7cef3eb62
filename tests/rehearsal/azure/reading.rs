//! What only looks: it changes nothing, but has to be a command, and what it names has to be there.

use serde_json::json;

use super::{
    Done, Refusal,
    arguments::{Arguments, Verb},
    cluster_id,
    nodepool::pool_of,
    one_id,
};
use crate::world::{Shelf, World};

#[expect(clippy::unnecessary_wraps, reason = "a command may be refused")]
fn nothing(_: &mut World, _: &Arguments) -> Result<Done, Refusal> {
    Ok(Done::default())
}

fn of_cluster(world: &mut World, arguments: &Arguments) -> Result<Done, Refusal> {
    let name = if arguments.has("--cluster-name") { "--cluster-name" } else { "--name" };
    let id = cluster_id(world, arguments, name)?;
    let mut shown = world.get(Shelf::Cluster, &id).map(|one| one["properties"].clone()).unwrap_or_default();
    shown["id"] = json!(id);
    if let Some(identity) = world.get(Shelf::Cluster, &id).map(|one| one["identity"].clone()) {
        shown["identity"] = identity;
    }
    Ok(Done::with(shown))
}

fn of_pool(world: &mut World, arguments: &Arguments) -> Result<Done, Refusal> {
    pool_of(world, arguments).map(|(_, pool)| Done::with(pool.document))
}

fn of_gateway(world: &mut World, arguments: &Arguments) -> Result<Done, Refusal> {
    let id = one_id(arguments, Shelf::Gateway, "--name")?;
    if world.get(Shelf::Gateway, &id).is_some() { Ok(Done::default()) } else { super::not_found(&id) }
}

macro_rules! looks {
    ($($words:literal, $needs:literal, $takes:literal, $run:path;)+) => {
        pub(super) const VERBS: &[Verb] = &[$(Verb { words: $words, needs: $needs, takes: $takes, run: $run }),+];
    };
}

looks! {
    "version", "", "", nothing;
    "login", "", "--tenant|-t= --identity --service-principal", nothing;
    "account show", "", "", nothing;
    "account set", "--subscription|-s=", "", nothing;
    "extension add", "--name|-n=", "--upgrade --yes|-y --version=", nothing;
    "aks show", "--resource-group|-g= --name|-n=", "", of_cluster;
    "aks list", "", "--resource-group|-g=", nothing;
    "aks get-upgrades", "--resource-group|-g= --name|-n=", "", of_cluster;
    "aks get-credentials", "--resource-group|-g= --name|-n=", "--admin|-a --file|-f= --overwrite-existing --context= --format= --public-fqdn", of_cluster;
    "aks command invoke", "--resource-group|-g= --name|-n= --command|-c=", "--file|-f=* --no-wait", of_cluster;
    "aks get-versions", "--location|-l=", "", nothing;
    "aks nodepool list", "--resource-group|-g= --cluster-name=", "", of_cluster;
    "aks nodepool show", "--resource-group|-g= --cluster-name= --name|-n|--nodepool-name=", "", of_pool;
    "aks nodepool get-upgrades", "--resource-group|-g= --cluster-name= --nodepool-name|--name|-n=", "", of_pool;
    "aks maintenanceconfiguration list", "--resource-group|-g= --cluster-name=", "", of_cluster;
    "aks maintenanceconfiguration show", "--resource-group|-g= --cluster-name= --name|-n=", "", of_cluster;
    "aks wait", "--resource-group|-g= --name|-n=", "--updated --created --deleted --exists --custom= --interval= --timeout=", of_cluster;
    "network application-gateway show-backend-health", "", "--ids=* --resource-group|-g= --name|-n=", of_gateway;
    "network application-gateway show", "", "--ids=* --resource-group|-g= --name|-n=", of_gateway;
    "network nic show-effective-route-table", "--resource-group|-g= --name|-n=", "", nothing;
    "network lb show", "--resource-group|-g= --name|-n=", "", nothing;
    "network public-ip list", "", "--resource-group|-g=", nothing;
    "network public-ip show", "", "--ids=* --resource-group|-g= --name|-n=", nothing;
    "network vnet peering list", "--resource-group|-g= --vnet-name=", "", nothing;
    "role assignment list", "", "--assignee= --all --scope= --role= --include-inherited --include-groups", nothing;
    "lock list", "", "--resource-group|-g= --resource= --namespace= --resource-type= --resource-name= --parent= --filter-string=", nothing;
    "policy assignment list", "", "--disable-scope-strict-match|-d --scope= --resource-group|-g= --filter= --expand=", nothing;
    "policy state list", "", "--resource= --resource-group|-g= --filter= --all --top=", nothing;
    "feature list", "", "--namespace=", nothing;
    "feature show", "--namespace= --name|-n=", "", nothing;
    "vm list-usage", "--location|-l=", "", nothing;
    "vm list-skus", "", "--location|-l= --size|-s= --zone|-z --all|-a --resource-type|-r=", nothing;
    "resource list", "", "--resource-type= --resource-group|-g= --name|-n= --tag= --location|-l=", nothing;
    "resource show", "", "--ids=* --resource-type= --resource-group|-g= --name|-n= --api-version=", nothing;
    "monitor activity-log list", "", "--resource-id= --resource-group|-g= --status= --offset= --start-time= --end-time= --max-events= --correlation-id= --caller= --namespace= --select=*", nothing;
    "monitor metrics list", "", "--resource= --metric|--metrics=* --interval= --offset= --aggregation=* --start-time= --end-time= --filter=", nothing;
}
