//! The words of what makes a cluster urgent.

use std::cmp::Reverse;

use crate::{
    assess::migration::{Rank, Urgency},
    report::phrase::{Phrase, phrase},
    words::noun,
};

/// What makes a cluster urgent, the weightiest first; what weighs the same, by its words.
pub(crate) fn urgency(rank: &Rank) -> Vec<Phrase> {
    let said = rank.reasons.iter().map(|(points, reason)| (*points, reason_of(*reason)));
    let mut said: Vec<_> = said.collect();
    said.sort_by_cached_key(|(points, words)| (Reverse(*points), words.text()));
    said.into_iter().map(|(_, words)| words).collect()
}

fn reason_of(reason: Urgency) -> Phrase {
    let days = |words: Phrase, days: i64| phrase!("{} {} {}", words, days, noun(days, "day", "days"));
    match reason {
        Urgency::Ended(number) => phrase!("{} ago", days("kubenet support ended".into(), number)),
        Urgency::Ends(number) => days("kubenet support ends in".into(), number),
        Urgency::NearLimits => "it is near the nodes that its routes and its pod CIDR allow".into(),
        Urgency::ShortOfAddresses => "a range of it is nearly full, or too small for its maxima".into(),
        Urgency::AtMaximum(most, room) => {
            phrase!("{} nodes at autoscaler maximum, {} allowed", most, room)
        }
        Urgency::Production => "tags say production".into(),
        Urgency::NoWayInPlace => "it cannot be moved in place".into(),
        Urgency::Blockers(number) => phrase!("{} {}", number, noun(number, "blocker", "blockers")),
        Urgency::UnknownChecks(number) => {
            phrase!("{} {} could not be read", number, noun(number, "check", "checks"))
        }
        Urgency::Reimages(number) => phrase!("{} full re-images", number),
        Urgency::Routes(used, allowed) => phrase!("{} of {} routes in use", used, allowed),
        Urgency::PodCidr(nodes, room) => phrase!("{} of {} nodes that the pod CIDR allows", nodes, room),
        Urgency::NoRoomToGrow => "the pod CIDR has no room for growth".into(),
        Urgency::SharedRouteTable => "the route table is shared".into(),
        Urgency::Calico => "Calico has to be removed".into(),
        Urgency::OldVersion => "its Kubernetes version is out of support".into(),
        Urgency::New => "it was created lately, although kubenet ends".into(),
    }
}
