//! `runbooks/README.md` and `runbooks/subscription-*.md`: what is done, asked or known once for all clusters, or for those of a
//! subscription.

use std::collections::{BTreeMap, BTreeSet};

use super::{LINES, name::subscription_names};
use crate::{
    assess::{
        audit::{Audit, ClusterRecord},
        migration::{CheckStatus, Wording},
        runbook::Sources,
    },
    inventory::SubscriptionId,
    report::{
        page::block::{Alert, ClusterCode, Page},
        phrase::{Phrase, name, phrase, prose},
        text,
    },
    rules::{Catalogue, CheckId, CheckScope, Checks, RetirementId},
};

/// A cluster's record with its page.
type Listed<'a> = (&'a ClusterRecord, String);

/// What is once for all runbooks.
pub(super) fn estate(audit: &Audit, clusters: &[Listed<'_>], sources: &[Sources<'_>]) -> Page {
    let mut page = Page::default();
    page.heading(1, "Runbooks");
    page.paragraph(phrase!(
        "{} of {}. A cluster's page opens with tonight: its state, when to go and when not, and numbered steps, each with what to \
         expect, what to do if it is not so, and until where one can go back. Words in capitals are yours to fill in.",
        text::count(clusters.len(), "cluster", "clusters"),
        audit.header.as_of.to_string()
    ));
    tools(&mut page);
    ends(&mut page, audit);
    owners(&mut page, clusters);
    asked_once(&mut page, CheckScope::Estate, sources);
    let mut last = Page::default();
    watch(&mut last);
    failure(&mut last);
    code(&mut last);
    let room = LINES.saturating_sub(page.lines() + last.lines() + 6);
    page.heading(2, "Clusters");
    table(&mut page, audit, clusters, room);
    page.append(last);
    page
}

/// What the clusters of one subscription share.
pub(super) fn subscription(
    audit: &Audit,
    id: &SubscriptionId,
    clusters: &[Listed<'_>],
    sources: &[Sources<'_>],
) -> Page {
    let mut page = Page::default();
    let shown = clusters.first().and_then(|(record, _)| record.row.subscription_name.clone());
    let shown = shown.unwrap_or_else(|| id.to_string());
    page.heading(1, phrase!("Subscription {}", name(&shown)));
    page.paragraph(phrase!(
        "{}, as of {}: {} with a runbook. What stands here is asked once for all of them; what is one fact for the estate, \
         [README.md](README.md) asks.",
        Phrase::outside(id.to_string()),
        audit.header.as_of.to_string(),
        text::count(clusters.len(), "cluster", "clusters")
    ));
    asked_once(&mut page, CheckScope::Subscription, sources);
    page.heading(2, "Clusters");
    let room = LINES.saturating_sub(page.lines() + 4);
    table(&mut page, audit, clusters, room);
    page
}

fn tools(page: &mut Page) {
    page.heading(2, "Before the first night");
    page.checklist([
        "Azure CLI of the last two months, and `kubectl` within one minor version of the clusters",
        "Signed in to the right tenant; for clusters with Microsoft Entra ID `kubelogin` is there, and the second line below is run once \
         after each `az aks get-credentials`",
        "A way to private API servers: a machine in their network, or the third line",
        "One cluster that matters little goes first and alone. Stop after it: go on only when its workloads have been watched, and \
         its owner says so",
        "Attest what you have looked at, with a date on which it ends, so that the next audit knows",
    ]);
    page.commands([
        "az login --tenant TENANT_ID",
        "kubelogin convert-kubeconfig --login azurecli",
        "az aks command invoke --subscription SUBSCRIPTION_ID --resource-group RESOURCE_GROUP --name CLUSTER --command 'kubectl get nodes'",
    ]);
}

/// Most rows of what ends, and of owners.
const MOST: usize = 12;

/// What ends, and how many clusters with a page it hits.
fn ends(page: &mut Page, audit: &Audit) {
    let as_of = audit.header.as_of;
    let mut hit: BTreeMap<(jiff::civil::Date, &str), BTreeSet<&crate::inventory::ResourceId>> =
        BTreeMap::new();
    for record in audit.clusters.iter().filter(|record| record.decided.has_runbook()) {
        if record.decided.leaves_kubenet() {
            hit.entry((audit.plan.deadline, "kubenet")).or_default().insert(record.id());
        }
        for item in &record.retirements {
            let date = item.date.filter(|date| *date >= as_of);
            if let Some(date) = date.filter(|_| item.id != RetirementId::KUBENET) {
                let title = Catalogue::built_in().retirement(item.id).title.as_str();
                hit.entry((date, title)).or_default().insert(record.id());
            }
        }
    }
    if hit.is_empty() {
        return;
    }
    page.heading(2, "What ends");
    let rows = hit.iter().take(MOST).map(|((date, title), clusters)| {
        vec![date.to_string().into(), Phrase::ours(*title), Phrase::number(clusters.len() as u64)]
    });
    page.table("Date | What | > Clusters", rows.collect());
    if hit.len() > MOST {
        page.paragraph(phrase!("And {} more, later ones: `retirements.csv` has them.", hit.len() - MOST));
    }
}

/// Whom to ask.
fn owners(page: &mut Page, clusters: &[Listed<'_>]) {
    let mut owners: BTreeMap<&str, usize> = BTreeMap::new();
    for (record, _) in clusters {
        *owners.entry(record.row.owner.as_deref().unwrap_or_default()).or_default() += 1;
    }
    let mut owners: Vec<_> = owners.into_iter().collect();
    owners.sort_by_key(|(owner, count)| (std::cmp::Reverse(*count), *owner));
    page.heading(2, "Whom to ask");
    let one = |(owner, count): &(&str, usize)| {
        let who = if owner.is_empty() { "clusters without an owner".into() } else { name(owner) };
        phrase!("{}: {}", who, text::count(*count, "cluster", "clusters"))
    };
    let mut all: Vec<Phrase> = owners.iter().take(MOST).map(one).collect();
    if owners.len() > MOST {
        all.push(phrase!("and {} more owners", owners.len() - MOST));
    }
    page.paragraph(Phrase::joined(all, "; ").ended());
}

/// Checks that are one fact for all clusters here, each once with the commands that any of them has.
fn asked_once(page: &mut Page, scope: CheckScope, sources: &[Sources<'_>]) {
    let mut open: BTreeMap<CheckId, (BTreeSet<String>, Option<String>)> = BTreeMap::new();
    for one in sources.iter().filter(|one| one.is_changed_in_place()) {
        let readinesses = std::iter::once(&one.decided.readiness).chain(one.decided.second.as_ref());
        for result in readinesses.flat_map(|readiness| &readiness.checks) {
            let is_open =
                matches!(result.status, CheckStatus::Open | CheckStatus::Unknown | CheckStatus::Fail);
            if !is_open || Checks::built_in().get(result.check).scope != scope {
                continue;
            }
            let entry = open.entry(result.check).or_default();
            entry.0.extend(result.wording.iter().flat_map(|wording| wording.shows()));
            entry.1 = result.wording.as_deref().and_then(Wording::good_answer).or(entry.1.take());
        }
    }
    if open.is_empty() {
        return;
    }
    page.heading(
        2,
        match scope {
            CheckScope::Estate => "Checks that are one fact for all clusters",
            CheckScope::Subscription | CheckScope::Cluster => "Checks that are one fact for its clusters",
        },
    );
    page.checklist(open.iter().map(|(id, (_, good))| {
        let line = phrase!("**{}** {}", id.as_str(), prose(&Checks::built_in().get(*id).title).ended());
        match good {
            Some(good) => phrase!("{} Good: {}", line, prose(good)),
            None => line,
        }
    }));
    let commands = open.iter().flat_map(|(id, (shows, _))| {
        let title = (!shows.is_empty()).then(|| format!("# {}", id.as_str()));
        title.into_iter().chain(shows.iter().take(MOST).cloned())
    });
    page.commands(commands.collect::<Vec<_>>());
}

/// The clusters by the day they move, as many as there is room for.
fn table(page: &mut Page, audit: &Audit, clusters: &[Listed<'_>], room: usize) {
    let move_of = |record: &ClusterRecord| {
        audit
            .plan
            .steps
            .iter()
            .find(|step| step.is_move && step.cluster_id == *record.id())
            .map(|step| step.start)
    };
    let mut rows: Vec<_> = clusters.iter().map(|(record, file)| (move_of(record), record, file)).collect();
    rows.sort_by_key(|(day, record, _)| (day.is_none(), *day, record.id()));
    let shown = rows.iter().take(room).map(|(day, record, file)| {
        let day = day.map_or_else(|| "–".to_owned(), |day| day.to_string());
        let link = name(record.id().name()).linked_to(file.trim_start_matches("runbooks/"));
        vec![
            day.into(),
            link,
            Phrase::ours(record.decided.recommendation.target.as_str()),
            Phrase::ours(record.decided.readiness.verdict.as_str()),
        ]
    });
    page.table("Window | Cluster | Target | Verdict", shown.collect());
    if rows.len() > room {
        page.paragraph(phrase!(
            "And {} more: the pages of their subscriptions, and `migration_candidates.csv`, have them.",
            rows.len() - room
        ));
    }
}

fn watch(page: &mut Page) {
    page.heading(2, "While it runs");
    page.paragraph(
        "In a second terminal, each until you stop it. A node that stays `SchedulingDisabled` for longer than the drain limit is held by a \
         disruption budget that allows no disruption.",
    );
    page.commands([
        "kubectl get nodes --watch",
        "kubectl get events --all-namespaces --field-selector=type=Warning --watch",
    ]);
}

/// What is seen, what it means, what to do. From the release notes and from public threads; each names its own.
const SEEN: [(&str, &str, &str); 7] = [
    (
        "A drain fails; the pool is `Failed`, nodes stay cordoned",
        "A disruption budget allows no eviction. The surge node stays and keeps its addresses \
         (<https://github.com/Azure/AKS/issues/3439>, <https://github.com/Azure/AKS/issues/3558>)",
        "Relax the budget or scale the workload, uncordon what is left, then reconcile",
    ),
    (
        "`SubnetIsFull`",
        "No address is left for a surge node",
        "Free addresses in the subnet, or lower `maxSurge`, then reconcile",
    ),
    (
        "`InsufficientSubnetSize`, target `networkProfile.podCIDR`",
        "The pod CIDR has too few /24 for all pools at their autoscaler's maximum",
        "A larger `--pod-cidr`, or lower maxima; nothing has changed yet",
    ),
    (
        "`InsufficientSubnetSize` on a subnet",
        "The node subnet is too small for all pools at their autoscaler's maximum",
        "Lower maxima; nothing has changed yet",
    ),
    (
        "`UnsupportedNetworkPluginModeWithNetworkPlugin`",
        "Plugin and mode are refused together; the cause of the known case is not confirmed \
         (<https://github.com/Azure/AKS/issues/5662>)",
        "Give both flags, update the command line, see that the identity is user-assigned",
    ),
    (
        "A node image is not found",
        "The image of a pool was removed, so the pool cannot be re-imaged",
        "Replace the pool by one with a present operating system, then reconcile",
    ),
    (
        "IPv6 does not answer meanwhile",
        "Known on dual-stack clusters while nodes of both kinds exist \
         (<https://github.com/Azure/AKS/issues/5120>)",
        "Wait until the last node is replaced",
    ),
];

fn failure(page: &mut Page) {
    page.heading(2, "When it fails");
    let row = |(seen, means, todo): &(&'static str, &'static str, &'static str)| {
        vec![Phrase::ours(*seen), Phrase::ours(*means), Phrase::ours(*todo)]
    };
    page.table("What you see | What it means | What to do", SEEN.iter().map(row).collect());
    page.paragraph(
        "If reconciling fails twice, open a support request with the correlation id, and build a new cluster: the page of a cluster \
         whose target is `new-cluster` shows how.",
    );
}

/// The change as Bicep and Terraform, for clusters that code owns.
fn code(page: &mut Page) {
    page.heading(2, "Infrastructure code");
    page.alert(
        Alert::Warning,
        "Older versions of the Terraform provider `azurerm` **replace the cluster** when the plugin, its mode or the pod CIDR changes \
         (<https://github.com/hashicorp/terraform-provider-azurerm/issues/31683>, \
         <https://github.com/hashicorp/terraform-provider-azurerm/pull/30959>). Run the commands first, then bring the code to the same state; \
         apply nothing that says `forces replacement`.",
    );
    page.code(ClusterCode {
        name: "CLUSTER".to_owned(),
        resource_group: "RESOURCE_GROUP".to_owned(),
        location: "LOCATION".to_owned(),
        overlay: true,
        cilium: false,
        pod_cidr: None,
    });
}

/// The file of each subscription's page.
pub(super) fn subscriptions(clusters: &[Listed<'_>]) -> Vec<(SubscriptionId, String)> {
    let ids: BTreeSet<SubscriptionId> =
        clusters.iter().map(|(record, _)| record.id().subscription()).collect();
    let ids: Vec<_> = ids.into_iter().collect();
    let names = subscription_names(&ids);
    ids.into_iter().zip(names).collect()
}
