//! What subnets will need and do not have, and what they have and will not need.

use super::{Context, Draft, show_use};
use crate::{
    assess::{
        audit::{
            Fact,
            SubnetFact::{self, Roomy, Short, Stranded},
            SubnetRow,
        },
        outlook::{Scenario, Shortfall},
    },
    rules::FindingId,
};

pub(super) fn drafts(context: &Context<'_>) -> Vec<Draft> {
    let rows = context.audit.subnets.iter();
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
    let fact = Short {
        by: row.left(scenario).unwrap_or_default().unsigned_abs(),
        sum: row.sum(scenario),
        clusters: row.clusters.clone(),
    };
    let fixes = context.audit.fixes_of(&Shortfall::Subnet(row.id.clone(), scenario));
    let draft = of(row, rule, fact).fixes(fixes);
    let is_sure = scenario != Scenario::Upgrade || row.ahead.upgrade_surely_fails;
    if is_sure { draft } else { draft.only_possibly(context) }
}

fn spare(row: &SubnetRow) -> Option<Draft> {
    let spare = row.ahead.spare?;
    let sum = row.sum(Scenario::ScaleMaxUpgrade)?;
    Some(of(row, FindingId::OverProvisioned, Roomy { sum, spare }))
}

fn stranded(row: &SubnetRow) -> Option<Draft> {
    let addresses = row.ahead.stranded.filter(|count| *count > 0)?;
    Some(of(row, FindingId::StrandedAddresses, Stranded { addresses, usable: row.usable? }))
}

fn of(row: &SubnetRow, rule: FindingId, fact: SubnetFact) -> Draft {
    Draft::new(rule, row.id.as_str(), [Fact::Subnet(fact)]).command(show_use(&row.id))
}
