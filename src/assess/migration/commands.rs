//! Commands for people to run, with a cluster's values filled in and quoted. This program runs none of them.

use std::sync::Arc;

use super::scene::Subject;
use crate::{rules::CheckRule, shell::quote};

/// What stands for the placeholders of one cluster.
pub(super) type Values = [(&'static str, String); 6];

/// What the catalogue says about a check, for one cluster. It is worded when it is asked for: an estate has a hundred
/// thousand of them, and they all say nearly the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    values: Arc<Values>,
    rule: &'static CheckRule,
    /// Whether there is something to mend.
    fails: bool,
}

impl Wording {
    pub(super) fn new(values: &Arc<Values>, rule: &'static CheckRule, fails: bool) -> Self {
        Self { values: Arc::clone(values), rule, fails }
    }

    /// Commands that show the fact or mend it, with the cluster's values, quoted for a POSIX shell.
    #[must_use]
    pub fn commands(&self) -> Vec<String> {
        let fix = if self.fails { self.rule.fix.as_slice() } else { &[] };
        self.rule.show.iter().chain(fix).map(|template| fill(template, &*self.values, true)).collect()
    }

    /// What a good answer looks like, for checks a person makes.
    #[must_use]
    pub fn good_answer(&self) -> Option<String> {
        self.rule.good_answer.as_ref().map(|text| fill(text, &*self.values, false))
    }

    /// The words of one command about a cluster, and of an answer.
    #[cfg(test)]
    pub(crate) fn of_command(group: &str, cluster: &str, command: &str, good_answer: Option<&str>) -> Self {
        let rule = crate::rules::Checks::built_in().get(crate::rules::CheckId::Mig012).clone();
        let (show, good_answer) = (vec![command.to_owned()], good_answer.map(str::to_owned));
        let rule: &'static CheckRule =
            Box::leak(Box::new(CheckRule { show, fix: Vec::new(), good_answer, ..rule }));
        let mut values: Values = ["{}"; 6].map(|unused| (unused, String::new()));
        values[0] = ("{group}", group.to_owned());
        values[1] = ("{cluster}", cluster.to_owned());
        Self::new(&Arc::new(values), rule, true)
    }
}

/// The values of a cluster.
pub(super) fn values(subject: &Subject<'_>) -> Values {
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
