//! Commands for people to run, with a cluster's values filled in and quoted. This program runs none of them.

use std::sync::Arc;

use super::{checks::routing, scene::Subject};
use crate::{inventory::ResourceId, rules::CheckRule, shell::quote};

/// What stands for the placeholders of one cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Values {
    /// Placeholders with one value.
    one: Vec<(&'static str, String)>,
    /// Placeholders that may have several; a command with one of them is given once for each.
    many: Vec<(&'static str, Vec<String>)>,
}

/// Placeholders with several values, each with the word that stands for a value that is not known.
const MANY: [(&str, &str); 7] = [
    ("{pool}", "POOL"),
    ("{subnet}", "SUBNET_ID"),
    ("{security_group}", "SECURITY_GROUP"),
    ("{security_group_group}", "NETWORK_GROUP"),
    ("{route_table}", "ROUTE_TABLE_ID"),
    ("{principal}", "IDENTITY_PRINCIPAL_ID"),
    ("{scope}", "SUBNET_OR_ROUTE_TABLE_ID"),
];

/// What the catalogue says about a check, for one cluster. It is worded when it is asked for: an estate has a hundred
/// thousand of them, and they all say nearly the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    values: Arc<Values>,
    rule: &'static CheckRule,
    /// Whether there is something to mend.
    fails: bool,
    /// What a command that mends it has to name.
    about: Vec<String>,
}

impl Wording {
    pub(super) fn new(
        values: &Arc<Values>,
        rule: &'static CheckRule,
        fails: bool,
        about: Vec<String>,
    ) -> Self {
        Self { values: Arc::clone(values), rule, fails, about }
    }

    /// Commands that show the fact, with the cluster's values, quoted for a POSIX shell.
    #[must_use]
    pub fn shows(&self) -> Vec<String> {
        self.rule.show.iter().flat_map(|template| self.filled(template)).collect()
    }

    /// Commands that mend what fails.
    #[must_use]
    pub fn fixes(&self) -> Vec<String> {
        let fix = if self.fails { self.rule.fix.as_slice() } else { &[] };
        fix.iter().flat_map(|template| self.filled(template)).collect()
    }

    /// A command, once for each value of a placeholder that has several.
    fn filled(&self, template: &str) -> Vec<String> {
        let one = self.values.one.as_slice();
        let many: Vec<_> = MANY.iter().filter(|(name, _)| template.contains(name)).collect();
        let count = many.iter().map(|(name, _)| self.all(name).len()).max().unwrap_or(0).max(1);
        let filled = |at: usize| {
            let here = many.iter().map(|(name, unknown)| {
                let value = self.all(name).get(at).map(|value| part(name, value));
                (*name, value.unwrap_or_else(|| (*unknown).to_owned()))
            });
            fill(template, &one.iter().cloned().chain(here).collect::<Vec<_>>(), true)
        };
        (0..count).map(filled).collect()
    }

    /// The values of a placeholder that may have several: those of the cluster, else what the failure is about.
    fn all(&self, name: &str) -> &[String] {
        let of_cluster = self.values.many.iter().find(|(known, _)| *known == name);
        of_cluster.map_or(self.about.as_slice(), |(_, values)| values.as_slice())
    }

    /// What a good answer looks like, for checks a person makes.
    #[must_use]
    pub fn good_answer(&self) -> Option<String> {
        self.rule.good_answer.as_ref().map(|text| fill(text, &self.values.one, false))
    }

    /// The words of one command about a cluster, and of an answer.
    #[cfg(test)]
    pub(crate) fn of_command(group: &str, cluster: &str, command: &str, good_answer: Option<&str>) -> Self {
        let rule = crate::rules::Checks::built_in().get(crate::rules::CheckId::UserAssignedIdentity).clone();
        let (show, good_answer) = (vec![command.to_owned()], good_answer.map(str::to_owned));
        let rule: &'static CheckRule =
            Box::leak(Box::new(CheckRule { show, fix: Vec::new(), good_answer, ..rule }));
        let one = vec![("{group}", group.to_owned()), ("{cluster}", cluster.to_owned())];
        Self::new(&Arc::new(Values { one, many: Vec::new() }), rule, true, Vec::new())
    }
}

/// What a placeholder takes of a value: commands on rules of a security group want its name and resource group.
fn part(name: &str, value: &str) -> String {
    let id = || ResourceId::parse(value).ok();
    let part = match name {
        "{security_group}" => id().map(|id| id.name().to_owned()),
        "{security_group_group}" => id().and_then(|id| id.resource_group().map(str::to_owned)),
        _ => None,
    };
    part.unwrap_or_else(|| value.to_owned())
}

/// The values of a cluster.
pub(super) fn values(subject: &Subject<'_>) -> Values {
    let id = &subject.cluster.id;
    let known = |value: Option<String>, unknown: &str| value.unwrap_or_else(|| unknown.to_owned());
    let tables: Vec<_> = routing::tables(subject).into_iter().map(ToString::to_string).collect();
    let own = routing::tables(subject).into_iter().filter(|table| !routing::is_managed(subject, table));
    let subnets = subject.node_subnets.iter().map(|subnet| subnet.id);
    let scopes = subnets.chain(own).map(ToString::to_string).collect();
    let identities = subject.cluster.identity.iter().flat_map(|identity| identity.user_assigned.values());
    let principals = identities.flatten().cloned().collect();
    let many = vec![("{route_table}", tables), ("{scope}", scopes), ("{principal}", principals)];
    let one = vec![
        ("{subscription}", id.subscription().to_string()),
        ("{group}", known(id.resource_group().map(str::to_owned), "RESOURCE_GROUP")),
        ("{cluster}", id.name().to_owned()),
        ("{node_group}", known(subject.cluster.node_resource_group.clone(), "NODE_RESOURCE_GROUP")),
        ("{location}", subject.cluster.location.clone()),
        ("{pod_cidr}", known(subject.final_pod_cidr.map(|cidr| cidr.to_string()), "POD_CIDR")),
    ];
    Values { one, many }
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
    use super::*;

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
    fn a_command_is_given_once_for_each_value_and_once_with_a_word_for_none() {
        let rule = crate::rules::Checks::built_in().get(crate::rules::CheckId::SurgeSettings);
        let commands = |about: &[&str]| {
            let about = about.iter().map(|name| (*name).to_owned()).collect();
            let all = Wording::new(&Arc::default(), rule, true, about).fixes();
            let pool = |line: &String| line.split_once("--name ").map(|(_, rest)| rest.to_owned());
            all.iter().filter_map(pool).collect::<Vec<_>>()
        };
        assert_eq!(commands(&[]), ["POOL --max-surge 1"]);
        assert_eq!(commands(&["a", "$(b)"]), ["a --max-surge 1", "'$(b)' --max-surge 1"]);
    }

    #[test]
    fn a_security_group_is_named_by_its_parts() {
        let id =
            "/subscriptions/s/resourceGroups/rg; x/providers/Microsoft.Network/networkSecurityGroups/nsg-a";
        let rule = crate::rules::Checks::built_in().get(crate::rules::CheckId::SecurityRules);
        let commands = Wording::new(&Arc::default(), rule, true, vec![id.to_owned()]).fixes();
        let first = commands.first().map(String::as_str).unwrap_or_default();
        assert!(first.contains("--resource-group 'rg; x' --nsg-name nsg-a "), "{first}");
    }

    #[test]
    fn a_value_that_begins_with_a_dash_stays_a_value() {
        let values = [("{cluster}", "-x; reboot".to_owned())];
        assert_eq!(fill("az aks show --name {cluster}", &values, true), "az aks show --name='-x; reboot'");
    }
}
