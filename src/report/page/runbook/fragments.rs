//! The same change as Bicep and Terraform, for clusters that code owns.

use crate::{
    assess::{migration::Operation, runbook::Runbook},
    report::page::block::{Alert, ClusterCode, Page},
};

/// The section.
pub(super) fn write(page: &mut Page, runbook: &Runbook<'_>) {
    page.heading(2, "Infrastructure code");
    page.alert(
        Alert::Warning,
        "Older versions of the Terraform provider `azurerm` **replace the cluster** when the plugin or its mode changes \
         (<https://github.com/hashicorp/terraform-provider-azurerm/issues/31683>, \
         <https://github.com/hashicorp/terraform-provider-azurerm/issues/26259>), until \
         <https://github.com/hashicorp/terraform-provider-azurerm/pull/30959>. Update the provider first, read the plan before \
         and after, and apply nothing that says `forces replacement`.",
    );
    page.paragraph(
        "Add the lines of the network profile to what you have, in the same window in which the cluster changes, so that no later run turns against it. The fragments show the state at \
         the end of the way; with Cilium as a second operation, leave its lines out until the first has succeeded.",
    );
    let overlay = runbook.operations.contains(&Operation::Overlay);
    let cluster = ClusterCode {
        name: runbook.row.id.name().to_owned(),
        resource_group: runbook.row.id.resource_group().unwrap_or_default().to_owned(),
        location: runbook.row.location.clone(),
        overlay,
        cilium: runbook.operations.contains(&Operation::Cilium),
        pod_cidr: runbook.new_pod_cidr.or(runbook.current_pod_cidr).filter(|_| overlay),
    };
    page.code(cluster);
}
