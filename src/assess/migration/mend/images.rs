//! Pools whose nodes run what Azure no longer has, or what Overlay does not take: in place where Azure changes it in place, else
//! a pool in their place (MIG-053, MIG-054, MIG-055, MIG-057).
//! <https://learn.microsoft.com/azure/aks/upgrade-os-version>

use super::{pools::replacing, upgrade::upgrade};
use crate::{
    assess::migration::{
        action::{Action, PoolTemplate},
        checks::{CheckFact, Fault, PoolFault, eligibility::control_plane},
        os_sku::in_place_os_sku,
        scene::Subject,
        types::CheckResult,
    },
    inventory::NodePool,
    rules::{CheckId, Minor, Support, Versions},
};

/// The changes that end the faults of pools. `all` are all failing checks: a pool that is replaced is replaced once, by one that has
/// none of its faults.
pub(super) fn mend(subject: &Subject<'_>, facts: &[CheckFact], all: &[&CheckResult]) -> Option<Vec<Action>> {
    let mut actions = Vec::new();
    for (name, fault) in faults(facts) {
        let pool = subject.pools().iter().map(|facts| facts.pool).find(|pool| pool.name == *name)?;
        let others = all.iter().flat_map(|result| faults(&result.facts)).filter(|(own, _)| own == name);
        let mut others: Vec<&PoolFault> = others.map(|(_, fault)| fault).collect();
        others.insert(0, fault);
        for action in of_pool(subject, pool, fault, &others)? {
            if !actions.contains(&action) {
                actions.push(action);
            }
        }
    }
    (!actions.is_empty()).then_some(actions)
}

fn faults(facts: &[CheckFact]) -> impl Iterator<Item = &(String, PoolFault)> {
    facts
        .iter()
        .filter_map(|fact| match fact {
            CheckFact::Fails(Fault::Pools(pools)) => Some(pools),
            _ => None,
        })
        .flatten()
}

fn of_pool(
    subject: &Subject<'_>,
    pool: &NodePool,
    fault: &PoolFault,
    all: &[&PoolFault],
) -> Option<Vec<Action>> {
    let plane = control_plane(subject)?;
    let name = pool.name.clone();
    let is_replaced = all.iter().any(|fault| is_replaced(pool, plane, fault));
    match fault {
        _ if is_replaced => replaced(subject, pool, all),
        PoolFault::OldBuild | PoolFault::Docker(_) => Some(vec![Action::NodeImage(name)]),
        PoolFault::ImageRemoved(..) if runs(pool, BIONIC) => upgrade(subject, CheckId::KubernetesVersion),
        PoolFault::ImageRemoved(..) => {
            Some(vec![Action::OsSku { pool: name, to: in_place_os_sku(pool, plane)?.as_str() }])
        }
        _ => None,
    }
}

/// Whether nothing in place ends a fault.
fn is_replaced(pool: &NodePool, plane: Minor, fault: &PoolFault) -> bool {
    match fault {
        PoolFault::Windows2019 | PoolFault::Dcsv2(_) => true,
        PoolFault::ImageRemoved(..) => !runs(pool, BIONIC) && in_place_os_sku(pool, plane).is_none(),
        _ => false,
    }
}

/// A pool without any of these faults. Azure makes no pool of a version that ended long ago.
fn replaced(subject: &Subject<'_>, pool: &NodePool, all: &[&PoolFault]) -> Option<Vec<Action>> {
    if Versions::built_in().support(control_plane(subject)?, false) == Support::Ended {
        return None;
    }
    let mut sizes = all.iter().filter_map(|fault| match fault {
        PoolFault::Dcsv2(size) => Some(after_dcsv2(size)),
        _ => None,
    });
    let size = sizes.next();
    if size.as_ref().is_some_and(Option::is_none) {
        return None;
    }
    let has_image =
        !all.iter().any(|fault| matches!(fault, PoolFault::ImageRemoved(..) | PoolFault::Windows2019));
    replacing(subject, pool, |template| {
        if let Some(Some(size)) = &size {
            template.vm_sizes = vec![size.clone()];
        }
        if !has_image {
            present_edition(template);
        }
    })
}

/// How the images of Ubuntu 18.04 begin.
const BIONIC: &str = "AKSUbuntu-1804";

fn runs(pool: &NodePool, prefix: &str) -> bool {
    let image = pool.node_image_version.as_deref().unwrap_or_default();
    image.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// A present edition for the pool in place of one whose images are gone: the one that every version supports.
fn present_edition(template: &mut PoolTemplate) {
    template.os_sku = Some(if template.windows { "Windows2022" } else { "Ubuntu" }.to_owned());
}

/// The confidential machines that come after a `DCsv2` size.
/// <https://learn.microsoft.com/azure/virtual-machines/dcasv5-dcadsv5-series>
fn after_dcsv2(size: &str) -> Option<String> {
    let size = size.to_ascii_lowercase();
    let cores: u32 = size.strip_prefix("standard_dc")?.strip_suffix("s_v2")?.parse().ok()?;
    Some(format!("Standard_DC{}as_v5", cores.max(2).next_power_of_two()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_confidential_size_has_one_that_comes_after_it() {
        for (from, to) in
            [("Standard_DC1s_v2", "Standard_DC2as_v5"), ("standard_dc4s_V2", "Standard_DC4as_v5")]
        {
            assert_eq!(after_dcsv2(from).as_deref(), Some(to));
        }
        assert_eq!(after_dcsv2("Standard_D4s_v2"), None);
    }
}
