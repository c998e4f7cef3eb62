//! What subnets will need and do not have, and what they have and will not need.

use super::{Context, Draft, show_use, some_of};
use crate::{
    assess::{
        audit::{SubnetRow, fixes_of},
        outlook::{Scenario, Shortfall},
    },
    inventory::ResourceId,
    rules::FindingId,
    words,
};

pub(super) fn drafts(context: &Context<'_>) -> Vec<Draft> {
    let rows = context.rows.subnets.iter();
    rows.flat_map(|row| {
        let short = short(row).into_iter().map(|(rule, scenario)| shortfall(context, row, rule, scenario));
        short.chain(spare(row)).chain(stranded(row))
    })
    .collect()
}

/// The scenarios that do not fit, each only where a smaller one of its kind does.
pub(super) fn short(row: &SubnetRow) -> Vec<(FindingId, Scenario)> {
    use Scenario::{ScaleMax, ScaleMaxUpgrade, Upgrade, UpgradeAll};
    let (upgrade, all, most) = (row.fails(Upgrade), row.fails(UpgradeAll), row.fails(ScaleMax));
    let rules = [
        (upgrade, FindingId::UpgradeDoesNotFit, Upgrade),
        (all && !upgrade, FindingId::UpgradeAllDoesNotFit, UpgradeAll),
        (most, FindingId::ScaleMaxDoesNotFit, ScaleMax),
        (row.fails(ScaleMaxUpgrade) && !all && !most, FindingId::ScaleMaxUpgradeDoesNotFit, ScaleMaxUpgrade),
    ];
    rules.into_iter().filter(|(holds, ..)| *holds).map(|(_, rule, scenario)| (rule, scenario)).collect()
}

fn shortfall(context: &Context<'_>, row: &SubnetRow, rule: FindingId, scenario: Scenario) -> Draft {
    let missing = row.left(scenario).unwrap_or_default().unsigned_abs();
    let sum = row.sum(scenario).unwrap_or_default();
    let clusters = some_of(row.clusters.iter().map(ResourceId::name));
    let noun = words::noun(row.clusters.len() as u64, "cluster", "clusters");
    let detail = format!("{} short: {sum}; {noun} {clusters}", words::addresses(missing));
    let fixes = fixes_of(&context.rows.fixes, &Shortfall::Subnet(row.id.clone(), scenario));
    let draft = Draft::new(rule, row.id.as_str(), detail).fixes(fixes).command(show_use(&row.id));
    let is_sure = scenario != Scenario::Upgrade || row.ahead.upgrade_surely_fails;
    if is_sure { draft } else { draft.only_possibly(context) }
}

fn spare(row: &SubnetRow) -> Option<Draft> {
    let spare = row.ahead.spare?;
    let sum = row.sum(Scenario::ScaleMaxUpgrade)?;
    let detail = format!(
        "at autoscaler maximum while everything surges: {sum}; a /{} would be enough and return {}",
        spare.enough,
        words::addresses(spare.addresses)
    );
    Some(Draft::new(FindingId::OverProvisioned, row.id.as_str(), detail).command(show_use(&row.id)))
}

fn stranded(row: &SubnetRow) -> Option<Draft> {
    let count = row.ahead.stranded.filter(|count| *count > 0)?;
    let usable = row.usable?;
    let detail = format!("by estimate {count} of {usable} usable addresses");
    Some(Draft::new(FindingId::StrandedAddresses, row.id.as_str(), detail).command(show_use(&row.id)))
}
