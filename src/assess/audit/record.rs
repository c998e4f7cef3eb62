//! Records: the row of a thing, what is decided about it, and what comes of that.

use std::{cmp::Reverse, collections::BTreeMap};

use super::{Audit, ClusterRow, SubnetRow, VnetRow};
use crate::{
    assess::{
        migration::{Candidate, ClusterPlan, Decision, Exposure, RetirementItem, Verdict, decisions},
        outlook::{Conflict, Fix, NetworkLimit, Shortfall},
        schedule::Constraint,
    },
    inventory::ResourceId,
    rules::{CheckId, Checks},
};

/// Everything an audit says about one cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct ClusterRecord {
    /// What it is, with its pools and limits.
    pub row: ClusterRow,
    /// What is decided: whether it is ready, where it should go, what it is exposed to.
    pub decided: ClusterPlan,
    /// What Microsoft retires of it and its pools, by date.
    pub retirements: Vec<RetirementItem>,
    /// What comes of it.
    pub way: Way,
    /// What keeps it from an earlier wave in which a cluster of a worse rank moves.
    pub held_by: Option<Constraint>,
}

/// Everything an audit says about one virtual network.
#[derive(Debug, Clone, PartialEq)]
pub struct NetworkRecord {
    /// What it is.
    pub row: VnetRow,
    /// Its limits, where AKS pools live in it, by kind.
    pub limits: Vec<NetworkLimit>,
    /// Its ranges that collide.
    pub conflicts: Vec<Conflict>,
    /// Where nodes live in it: the networks that a peering leads to and that it does not reach, because a side that was read is
    /// not `Connected`.
    pub broken: Vec<ResourceId>,
}

/// Where a cluster goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// It stays, or nobody can tell.
    Stay,
    /// It moves in place, in this wave; in none where the plan has no place for it.
    Move(Option<u32>),
    /// It is worth migrating and has no way in place, and so no place in the waves.
    Elsewhere,
}

impl ClusterRecord {
    /// The cluster.
    #[must_use]
    pub fn id(&self) -> &ResourceId {
        &self.row.id
    }

    /// Its place among all clusters that have to go somewhere, 1 first.
    #[must_use]
    pub fn rank(&self) -> Option<u32> {
        self.decided.rank.as_ref().map(|rank| rank.place)
    }

    /// The wave in which it moves.
    #[must_use]
    pub fn wave(&self) -> Option<u32> {
        match self.way {
            Way::Move(wave) => wave,
            Way::Stay | Way::Elsewhere => None,
        }
    }
}

impl Audit {
    /// The record of a cluster.
    #[must_use]
    pub fn cluster(&self, id: &ResourceId) -> Option<&ClusterRecord> {
        let at = self.clusters.binary_search_by(|one| one.id().cmp(id)).ok()?;
        self.clusters.get(at)
    }

    /// The row of a subnet.
    #[must_use]
    pub fn subnet(&self, id: &ResourceId) -> Option<&SubnetRow> {
        let at = self.subnets.binary_search_by(|row| row.id.cmp(id)).ok()?;
        self.subnets.get(at)
    }

    /// The record of a virtual network.
    #[must_use]
    pub fn network(&self, id: &ResourceId) -> Option<&NetworkRecord> {
        let at = self.networks.binary_search_by(|one| one.row.id.cmp(id)).ok()?;
        self.networks.get(at)
    }

    /// The limits of all networks, by network and kind.
    pub fn network_limits(&self) -> impl Iterator<Item = &NetworkLimit> {
        self.networks.iter().flat_map(|network| &network.limits)
    }

    /// Ranges that collide, by the owner of the first.
    #[must_use]
    pub fn conflicts(&self) -> Vec<&Conflict> {
        let of_clusters = self.clusters.iter().flat_map(|one| &one.row.conflicts);
        let of_networks = self.networks.iter().flat_map(|network| &network.conflicts);
        let mut all: Vec<_> = of_clusters.chain(of_networks).collect();
        all.sort_by(|a, b| a.owner_a.cmp(&b.owner_a));
        all
    }

    /// What to change where something falls short, by resource and shortfall; the smallest change first.
    #[must_use]
    pub fn fixes(&self) -> Vec<&Fix> {
        let of_clusters = self.clusters.iter().flat_map(|one| &one.row.fixes);
        let of_subnets = self.subnets.iter().flat_map(|row| &row.fixes);
        let mut all: Vec<_> = of_clusters.chain(of_subnets).collect();
        all.sort_by(|a, b| a.shortfall.order().cmp(&b.shortfall.order()));
        all
    }

    /// What ends a shortfall, the smallest change first; nothing where nothing was found that Azure would accept.
    #[must_use]
    pub fn fixes_of(&self, shortfall: &Shortfall) -> &[Fix] {
        let fixes = match shortfall {
            Shortfall::Subnet(id, _) => self.subnet(id).map(|row| &row.fixes),
            Shortfall::Limit(id, ..) | Shortfall::Waste(id, _) => self.cluster(id).map(|one| &one.row.fixes),
        };
        let fixes = fixes.map_or(&[][..], Vec::as_slice);
        let from = fixes.partition_point(|fix| fix.shortfall < *shortfall);
        let to = fixes.partition_point(|fix| fix.shortfall <= *shortfall);
        fixes.get(from..to).unwrap_or_default()
    }

    /// Everything in the estate that Microsoft retires, by date, retirement and resource; what has no date comes last.
    #[must_use]
    pub fn retirements(&self) -> Vec<&RetirementItem> {
        let of_clusters = self.clusters.iter().flat_map(|one| &one.retirements);
        let of_subnets = self.subnets.iter().flat_map(|row| &row.retirements);
        let mut all: Vec<_> = of_clusters.chain(of_subnets).collect();
        all.sort_by(|a, b| a.order().cmp(&b.order()));
        all
    }

    /// The clusters worth migrating, by id.
    pub fn candidates(&self) -> impl Iterator<Item = (&ClusterRecord, &Candidate)> {
        self.clusters.iter().filter_map(|one| Some((one, one.decided.candidate.as_ref()?)))
    }

    /// The kubenet clusters, by id, each with what it is exposed to.
    pub fn exposures(&self) -> impl Iterator<Item = (&ClusterRecord, &Exposure)> {
        self.clusters.iter().filter_map(|one| Some((one, one.decided.exposure.as_ref()?)))
    }

    /// Those of them that somebody has to move: all but those that are being deleted.
    pub fn leaving(&self) -> impl Iterator<Item = (&ClusterRecord, &Exposure)> {
        self.exposures().filter(|(one, _)| one.decided.leaves_kubenet())
    }

    /// Candidates that have no way in place, by id.
    pub fn elsewhere(&self) -> impl Iterator<Item = &ClusterRecord> {
        self.clusters.iter().filter(|one| one.way == Way::Elsewhere)
    }

    /// How many kubenet clusters that have to move have each verdict, the worst first.
    #[must_use]
    pub fn verdicts(&self) -> [(Verdict, usize); 5] {
        let of = |verdict| self.leaving().filter(|(one, _)| one.decided.readiness.verdict == verdict).count();
        [
            Verdict::Rebuild,
            Verdict::Unknown,
            Verdict::NeedsPreparation,
            Verdict::ReadyAfterChecks,
            Verdict::Ready,
        ]
        .map(|verdict| (verdict, of(verdict)))
    }

    /// Blockers with the kubenet clusters that each holds back, most first; of equals the hardest: what no change in place
    /// mends, what re-images every node, what has to be waited for longest, what no command mends, what comes late.
    #[must_use]
    pub fn blockers(&self) -> Vec<(CheckId, usize)> {
        let mut counts: BTreeMap<CheckId, (usize, bool)> = BTreeMap::new();
        for readiness in self.leaving().map(|(one, _)| &one.decided.readiness) {
            for blocker in &readiness.blockers {
                let is_final = readiness.checks.iter().any(|one| one.check == *blocker && one.rebuild);
                let (count, rebuild) = counts.entry(*blocker).or_default();
                *count += 1;
                *rebuild |= is_final;
            }
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(check, (count, rebuild))| {
            let rule = Checks::built_in().get(*check);
            let hard = (*rebuild, rule.reimages, rule.wait_days, rule.fix.is_empty(), rule.order);
            (Reverse((*count, hard)), *check)
        });
        counts.into_iter().map(|(check, (count, _))| (check, count)).collect()
    }

    /// What can be decided to take blockers away from kubenet clusters, what frees most of them first.
    #[must_use]
    pub fn decisions(&self) -> Vec<Decision> {
        decisions(self.leaving().map(|(one, _)| &one.decided))
    }
}
