//! A plan: what happens when.

use jiff::civil::Date;

use crate::{assess::migration::Work, inventory::ResourceId, rules::CheckId};

/// A schedule of all moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The date the plan was made for.
    pub as_of: Date,
    /// The day by which the last wave should have soaked.
    pub target: Date,
    /// When support of what the clusters leave ends.
    pub deadline: Date,
    /// Days from `as_of` to the deadline; negative when past.
    pub days_left: i64,
    /// The waves, in order of time.
    pub waves: Vec<Wave>,
    /// Every step of every cluster, by start, cluster and order in the cluster.
    pub steps: Vec<PlannedStep>,
    /// The day the last wave has soaked; none when nothing moves.
    pub finish: Option<Date>,
    /// Days from `finish` to `target`; negative when the plan is late.
    pub margin_days: Option<i64>,
    /// Whether everything fits: every kubenet cluster, and every other that moves in place, has a date, and one in time.
    pub fit: Fit,
    /// What stands in the way when it does not fit in time, what helps most first.
    pub bindings: Vec<Binding>,
    /// Clusters that cannot be placed, whatever the time.
    pub unplaced: Vec<Unplaced>,
    /// kubenet clusters that do not move in place, or of which nobody can say yet, and which so have no date; by id.
    pub undated: Vec<ResourceId>,
    /// Clusters that move later than one of a worse rank, by id, each with the constraint that binds.
    pub held: Vec<(ResourceId, Constraint)>,
    /// What a reader should know about how the plan was made.
    pub notes: Vec<PlanNote>,
}

impl Plan {
    /// A wave by its number.
    #[must_use]
    pub fn wave(&self, number: u32) -> Option<&Wave> {
        self.waves.iter().find(|wave| wave.number == number)
    }

    /// The wave in which a cluster moves, which is not the wave of its first preparing re-image.
    #[must_use]
    pub fn wave_of(&self, cluster: &ResourceId) -> Option<u32> {
        let own = self.steps.iter().filter(|step| step.cluster_id == *cluster);
        own.filter(|step| step.is_move).find_map(|step| step.wave)
    }

    /// Days by which the plan is late; 0 when it is in time.
    #[must_use]
    pub fn days_over(&self) -> i64 {
        self.margin_days.map_or(0, |margin| (-margin).max(0))
    }
}

/// Whether everything fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// Every cluster moves in time.
    Fits,
    /// A complete search, or a simple count, shows that no plan fits.
    Impossible,
    /// No plan that fits was found; the search was not complete.
    NotFound,
}

impl Fit {
    /// The word the reports use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fits => "fits",
            Self::Impossible => "impossible",
            Self::NotFound => "not-found",
        }
    }
}

/// Clusters that are changed on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wave {
    /// Its number, from 1.
    pub number: u32,
    /// The day of its window.
    pub start: Date,
    /// The day it has soaked.
    pub end: Date,
    /// The clusters that are shown, in the order of preference.
    pub clusters: Vec<ResourceId>,
    /// How many it has, those that filters hide among them.
    pub size: usize,
    /// Whether it is part of the rehearsal.
    pub rehearsal: bool,
    /// Whether it ends after the target.
    pub late: bool,
}

/// One step of one cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedStep {
    /// The wave it belongs to: its own, or the one it prepares; none for what follows the last wave.
    pub wave: Option<u32>,
    /// When it begins.
    pub start: Date,
    /// When the next step may begin: its waiting time, or the soak of its wave, is over.
    pub end: Date,
    /// The cluster.
    pub cluster_id: ResourceId,
    /// Its short name.
    pub name: String,
    /// What is done.
    pub work: Work,
    /// Blockers that it removes besides.
    pub also: Vec<CheckId>,
    /// Whether it is the move itself.
    pub is_move: bool,
    /// Whether all pools are re-imaged.
    pub reimages: bool,
    /// What has to be done before.
    pub depends_on: Vec<Dependency>,
    /// What to know.
    pub notes: Vec<StepNote>,
}

/// What a step waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dependency {
    /// An earlier step of the cluster, by its short name, what is done in it, and what blockers that removes besides.
    Step(String, Work, Vec<CheckId>),
    /// The wave of this number.
    Wave(u32),
}

/// What to know about a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepNote {
    /// It waits for what could not be read.
    Unsettled,
    /// So many re-images of the cluster share its window.
    Reimages(usize),
    /// Whether the surge nodes fit in these subnets could not be told.
    CheckSurge(Vec<ResourceId>),
    /// It comes after the day from which on AKS upgrades the cluster by itself.
    AfterForcedUpgrade(Date),
    /// These pools have to be replaced by this day anyway.
    ReplacedPools(Date, Vec<String>),
}

/// What to know about how a plan was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlanNote {
    /// No cluster can go first as a rehearsal.
    NoRehearsal,
    /// Only this cluster can, and it is in production.
    ProductionRehearsal(ResourceId),
    /// Some waves hold several environments, because there is no time to keep them apart.
    MixedEnvironments,
    /// Some clusters come after a more critical environment.
    OutOfOrder,
    /// `never_together` names what is no cluster of the plan.
    NoSuchCluster(String),
    /// So many clusters bear a word for their environment that nobody knows.
    UnknownEnvironment(String, usize),
}

/// A cluster that cannot be placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unplaced {
    /// The cluster.
    pub cluster_id: ResourceId,
    /// Why.
    pub reason: UnplacedReason,
}

/// Why a cluster cannot be placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnplacedReason {
    /// Its surge nodes never fit into a subnet.
    Surge {
        /// The subnet.
        subnet_id: ResourceId,
        /// Addresses the surge nodes need.
        needed: u64,
        /// Addresses that are free once all others that can move have moved.
        available: i64,
    },
    /// It has no step that moves it.
    NothingToDo,
    /// No window is open before this day.
    NoWindow {
        /// The last day that was looked at.
        until: Date,
    },
}

/// A constraint that keeps the plan from ending in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// The constraint.
    pub constraint: Constraint,
    /// Days over the target that would remain without it; 0 when the plan would fit.
    pub days_over_without: i64,
}

/// What a plan is held by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Constraint {
    /// At most so many clusters in a wave.
    ClustersPerWave,
    /// At most so many clusters of one owner in a wave.
    ClustersPerOwner,
    /// At most so many clusters of one region in a wave.
    ClustersPerRegion,
    /// At most so many nodes in a wave.
    NodesPerWave,
    /// At most so many production clusters in the first wave that has any.
    FirstProduction,
    /// Freezes.
    Freezes,
    /// Days between waves.
    Soak,
    /// Route tables, groups and subnets that keep clusters apart.
    KeptApart,
    /// Addresses for surge nodes.
    SurgeCapacity,
    /// The day from which on AKS upgrades a cluster by itself, which no wave straddles.
    ForcedUpgrade,
    /// Waiting times of preparation steps.
    WaitingTimes,
    /// The rehearsal that goes first.
    Rehearsal,
    /// The least critical environment goes first.
    Environments,
    /// What could not be read of a cluster has to be settled first.
    Unsettled,
    /// Earlier re-images of the same cluster.
    EarlierReimages,
    /// The number of windows between start and target.
    Windows,
}
