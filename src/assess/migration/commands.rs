//! Commands for people to run, with a cluster's values filled in and quoted. This program runs none of them.

use std::sync::Arc;

use super::scene::Subject;
use crate::shell::quote;

/// Fills the placeholders of commands.
pub(super) fn render<'t>(
    subject: &Subject<'_>,
    templates: impl IntoIterator<Item = &'t String>,
) -> Arc<[String]> {
    let values = values(subject);
    templates.into_iter().map(|template| fill(template, &values, true)).collect()
}

/// Fills the placeholders of a sentence.
pub(super) fn fill_text(subject: &Subject<'_>, text: &str) -> String {
    fill(text, &values(subject), false)
}

fn values(subject: &Subject<'_>) -> [(&'static str, String); 6] {
    let id = &subject.cluster.id;
    let known = |value: Option<String>, unknown: &str| value.unwrap_or_else(|| unknown.to_owned());
    [
        ("{subscription}", id.subscription().to_string()),
        ("{group}", known(id.resource_group().map(str::to_owned), "RESOURCE_GROUP")),
        ("{cluster}", id.name().to_owned()),
        ("{node_group}", known(subject.cluster.node_resource_group.clone(), "NODE_RESOURCE_GROUP")),
        ("{location}", subject.cluster.location.clone()),
        ("{pod_cidr}", known(subject.final_pod_cidr.map(|cidr| cidr.to_string()), "POD_CIDR")),
    ]
}

/// Replaces placeholders in one pass, so that no value is searched for placeholders. A quoted value that begins with
/// a dash is joined to its option with `=`, because it would pass for an option of its own.
fn fill(template: &str, values: &[(&'static str, String)], as_command: bool) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        let (before, from) = rest.split_at(at);
        filled.push_str(before);
        let Some((name, value)) = values.iter().find(|(name, _)| from.starts_with(name)) else {
            filled.push('{');
            rest = from.get(1..).unwrap_or_default();
            continue;
        };
        if as_command && value.starts_with('-') && filled.ends_with(' ') {
            filled.pop();
            filled.push('=');
        }
        if as_command {
            filled.push_str(&quote(value));
        } else {
            filled.push_str(value);
        }
        rest = from.get(name.len()..).unwrap_or_default();
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn values_are_quoted_and_never_searched() {
        let values = [("{group}", "a b".to_owned()), ("{cluster}", "$(x){group}".to_owned())];
        let template = "az aks show --resource-group {group} --name {cluster} --query \"{a:b}\"";
        assert_eq!(
            fill(template, &values, true),
            "az aks show --resource-group 'a b' --name '$(x){group}' --query \"{a:b}\""
        );
        assert_eq!(fill("in {group}", &values, false), "in a b");
    }

    #[test]
    fn a_value_that_begins_with_a_dash_stays_a_value() {
        let values = [("{cluster}", "-x; reboot".to_owned())];
        assert_eq!(fill("az aks show --name {cluster}", &values, true), "az aks show --name='-x; reboot'");
    }
}
