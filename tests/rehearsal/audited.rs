//! What the program says of a world: it reads it over https on loopback, as it reads Azure, and assesses it.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use aks_census::{
    assess::{
        self,
        audit::{Audit, ClusterRecord},
        migration::CheckStatus,
        options::{ClusterAnswers, Options},
    },
    azure::{ArmClient, CaBundle, Cloud, ConnectOptions, RetryPolicy},
    collect::{self, CollectOptions, progress::Silent},
    config::Settings,
    env::Env,
    inventory::{Inventory, RequestedScope, ResourceId},
    report::{self, Format},
    rules::CheckSeverity,
};
use aks_census_simulator::{Options as Simulated, Simulator};
use tokio::runtime::Runtime;

use crate::world::{World, lower};

/// The day of every rehearsal.
pub(crate) const DAY: &str = "2026-11-21";

/// Audits worlds.
pub(crate) struct Auditor {
    runtime: Runtime,
    options: Options,
}

impl Auditor {
    pub(crate) fn new() -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let mut settings = Settings::default();
        settings.scope.on_premises =
            ["192.168.0.0/16", "172.16.0.0/14"].map(|one| one.parse().unwrap()).to_vec();
        Self { runtime, options: settings.options(DAY.parse().unwrap(), Vec::new()) }
    }

    /// Reads a world and assesses it.
    pub(crate) fn audit(&self, world: &World) -> Audit {
        assess::assess(&self.read(world), &self.options)
    }

    /// The same, where a pod CIDR was agreed on for these clusters: somebody wrote that down.
    pub(crate) fn audit_agreed(&self, world: &World, agreed: &[(&str, &str)]) -> Audit {
        let mut options = self.options.clone();
        let answer = |(cluster, cidr): &(&str, &str)| {
            let answers = ClusterAnswers { pod_cidr: cidr.parse().ok(), ..ClusterAnswers::default() };
            Some((ResourceId::parse(cluster).ok()?, answers))
        };
        options.migration.settings.clusters.extend(agreed.iter().filter_map(answer));
        assess::assess(&self.read(world), &options)
    }

    fn read(&self, world: &World) -> Inventory {
        self.runtime.block_on(async {
            let simulator = Simulator::start(Simulated::new(world.estate())).await.unwrap();
            let url = simulator.url();
            let connect = ConnectOptions {
                cloud: Cloud::custom(&url, &simulator.authority(), &url).unwrap(),
                ca_bundle: Some(CaBundle::Pem(simulator.ca_pem().as_bytes().to_vec())),
                retry: RetryPolicy {
                    max_attempts: 2,
                    base_delay: Duration::from_millis(1),
                    max_delay: Duration::from_millis(2),
                    ..RetryPolicy::default()
                },
                ..ConnectOptions::default()
            };
            let env = Env::from_pairs([
                ("AZURE_TENANT_ID", simulator.tenant_id()),
                ("AZURE_CLIENT_ID", simulator.client_id()),
                ("AZURE_CLIENT_SECRET", simulator.client_secret()),
            ]);
            let client = ArmClient::connect(connect, &env).await.unwrap();
            let options = CollectOptions {
                requested: RequestedScope::default(),
                parallel_subscriptions: 4,
                collected_at: format!("{DAY}T03:00:00Z").parse().unwrap(),
            };
            let inventory = collect::collect(&client, &options, &Silent).await.unwrap();
            simulator.shutdown().await;
            inventory
        })
    }
}

/// What is decided about one cluster, as far as a rehearsal looks at it.
#[derive(Debug, Clone)]
pub(crate) struct Standing {
    /// How each check that weighs something ended, by its id.
    pub(crate) checks: BTreeMap<String, CheckStatus>,
    /// Those that fail and stop the migration.
    pub(crate) blockers: BTreeSet<String>,
    /// What each that failed rests on.
    pub(crate) facts: BTreeMap<String, String>,
}

/// Every cluster of an audit, by its id in lower case.
pub(crate) fn standings(audit: &Audit) -> BTreeMap<String, Standing> {
    let one = |record: &ClusterRecord| {
        let readiness = &record.decided.readiness;
        let weighty = readiness.checks.iter().filter(|one| one.severity != CheckSeverity::Info);
        let failing = readiness.checks.iter().filter(|one| one.status == CheckStatus::Fail);
        let standing = Standing {
            checks: weighty.map(|one| (one.check.to_string(), one.status)).collect(),
            blockers: readiness.blockers.iter().map(ToString::to_string).collect(),
            facts: failing.map(|one| (one.check.to_string(), format!("{:?}", one.facts))).collect(),
        };
        (lower(record.row.id.as_str()), standing)
    };
    audit.clusters.iter().map(one).collect()
}

/// The page of each runbook and that of its details, by the id of the cluster in lower case.
pub(crate) fn pages(audit: &Audit) -> BTreeMap<String, (String, String)> {
    let ids = assess::runbook::sources(audit).into_iter().map(|one| one.row.id.as_str().to_owned());
    let files = report::render(audit, &[Format::Markdown]);
    let written: BTreeMap<&str, String> = files
        .iter()
        .filter_map(|file| {
            let mut text = Vec::new();
            let name = file.name.strip_prefix("runbooks/")?;
            file.write_to(&mut text).unwrap();
            Some((name, String::from_utf8(text).unwrap()))
        })
        .collect();
    let is_of = |page: &str, id: &str| page.lines().take(6).any(|line| line.contains(&format!("`{id}`")));
    let of = |id: String| {
        let (name, page) = written.iter().find(|(name, page)| !name.contains('/') && is_of(page, &id))?;
        let details = written.get(format!("details/{name}").as_str()).cloned().unwrap_or_default();
        Some((lower(&id), (page.clone(), details)))
    };
    ids.filter_map(of).collect()
}
