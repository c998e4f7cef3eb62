//! Ways that change no mode in place: a new cluster, new pools, a larger pod CIDR, or none yet.

use super::{commands::Commands, procedure::shell};
use crate::{
    assess::migration::{Question, Target, Verdict, runbook::Runbook},
    report::markdown::page::Page,
};

/// The section for a cluster without an operation in place.
pub(super) fn write(page: &mut Page, runbook: &Runbook, commands: &Commands<'_>) {
    match runbook.target {
        Target::NewPools => new_pools(page, commands),
        Target::ExpandPodCidr if runbook.verdict != Verdict::Rebuild => larger_pod_cidr(page, commands),
        Target::Stay => stay(page),
        Target::Undecided => undecided(page, runbook),
        Target::PodSubnet => new_cluster(page, &commands.new_pod_subnet_cluster()),
        Target::Overlay
        | Target::OverlayThenCilium
        | Target::Cilium
        | Target::ExpandPodCidr
        | Target::NewCluster => new_cluster(page, &commands.new_overlay_cluster()),
    }
    page.paragraph("What the present cluster says of itself:");
    shell(page, &[commands.network(), commands.pools()]);
}

fn new_cluster(page: &mut Page, create: &str) {
    page.heading(2, "A new cluster beside this one");
    page.paragraph(
        "There is no way in place, so nothing below changes this cluster. It stays until nothing uses it:",
    );
    page.block(
        "- [ ] Subnets, identity and role assignments of the new cluster are there; names are valid node labels of at most 63 \
         characters\n\
         - [ ] The new cluster runs\n\
         - [ ] Workloads are deployed from their source, or restored from a backup\n\
         - [ ] Traffic moves in shares, by DNS or a load balancer in front\n\
         - [ ] This cluster has served nothing for as long as you watch a wave\n\
         - [ ] This cluster is deleted",
    );
    page.paragraph("Replace the words in capitals, and add what your clusters need besides:");
    shell(page, &[create.to_owned()]);
}

fn new_pools(page: &mut Page, commands: &Commands<'_>) {
    page.heading(2, "New pools in this cluster");
    page.paragraph(
        "A pool keeps its subnet and its `maxPods` for life, so a new one takes its place. A subnet outside the network's original \
         range needs an update of the cluster first. Where a pool uses the subnet that AKS made, no other subnet can be given: \
         then leave `--vnet-subnet-id` out, and lower `--max-pods` or the surge.",
    );
    shell(page, &commands.new_pool());
    page.paragraph(
        "Replace the words in capitals; 30 is an example. Source: <https://learn.microsoft.com/azure/aks/node-pool-unique-subnet>",
    );
}

fn larger_pod_cidr(page: &mut Page, commands: &Commands<'_>) {
    page.heading(2, "A larger pod CIDR");
    page.paragraph(
        "It has to hold the present one, and works on clusters without Windows pools and with one IPv4 pod CIDR only. There is no way \
         back to a smaller one. Source: <https://learn.microsoft.com/azure/aks/azure-cni-overlay-pod-expand>",
    );
    shell(page, &[commands.larger_pod_cidr()]);
}

fn stay(page: &mut Page) {
    page.heading(2, "Nothing to change");
    page.paragraph("The cluster stays as it is; look at what the sections above say besides.");
}

fn undecided(page: &mut Page, runbook: &Runbook) {
    page.heading(2, "Answers first");
    page.paragraph("The target depends on answers that were not given. Give them in the configuration, and run the audit again:");
    let question = |question: &Question| match question {
        Question::NeedsDirectPodIp => {
            "- [ ] Does anything outside the cluster reach pods by their own address?".to_owned()
        }
        Question::NeedsVirtualNodes => "- [ ] Do workloads need virtual nodes?".to_owned(),
    };
    let questions: Vec<_> = runbook.questions.iter().map(question).collect();
    page.block(&questions.join("\n"));
}
