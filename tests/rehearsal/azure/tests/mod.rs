//! The stand-in by itself: what each command changes, and what Azure refuses. A refusal names its public source.

mod cluster_cases;
mod network_cases;
mod pool_cases;

use serde_json::{Value, json};

use super::*;
use crate::{
    estates::{Draft, SUBSCRIPTION, aks, filled, id, nodes, plain as world, pool, subnet_id},
    world::Pool,
};

/// Runs a script to its end or its first refusal.
fn run(world: &mut World, script: &str) -> Result<Vec<Ran>, Refusal> {
    let script: String = script.lines().map(|line| filled(line.trim()) + "\n").collect();
    let mut terminal = Terminal::resume(world, Session::default());
    shell::commands(&script).unwrap().iter().map(|command| terminal.run(command)).collect()
}

/// Runs a script that is not refused, and gives the pools it re-imaged.
fn runs(world: &mut World, script: &str) -> Vec<String> {
    let ran = run(world, script).unwrap_or_else(|refusal| panic!("{script}: {refusal:?}"));
    let done = ran.into_iter().map(|one| match one {
        Ran::Done(done) => done,
        Ran::Open(open) => panic!("{script}: {open:?}"),
    });
    done.flat_map(|one| one.reimaged).map(|(_, pool)| pool).collect()
}

/// The code of the refusal of a script's last line; its lines before are carried out.
fn refused(world: &mut World, script: &str) -> &'static str {
    let (before, last) = script.rsplit_once('\n').unwrap_or(("", script));
    run(world, before).unwrap_or_else(|refusal| panic!("{before}: {refusal:?}"));
    let refusal = run(world, last).expect_err(script);
    assert!(refusal.source.starts_with("https://") && !refusal.message.is_empty(), "{refusal:?}");
    refusal.code
}

fn profile(world: &World, key: &str) -> Value {
    world.get(Shelf::Cluster, &aks()).unwrap()["properties"]["networkProfile"][key].clone()
}

fn the_pool(world: &World, name: &str) -> Pool {
    Pool::of(world.get(Shelf::Cluster, &aks()).unwrap(), name).unwrap()
}

fn routes(world: &World, table: &str) -> usize {
    let table = world.get(Shelf::RouteTable, &id("rg-net", Shelf::RouteTable.collection(), table)).unwrap();
    crate::world::list(table, "/properties/routes").count()
}

#[test]
fn words_in_capitals_are_seen() {
    for (word, open) in [
        ("KUBERNETES_VERSION", vec!["KUBERNETES_VERSION"]),
        ("POOL", vec!["POOL"]),
        ("kubernetes.azure.com/agentpool=OLD_POOL", vec!["OLD_POOL"]),
        (r#"{"spec":{"vnetSubnetID":"NODE_SUBNET_ID"}}"#, vec!["NODE_SUBNET_ID"]),
        ("NAME:.metadata.name,HOST:.spec.hostNetwork", vec![]),
        ("Standard_D4ds_v5", vec![]),
        ("MC_rg_aks_westeurope", vec![]),
        ("Microsoft.Network", vec![]),
        ("Network Contributor", vec![]),
        ("*", vec![]),
        ("--name", vec![]),
    ] {
        assert_eq!(capitals(word), open, "{word}");
    }
}

#[test]
fn what_is_no_command_is_refused() {
    for command in [
        "az aks frobnicate",
        "@update --no-such-flag",
        "@upgrade --kubernetes-version",
        "az aks update --name aks --tier standard",
        "@update --tier standard --tier standard",
        "@@add --name two --node-count many",
        "@@upgrade --name apps",
        "@@update --name apps",
        "@update --http-proxy-config f --tier gold",
        "kubectl frobnicate",
        "@get-credentials\nkubectl drain --selector kubernetes.azure.com/agentpool=apps",
        "helm list",
        "@show > f && az aks update --name aks",
        "az network vnet subnet update NET --name nodes --remove routeTable",
        "az network vnet subnet update --ids AT:nodes --remove colour",
        "@@update --name apps --max-pods 50",
        "@@delete",
        "az network route-table create --name t --resource-group rg-net",
        "az identity show --query principalId --output tsv",
        "@update --tags a=b",
    ] {
        let mut world = world("kubenet", &json!({}), &json!({}));
        assert_eq!(run(&mut world, command).map_err(|one| one.code).err(), Some("Form"), "{command}");
    }
}

#[test]
fn what_only_looks_changes_nothing_and_has_to_be_there() {
    let mut world = world("kubenet", &json!({}), &json!({}));
    let before = world.get(Shelf::Cluster, &aks()).unwrap().clone();
    runs(
        &mut world,
        "@show --query networkProfile --output json > cluster-before.json
         @@list --query '[].name' --output table
         @get-upgrades --output table
         @get-credentials
         az aks command invoke --subscription 5eed0000-0000-4000-8000-000000000001 --resource-group rg-aks --name aks --command 'kubectl get pods -A'
         az aks maintenanceconfiguration list --resource-group rg-aks --cluster-name aks --subscription 5eed0000-0000-4000-8000-000000000001
         az network vnet subnet show --ids AT:nodes --query routeTable.id --output tsv
         az network vnet show NET --name vnet
         az network route-table show NET --name rt
         az network route-table route list NET --route-table-name rt
         az network nsg rule list NET --nsg-name nsg
         az network application-gateway show-backend-health NET --name agw
         az version
         az feature list --namespace Microsoft.ContainerService
         kubectl get nodes --output wide | grep -E 'aks|x'
         kubectl top nodes",
    );
    assert_eq!(*world.get(Shelf::Cluster, &aks()).unwrap(), before);
    for missing in [
        "az network route-table show NET --name other",
        "@@show --name other",
        "az network application-gateway show NET --name other",
        "az network vnet subnet show --ids AT:other",
    ] {
        assert_eq!(refused(&mut world, missing), "ResourceNotFound", "{missing}");
    }
}
