//! What an estate will need: projections, limits, preflight figures, conflicts and fixes; pure functions of an
//! inventory, every figure with what it was made of.

pub(crate) mod conflicts;
pub(crate) mod fixes;
pub(crate) mod growth;
pub(crate) mod limits;
pub(crate) mod network;
pub(crate) mod part;
pub(crate) mod preflight;
pub(crate) mod projection;
pub(crate) mod reason;
pub(crate) mod scenario;
mod stale_routes;
pub(crate) mod step;

pub use super::topology::Owner;

pub use self::{
    conflicts::{Collision, Conflict, RangeOf},
    fixes::{Change, Fix, Shortfall},
    growth::ProjectionBasis,
    limits::{Limit, LimitPart, LimitRow},
    network::{Held, NetworkLimit, NetworkLimitKind},
    part::{PodsOf, SubnetPart},
    preflight::{Preallocated, Preflight, Refusal, Stage, Target},
    reason::{Between, Bound, Gap, Mark, Missing, Reason},
    scenario::{ByScenario, Scenario},
    step::{Breach, PoolAhead},
};
