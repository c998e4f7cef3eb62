//! The catalogue: facts as data, each with its source and the day it was checked.

mod checks;

pub use checks::{CheckId, CheckSeverity, Visibility};
