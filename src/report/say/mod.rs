//! What `assess` decided, as sentences: one file a room below, one function a kind of fact. The words stand here and nowhere
//! else, so a page, a table and a runbook say the same; a number in them is a number, which each writes its own way.

mod finding;
mod fix;
mod schedule;

pub(crate) use finding::{detail, sum};
pub(crate) use fix::{fix, fix_of, remedy};
pub(crate) use schedule::unplaced;
