//! Node pools: machines, operating systems, images, surge.

use super::{
    ClusterField, EligibilityFault, Outcome, PoolField,
    each::{PoolFault, each, each_of},
    eligibility::control_plane,
};
use crate::{
    assess::migration::{
        conditions::size_of, os_sku::edition_stops_upgrade, retirements::hits_pool, scene::Subject,
    },
    inventory::{NodePool, OsType, PoolMode, PoolType, Priority, ScaleDownMode},
    rules::{Catalogue, Minor, Retirement, Versions},
};

fn is_windows(pool: &NodePool) -> bool {
    pool.os_type == Some(OsType::Windows)
}

fn has_windows(subject: &Subject<'_>) -> bool {
    subject.pools().iter().any(|facts| is_windows(facts.pool))
}

fn is_os(pool: &NodePool, sku: &str) -> bool {
    pool.os_sku.as_deref().is_some_and(|os| os.eq_ignore_ascii_case(sku))
}

/// MIG-052 <https://learn.microsoft.com/azure/aks/availability-sets-on-aks>
pub(super) fn availability_sets(subject: &Subject<'_>) -> Outcome {
    each(subject, |pool| match &pool.pool_type {
        Some(PoolType::AvailabilitySet) => Ok(Some(PoolFault::AvailabilitySet)),
        Some(PoolType::VirtualMachineScaleSets | PoolType::VirtualMachines) => Ok(None),
        Some(PoolType::Other(word)) => Err(PoolField::OtherType(word.clone())),
        None => Err(PoolField::Type),
    })
}

/// MIG-053 <https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay>
pub(super) fn dcsv2(subject: &Subject<'_>) -> Outcome {
    each(subject, |pool| match size_of(pool, "DCsv2") {
        Some(size) => Ok(Some(PoolFault::Dcsv2(size.to_owned()))),
        None if pool.sizes().is_empty() => Err(PoolField::Size),
        None => Ok(None),
    })
}

/// MIG-054 <https://learn.microsoft.com/azure/aks/update-azure-cni>. Only nodes of Windows Server 2019 ever had another
/// runtime, and their images say which; from Kubernetes 1.23 on there is one.
pub(super) fn windows_containerd(subject: &Subject<'_>) -> Outcome {
    if !has_windows(subject) {
        return Outcome::NotApplicable;
    }
    let plane = control_plane(subject);
    each(subject, |pool| {
        let version = pool.kubernetes_version.as_deref().and_then(|text| text.parse().ok()).or(plane);
        match pool.node_image_version.as_deref() {
            _ if !is_windows(pool) => Ok(None),
            Some(image) if is_docker_image(image) => Ok(Some(PoolFault::Docker(image.to_owned()))),
            Some(_) => Ok(None),
            None if version.is_some_and(|version: Minor| version >= Minor::one(23)) => Ok(None),
            None => Err(PoolField::Image),
        }
    })
}

fn is_docker_image(image: &str) -> bool {
    let image = image.to_ascii_lowercase();
    image.starts_with("akswindows-2019") && !image.contains("containerd")
}

/// MIG-055: Windows Server 2019 is a blocker, an old build of 2022 a warning.
/// <https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay>
pub(super) fn windows_build(subject: &Subject<'_>) -> Outcome {
    if !has_windows(subject) {
        return Outcome::NotApplicable;
    }
    let edition = each(subject, |pool| {
        let image = pool.node_image_version.as_deref().unwrap_or_default().to_ascii_lowercase();
        let is_2019 = is_os(pool, "Windows2019") || image.starts_with("akswindows-2019");
        match (is_windows(pool), is_2019) {
            (true, true) => Ok(Some(PoolFault::Windows2019)),
            (true, false) if pool.os_sku.is_none() && !image.starts_with(WINDOWS_IMAGE) => {
                Err(PoolField::Edition)
            }
            _ => Ok(None),
        }
    });
    if edition != Outcome::Pass {
        return edition;
    }
    let build = each(subject, |pool| {
        let is_other_by_name = pool.os_sku.is_some() && !is_os(pool, "Windows2022");
        match pool.node_image_version.as_deref() {
            _ if !is_windows(pool) => Ok(None),
            Some(image) => match build_of_2022(image) {
                Some(build) => Ok((build < 1668).then_some(PoolFault::OldBuild)),
                None if is_other_by_name || is_of_another_edition(image) => Ok(None),
                None => Err(PoolField::Build),
            },
            None if is_other_by_name => Ok(None),
            None => Err(PoolField::Image),
        }
    });
    match build {
        Outcome::Fail(failure) => Outcome::warn(failure.fault),
        Outcome::Unknown(missing) => Outcome::Doubt(missing),
        outcome => outcome,
    }
}

/// How the names of AKS's Windows images begin, in lower case; the edition follows.
const WINDOWS_IMAGE: &str = "akswindows-";

/// Whether an image says that its Windows is of another edition than 2022.
fn is_of_another_edition(image: &str) -> bool {
    let image = image.to_ascii_lowercase();
    image.strip_prefix(WINDOWS_IMAGE).is_some_and(|rest| !rest.starts_with("2022"))
}

/// The build in `AKSWindows-2022-containerd-20348.{build}.{date}`.
fn build_of_2022(image: &str) -> Option<u32> {
    image.split_once("20348.")?.1.split('.').next()?.parse().ok()
}

/// MIG-056 <https://github.com/Azure/AKS/issues/4489>
pub(super) fn windows_profile(subject: &Subject<'_>) -> Outcome {
    if subject.cluster.windows_profile {
        Outcome::Pass
    } else if subject.pools().is_empty() {
        Outcome::unknown(ClusterField::Pools)
    } else {
        Outcome::fail(EligibilityFault::NoWindowsProfile)
    }
}

/// MIG-057 <https://learn.microsoft.com/azure/aks/use-azure-linux>
pub(super) fn image_exists(subject: &Subject<'_>) -> Outcome {
    let as_of = subject.scene.options.as_of;
    each(subject, |pool| {
        if pool.node_image_version.is_none() && pool.os_sku.is_none() {
            return Err(PoolField::Image);
        }
        let cloud = &subject.scene.inventory.cloud;
        let hits = |retirement: &Retirement| hits_pool(retirement, subject.cluster, pool, cloud);
        let removed = Catalogue::built_in().retirements().find_map(|(id, retirement)| {
            let day = retirement.date_of("images-removed").filter(|day| *day <= as_of)?;
            hits(retirement).then_some(PoolFault::ImageRemoved(id, day))
        });
        Ok(removed)
    })
}

/// MIG-084 <https://learn.microsoft.com/azure/aks/upgrade-os-version>
pub(super) fn edition_bound(subject: &Subject<'_>) -> Outcome {
    let plane = control_plane(subject);
    each(subject, |pool| {
        let Some(sku) = &pool.os_sku else { return Ok(None) };
        if Versions::built_in().os_sku_bounds(sku).is_none() {
            return Ok(None);
        }
        let version = pool.kubernetes_version.as_deref().and_then(|text| text.parse().ok()).or(plane);
        let last = edition_stops_upgrade(pool, version.ok_or(PoolField::Version)?);
        Ok(last.map(|last| PoolFault::EditionEnds(sku.clone(), last)))
    })
}

/// MIG-058 <https://learn.microsoft.com/azure/aks/upgrade-aks-node-pools-rolling>
pub(super) fn surge_settings(subject: &Subject<'_>) -> Outcome {
    each(subject, |pool| {
        let policy = pool.max_surge.as_deref().map(str::parse::<crate::ipam::MaxSurge>);
        match policy {
            _ if pool.priority == Some(Priority::Spot) => Ok(None),
            Some(Ok(surge)) if surge.of(100) == 0 => Ok(Some(PoolFault::NoSurge)),
            Some(Ok(_)) | None => Ok(None),
            Some(Err(error)) => Err(PoolField::MaxSurge(error)),
        }
    })
}

/// MIG-059 <https://learn.microsoft.com/azure/aks/use-system-pools>
pub(super) fn single_node(subject: &Subject<'_>) -> Outcome {
    if subject.pools().is_empty() {
        return Outcome::unknown(ClusterField::Pools);
    }
    each_of(subject.pools(), |facts| match facts.counts.restart {
        Some(1) => Ok(Some(PoolFault::SingleNode { is_system: facts.pool.mode == Some(PoolMode::System) })),
        Some(_) => Ok(None),
        None => Err(PoolField::Nodes),
    })
}

/// MIG-062 <https://learn.microsoft.com/azure/aks/spot-node-pool>
pub(super) fn spot(subject: &Subject<'_>) -> Outcome {
    each(subject, |pool| match &pool.priority {
        Some(Priority::Spot) => Ok(Some(PoolFault::Spot)),
        Some(Priority::Other(_)) => Err(PoolField::Priority),
        Some(Priority::Regular) | None => Ok(None),
    })
}

/// MIG-063 <https://learn.microsoft.com/azure/aks/scale-down-mode>
pub(super) fn deallocated(subject: &Subject<'_>) -> Outcome {
    let evicts_to_deallocated = |pool: &NodePool| {
        pool.eviction_policy.as_deref().is_some_and(|policy| policy.eq_ignore_ascii_case("Deallocate"))
    };
    each(subject, |pool| match &pool.scale_down_mode {
        Some(ScaleDownMode::Deallocate) => Ok(Some(PoolFault::Deallocates)),
        _ if evicts_to_deallocated(pool) => Ok(Some(PoolFault::Deallocates)),
        Some(ScaleDownMode::Delete) => Ok(None),
        Some(ScaleDownMode::Other(_)) | None => Err(PoolField::ScaleDownMode),
    })
}

/// MIG-064 <https://learn.microsoft.com/azure/aks/upgrade-aks-node-pools-rolling>
pub(super) fn drain_settings(subject: &Subject<'_>) -> Outcome {
    each(subject, |pool| {
        let soak = pool.node_soak_minutes.filter(|minutes| *minutes > 0);
        let timeout = pool.drain_timeout_minutes;
        Ok((timeout.is_some() || soak.is_some()).then_some(PoolFault::Drain { timeout, soak }))
    })
}

/// MIG-065 <https://learn.microsoft.com/azure/aks/cluster-autoscaler>
pub(super) fn autoscaler(subject: &Subject<'_>) -> Outcome {
    each(subject, |pool| match pool.autoscaling {
        _ if !pool.vm_autoscale.is_empty() => Ok(Some(PoolFault::Autoscaled)),
        Some(true) => Ok(Some(PoolFault::Autoscaled)),
        Some(false) => Ok(None),
        None if pool.pool_type == Some(PoolType::VirtualMachines) => Ok(None),
        None => Err(PoolField::Autoscaler),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_images_are_taken_apart() {
        assert_eq!(build_of_2022("AKSWindows-2022-containerd-20348.1607.230221"), Some(1607));
        assert_eq!(build_of_2022("AKSWindows-2025-containerd-26100.1.250101"), None);
    }
}
