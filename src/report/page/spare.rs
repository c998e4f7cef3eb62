//! Room that nobody needs, and room that nobody can use.

use std::cmp::Reverse;

use super::{Report, block::Page, figure};
use crate::{
    assess::{
        audit::{Spare, SubnetRow},
        outlook::{Scenario, Shortfall},
    },
    report::{
        headline::Headline,
        phrase::{Phrase, name, names, phrase, prose},
        say,
        text::{count, grouped},
    },
};

const SUBNETS_SHOWN: usize = 15;
const STRANDED_SHOWN: usize = 10;

pub(super) fn write(page: &mut Page, report: &Report<'_>) {
    let mut spare: Vec<(&SubnetRow, Spare)> =
        report.audit.subnets.iter().filter_map(|row| Some((row, row.ahead.spare?))).collect();
    spare.sort_by_key(|(_, spare)| Reverse(spare.addresses));
    let mut stranded: Vec<(&SubnetRow, u64)> = report
        .audit
        .subnets
        .iter()
        .filter_map(|row| Some((row, row.ahead.stranded.filter(|n| *n > 0)?)))
        .collect();
    stranded.sort_by_key(|(_, count)| Reverse(*count));
    over_provisioned(page, report, &spare);
    out_of_reach(page, report, &stranded);
}

fn over_provisioned(page: &mut Page, report: &Report<'_>, spare: &[(&SubnetRow, Spare)]) {
    if spare.is_empty() {
        return;
    }
    page.heading(2, "More room than is needed");
    let sum: u64 = spare.iter().map(|(_, spare)| spare.addresses).sum();
    page.paragraph(format!(
        "{} would stay under 20 % used even at autoscaler maximum while everything surges; {} addresses could be \
         returned. A subnet in use cannot be made smaller: when the pools are next replaced, give them a subnet of the \
         prefix named here, or let further pools use the room.",
        count(spare.len(), "subnet", "subnets"),
        grouped(sum)
    ));
    let row = |(row, spare): &(&SubnetRow, Spare)| {
        vec![
            name(&Headline::resource(&row.id)),
            name(&report.headline.subscription(&row.id)),
            names(&row.prefixes),
            row.sum(Scenario::ScaleMaxUpgrade).map(say::sum).unwrap_or_default(),
            Phrase::ours(format!("/{}", spare.enough)),
            figure(Some(spare.addresses)),
        ]
    };
    let rows: Vec<_> = spare.iter().take(SUBNETS_SHOWN).map(row).collect();
    let columns =
        "Subnet | Subscription | Prefixes | Sum in `scale_max_upgrade` | Enough | > Could be returned";
    report.table(page, columns, rows, (spare.len(), "subnets.csv"));
}

/// Addresses of pod subnets that no pod can get, and the maxPods that would waste fewer.
fn out_of_reach(page: &mut Page, report: &Report<'_>, stranded: &[(&SubnetRow, u64)]) {
    let waste = |fix: &&crate::assess::outlook::Fix| matches!(fix.shortfall, Shortfall::Waste(..));
    let fixes: Vec<_> = report.audit.clusters.iter().flat_map(|one| &one.row.fixes).filter(waste).collect();
    if stranded.is_empty() && fixes.is_empty() {
        return;
    }
    page.heading(2, "Addresses that nobody can use");
    page.paragraph(
        "By estimate: pod subnets fill in batches of 16 or whole /28 blocks, and the first and last block hold \
         addresses that Azure keeps ([source](https://github.com/Azure/AKS/issues/4035)).",
    );
    let row = |(row, count): &(&SubnetRow, u64)| {
        let whys = say::subnet_inputs(row).into_iter();
        let whys = whys.filter(|input| matches!(input.rule, Some("A2.4" | "G-23" | "G-25")));
        let whys: Vec<_> = whys.map(|input| phrase!("{}: {}", input.what, input.value).text()).collect();
        vec![
            name(&Headline::resource(&row.id)),
            name(&report.headline.subscription(&row.id)),
            figure(Some(*count)),
            figure(row.usable),
            prose(&whys.join("; ")),
        ]
    };
    let rows: Vec<_> = stranded.iter().take(STRANDED_SHOWN).map(row).collect();
    let columns = "Pod subnet | Subscription | > Stranded | > Usable | Why";
    report.table(page, columns, rows, (stranded.len(), "subnets.csv"));
    if !fixes.is_empty() {
        page.paragraph("When these pools are next replaced, another `maxPods` wastes nothing:");
        page.list(fixes.iter().take(STRANDED_SHOWN).map(|fix| prose(&say::fix(fix).text())));
    }
}
