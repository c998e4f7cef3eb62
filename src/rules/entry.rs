//! The shapes of the catalogue's entries.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Confidence, Severity, ids::ids};

ids! {
    /// The kinds of findings.
    FindingId {
        KubenetRetirement = "kubenet-retirement",
        KubenetCreatedRecently = "kubenet-created-recently",
        MigrationBlocked = "migration-blocked",
        MigrationPlanLate = "migration-plan-late",
        RetirementAhead = "retirement-ahead",
        SubnetFull = "subnet-full",
        SubnetCritical = "subnet-critical",
        SubnetNearlyFull = "subnet-nearly-full",
        SubnetUsageUnknown = "subnet-usage-unknown",
        NodeSubnetDelegated = "node-subnet-delegated",
        CoverageGap = "coverage-gap",
        OddObject = "odd-object",
        UnknownNetworkMode = "unknown-network-mode",
        PoolSubnetUnreadable = "pool-subnet-unreadable",
        UnreadablePrefix = "unreadable-prefix",
        UpgradeDoesNotFit = "upgrade-does-not-fit",
        UpgradeAllDoesNotFit = "upgrade-all-does-not-fit",
        ScaleMaxDoesNotFit = "scale-max-does-not-fit",
        ScaleMaxUpgradeDoesNotFit = "scale-max-upgrade-does-not-fit",
        PodCidrShort = "pod-cidr-short",
        RouteTableFull = "route-table-full",
        ClusterNodeLimit = "cluster-node-limit",
        ScaleSetLimit = "scale-set-limit",
        NodeLimit = "node-limit",
        PolicyManagerLimit = "policy-manager-limit",
        VnetAddressLimit = "vnet-address-limit",
        NetAppBasicLimit = "netapp-basic-limit",
        PreflightWouldRefuse = "preflight-would-refuse",
        OverProvisioned = "over-provisioned",
        WastefulMaxPods = "wasteful-max-pods",
        StrandedAddresses = "stranded-addresses",
        ConflictService = "cidr-conflict-service",
        ConflictReserved = "cidr-conflict-reserved",
        ConflictSubnet = "cidr-conflict-subnet",
        ConflictVnet = "cidr-conflict-vnet",
        ConflictPeer = "cidr-conflict-peer",
        ConflictTransitivePeer = "cidr-conflict-transitive-peer",
        ConflictOnPremises = "cidr-conflict-on-premises",
        ConflictRoute = "cidr-conflict-route",
        PeeringNotConnected = "peering-not-connected",
        ExceptionExpired = "exception-expired",
        ExceptionUnused = "exception-unused",
        AttestationWithoutEffect = "attestation-without-effect",
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
    /// The day of what was read there: of the release, or of the copy of the page.
    pub source_date: Date,
    /// The day the source was last read.
    pub checked: Date,
    /// How well it is founded.
    pub confidence: Confidence,
}
