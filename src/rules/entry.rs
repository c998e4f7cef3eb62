//! The shapes of the catalogue's entries.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Confidence, Severity};

/// Declares the ids of one catalogue file, so that code and data cannot drift apart.
macro_rules! ids {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$variant_meta])* #[serde(rename = $text)] $variant,)+
        }

        impl $name {
            /// Every id.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The id as the catalogue and the reports spell it.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

ids! {
    /// The kinds of findings.
    FindingId {
        /// A cluster runs on kubenet.
        KubenetRetirement = "kubenet-retirement",
        /// A kubenet cluster was created lately.
        KubenetCreatedRecently = "kubenet-created-recently",
        /// A kubenet cluster cannot move in place, or not yet.
        MigrationBlocked = "migration-blocked",
        /// The plan of waves does not end in time, or leaves clusters out.
        MigrationPlanLate = "migration-plan-late",
        /// Something else that a resource uses is retired.
        RetirementAhead = "retirement-ahead",
        /// A subnet has no address left.
        SubnetFull = "subnet-full",
        /// A subnet is nearly exhausted, or an upgrade does not fit.
        SubnetCritical = "subnet-critical",
        /// A subnet is filling up.
        SubnetNearlyFull = "subnet-nearly-full",
        /// The use of a subnet with AKS nodes cannot be told.
        SubnetUsageUnknown = "subnet-usage-unknown",
        /// Something in scope could not be read.
        CoverageGap = "coverage-gap",
        /// An object's shape could not be understood.
        OddObject = "odd-object",
        /// A cluster's combination of plugin and mode is not known.
        UnknownNetworkMode = "unknown-network-mode",
        /// A pool names a subnet that no readable network holds.
        PoolSubnetUnreadable = "pool-subnet-unreadable",
        /// A prefix is no CIDR block.
        UnreadablePrefix = "unreadable-prefix",
        /// An upgrade finds no address for its surge nodes.
        UpgradeDoesNotFit = "upgrade-does-not-fit",
        /// All pools of a subnet can't surge at once.
        UpgradeAllDoesNotFit = "upgrade-all-does-not-fit",
        /// Autoscalers may ask for more nodes than a subnet holds.
        ScaleMaxDoesNotFit = "scale-max-does-not-fit",
        /// All pools of a subnet can't surge at once when they are at their maximum.
        ScaleMaxUpgradeDoesNotFit = "scale-max-upgrade-does-not-fit",
        /// A pod CIDR has too few blocks.
        PodCidrShort = "pod-cidr-short",
        /// A route table has too few routes left.
        RouteTableFull = "route-table-full",
        /// A cluster may reach the most nodes of its tier.
        ClusterNodeLimit = "cluster-node-limit",
        /// A pool may reach the most instances of a scale set.
        ScaleSetLimit = "scale-set-limit",
        /// A node breaks a limit of its own.
        NodeLimit = "node-limit",
        /// A network may reach the most private addresses it can hold.
        VnetAddressLimit = "vnet-address-limit",
        /// Volumes with basic network features see too many addresses.
        NetAppBasicLimit = "netapp-basic-limit",
        /// AKS would refuse a change, by our reading of its preflight.
        PreflightWouldRefuse = "preflight-would-refuse",
        /// A subnet is larger than its pools will ever need.
        OverProvisioned = "over-provisioned",
        /// A pool's maxPods leaves part of its blocks unused.
        WastefulMaxPods = "wasteful-max-pods",
        /// A pod subnet has addresses that nobody can use.
        StrandedAddresses = "stranded-addresses",
        /// Pods and services share addresses.
        ConflictService = "cidr-conflict-service",
        /// A range meets one that AKS reserves.
        ConflictReserved = "cidr-conflict-reserved",
        /// A range meets a subnet of the cluster's network.
        ConflictSubnet = "cidr-conflict-subnet",
        /// A range meets the space of the cluster's network, but no subnet.
        ConflictVnet = "cidr-conflict-vnet",
        /// A range meets a peered network.
        ConflictPeer = "cidr-conflict-peer",
        /// A range meets a network behind a hub.
        ConflictTransitivePeer = "cidr-conflict-transitive-peer",
        /// A range meets one outside Azure.
        ConflictOnPremises = "cidr-conflict-on-premises",
        /// A range meets a route that somebody set.
        ConflictRoute = "cidr-conflict-route",
        /// An exception's date has passed.
        ExceptionExpired = "exception-expired",
        /// An exception matches nothing.
        ExceptionUnused = "exception-unused",
        /// An answer to a check decides nothing.
        AttestationWithoutEffect = "attestation-without-effect",
        /// The catalogue is old.
        RulesOutdated = "rules-outdated",
    }
}

/// What is known about a kind of finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FindingRule {
    /// One line.
    pub title: String,
    /// How bad it is, unless the user says otherwise.
    pub severity: Severity,
    /// How bad it is where no AKS node pool lives, if that differs.
    pub elsewhere: Option<Severity>,
    /// How bad it is where it only may come about: by an upper bound, or at a maximum that is not reached yet.
    pub possibly: Option<Severity>,
    /// Why it matters.
    pub why: String,
    /// What to do.
    pub remediation: String,
    /// A public page.
    pub source: String,
    /// The entry of the catalogue that says more of how it is decided.
    pub rule: Option<String>,
    /// The day the source was last read.
    pub checked: Date,
    /// How well it is founded.
    pub confidence: Confidence,
}
