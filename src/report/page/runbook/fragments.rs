//! The same change as Bicep and Terraform, for clusters that code owns.

use std::fmt::Write;

use crate::{
    assess::migration::{Operation, runbook::Runbook},
    report::{
        page::block::{Alert, Page},
        visible::is_hidden,
    },
};

/// The API version of the Bicep fragment
/// (<https://learn.microsoft.com/azure/templates/microsoft.containerservice/managedclusters>).
const API_VERSION: &str = "2026-01-01";

/// The section.
pub(super) fn write(page: &mut Page, runbook: &Runbook) {
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
    page.code("bicep", bicep(runbook));
    page.code("hcl", terraform(runbook));
}

/// Settings of the network profile as names of ours and values.
struct Settings {
    overlay: bool,
    cilium: bool,
    pod_cidr: Option<String>,
}

impl Settings {
    fn new(runbook: &Runbook) -> Self {
        let overlay = runbook.operations.contains(&Operation::Overlay);
        let cidr = runbook.new_pod_cidr.or(runbook.current_pod_cidr).filter(|_| overlay);
        Self {
            overlay,
            cilium: runbook.operations.contains(&Operation::Cilium),
            pod_cidr: cidr.map(|cidr| cidr.to_string()),
        }
    }
}

fn bicep(runbook: &Runbook) -> String {
    let settings = Settings::new(runbook);
    let mut lines = vec!["networkPlugin: 'azure'".to_owned()];
    lines.extend(settings.overlay.then(|| "networkPluginMode: 'overlay'".to_owned()));
    lines.extend(settings.pod_cidr.map(|cidr| format!("podCidr: {}", bicep_string(&cidr))));
    if settings.cilium {
        lines.push("networkDataplane: 'cilium'".to_owned());
        lines.push("networkPolicy: 'cilium'".to_owned());
    }
    let profile: String = lines.iter().fold(String::new(), |mut text, line| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "      {line}");
        text
    });
    format!(
        "resource cluster 'Microsoft.ContainerService/managedClusters@{API_VERSION}' = {{\n  name: {}\n  location: {}\n  \
         properties: {{\n    networkProfile: {{\n{profile}    }}\n  }}\n}}\n",
        bicep_string(runbook.cluster_id.name()),
        bicep_string(&runbook.location),
    )
}

fn terraform(runbook: &Runbook) -> String {
    let settings = Settings::new(runbook);
    let mut lines = vec![("network_plugin", hcl_string("azure"))];
    lines.extend(settings.overlay.then(|| ("network_plugin_mode", hcl_string("overlay"))));
    lines.extend(settings.pod_cidr.map(|cidr| ("pod_cidr", hcl_string(&cidr))));
    if settings.cilium {
        lines.push(("network_data_plane", hcl_string("cilium")));
        lines.push(("network_policy", hcl_string("cilium")));
    }
    let width = lines.iter().map(|(key, _)| key.len()).max().unwrap_or(0);
    let profile: String = lines.iter().fold(String::new(), |mut text, (key, value)| {
        let _ = writeln!(text, "    {key:width$} = {value}");
        text
    });
    format!(
        "resource \"azurerm_kubernetes_cluster\" \"cluster\" {{\n  name                = {}\n  resource_group_name = {}\n  location            = {}\n\n  \
         network_profile {{\n{profile}  }}\n\n  lifecycle {{\n    prevent_destroy = true\n  }}\n}}\n",
        hcl_string(runbook.cluster_id.name()),
        hcl_string(runbook.cluster_id.resource_group().unwrap_or_default()),
        hcl_string(&runbook.location),
    )
}

/// A string of Bicep: quotes, backslashes and interpolation escaped, control characters as code points
/// (<https://learn.microsoft.com/azure/azure-resource-manager/bicep/data-types>).
fn bicep_string(text: &str) -> String {
    let mut out = String::from("'");
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\'' | '\\' => out.extend(['\\', c]),
            '$' if rest.peek() == Some(&'{') => out.push_str("\\$"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_hidden(c) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out + "'"
}

/// A string of HCL: quotes, backslashes and both kinds of templates escaped, control characters as code points.
fn hcl_string(text: &str) -> String {
    let mut out = String::from("\"");
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '$' | '%' if rest.peek() == Some(&'{') => out.extend([c, c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_hidden(c) => {
                let _ = write!(out, "\\U{:08x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_of_bicep_hold_any_text() {
        let cases = [
            ("plain", "'plain'"),
            ("it's", r"'it\'s'"),
            ("${x}", r"'\${x}'"),
            ("$x $", "'$x $'"),
            ("a\\b", r"'a\\b'"),
            ("\\${x}", r"'\\\${x}'"),
            ("a\nb\u{202e}", r"'a\nb\u{202e}'"),
        ];
        for (text, literal) in cases {
            assert_eq!(bicep_string(text), literal);
        }
    }

    #[test]
    fn strings_of_hcl_hold_any_text() {
        let cases = [
            ("plain", r#""plain""#),
            ("say \"x\"", r#""say \"x\"""#),
            ("${x} %{if}", r#""$${x} %%{if}""#),
            ("$$ 5%", r#""$$ 5%""#),
            ("a\\b\u{7}", r#""a\\b\U00000007""#),
        ];
        for (text, literal) in cases {
            assert_eq!(hcl_string(text), literal);
        }
    }
}
