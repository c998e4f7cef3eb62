//! Answers to questions about address space: what is free, what size is enough, and what a change would do. Pure
//! functions; each answer carries the arithmetic it was made of.

mod around;
mod block;
mod error;
mod existing;
mod free;
mod groups;
mod names;
mod need;
mod size;
mod space;
mod step;
mod subnet;
mod what_if;

pub use self::{
    block::{Block, InvalidBlock, pod_cidr_block, subnet_block},
    error::PlanError,
    existing::Existing,
    free::{Free, FreeBlock, free},
    groups::SubnetRequest,
    names::{cluster_or_pool, vnet},
    need::{Given, Need},
    size::{LimitCheck, MostNodes, PoolSpec, SizeAnswer, SizePool, SizeRequest, size},
    space::Space,
    step::{DualStack, Note, Step},
    subnet::{Obstacle, Place, SubnetAnswer, subnet},
    what_if::{Applied, Changes, Growth, LimitChange, Setting, SubnetChange, WhatIf, what_if},
};
pub use super::topology::Taken;
