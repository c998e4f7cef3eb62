//! Ways that change no mode in place: a new cluster, new pools, a larger pod CIDR, or none yet.

use super::commands::Commands;
use crate::{
    assess::{
        migration::{NewPools, Provisioner, Question, Reason, Relief, Target, Verdict},
        runbook::Runbook,
    },
    report::{page::block::Page, phrase::prose, say},
};

/// The section for a cluster without an operation in place.
pub(super) fn write(page: &mut Page, runbook: &Runbook<'_>, commands: &Commands<'_>) {
    match runbook.target {
        Target::LargerSubnet => without_pools(page, runbook),
        Target::NewPools | Target::PodSubnet => new_pools(page, runbook, commands),
        Target::ExpandPodCidr if runbook.verdict != Verdict::Rebuild => {
            larger_pod_cidr(page, runbook, commands);
        }
        Target::Stay => stay(page),
        Target::Undecided => undecided(page, runbook),
        Target::NewCluster if runbook.needs_pod_subnet => {
            new_cluster(page, runbook, &commands.new_pod_subnet_cluster());
        }
        Target::Overlay
        | Target::OverlayThenCilium
        | Target::Cilium
        | Target::ExpandPodCidr
        | Target::NewCluster => new_cluster(page, runbook, &commands.new_overlay_cluster()),
    }
    page.paragraph("What the present cluster says of itself:");
    page.commands([commands.network(), commands.pools()]);
}

fn new_cluster(page: &mut Page, runbook: &Runbook<'_>, create: &str) {
    page.heading(2, "A new cluster beside this one");
    page.paragraph(
        "There is no way in place, so nothing below changes this cluster. It stays until nothing uses it:",
    );
    page.checklist([
        "Subnets, identity and role assignments of the new cluster are there; names are valid node labels of at most 63 \
         characters",
        "The new cluster runs",
        "Workloads are deployed from their source, or restored from a backup",
        "Traffic moves in shares, by DNS or a load balancer in front",
        "This cluster has served nothing for as long as you watch a wave",
        "This cluster is deleted",
    ]);
    page.paragraph("Replace the words in capitals, and add what your clusters need besides:");
    page.commands([create.to_owned()]);
    if runbook.has_windows && !runbook.needs_pod_subnet {
        page.paragraph(
            "The cluster has Windows pools, so the new one keeps the Azure data plane: Cilium works with Linux pools only. Source: \
             <https://learn.microsoft.com/azure/aks/azure-cni-powered-by-cilium>",
        );
    }
}

fn new_pools(page: &mut Page, runbook: &Runbook<'_>, commands: &Commands<'_>) {
    page.heading(2, "New pools in this cluster");
    if !runbook.fixes.is_empty() {
        page.paragraph("What the engine found that would be enough; one of these for each shortfall:");
        page.list(runbook.fixes.iter().map(|fix| prose(&say::fix_of(fix).text())));
    }
    match runbook.target_reason {
        Reason::Pressed(_, Relief::NewPools { with: NewPools::OneEach, in_managed_network, .. }) => {
            pools_elsewhere(page, commands, *in_managed_network);
        }
        _ => pools_with_fewer_pods(page, commands),
    }
    if runbook.target == Target::PodSubnet {
        page.paragraph(
            "No update in place gives pools a pod subnet, and pools with and without one in one cluster are documented nowhere: try \
             one pool first, and build a new cluster where it is refused or not wanted.",
        );
    }
}

fn pools_with_fewer_pods(page: &mut Page, commands: &Commands<'_>) {
    page.paragraph(
        "A pool keeps its subnet and its `maxPods` for life, so a new one takes its place. A subnet outside the network's original \
         range needs an update of the cluster first. Where a pool uses the subnet that AKS made, no other subnet can be given: \
         then leave `--vnet-subnet-id` out, and lower `--max-pods` or the surge.",
    );
    page.commands(commands.new_pool(true));
    page.paragraph(
        "Replace the words in capitals; 30 is an example. Source: <https://learn.microsoft.com/azure/aks/node-pool-unique-subnet>",
    );
}

/// Where a node takes one address, only another subnet helps, or less surge.
fn pools_elsewhere(page: &mut Page, commands: &Commands<'_>, in_managed_network: bool) {
    if in_managed_network {
        page.paragraph(
            "A pool uses the subnet that AKS made, so that no other subnet can be given, and a node takes one address whatever pool \
             it is of. Less surge is what helps here, or a new cluster. Source: \
             <https://learn.microsoft.com/azure/aks/node-pool-unique-subnet>",
        );
        return;
    }
    page.paragraph(
        "A pool keeps its subnet for life, so a new one in a larger subnet takes its place. A subnet outside the network's original \
         range needs an update of the cluster first. A node takes one address, whatever else the new pool has.",
    );
    page.commands(commands.new_pool(false));
    page.paragraph(
        "Replace the words in capitals. Source: <https://learn.microsoft.com/azure/aks/node-pool-unique-subnet>",
    );
}

/// Where nodes come without a pool, no pool leads them elsewhere.
fn without_pools(page: &mut Page, runbook: &Runbook<'_>) {
    page.heading(2, "A larger subnet for nodes that no pool makes");
    if let Reason::Pressed(_, Relief::LargerSubnet { by: Provisioner::Unclear(_), .. }) =
        runbook.target_reason
    {
        page.paragraph(
            "Look first whether these nodes are there: Azure does not say that node auto-provisioning is on, and shows interfaces \
             named as Karpenter names those of its nodes. Those that no node below bears the name of were left behind, and can be \
             deleted, which gives their addresses back; where none is left then, nothing else is needed.",
        );
        page.commands([Commands::provisioned_nodes()]);
    }
    page.paragraph(
        "Nodes come here without a pool, so that new pools change nothing for them. Their node class names their subnet; where it \
         names none, it is that of the first pool. Give the class a larger one of the same network, and the nodes move as they are \
         replaced. Source: <https://learn.microsoft.com/azure/aks/node-auto-provisioning-aksnodeclass>",
    );
    page.commands(Commands::node_classes());
}

fn larger_pod_cidr(page: &mut Page, runbook: &Runbook<'_>, commands: &Commands<'_>) {
    page.heading(2, "A larger pod CIDR");
    page.paragraph(
        "The new range has to hold the present one, and the cluster to have one IPv4 pod CIDR and no Windows pools. There is no way \
         back to a smaller one, nor to another place. The release notes of January 2026 called this a preview \
         (<https://github.com/Azure/AKS/releases/tag/2026-01-04>); its page does not \
         (<https://learn.microsoft.com/azure/aks/azure-cni-overlay-pod-expand>).",
    );
    page.commands([commands.larger_pod_cidr()]);
    match runbook.new_pod_cidr {
        Some(cidr) => page.paragraph(format!(
            "Good: what the cluster says of itself below shows `podCidr` {cidr} and the state `Succeeded`, and a pool that is scaled \
             out gets its nodes."
        )),
        None => page.paragraph("Replace `POD_CIDR` by a range that holds the present one and overlaps nothing."),
    }
}

fn stay(page: &mut Page) {
    page.heading(2, "Nothing to change");
    page.paragraph("The cluster stays as it is; look at what the sections above say besides.");
}

fn undecided(page: &mut Page, runbook: &Runbook<'_>) {
    page.heading(2, "Answers first");
    page.paragraph("The target depends on answers that were not given. Give them in the configuration, and run the audit again:");
    let question = |question: &Question| match question {
        Question::NeedsDirectPodIp => "Does anything outside the cluster reach pods by their own address?",
        Question::NeedsVirtualNodes => "Do workloads need virtual nodes?",
    };
    page.checklist(runbook.questions.iter().map(question));
}
