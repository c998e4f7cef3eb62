//! What a check found: why it fails, what is missing to know how it ends, who answered it. The words are the reports'.

use jiff::civil::Date;

use super::{
    addons::AddonFault, addresses::AddressFault, capacity::CapacityFault, cilium::CiliumFault,
    each::PoolFault, eligibility::EligibilityFault, identity::IdentityFault, missing::MissingFact,
    overlap::OverlapFault, routing::RoutingFault, security::SecurityFault, traffic::TrafficFault,
};
use crate::{assess::migration::idle::IdleAnswer, ipam::Cidr};

/// A fact about how a check ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckFact {
    /// It fails.
    Fails(Fault),
    /// What it would take to know is missing.
    Missing(Vec<MissingFact>),
    /// A person answered it.
    Answered {
        /// Who.
        who: String,
        /// When.
        when: Date,
    },
    /// A person's answer to it decides nothing.
    Idle(IdleAnswer),
}

/// Why a check fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Add-ons and integrations.
    Addon(AddonFault),
    /// The size of the pod CIDR, names and delegations.
    Address(AddressFault),
    /// Room for nodes.
    Capacity(CapacityFault),
    /// What stands before the Cilium data plane.
    Cilium(CiliumFault),
    /// Kind, version and state of the cluster.
    Eligibility(EligibilityFault),
    /// Identities and policy engines.
    Identity(IdentityFault),
    /// This pod CIDR, and what it must be apart from.
    Overlap(Cidr, OverlapFault),
    /// Pools by name, each with the same fault.
    Pools(Vec<(String, PoolFault)>),
    /// Route tables.
    Routing(RoutingFault),
    /// Security rules.
    Security(SecurityFault),
    /// Proxy, names and load balancers.
    Traffic(TrafficFault),
}

macro_rules! faults {
    ($($room:ident: $fault:ty),+ $(,)?) => {
        $(impl From<$fault> for Fault {
            fn from(fault: $fault) -> Self {
                Self::$room(fault)
            }
        })+
    };
}

faults! {
    Addon: AddonFault,
    Address: AddressFault,
    Capacity: CapacityFault,
    Cilium: CiliumFault,
    Eligibility: EligibilityFault,
    Identity: IdentityFault,
    Pools: Vec<(String, PoolFault)>,
    Routing: RoutingFault,
    Security: SecurityFault,
    Traffic: TrafficFault,
}

impl From<(Cidr, OverlapFault)> for Fault {
    fn from((cidr, fault): (Cidr, OverlapFault)) -> Self {
        Self::Overlap(cidr, fault)
    }
}
