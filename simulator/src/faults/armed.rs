//! Faults that count the requests they have seen.

use std::sync::atomic::{AtomicU64, Ordering};

use super::{Effect, Fault, RequestKind};

/// What a fault can tell about a request.
pub(crate) struct Target<'a> {
    pub(crate) kind: RequestKind,
    pub(crate) path_and_query: &'a str,
    pub(crate) subscription_id: Option<&'a str>,
    pub(crate) subscription_name: Option<&'a str>,
    pub(crate) page: Option<usize>,
}

/// All faults of a running simulator.
pub(crate) struct Arsenal(Vec<Armed>);

struct Armed {
    fault: Fault,
    path: Option<String>,
    seen: AtomicU64,
}

impl Arsenal {
    pub(crate) fn new(faults: Vec<Fault>) -> Self {
        Self(faults.into_iter().map(Armed::new).collect())
    }

    /// Counts the request in every fault that matches it, and gives the effect of the first that strikes.
    pub(crate) fn strike(&self, target: &Target<'_>) -> Option<&Effect> {
        let mut effect = None;
        for armed in self.0.iter().filter(|armed| armed.matches(target)) {
            if armed.counts_down() && effect.is_none() {
                effect = Some(&armed.fault.effect);
            }
        }
        effect
    }
}

impl Armed {
    fn new(fault: Fault) -> Self {
        let path = fault.path.as_deref().map(str::to_ascii_lowercase);
        Self { fault, path, seen: AtomicU64::new(0) }
    }

    fn matches(&self, target: &Target<'_>) -> bool {
        let same =
            |wanted: &str, given: Option<&str>| given.is_some_and(|text| text.eq_ignore_ascii_case(wanted));
        self.fault.kind.is_none_or(|kind| kind == target.kind)
            && self.fault.page.is_none_or(|page| Some(page) == target.page)
            && self.fault.subscription.as_deref().is_none_or(|wanted| {
                same(wanted, target.subscription_id) || same(wanted, target.subscription_name)
            })
            && self
                .path
                .as_deref()
                .is_none_or(|part| target.path_and_query.to_ascii_lowercase().contains(part))
    }

    fn counts_down(&self) -> bool {
        let number = self.seen.fetch_add(1, Ordering::Relaxed) + 1;
        number >= self.fault.from
            && self.fault.times.is_none_or(|times| number < self.fault.from.saturating_add(times))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(path_and_query: &str, page: usize) -> Target<'_> {
        Target {
            kind: RequestKind::Clusters,
            path_and_query,
            subscription_id: Some("0000000a-1111-2222-3333-444444444444"),
            subscription_name: Some("Retail"),
            page: Some(page),
        }
    }

    #[test]
    fn conditions_must_all_hold() {
        let effect = Effect::Hang;
        let base = Fault::on(RequestKind::Clusters, effect.clone());
        let strikes = [
            base.clone(),
            base.clone().subscription("retail"),
            base.clone().subscription("0000000A-1111-2222-3333-444444444444"),
            base.clone().path("MANAGEDclusters").page(2),
        ];
        let misses = [
            Fault::on(RequestKind::Token, effect),
            base.clone().subscription("wholesale"),
            base.clone().path("routeTables"),
            base.page(1),
        ];
        let target = target("/subscriptions/x/providers/p/managedClusters?a=b", 2);
        for fault in strikes {
            assert!(Arsenal::new(vec![fault.clone()]).strike(&target).is_some(), "{fault:?}");
        }
        for fault in misses {
            assert!(Arsenal::new(vec![fault.clone()]).strike(&target).is_none(), "{fault:?}");
        }
    }

    #[test]
    fn strikes_from_the_nth_and_so_often() {
        let arsenal = Arsenal::new(vec![Fault::new(Effect::Hang).from(2).times(2)]);
        let struck: Vec<bool> = (0..5).map(|_| arsenal.strike(&target("/", 1)).is_some()).collect();
        assert_eq!(struck, [false, true, true, false, false]);
    }

    #[test]
    fn the_first_of_two_wins_and_both_count() {
        let arsenal =
            Arsenal::new(vec![Fault::new(Effect::Hang).times(1), Fault::new(Effect::InvalidJson).times(2)]);
        let struck: Vec<_> = (0..3).map(|_| arsenal.strike(&target("/", 1)).cloned()).collect();
        assert_eq!(struck, [Some(Effect::Hang), Some(Effect::InvalidJson), None]);
    }
}
