//! What to do when an operation fails midway.

use super::commands::{Commands, uncordon};
use crate::{
    assess::runbook::Runbook,
    report::{page::block::Page, phrase::Phrase},
};

/// What is seen, what it means, what to do. From the release notes and from public threads; each names its own.
const SEEN: [(&str, &str, &str); 7] = [
    (
        "A drain fails; the pool is `Failed`, nodes stay cordoned",
        "A disruption budget allows no eviction. The surge node stays and keeps its addresses \
         (<https://github.com/Azure/AKS/issues/3439>, <https://github.com/Azure/AKS/issues/3558>)",
        "Relax the budget or scale the workload, uncordon what is left, then reconcile",
    ),
    (
        "`SubnetIsFull`",
        "No address is left for a surge node",
        "Free addresses in the subnet, or lower `maxSurge`, then reconcile",
    ),
    (
        "`InsufficientSubnetSize`, target `networkProfile.podCIDR`",
        "The pod CIDR has too few /24 for all pools at their autoscaler's maximum",
        "A larger `--pod-cidr`, or lower maxima; nothing has changed yet",
    ),
    (
        "`InsufficientSubnetSize` on a subnet",
        "The node subnet is too small for all pools at their autoscaler's maximum",
        "Lower maxima; nothing has changed yet",
    ),
    (
        "`UnsupportedNetworkPluginModeWithNetworkPlugin`",
        "Plugin and mode are refused together; the cause of the known case is not confirmed \
         (<https://github.com/Azure/AKS/issues/5662>)",
        "Give both flags, update the command line, see that the identity is user-assigned",
    ),
    (
        "A node image is not found",
        "The image of a pool was removed, so the pool cannot be re-imaged",
        "Replace the pool by one with a present operating system, then reconcile",
    ),
    (
        "IPv6 does not answer meanwhile",
        "Known on dual-stack clusters while nodes of both kinds exist \
         (<https://github.com/Azure/AKS/issues/5120>)",
        "Wait until the last node is replaced",
    ),
];

/// The section.
pub(super) fn write(page: &mut Page, runbook: &Runbook<'_>, commands: &Commands<'_>) {
    page.heading(2, "When it fails midway");
    page.paragraph(
        "Do not send another change while one runs. First read what failed, and keep the correlation id for a support \
         request:",
    );
    let mut read = vec![commands.network(), commands.activity(), commands.pools()];
    read.push("kubectl get poddisruptionbudgets --all-namespaces".to_owned());
    read.push("kubectl get nodes --output wide".to_owned());
    page.commands(read);
    let row = |(seen, means, todo): &(&'static str, &'static str, &'static str)| {
        vec![Phrase::ours(*seen), Phrase::ours(*means), Phrase::ours(*todo)]
    };
    let columns = "What you see | What it means | What to do";
    page.table(columns, SEEN.iter().map(row).collect());
    page.paragraph("When the cause is gone, let AKS finish what it began. The second command asks before it sends anything:");
    page.commands([uncordon(), commands.reconcile()]);
    page.paragraph(format!(
        "The way is forward only: a cluster that is half moved cannot return to {}. If reconciling fails twice, open a support \
         request, and begin with the new cluster of your rehearsed plan.",
        runbook.from
    ));
}
