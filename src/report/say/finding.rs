//! The words of findings.

use super::{
    in_use::Held,
    pieces::{addresses, name, nodes},
};
use crate::{
    assess::{
        audit::{
            ClusterFact, Fact, Finding, LeavingFact, LimitFact, PrefixKind, SubnetFact, Sum, UsedBasis,
            WhyUnreadable, WhyUnused,
        },
        migration::RetirementItem,
        options::Exception,
        outlook::{Conflict, RangeOf, Stage},
    },
    inventory::{CoverageEntry, ReadStatus, ResourceId},
    report::phrase::{Phrase, counted, phrase},
    rules::{CheckId, Checks},
    words::noun,
};

/// What a finding is, on one line.
pub(crate) fn title(finding: &Finding) -> String {
    let title = &finding.rule().title;
    finding.retirement().map_or_else(|| title.clone(), |retired| format!("{title}: {}", retired.title))
}

/// The facts of a finding.
pub(crate) fn detail(finding: &Finding) -> Phrase {
    let mut facts: Vec<Phrase> = finding.facts.iter().map(fact).collect();
    facts.dedup();
    Phrase::joined(facts, "; ")
}

fn fact(fact: &Fact) -> Phrase {
    match fact {
        Fact::Cluster(fact) => cluster(fact),
        Fact::Leaving(fact) => leaving(fact),
        Fact::Subnet(fact) => subnet(fact),
        Fact::Limit(fact) => limit(fact),
        Fact::Overlaps(overlaps) => some_of(overlaps.iter().map(overlap)),
        Fact::NotConnected(networks) => {
            phrase!("not connected with {}", some_of(networks.iter().map(|id| Phrase::outside(id.name()))))
        }
        Fact::UnreadablePrefixes(kind, texts) => {
            let kind = match kind {
                PrefixKind::PodCidr => "pod CIDR",
                PrefixKind::ServiceCidr => "service CIDR",
                PrefixKind::Subnet => "subnet prefix",
                PrefixKind::AddressSpace => "address space",
            };
            phrase!("{} {}", kind, some_of(texts.iter().map(Phrase::outside)))
        }
        Fact::Gap(entry) => gap(entry),
        Fact::GapsAccepted => "accepted by `accept_unread`".into(),
        Fact::Attestation(check, why) => phrase!("{}: {}", check.as_str(), super::checks::idle_answer(why)),
        Fact::AttestationOfNothing(check) => phrase!("{}: no such cluster was found", check.as_str()),
        Fact::UnusedExceptions(unused) => {
            let words = unused.iter().map(|(exception, why)| unused_exception(exception, *why));
            Phrase::joined(in_order(words), "; ")
        }
        Fact::RulesOutdated { id, of, as_of, days } => phrase!(
            "what {} was read from is of {}, {} before {}",
            id.as_str(),
            of.to_string(),
            counted(*days, "day", "days"),
            as_of.to_string()
        ),
    }
}

fn cluster(fact: &ClusterFact) -> Phrase {
    match fact {
        ClusterFact::Kubenet { nodes, nodes_scale_max, ends, days_left } => {
            let nodes = match (*nodes, *nodes_scale_max) {
                (Some(now), Some(most)) if now == most => self::nodes(now),
                (Some(now), Some(most)) => {
                    phrase!("{} now, {} at autoscaler maximum", self::nodes(now), most)
                }
                (Some(now), None) => phrase!("{} now", self::nodes(now)),
                (None, _) => "an unknown number of nodes".into(),
            };
            let days = counted(days_left.unsigned_abs(), "day", "days");
            let left = match days_left {
                0 => phrase!("support ends today, on {}", ends.to_string()),
                ..0 => phrase!("support ended on {}, {} ago", ends.to_string(), days),
                _ => phrase!("support ends on {}, in {}", ends.to_string(), days),
            };
            phrase!("{}; {}", nodes, left)
        }
        ClusterFact::Mode { plugin, mode, lacks_pools } => {
            let plugin = plugin.as_ref().map_or_else(|| "(absent)".into(), Phrase::outside);
            match mode {
                _ if *lacks_pools => phrase!(
                    "plugin {} without a mode, and no node pool that would tell how pods get addresses",
                    plugin
                ),
                Some(mode) => phrase!("plugin {} with mode {}", plugin, Phrase::outside(mode)),
                None => phrase!("plugin {} without a mode", plugin),
            }
        }
        ClusterFact::NamedBy(pools) => {
            let pool = |(cluster, pool): &(ResourceId, String)| {
                phrase!("{} of {}", Phrase::outside(pool), name(cluster))
            };
            phrase!("named by pools {}", some_of(in_order(pools.iter().map(pool))))
        }
        ClusterFact::SubnetUnreadable(why) => match why {
            WhyUnreadable::NoNetwork => "its id names no virtual network".into(),
            WhyUnreadable::NotInNetwork(id) => {
                phrase!("network {} was read and has no such subnet", name(id))
            }
            WhyUnreadable::Denied(id) => phrase!("the identity may not read network {}", name(id)),
            WhyUnreadable::NoSuchNetwork(id) => phrase!("Azure knows no network {}", name(id)),
            WhyUnreadable::NotRead(id) => phrase!("network {} is not among those that were read", name(id)),
        },
        ClusterFact::Unplaced { cluster_id, pools, vnet_id, subnets } => phrase!(
            "pools {} of {} name no subnet, and of the {} of network {} in their node resource group none is called \
             `aks-subnet`",
            some_of(pools.iter().map(Phrase::outside)),
            name(cluster_id),
            counted(*subnets, "subnet", "subnets"),
            name(vnet_id)
        ),
    }
}

fn leaving(fact: &LeavingFact) -> Phrase {
    match fact {
        LeavingFact::CreatedLately { ends } => {
            phrase!("created on kubenet, which ends on {}", ends.to_string())
        }
        LeavingFact::Blocked { is_removable, by } => {
            let rule = |id: &CheckId| Checks::built_in().get(*id).rule.as_str();
            let checks = by.iter().map(|id| phrase!("{} ({})", id.as_str(), rule(id)));
            let what = if *is_removable { "to be removed first" } else { "no way in place" };
            phrase!("{}: {}", what, some_of(checks))
        }
        LeavingFact::Late { days, target } => {
            phrase!("the last wave ends {} after {}", counted(*days, "day", "days"), target.to_string())
        }
        LeavingFact::NoPlace(clusters) => phrase!(
            "no place in any wave for {}: {}",
            counted(clusters.len(), "cluster", "clusters"),
            some_of(clusters.iter().map(name))
        ),
        LeavingFact::NoDate(clusters) => phrase!(
            "no date for {}: {}",
            counted(clusters.len(), "kubenet cluster", "kubenet clusters"),
            some_of(clusters.iter().map(name))
        ),
        LeavingFact::Retired(all) => retired(all),
    }
}

/// What one retirement hits: pools that it hits in the same way are said together.
fn retired(all: &[RetirementItem]) -> Phrase {
    let same =
        |one: &RetirementItem, other: &RetirementItem| (one.date, &one.detail) == (other.date, &other.detail);
    let one = |(at, alike): (usize, &[RetirementItem])| {
        let RetirementItem { id, date, detail, .. } = alike.first()?;
        let id = if at == 0 { id.as_str() } else { "" };
        let on = date.map_or_else(Phrase::default, |date| phrase!(" on {}", date.to_string()));
        let pools: Vec<_> = alike.iter().filter_map(|item| item.node_pool.as_ref()).collect();
        let pools = match pools.as_slice() {
            [] => Phrase::default(),
            [only] => phrase!("pool {}: ", Phrase::outside(*only)),
            many => phrase!("pools {}: ", some_of(many.iter().map(|pool| Phrase::outside(*pool)))),
        };
        Some(phrase!("{}{}: {}{}", id, on, pools, super::retirement(alike.first()?.id, detail)))
    };
    let mut all = all.to_vec();
    all.sort_by(|a, b| (a.date, &a.detail, &a.node_pool).cmp(&(b.date, &b.detail, &b.node_pool)));
    some_of(all.chunk_by(same).enumerate().filter_map(one))
}

fn subnet(fact: &SubnetFact) -> Phrase {
    match fact {
        SubnetFact::Status(reason) => super::reason(reason),
        SubnetFact::InUse { used, used_low, usable, tenths, basis } => {
            let basis = match basis {
                UsedBasis::Measured => "",
                UsedBasis::Modelled => ", modelled",
                UsedBasis::Mixed => ", partly modelled",
                UsedBasis::Unknown => ", more may be",
            };
            match (*used, *used_low, *usable) {
                (Some(used), low, Some(usable)) => {
                    let held = Held::of(low.unwrap_or(used), used, usable);
                    let share = tenths.and_then(|_| held.share());
                    let share = share.map_or_else(Phrase::default, |share| phrase!(" ({})", share));
                    let (count, wanted) = (held.count(), held.wanted());
                    phrase!("{} of {} addresses in use{}{}{}", count, usable, share, basis, wanted)
                }
                (None, Some(low), Some(usable)) => {
                    phrase!("at least {} of {} addresses in use{}", low, usable, basis)
                }
                (Some(used), _, None) => {
                    phrase!("{} in use{}, of an unknown number", addresses(used), basis)
                }
                (None, Some(low), None) => {
                    phrase!("at least {} in use{}, of an unknown number", addresses(low), basis)
                }
                (None, None, Some(usable)) => {
                    phrase!("{} usable addresses, an unknown number in use", usable)
                }
                (None, None, None) => "neither its size nor its use is known".into(),
            }
        }
        SubnetFact::Clusters(clusters) => phrase!("clusters {}", some_of(clusters.iter().map(name))),
        SubnetFact::Delegated(services) => {
            phrase!(
                "nodes live here, and it is delegated to {}",
                some_of(services.iter().map(Phrase::outside))
            )
        }
        SubnetFact::Short { by, sum, clusters } => phrase!(
            "{} short: {}; {} {}",
            addresses(*by),
            sum.map(self::sum).unwrap_or_default(),
            noun(clusters.len(), "cluster", "clusters"),
            some_of(clusters.iter().map(name))
        ),
        SubnetFact::Roomy { sum, spare } => phrase!(
            "at autoscaler maximum while everything surges: {}; a /{} would be enough and return {}",
            self::sum(*sum),
            u32::from(spare.enough),
            addresses(spare.addresses)
        ),
        SubnetFact::Stranded { addresses, usable } => {
            phrase!("by estimate {} of {} usable addresses", *addresses, *usable)
        }
    }
}

/// What a scenario comes to, for a reader to redo: `232 + 31 = 263 of 251 usable`.
pub(crate) fn sum(sum: Sum) -> Phrase {
    let Sum { used, added, others, total, usable } = sum;
    let others = if others > 0 { phrase!(" + {}", others) } else { Phrase::default() };
    phrase!("{} + {}{} = {} of {} usable", used, added, others, total, usable)
}

fn limit(fact: &LimitFact) -> Phrase {
    match fact {
        LimitFact::Nodes { now, most, capacity, headroom } if *headroom < 0 => phrase!(
            "{} short: {} now, {} at autoscaler maximum while everything surges, room for {}",
            nodes(headroom.unsigned_abs()),
            *now,
            *most,
            *capacity
        ),
        LimitFact::PolicyManager { now, most, capacity } => phrase!(
            "Linux nodes with Azure NPM: {} now, {} at autoscaler maximum, {} supported",
            *now,
            *most,
            *capacity
        ),
        LimitFact::Nodes { now, capacity, .. } => {
            phrase!("no node more fits: {} now, room for {}", *now, *capacity)
        }
        LimitFact::Addresses { by, now, most, capacity, at_least } => {
            let at_least = if *at_least { "at least " } else { "" };
            phrase!(
                "{}{} too many: {}{} now, {}{} at autoscaler maximum while everything surges, {} allowed",
                at_least,
                addresses(*by),
                at_least,
                *now,
                at_least,
                *most,
                *capacity
            )
        }
        LimitFact::Refusals(refusals) => {
            let words = refusals.iter().map(|(stage, refusal)| {
                let when = match stage {
                    Stage::Today => "today",
                    Stage::AfterOverlay => "on a move to Overlay",
                };
                phrase!("{}: {}", when, super::refusal(refusal))
            });
            phrase!("by our reading, {}", some_of(words))
        }
        LimitFact::Breach(breach) => super::breach(*breach),
        LimitFact::WastefulMaxPods => "its maxPods is not a multiple of 16 less one".into(),
    }
}

fn overlap(overlap: &Conflict) -> Phrase {
    let Conflict { of, cidr_a, cidr_b, owner_b, .. } = overlap;
    let of = match of {
        RangeOf::Pods => "pods",
        RangeOf::Services => "services",
        RangeOf::Network => "network",
    };
    phrase!("{} {} and {} of {}", of, cidr_a.to_string(), cidr_b.to_string(), Phrase::outside(owner_b.name()))
}

fn gap(entry: &CoverageEntry) -> Phrase {
    let status = match entry.status {
        ReadStatus::NotFound => "not found",
        other => other.as_str(),
    };
    let code = entry.error_code.as_ref().map(Phrase::outside);
    let answer = match (entry.http_status, code) {
        (Some(http), Some(code)) => phrase!(" (HTTP {}, {})", u32::from(http), code),
        (Some(http), None) => phrase!(" (HTTP {})", u32::from(http)),
        (None, Some(code)) => phrase!(" ({})", code),
        (None, None) => Phrase::default(),
    };
    let kept = match entry.items {
        0 => Phrase::default(),
        items => phrase!(", {} kept", counted(items, "item", "items")),
    };
    let message = entry.message.as_ref();
    let message = message.map_or_else(Phrase::default, |message| phrase!(": {}", Phrase::outside(message)));
    let what = Phrase::outside(entry.what.as_str().replace('-', " "));
    phrase!("{} {}{}{}{}", what, status, answer, kept, message)
}

fn unused_exception(exception: &Exception, why: WhyUnused) -> Phrase {
    let accepts_nothing = |why: &str| phrase!("accepts nothing: {}", why);
    let why = match why {
        WhyUnused::Expired { is_found } => {
            let on = exception.until.map_or_else(Phrase::default, |date| phrase!(" on {}", date.to_string()));
            let now = if is_found { "the finding counts again" } else { "nothing matches it any more" };
            phrase!("expired{}, and {}", on, now)
        }
        WhyUnused::NoSuchRule => accepts_nothing("no rule has this id"),
        WhyUnused::NoSuchRetirement => accepts_nothing("its `retirement` is none that is known"),
        WhyUnused::SwitchedOff => accepts_nothing("the rule is switched off"),
        WhyUnused::NothingFound => accepts_nothing("the rule found nothing there"),
        WhyUnused::NoSuchSubscription => accepts_nothing("the identity sees no subscription of its id"),
    };
    let (rule, reason) = (Phrase::outside(&exception.rule), Phrase::outside(&exception.reason));
    let of = |id: &String| phrase!(" of {}", Phrase::outside(id));
    let of = exception.retirement.as_ref().map_or_else(Phrase::default, of);
    phrase!("the exception for `{}`{} ({}) {}", rule, of, reason, why)
}

/// The first five.
fn some_of(all: impl IntoIterator<Item = Phrase>) -> Phrase {
    const SHOWN: usize = 5;
    let mut all = all.into_iter();
    let shown = Phrase::joined(all.by_ref().take(SHOWN), ", ");
    match all.count() {
        0 => shown,
        more => phrase!("{} and {} more", shown, more),
    }
}

/// In the order of their words, each once.
fn in_order(all: impl Iterator<Item = Phrase>) -> Vec<Phrase> {
    let mut all: Vec<Phrase> = all.collect();
    all.sort_by_cached_key(Phrase::text);
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_are_cut_with_a_count() {
        let some_of = |names: &[&str]| super::some_of(names.iter().map(|name| Phrase::outside(*name))).text();
        assert_eq!(some_of(&["a", "b"]), "a, b");
        assert_eq!(some_of(&["a", "b", "c", "d", "e"]), "a, b, c, d, e");
        assert_eq!(some_of(&["a", "b", "c", "d", "e", "f", "g"]), "a, b, c, d, e and 2 more");
    }
}
