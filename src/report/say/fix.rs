//! The words of what to change.

use super::pieces::{addresses, name, nodes, within};
use crate::{
    assess::{
        audit::Finding,
        outlook::{Change, Fix, Shortfall},
    },
    report::phrase::{Phrase, phrase},
};

/// Changes that together end a shortfall, and what they leave.
pub(crate) fn fix(fix: &Fix) -> Phrase {
    let mut changes = Phrase::joined(fix.changes.iter().map(change), ", and ");
    if !fix.unseen.is_empty() {
        let hubs = Phrase::joined(fix.unseen.iter().map(name), ", ");
        changes =
            phrase!("{}, as far as can be told: what else lies behind {} could not be read", changes, hubs);
    }
    match (fix.headroom, &fix.shortfall) {
        (Some(left), Shortfall::Subnet(..)) => {
            phrase!("{} (leaves {})", changes, addresses(left))
        }
        (Some(left), Shortfall::Limit(..)) => {
            phrase!("{} (leaves {})", changes, nodes(left))
        }
        (Some(_), Shortfall::Waste(..)) | (None, _) => changes,
    }
}

/// A fix with what it mends.
pub(crate) fn fix_of(of: &Fix) -> Phrase {
    let name = name(of.shortfall.resource());
    phrase!("for {}, {}: {}", name, of.shortfall.what(), fix(of))
}

/// One change.
fn change(change: &Change) -> Phrase {
    match change {
        Change::MaxSurge { cluster_id, node_pool, to } => {
            phrase!("set maxSurge of {} to {}", within(cluster_id, node_pool), *to)
        }
        Change::MaxUnavailable { cluster_id, node_pool } => {
            phrase!("set maxSurge of {} to 0 and maxUnavailable to 1", within(cluster_id, node_pool))
        }
        Change::MaxCount { cluster_id, node_pool, to } => {
            phrase!("set maxCount of {} to {}", within(cluster_id, node_pool), *to)
        }
        Change::ReplaceWithMaxPods { cluster_id, node_pool, to } => {
            phrase!("replace {} by a new pool with maxPods {}", within(cluster_id, node_pool), *to)
        }
        Change::MoveToNewSubnet { cluster_id, node_pool, vnet_id, for_pods, length, block, shared } => {
            let place = match block {
                Some(block) if *shared => {
                    phrase!("where {} is free unless another of these fixes takes it", block.to_string())
                }
                Some(block) => phrase!("where {} is free", block.to_string()),
                None => "whose space must grow first (then update the cluster before using it)".into(),
            };
            phrase!(
                "replace {} by a new pool in a new {} of size /{} in {}, {}",
                within(cluster_id, node_pool),
                if *for_pods { "pod subnet" } else { "subnet" },
                u32::from(*length),
                name(vnet_id),
                place,
            )
        }
        Change::ExpandPodCidr { cluster_id, to } => {
            phrase!("expand the pod CIDR of {} to {}", name(cluster_id), to.to_string())
        }
    }
}

/// What to do about a finding, with the changes that were checked.
pub(crate) fn remedy(finding: &Finding) -> Phrase {
    // A table has the catalogue's words as they stand there, with the marks of a link.
    let remedy = Phrase::outside(finding.remediation());
    if finding.fixes.is_empty() {
        return remedy;
    }
    phrase!("{} Checked by the engine: {}.", remedy, Phrase::joined(finding.fixes.iter().map(fix), "; or "))
}
