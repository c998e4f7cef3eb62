//! The words of subnets.

use super::input::{Input, input, known, nodes};
use crate::{
    assess::{
        audit::SubnetRow,
        outlook::{PodsOf, Scenario, SubnetPart},
    },
    inventory::ResourceId,
    ipam::Bounds,
    report::phrase::{Phrase, phrase},
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
            SubnetPart::Added { cluster_id, node_pool, each, nodes } => {
                // A migration adds the same as an upgrade, of every pool at once.
                for scenario in [Scenario::Upgrade, Scenario::ScaleMax, Scenario::ScaleMaxUpgrade] {
                    let added = phrase!("added by {}", pool(cluster_id, node_pool));
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
            let what = phrase!("blocks of {} that maxPods leaves unused", pool(cluster_id, node_pool));
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

fn pool(cluster: &ResourceId, pool: &str) -> Phrase {
    Phrase::outside(format!("{}/{pool}", cluster.name()))
}

/// A pool with what the addresses of its pods follow from.
fn pods_of(of: &PodsOf) -> Phrase {
    phrase!(
        "{} ({}, maxPods {}{}, {})",
        pool(&of.cluster_id, &of.node_pool),
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
