//! What a network reaches, what is taken there, and what is free: one answer, whoever asks. No other room looks at peerings.

mod graph;
mod held;
mod on_premises;
mod owner;
mod peerings;
mod pod_room;
mod pods;
pub(crate) mod ranges;
mod reach;
mod sharing;
mod taken;
mod zones;

pub(crate) use self::{
    held::Held,
    pod_room::PodRoom,
    pods::{Residents, networks, pod_cidrs},
    reach::{How, Reach, Topology},
    sharing::Sharing,
    taken::{Clear, Why, taken},
};
pub use self::{owner::Owner, taken::Taken};
