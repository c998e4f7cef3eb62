//! The checks before a migration as data: what each asks, why, how to mend it, and where it comes from.

use std::{collections::BTreeMap, sync::LazyLock};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{CatalogueError, Confidence, complete, ids::ids, parse};

ids! {
    /// The checks, in their order.
    CheckId {
        SourceMode = "MIG-001",
        KubernetesVersion = "MIG-002",
        VersionSupported = "MIG-003",
        VersionSkew = "MIG-004",
        ProvisioningState = "MIG-005",
        ClusterRunning = "MIG-006",
        PoolsRunning = "MIG-007",
        AksAutomatic = "MIG-008",
        NoWayBack = "MIG-009",
        AllPoolsAtOnce = "MIG-010",
        PodSubnet = "MIG-011",
        UserAssignedIdentity = "MIG-012",
        ServicePrincipal = "MIG-013",
        IdentityRights = "MIG-014",
        Locks = "MIG-015",
        PolicyRouteTable = "MIG-016",
        KubenetPolicy = "MIG-017",
        NodeSubnetPolicy = "MIG-018",
        PolicyRemovalVersion = "MIG-019",
        PoliciesUnenforced = "MIG-020",
        UnmanagedNetworkAddons = "MIG-021",
        IpMasqAgent = "MIG-022",
        PodCidrKept = "MIG-023",
        PodCidrSupplied = "MIG-024",
        DualStack = "MIG-025",
        PodCidrSubnets = "MIG-026",
        PodCidrNetwork = "MIG-027",
        PodCidrPeers = "MIG-028",
        PodCidrOutsideAzure = "MIG-029",
        ServiceCidr = "MIG-030",
        ReservedRanges = "MIG-031",
        PrivateRange = "MIG-032",
        PodCidrSize = "MIG-033",
        PodCidrGrowth = "MIG-034",
        SurgeFits = "MIG-035",
        ComputeQuota = "MIG-036",
        NetworkNames = "MIG-037",
        SubnetDelegation = "MIG-038",
        OwnRouteTable = "MIG-039",
        RouteTableForeignSubnets = "MIG-040",
        RouteTableShared = "MIG-041",
        RouteTableMissing = "MIG-042",
        UserDefinedRouting = "MIG-043",
        RoutesElsewhere = "MIG-044",
        DirectPodAccess = "MIG-045",
        SecurityRules = "MIG-046",
        OutsideRules = "MIG-047",
        ProxyExceptions = "MIG-048",
        NameResolution = "MIG-049",
        BasicLoadBalancer = "MIG-050",
        OutboundPorts = "MIG-051",
        AvailabilitySets = "MIG-052",
        NoDcsv2 = "MIG-053",
        WindowsContainerd = "MIG-054",
        WindowsBuild = "MIG-055",
        WindowsProfile = "MIG-056",
        NodeImageExists = "MIG-057",
        SurgeSettings = "MIG-058",
        SingleNode = "MIG-059",
        DisruptionBudgets = "MIG-060",
        LocalData = "MIG-061",
        SpotPools = "MIG-062",
        DeallocatedNodes = "MIG-063",
        DrainSettings = "MIG-064",
        Autoscaler = "MIG-065",
        ClientVersion = "MIG-066",
        VirtualNodes = "MIG-067",
        IngressGateway = "MIG-068",
        GatewayForContainersSize = "MIG-069",
        GatewayForContainersNetwork = "MIG-070",
        NodeAutoProvisioning = "MIG-071",
        PodIdentity = "MIG-072",
        AdmissionWebhooks = "MIG-073",
        InfrastructureCode = "MIG-074",
        AutomaticUpgrades = "MIG-075",
        TierLimit = "MIG-076",
        PreviewFeatures = "MIG-077",
        PodCidrReused = "MIG-078",
        MaximumFits = "MIG-080",
        DisruptionPolicy = "MIG-081",
        OwnReservedRanges = "MIG-082",
        KeyVaultEncryption = "MIG-083",
        OsEditionBound = "MIG-084",
        CiliumPlugin = "CIL-001",
        CiliumWindowsPools = "CIL-002",
        CiliumNodeAutoProvisioning = "CIL-003",
        CiliumOwnOperation = "CIL-004",
        CiliumAlready = "CIL-005",
        CiliumVersion = "CIL-006",
        CiliumBothFlags = "CIL-007",
        CiliumIpBlocks = "CIL-008",
        CiliumEndPort = "CIL-009",
        CiliumPolicySemantics = "CIL-010",
        CiliumHostNetwork = "CIL-011",
        CiliumIdentities = "CIL-012",
        CiliumCalicoResources = "CIL-013",
        CiliumEnforcementGap = "CIL-014",
        CiliumKubeProxy = "CIL-015",
        CiliumOldEngineBudgets = "CIL-016",
        CiliumPolicyManagerRetirement = "CIL-017",
        CiliumOutboundRules = "CIL-018",
        CiliumHostPorts = "CIL-019",
        CiliumInfrastructureCode = "CIL-020",
        ServiceCidrObjects = "K-21",
    }
}

/// What a failed check does to a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckSeverity {
    /// Nothing; it is good to know.
    Info,
    /// Nothing by itself, but somebody has to think about it.
    Warning,
    /// It stops it.
    Blocker,
}

impl CheckSeverity {
    /// The word the reports use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Blocker => "blocker",
        }
    }
}

/// Who can see the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Visibility {
    /// ARM shows it and this program reads it.
    Arm,
    /// ARM does not show it: it lies in the cluster, in code or with people.
    Manual,
    /// ARM shows it, but this program does not read it.
    Unread,
}

impl Visibility {
    /// The word the reports use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Arm => "arm",
            Self::Manual => "manual",
            Self::Unread => "unread",
        }
    }
}

/// For how much one answer to a check is true, the least first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckScope {
    /// One cluster: the next may have another answer.
    #[default]
    Cluster,
    /// The clusters of one subscription.
    Subscription,
    /// All clusters.
    Estate,
}

impl CheckScope {
    /// The word of the catalogue.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cluster => "cluster",
            Self::Subscription => "subscription",
            Self::Estate => "estate",
        }
    }
}

/// Which clusters a check speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AppliesTo {
    /// All, before Overlay.
    Any,
    /// kubenet, before Overlay.
    Kubenet,
    /// Node subnets, before Overlay.
    NodeSubnet,
    /// kubenet and node subnets, before Overlay.
    Both,
    /// Node and pod subnets, before Overlay.
    Flat,
    /// All, before the Cilium data plane.
    Cilium,
}

/// What a check is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum About {
    /// The pod CIDR after the move: where none can be had, which is a failure of its own (MIG-024), nothing is asked
    /// of it.
    PodCidr,
}

/// What is known about a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckRule {
    /// The name in reports.
    pub rule: String,
    /// What has to hold, on one line.
    pub title: String,
    /// Which clusters it speaks of.
    pub applies_to: AppliesTo,
    /// What a failure does; a single failure may weigh less, never more.
    pub severity: CheckSeverity,
    /// Who can see the answer.
    pub visibility: Visibility,
    /// For how much one answer of a person is true: it may be given for so much at once.
    #[serde(default)]
    pub scope: CheckScope,
    /// The place in the order of preparation.
    pub order: u8,
    /// Whether a failure cannot be mended in place.
    #[serde(default)]
    pub rebuild: bool,
    /// Whether mending it re-images every node at once.
    #[serde(default)]
    pub reimages: bool,
    /// Whether it speaks of any operation that re-images every node: the update to Cilium as well.
    /// <https://learn.microsoft.com/azure/aks/update-azure-cni>
    #[serde(default)]
    pub any_reimage: bool,
    /// What it is about, where that alone may settle it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<About>,
    /// Days to let pass after mending it.
    #[serde(default)]
    pub wait_days: u32,
    /// Working days that mending it takes, where it is a project; this project's assumption.
    #[serde(default)]
    pub takes_days: u32,
    /// Why it matters.
    pub why: String,
    /// What to do.
    pub remediation: String,
    /// Commands that show the fact, with placeholders.
    #[serde(default)]
    pub show: Vec<String>,
    /// Commands that mend it, with placeholders.
    #[serde(default)]
    pub fix: Vec<String>,
    /// What a person has to see for the check to pass.
    pub good_answer: Option<String>,
    /// A public page.
    pub source: String,
    /// The day of what was read there: of the release, or of the copy of the page.
    pub source_date: Date,
    /// The day the source was last read.
    pub checked: Date,
    /// How well it is founded.
    pub confidence: Confidence,
}

/// The checks before a migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checks(BTreeMap<CheckId, CheckRule>);

static BUILT_IN: LazyLock<Checks> = LazyLock::new(|| {
    Checks::read(include_str!("../../rules/checks.toml"))
        .expect("the catalogue is part of the program, and a test reads it")
});

impl Checks {
    /// The placeholders of commands, which whoever prints them fills in.
    pub const PLACEHOLDERS: [&str; 13] = [
        "{subscription}",
        "{group}",
        "{cluster}",
        "{node_group}",
        "{location}",
        "{pod_cidr}",
        "{pool}",
        "{subnet}",
        "{security_group}",
        "{security_group_group}",
        "{route_table}",
        "{principal}",
        "{scope}",
    ];

    /// The checks this program was built with.
    #[must_use]
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// Reads the checks from the text of their file.
    ///
    /// # Errors
    /// When the file has unknown or missing keys, or lacks a check.
    pub fn read(text: &str) -> Result<Self, CatalogueError> {
        let rules = parse("checks.toml", text)?;
        complete("checks.toml", &rules, CheckId::ALL, CheckId::as_str)?;
        Ok(Self(rules))
    }

    /// A check.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "`read` refuses a catalogue that lacks an id")]
    pub fn get(&self, id: CheckId) -> &CheckRule {
        self.0.get(&id).expect("every id has an entry")
    }

    /// All checks, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (CheckId, &CheckRule)> {
        self.0.iter().map(|(id, rule)| (*id, rule))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_check_has_an_entry_that_says_what_where_and_why() {
        let checks = Checks::read(include_str!("../../rules/checks.toml")).unwrap();
        assert_eq!(checks.0.len(), CheckId::ALL.len());
        let names: BTreeSet<_> = checks.iter().map(|(_, rule)| rule.rule.as_str()).collect();
        assert_eq!(names.len(), CheckId::ALL.len());
        for (id, rule) in checks.iter() {
            for text in [&rule.title, &rule.why, &rule.remediation] {
                assert!(!text.trim().is_empty() && text.trim() == text, "{id}");
            }
            assert!(
                rule.rule.bytes().all(|b| b.is_ascii_lowercase() || b == b'-' || b.is_ascii_digit()),
                "{id}"
            );
            let source = url::Url::parse(&rule.source).unwrap();
            assert!(["learn.microsoft.com", "github.com"].contains(&source.host_str().unwrap()), "{id}");
            assert!((1..=15).contains(&rule.order), "{id}");
            assert_eq!(rule.applies_to == AppliesTo::Cilium, id.as_str().starts_with("CIL"), "{id}");
        }
    }

    #[test]
    fn what_a_person_has_to_find_out_comes_with_a_command_and_a_good_answer() {
        for (id, rule) in Checks::built_in().iter().filter(|(_, rule)| rule.visibility != Visibility::Arm) {
            assert!(!rule.show.is_empty(), "{id}");
            assert!(rule.good_answer.as_ref().is_some_and(|answer| !answer.is_empty()), "{id}");
        }
    }

    /// What is asked once must be shown by a command that knows nothing of one cluster.
    #[test]
    fn what_is_answered_once_is_shown_by_one_command() {
        let of_one =
            ["{cluster}", "{group}", "{node_group}", "{pod_cidr}", "{principal}", "{scope}", "kubectl "];
        for (id, rule) in Checks::built_in().iter().filter(|(_, rule)| rule.scope != CheckScope::Cluster) {
            assert_ne!(rule.visibility, Visibility::Arm, "{id}");
            let texts: Vec<&String> = rule.show.iter().chain(&rule.good_answer).collect();
            let is_wide = |text: &&String| !of_one.iter().any(|placeholder| text.contains(placeholder));
            assert!(texts.iter().all(is_wide), "{id}: {texts:?}");
            assert!(
                rule.scope != CheckScope::Estate || texts.iter().all(|text| !text.contains("{subscription}")),
                "{id}"
            );
        }
    }

    #[test]
    fn a_check_without_a_source_never_blocks() {
        for (id, rule) in Checks::built_in().iter() {
            assert!(
                rule.confidence != Confidence::Unverified || rule.severity < CheckSeverity::Blocker,
                "{id}"
            );
            assert!(!rule.rebuild || rule.severity == CheckSeverity::Blocker, "{id}");
        }
    }

    #[test]
    fn commands_have_known_placeholders_only() {
        for (id, rule) in Checks::built_in().iter() {
            for command in rule.show.iter().chain(&rule.fix) {
                let mut rest = command.clone();
                for placeholder in Checks::PLACEHOLDERS {
                    rest = rest.replace(placeholder, "");
                }
                // JMESPath knows braces of its own, never around a bare word.
                let words = rest.split('{').skip(1).filter_map(|after| after.split_once('}'));
                for (word, _) in words {
                    assert!(word.contains(':'), "{id}: {{{word}}} in `{command}`");
                }
                assert!(
                    ["az ", "kubectl ", "terraform "].iter().any(|tool| command.starts_with(tool)),
                    "{id}"
                );
            }
        }
    }
}
