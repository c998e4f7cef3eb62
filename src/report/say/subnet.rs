//! The words of subnets.

use super::{
    in_use::Held,
    input::{Input, input, known},
    pieces::{addresses, in_motion, nodes, within},
};
use crate::{
    assess::{
        audit::{Hidden, SubnetRow},
        outlook::{Bound, Gap, Mark, Missing, PodsOf, Reason, Scenario, SubnetPart},
    },
    inventory::{ResourceId, is_deletion},
    ipam::{Bounds, limits::API_SERVER_ADDRESSES},
    report::phrase::{Phrase, counted, phrase},
    rules::SMALLER_SURGE_FROM,
    words::noun,
};

/// What the figures of a subnet were made of.
pub(crate) fn subnet_inputs(row: &SubnetRow) -> Vec<Input> {
    inputs(row, &|scenario, added| Some(phrase!("{}: {}", scenario.as_str(), added)))
}

/// The same of one scenario.
pub(crate) fn subnet_inputs_in(row: &SubnetRow, only: Scenario) -> Vec<Input> {
    inputs(row, &|scenario, added| (scenario == only).then_some(added))
}

/// All inputs; what is added in a scenario is named by a function, or not wanted.
fn inputs(row: &SubnetRow, name: &dyn Fn(Scenario, Phrase) -> Option<Phrase>) -> Vec<Input> {
    let usable = row.usable_of_prefixes().map(|(prefix, usable)| {
        let value = match u64::try_from(prefix.size()) {
            Ok(size) if usable > 0 => phrase!("{} − 5 = {}", size, usable),
            _ => usable.into(),
        };
        input(phrase!("usable of {}", prefix.to_string()), value, "A1")
    });
    let mut inputs: Vec<Input> = usable.collect();
    inputs.extend(row.listed.map(|listed| input("addresses ARM lists", listed, "A7")));
    for part in &row.parts {
        match part {
            SubnetPart::Added { cluster_id, node_pool, each, due, nodes } => {
                let pool = within(cluster_id, node_pool);
                let due = each.zip(*due).filter(|(_, due)| *due > 0);
                if let (Some((each, due)), Some(_)) = (due, name(Scenario::Upgrade, pool.clone())) {
                    let what = phrase!("wanted and not there yet of {}", pool);
                    inputs.push(input(what, taken(due, each), "A6"));
                }
                // A migration adds the same as an upgrade, of every pool at once.
                for scenario in [Scenario::Upgrade, Scenario::ScaleMax, Scenario::ScaleMaxUpgrade] {
                    let added = phrase!("added by {}", within(cluster_id, node_pool));
                    let rule = if scenario == Scenario::Upgrade { "A4" } else { "A4.9" };
                    let value =
                        || known(each.zip(nodes.of(scenario)).map(|(each, count)| taken(count, each)));
                    inputs.extend(name(scenario, added).map(|what| input(what, value(), rule)));
                }
            }
            other => inputs.extend(held(other)),
        }
    }
    inputs
}

fn held(part: &SubnetPart) -> Option<Input> {
    Some(match part {
        SubnetPart::Pods { of, addresses } => {
            // Blocks are known exactly, batches between two bounds.
            let is_exact = addresses.is_some_and(|held| held.low == held.high);
            let rule = if is_exact { "A2.4" } else { "K-02" };
            input(phrase!("pods of {}", pods_of(of)), known(addresses.map(range)), rule)
        }
        SubnetPart::ApiServer { cluster_id, addresses } => {
            let what = phrase!("API server of {}", Phrase::outside(cluster_id.name()));
            input(what, known(addresses.map(range)), "G-33")
        }
        SubnetPart::Gateway { id, most, listed } => {
            let name = Phrase::outside(id.name());
            let what = phrase!("application gateway {}: {} at most, less {} listed", name, *most, *listed);
            input(what, most.saturating_sub(*listed), "G-30")
        }
        SubnetPart::Endpoint { cluster_id } => {
            let name = Phrase::outside(cluster_id.name());
            input(phrase!("private endpoint of the stopped cluster {}", name), "1", "A5")
        }
        SubnetPart::OutsideBlocks(addresses) => {
            input("addresses outside whole /28 blocks", *addresses, "A2.4")
        }
        SubnetPart::UnusedInBlocks { cluster_id, node_pool, addresses } => {
            let what = phrase!("blocks of {} that maxPods leaves unused", within(cluster_id, node_pool));
            input(what, *addresses, "G-25")
        }
        SubnetPart::BeyondBatches(addresses) => {
            input("addresses beyond whole batches of 16", *addresses, "G-23")
        }
        SubnetPart::Added { .. } => return None,
    })
}

fn taken(count: u64, each: u64) -> Phrase {
    phrase!("{} × {} = {}", nodes(count), each, count.saturating_mul(each))
}

/// A pool with what the addresses of its pods follow from.
fn pods_of(of: &PodsOf) -> Phrase {
    phrase!(
        "{} ({}, maxPods {}{}, {})",
        within(&of.cluster_id, &of.node_pool),
        of.nodes.map_or_else(|| "unknown nodes".into(), nodes),
        known(of.max_pods),
        if of.max_pods_assumed { " (assumed)" } else { "" },
        of.mode.as_str()
    )
}

fn range(bounds: Bounds) -> Phrase {
    let Bounds { low, high } = bounds;
    if low == high { low.into() } else { phrase!("{} to {}", low, high) }
}

/// Why a subnet has its status, or what its figures leave out.
pub(crate) fn reason(reason: &Reason) -> Phrase {
    let name = |id: &ResourceId| Phrase::outside(id.name());
    match reason {
        Reason::NoUsableAddress => "full: it has no usable address".into(),
        Reason::InUse { count, bound, usable, mark } => in_use(*count, *bound, *usable, *mark),
        Reason::UpgradeSurelyFails => "even by the lower bounds the neediest pool cannot be upgraded".into(),
        Reason::Short { by, scenario } => {
            let what = match scenario {
                Scenario::Now | Scenario::Upgrade => "to upgrade the neediest pool",
                Scenario::UpgradeAll => "to upgrade all pools at once",
                Scenario::ScaleMax => "to scale all pools to their maximum",
                Scenario::ScaleMaxUpgrade => "to upgrade all pools at their maximum",
            };
            phrase!("{} short {}", addresses(*by), what)
        }
        Reason::NotRead => "a cluster names it, but it could not be read".into(),
        Reason::NoPrefix => "it has no readable IPv4 prefix".into(),
        Reason::UnreadablePrefix(text) => {
            phrase!("its prefix `{}` can't be read and counts nothing", Phrase::outside(text))
        }
        Reason::SeveralPrefixes(count) => {
            phrase!("that each of its {} prefixes loses 5 addresses is an assumption", *count)
        }
        Reason::Hidden(why) => phrase!("use can't be told: {}", hidden(why)),
        Reason::UnknownPods(of) => {
            phrase!("use can't be told: what the pods of {} hold is not known", pods_of(of))
        }
        Reason::ApiServers(count) => phrase!(
            "ARM does not list what API servers hold; {} is the floor of {} each",
            *count,
            API_SERVER_ADDRESSES
        ),
        Reason::Modelled(bounds) => {
            phrase!("ARM does not list these addresses; by the documented rules they are {}", range(*bounds))
        }
        Reason::Mixed { listed, modelled } => phrase!(
            "ARM lists {}, and the documented rules give {}; the larger counts",
            addresses(*listed),
            range(*modelled)
        ),
        Reason::UnreadClusters(count) => phrase!(
            "{} like AKS, but {} to no cluster that was read",
            counted(*count, "address looks", "addresses look"),
            noun(*count, "belongs", "belong")
        ),
        Reason::AutoProvisioned(cluster) => {
            phrase!("at least: {} provisions nodes that no pool counts", name(cluster))
        }
        Reason::StoppedWithoutSize(of) => {
            phrase!("at least: {} is stopped and reports no size", within(&of.0, &of.1))
        }
        Reason::UnreadPools(cluster) => {
            phrase!("at least: not every pool of {} could be read", name(cluster))
        }
        Reason::ApiServerFloor => "at least: API servers may take more than their floor".into(),
        Reason::HostedNodes => "at least: AKS hosts system nodes here that no pool counts".into(),
        Reason::PoolsOfUnread => "at least: pools of clusters that were not read are here".into(),
        Reason::Uncounted(of) => phrase!(
            "at least: {} of {} {} here that no pool counts, some of which may be leaked",
            nodes(of.1),
            name(&of.0),
            noun(of.1, "is", "are")
        ),
        Reason::Between(pool) => phrase!(
            "at most: {} wants {}, and {} {} there",
            within(&pool.cluster_id, &pool.node_pool),
            nodes(pool.wanted),
            pool.there,
            noun(pool.there, "is", "are")
        ),
        Reason::PodsAtMost => "at most: what pods hold is modelled by its upper bound".into(),
        Reason::PrefixEnds(pool) => phrase!(
            "{} surges no further than the {} of its public IP prefix",
            within(&pool.0, &pool.1),
            addresses(pool.2)
        ),
        Reason::SmallerSurge(cluster) => phrase!(
            "from Kubernetes {} on AKS falls back to one surge node where all do not fit, so that {} is upgraded more slowly",
            SMALLER_SURGE_FROM.to_string(),
            name(cluster)
        ),
        Reason::InMotion(of) if is_deletion(&of.1) => {
            phrase!("{} is being deleted, and what it holds here comes back", name(&of.0))
        }
        Reason::InMotion(of) => in_motion(&of.0, &of.1),
        Reason::Gap(gap) => gap_of(gap),
    }
}

fn in_use(count: u64, bound: Bound, usable: u64, mark: Mark) -> Phrase {
    let held = Held::of(count, count, usable);
    let bound = match bound {
        Bound::Low if count <= usable => "at least ",
        Bound::High => "up to ",
        Bound::Exact | Bound::Low => "",
    };
    let figures = phrase!("{}{} of {} usable addresses are in use", bound, held.count(), usable);
    let share = held.share().unwrap_or_default();
    let what = match mark {
        Mark::Full { has_share: false } => phrase!("full: {}", figures),
        Mark::Full { has_share: true } => phrase!("full: {} ({})", figures, share),
        Mark::Critical(from) => phrase!("{} ({}), from {} % on critical", figures, share, u32::from(from)),
        Mark::Warning(from) => phrase!("{} ({}), from {} % on a warning", figures, share, u32::from(from)),
    };
    phrase!("{}{}", what, held.wanted())
}

fn hidden(why: &Hidden) -> Phrase {
    match why {
        Hidden::Delegated(service) => {
            phrase!("it is delegated to {}, whose addresses ARM does not list", Phrase::outside(service))
        }
        Hidden::Gateway => "it is a gateway subnet, whose addresses ARM lists only in part".into(),
        Hidden::Firewall => "it is a firewall subnet, whose instances ARM does not list".into(),
        Hidden::ApplicationGateways => {
            "application gateways live here, whose instances ARM does not list".into()
        }
        Hidden::ContainerInstances => {
            "container instances live here, whose addresses ARM does not list".into()
        }
        Hidden::Linked(service) => {
            phrase!("{} is linked to it, whose addresses ARM does not list", Phrase::outside(service))
        }
        Hidden::Unexplained => "it is delegated to AKS, but no cluster that was read uses it".into(),
    }
}

fn gap_of(gap: &Gap) -> Phrase {
    let missing = gap.missing.iter().map(|missing| match missing {
        Missing::Size => "size".into(),
        Missing::Maximum => "maximum".into(),
        Missing::Surge => "surge".into(),
        Missing::PerNode => "addresses a node takes".into(),
    });
    phrase!(
        "projections that need the {} of {} are empty",
        Phrase::joined(missing, " and the "),
        within(&gap.cluster_id, &gap.node_pool)
    )
}
