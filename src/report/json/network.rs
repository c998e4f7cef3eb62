//! Subnets and networks as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use super::{
    cluster::{ModeShape, modes},
    input::{InputShape, told},
    lazy::Rows,
};
use crate::{
    assess::{
        audit::{ConsumerRow, Spare, SubnetRow, SubnetStatus, UsedBasis, VnetRow},
        outlook::{ByScenario, ProjectionBasis},
    },
    inventory::ResourceId,
};

/// A pool, named by its cluster and its own name.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "NodePoolRef")]
struct PoolRefShape<'a> {
    cluster_id: &'a str,
    node_pool: &'a str,
}

impl<'a> From<&'a (ResourceId, String)> for PoolRefShape<'a> {
    fn from((cluster, pool): &'a (ResourceId, String)) -> Self {
        Self { cluster_id: cluster.as_str(), node_pool: pool }
    }
}

/// A subnet.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Subnet")]
pub(super) struct SubnetShape<'a> {
    subnet_id: &'a str,
    subscription_id: String,
    resource_group: Option<&'a str>,
    vnet: Option<&'a str>,
    subnet: &'a str,
    location: Option<&'a str>,
    address_prefixes: &'a [String],
    /// Addresses that can be used.
    usable: Option<u64>,
    /// Addresses in use; the upper bound where it is modelled.
    used: Option<u64>,
    /// Addresses in use at least.
    used_low: Option<u64>,
    #[schemars(extend("enum" = BASES.map(UsedBasis::as_str)))]
    used_basis: &'static str,
    /// `usable` less `used`; negative where a modelled `used` exceeds it.
    free: Option<i64>,
    /// `used` in percent of `usable`, one decimal, rounded down.
    utilization_pct: Option<f64>,
    used_aks: Option<u64>,
    used_other: Option<u64>,
    /// Ids of the clusters with pools here.
    clusters: Vec<&'a str>,
    node_pools: Rows<'a, (ResourceId, String), PoolRefShape<'a>>,
    ipam_modes: Vec<ModeShape>,
    #[schemars(extend("enum" = SubnetStatus::WORST_FIRST.map(SubnetStatus::as_str)))]
    status: &'static str,
    reasons: &'a [String],
    /// Who holds the addresses; `ips` sum to `used`, `ips_low` to `used_low`.
    consumers: Rows<'a, ConsumerRow, ConsumerShape<'a>>,
    /// What the numbers were made of.
    inputs: Vec<InputShape<'a>>,
    /// Addresses held in each scenario.
    projected: ScenariosShape<u64>,
    /// Addresses left in each scenario; negative is a deficit.
    headroom: ScenariosShape<i64>,
    /// What may come beside pools.
    other_growth: Option<u64>,
    /// How the projection relates to the truth.
    projection_basis: Option<BasisShape>,
    /// Addresses that nobody can use, by estimate.
    stranded: Option<u64>,
    /// What could be given back, where even the largest scenario leaves most of the subnet unused.
    spare: Option<SpareShape>,
}

/// How a projection relates to the truth.
#[derive(Serialize, JsonSchema)]
#[serde(transparent)]
#[schemars(rename = "ProjectionBasis")]
struct BasisShape(#[schemars(extend("enum" = PROJECTION_BASES.map(ProjectionBasis::as_str)))] &'static str);

const PROJECTION_BASES: [ProjectionBasis; 4] = [
    ProjectionBasis::Exact,
    ProjectionBasis::LowerBound,
    ProjectionBasis::UpperBound,
    ProjectionBasis::Mixed,
];

/// A figure for each scenario.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ByScenario_{T}")]
struct ScenariosShape<T> {
    upgrade: Option<T>,
    upgrade_all: Option<T>,
    scale_max: Option<T>,
    scale_max_upgrade: Option<T>,
}

impl<T> From<ByScenario<T>> for ScenariosShape<T> {
    fn from(figures: ByScenario<T>) -> Self {
        let ByScenario { upgrade, upgrade_all, scale_max, scale_max_upgrade } = figures;
        Self { upgrade, upgrade_all, scale_max, scale_max_upgrade }
    }
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Spare")]
struct SpareShape {
    /// The length of the smallest prefix that holds the largest scenario.
    enough: u8,
    /// Addresses of the subnet's prefixes beyond that one.
    addresses: u64,
}

const BASES: [UsedBasis; 4] =
    [UsedBasis::Measured, UsedBasis::Modelled, UsedBasis::Mixed, UsedBasis::Unknown];

impl<'a> From<&'a SubnetRow> for SubnetShape<'a> {
    fn from(row: &'a SubnetRow) -> Self {
        Self {
            subnet_id: row.id.as_str(),
            subscription_id: row.id.subscription().into(),
            resource_group: row.id.resource_group(),
            vnet: row.id.parent_name(),
            subnet: row.id.name(),
            location: row.location.as_deref(),
            address_prefixes: &row.prefixes,
            usable: row.usable,
            used: row.used,
            used_low: row.used_low,
            used_basis: row.basis.as_str(),
            free: row.free,
            utilization_pct: row.utilization_tenths().and_then(one_decimal),
            used_aks: row.used_aks,
            used_other: row.used_other,
            clusters: row.clusters.iter().map(ResourceId::as_str).collect(),
            node_pools: row.node_pools.as_slice().into(),
            ipam_modes: modes(&row.ipam_modes),
            status: row.status.as_str(),
            reasons: &row.reasons,
            consumers: row.consumers.as_slice().into(),
            inputs: told(row.inputs()),
            projected: row.ahead.projected.into(),
            headroom: ByScenario::from_fn(|scenario| row.headroom(scenario)).into(),
            other_growth: row.ahead.other_growth,
            projection_basis: row.ahead.basis.map(|basis| BasisShape(basis.as_str())),
            stranded: row.ahead.stranded,
            spare: row.ahead.spare.map(|Spare { enough, addresses }| SpareShape { enough, addresses }),
        }
    }
}

/// Tenths as a number with one decimal: a quotient by ten prints as exactly that.
fn one_decimal(tenths: u64) -> Option<f64> {
    u32::try_from(tenths).ok().map(|tenths| f64::from(tenths) / 10.0)
}

/// One kind of consumer in a subnet.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Consumer")]
struct ConsumerShape<'a> {
    kind: &'a str,
    owner_id: Option<&'a str>,
    node_pool: Option<&'a str>,
    ips: Option<u64>,
    ips_low: u64,
}

impl<'a> From<&'a ConsumerRow> for ConsumerShape<'a> {
    fn from(row: &'a ConsumerRow) -> Self {
        Self {
            kind: &row.kind,
            owner_id: row.owner_id.as_ref().map(ResourceId::as_str),
            node_pool: row.node_pool.as_deref(),
            ips: row.ips,
            ips_low: row.ips_low,
        }
    }
}

/// A virtual network.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "VirtualNetwork")]
pub(super) struct VnetShape<'a> {
    vnet_id: &'a str,
    subscription_id: String,
    resource_group: Option<&'a str>,
    vnet: &'a str,
    location: &'a str,
    address_space: &'a [String],
    /// IPv4 addresses in its space.
    addresses: u64,
    allocated_to_subnets: u64,
    unallocated: u64,
    /// How many subnets it has.
    subnets: usize,
    /// How many peerings it has.
    peerings: usize,
    /// The sum over its subnets; unknown when any subnet's is.
    used: Option<u64>,
    /// What the numbers were made of.
    inputs: Vec<InputShape<'a>>,
}

impl<'a> From<&'a VnetRow> for VnetShape<'a> {
    fn from(row: &'a VnetRow) -> Self {
        Self {
            vnet_id: row.id.as_str(),
            subscription_id: row.id.subscription().into(),
            resource_group: row.id.resource_group(),
            vnet: row.id.name(),
            location: &row.location,
            address_space: &row.address_space,
            addresses: row.addresses,
            allocated_to_subnets: row.allocated_to_subnets,
            unallocated: row.unallocated,
            subnets: row.subnets,
            peerings: row.peerings,
            used: row.used,
            inputs: told(row.inputs()),
        }
    }
}
