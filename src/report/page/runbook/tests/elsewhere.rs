//! Runbooks of clusters whose way is no operation in place, and what such a page must not say.

use super::*;
use crate::assess::{
    migration::{NewPools, NotOverlay, Pressure, Provisioner, Relief},
    outlook::{Change, Scenario, Shortfall},
};

/// The line of a page that begins with this command.
fn command(page: &str, words: &str) -> String {
    let all = blocks(page, "sh").join("\n");
    all.lines().find(|line| line.starts_with(words)).unwrap_or_default().to_owned()
}

fn overlay(target: Target, suggested: Option<&'static str>) -> Case {
    let verdict = Verdict::Ready;
    Case {
        mode: IpamMode::Overlay,
        target,
        verdict,
        current: Some("100.66.0.0/21"),
        suggested,
        ..Case::default()
    }
}

/// <https://learn.microsoft.com/azure/aks/azure-cni-overlay-pod-expand>.
#[test]
fn a_pod_cidr_that_grows_moves_no_pod_and_re_images_nothing() {
    let page = overlay(Target::ExpandPodCidr, Some("100.66.0.0/20")).page();
    assert!(!page.contains("re-image of all pools") && !page.contains("Re-images"), "{page}");
    assert!(page.contains("grows from `100.66.0.0/21` to `100.66.0.0/20`"), "{page}");
    assert!(page.contains("room for 16 nodes instead of 8, a /24 each, and no pod has to move"));
    assert!(command(&page, "az aks update").ends_with("--pod-cidr 100.66.0.0/20"));
}

#[test]
fn nothing_is_said_of_a_re_image_that_does_not_happen() {
    for target in [
        Target::NewPools,
        Target::LargerSubnet,
        Target::PodSubnet,
        Target::NewCluster,
        Target::Stay,
        Target::Undecided,
    ] {
        let page = overlay(target, None).page();
        assert!(
            !page.contains("full re-image")
                && !page.contains("Re-images")
                && !page.contains("Nodes to come take"),
            "{target}: {page}"
        );
    }
}

/// The range that is too small for the present cluster is no range for the next, and Cilium takes Linux pools only.
#[test]
fn a_new_cluster_gets_a_range_that_works_and_no_data_plane_that_does_not() {
    let created = |case: &Case| command(&case.page(), "az aks create");
    let open = created(&overlay(Target::NewCluster, None));
    assert!(open.contains("--network-dataplane cilium --pod-cidr POD_CIDR "), "{open}");
    let windows = Case { has_windows: true, ..overlay(Target::NewCluster, Some("100.96.0.0/19")) };
    let windows = created(&windows);
    assert!(windows.contains("--network-plugin-mode overlay --pod-cidr 100.96.0.0/19 "), "{windows}");
    let direct = Case { rule: "REC-04", ..overlay(Target::NewCluster, None) };
    assert!(created(&direct).contains("--pod-subnet-id POD_SUBNET_ID"));
    assert!(created(&direct).contains(" --nodepool-taints for="), "{}", created(&direct));
    // Without a key of its own, or one to make, the CLI refuses.
    assert!(created(&direct).ends_with("--generate-ssh-keys"));
}

#[test]
fn a_wish_for_cilium_that_the_target_does_not_bring_is_answered() {
    let wish = Case { wants_cilium: true, target: Target::Overlay, ..Case::default() };
    for case in [wish, Case { wants_cilium: true, ..overlay(Target::NewPools, None) }] {
        let page = case.page();
        let (_, asked) = page.split_once("## Cilium, which is asked for").unwrap();
        let asked = asked.split("\n## ").next().unwrap();
        assert!(asked.contains("the verdict for it is **needs-preparation**"), "{asked}");
        assert!(asked.contains("CIL-002") && asked.contains("CIL-013"), "{asked}");
        // What the first operation asks too stands above.
        assert!(!asked.contains("MIG-060"), "{asked}");
    }
    assert!(!Case::default().page().contains("which is asked for"));
}

#[test]
fn a_cluster_without_a_wave_says_why_and_what_would_make_room() {
    let subnet = || subnet_id("vnet-hub", "snet-aks");
    let fix = Fix {
        shortfall: Shortfall::Subnet(subnet(), Scenario::UpgradeAll),
        changes: vec![Change::MaxSurge {
            cluster_id: Case::default().id(),
            node_pool: "system".to_owned(),
            to: 1,
        }],
        headroom: Some(2),
        unseen: Vec::new(),
    };
    let unplaced = Some(UnplacedReason::Surge { subnet_id: subnet(), needed: 31, available: 0 });
    let page = Case { unplaced, fixes: vec![fix], ..Case::default() }.page();
    assert!(page.contains("**Window:** none: its surge nodes need 31 addresses"), "{page}");
    assert!(
        page.contains(
            "- for snet-aks, upgrade_all: set maxSurge of aks-shop/system to 1 (leaves 2 addresses)"
        )
    );
}

#[test]
fn less_surge_that_is_enough_is_called_so_and_pools_that_are_emptied_need_an_hour() {
    let page = |changes: Vec<Change>| {
        let fix = Fix {
            shortfall: Shortfall::Subnet(subnet_id("vnet-hub", "snet-aks"), Scenario::UpgradeAll),
            changes,
            headroom: Some(2),
            unseen: Vec::new(),
        };
        Case { fixes: vec![fix], ..overlay(Target::NewPools, None) }.page()
    };
    let id = Case::default().id();
    let less = page(vec![Change::MaxSurge { cluster_id: id.clone(), node_pool: "system".to_owned(), to: 1 }]);
    assert!(less.starts_with("# aks-shop: overlay stays, with less surge"), "{less}");
    assert!(less.contains("**Target: new-pools**, but less surge is enough, so that no pool has to be made"));
    let fewer = Change::ReplaceWithMaxPods { cluster_id: id, node_pool: "system".to_owned(), to: 40 };
    let pools = page(vec![fewer]);
    assert!(pools.contains("**Window:** a quiet hour of your own: pods move"), "{pools}");
    let open = page(Vec::new());
    assert!(open.contains("**Window:** none planned") && !open.contains("state `Succeeded`"), "{open}");
}

#[test]
fn an_unknown_verdict_speaks_of_blockers_only_where_there_are_any() {
    let page = Case { verdict: Verdict::Unknown, ..Case::default() }.page();
    assert!(page.contains("could not be read, and blockers have to be removed besides. **Go**"), "{page}");
}

/// A page names what can help and nothing else: smaller maxPods only where a node takes an address a pod, another pool only
/// where it can have another subnet, and none for nodes that come without one.
#[test]
fn new_pools_are_advised_where_they_help_and_as_they_help() {
    let pressure = Pressure {
        subnet_id: subnet_id("net", "nodes"),
        usable: 27,
        used: 24,
        worst: 30,
        only_surge: false,
        of_pods: false,
        by_unpooled: false,
    };
    let because = Some(NotOverlay::NoWayInPlace);
    let (cluster_id, node_pool) = (Case::default().id(), "system".to_owned());
    let fewer =
        Change::ReplaceWithMaxPods { cluster_id: cluster_id.clone(), node_pool: node_pool.clone(), to: 40 };
    let less = Change::MaxSurge { cluster_id: cluster_id.clone(), node_pool: node_pool.clone(), to: 2 };
    let elsewhere = Change::MoveToNewSubnet {
        cluster_id,
        node_pool,
        vnet_id: subnet_id("vnet-hub", "snet-aks").parent().unwrap(),
        for_pods: false,
        length: 24,
        block: "10.1.2.0/24".parse().ok(),
        shared: false,
    };
    let (fewer_pods, one_each) = (NewPools::FewerPods, NewPools::OneEach);
    for (mode, because, in_managed_network, with, changes, expected) in [
        (
            IpamMode::NodeSubnet,
            because,
            true,
            fewer_pods,
            vec![fewer.clone()],
            "--name system2 --vnet-subnet-id",
        ),
        (
            IpamMode::NodeSubnet,
            because,
            false,
            fewer_pods,
            vec![fewer, elsewhere.clone()],
            "--name snet-aks-2",
        ),
        (IpamMode::Overlay, None, false, one_each, vec![elsewhere.clone()], "--address-prefixes 10.1.2.0/24"),
        (
            IpamMode::Overlay,
            None,
            false,
            one_each,
            vec![elsewhere, less.clone()],
            "--name system --max-surge 2",
        ),
        (IpamMode::Overlay, None, true, one_each, vec![less], "--name system --max-surge 2"),
        (IpamMode::Overlay, None, true, one_each, Vec::new(), "no other subnet can be given"),
    ] {
        let relief = Relief::NewPools { because, in_managed_network, with };
        let reason = Reason::Pressed(pressure.clone(), relief);
        let fix = |change: Change| Fix {
            shortfall: Shortfall::Subnet(subnet_id("vnet-hub", "snet-aks"), Scenario::ScaleMaxUpgrade),
            changes: vec![change],
            headroom: Some(2),
            unseen: Vec::new(),
        };
        let only_surge = matches!(changes.last(), Some(Change::MaxSurge { .. }));
        let fixes = changes.into_iter().map(fix).collect();
        let page = Case { mode, fixes, reason, ..overlay(Target::NewPools, None) }.page();
        assert!(page.contains(expected), "{expected}: {page}");
        // Where less surge is enough nobody replaces a pool.
        assert!(!only_surge || command(&page, "az aks nodepool add").is_empty(), "{page}");
        assert!(command(&page, "kubectl patch aksnodeclass").is_empty(), "{with:?}");
    }
    for (mode, because, by) in [
        (IpamMode::Overlay, None, Provisioner::Auto),
        (IpamMode::NodeSubnet, because, Provisioner::Auto),
        (IpamMode::Overlay, None, Provisioner::Unclear(1)),
    ] {
        let relief = Relief::LargerSubnet { because, by, in_managed_network: false };
        let reason = Reason::Pressed(pressure.clone(), relief);
        let page = Case { mode, reason, ..overlay(Target::LargerSubnet, None) }.page();
        for word in ["maxpods", "max-pods", "new-pools", "nodepool add"] {
            assert!(!page.to_lowercase().contains(word), "{by:?}: {page}");
        }
        assert!(!command(&page, "kubectl patch aksnodeclass").is_empty(), "{by:?}");
        // Where they may have been left behind, the page says how to tell.
        let looks = command(&page, "kubectl get nodes --selector karpenter.sh/nodepool");
        assert_eq!(looks.is_empty(), by == Provisioner::Auto, "{by:?}");
    }
}
