//! Pools that take the place of others, with everything that is known of those.

use std::collections::BTreeSet;

use crate::{
    assess::{
        estate::PoolFacts,
        migration::{
            action::{Action, PoolTemplate},
            scene::Subject,
        },
    },
    inventory::{NodePool, OsType, PoolType, Priority, VirtualMachineProfile},
};

/// Most letters of a pool's name; Windows takes fewer.
/// <https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules>
const NAME: usize = 12;
const WINDOWS_NAME: usize = 6;

/// A pool in place of another, changed in one thing, and the end of that other. None where not enough is known of it, or where its
/// subnet does not hold the nodes of both.
pub(crate) fn replacing(
    subject: &Subject<'_>,
    pool: &NodePool,
    change: impl Fn(&mut PoolTemplate),
) -> Option<Vec<Action>> {
    if !holds_both(subject, pool) || !takes_several(subject) {
        return None;
    }
    let mut template = templates(subject).into_iter().find(|template| template.replaces == pool.name)?;
    change(&mut template);
    Some(Action::replacing(template))
}

/// Whether a cluster can have several pools: not with availability sets, nor with a Basic load balancer.
/// <https://learn.microsoft.com/azure/aks/create-node-pools>
fn takes_several(subject: &Subject<'_>) -> bool {
    let is_basic = subject
        .cluster
        .network
        .load_balancer_sku
        .as_deref()
        .is_some_and(|sku| sku.eq_ignore_ascii_case("basic"));
    let is_set = |facts: &PoolFacts<'_>| facts.pool.pool_type == Some(PoolType::AvailabilitySet);
    !is_basic && !subject.pools().iter().any(is_set)
}

/// Whether the subnet of a pool's nodes has room for as many again.
fn holds_both(subject: &Subject<'_>, pool: &NodePool) -> bool {
    let place = subject.pools().iter().position(|facts| facts.pool.name == pool.name);
    let need = place.and_then(|place| subject.pools().get(place)).and_then(|facts| {
        let nodes = facts.counts.restart?.max(facts.counts.wanted?);
        Some(nodes.saturating_mul(facts.in_node_subnet(facts.per_node?)))
    });
    let subnet =
        subject.node_subnets.iter().find(|subnet| place.is_some_and(|own| subnet.pools.contains(&own)));
    let free = subnet.and_then(|subnet| subnet.usable()?.checked_sub(subnet.usage.used?));
    need.zip(free).is_some_and(|(need, free)| need <= free)
}

/// For every pool of a cluster one that can take its place, under a name that none has.
pub(crate) fn templates(subject: &Subject<'_>) -> Vec<PoolTemplate> {
    let mut names: BTreeSet<String> =
        subject.pools().iter().map(|facts| facts.pool.name.to_ascii_lowercase()).collect();
    subject.pools().iter().map(|facts| template(facts, &mut names)).collect()
}

fn template(facts: &PoolFacts<'_>, names: &mut BTreeSet<String>) -> PoolTemplate {
    let pool = facts.pool;
    let windows = pool.os_type == Some(OsType::Windows);
    let single_machines = pool.pool_type == Some(PoolType::VirtualMachines);
    PoolTemplate {
        name: unused(&pool.name, if windows { WINDOWS_NAME } else { NAME }, names),
        replaces: pool.name.clone(),
        mode: pool.mode.as_ref().map(ToString::to_string),
        windows,
        os_sku: pool.os_sku.clone(),
        fips: pool.fips == Some(true),
        vm_sizes: sizes(pool),
        single_machines,
        count: facts.counts.restart.or(facts.counts.configured),
        autoscaler: facts.counts.autoscaler_min.zip(facts.counts.autoscaler_max).filter(|_| !single_machines),
        zones: pool.zones.clone(),
        max_pods: facts.max_pods,
        node_subnet: pool.node_subnet_id.clone(),
        pod_subnet: pool.pod_subnet_id.clone(),
        labels: pool.labels.iter().filter(|(name, _)| !is_of_azure(name)).map(owned).collect(),
        taints: pool.taints.clone(),
        tags: pool.tags.iter().map(owned).collect(),
        spot: (pool.priority == Some(Priority::Spot)).then(|| pool.eviction_policy.clone()),
        os_disk_type: pool.os_disk_type.clone(),
        os_disk_gb: pool.os_disk_gb,
        max_surge: pool.max_surge.clone(),
        max_unavailable: pool.max_unavailable.clone(),
        drain_timeout_minutes: pool.drain_timeout_minutes,
        node_soak_minutes: pool.node_soak_minutes,
    }
}

fn owned((name, value): (&String, &String)) -> (String, String) {
    (name.clone(), value.clone())
}

/// Labels that Azure writes itself and refuses of others.
/// <https://learn.microsoft.com/azure/aks/use-labels>
fn is_of_azure(label: &str) -> bool {
    label == "agentpool" || label.starts_with("kubernetes.azure.com/")
}

fn sizes(pool: &NodePool) -> Vec<String> {
    let profiles = pool.vm_manual.iter().chain(&pool.vm_autoscale);
    let mut sizes: Vec<String> = pool.vm_size.iter().cloned().collect();
    sizes.extend(profiles.filter_map(|profile: &VirtualMachineProfile| profile.size.clone()));
    let mut seen = BTreeSet::new();
    sizes.retain(|size| seen.insert(size.clone()));
    sizes
}

/// A name like another's that no pool has: its number counts on.
fn unused(name: &str, most: usize, names: &mut BTreeSet<String>) -> String {
    let lower: String = name.to_ascii_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    let stem = lower.trim_end_matches(|c: char| c.is_ascii_digit());
    let stem = if stem.is_empty() { "pool" } else { stem };
    let own: u64 = lower.strip_prefix(stem).and_then(|digits| digits.parse().ok()).unwrap_or(1);
    let candidate = |number: u64| {
        let number = number.to_string();
        let room = most.saturating_sub(number.len());
        format!("{}{number}", stem.chars().take(room).collect::<String>())
    };
    let mut candidates = (0..).map(|step| candidate(own.saturating_add(1).saturating_add(step) % 100_000));
    let found = candidates.find(|candidate| !names.contains(candidate)).unwrap_or_default();
    names.insert(found.clone());
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_count_on_and_stay_short() {
        let mut names: BTreeSet<String> =
            ["system", "pool1", "pool2", "wincash", "npuser01longx"].map(str::to_owned).into();
        let mut next = |name: &str, most: usize| unused(name, most, &mut names);
        assert_eq!(next("system", NAME), "system2");
        assert_eq!(next("system", NAME), "system3");
        assert_eq!(next("pool1", NAME), "pool3");
        assert_eq!(next("wincash", WINDOWS_NAME), "winca2");
        assert_eq!(next("npuser01longx", NAME), "npuser01lon2");
        assert_eq!(next("9", NAME), "pool4");
    }
}
