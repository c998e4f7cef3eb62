//! Every figure of page one, once: the page, the terminal and `audit.json` print these.

use jiff::civil::Date;

use super::headline::{Group, Headline, Shortfalls, SubnetCounts};
use crate::{
    assess::{
        audit::Outcome,
        migration::{Decision, Verdict, days_between},
        options::Severity,
    },
    inventory::{CoverageEntry, ReadStatus, What},
    rules::CheckId,
};

/// Blockers that are named, and with the last of them all that hold back as many clusters.
const BLOCKERS_SHOWN: usize = 3;

/// Every figure of page one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Glance {
    /// Clusters.
    pub(crate) clusters: usize,
    /// When support of kubenet ends, and the days to that; nothing where nobody uses it.
    pub(crate) kubenet_ends: Option<(Date, i64)>,
    /// kubenet clusters by verdict, the worst first.
    pub(crate) verdicts: [(Verdict, usize); 5],
    /// What the plan comes to for kubenet clusters.
    pub(crate) kubenet: Outcome,
    /// What it comes to for the other clusters that are worth migrating.
    pub(crate) others: Outcome,
    /// Days from the day the last kubenet cluster has soaked to the end of support; negative when that comes first.
    pub(crate) kubenet_spare: Option<i64>,
    /// kubenet clusters by owner and environment, most clusters first.
    pub(crate) people: Vec<Group>,
    /// Waves with clusters that are shown.
    pub(crate) waves: usize,
    /// What holds back most kubenet clusters, with how many.
    pub(crate) held_back: Vec<(CheckId, usize)>,
    /// The decision that frees most, where one frees any.
    pub(crate) decision: Option<Decision>,
    /// Subnets that clusters use.
    pub(crate) subnets: SubnetCounts,
    /// Subnets that no cluster uses and that are full or nearly.
    pub(crate) tight_elsewhere: usize,
    /// Subnets that could be projected.
    pub(crate) projected: usize,
    /// Of these, what does not fit.
    pub(crate) shortfalls: Shortfalls,
    /// Subscriptions.
    pub(crate) subscriptions: usize,
    /// Of these, those that were not read completely.
    pub(crate) unread: usize,
    /// Of these, those that were left out.
    pub(crate) left_out: usize,
    /// What could not be read.
    pub(crate) gaps: usize,
    /// Open findings by severity, the worst first.
    pub(crate) findings: [(Severity, usize); 5],
    /// Findings that exceptions accept.
    pub(crate) accepted: usize,
}

impl Glance {
    /// The figures of an audit.
    pub(crate) fn of(headline: &Headline<'_>) -> Self {
        let audit = headline.audit;
        let header = &audit.header;
        let kubenet = audit.kubenet_outcome();
        let first = audit.exposures().next().map(|(_, exposure)| exposure);
        let in_scope =
            |scope: &str| header.subscriptions.iter().any(|own| own.id.path().eq_ignore_ascii_case(scope));
        // A list that is optional may be left out of a subscription that is read all the same.
        let is_left_out =
            |entry: &&CoverageEntry| entry.status == ReadStatus::Skipped && entry.what == What::Subscription;
        let skipped = audit.coverage.entries.iter().filter(is_left_out);
        Self {
            clusters: audit.clusters.len(),
            kubenet_ends: first.map(|exposure| (exposure.retirement_date, exposure.days_left)),
            verdicts: audit.verdicts(),
            kubenet_spare: kubenet.soaked.map(|soaked| days_between(soaked, audit.plan.deadline)),
            kubenet,
            people: headline.kubenet_by_people(),
            others: audit.other_outcome(),
            waves: audit.plan.waves.len(),
            held_back: most(audit.blockers()),
            decision: audit.decisions().into_iter().next().filter(|one| !one.frees.is_empty()),
            subnets: headline.subnet_counts(true),
            tight_elsewhere: headline.subnet_counts(false).tight(),
            projected: headline.projected_subnets().len(),
            shortfalls: headline.shortfalls(),
            subscriptions: header.subscriptions.len(),
            unread: header.subscriptions.len().saturating_sub(header.subscriptions_read),
            left_out: skipped.filter(|entry| in_scope(&entry.scope_id)).count(),
            gaps: headline.gaps().len(),
            findings: headline.finding_counts(),
            accepted: audit.accepted().count(),
        }
    }

    /// Clusters with a date.
    pub(crate) fn dated(&self) -> usize {
        self.kubenet.dated + self.others.dated
    }

    /// kubenet clusters, those that are being deleted among them.
    pub(crate) fn on_kubenet(&self) -> usize {
        self.kubenet.clusters + self.kubenet.deleting
    }

    /// The day the last of them has soaked.
    pub(crate) fn soaked(&self) -> Option<Date> {
        self.kubenet.soaked.max(self.others.soaked)
    }

    /// kubenet clusters with a verdict.
    pub(crate) fn with(&self, wanted: Verdict) -> usize {
        self.verdicts.iter().find(|(verdict, _)| *verdict == wanted).map_or(0, |(_, number)| *number)
    }
}

/// The first of a list that has most first, and all that are equal to the last of them.
fn most(mut all: Vec<(CheckId, usize)>) -> Vec<(CheckId, usize)> {
    if let Some((_, least)) = all.get(BLOCKERS_SHOWN - 1).copied() {
        all.retain(|(_, number)| *number >= least);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_tie_are_named() {
        let said = |counts: &[usize]| {
            let all = CheckId::ALL.iter().copied().zip(counts.iter().copied()).collect();
            most(all).into_iter().map(|(_, number)| number).collect::<Vec<_>>()
        };
        assert_eq!(said(&[]), [0; 0]);
        assert_eq!(said(&[5, 1]), [5, 1]);
        assert_eq!(said(&[5, 4, 3, 2]), [5, 4, 3]);
        assert_eq!(said(&[5, 2, 2, 2, 2, 1]), [5, 2, 2, 2, 2]);
    }
}
