//! Kubernetes upgrades: to a version that is supported and enough, one minor version after the other.

use jiff::civil::Date;

use crate::{
    assess::{
        figure::days_between,
        migration::{
            action::Action,
            checks::{CheckFact, Fault, eligibility::control_plane},
            scene::Subject,
        },
    },
    rules::{CheckId, Minor, Support, Versions},
};

/// The upgrades that a check asks for; none where the present version is not known or no supported one is.
pub(super) fn upgrade(subject: &Subject<'_>, check: CheckId) -> Option<Vec<Action>> {
    let least = match check {
        CheckId::KubernetesVersion => Minor::one(27),
        CheckId::PolicyRemovalVersion => Minor::one(30),
        CheckId::VersionSupported => control_plane(subject)?,
        _ => Versions::built_in().first_with_cilium()?,
    };
    let is_long_term = subject.cluster.has_long_term_support();
    let path = path(control_plane(subject)?, least, is_long_term, subject.scene.options.as_of)?;
    Some(path.into_iter().map(Action::Upgrade).collect())
}

/// The version of a cluster that is made in place of another: the same, or the next that is supported for a while yet.
pub(in crate::assess::migration) fn version_of_new_cluster(subject: &Subject<'_>) -> Option<Minor> {
    let present = control_plane(subject)?;
    let as_of = subject.scene.options.as_of;
    let lasts = matches!(
        Versions::built_in().support(present, false),
        Support::Until(end) if end >= as_of && days_between(as_of, end) >= DAYS_LEFT
    );
    let newer = (!lasts).then(|| path(present, present, false, as_of)).flatten();
    Some(newer.and_then(|path| path.last().copied()).unwrap_or(present))
}

/// Pools that run another version than the control plane, brought to its own.
/// <https://learn.microsoft.com/azure/aks/upgrade-aks-node-pools-rolling>
pub(super) fn pools(subject: &Subject<'_>, facts: &[CheckFact]) -> Option<Vec<Action>> {
    let to = subject.cluster.kubernetes_version.clone()?;
    let failing = facts.iter().filter_map(|fact| match fact {
        CheckFact::Fails(Fault::Pools(pools)) => Some(pools),
        _ => None,
    });
    let actions: Vec<_> = failing
        .flatten()
        .map(|(pool, _)| Action::UpgradePool { pool: pool.clone(), to: to.clone() })
        .collect();
    (!actions.is_empty()).then_some(actions)
}

/// Days for which a version should still be supported, so that nobody upgrades to one that ends at once: an assumption.
const DAYS_LEFT: i64 = 90;

/// From one version to the first that is enough and is supported for a while yet. A cluster whose own version is out of support
/// goes to the oldest supported one at once; otherwise none is left out.
/// <https://learn.microsoft.com/azure/aks/upgrade-aks-cluster>
fn path(from: Minor, least: Minor, is_long_term: bool, as_of: Date) -> Option<Vec<Minor>> {
    let versions = Versions::built_in();
    let days_left = |version: &Minor| match versions.support(*version, is_long_term) {
        Support::Until(end) if end >= as_of => Some(days_between(as_of, end)),
        _ => None,
    };
    let supported: Vec<(Minor, i64)> = versions
        .known()
        .filter(|version| *version > from)
        .filter_map(|v| Some((v, days_left(&v)?)))
        .collect();
    let is_enough = |(version, _): &&(Minor, i64)| *version >= least;
    let durable = supported.iter().find(|one| is_enough(one) && one.1 >= DAYS_LEFT);
    let (target, _) = durable.or_else(|| supported.iter().rfind(is_enough))?;
    Some(supported.iter().map(|(version, _)| *version).filter(|version| version <= target).collect())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_way_is_minor_by_minor_over_versions_that_are_supported() {
        let on = |from, least, lts| {
            let path = path(Minor::one(from), Minor::one(least), lts, date(2026, 11, 21));
            path.map(|path| path.into_iter().map(|version| version.minor).collect::<Vec<_>>())
        };
        // 1.34 is the oldest one of the community on that day.
        assert_eq!(on(26, 27, false), Some(vec![34, 35]));
        assert_eq!(on(34, 36, false), Some(vec![35, 36]));
        // 1.31 has nine days of long-term support left.
        assert_eq!(on(28, 30, true), Some(vec![31, 32]));
        assert_eq!(on(37, 38, false), None);
    }
}
