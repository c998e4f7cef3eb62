//! A cluster as Bicep and Terraform, for clusters that code owns.

use std::fmt::Write;

use crate::report::{
    page::{ClusterCode, Language},
    visible::is_hidden,
};

/// The API version of the Bicep fragment
/// (<https://learn.microsoft.com/azure/templates/microsoft.containerservice/managedclusters>).
const API_VERSION: &str = "2026-01-01";

/// The lines of a cluster in a language, and what the language is called behind a fence.
pub(super) fn code(language: Language, cluster: &ClusterCode) -> (&'static str, String) {
    match language {
        Language::Bicep => ("bicep", bicep(cluster)),
        Language::Terraform => ("hcl", terraform(cluster)),
    }
}

fn bicep(cluster: &ClusterCode) -> String {
    let mut lines = vec!["networkPlugin: 'azure'".to_owned()];
    lines.extend(cluster.overlay.then(|| "networkPluginMode: 'overlay'".to_owned()));
    lines.extend(cluster.pod_cidr.map(|cidr| format!("podCidr: {}", bicep_string(&cidr.to_string()))));
    if cluster.cilium {
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
        bicep_string(&cluster.name),
        bicep_string(&cluster.location),
    )
}

fn terraform(cluster: &ClusterCode) -> String {
    let mut lines = vec![("network_plugin", hcl_string("azure"))];
    lines.extend(cluster.overlay.then(|| ("network_plugin_mode", hcl_string("overlay"))));
    lines.extend(cluster.pod_cidr.map(|cidr| ("pod_cidr", hcl_string(&cidr.to_string()))));
    if cluster.cilium {
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
        hcl_string(&cluster.name),
        hcl_string(&cluster.resource_group),
        hcl_string(&cluster.location),
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
