//! Node pools: <https://learn.microsoft.com/azure/aks/create-node-pools> and what it refers to.

use super::*;

#[test]
fn pools_are_added_where_there_is_room() {
    let nodes = nodes();
    let empty = subnet_id("vnet", "empty");
    for (plugin, options, expected) in [
        ("azure", format!("--name two --node-count 2 --vnet-subnet-id {nodes}"), Ok(186 + 62)),
        ("azure", format!("--name two --node-count 2 --max-pods 10 --vnet-subnet-id {nodes}"), Ok(186 + 22)),
        ("azure", "--name two".to_owned(), Err("SubnetIsFull")),
        ("azure", format!("--name two --vnet-subnet-id {empty}"), Ok(186)),
        (
            "kubenet",
            "--name two --mode System --labels a=b c=d --node-taints x=y:NoSchedule --zones 1 2 3".to_owned(),
            Ok(9),
        ),
        ("kubenet", "--name two --node-count 260".to_owned(), Err("SubnetIsFull")),
        ("kubenet", "--name apps".to_owned(), Err("AgentPoolAlreadyExists")),
        ("kubenet", "--name Two".to_owned(), Err("InvalidParameter")),
        ("kubenet", "--name 2two".to_owned(), Err("InvalidParameter")),
        ("kubenet", "--name thirteenchars".to_owned(), Err("InvalidParameter")),
        (
            "azure",
            format!("--name windows7 --os-type Windows --vnet-subnet-id {empty}"),
            Err("InvalidParameter"),
        ),
        ("azure", format!("--name win --os-type Windows --node-count 1 --vnet-subnet-id {empty}"), Ok(186)),
        ("azure", "--name win --os-type Windows --mode System".to_owned(), Err("InvalidParameter")),
        ("kubenet", "--name two --mode System --priority Spot".to_owned(), Err("InvalidParameter")),
        ("kubenet", "--name two --max-pods 5".to_owned(), Err("InvalidParameter")),
        ("kubenet", "--name two --kubernetes-version 1.36.0".to_owned(), Err("InvalidParameter")),
        ("kubenet", "--name two --os-sku Flatcar".to_owned(), Err("InvalidParameter")),
        (
            "kubenet",
            format!("--name two --vnet-subnet-id {}", subnet_id("vnet", "other")),
            Err("ResourceNotFound"),
        ),
        ("kubenet", "--name two --enable-cluster-autoscaler --min-count 1 --max-count 5".to_owned(), Ok(9)),
        ("kubenet", "--name two --enable-cluster-autoscaler".to_owned(), Err("Form")),
        ("kubenet", "--name two --min-count 1 --max-count 5".to_owned(), Err("Form")),
        (
            "kubenet",
            "--name two --node-count 9 --enable-cluster-autoscaler --min-count 1 --max-count 5".to_owned(),
            Err("Form"),
        ),
        ("kubenet", "--name two --max-surge 0".to_owned(), Err("InvalidParameter")),
        ("kubenet", "--name two --max-surge 0 --max-unavailable 1".to_owned(), Ok(9)),
        ("kubenet", "--name two --mode System --max-unavailable 1".to_owned(), Err("InvalidParameter")),
    ] {
        let mut world = world(plugin, &json!({}), &json!({}));
        let ran = run(&mut world, &format!("@@add {options}")).map_err(|one| one.code);
        let held = ran.map(|_| world.room(&nodes).unwrap().1);
        assert_eq!(held, expected, "{options}");
        if held.is_err() && options.contains("--name two") {
            assert!(Pool::of(world.get(Shelf::Cluster, &aks()).unwrap(), "two").is_none(), "{options}");
        }
    }
}

#[test]
fn a_cluster_of_old_has_one_pool() {
    let basic = json!({ "properties": { "networkProfile": { "loadBalancerSku": "basic" } } });
    let set = json!({ "type": "AvailabilitySet" });
    for (cluster, apps) in [(basic, json!({})), (json!({}), set)] {
        assert_eq!(
            refused(&mut world("kubenet", &cluster, &apps), "@@add --name two"),
            "OperationNotAllowed"
        );
    }
}

#[test]
fn a_new_pool_is_what_was_said() {
    let mut world = world("kubenet", &json!({}), &json!({}));
    runs(
        &mut world,
        "@@add --name two --node-count 4 --mode System --node-vm-size Standard_D8ds_v5 --zones 1 2 --labels a=b --node-taints x=y:NoSchedule,p=q:NoExecute --os-sku AzureLinux --enable-cluster-autoscaler --min-count 2 --max-count 6 --max-surge 1",
    );
    let two = the_pool(&world, "two");
    assert_eq!(
        (two.count, two.autoscaler, two.is_system, two.size.as_str()),
        (4, Some((2, 6)), true, "Standard_D8ds_v5")
    );
    assert_eq!(two.document["nodeLabels"], json!({ "a": "b" }));
    assert_eq!(two.document["nodeTaints"], json!(["x=y:NoSchedule", "p=q:NoExecute"]));
    assert_eq!(two.document["availabilityZones"], json!(["1", "2"]));
    assert_eq!(
        (two.os_sku.as_str(), two.version.as_str(), two.subnet),
        ("AzureLinux", "1.35.4", Some(nodes()))
    );
    assert_eq!(routes(&world, "rt"), 11);
}

#[test]
fn pools_go_and_a_system_pool_stays() {
    let mut world = world("kubenet", &json!({}), &json!({}));
    assert_eq!(refused(&mut world, "@@delete --name system"), "OperationNotAllowed");
    assert_eq!(refused(&mut world, "@@update --name system --mode User"), "InvalidParameter");
    assert_eq!(
        refused(&mut world, "kubectl cordon --selector kubernetes.azure.com/agentpool=apps"),
        "NoContext"
    );
    runs(
        &mut world,
        "@get-credentials\nkubectl drain --selector kubernetes.azure.com/agentpool=apps --ignore-daemonsets --delete-emptydir-data",
    );
    assert_eq!(world.drained.len(), 1);
    runs(&mut world, "@@delete --name apps");
    assert_eq!((world.room(&nodes()), routes(&world, "rt"), world.drained.len()), (Some((251, 3)), 4, 0));
    assert_eq!(refused(&mut world, "@@delete --name apps"), "ResourceNotFound");
    let gone =
        run(&mut world, "@get-credentials\nkubectl cordon --selector kubernetes.azure.com/agentpool=apps");
    assert_eq!(gone.unwrap_err().code, "NotFound");
}

#[test]
fn pools_are_scaled_started_and_stopped() {
    let scaled = json!({ "enableAutoScaling": true, "minCount": 1, "maxCount": 5 });
    let mut plain = world("kubenet", &json!({}), &json!({}));
    runs(&mut plain, "@@scale --name apps --node-count 5");
    assert_eq!((plain.room(&nodes()), routes(&plain, "rt")), (Some((251, 8)), 9));
    assert_eq!(refused(&mut plain, "@@scale --name system --node-count 0"), "InvalidParameter");
    assert_eq!(refused(&mut plain, "@@scale --name apps --node-count 250"), "SubnetIsFull");
    assert_eq!(refused(&mut plain, "@@stop --name system"), "OperationNotAllowed");
    runs(&mut plain, "@@stop --name apps");
    assert_eq!((plain.room(&nodes()), the_pool(&plain, "apps").is_running), (Some((251, 3)), false));
    assert_eq!(refused(&mut plain, "@@scale --name apps --node-count 2"), "OperationNotAllowed");
    runs(&mut plain, "@@start --nodepool-name apps");
    assert_eq!(plain.room(&nodes()), Some((251, 8)));
    assert_eq!(
        refused(&mut world("kubenet", &json!({}), &scaled), "@@scale --name apps --node-count 5"),
        "InvalidParameter"
    );
}

#[test]
fn a_pool_is_changed() {
    let scaled = json!({ "enableAutoScaling": true, "minCount": 1, "maxCount": 5 });
    let spot = json!({ "scaleSetPriority": "Spot" });
    let image = |name: &str| json!({ "nodeImageVersion": name });
    let none = json!({});
    for (apps, options, expected) in [
        (none.clone(), "--name apps --max-surge 1", Ok(0)),
        (none.clone(), "--name apps --max-surge 0", Err("InvalidParameter")),
        (none.clone(), "--name apps --max-surge 0 --max-unavailable 1", Ok(0)),
        (none.clone(), "--name system --max-surge 0 --max-unavailable 1", Err("InvalidParameter")),
        (none.clone(), "--name apps --max-surge some", Err("Form")),
        (spot, "--name apps --max-surge 1", Err("InvalidParameter")),
        (none.clone(), "--name apps --disable-cluster-autoscaler", Err("InvalidParameter")),
        (
            none.clone(),
            "--name apps --update-cluster-autoscaler --min-count 1 --max-count 3",
            Err("InvalidParameter"),
        ),
        (none.clone(), "--name apps --enable-cluster-autoscaler --min-count 1 --max-count 3", Ok(0)),
        (none.clone(), "--name apps --enable-cluster-autoscaler --min-count 4 --max-count 3", Err("Form")),
        (
            scaled.clone(),
            "--name apps --enable-cluster-autoscaler --min-count 1 --max-count 3",
            Err("InvalidParameter"),
        ),
        (scaled.clone(), "--name apps --update-cluster-autoscaler --min-count 1 --max-count 3", Ok(0)),
        (scaled.clone(), "--name apps --update-cluster-autoscaler --max-count 3", Err("Form")),
        (scaled, "--name apps --disable-cluster-autoscaler", Ok(0)),
        (none.clone(), "--name apps --os-sku AzureLinux", Ok(1)),
        (none.clone(), "--name apps --os-sku Windows2022", Err("InvalidParameter")),
        (none.clone(), "--name apps --os-sku Flatcar", Err("InvalidParameter")),
        (json!({ "osSKU": "Flatcar" }), "--name apps --os-sku AzureLinux", Err("InvalidParameter")),
        (json!({ "osType": "Windows" }), "--name apps --os-sku AzureLinux", Err("InvalidParameter")),
        (
            image("AKSUbuntu-1804gen2containerd-202306.07.0"),
            "--name apps --os-sku AzureLinux3",
            Err("InvalidParameter"),
        ),
        (image("AKSAzureLinux-V2gen2-202511.20.0"), "--name apps --os-sku AzureLinux", Ok(1)),
        (none.clone(), "--name apps --scale-down-mode Delete", Ok(0)),
        (none.clone(), "--name apps --scale-down-mode Sleep", Err("Form")),
        (none.clone(), "--name apps --mode System", Ok(0)),
        (none, "--name other --max-surge 1", Err("ResourceNotFound")),
    ] {
        let mut world = world("kubenet", &json!({}), &apps);
        let ran = run(&mut world, &format!("@@update {options}")).map_err(|one| one.code);
        let reimaged = ran.map(|all| {
            all.iter()
                .map(|one| match one {
                    Ran::Done(done) => done.reimaged.len(),
                    Ran::Open(_) => 99,
                })
                .sum::<usize>()
        });
        assert_eq!(reimaged, expected, "{options} with {apps}");
    }
}

#[test]
fn a_surge_is_what_the_documentation_says() {
    // <https://learn.microsoft.com/azure/aks/upgrade-aks-node-pools-rolling>
    for (settings, nodes, surge) in [
        (json!({ "maxSurge": "33%" }), 5, 2),
        (json!({ "maxSurge": "33%" }), 1, 1),
        (json!({ "maxSurge": "10%" }), 11, 2),
        (json!({ "maxSurge": "10" }), 4, 4),
        (json!({}), 20, 2),
        (json!({ "maxSurge": "0", "maxUnavailable": "1" }), 5, 0),
        (json!({ "maxSurge": "1", "maxUnavailable": "1" }), 5, 1),
    ] {
        let world = world("kubenet", &json!({}), &json!({ "upgradeSettings": null }));
        let mut document = the_pool(&world, "apps").document;
        document["upgradeSettings"] = settings.clone();
        let pool = Pool::all(&json!({ "properties": { "agentPoolProfiles": [document] } })).remove(0);
        assert_eq!(pool.surge(nodes), surge, "{settings} of {nodes}");
    }
}
