//! The checks before a migration as data: what each asks, why, how to mend it, and where it comes from.

use std::{collections::BTreeMap, fmt, sync::LazyLock};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{CatalogueError, Confidence, complete, parse};

macro_rules! check_ids {
    ($($(#[$meta:meta])* $variant:ident = $text:literal),+ $(,)?) => {
        /// The checks, in the order of the rule book.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum CheckId {
            $($(#[$meta])* #[serde(rename = $text)] $variant,)+
        }

        impl CheckId {
            /// Every check.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The id as the catalogue spells it.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }
    };
}

check_ids! {
/// The source mode is kubenet or node subnet.
Mig001 = "MIG-001",
/// Kubernetes is new enough for the migration.
Mig002 = "MIG-002",
/// The Kubernetes version is supported.
Mig003 = "MIG-003",
/// Control plane and pools run one version.
Mig004 = "MIG-004",
/// Cluster and pools are in a settled state.
Mig005 = "MIG-005",
/// The cluster runs.
Mig006 = "MIG-006",
/// Every pool runs.
Mig007 = "MIG-007",
/// The cluster is not AKS Automatic.
Mig008 = "MIG-008",
/// That there is no way back is accepted.
Mig009 = "MIG-009",
/// That all pools are re-imaged at once is accepted.
Mig010 = "MIG-010",
/// No pool uses a pod subnet.
Mig011 = "MIG-011",
/// The cluster has a user-assigned identity.
Mig012 = "MIG-012",
/// The cluster does not use a service principal.
Mig013 = "MIG-013",
/// The identity may change subnets and route table.
Mig014 = "MIG-014",
/// No lock stops the operation.
Mig015 = "MIG-015",
/// No policy demands a route table on subnets.
Mig016 = "MIG-016",
/// A kubenet cluster has no policy engine.
Mig017 = "MIG-017",
/// A node-subnet cluster has no policy engine that stops Overlay.
Mig018 = "MIG-018",
/// The policy engine can be removed at this version.
Mig019 = "MIG-019",
/// The effect of removing policies is accepted.
Mig020 = "MIG-020",
/// No unmanaged network add-on runs.
Mig021 = "MIG-021",
/// No custom ip-masq-agent configuration exists.
Mig022 = "MIG-022",
/// The pod CIDR can be kept.
Mig023 = "MIG-023",
/// A pod CIDR is supplied.
Mig024 = "MIG-024",
/// The cluster is single stack.
Mig025 = "MIG-025",
/// The pod CIDR overlaps no subnet of the network.
Mig026 = "MIG-026",
/// The pod CIDR overlaps no address space of the network.
Mig027 = "MIG-027",
/// The pod CIDR overlaps no peered network.
Mig028 = "MIG-028",
/// The pod CIDR overlaps no range outside Azure.
Mig029 = "MIG-029",
/// Pod and service CIDR are apart.
Mig030 = "MIG-030",
/// The pod CIDR touches no reserved range.
Mig031 = "MIG-031",
/// The pod CIDR is private.
Mig032 = "MIG-032",
/// The pod CIDR has room for all nodes.
Mig033 = "MIG-033",
/// The pod CIDR has room for growth.
Mig034 = "MIG-034",
/// The node subnets have room for all surge nodes.
Mig035 = "MIG-035",
/// The compute quota covers the surge.
Mig036 = "MIG-036",
/// Network names are valid node labels.
Mig037 = "MIG-037",
/// Node subnets are not delegated.
Mig038 = "MIG-038",
/// The route table is managed by AKS.
Mig039 = "MIG-039",
/// The route table serves cluster subnets only.
Mig040 = "MIG-040",
/// No other kubenet cluster shares the route table.
Mig041 = "MIG-041",
/// Every node subnet has the route table.
Mig042 = "MIG-042",
/// Egress does not depend on the route table.
Mig043 = "MIG-043",
/// Nothing else routes to the pods.
Mig044 = "MIG-044",
/// Nothing outside calls pods directly.
Mig045 = "MIG-045",
/// No security rule cuts pod traffic.
Mig046 = "MIG-046",
/// No firewall or service rule names the old ranges.
Mig047 = "MIG-047",
/// The proxy exceptions cover the pod CIDR.
Mig048 = "MIG-048",
/// Name resolution does not depend on the route table.
Mig049 = "MIG-049",
/// The load balancer is Standard.
Mig050 = "MIG-050",
/// Outbound ports suffice.
Mig051 = "MIG-051",
/// No pool is an availability set.
Mig052 = "MIG-052",
/// No pool uses `DCsv2` machines.
Mig053 = "MIG-053",
/// Windows nodes use containerd.
Mig054 = "MIG-054",
/// The Windows build is new enough.
Mig055 = "MIG-055",
/// A Windows profile exists.
Mig056 = "MIG-056",
/// The image of every pool still exists.
Mig057 = "MIG-057",
/// Pools surge during the operation.
Mig058 = "MIG-058",
/// No pool depends on one node.
Mig059 = "MIG-059",
/// Disruption budgets allow eviction.
Mig060 = "MIG-060",
/// No workload keeps data on nodes.
Mig061 = "MIG-061",
/// No pool is spot.
Mig062 = "MIG-062",
/// Scaling down deletes nodes.
Mig063 = "MIG-063",
/// Drain settings are the defaults.
Mig064 = "MIG-064",
/// The autoscaler is off.
Mig065 = "MIG-065",
/// Clients are new enough.
Mig066 = "MIG-066",
/// Virtual nodes are off.
Mig067 = "MIG-067",
/// The ingress controller supports Overlay.
Mig068 = "MIG-068",
/// Application Gateway for Containers has exactly a /24.
Mig069 = "MIG-069",
/// Application Gateway for Containers lies in the cluster's network.
Mig070 = "MIG-070",
/// Node auto-provisioning is off.
Mig071 = "MIG-071",
/// Pod-managed identity is off.
Mig072 = "MIG-072",
/// No admission webhook matches everything.
Mig073 = "MIG-073",
/// Infrastructure code will not replace the cluster.
Mig074 = "MIG-074",
/// No automatic upgrade collides.
Mig075 = "MIG-075",
/// The tier allows all nodes.
Mig076 = "MIG-076",
/// Preview features are known.
Mig077 = "MIG-077",
/// The pod CIDR is this cluster's alone.
Mig078 = "MIG-078",
/// The node subnets have room for all nodes.
Mig080 = "MIG-080",
/// No disruption policy forbids re-imaging.
Mig081 = "MIG-081",
/// The plugin is Azure CNI.
Cil001 = "CIL-001",
/// There are no Windows pools.
Cil002 = "CIL-002",
/// Node auto-provisioning is off.
Cil003 = "CIL-003",
/// The data plane changes on its own.
Cil004 = "CIL-004",
/// The data plane is not Cilium yet.
Cil005 = "CIL-005",
/// The version has a supported Cilium.
Cil006 = "CIL-006",
/// Both flags are sent.
Cil007 = "CIL-007",
/// Policies name no pod or node ranges.
Cil008 = "CIL-008",
/// Policies use no port ranges.
Cil009 = "CIL-009",
/// Policies do not rely on the old engine's semantics.
Cil010 = "CIL-010",
/// No policy covers host-network pods.
Cil011 = "CIL-011",
/// Identities stay few.
Cil012 = "CIL-012",
/// No Calico resources are in use.
Cil013 = "CIL-013",
/// The enforcement gap is accepted.
Cil014 = "CIL-014",
/// Nothing reads kube-proxy.
Cil015 = "CIL-015",
/// No disruption budget of the old engine is left.
Cil016 = "CIL-016",
/// The policy engine has a future.
Cil017 = "CIL-017",
/// Security rules let Cilium report.
Cil018 = "CIL-018",
/// No host port is used with two protocols.
Cil019 = "CIL-019",
/// No service range was added inside the cluster.
K21 = "K-21",}

impl fmt::Display for CheckId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
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
    /// The place in the order of preparation (rule B5).
    pub order: u8,
    /// Whether a failure cannot be mended in place.
    #[serde(default)]
    pub rebuild: bool,
    /// Whether mending it re-images every node at once.
    #[serde(default)]
    pub reimages: bool,
    /// Days to let pass after mending it.
    #[serde(default)]
    pub wait_days: u32,
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

    /// All checks, in the order of the rule book.
    pub fn iter(&self) -> impl Iterator<Item = (CheckId, &CheckRule)> {
        self.0.iter().map(|(id, rule)| (*id, rule))
    }

    /// The day since which every check has been checked: the oldest of all.
    #[must_use]
    pub fn checked(&self) -> Date {
        self.0.values().map(|rule| rule.checked).min().unwrap_or(Date::ZERO)
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
