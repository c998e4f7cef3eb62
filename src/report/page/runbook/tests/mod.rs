//! Pages as a whole, and their commands in a shell.

mod elsewhere;
#[cfg(unix)]
mod in_a_shell;

use insta::assert_snapshot;
use jiff::civil::date;

use super::*;
use crate::report::page::block::ClusterCode;
use crate::{
    assess::{
        audit::SubnetStatus,
        fixture::{cluster_row, subnet_id, subnet_row},
        migration::{
            Action, AddressFault, Advice, Candidate, CheckFact, CheckResult, CheckStatus, ClusterPlan,
            EligibilityFault, Fault, First, Footprint, IdentityFault, IdleAnswer, IdleReason, MissingFact,
            NewCluster, NewSubnet, Operation, PoolFault, PoolTemplate, PoolWork, Readiness, Reason,
            Recommendation, Setting, Site, Step, SubnetFootprint, Switch, Target, Verdict, Whose, Wording,
            Work, duration,
        },
        options::{Answer, DurationAssumptions},
        outlook::Fix,
        runbook::{Sources, build},
        schedule::UnplacedReason,
    },
    inventory::{NetworkPolicy, ResourceId},
    ipam::IpamMode,
    report::{format::markdown::markdown, plan_fixture::plan_of_id},
    rules::{CheckId, CheckRule, CheckSeverity, Checks, Confidence, Visibility},
};

/// A cluster on its way from kubenet with Calico.
struct Case {
    name: String,
    group: String,
    mode: IpamMode,
    target: Target,
    verdict: Verdict,
    current: Option<&'static str>,
    suggested: Option<&'static str>,
    rule: &'static str,
    has_windows: bool,
    wants_cilium: bool,
    unplaced: Option<UnplacedReason>,
    fixes: Vec<Fix>,
    reason: Reason,
}

impl Default for Case {
    fn default() -> Self {
        Self {
            name: "aks-shop".to_owned(),
            group: "rg-shop".to_owned(),
            mode: IpamMode::Kubenet,
            target: Target::OverlayThenCilium,
            verdict: Verdict::NeedsPreparation,
            current: Some("10.244.0.0/16"),
            suggested: Some("10.244.0.0/16"),
            rule: "REC-06",
            has_windows: false,
            wants_cilium: false,
            unplaced: None,
            fixes: Vec::new(),
            reason: Reason::KubenetEnds { blockers: 2 },
        }
    }
}

impl Case {
    fn id(&self) -> ResourceId {
        let group =
            format!("/subscriptions/aaaaaaaa-0000-4000-8000-000000000001/resourceGroups/{}", self.group);
        ResourceId::parse(&format!(
            "{group}/providers/Microsoft.ContainerService/managedClusters/{}",
            self.name
        ))
        .unwrap()
    }

    fn result(&self, check: CheckId, status: CheckStatus, fact: CheckFact) -> CheckResult {
        CheckResult {
            check,
            severity: CheckSeverity::Blocker,
            visibility: Visibility::Arm,
            status,
            facts: vec![fact],
            rebuild: false,
            wording: Some(Box::new(Wording::of_command(
                &self.group,
                &self.name,
                "az aks show --resource-group {group} --name {cluster}",
                (status == CheckStatus::Open).then_some("No line is printed."),
            ))),
            attested_until: None,
        }
    }

    fn failing(&self, check: CheckId, fault: impl Into<Fault>) -> CheckResult {
        self.result(check, CheckStatus::Fail, CheckFact::Fails(fault.into()))
    }

    /// An answer that somebody of the case's name gave, which counts no longer.
    fn idle(&self) -> CheckFact {
        CheckFact::Idle(IdleAnswer {
            answer: Answer::Good,
            who: self.name.clone(),
            when: date(2026, 1, 1),
            why: IdleReason::Expired(date(2026, 2, 1)),
        })
    }

    fn decided(&self) -> ClusterPlan {
        let checks = vec![
            self.failing(CheckId::UserAssignedIdentity, IdentityFault::SystemAssigned),
            self.failing(
                CheckId::KubenetPolicy,
                IdentityFault::Engine(NetworkPolicy::Other(self.name.clone())),
            ),
            self.failing(CheckId::DualStack, AddressFault::DualStack),
            self.result(CheckId::DisruptionBudgets, CheckStatus::Open, self.idle()),
            self.result(
                CheckId::Locks,
                CheckStatus::Unknown,
                CheckFact::Missing(vec![MissingFact::Meaning(Setting::PowerState, self.name.clone())]),
            ),
        ];
        let cidr = |text: Option<&str>| text.map(|text| text.parse().unwrap());
        ClusterPlan {
            cluster_id: self.id(),
            from: self.mode,
            production: false,
            environment: None,
            owner: None,
            location: "westeurope".to_owned(),
            rank: None,
            steps: self.steps(),
            readiness: Readiness {
                operation: Operation::Overlay,
                verdict: self.verdict,
                checks,
                blockers: vec![CheckId::UserAssignedIdentity, CheckId::KubenetPolicy],
                warnings: vec![CheckId::DualStack],
                manual_checks: vec![CheckId::DisruptionBudgets],
                unknown_checks: vec![CheckId::Locks],
            },
            recommendation: Recommendation {
                target: self.target,
                rule: self.rule,
                reason: self.reason.clone(),
                runner_up: Some(Target::NewCluster),
                questions: vec![crate::assess::migration::Question::NeedsVirtualNodes],
                first: vec![First {
                    rule: "REC-01",
                    check: CheckId::ProvisioningState,
                    facts: vec![CheckFact::Fails(
                        EligibilityFault::Unsettled(vec![(
                            Whose::Pool(self.name.clone()),
                            "Failed".to_owned(),
                        )])
                        .into(),
                    )],
                }],
                also: vec![Advice::OneWindow],
            },
            second: (self.target == Target::OverlayThenCilium || self.wants_cilium).then(|| self.second()),
            exposure: None,
            duration: None,
            site: Box::new(self.site()),
            neighbours: Vec::new(),
            pod_cidr: Err(crate::assess::migration::NoProposal::NotAsked),
            candidate: Some(Candidate {
                ips_freed: Some(0),
                current_pod_cidr: cidr(self.current),
                suggested_pod_cidr: cidr(self.suggested),
                footprint: Footprint {
                    subnets: vec![SubnetFootprint {
                        subnet_id: subnet_id("vnet-hub", "snet-aks"),
                        free: Some(12),
                        surge: Some(2),
                        freed: Some(0),
                    }],
                    route_tables: vec![subnet_id("vnet-hub", "rt-aks")],
                    has_windows: self.has_windows,
                    ..Footprint::default()
                },
            }),
        }
    }

    /// Its way: two blockers first, where it moves.
    fn steps(&self) -> Vec<Step> {
        let mends = [Work::Mend(CheckId::UserAssignedIdentity), Work::Mend(CheckId::KubenetPolicy)];
        let works: Vec<Work> = match self.target {
            Target::Overlay => mends.into_iter().chain([Work::Overlay]).collect(),
            Target::OverlayThenCilium => mends.into_iter().chain([Work::Overlay, Work::Cilium]).collect(),
            Target::Cilium => vec![Work::Cilium],
            Target::NewPools => vec![Work::NewPools],
            Target::LargerSubnet => vec![Work::LargerSubnet],
            Target::PodSubnet => vec![Work::PodSubnetPools],
            Target::ExpandPodCidr => vec![Work::ExpandPodCidr(None)],
            Target::NewCluster => vec![Work::NewCluster],
            Target::Stay | Target::Undecided => Vec::new(),
        };
        let step = |work| Step {
            work,
            also: Vec::new(),
            reimages: matches!(work, Work::Overlay | Work::Cilium | Work::Mend(CheckId::KubenetPolicy)),
            batches_with_previous: false,
            wait_days: 0,
            in_window: false,
        };
        works.into_iter().map(step).collect()
    }

    /// What surrounds it, every name of it the case's own.
    fn site(&self) -> Site {
        let group = self.id().resource_group_id().unwrap();
        let network = |kind: &str, name: &str| {
            ResourceId::parse(&format!("{group}/providers/Microsoft.Network/{kind}/{name}")).unwrap()
        };
        let subnet = network("virtualNetworks", "vnet-hub/subnets/snet-aks-2");
        let pool = PoolTemplate {
            name: "system2".to_owned(),
            replaces: "system".to_owned(),
            mode: Some("System".to_owned()),
            os_sku: Some("Ubuntu".to_owned()),
            vm_sizes: vec!["Standard_D4ds_v5".to_owned()],
            count: Some(3),
            autoscaler: Some((3, 5)),
            zones: vec!["1".to_owned(), "2".to_owned()],
            max_pods: Some(110),
            node_subnet: Some(subnet_id("vnet-hub", "snet-aks")),
            labels: [("team".to_owned(), self.name.clone())].into(),
            taints: vec![format!("for={}:NoSchedule", self.name)],
            max_surge: Some("10%".to_owned()),
            ..PoolTemplate::default()
        };
        let new = NewSubnet {
            id: subnet,
            block: "10.1.2.0/24".parse().ok(),
            route_table: None,
            security_group: Some(network("networkSecurityGroups", "nsg-aks")),
            nat_gateway: None,
        };
        let build = NewCluster {
            name: format!("{}-2", self.name),
            location: "westeurope".to_owned(),
            version: Some(crate::rules::Minor::one(34)),
            tier: Some("Standard".to_owned()),
            identity: None,
            outbound_type: Some("loadBalancer".to_owned()),
            private: false,
            private_dns_zone: None,
            cilium: !self.has_windows,
            pod_subnet: self.rule == "REC-04",
            pod_cidr: self.suggested.map(|text| text.parse().unwrap()),
            service: Some(("10.0.0.0/16".to_owned(), "10.0.0.10".to_owned())),
            subnet: Some(NewSubnet { block: None, ..new.clone() }),
            pools: vec![PoolTemplate { name: "system".to_owned(), ..pool.clone() }],
        };
        let is_rebuilt = self.target == Target::NewCluster || self.verdict == Verdict::Rebuild;
        Site {
            mends: vec![(
                CheckId::UserAssignedIdentity,
                vec![
                    Action::CreateIdentity(network("userAssignedIdentities", "id-aks")),
                    Action::Grant { principal: None, scope: subnet_id("vnet-hub", "snet-aks") },
                ],
            )],
            switches: vec![Switch {
                subnet: subnet_id("vnet-hub", "snet-gateway"),
                table: network("routeTables", "rt-aks"),
                copy: network("routeTables", "rt-gateway"),
                location: "westeurope".to_owned(),
                gateways: vec![network("applicationGateways", "agw")],
                keeps_routes: false,
            }],
            lowered: Vec::new(),
            autoscalers: vec![("system".to_owned(), 3, 5)],
            upgrade_channel: Some("stable".to_owned()),
            node_os_channel: None,
            private: false,
            long_term_support: false,
            subnets: vec![(subnet_id("vnet-hub", "snet-aks"), new)],
            pools: vec![pool],
            new_cluster: is_rebuilt.then(|| Box::new(build)),
        }
    }

    /// Disruption budgets were asked about before the first operation.
    fn second(&self) -> Readiness {
        Readiness {
            operation: Operation::Cilium,
            verdict: Verdict::NeedsPreparation,
            checks: vec![
                self.result(CheckId::DisruptionBudgets, CheckStatus::Open, self.idle()),
                self.failing(CheckId::CiliumWindowsPools, vec![(self.name.clone(), PoolFault::Windows)]),
                self.result(CheckId::CiliumCalicoResources, CheckStatus::Open, self.idle()),
            ],
            blockers: vec![CheckId::CiliumWindowsPools],
            warnings: Vec::new(),
            manual_checks: vec![CheckId::DisruptionBudgets, CheckId::CiliumCalicoResources],
            unknown_checks: Vec::new(),
        }
    }

    fn page(&self) -> String {
        let mut row = cluster_row(&self.name, self.mode);
        row.id = self.id();
        let text = |id: CheckId| {
            let rule = CheckRule {
                title: format!("What {} asks", id.as_str()),
                why: "Because it is so.".to_owned(),
                remediation: "Mend it.".to_owned(),
                source: "https://learn.microsoft.com/azure/aks/update-azure-cni".to_owned(),
                confidence: Confidence::Documented,
                ..Checks::built_in().get(id).clone()
            };
            &*Box::leak(Box::new(rule))
        };
        let work = PoolWork {
            pool: "system".to_owned(),
            nodes: 12,
            at_once: 2,
            drain_timeout_minutes: 30,
            soak_minutes: 0,
        };
        let duration = Some(duration(vec![work], DurationAssumptions::default()));
        let subnet = subnet_row("snet-aks", 40, SubnetStatus::Ok, Some("aks-shop"));
        let plan = plan_of_id(&self.id());
        let runbook = Sources {
            as_of: "2026-11-21".parse().unwrap(),
            row: &row,
            subnets: vec![&subnet],
            decided: &ClusterPlan { duration, ..self.decided() },
            steps: plan.steps.iter().filter(|_| self.unplaced.is_none()).collect(),
            unplaced: self.unplaced.as_ref(),
            fixes: self.fixes.iter().collect(),
            text,
        };
        let runbook = build(&runbook);
        let links =
            Links { details: "details/x.md".to_owned(), subscription: "subscription-x.md".to_owned() };
        markdown(&of(&runbook, &links)) + &markdown(&details(&runbook))
    }
}

/// The text inside fences of one language. A reader of Markdown finds them the same way: a fence ends at a line that
/// holds at least as many backticks and nothing else.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open: Option<(usize, bool, Vec<&str>)> = None;
    for line in page.lines() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        let rest = &line[ticks..];
        open = match open {
            Some((fence, wanted, body)) if ticks >= fence && rest.trim().is_empty() => {
                found.extend(wanted.then(|| body.join("\n")));
                None
            }
            Some((fence, wanted, mut body)) => {
                body.push(line);
                Some((fence, wanted, body))
            }
            None if ticks >= 3 => Some((ticks, rest == language, Vec::new())),
            None => None,
        };
    }
    assert!(open.is_none(), "a fence is left open");
    found
}

#[test]
fn a_runbook_says_all_there_is_to_do() {
    assert_snapshot!(Case::default().page());
}

#[test]
fn a_cluster_that_must_be_rebuilt_gets_no_command_that_changes_it() {
    let case = Case { target: Target::NewCluster, verdict: Verdict::Rebuild, ..Case::default() };
    let page = case.page();
    assert!(!page.contains("az aks update"), "{page}");
    let overlay = Case { verdict: Verdict::Rebuild, ..Case::default() };
    assert!(!overlay.page().contains("az aks update"));
    assert!(page.contains("az aks create"));
}

#[test]
fn the_pod_cidr_is_given_where_it_has_to_be() {
    let command = |case: &Case| {
        let all = blocks(&case.page(), "sh").join("\n");
        let line = all.lines().find(|line| line.contains("--network-plugin-mode")).unwrap().to_owned();
        line.split_once("--network-plugin ").unwrap().1.to_owned()
    };
    let kept = Case::default();
    let changed = Case { suggested: Some("100.64.0.0/16"), ..Case::default() };
    let flat = Case {
        mode: IpamMode::NodeSubnet,
        current: None,
        suggested: Some("10.64.0.0/16"),
        ..Case::default()
    };
    let open = Case { mode: IpamMode::NodeSubnet, current: None, suggested: None, ..Case::default() };
    assert_eq!(command(&kept), "azure --network-plugin-mode overlay");
    assert_eq!(command(&changed), "azure --network-plugin-mode overlay --pod-cidr 100.64.0.0/16");
    assert_eq!(command(&flat), "azure --network-plugin-mode overlay --pod-cidr 10.64.0.0/16");
    assert_eq!(command(&open), "azure --network-plugin-mode overlay --pod-cidr POD_CIDR");
}

#[test]
fn cilium_is_an_operation_of_its_own_with_both_flags() {
    let all = blocks(&Case::default().page(), "sh").join("\n");
    let updates: Vec<_> =
        all.lines().filter(|line| line.starts_with("az aks update") && line.contains("--network-")).collect();
    assert_eq!(updates.len(), 2);
    assert!(!updates[0].contains("dataplane"));
    assert!(updates[1].ends_with("--network-dataplane cilium --network-policy cilium"));
    let only = Case { mode: IpamMode::NodeSubnet, target: Target::Cilium, ..Case::default() };
    assert!(!only.page().contains("--network-plugin-mode"));
}

/// How each line of a page begins, names left out.
fn outline(page: &str) -> Vec<&str> {
    let marks = ["# ", "## ", "### ", "- [ ] **", "- ", "| ", "> [!", "> ", "**", "```", "Source"];
    page.lines()
        .map(|line| marks.into_iter().find(|mark| line.starts_with(mark)).unwrap_or_default())
        .collect()
}

#[test]
fn every_target_has_a_way_or_says_why_not() {
    let targets = [
        (Target::NewPools, "new one takes its place"),
        (Target::ExpandPodCidr, "az aks update"),
        (Target::PodSubnet, "--pod-subnet-id"),
        (Target::NewCluster, "az aks create"),
        (Target::Stay, "the cluster stays as it is"),
        (Target::Undecided, "virtual nodes?"),
    ];
    for (target, expected) in targets {
        let page = Case { target, mode: IpamMode::NodeSubnet, ..Case::default() }.page();
        assert!(page.contains(expected), "{target}: {page}");
        assert!(!page.contains("--network-dataplane cilium --network-policy"), "{target}");
    }
}

#[test]
fn hostile_names_stay_strings_in_code() {
    let mut page = Page::default();
    page.code(ClusterCode {
        name: "${file('x')} %{if} ``` \" ' \n```".to_owned(),
        resource_group: "rg-shop".to_owned(),
        location: "westeurope".to_owned(),
        overlay: true,
        cilium: true,
        pod_cidr: "10.244.0.0/16".parse().ok(),
    });
    let page = markdown(&page);
    assert_snapshot!(blocks(&page, "bicep").join("\n"), @r#"
    resource cluster 'Microsoft.ContainerService/managedClusters@2026-01-01' = {
      name: '\${file(\'x\')} %{if} ``` " \' \n```'
      location: 'westeurope'
      properties: {
        networkProfile: {
          networkPlugin: 'azure'
          networkPluginMode: 'overlay'
          podCidr: '10.244.0.0/16'
          networkDataplane: 'cilium'
          networkPolicy: 'cilium'
        }
      }
    }
    "#);
    assert_snapshot!(blocks(&page, "hcl").join("\n"), @r#"
    resource "azurerm_kubernetes_cluster" "cluster" {
      name                = "$${file('x')} %%{if} ``` \" ' \n```"
      resource_group_name = "rg-shop"
      location            = "westeurope"

      network_profile {
        network_plugin      = "azure"
        network_plugin_mode = "overlay"
        pod_cidr            = "10.244.0.0/16"
        network_data_plane  = "cilium"
        network_policy      = "cilium"
      }

      lifecycle {
        prevent_destroy = true
      }
    }
    "#);
}
