//! The predicates: one small pure function for each check that ARM shows.
//!
//! Each speaks of one cluster and its surroundings and says pass, fail or unknown. What a failure means stands in
//! `rules/checks.toml`; only a predicate can tell that a failure weighs less, or that it cannot be mended in place.

mod addons;
mod addresses;
pub(super) mod capacity;
mod cilium;
mod each;
pub(super) mod eligibility;
mod fact;
mod identity;
mod missing;
mod overlap;
mod pools;
pub(super) mod routing;
pub(super) mod security;
mod traffic;

#[cfg(test)]
pub(super) mod tests;

pub use self::{
    addons::{AddonFault, GatewayFault, channels_on},
    addresses::{AddressFault, NamedThing, NodeRoom, RangeInUse, ReservedHit},
    capacity::{CapacityFault, Filling},
    cilium::CiliumFault,
    each::PoolFault,
    eligibility::{EligibilityFault, Whose},
    fact::{CheckFact, Fault},
    identity::IdentityFault,
    missing::{ClusterField, Kind, MissingFact, PoolField, Setting},
    overlap::{OverlapFault, ServiceOverlap},
    routing::{ForeignTable, RoutingFault},
    security::{RuleName, SecurityFault},
    traffic::{BasicLoadBalancer, TrafficFault},
};
use super::scene::Subject;
use crate::rules::{About, CheckId, Checks};

/// How a predicate ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It holds.
    Pass,
    /// It does not.
    Fail(Failure),
    /// What it would take to know is missing.
    Unknown(Vec<MissingFact>),
    /// The same, where a failure would be a warning at most.
    Doubt(Vec<MissingFact>),
    /// It says nothing about this cluster.
    NotApplicable,
}

/// A failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    /// Why.
    pub(super) fault: Fault,
    /// What it weighs.
    pub(super) weight: Weight,
    /// What a command that mends it has to name: pools by name, subnets and security groups by id.
    pub(super) about: Vec<String>,
}

/// What a failure weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    /// What the rule says.
    AsRule,
    /// A warning at most.
    Warning,
    /// What the rule says, and it cannot be mended in place.
    Rebuild,
}

impl Outcome {
    fn fail(fault: impl Into<Fault>) -> Self {
        Self::failing(fault, Weight::AsRule)
    }

    fn warn(fault: impl Into<Fault>) -> Self {
        Self::failing(fault, Weight::Warning)
    }

    fn rebuild(fault: impl Into<Fault>) -> Self {
        Self::failing(fault, Weight::Rebuild)
    }

    fn failing(fault: impl Into<Fault>, weight: Weight) -> Self {
        Self::Fail(Failure { fault: fault.into(), weight, about: Vec::new() })
    }

    /// Says of a failure what a command that mends it has to name.
    fn about(mut self, names: impl IntoIterator<Item = impl ToString>) -> Self {
        if let Self::Fail(failure) = &mut self {
            failure.about = names.into_iter().map(|name| name.to_string()).collect();
            failure.about.sort_unstable();
            failure.about.dedup();
        }
        self
    }

    fn unknown(missing: impl Into<MissingFact>) -> Self {
        Self::Unknown(vec![missing.into()])
    }

    /// Fails with what is listed, passes with nothing listed, and is unknown where nothing is listed but something
    /// is missing.
    fn of_list<T, F: Into<Fault>>(
        failing: Vec<T>,
        missing: Vec<MissingFact>,
        fault: impl FnOnce(Vec<T>) -> F,
    ) -> Self {
        if failing.is_empty() { Self::of_missing(missing) } else { Self::fail(fault(failing)) }
    }

    /// Passes where nothing is missing.
    fn of_missing(missing: Vec<MissingFact>) -> Self {
        if missing.is_empty() { Self::Pass } else { Self::Unknown(missing) }
    }
}

type Predicate = fn(&Subject<'_>) -> Outcome;

/// The predicate of every check that ARM shows.
pub(super) const PREDICATES: &[(CheckId, Predicate)] = &[
    (CheckId::SourceMode, eligibility::source_mode),
    (CheckId::KubernetesVersion, eligibility::kubernetes_version),
    (CheckId::VersionSupported, eligibility::version_supported),
    (CheckId::VersionSkew, eligibility::version_skew),
    (CheckId::ProvisioningState, eligibility::provisioning_state),
    (CheckId::ClusterRunning, eligibility::cluster_running),
    (CheckId::PoolsRunning, eligibility::pools_running),
    (CheckId::AksAutomatic, eligibility::automatic),
    (CheckId::PodSubnet, eligibility::pod_subnet),
    (CheckId::UserAssignedIdentity, identity::user_assigned),
    (CheckId::ServicePrincipal, identity::service_principal),
    (CheckId::KubenetPolicy, identity::kubenet_policy),
    (CheckId::NodeSubnetPolicy, identity::node_subnet_policy),
    (CheckId::PolicyRemovalVersion, identity::policy_removal_version),
    (CheckId::PodCidrKept, addresses::pod_cidr_kept),
    (CheckId::PodCidrSupplied, addresses::pod_cidr_supplied),
    (CheckId::DualStack, addresses::single_stack),
    (CheckId::PodCidrSubnets, overlap::subnets),
    (CheckId::PodCidrNetwork, overlap::address_space),
    (CheckId::PodCidrPeers, overlap::peers),
    (CheckId::PodCidrOutsideAzure, overlap::outside_azure),
    (CheckId::ServiceCidr, overlap::services),
    (CheckId::ReservedRanges, overlap::reserved_ranges),
    (CheckId::PrivateRange, overlap::private_range),
    (CheckId::OwnReservedRanges, overlap::own_reserved_ranges),
    (CheckId::PodCidrSize, addresses::pod_cidr_size),
    (CheckId::PodCidrGrowth, addresses::pod_cidr_growth),
    (CheckId::SurgeFits, capacity::surge),
    (CheckId::NetworkNames, addresses::network_names),
    (CheckId::SubnetDelegation, addresses::delegation),
    (CheckId::OwnRouteTable, routing::managed_table),
    (CheckId::RouteTableForeignSubnets, routing::foreign_subnets),
    (CheckId::RouteTableShared, routing::shared_table),
    (CheckId::RouteTableMissing, routing::table_everywhere),
    (CheckId::UserDefinedRouting, routing::user_defined),
    (CheckId::RoutesElsewhere, routing::routes_elsewhere),
    (CheckId::SecurityRules, security::pod_traffic),
    (CheckId::ProxyExceptions, traffic::proxy_exceptions),
    (CheckId::NameResolution, traffic::name_resolution),
    (CheckId::BasicLoadBalancer, traffic::load_balancer),
    (CheckId::AvailabilitySets, pools::availability_sets),
    (CheckId::NoDcsv2, pools::dcsv2),
    (CheckId::WindowsContainerd, pools::windows_containerd),
    (CheckId::WindowsBuild, pools::windows_build),
    (CheckId::WindowsProfile, pools::windows_profile),
    (CheckId::NodeImageExists, pools::image_exists),
    (CheckId::SurgeSettings, pools::surge_settings),
    (CheckId::SingleNode, pools::single_node),
    (CheckId::SpotPools, pools::spot),
    (CheckId::DeallocatedNodes, pools::deallocated),
    (CheckId::DrainSettings, pools::drain_settings),
    (CheckId::Autoscaler, pools::autoscaler),
    (CheckId::VirtualNodes, addons::virtual_nodes),
    (CheckId::IngressGateway, addons::ingress_gateway),
    (CheckId::GatewayForContainersSize, addons::gateway_for_containers),
    (CheckId::NodeAutoProvisioning, addons::node_auto_provisioning),
    (CheckId::PodIdentity, addons::pod_identity),
    (CheckId::AutomaticUpgrades, addons::automatic_upgrades),
    (CheckId::TierLimit, capacity::tier_limit),
    (CheckId::PodCidrReused, overlap::other_clusters),
    (CheckId::MaximumFits, capacity::maximum),
    (CheckId::KeyVaultEncryption, identity::key_vault_encryption),
    (CheckId::OsEditionBound, pools::edition_bound),
    (CheckId::CiliumPlugin, cilium::plugin),
    (CheckId::CiliumWindowsPools, cilium::windows_pools),
    (CheckId::CiliumNodeAutoProvisioning, cilium::node_auto_provisioning),
    (CheckId::CiliumAlready, cilium::not_yet),
    (CheckId::CiliumVersion, cilium::version),
    (CheckId::CiliumPolicyManagerRetirement, cilium::policy_manager),
    (CheckId::CiliumOutboundRules, cilium::outbound_rules),
];

/// The outcome of a check that ARM shows; none for the others. Where no pod CIDR can be had, which is a failure of its
/// own (MIG-024), nothing is asked of it.
pub(super) fn decide(check: CheckId, subject: &Subject<'_>) -> Option<Outcome> {
    if subject.has_no_range && Checks::built_in().get(check).about == Some(About::PodCidr) {
        return Some(Outcome::NotApplicable);
    }
    let (_, predicate) = PREDICATES.iter().find(|(id, _)| *id == check)?;
    Some(predicate(subject))
}
