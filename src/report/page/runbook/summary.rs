//! The head of a runbook: what it is about, what is known, addresses, dates.

use crate::{
    assess::{
        audit::ClusterRow,
        migration::{Duration, Operation, Target, Verdict},
        runbook::Runbook,
    },
    ipam::pod_cidr_nodes,
    report::{
        page::block::{Alert, Page},
        phrase::{Phrase, name, phrase, prose},
        say, text,
    },
};

/// Title, verdict and facts.
pub(super) fn write(page: &mut Page, runbook: &Runbook<'_>) {
    page.heading(
        1,
        phrase!(
            "{}: from {} to {}",
            name(runbook.row.id.name()),
            runbook.from.as_str(),
            runbook.target.as_str()
        ),
    );
    page.paragraph(phrase!("{}, as of {}.", Phrase::id(&runbook.row.id), runbook.as_of.to_string()));
    let mut reasons: Vec<_> =
        runbook.reasons.iter().map(|result| prose(&say::against(result).text())).collect();
    if runbook.verdict == Verdict::ReadyAfterChecks {
        // They stand below, each with its command.
        reasons.clear();
    }
    page.paragraph(format!(
        "**Verdict: {}**, {}",
        runbook.verdict,
        verdict_words(runbook, reasons.is_empty())
    ));
    page.list(reasons);
    page.paragraph(phrase!(
        "**Target: {}** ({}): {}",
        runbook.target.as_str(),
        runbook.target_rule,
        prose(&say::target_reason(runbook.target_reason).text()).ended()
    ));
    if let Some((other, lost)) = runbook.runner_up.zip(say::lost(runbook.target_reason)) {
        page.paragraph(phrase!(
            "Next best: {}. It lost because {}",
            other.as_str(),
            prose(&lost.text()).ended()
        ));
    }
    if let Some(deadline) = runbook.deadline {
        page.paragraph(format!("Support of {} ends on {deadline}.", runbook.from));
    }
    if !runbook.operations.is_empty() {
        page.alert(
            Alert::Warning,
            format!(
                "There is no way back, and every node pool is re-imaged at the same time; {} on the whole way. \
                 Rehearse on a cluster that matters less, and keep a plan for a new cluster.",
                text::count(runbook.reimages.try_into().unwrap_or(usize::MAX), "full re-image", "full re-images"),
            ),
        );
    }
    page.heading(2, "Facts");
    let row = |(what, value): &(&'static str, String)| vec![Phrase::ours(*what), name(value)];
    let rows: Vec<_> = facts(runbook.row).iter().map(row).collect();
    page.table("What | Value", rows);
    page.paragraph("Words in capitals in the commands below stand for what only you can know or choose.");
    how_long(page, runbook);
}

/// What is known of a cluster: what, and the value.
fn facts(row: &ClusterRow) -> Vec<(&'static str, String)> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let number = |value: Option<u64>| value.map(|n| n.to_string()).unwrap_or_default();
    let modes: Vec<_> = row.ipam_modes.iter().map(ToString::to_string).collect();
    let mut facts = vec![
        ("Subscription", row.subscription_name.clone().unwrap_or_else(|| row.subscription_id.to_string())),
        ("Resource group", row.id.resource_group().unwrap_or_default().to_owned()),
        ("Region", row.location.clone()),
        ("Kubernetes", text(&row.kubernetes_version)),
        ("Tier", text(&row.sku_tier)),
        ("Power state", text(&row.power_state)),
        ("Provisioning state", text(&row.provisioning_state)),
        ("IPAM mode", modes.join(" + ")),
        ("Data plane", text(&row.network_dataplane)),
        ("Policy engine", text(&row.network_policy)),
        ("IP families", row.ip_families.join(", ")),
        ("Pod CIDRs", row.pod_cidrs.join(", ")),
        ("Service CIDRs", row.service_cidrs.join(", ")),
        ("Outbound type", text(&row.outbound_type)),
        ("Identity", text(&row.identity_type)),
        ("Node pools", row.pools.len().to_string()),
        ("Nodes now", number(row.nodes)),
        ("Nodes at autoscaler maximum", number(row.nodes_scale_max)),
        ("Nodes the pod CIDR has room for", number(row.pod_cidr_node_capacity)),
        ("Owner", text(&row.owner)),
        ("Environment", text(&row.environment)),
    ];
    if let Some(state) =
        row.subscription_state.as_ref().filter(|state| !state.eq_ignore_ascii_case("Enabled"))
    {
        facts.insert(1, ("State of the subscription", format!("{state}: Azure may refuse changes in it")));
    }
    facts.retain(|(_, value)| !value.is_empty());
    facts
}

fn how_long(page: &mut Page, runbook: &Runbook<'_>) {
    let none = match (runbook.target, runbook.duration) {
        (Target::Stay | Target::Undecided, _) if runbook.operations.is_empty() => return,
        (Target::ExpandPodCidr, _) if runbook.verdict != Verdict::Rebuild => {
            "No re-image is documented for this change. Azure states no time for it."
        }
        (Target::LargerSubnet, _) => {
            "No re-image: the nodes are replaced one by one, as their own rules say."
        }
        (Target::NewPools | Target::PodSubnet, _) => {
            "No re-image: it takes as long as the old pools take to drain, and you choose how many nodes at once."
        }
        _ if runbook.operations.is_empty() => {
            "Nothing here is re-imaged: it takes as long as the workloads take to move."
        }
        (_, Some(duration)) => {
            page.heading(2, "How long it may take");
            return estimate(page, duration);
        }
        (_, None) => "Unknown: the nodes of some pool could not be told.",
    };
    page.heading(2, "How long it may take");
    page.paragraph(none);
}

/// What a verdict means, leading to its reasons.
fn verdict_words(runbook: &Runbook<'_>, alone: bool) -> String {
    let words = match runbook.verdict {
        Verdict::Rebuild
            if matches!(runbook.target, Target::NewPools | Target::LargerSubnet | Target::PodSubnet) =>
        {
            "there is no way to Overlay in place, which the target does not need"
        }
        Verdict::Rebuild => "there is no way in place",
        Verdict::Unknown if runbook.blockers.is_empty() => "something needed could not be read",
        Verdict::Unknown => "something needed could not be read, and blockers have to be removed besides",
        Verdict::NeedsPreparation => "blockers have to be removed first",
        Verdict::ReadyAfterChecks => "only checks by people remain",
        Verdict::Ready => "nothing stands in the way",
    };
    format!("{words}{}", if alone { "." } else { ":" })
}

fn estimate(page: &mut Page, duration: &Duration) {
    let (low, high) = (hours(duration.low_minutes), hours(duration.high_minutes));
    page.paragraph(format!(
        "One full re-image: **{low} to {high}**, as long as no drain fails. All pools go at the same time, so the slowest \
         decides: rounds = nodes ÷ surge, rounded up; a round takes from {} minutes (all pods leave at once) to {} minutes \
         beside its drain, plus the drain's own limit and the pool's soak time.",
        duration.assumptions.node_minutes_low, duration.assumptions.node_minutes_high,
    ));
    let number = |n: u64| Phrase::ours(n.to_string());
    let rows: Vec<_> = duration
        .pools
        .iter()
        .map(|pool| {
            vec![
                name(&pool.pool),
                number(pool.nodes),
                number(pool.at_once),
                number(pool.rounds()),
                number(pool.drain_timeout_minutes),
                number(pool.soak_minutes),
            ]
        })
        .collect();
    let columns = "Pool | > Nodes | > At once | > Rounds | > Drain limit, min | > Soak, min";
    page.table(columns, rows);
    page.paragraph(
        "Azure states no time a node takes; the minutes per node are this project's assumption. The rehearsal gives \
         better ones.",
    );
}

fn hours(minutes: u64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

/// Addresses before, during and after.
pub(super) fn addresses(page: &mut Page, runbook: &Runbook<'_>) {
    if runbook.operations.is_empty() {
        return addresses_now(page, runbook);
    }
    page.heading(2, "Addresses before, during and after");
    if runbook.subnets.is_empty() {
        page.paragraph("No node subnet of this cluster could be read.");
    }
    let rows: Vec<_> = runbook
        .subnets
        .iter()
        .map(|subnet| {
            vec![
                name(subnet.subnet_id.name()),
                count(subnet.usable),
                signed(subnet.free_before),
                count(subnet.surge),
                signed(subnet.free_during),
                count(subnet.freed),
                signed(subnet.free_after),
            ]
        })
        .collect();
    let columns =
        "Subnet | > Usable | > Free before | > Surge nodes take | > Free during | > Freed | > Free after";
    page.table(columns, rows);
    if runbook.subnets.iter().any(|subnet| subnet.free_during.is_some_and(|free| free < 0)) {
        page.alert(
            Alert::Caution,
            "The surge nodes do not fit. Lower `maxSurge`, or free addresses, before anything else.",
        );
    }
    if runbook.subnets.iter().any(|subnet| subnet.free_during.is_none()) {
        page.paragraph(
            "Where a figure is unknown, see for yourself that the surge nodes fit before you begin.",
        );
    }
    page.paragraph(pod_cidr(runbook));
}

fn signed(number: Option<i64>) -> Phrase {
    Phrase::ours(number.map_or_else(|| "unknown".to_owned(), |n| n.to_string()))
}

fn count(number: Option<u64>) -> Phrase {
    signed(number.map(|n| i64::try_from(n).unwrap_or(i64::MAX)))
}

/// Addresses where no operation takes any: what is free, and the range that pods get.
fn addresses_now(page: &mut Page, runbook: &Runbook<'_>) {
    page.heading(2, "Addresses");
    let rows = runbook
        .subnets
        .iter()
        .map(|subnet| vec![name(subnet.subnet_id.name()), count(subnet.usable), signed(subnet.free_before)]);
    let columns = "Node subnet | > Usable | > Free now";
    page.table(columns, rows.collect());
    let words = match (runbook.target, runbook.current_pod_cidr, runbook.new_pod_cidr) {
        (Target::ExpandPodCidr, Some(current), Some(new)) => format!(
            "The pod CIDR grows from `{current}` to `{new}`, which holds it: no pod has to move. It has room for {} nodes \
             instead of {}, a /24 each.",
            pod_cidr_nodes(new).unwrap_or(0),
            pod_cidr_nodes(current).unwrap_or(0)
        ),
        (Target::NewPools | Target::PodSubnet, ..) => {
            "Until the old pools are gone, their nodes and the new ones take addresses at once.".to_owned()
        }
        (Target::NewCluster, _, Some(new)) => format!(
            "Proposed for the pods of the new cluster: `{new}`, which overlaps nothing that the present cluster reaches. Its nodes \
             take addresses besides the present ones."
        ),
        (Target::NewCluster, ..) if !runbook.needs_pod_subnet => {
            "No pod CIDR is proposed for the new cluster: choose one that overlaps nothing it reaches."
                .to_owned()
        }
        (Target::NewCluster, ..) => {
            "The new cluster needs a subnet for its nodes and one for its pods, besides the present ones."
                .to_owned()
        }
        _ => return,
    };
    page.paragraph(words);
}

fn pod_cidr(runbook: &Runbook<'_>) -> String {
    match (runbook.current_pod_cidr, runbook.new_pod_cidr) {
        (None, _) if !runbook.operations.contains(&Operation::Overlay) => {
            "Pods keep their addresses in the network; no pod CIDR is needed.".to_owned()
        }
        (Some(current), Some(new)) => {
            format!("Pods move from `{current}` to `{new}`; each node takes a /24 of it.")
        }
        (Some(current), None) => format!("Pods keep `{current}`; each node takes a /24 of it."),
        (None, Some(new)) => {
            format!("Pods move from the node subnets to `{new}`; each node takes a /24 of it.")
        }
        (None, None) => {
            "No pod CIDR is proposed: choose one that overlaps nothing the cluster reaches.".to_owned()
        }
    }
}

/// The cluster's dates in the plan.
pub(super) fn schedule(page: &mut Page, runbook: &Runbook<'_>) {
    page.heading(2, "Dates");
    if runbook.steps.is_empty() {
        let none = match (runbook.unplaced, runbook.operations.is_empty()) {
            (Some(why), _) => {
                phrase!(
                    "The plan of waves has no date for this cluster: {}",
                    prose(&say::unplaced(why).text()).ended()
                )
            }
            (None, true) => {
                "The plan of waves has no date for it: it re-images nothing, so it needs no window.".into()
            }
            (None, false) => "The plan of waves has no date for this cluster.".into(),
        };
        page.paragraph(none);
        if runbook.unplaced.is_some() && !runbook.fixes.is_empty() {
            page.paragraph("What the engine found that would make room; one of these for each shortfall:");
            page.list(runbook.fixes.iter().map(|fix| prose(&say::fix_of(fix).text())));
        }
        return;
    }
    let rows: Vec<_> = runbook
        .steps
        .iter()
        .map(|step| {
            vec![
                Phrase::ours(step.wave.map_or_else(|| "–".to_owned(), |wave| wave.to_string())),
                Phrase::ours(step.start.to_string()),
                Phrase::ours(step.end.to_string()),
                prose(&say::work(step.work, &step.also).text()),
                prose(&say::step_notes(&step.notes).text()),
            ]
        })
        .collect();
    let columns = "> Wave | Start | Next not before | Step | Note";
    page.table(columns, rows);
}
