//! The words of steps.

use crate::{
    assess::{
        migration::{Action, Autoscaler, Operation, Reason, Relief},
        runbook::{Phase, Purpose, Reimages, Runbook, Step},
    },
    ipam::IpamMode,
    report::{
        phrase::{Phrase, name, phrase, prose},
        text,
    },
    rules::{CheckId, Support, Versions},
    words::noun,
};

/// What a step is called.
pub(super) fn title(runbook: &Runbook<'_>, step: &Step<'_>) -> Phrase {
    match step.purpose {
        Purpose::Mend => match step.items.split_first() {
            Some((first, others)) => {
                let ids = Phrase::joined(
                    std::iter::once(first).chain(others).map(|item| item.id.as_str().into()),
                    ", ",
                );
                phrase!("{}: {}", ids, prose(&first.rule.title))
            }
            None => "Preparation".into(),
        },
        Purpose::Agree(cidr) => phrase!(
            "Agree on the pod CIDR {} ({})",
            Phrase::code(cidr.to_string()),
            Phrase::joined(step.clears().map(|id| id.as_str().into()), ", ")
        ),
        Purpose::Prepare => prepare(step).into(),
        Purpose::Tables => "Give the other subnets a route table of their own".into(),
        Purpose::Change(Operation::Overlay) => "Move to Azure CNI Overlay".into(),
        Purpose::Change(Operation::Cilium) => "Change the data plane to Cilium".into(),
        Purpose::Clean => "Take away the routes that nobody needs any more".into(),
        Purpose::Resume if step.actions == [Action::Provisioning(true)] => {
            "Turn node auto-provisioning on again".into()
        }
        Purpose::Resume if step.actions.iter().any(|a| matches!(a, Action::SurgeAsBefore { .. })) => {
            "Give back what was paused and lowered".into()
        }
        Purpose::Resume => "Give back what was paused".into(),
        Purpose::Room if step.actions.iter().any(|action| matches!(action, Action::Surge { .. })) => {
            "Less surge, which is enough".into()
        }
        Purpose::Room => "Make room for nodes and pods".into(),
        Purpose::NodeClass => "A larger subnet for nodes that no pool makes".into(),
        Purpose::PodSubnet => "New pools with a pod subnet".into(),
        Purpose::Expand => "Enlarge the pod CIDR".into(),
        Purpose::Build => match &runbook.site.new_cluster {
            Some(new) => phrase!("Build {} beside this cluster", name(&new.name)),
            None => "Build a new cluster beside this one".into(),
        },
        Purpose::Workloads => "Bring the workloads to the new cluster".into(),
        Purpose::Traffic => "Lead traffic to the new cluster".into(),
        Purpose::Delete => "Delete this cluster".into(),
    }
}

fn prepare(step: &Step<'_>) -> &'static str {
    match (step.actions.contains(&Action::Save), step.actions.len() > 1) {
        (true, true) => "Sign in, save what is there, pause what changes nodes by itself",
        (true, false) => "Sign in, save what is there",
        (false, true) => "Save the cluster again, pause what changes nodes by itself",
        (false, false) => "Save the cluster again",
    }
}

/// What to know before the commands.
pub(super) fn lead(runbook: &Runbook<'_>, step: &Step<'_>) -> Option<Phrase> {
    Some(match step.purpose {
        Purpose::Mend => mend(runbook, step)?,
        Purpose::Agree(_) => {
            "The move sets it. Ask whoever hands out addresses: what lies behind gateways shows nowhere in Azure.".into()
        }
        Purpose::Prepare if step.actions.contains(&Action::SaveAgain) => return None,
        Purpose::Prepare => {
            "Work in an empty folder. The first command writes to your own kubeconfig only.".into()
        }
        Purpose::Resume if step.actions.contains(&Action::Provisioning(true)) => {
            "Then take limit and taint off the Karpenter node pools again.".into()
        }
        Purpose::Resume => return None,
        Purpose::Tables => {
            "They are on the table that loses its routes. A gateway reaches pods by these routes until the move is done, so its \
             copy has them. Source: \
             <https://learn.microsoft.com/azure/application-gateway/configuration-infrastructure>"
                .into()
        }
        Purpose::Change(operation) => change(runbook, operation),
        Purpose::Clean => "Nothing needs routes to pods in Overlay.".into(),
        Purpose::Room => room(runbook, step),
        Purpose::NodeClass => node_class(step).into(),
        Purpose::PodSubnet => "No update in place gives pools a pod subnet, and pools with and without one in one cluster are \
             documented nowhere: try one pool first, and build a new cluster where it is refused or not wanted."
            .into(),
        Purpose::Expand => "The new range holds the present one: no pod has to move, nothing is re-imaged, and there is no way back \
             to a smaller one. Source: <https://learn.microsoft.com/azure/aks/azure-cni-overlay-pod-expand>"
            .into(),
        Purpose::Build => build(runbook),
        Purpose::Workloads => "Deploy them from their source, or restore them from a backup; give the new cluster's identity the \
             rights that this one's has, and add-ons, secrets and name servers what they had."
            .into(),
        Purpose::Traffic => "In shares, by DNS or a load balancer in front; go back by the same way as long as this cluster runs."
            .into(),
        Purpose::Delete => "Only when it has served nothing for as long as a wave is watched. The command asks before it sends \
             anything."
            .into(),
    })
}

fn mend(runbook: &Runbook<'_>, step: &Step<'_>) -> Option<Phrase> {
    let first = step.items.first()?;
    let days = first.rule.takes_days;
    let project = if days > 0 && step.actions.is_empty() {
        format!(
            " A project: count with {} (an assumption).",
            text::count(days as usize, "working day", "working days")
        )
    } else {
        String::new()
    };
    if !step.actions.is_empty() && step.actions != [Action::Catalogue] {
        return Some(phrase!("{}{}", typed(step), ended(runbook, step)));
    }
    if first.id == CheckId::SurgeFits && step.actions.is_empty() {
        return Some(
            "No command does it all: the details list what the engine found that would make room.".into(),
        );
    }
    Some(phrase!("{}{}", prose(&first.rule.remediation).ended(), project))
}

/// Versions on the way that are out of support by the day of the step: they cannot be had any more.
fn ended(runbook: &Runbook<'_>, step: &Step<'_>) -> Phrase {
    let Some((last, on_the_way)) = step.actions.split_last() else { return Phrase::default() };
    let is_upgrade = matches!(last, Action::Upgrade(_));
    let has_ended = |action: &Action| match action {
        Action::Upgrade(version) if is_upgrade => {
            let support = Versions::built_in().support(*version, runbook.site.long_term_support);
            let Support::Until(end) = support else { return None };
            let late = step.day.is_some_and(|day| day > end);
            late.then(|| {
                phrase!("{} ends on {}: after that leave its line out.", version.to_string(), end.to_string())
            })
        }
        _ => None,
    };
    let all: Vec<Phrase> = on_the_way.iter().filter_map(has_ended).collect();
    if all.is_empty() { Phrase::default() } else { phrase!(" {}", Phrase::joined(all, " ")) }
}

/// What the changes of a step do, where they are this program's own.
fn typed(step: &Step<'_>) -> &'static str {
    let any = |is: fn(&Action) -> bool| step.actions.iter().any(is);
    if any(|a| matches!(a, Action::Upgrade(_))) {
        "Control plane and pools, one minor version after the other; a version that is out of support may go to the oldest \
         supported one at once. Look at `az aks get-upgrades` before, and read what each version removes."
    } else if any(|a| matches!(a, Action::AddPool(_))) {
        "A new pool takes over with all that is known of the old one; what the inventory does not hold (kubelet settings, proximity \
         groups, …) add yourself. Nodes of both take addresses at once."
    } else if any(|a| matches!(a, Action::CreateIdentity(_))) {
        "The first command prints `principalId`: put it in place of `IDENTITY_PRINCIPAL_ID`. New rights take up to an hour to spread."
    } else if any(|a| matches!(a, Action::Surge { to: 0, .. })) {
        "Enough by the engine's figures: without surge a node is taken away before its successor comes, so a pool has one less \
         meanwhile."
    } else if any(|a| matches!(a, Action::Delegate(_))) {
        "Nothing but the delegation is missing; the gateway stays where it is."
    } else if any(|a| matches!(a, Action::Allow(_))) {
        "All three directions of traffic, before the rule that denies."
    } else if any(|a| matches!(a, Action::Delegate(_))) {
        "Nothing else is wrong with the gateway."
    } else {
        "Enough by the engine's figures."
    }
}

fn change(runbook: &Runbook<'_>, operation: Operation) -> Phrase {
    match operation {
        Operation::Overlay => {
            let range = match (runbook.from, runbook.new_pod_cidr) {
                (IpamMode::Kubenet, None) => "Without `--pod-cidr` the cluster keeps its pod CIDR.",
                (_, None) => "Replace `POD_CIDR` by the range you chose: this cluster has none, and none is proposed.",
                (IpamMode::Kubenet, Some(_)) => "`--pod-cidr` gives the cluster another pod CIDR.",
                _ => "`--pod-cidr` gives pods a range of their own, outside the network.",
            };
            phrase!("{} Nothing else may be changed in the same request.", range)
        }
        Operation::Cilium if runbook.operations.len() > 1 => {
            "An operation of its own: begin only when the move to Overlay has succeeded and soaked. Until the last node is replaced \
             policies are enforced in part."
                .into()
        }
        Operation::Cilium => "The IPAM mode stays as it is. Until the last node is replaced policies are enforced in part.".into(),
    }
}

fn room(runbook: &Runbook<'_>, step: &Step<'_>) -> Phrase {
    if !step.actions.is_empty() {
        return typed(step).into();
    }
    let managed = matches!(
        runbook.target_reason,
        Reason::Pressed(_, Relief::NewPools { in_managed_network: true, .. })
    );
    if managed {
        "A pool uses the subnet that AKS made, so that no other subnet can be given, and a node takes what it takes: less surge is what \
         helps, or a new cluster. Source: <https://learn.microsoft.com/azure/aks/node-pool-unique-subnet>"
            .into()
    } else {
        "No command does it all: the details list what the engine found that would make room. A pool keeps its subnet for life, so a \
         new one takes its place. Source: <https://learn.microsoft.com/azure/aks/node-pool-unique-subnet>"
            .into()
    }
}

fn node_class(step: &Step<'_>) -> &'static str {
    if step.actions.iter().any(|action| matches!(action, Action::NodeClass { look: true, .. })) {
        "Look first whether these nodes are there: Azure does not say that node auto-provisioning is on, and shows interfaces named as \
         Karpenter names those of its nodes. Those that no node bears the name of were left behind and can be deleted; where none is \
         left then, nothing else is needed. Else give their node class a larger subnet, and they move as they are replaced. Source: \
         <https://learn.microsoft.com/azure/aks/node-auto-provisioning-aksnodeclass>"
    } else {
        "Nodes come here without a pool, so that new pools change nothing for them. Their node class names their subnet: give it a \
         larger one, and they move as they are replaced. Source: \
         <https://learn.microsoft.com/azure/aks/node-auto-provisioning-aksnodeclass>"
    }
}

fn build(runbook: &Runbook<'_>) -> Phrase {
    let asks = match runbook.site.new_cluster.as_ref().map(|new| new.subnet.is_some()) {
        Some(true) => "",
        _ => " Its subnet has to be in a network that fits: `NODE_SUBNET_ID`.",
    };
    phrase!(
        "What must stay as it is stands in the command; add the add-ons and whatever else your clusters have.{} Words in capitals are \
         yours to choose.",
        asks
    )
}

/// Whose nodes go.
pub(super) fn reimages(step: &Step<'_>) -> Option<Phrase> {
    Some(match (&step.reimages, step.purpose) {
        // A change says it in a box of its own.
        (Reimages::None, _) | (Reimages::All, Purpose::Change(_)) => return None,
        (Reimages::All, _) => "**Replaces every node of every pool.**".into(),
        (Reimages::Pools(pools), _) => phrase!(
            "**Re-images every node of {} {}.**",
            noun(pools.len(), "pool", "pools"),
            Phrase::joined(pools.iter().map(|pool| name(pool)), ", ")
        ),
    })
}

/// What to expect, what to do if it is not so, and until where one can go back.
pub(super) fn outcome(runbook: &Runbook<'_>, step: &Step<'_>) -> Phrase {
    let (expect, otherwise, back) = match step.purpose {
        Purpose::Mend if step.actions.is_empty() => (
            "an audit after it no longer lists what stands above",
            "the window is off",
            "what you changed yourself",
        ),
        Purpose::Mend if step.phase == Phase::Before => (
            "state `Succeeded`, and an audit after it no longer lists what stands above",
            "read the error and mend its cause; the window is off",
            mend_back(step),
        ),
        Purpose::Mend => ("state `Succeeded`", "read the error before anything else", mend_back(step)),
        Purpose::Agree(_) => (
            "nobody objects",
            "put another range into `[migration.clusters]`, and audit again",
            "nothing is changed",
        ),
        Purpose::Prepare => (
            "each file holds something, states are `Succeeded`",
            "do not go on",
            "run what gives back what was paused, further down",
        ),
        Purpose::Tables => (
            "the gateways report the same health as before",
            "set the old route table again with the command of the same form",
            "set the old route table again",
        ),
        Purpose::Change(Operation::Overlay) => (
            "`networkPlugin` is `azure`, `networkPluginMode` is `overlay`, states are `Succeeded`, every node is `Ready`, no pod is left over, both names resolve",
            "see \"When it fails\"",
            "not from here on",
        ),
        Purpose::Change(Operation::Cilium) => (
            "`networkDataplane` and `networkPolicy` are `cilium`, one agent is ready on each node, both names resolve",
            "see \"When it fails\"",
            "not from here on",
        ),
        Purpose::Clean => (
            "the gateways report every server as healthy",
            "let the gateway's controller settle, then look again",
            "nothing needs the routes any more",
        ),
        Purpose::Resume => ("state `Succeeded`", "run it again", resume_back(step)),
        Purpose::Room if step.actions.is_empty() => {
            ("an audit after it shows room", "mend what is in the way", "what you changed yourself")
        }
        Purpose::Room | Purpose::NodeClass | Purpose::PodSubnet | Purpose::Expand => (
            "state `Succeeded`, and an audit after it shows room",
            "read the error and mend its cause",
            if step.purpose == Purpose::Expand { "none" } else { mend_back(step) },
        ),
        Purpose::Build => (
            "state `Succeeded`, and its nodes are `Ready`",
            "delete it and begin anew: nothing uses it",
            "delete it",
        ),
        Purpose::Workloads => ("they answer there", "this cluster still serves", "this cluster still serves"),
        Purpose::Traffic => {
            ("this cluster's traffic ends", "lead it back", "lead it back, as long as this cluster runs")
        }
        Purpose::Delete => {
            ("it is gone, with its node resource group", "read the error: something still uses it", "none")
        }
    };
    let announced = if step.breaks.is_empty() || step.purpose == Purpose::Resume {
        String::new()
    } else {
        let ids: Vec<_> = step.breaks.iter().map(|id| id.as_str()).collect();
        format!(" An audit will warn of {} from here on.", ids.join(", "))
    };
    let last = if runbook.steps.last() == Some(step) && !runbook.operations.is_empty() {
        " Then: workloads answer inside and from outside, firewalls name the ranges in use now, infrastructure code shows no difference."
    } else {
        ""
    };
    phrase!("**Expect:** {}. **If not:** {}. **Back:** {}.{}{}", expect, otherwise, back, announced, last)
}

fn mend_back(step: &Step<'_>) -> &'static str {
    let any = |is: fn(&Action) -> bool| step.actions.iter().any(is);
    if any(|a| matches!(a, Action::Upgrade(_))) {
        "none to an older minor version"
    } else if any(|a| matches!(a, Action::AddPool(_))) {
        "until the old pool is deleted"
    } else if any(|a| matches!(a, Action::OsSku { .. } | Action::NodeImage(_))) {
        "none to an image or an identity that is gone"
    } else {
        step.items.first().map_or(OLD_VALUES, |item| back_from(item.id))
    }
}

const OLD_VALUES: &str = "set the old values again";

/// Until where one can go back from what the catalogue's command for a check does.
fn back_from(check: CheckId) -> &'static str {
    match check {
        CheckId::AvailabilitySets | CheckId::BasicLoadBalancer => "none",
        CheckId::ClusterRunning | CheckId::PoolsRunning => "stop it again",
        CheckId::ProvisioningState => "nothing to take back",
        CheckId::KubenetPolicy | CheckId::NodeSubnetPolicy => {
            "none but an engine installed anew, where Azure takes it, which re-images every pool again"
        }
        CheckId::CiliumNodeAutoProvisioning => "turn it on again",
        _ => OLD_VALUES,
    }
}

fn resume_back(step: &Step<'_>) -> &'static str {
    let on = |action: &Action| matches!(action, Action::Autoscaler { does: Autoscaler::On { .. }, .. });
    if step.actions.iter().any(on) { "pause again" } else { "turn it off again" }
}
