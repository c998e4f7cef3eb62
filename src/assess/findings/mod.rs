//! What is wrong, or worth knowing: one predicate a rule, over rows that are already made.

mod attestations;
mod clusters;
mod conflicts;
mod exceptions;
mod gaps;
mod leaving;
mod limits;
mod needs;
mod subnets;

use std::iter;

use super::{
    audit::{Audit, Fact, Finding},
    coverage::Reading,
    figure::days_between,
    options::{Options, RuleLevel, Severity},
    outlook::Fix,
};
use crate::{
    digest::fnv1a,
    inventory::{Inventory, ResourceId},
    rules::{Catalogue, FindingId, RULES_AGE_DAYS, RetirementId},
    shell::Command,
};

/// What the predicates look at.
pub(super) struct Context<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) inventory: &'a Inventory,
    pub(super) options: &'a Options,
    pub(super) reading: &'a Reading<'a>,
    /// The audit, in order, but for its findings.
    pub(super) audit: &'a Audit,
}

/// A finding before the catalogue and the user have had their say.
pub(super) struct Draft {
    rule: FindingId,
    retirement: Option<RetirementId>,
    resource: String,
    facts: Vec<Fact>,
    command: Option<Command>,
    severity: Option<Severity>,
    fixes: Vec<Fix>,
    /// Whether the user's severity for the rule applies.
    overridable: bool,
}

impl Draft {
    pub(super) fn new(rule: FindingId, resource: impl Into<String>, facts: impl Into<Vec<Fact>>) -> Self {
        Self {
            rule,
            retirement: None,
            resource: resource.into(),
            facts: facts.into(),
            command: None,
            severity: None,
            fixes: Vec::new(),
            overridable: true,
        }
    }

    /// What is retired, where the rule speaks of any retirement.
    fn retirement(mut self, id: RetirementId) -> Self {
        self.retirement = Some(id);
        self
    }

    /// The command that shows the fact.
    fn command(mut self, command: Command) -> Self {
        self.command = Some(command);
        self
    }

    /// Changes that end it, the smallest first.
    fn fixes(mut self, fixes: &[Fix]) -> Self {
        self.fixes = fixes.to_vec();
        self
    }

    /// The rule's milder severity, where it has one, for what only may come about.
    fn only_possibly(mut self, context: &Context<'_>) -> Self {
        self.severity = context.catalogue.finding(self.rule).possibly;
        self
    }

    /// Another severity than the catalogue's.
    fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// Good to know and no more, whatever the user makes of the rule.
    fn only_info(mut self) -> Self {
        self.overridable = false;
        self.severity(Severity::Info)
    }

    /// The finding, unless the user switched its rule off.
    pub(super) fn finish(self, context: &Context<'_>) -> Option<Finding> {
        let rule = context.catalogue.finding(self.rule);
        let decided = self.severity.unwrap_or(rule.severity);
        let severity = match context.options.findings.get(self.rule.as_str()) {
            Some(RuleLevel::Off) => return None,
            Some(RuleLevel::Severity(severity)) if self.overridable => *severity,
            _ => decided,
        };
        Some(Finding {
            id: finding_id(self.rule.as_str(), &self.resource, self.retirement),
            rule_id: self.rule,
            retirement_id: self.retirement,
            severity,
            resource_id: self.resource,
            facts: self.facts,
            fixes: self.fixes,
            command: self.command.map(Command::into_string),
            accepted: None,
        })
    }
}

/// All findings, the worst first; those that an exception accepts know it.
pub(super) fn of(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = all(context);
    exceptions::apply(&mut findings, context.options);
    findings.extend(exceptions::findings(context, &findings));
    findings.sort_by_cached_key(Finding::order);
    findings
}

/// All findings but those about exceptions.
fn all(context: &Context<'_>) -> Vec<Finding> {
    let mut drafts = clusters::drafts(context);
    drafts.extend(leaving::drafts(context));
    drafts.extend(subnets::drafts(context));
    drafts.extend(needs::drafts(context));
    drafts.extend(limits::drafts(context));
    drafts.extend(conflicts::drafts(context));
    drafts.extend(gaps::drafts(context));
    drafts.extend(attestations::drafts(context));
    drafts.extend(outdated(context));
    drafts.into_iter().filter_map(|draft| draft.finish(context)).collect()
}

/// The id of a finding: a hash of the rule, a zero byte and the resource's id in lower case, and where there is one, of
/// another zero byte and the retirement, as 16 hexadecimal digits. No figure goes in, so the same problem has the same id
/// in every run.
fn finding_id(rule: &str, resource: &str, retirement: Option<RetirementId>) -> String {
    let bytes = rule.bytes().chain([0]).chain(resource.bytes().map(|b| b.to_ascii_lowercase()));
    let retirement = retirement.into_iter().flat_map(|id| iter::once(0).chain(id.as_str().bytes()));
    format!("{:016x}", fnv1a(bytes.chain(retirement)))
}

/// What the finding about the catalogue itself concerns.
const CATALOGUE: &str = "aks-census/rules";

fn outdated(context: &Context<'_>) -> Option<Draft> {
    let as_of = context.options.as_of;
    let oldest = context.catalogue.oldest();
    let (of, days) = (oldest.holds_since(), days_between(oldest.holds_since(), as_of));
    let fact = Fact::RulesOutdated { id: oldest.id.to_owned(), of, as_of, days };
    (days > RULES_AGE_DAYS).then(|| Draft::new(FindingId::RulesOutdated, CATALOGUE, [fact]))
}

/// A command that shows one resource: by subscription, group and name, because not every command knows `--ids`.
fn show(words: &str, id: &ResourceId) -> Command {
    let command = Command::new(words).option("--subscription", id.subscription().as_str());
    let command = match id.resource_group() {
        Some(group) => command.option("--resource-group", group),
        None => command,
    };
    match id.parent().filter(|_| id.is_type("Microsoft.Network/virtualNetworks/subnets")) {
        Some(network) => command.option("--vnet-name", network.name()),
        None => command,
    }
    .option("--name", id.name())
}

/// A command that shows what a subnet was given and how many addresses ARM lists, absent lists included.
fn show_use(subnet: &ResourceId) -> Command {
    const USE: &str =
        "{prefix: addressPrefix, prefixes: addressPrefixes, listed: [ipConfigurations][] | length(@)}";
    show("az network vnet subnet show", subnet).option("--query", USE)
}

#[cfg(test)]
mod tests;
