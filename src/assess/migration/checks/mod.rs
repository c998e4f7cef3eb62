//! The predicates: one small pure function for each check that ARM shows.
//!
//! Each speaks of one cluster and its surroundings and says pass, fail or unknown. What a failure means stands in
//! `rules/checks.toml`; only a predicate can tell that a failure weighs less, or that it cannot be mended in place.

mod addons;
mod addresses;
pub(super) mod capacity;
mod cilium;
pub(super) mod eligibility;
mod identity;
mod overlap;
mod pools;
pub(super) mod routing;
mod security;
mod traffic;

#[cfg(test)]
pub(super) mod tests;

use super::scene::Subject;
use crate::rules::CheckId;

/// How a predicate ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It holds.
    Pass,
    /// It does not.
    Fail(Failure),
    /// What it would take to know is missing.
    Unknown(String),
    /// The same, where a failure would be a warning at most.
    Doubt(String),
    /// It says nothing about this cluster.
    NotApplicable,
}

/// A failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    /// The facts.
    pub(super) detail: String,
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
    fn fail(detail: impl Into<String>) -> Self {
        Self::failing(detail, Weight::AsRule)
    }

    fn warn(detail: impl Into<String>) -> Self {
        Self::failing(detail, Weight::Warning)
    }

    fn rebuild(detail: impl Into<String>) -> Self {
        Self::failing(detail, Weight::Rebuild)
    }

    fn failing(detail: impl Into<String>, weight: Weight) -> Self {
        Self::Fail(Failure { detail: detail.into(), weight, about: Vec::new() })
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

    fn unknown(missing: impl Into<String>) -> Self {
        Self::Unknown(missing.into())
    }

    fn doubt(missing: impl Into<String>) -> Self {
        Self::Doubt(missing.into())
    }

    /// Fails with what is listed, passes with nothing listed, and is unknown where nothing is listed but something
    /// is missing. Lists are sorted, so that the order in which things were read leaves no trace.
    fn of_list(what: &str, failing: &[String], missing: &[String]) -> Self {
        match (failing, missing) {
            ([], []) => Self::Pass,
            ([], missing) => Self::Unknown(sorted(missing)),
            (failing, _) => Self::fail(format!("{what}: {}", sorted(failing))),
        }
    }
}

fn sorted(texts: &[String]) -> String {
    let mut texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    texts.sort_unstable();
    texts.dedup();
    texts.join(", ")
}

type Predicate = fn(&Subject<'_>) -> Outcome;

/// The predicate of every check that ARM shows.
pub(super) const PREDICATES: &[(CheckId, Predicate)] = &[
    (CheckId::Mig001, eligibility::source_mode),
    (CheckId::Mig002, eligibility::kubernetes_version),
    (CheckId::Mig003, eligibility::version_supported),
    (CheckId::Mig004, eligibility::version_skew),
    (CheckId::Mig005, eligibility::provisioning_state),
    (CheckId::Mig006, eligibility::cluster_running),
    (CheckId::Mig007, eligibility::pools_running),
    (CheckId::Mig008, eligibility::automatic),
    (CheckId::Mig011, eligibility::pod_subnet),
    (CheckId::Mig012, identity::user_assigned),
    (CheckId::Mig013, identity::service_principal),
    (CheckId::Mig017, identity::kubenet_policy),
    (CheckId::Mig018, identity::node_subnet_policy),
    (CheckId::Mig019, identity::policy_removal_version),
    (CheckId::Mig023, addresses::pod_cidr_kept),
    (CheckId::Mig024, addresses::pod_cidr_supplied),
    (CheckId::Mig025, addresses::single_stack),
    (CheckId::Mig026, overlap::subnets),
    (CheckId::Mig027, overlap::address_space),
    (CheckId::Mig028, overlap::peers),
    (CheckId::Mig029, overlap::outside_azure),
    (CheckId::Mig030, overlap::services),
    (CheckId::Mig031, overlap::reserved_ranges),
    (CheckId::Mig032, overlap::private_range),
    (CheckId::Mig033, addresses::pod_cidr_size),
    (CheckId::Mig034, addresses::pod_cidr_growth),
    (CheckId::Mig035, capacity::surge),
    (CheckId::Mig037, addresses::network_names),
    (CheckId::Mig038, addresses::delegation),
    (CheckId::Mig039, routing::managed_table),
    (CheckId::Mig040, routing::foreign_subnets),
    (CheckId::Mig041, routing::shared_table),
    (CheckId::Mig042, routing::table_everywhere),
    (CheckId::Mig043, routing::user_defined),
    (CheckId::Mig044, routing::routes_elsewhere),
    (CheckId::Mig046, security::pod_traffic),
    (CheckId::Mig048, traffic::proxy_exceptions),
    (CheckId::Mig049, traffic::name_resolution),
    (CheckId::Mig050, traffic::load_balancer),
    (CheckId::Mig052, pools::availability_sets),
    (CheckId::Mig053, pools::dcsv2),
    (CheckId::Mig054, pools::windows_containerd),
    (CheckId::Mig055, pools::windows_build),
    (CheckId::Mig056, pools::windows_profile),
    (CheckId::Mig057, pools::image_exists),
    (CheckId::Mig058, pools::surge_settings),
    (CheckId::Mig059, pools::single_node),
    (CheckId::Mig062, pools::spot),
    (CheckId::Mig063, pools::deallocated),
    (CheckId::Mig064, pools::drain_settings),
    (CheckId::Mig065, pools::autoscaler),
    (CheckId::Mig067, addons::virtual_nodes),
    (CheckId::Mig068, addons::ingress_gateway),
    (CheckId::Mig069, addons::gateway_for_containers),
    (CheckId::Mig071, addons::node_auto_provisioning),
    (CheckId::Mig072, addons::pod_identity),
    (CheckId::Mig075, addons::automatic_upgrades),
    (CheckId::Mig076, capacity::tier_limit),
    (CheckId::Mig078, overlap::other_clusters),
    (CheckId::Mig080, capacity::maximum),
    (CheckId::Cil001, cilium::plugin),
    (CheckId::Cil002, cilium::windows_pools),
    (CheckId::Cil003, cilium::node_auto_provisioning),
    (CheckId::Cil005, cilium::not_yet),
    (CheckId::Cil006, cilium::version),
    (CheckId::Cil017, cilium::policy_manager),
    (CheckId::Cil018, cilium::outbound_rules),
];

/// Checks that speak of the pod CIDR after the move.
const OF_THE_POD_CIDR: [CheckId; 12] = [
    CheckId::Mig026,
    CheckId::Mig027,
    CheckId::Mig028,
    CheckId::Mig029,
    CheckId::Mig030,
    CheckId::Mig031,
    CheckId::Mig032,
    CheckId::Mig033,
    CheckId::Mig034,
    CheckId::Mig046,
    CheckId::Mig048,
    CheckId::Mig078,
];

/// The outcome of a check that ARM shows; none for the others. Where no pod CIDR can be had, which is a failure of its
/// own (MIG-024), nothing is asked of it.
pub(super) fn decide(check: CheckId, subject: &Subject<'_>) -> Option<Outcome> {
    if subject.has_no_range && OF_THE_POD_CIDR.contains(&check) {
        return Some(Outcome::NotApplicable);
    }
    let (_, predicate) = PREDICATES.iter().find(|(id, _)| *id == check)?;
    Some(predicate(subject))
}
