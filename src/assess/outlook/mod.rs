//! What an estate will need: projections, limits, preflight figures, conflicts and fixes; pure functions of an
//! inventory, every figure with what it was made of.

mod growth;
mod projection;
#[cfg(test)]
mod tests;

pub use self::{
    growth::ProjectionBasis,
    projection::{ByScenario, Scenario},
};
use self::{
    growth::{Gateways, basis, other_growth, stranded},
    projection::{Forecast, demands},
};
use super::{
    audit::{Input, SubnetRow},
    options::Options,
    rows::{
        estate::{Estate, SubnetFacts},
        status::Ahead,
        subnet,
        usage::Usage,
    },
};
use crate::{inventory::Inventory, ipam};

/// What an estate will need.
#[derive(Debug, Clone, PartialEq)]
pub struct Outlook {
    /// Subnets by id.
    pub subnets: Vec<SubnetOutlook>,
}

/// What a subnet will need.
#[derive(Debug, Clone, PartialEq)]
pub struct SubnetOutlook {
    /// Its row, with status and reasons that know the projections.
    pub row: SubnetRow,
    /// Addresses held in each scenario.
    pub projected: ByScenario<u64>,
    /// Addresses left in each scenario; negative is a deficit.
    pub headroom: ByScenario<i64>,
    /// What may come beside pools; unknown for a subnet that was not read.
    pub other_growth: Option<u64>,
    /// Whether the projection is exact; absent where there is none.
    pub basis: Option<ProjectionBasis>,
    /// Addresses that nobody can use, by estimate.
    pub stranded: Option<u64>,
    /// What the figures were made of, beyond the row's own inputs.
    pub inputs: Vec<Input>,
}

/// Looks ahead.
#[must_use]
pub fn outlook(inventory: &Inventory, options: &Options) -> Outlook {
    let estate = Estate::of(inventory, options);
    let gateways = Gateways::of(inventory);
    let mut subnets: Vec<SubnetOutlook> =
        estate.subnets.iter().map(|subnet| subnet_outlook(&estate, subnet, &gateways, options)).collect();
    subnets.sort_by_cached_key(|outlook| outlook.row.id.to_lower());
    Outlook { subnets }
}

fn subnet_outlook(
    estate: &Estate<'_>,
    facts: &SubnetFacts<'_>,
    gateways: &Gateways<'_>,
    options: &Options,
) -> SubnetOutlook {
    let usage = Usage::of(estate, facts);
    let usable = facts.read.and_then(|(_, read)| ipam::usable(read.prefixes.v4()));
    let (growth, mut inputs) = other_growth(estate, facts, gateways);
    let forecast = Forecast {
        usable,
        used: usage.used,
        used_low: usage.used_low,
        demands: demands(estate, facts),
        other_growth: growth,
    };
    let (projected, headroom) = (forecast.all_projected(), forecast.all_headrooms());
    let ahead = Ahead {
        upgrade_surely_fails: forecast.upgrade_surely_fails(),
        upgrade: headroom.upgrade,
        upgrade_all: headroom.upgrade_all,
        scale_max_upgrade: headroom.scale_max_upgrade,
        other_growth: growth,
    };
    let has_projection = projected.upgrade.is_some() || projected.scale_max.is_some();
    let basis = has_projection.then(|| basis(estate, facts, &usage));
    let stranded = usable.map(|usable| stranded(estate, facts, usable));
    inputs.extend(stranded.iter().flat_map(|(_, inputs)| inputs.clone()));
    inputs.extend(forecast.inputs(estate));
    let mut row = subnet::row(estate, facts, usage, ahead, options.thresholds);
    row.reasons.extend(basis.iter().flat_map(|(_, reasons)| reasons.clone()));
    SubnetOutlook {
        row,
        projected,
        headroom,
        other_growth: facts.read.map(|_| growth),
        basis: basis.map(|(basis, _)| basis),
        stranded: stranded.map(|(count, _)| count),
        inputs,
    }
}
