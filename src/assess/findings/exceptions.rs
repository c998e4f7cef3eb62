//! Findings the user accepts.

use std::collections::BTreeMap;

use super::{Context, Draft};
use crate::{
    assess::{
        audit::{Fact, Finding, WhyUnused},
        options::{Exception, Options, RuleLevel},
    },
    inventory::{RequestedScope, ResourceId},
    rules::{Catalogue, FindingId, Retirement},
};

/// Tells findings the exception that accepts them on the audit's date.
pub(super) fn apply(findings: &mut [Finding], options: &Options) {
    for finding in findings {
        let valid = |exception: &&Exception| matches(exception, finding) && !is_expired(exception, options);
        finding.accepted = options.exceptions.iter().find(valid).cloned().map(Box::new);
    }
}

/// The findings about exceptions themselves: expired ones, and ones that match nothing although what they name was
/// looked at, or can't be.
pub(super) fn findings(context: &Context<'_>, found: &[Finding]) -> Vec<Finding> {
    let is_found = |exception: &Exception| found.iter().any(|finding| matches(exception, finding));
    // One finding a resource: a finding's id is made of rule and resource.
    let mut unused = BTreeMap::new();
    for exception in &context.options.exceptions {
        let is_found = is_found(exception);
        let (rule, why) = if is_expired(exception, context.options) {
            (FindingId::ExceptionExpired, WhyUnused::Expired { is_found })
        } else if let Some(why) = why_unused(exception, context).filter(|_| !is_found) {
            (FindingId::ExceptionUnused, why)
        } else {
            continue;
        };
        let key = (rule, exception.resource.to_ascii_lowercase());
        let (_, said): &mut (_, Vec<_>) = unused.entry(key).or_insert((&exception.resource, Vec::new()));
        said.push((exception.clone(), why));
    }
    let drafts = unused
        .into_iter()
        .map(|((rule, _), (resource, unused))| Draft::new(rule, resource, [Fact::UnusedExceptions(unused)]));
    drafts.filter_map(|draft| draft.finish(context)).collect()
}

fn matches(exception: &Exception, finding: &Finding) -> bool {
    let resource = |text: &str| text.trim_end_matches('/').to_ascii_lowercase();
    exception.rule == finding.rule_id.as_str()
        && resource(&exception.resource) == resource(&finding.resource_id)
        && exception.retirement.as_ref().is_none_or(|id| is_of(finding, id))
}

/// Whether a finding is of a retirement: it names it, or its rule is there for that one alone.
fn is_of(finding: &Finding, retirement: &str) -> bool {
    let own = |rule: &Retirement| rule.finding == Some(finding.rule_id);
    let mut all = Catalogue::built_in().retirements();
    let of = finding.retirement_id.or_else(|| all.find(|(_, rule)| own(rule)).map(|(id, _)| id));
    of.is_some_and(|id| id.as_str().eq_ignore_ascii_case(retirement))
}

/// An exception holds to the end of its last day.
fn is_expired(exception: &Exception, options: &Options) -> bool {
    exception.until.is_some_and(|until| until < options.as_of)
}

/// Why an exception for which no finding was found accepts nothing. None where the finding may be absent because nobody
/// looked: filters, a narrower scope and unreadable subscriptions hide findings too.
fn why_unused(exception: &Exception, context: &Context<'_>) -> Option<WhyUnused> {
    if !FindingId::ALL.iter().any(|id| id.as_str() == exception.rule) {
        return Some(WhyUnused::NoSuchRule);
    }
    let mut all = Catalogue::built_in().retirements();
    let mut is_retirement = |wanted: &String| all.any(|(id, _)| id.as_str().eq_ignore_ascii_case(wanted));
    if exception.retirement.as_ref().is_some_and(|wanted| !is_retirement(wanted)) {
        return Some(WhyUnused::NoSuchRetirement);
    }
    if context.options.findings.get(&exception.rule) == Some(&RuleLevel::Off) {
        return Some(WhyUnused::SwitchedOff);
    }
    let Ok(resource) = ResourceId::parse(&exception.resource) else { return Some(WhyUnused::NothingFound) };
    let (subscription, inventory) = (resource.subscription(), context.inventory);
    let is_known = inventory.subscriptions.iter().any(|known| known.id == subscription);
    if !is_known && inventory.requested == RequestedScope::default() {
        return Some(WhyUnused::NoSuchSubscription);
    }
    (!context.audit.header.filtered && context.reading.complete().contains(&subscription))
        .then_some(WhyUnused::NothingFound)
}
