//! The operations themselves: save, change, watch, verify.

use super::{commands::Commands, preparation};
use crate::{
    assess::{
        migration::{Operation, Verdict},
        runbook::Runbook,
    },
    ipam::IpamMode,
    report::page::block::{Alert, Page},
};

const UPDATE_CNI: &str = "<https://learn.microsoft.com/azure/aks/update-azure-cni>";

/// On the day, before anything changes.
pub(super) fn before(page: &mut Page, runbook: &Runbook<'_>, commands: &Commands<'_>) {
    page.heading(2, "On the day: before you begin");
    if runbook.verdict < Verdict::ReadyAfterChecks {
        page.alert(
            Alert::Important,
            "Not yet: the sections above name what fails or is unknown. Until that is settled Azure refuses what follows, or \
             it does harm.",
        );
    }
    page.paragraph("Work in an empty folder. The first command writes to your own kubeconfig only.");
    let mut all = vec![commands.credentials()];
    all.extend(commands.backups());
    page.commands(all);
    page.paragraph(
        "The state has to be `Succeeded`, of the cluster and of every pool, and the power state `Running`:",
    );
    page.commands([commands.network(), commands.pools()]);
    if runbook.from == IpamMode::Kubenet && runbook.route_tables.is_empty() {
        page.paragraph(
            "No route table of this cluster could be read, so none is saved above: save yours as well.",
        );
    }
}

/// The move to Overlay.
pub(super) fn overlay(page: &mut Page, runbook: &Runbook<'_>, commands: &Commands<'_>) {
    page.heading(2, "Move to Azure CNI Overlay");
    page.alert(Alert::Caution, "From here on there is no way back.");
    if commands.leaves_pod_cidr_open() {
        page.paragraph(
            "Replace `POD_CIDR` by the range you chose: this cluster has none, and none is proposed.",
        );
    }
    page.commands([commands.overlay()]);
    page.paragraph(format!(
        "Both `--network-plugin` and `--network-plugin-mode` are given, as in the documented command ({UPDATE_CNI}). \
         {} Nothing else may be changed in the same request.",
        pod_cidr_words(runbook)
    ));
    watch(page, commands);
    page.heading(3, "Verify");
    page.commands([commands.network()]);
    page.paragraph(
        "Good: `networkPlugin` is `azure`, `networkPluginMode` is `overlay`, the state is `Succeeded`.",
    );
    let mut nodes = vec![
        "kubectl get nodes --output wide".to_owned(),
        "kubectl get pods --all-namespaces --output wide --field-selector=status.phase!=Running,status.phase!=Succeeded"
            .to_owned(),
        "kubectl get nodenetworkconfigs --all-namespaces".to_owned(),
    ];
    page.paragraph(
        "Good: every node is `Ready`, no pod is left over, and each node has one block of the pod CIDR.",
    );
    nodes.push("kubectl run overlay-check --image=mcr.microsoft.com/azurelinux/base/core:3.0 --rm --attach --restart=Never -- sh -c 'getent hosts kubernetes.default.svc.cluster.local mcr.microsoft.com'".to_owned());
    page.commands(nodes);
    page.paragraph("The last command starts one pod, resolves a name inside and one outside the cluster, and removes the pod.");
    if runbook.from == IpamMode::Kubenet {
        page.paragraph(
            "AKS removes its own route table from the subnets; of a route table of yours only the routes to pods go. With \
             user-defined routing the default route has to be there still:",
        );
        page.commands(commands.routes());
    }
}

fn pod_cidr_words(runbook: &Runbook<'_>) -> &'static str {
    match (runbook.from, runbook.new_pod_cidr) {
        (IpamMode::Kubenet, None) => "Without `--pod-cidr` the cluster keeps its pod CIDR.",
        (IpamMode::Kubenet, Some(_)) => {
            "`--pod-cidr` gives the cluster another pod CIDR, possible since the release of 2025-08-29 \
             (<https://github.com/Azure/AKS/releases/tag/2025-08-29>)."
        }
        _ => "`--pod-cidr` gives pods a range of their own, outside the network.",
    }
}

/// The change to Cilium.
pub(super) fn cilium(page: &mut Page, runbook: &Runbook<'_>, commands: &Commands<'_>, second: bool) {
    page.heading(2, "Change the data plane to Cilium");
    page.paragraph(if second {
        "An operation of its own: begin only when the move to Overlay has succeeded and soaked. It re-images every pool again."
    } else {
        "It re-images every pool at the same time; the IPAM mode stays as it is."
    });
    preparation::before_second(page, runbook);
    page.alert(
        Alert::Caution,
        "From here on there is no way back. Until the last node is replaced policies are enforced in part.",
    );
    page.commands([commands.cilium()]);
    page.paragraph(format!(
        "K-18: the documentation shows `--network-dataplane cilium` alone ({UPDATE_CNI}); that `--network-policy cilium` is needed \
         too rests on one thread and an older command line \
         (<https://github.com/MicrosoftDocs/azure-aks-docs/issues/264>). Both together say the same."
    ));
    watch(page, commands);
    page.heading(3, "Verify");
    page.commands([
        commands.network(),
        "kubectl get pods --namespace kube-system --selector k8s-app=cilium --output wide".to_owned(),
        "kubectl get daemonset --namespace kube-system kube-proxy --ignore-not-found".to_owned(),
    ]);
    page.paragraph(
        "Good: `networkDataplane` and `networkPolicy` are `cilium`, one agent is ready on each node, and kube-proxy is gone.",
    );
}

fn watch(page: &mut Page, commands: &Commands<'_>) {
    page.heading(3, "Watch");
    page.paragraph("In a second terminal; the one with `--watch` runs until you stop it:");
    page.commands([
        commands.network(),
        commands.pools(),
        "kubectl get poddisruptionbudgets --all-namespaces".to_owned(),
        "kubectl get events --all-namespaces --field-selector=type=Warning --sort-by=.lastTimestamp"
            .to_owned(),
        "kubectl get nodes --watch".to_owned(),
    ]);
    page.paragraph(
        "A node that stays `SchedulingDisabled` for longer than the drain limit is held by a disruption budget that allows no \
         disruption.",
    );
}

/// What follows, and what cannot be undone.
pub(super) fn after(page: &mut Page, runbook: &Runbook<'_>) {
    page.heading(2, "Afterwards");
    page.checklist([
        "Workloads answer, inside and from outside",
        "Traffic that leaves the cluster arrives: it carries the node's address",
        "Firewalls, proxies and service rules name the ranges in use now",
        "Network policies are in force again, or their absence is accepted",
        "Disruption budgets and automatic upgrades are as they were",
        "Infrastructure code shows no difference",
    ]);
    page.heading(2, "What cannot be undone");
    let moves = runbook.operations.contains(&Operation::Overlay);
    let mut items = Vec::new();
    if moves {
        items.push("The IPAM mode: there is no way from Overlay back to kubenet or to node subnets.");
    }
    if runbook.operations.contains(&Operation::Cilium) {
        items.push("The data plane: there is no way back from Cilium.");
    }
    items.push("Data on nodes (`emptyDir`, `hostPath`, ephemeral disks): every re-image removes it.");
    items.push(
        "A removed policy engine enforces nothing; the NetworkPolicy objects stay and look as if they did.",
    );
    if moves && runbook.from == IpamMode::Kubenet {
        items.push("The routes to pods, and the route table where AKS made it.");
    } else if moves {
        items.push("Pod addresses in the network: from outside pods can be reached through services only.");
    }
    page.list(items);
}
