//! The words of checks: what fails, what is missing to know, who answered.

mod cluster;
mod missing;
mod network;
mod pools;

use crate::{
    assess::migration::{Advice, CheckFact, Fault, GatewaySubnet, IdleAnswer, IdleReason},
    inventory::ResourceId,
    report::phrase::{Phrase, phrase},
};

/// The facts of a check; none where it has none.
pub(crate) fn check_facts(facts: &[CheckFact]) -> Option<Phrase> {
    (!facts.is_empty()).then(|| Phrase::joined(facts.iter().map(check_fact), "; "))
}

fn check_fact(fact: &CheckFact) -> Phrase {
    match fact {
        CheckFact::Fails(fault) => self::fault(fault),
        CheckFact::Missing(missing) => list(missing.iter().map(missing::missing)),
        CheckFact::Answered { who, when } => phrase!("{} on {}", Phrase::outside(who), when.to_string()),
        CheckFact::Idle(answer) => idle_answer(answer),
    }
}

fn fault(fault: &Fault) -> Phrase {
    match fault {
        Fault::Addon(fault) => cluster::addon(fault),
        Fault::Address(fault) => network::address(fault),
        Fault::Capacity(fault) => network::capacity(fault),
        Fault::Cilium(fault) => cluster::cilium(*fault),
        Fault::Eligibility(fault) => cluster::eligibility(fault),
        Fault::Identity(fault) => cluster::identity(fault),
        Fault::Overlap(cidr, fault) => network::overlap(*cidr, fault),
        Fault::Pools(pools) => pools::pools(pools),
        Fault::Routing(fault) => network::routing(fault),
        Fault::Security(fault) => network::security(fault),
        Fault::Traffic(fault) => network::traffic(fault),
    }
}

/// Why an answer decides nothing: a clause about it.
pub(crate) fn idle_answer(given: &IdleAnswer) -> Phrase {
    let why = match given.why {
        IdleReason::NotMade => "answers nothing: the check is not made of this cluster".into(),
        IdleReason::Fails => "changes nothing: Azure shows that the check fails".into(),
        IdleReason::Passes => "changes nothing: Azure shows that the check passes".into(),
        IdleReason::Expired(day) => phrase!("expired on {}: the check is unknown again", day.to_string()),
        IdleReason::Early => "is of a day after the audit's: it does not count yet".into(),
        IdleReason::Unread => {
            "changes nothing: the check is for Azure to answer, and something could not be read".into()
        }
    };
    phrase!(
        "the answer `{}` of {} of {} {}",
        given.answer.as_str(),
        Phrase::outside(&given.who),
        given.when.to_string(),
        why
    )
}

/// What to think of besides a target.
pub(crate) fn advice(advice: &Advice) -> Phrase {
    match advice {
        Advice::CiliumLater => "the Cilium data plane can follow as its own operation".into(),
        Advice::CiliumFirst => {
            "Cilium first removes the engine and saves one re-image; documented less clearly, so rehearse it"
                .into()
        }
        Advice::StaticBlocks => {
            "the documentation lists no update to Cilium for static blocks by name: rehearse it".into()
        }
        Advice::WindowsPools => "Windows pools stay without Cilium; their policy engine is Calico".into(),
        Advice::ManyNodes(most) => phrase!("more than {} nodes: split the cluster", *most),
        Advice::ManyPods(most) => {
            phrase!("the pools have room for more than {} pods, as many as one cluster is meant for", *most)
        }
        Advice::FreeTier => "more nodes than the Free tier allows: move to the Standard tier".into(),
        Advice::GatewayForContainers(subnet) => {
            let rest = match subnet {
                GatewaySubnet::Keep(id) => phrase!(": keep {} as it is", name(id)),
                GatewaySubnet::Reserve(free) => phrase!(": reserve {}, which is free", free.to_string()),
                GatewaySubnet::NoneFree => ", and none is free: its address space has to grow first".into(),
            };
            phrase!(
                "Application Gateway for Containers needs a subnet of exactly a /24 in the cluster's network with Overlay{}",
                rest
            )
        }
        Advice::OneWindow => "steps that re-image every node can share one window".into(),
        Advice::OnlySurge => {
            "only the surge does not fit: maxSurge 1, or maxUnavailable on user pools, is cheaper than moving"
                .into()
        }
    }
}

/// The name of a resource.
fn name(id: &ResourceId) -> Phrase {
    Phrase::outside(id.name())
}

/// The names of resources.
fn names(ids: &[ResourceId]) -> Phrase {
    list(ids.iter().map(name))
}

/// Phrases in a row, each once and sorted, so that the order in which things were read leaves no trace.
fn list(phrases: impl IntoIterator<Item = Phrase>) -> Phrase {
    let mut phrases: Vec<(String, Phrase)> =
        phrases.into_iter().map(|phrase| (phrase.text(), phrase)).collect();
    phrases.sort_by(|(one, _), (other, _)| one.cmp(other));
    phrases.dedup_by(|(one, _), (other, _)| one == other);
    in_order(phrases.into_iter().map(|(_, phrase)| phrase))
}

/// Phrases in a row, as they come.
fn in_order(phrases: impl IntoIterator<Item = Phrase>) -> Phrase {
    Phrase::joined(phrases, ", ")
}
