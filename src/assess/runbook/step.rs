//! The nouns of a procedure: steps, when and why they are done, and whose nodes they replace.

use jiff::civil::Date;

use super::Item;
use crate::{
    assess::migration::{Action, Operation},
    ipam::Cidr,
    rules::CheckId,
};

/// When a step is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Days before the window.
    Before,
    /// In the window.
    Tonight,
    /// After it.
    After,
}

/// What a step is for. Its kind is its name in kebab case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Purpose {
    /// It ends blockers.
    Mend,
    /// It agrees on the pod CIDR that the move sets.
    Agree(Cidr),
    /// It signs in, saves what is there, and keeps anything else from changing nodes meanwhile.
    Prepare,
    /// It gives subnets of others a route table of their own.
    Tables,
    /// It is the change itself.
    Change(Operation),
    /// It takes away what nobody needs afterwards.
    Clean,
    /// It gives back what was paused.
    Resume,
    /// It makes room: less surge, or pools elsewhere.
    Room,
    /// It leads nodes that no pool makes to a larger subnet.
    NodeClass,
    /// It gives pools a pod subnet.
    PodSubnet,
    /// It enlarges the pod CIDR.
    Expand,
    /// It makes the cluster that takes over.
    Build,
    /// It brings the workloads there.
    Workloads,
    /// It leads traffic there.
    Traffic,
    /// It deletes this cluster.
    Delete,
}

/// Whose nodes a step replaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reimages {
    /// Nobody's.
    None,
    /// Those of these pools.
    Pools(Vec<String>),
    /// Every pool's.
    All,
}

/// One numbered step.
#[derive(Debug, Clone, PartialEq)]
pub struct Step<'a> {
    /// When it is done.
    pub phase: Phase,
    /// What it is for.
    pub purpose: Purpose,
    /// The blockers it ends, each with what is known of it.
    pub items: Vec<Item<'a>>,
    /// What is changed, in order; nothing where only people can do it.
    pub actions: Vec<Action>,
    /// Checks that fail from here on until a later step mends them, or that may.
    pub breaks: Vec<CheckId>,
    /// Whose nodes it replaces.
    pub reimages: Reimages,
    /// The day the plan has for it.
    pub day: Option<Date>,
}

impl Step<'_> {
    /// The blockers it ends.
    pub fn clears(&self) -> impl Iterator<Item = CheckId> {
        self.items.iter().map(|item| item.id)
    }

    /// What kind of step it is, whatever it is about: what it is for, and the kinds of its changes. Steps of one kind have the same
    /// commands with other values.
    #[must_use]
    pub fn kind(&self) -> String {
        let purpose = match self.purpose {
            Purpose::Change(Operation::Overlay) => "overlay",
            Purpose::Change(Operation::Cilium) => "cilium",
            purpose => purpose.into(),
        };
        let mut words = vec![purpose];
        let catalogue = self.actions.contains(&Action::Catalogue);
        words.extend(self.items.iter().take(1).filter(|_| catalogue).map(|item| item.id.as_str()));
        let mut changes: Vec<&'static str> = self.actions.iter().map(Into::into).collect();
        changes.sort_unstable();
        changes.dedup();
        words.extend(changes);
        words.join(" ")
    }

    pub(super) fn new(phase: Phase, purpose: Purpose, actions: Vec<Action>) -> Self {
        Self {
            phase,
            purpose,
            items: Vec::new(),
            breaks: broken_by(&actions),
            actions,
            reimages: Reimages::None,
            day: None,
        }
    }
}

/// Checks that changes make fail.
fn broken_by(actions: &[Action]) -> Vec<CheckId> {
    let no_surge = |action: &Action| matches!(action, Action::Surge { to: 0, .. });
    if actions.iter().any(no_surge) { vec![CheckId::SurgeSettings] } else { Vec::new() }
}
