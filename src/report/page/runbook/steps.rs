//! The numbered steps: each with what to run, what to expect, what to do if it is not so, and whether one can go back.

use super::{commands::Commands, words};
use crate::{
    assess::{
        migration::Operation,
        runbook::{Item, Phase, Purpose, Runbook, Step},
    },
    ipam::IpamMode,
    report::{
        page::block::{Alert, Page},
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
    if let Purpose::Change(_) = step.purpose {
        page.alert(
            Alert::Caution,
            "Re-images every node of every pool at the same time. From here on there is no way back.",
        );
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
    let mut all = vec![
        "# when it has ended".to_owned(),
        commands.network(),
        "kubectl get nodes --output wide".to_owned(),
    ];
    match operation {
        Operation::Overlay => {
            all.push(LEFT_OVER.to_owned());
            all.push("kubectl get nodenetworkconfigs --all-namespaces".to_owned());
            if runbook.from == IpamMode::Kubenet {
                all.extend(commands.tables());
            }
        }
        Operation::Cilium => all.push(
            "kubectl get pods --namespace kube-system --selector k8s-app=cilium --output wide".to_owned(),
        ),
    }
    all.push(NAMES.to_owned());
    page.commands(all);
}

/// Pods that neither run nor have ended.
const LEFT_OVER: &str = "kubectl get pods --all-namespaces --output wide --field-selector=status.phase!=Running,status.phase!=Succeeded";
/// Resolves a name inside and one outside the cluster, from a pod that is removed again.
const NAMES: &str = "kubectl run name-check --image=mcr.microsoft.com/azurelinux/base/core:3.0 --rm --attach --restart=Never -- sh -c \
                     'getent hosts kubernetes.default.svc.cluster.local mcr.microsoft.com'";
