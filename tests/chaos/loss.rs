//! Whether what is lost lies behind a gap that the ledger names, and everything else is as it was.

use std::collections::{BTreeMap, BTreeSet};

use aks_census::inventory::{CoverageEntry, Inventory, ResourceId};

/// Tables whose rows tell what was read, and the column that names a row's resource.
const TABLES: [(&str, &str); 4] = [
    ("clusters.csv", "cluster_id"),
    ("node_pools.csv", "cluster_id"),
    ("subnets.csv", "subnet_id"),
    ("vnets.csv", "vnet_id"),
];

/// The scopes of the gaps, in lower case.
struct Gaps(BTreeSet<String>);

impl Gaps {
    fn of(inventory: &Inventory) -> Self {
        let scope = |row: &CoverageEntry| row.scope_id.to_ascii_lowercase();
        Self(inventory.coverage.gaps().map(scope).collect())
    }

    /// Whether a gap says that this, or what it lies in, was not read, or not whole.
    fn name(&self, id: &str) -> bool {
        let id = id.to_ascii_lowercase();
        let covers = |scope: &String| {
            let whole = scope == "/" || scope.starts_with("/providers/microsoft.management/");
            whole || id == *scope || id.starts_with(&format!("{scope}/"))
        };
        // An odd part of a thing is named by its own id.
        let is_part = |scope: &String| scope.starts_with(&format!("{id}/"));
        self.0.iter().any(|scope| covers(scope) || is_part(scope))
    }

    /// Whether something of this one's subscription was not read: a row is made of all that was, and a subnet of which a
    /// cluster is missing counts that cluster's addresses otherwise.
    fn lie_beside(&self, id: &str) -> bool {
        let subscription: Vec<&str> = id.split('/').take(3).collect();
        let subscription = subscription.join("/").to_ascii_lowercase();
        self.name(&subscription) || self.0.iter().any(|scope| scope.starts_with(&subscription))
    }
}

/// What is wrong with a run under lasting faults, beside the same run without.
pub(super) fn unexplained(calm: &Inventory, hurt: &Inventory) -> Vec<String> {
    let gaps = Gaps::of(hurt);
    let mut wrong = Vec::new();
    wrong.extend(differing("cluster", &gaps, &calm.clusters, &hurt.clusters, |it| &it.id));
    wrong.extend(differing("network", &gaps, &calm.virtual_networks, &hurt.virtual_networks, |it| &it.id));
    wrong.extend(differing("route table", &gaps, &calm.route_tables, &hurt.route_tables, |it| &it.id));
    let (one, other) = (&calm.network_security_groups, &hurt.network_security_groups);
    wrong.extend(differing("security group", &gaps, one, other, |it| &it.id));
    let (one, other) = (&calm.application_gateways, &hurt.application_gateways);
    wrong.extend(differing("gateway", &gaps, one, other, |it| &it.id));
    for subscription in &calm.subscriptions {
        if !hurt.subscriptions.contains(subscription) && !gaps.name(&subscription.id.path()) {
            wrong.push(format!("subscription {} is lost or another", subscription.id));
        }
    }
    wrong
}

fn differing<T: PartialEq>(
    kind: &str,
    gaps: &Gaps,
    calm: &[T],
    hurt: &[T],
    id: impl Fn(&T) -> &ResourceId,
) -> Vec<String> {
    let found: BTreeMap<&ResourceId, &T> = hurt.iter().map(|it| (id(it), it)).collect();
    let known: BTreeSet<&ResourceId> = calm.iter().map(&id).collect();
    let lost = calm.iter().filter(|it| found.get(id(it)).is_none_or(|found| found != it));
    let lost = lost.filter(|it| !gaps.name(id(it).as_str()));
    let new = hurt.iter().filter(|it| !known.contains(id(it)));
    lost.map(|it| format!("{kind} {} is lost or another, and no gap says so", id(it)))
        .chain(new.map(|it| format!("{kind} {} is new", id(it))))
        .collect()
}

type Reports = BTreeMap<String, String>;

/// The same of the rows of reports: those of a subscription of which nothing is missing stay as they were, and a row that
/// is gone was one of something that a gap names.
pub(super) fn unexplained_rows(calm: &Reports, hurt: &Reports, inventory: &Inventory) -> Vec<String> {
    let gaps = Gaps::of(inventory);
    let mut wrong = Vec::new();
    for (table, column) in TABLES {
        let (before, after) = (rows(&calm[table], column), rows(&hurt[table], column));
        let is_there = |id: &str| after.iter().any(|(other, _)| other == id);
        for (id, row) in before.difference(&after) {
            let explained = if is_there(id) { gaps.lie_beside(id) } else { gaps.name(id) };
            if !explained {
                wrong.push(format!("{table}: {row} is lost or another, and no gap says so"));
            }
        }
        for (id, row) in after.difference(&before).filter(|(id, _)| !gaps.lie_beside(id)) {
            wrong.push(format!("{table}: {row} is new for {id}"));
        }
    }
    wrong
}

/// Each row with the id in this column.
fn rows(text: &str, column: &str) -> BTreeSet<(String, String)> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let at = reader.headers().unwrap().iter().position(|name| name == column).unwrap();
    let row = |row: csv::StringRecord| (row[at].to_owned(), row.iter().collect::<Vec<_>>().join(" | "));
    reader.records().map(|record| row(record.unwrap())).collect()
}

#[test]
fn a_loss_that_no_gap_names_is_found_out() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let [calm, _] = runtime.block_on(super::calm());
    assert_eq!(unexplained(&calm, &calm), Vec::<String>::new());
    let mut hurt = calm.clone();
    let lost = hurt.clusters.remove(0);
    hurt.virtual_networks[0].subnets.clear();
    let wrong = unexplained(&calm, &hurt);
    assert_eq!(wrong.len(), 2, "{wrong:?}");
    assert!(wrong[0].contains(lost.id.as_str()) && wrong[1].starts_with("network "), "{wrong:?}");
    assert_eq!(unexplained(&hurt, &calm).len(), 2, "nor is anything new");

    let reports = |inventory| runtime.block_on(super::reports(inventory));
    let (before, after) = (reports(&calm), reports(&hurt));
    assert_eq!(unexplained_rows(&before, &before, &calm), Vec::<String>::new());
    let rows = unexplained_rows(&before, &after, &hurt);
    assert!(TABLES.iter().all(|(table, _)| rows.iter().any(|row| row.starts_with(table))), "{rows:?}");
}
