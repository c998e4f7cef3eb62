//! The words of the schedule.

use crate::{
    assess::{
        migration::Work,
        schedule::{Constraint, Dependency, PlanNote, StepNote, UnplacedReason},
    },
    report::phrase::{Phrase, phrase},
    rules::{CheckId, Checks},
    words::noun,
};

/// What is done in a step, with the remedy of each blocker that it removes.
pub(crate) fn work(work: Work, also: &[CheckId]) -> Phrase {
    let remedy = |check: CheckId| Checks::built_in().get(check).remediation.as_str();
    match work {
        Work::Mend(check) => {
            let mut remedies: Vec<&str> = vec![remedy(check)];
            for also in also.iter().map(|check| remedy(*check)) {
                if !remedies.contains(&also) {
                    remedies.push(also);
                }
            }
            Phrase::outside(remedies.join(" "))
        }
        Work::AgreeOnPodCidr(_, cidr) => {
            phrase!("agree on the pod CIDR {}, which the move sets", cidr.to_string())
        }
        Work::Overlay => "change the IPAM mode to Azure CNI Overlay".into(),
        Work::Cilium => "change the data plane to Cilium".into(),
        Work::NewCluster => "build a new cluster and move the workloads".into(),
        Work::NewPools => "add pools and move the workloads".into(),
        Work::LargerSubnet => "give the node class a larger subnet, and let its nodes be replaced".into(),
        Work::PodSubnetPools => "add pools with a pod subnet and move the workloads".into(),
        Work::ExpandPodCidr(Some(cidr)) => phrase!("expand the pod CIDR to {}", cidr.to_string()),
        Work::ExpandPodCidr(None) => "expand the pod CIDR to a range that holds it".into(),
    }
}

/// What a step waits for.
pub(crate) fn dependency(on: &Dependency) -> Phrase {
    match on {
        Dependency::Step(_, done, also) => work(*done, also),
        Dependency::Wave(number) => phrase!("wave {}", *number),
    }
}

/// What to know about a step.
pub(crate) fn step_notes(notes: &[StepNote]) -> Phrase {
    let one = |note: &StepNote| match note {
        StepNote::Unsettled => "not before what could not be read is settled".into(),
        StepNote::AfterForcedUpgrade(day) => phrase!(
            "upgrade Kubernetes before it: from {} on AKS does so by itself, at any time",
            day.to_string()
        ),
        StepNote::ReplacedPools(day, pools) => phrase!(
            "only new pools help {}, the first by {}: replace each once, for all that ends",
            Phrase::joined(pools.iter().map(|pool| phrase!("`{}`", Phrase::outside(pool))), ", "),
            day.to_string()
        ),
        StepNote::Reimages(number) => phrase!("{} re-images of this cluster in one window", *number),
        StepNote::CheckSurge(subnets) => {
            let names = subnets.iter().map(|id| phrase!("`{}`", Phrase::outside(id.name())));
            phrase!(
                "check first that the surge nodes fit in {}: it could not be told",
                Phrase::joined(names, ", ")
            )
        }
    };
    Phrase::joined(notes.iter().map(one), "; ")
}

/// What to know about how a plan was made.
pub(crate) fn plan_note(note: &PlanNote) -> Phrase {
    match note {
        PlanNote::NoRehearsal => "no cluster can go first as a rehearsal".into(),
        PlanNote::ProductionRehearsal(id) => phrase!(
            "the rehearsal is on `{}`, a production cluster: no other can go first",
            Phrase::outside(id.name())
        ),
        PlanNote::MixedEnvironments => {
            "some waves hold several environments: keeping them apart takes longer than there is time".into()
        }
        PlanNote::OutOfOrder => {
            "some clusters come after a more critical environment, because they were not ready or their surge nodes did not fit sooner".into()
        }
        PlanNote::UnknownEnvironment(word, clusters) => phrase!(
            "the environment `{}` ({} {}) is none that is known: its clusters come after those that are, and before production. Name \
             it in `environments` of `[migration.waves]`, or in `production_values` of `[people]`",
            Phrase::outside(word),
            *clusters,
            noun(*clusters, "cluster", "clusters")
        ),
        PlanNote::NoSuchCluster(name) => phrase!(
            "`never_together` names `{}`, which is no cluster of this plan",
            Phrase::outside(name)
        ),
    }
}

/// What holds a plan up, with the option that sets it.
pub(crate) fn constraint(constraint: Constraint) -> &'static str {
    match constraint {
        Constraint::ClustersPerWave => "the maximum of clusters in a wave (`clusters_per_wave`)",
        Constraint::ClustersPerOwner => {
            "the maximum of clusters of one owner in a wave (`clusters_per_owner`)"
        }
        Constraint::ClustersPerRegion => {
            "the maximum of clusters of one region in a wave (`clusters_per_region`)"
        }
        Constraint::NodesPerWave => "the maximum of nodes in a wave (`nodes_per_wave`)",
        Constraint::FirstProduction => {
            "the maximum of production clusters in the first wave that has any (`first_production`)"
        }
        Constraint::Environments => "the order of environments, production last (`environments`)",
        Constraint::Unsettled => "what could not be read of it, which has to be settled first",
        Constraint::EarlierReimages => "its own earlier re-images",
        Constraint::Freezes => "the freeze windows (`freezes`)",
        Constraint::Soak => "the days between waves (`soak_days`)",
        Constraint::KeptApart => "route tables, groups and subnets that keep clusters apart",
        Constraint::SurgeCapacity => "free addresses for surge nodes",
        Constraint::ForcedUpgrade => {
            "the day from which on AKS upgrades it by itself, which no wave straddles"
        }
        Constraint::WaitingTimes => "waiting times of preparation steps (`waiting_days`)",
        Constraint::Rehearsal => "the rehearsal that goes first (`rehearsal`)",
        Constraint::Windows => "the number of windows up to the target (`start`, `finish`, `window_day`)",
    }
}

/// Why a cluster is in no wave.
pub(crate) fn unplaced(reason: &UnplacedReason) -> Phrase {
    match reason {
        UnplacedReason::Surge { subnet_id, needed, available } => phrase!(
            "its surge nodes need {} {} in subnet `{}`, where {} are free even after all others have moved: {} short",
            *needed,
            noun(*needed, "address", "addresses"),
            Phrase::outside(subnet_id.name()),
            *available,
            i64::try_from(*needed).unwrap_or(i64::MAX).saturating_sub(*available),
        ),
        UnplacedReason::NothingToDo => {
            "none of its steps re-images its nodes, so nothing needs a window".into()
        }
        UnplacedReason::NoWindow { until } => phrase!("no window is open for it up to {}", until.to_string()),
    }
}
