//! The head of a runbook: what it is about, where it stands, when one goes and when not.

use crate::{
    assess::{
        audit::ClusterRow,
        migration::{Action, Question, Target, Verdict},
        runbook::{Phase, Purpose, Runbook, Step},
    },
    report::{
        page::block::{Alert, Page},
        phrase::{Phrase, name, phrase, prose},
        say, text,
    },
};

/// Title and id.
pub(super) fn title(page: &mut Page, runbook: &Runbook<'_>) {
    let way = if is_less_surge(runbook) {
        phrase!("{} stays, with less surge", runbook.from.as_str())
    } else {
        phrase!("from {} to {}", runbook.from.as_str(), runbook.target.as_str())
    };
    let title = phrase!("{}: {}", name(runbook.row.id.name()), way);
    page.heading(1, title);
    page.paragraph(phrase!("{}, as of {}.", Phrase::id(&runbook.row.id), runbook.as_of.to_string()));
}

/// Title and state.
pub(super) fn write(page: &mut Page, runbook: &Runbook<'_>) {
    title(page, runbook);
    page.heading(2, "Tonight");
    page.paragraph(phrase!("{}{}", state(runbook), ends(runbook)));
    page.paragraph(window(runbook));
    page.paragraph(go(runbook));
    if runbook.site.private && !runbook.operations.is_empty() {
        page.paragraph(
            "**Private API server:** run what begins with `kubectl` where it can be reached, or through `az aks command invoke`.",
        );
    }
}

/// Where the cluster stands.
fn state(runbook: &Runbook<'_>) -> Phrase {
    let row = runbook.row;
    let known = |value: &Option<String>| value.as_deref().map_or_else(|| "unknown".into(), name);
    let number =
        |value: Option<u64>| value.map_or_else(|| Phrase::ours("an unknown number of"), Phrase::number);
    let mut parts = vec![
        phrase!("**State:** {}, Kubernetes {}", runbook.from.as_str(), known(&row.kubernetes_version)),
        phrase!(
            "power state {}, provisioning state {}",
            known(&row.power_state),
            known(&row.provisioning_state)
        ),
        phrase!("{} nodes in {}", number(row.nodes), text::count(row.pools.len(), "pool", "pools")),
    ];
    parts.extend(ranges(runbook));
    parts.extend(row.owner.as_deref().map(|owner| phrase!("owner {}", name(owner))));
    parts.extend(row.environment.as_deref().map(|word| phrase!("environment {}", name(word))));
    parts.extend(subscription_state(row));
    Phrase::joined(parts, "; ").ended()
}

/// What of it ends, so that pools are replaced once.
fn ends(runbook: &Runbook<'_>) -> Phrase {
    if runbook.neighbours.is_empty() {
        return Phrase::default();
    }
    let dates = runbook.neighbours.iter().map(say::neighbour);
    phrase!(" **What ends:** {}", Phrase::joined(dates, "; ").ended())
}

fn subscription_state(row: &ClusterRow) -> Option<Phrase> {
    let state = row.subscription_state.as_ref().filter(|state| !state.eq_ignore_ascii_case("Enabled"))?;
    Some(phrase!("the subscription is {}: Azure may refuse changes in it", name(state)))
}

/// The range of its pods, before and after.
fn ranges(runbook: &Runbook<'_>) -> Option<Phrase> {
    Some(match (runbook.current_pod_cidr, runbook.new_pod_cidr) {
        (Some(current), Some(new)) if runbook.target == Target::NewCluster => {
            phrase!("pod CIDR {}, the new cluster's {}", code(current), code(new))
        }
        (Some(current), Some(new)) => phrase!("pod CIDR {}, then {}", code(current), code(new)),
        (Some(current), None) => phrase!("pod CIDR {}", code(current)),
        (None, Some(new)) => phrase!("pods in the node subnets, then in {}", code(new)),
        (None, None) => return None,
    })
}

fn code(cidr: crate::ipam::Cidr) -> Phrase {
    Phrase::code(cidr.to_string())
}

/// When it is, and how long it may take.
fn window(runbook: &Runbook<'_>) -> Phrase {
    let planned = runbook.planned.iter().find(|step| step.is_move && !runbook.operations.is_empty());
    let when = match (planned, runbook.unplaced) {
        (Some(step), _) => format!(
            "**Window:** {}{}",
            step.start,
            step.wave.map(|wave| format!(", wave {wave}")).unwrap_or_default()
        )
        .into(),
        (None, Some(why)) => phrase!("**Window:** none: {}", prose(&say::unplaced(why).text())),
        (None, None) if runbook.operations.is_empty() => without_operation(runbook).into(),
        (None, None) => "**Window:** none planned".into(),
    };
    let mut parts = vec![when];
    if !runbook.operations.is_empty() {
        parts.push(duration(runbook));
        let reimages = runbook.reimages.try_into().unwrap_or(usize::MAX);
        parts.push(
            format!("{} on the whole way", text::count(reimages, "full re-image", "full re-images")).into(),
        );
    }
    Phrase::joined(parts, "; ").ended()
}

/// The same where nothing is re-imaged.
fn without_operation(runbook: &Runbook<'_>) -> &'static str {
    let any = |is: fn(&Step<'_>) -> bool| runbook.steps.iter().any(is);
    if any(|step| step.actions.iter().any(|action| matches!(action, Action::EmptyPool(_)))) {
        "**Window:** a quiet hour of your own: pods move when a pool is emptied"
    } else if any(|step| step.purpose == Purpose::Traffic) {
        "**Window:** a quiet hour of your own for the step that leads traffic over"
    } else if any(|step| step.purpose == Purpose::Room && step.actions.is_empty()) {
        "**Window:** none planned: how room is made is yours to choose"
    } else {
        "**Window:** none needed, nothing of the present pools is re-imaged"
    }
}

/// Whether less surge makes room enough, so that no pool has to be made.
fn is_less_surge(runbook: &Runbook<'_>) -> bool {
    let less = |step: &Step<'_>| step.actions.iter().all(|action| matches!(action, Action::Surge { .. }));
    let mut room = runbook.steps.iter().filter(|step| step.purpose == Purpose::Room).peekable();
    room.peek().is_some() && room.all(|step| !step.actions.is_empty() && less(step))
}

fn duration(runbook: &Runbook<'_>) -> Phrase {
    let power_state = runbook.row.power_state.as_deref();
    match runbook.duration {
        Some(one) => {
            let (low, high) = (hours(one.low_minutes), hours(one.high_minutes));
            format!("one re-image of all pools may take {low} to {high}").into()
        }
        None if power_state.is_some_and(|state| state.eq_ignore_ascii_case("Stopped")) => {
            "how long a re-image takes is unknown: the cluster is stopped, and its nodes are counted once it runs".into()
        }
        None => "how long a re-image takes is unknown: the nodes of some pool could not be told".into(),
    }
}

/// Minutes in words.
pub(super) fn hours(minutes: u64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

/// When one goes, and when not.
fn go(runbook: &Runbook<'_>) -> Phrase {
    if runbook.operations.is_empty() {
        return elsewhere(runbook);
    }
    let before = runbook.steps.iter().filter(|step| step.phase == Phase::Before).count();
    let by_hand = runbook.steps.iter().any(|step| step.phase == Phase::Before && step.actions.is_empty());
    let mut no = Vec::new();
    if before > 0 {
        no.push(match before {
            1 => "step 1 is not done on its day".to_owned(),
            _ => format!("steps 1 to {before} are not done on their days"),
        });
    }
    if by_hand {
        no.push("a step without a command is not settled".to_owned());
    }
    if !runbook.unknown.is_empty() {
        no.push("something below could not be read and nobody has looked".to_owned());
    }
    no.push("a check below is not ticked".to_owned());
    no.push("cluster or pools are not `Succeeded` and running".to_owned());
    no.push("nobody of the owner can be called".to_owned());
    phrase!(
        "**Verdict: {}**, {}. **Go** when nothing of the following holds any more. **No-go** as long as {}.",
        runbook.verdict.as_str(),
        verdict_words(runbook),
        no.join(", or ")
    )
}

fn elsewhere(runbook: &Runbook<'_>) -> Phrase {
    let words = match runbook.target {
        Target::NewPools if is_less_surge(runbook) => {
            "but less surge is enough, so that no pool has to be made; nothing below changes the IPAM mode"
        }
        Target::NewCluster => "there is no way in place; the new cluster is built beside this one",
        _ if runbook.verdict == Verdict::Rebuild && runbook.site.new_cluster.is_some() => {
            "there is no way in place; the new cluster is built beside this one"
        }
        Target::Stay => "the cluster stays as it is",
        Target::Undecided => "the target depends on answers that were not given, which the details ask",
        _ => "nothing below changes the IPAM mode, so no check of a move stands before it",
    };
    phrase!("**Target: {}**, {}.", runbook.target.as_str(), words)
}

/// What a verdict means.
fn verdict_words(runbook: &Runbook<'_>) -> &'static str {
    match runbook.verdict {
        Verdict::Rebuild => "there is no way in place",
        Verdict::Unknown if runbook.blockers.is_empty() => "something needed could not be read",
        Verdict::Unknown => "something needed could not be read, and blockers have to be removed besides",
        Verdict::NeedsPreparation => "blockers have to be removed first",
        Verdict::ReadyAfterChecks => "only checks by people remain",
        Verdict::Ready => "nothing stands in the way",
    }
}

/// Why it goes there, and what speaks for and against.
pub(super) fn why(page: &mut Page, runbook: &Runbook<'_>) {
    page.heading(2, "Why");
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
    if runbook.operations.is_empty() {
        page.list(runbook.reasons.iter().take(MOST).map(|result| prose(&say::against(result).text())));
    }
    if runbook.target == Target::Undecided {
        let question = |question: &Question| match question {
            Question::NeedsDirectPodIp => {
                "Does anything outside the cluster reach pods by their own address?"
            }
            Question::NeedsVirtualNodes => "Do workloads need virtual nodes?",
        };
        page.paragraph("Give the answers in the configuration, and run the audit again:");
        page.checklist(runbook.questions.iter().map(question));
    }
    if !runbook.first.is_empty() {
        page.alert(
            Alert::Important,
            Phrase::joined(runbook.first.iter().map(|first| prose(&say::first(first).text())), "; ").ended(),
        );
    }
    page.list(runbook.also.iter().map(|one| phrase!("{} ({})", prose(&say::advice(one).text()), one.rule())));
    let elsewhere = runbook.steps.iter().any(|step| step.purpose == Purpose::Room);
    if runbook.unplaced.is_some() || elsewhere {
        if !runbook.fixes.is_empty() {
            page.paragraph("What the engine found that would make room; one of these for each shortfall:");
        }
        page.list(runbook.fixes.iter().take(MOST).map(|fix| prose(&say::fix_of(fix).text())));
    }
}

/// Most lines of one list.
const MOST: usize = 12;
