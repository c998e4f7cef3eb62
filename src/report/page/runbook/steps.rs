//! The numbered steps: each with what to run, what to expect, what to do if it is not so, and whether one can go back.

use super::{commands::Commands, words};
use crate::{
    assess::{
        migration::Operation,
        runbook::{Item, Phase, Purpose, Runbook, Step},
    },
    ipam::IpamMode,
    report::{
        page::block::Page,
        phrase::{Phrase, phrase, prose},
        say,
    },
};

/// All of them.
pub(super) fn write(page: &mut Page, runbook: &Runbook<'_>, commands: &Commands<'_>) {
    for (number, step) in (1..).zip(&runbook.steps) {
        page.heading(3, phrase!("{}. {}", number.to_string(), title(runbook, step)));
        one(page, runbook, commands, step);
    }
}

fn title(runbook: &Runbook<'_>, step: &Step<'_>) -> Phrase {
    let mut title = words::title(runbook, step);
    if let Some(day) = step.day.filter(|_| step.phase == Phase::Before) {
        title = phrase!("{}, on {}", title, day.to_string());
    }
    title
}

fn one(page: &mut Page, runbook: &Runbook<'_>, commands: &Commands<'_>, step: &Step<'_>) {
    let here = step.items.iter().filter_map(here);
    let all = here.chain(words::lead(runbook, step)).chain(words::reimages(step));
    let all: Vec<_> = all.collect();
    if !all.is_empty() {
        page.paragraph(Phrase::joined(all, " "));
    }
    let printed = commands.of_step(step);
    if !printed.is_empty() {
        page.commands(printed);
    }
    if let Purpose::Change(operation) = step.purpose {
        verify(page, runbook, commands, operation);
    }
    page.paragraph(words::outcome(runbook, step));
}

/// What is wrong here.
fn here(item: &Item<'_>) -> Option<Phrase> {
    let facts = say::check_facts(item.facts)?;
    Some(phrase!("**{}:** {}", item.id.as_str(), prose(&facts.text()).ended()))
}

fn verify(page: &mut Page, runbook: &Runbook<'_>, commands: &Commands<'_>, operation: Operation) {
    let mut all = vec![commands.network(), commands.pools(), "kubectl get nodes --output wide".to_owned()];
    all.push(
        "kubectl get pods --all-namespaces --output wide --field-selector=status.phase!=Running,status.phase!=Succeeded"
            .to_owned(),
    );
    match operation {
        Operation::Overlay => {
            all.push("kubectl get nodenetworkconfigs --all-namespaces".to_owned());
            if runbook.from == IpamMode::Kubenet {
                all.extend(commands.tables());
            }
        }
        Operation::Cilium => all.push(
            "kubectl get pods --namespace kube-system --selector k8s-app=cilium --output wide".to_owned(),
        ),
    }
    all.push("kubectl run name-check --image=mcr.microsoft.com/azurelinux/base/core:3.0 --rm --attach --restart=Never -- sh -c 'getent hosts kubernetes.default.svc.cluster.local mcr.microsoft.com'".to_owned());
    page.paragraph("When it has ended, look:");
    page.commands(all);
}
