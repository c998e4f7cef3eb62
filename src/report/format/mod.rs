//! How what is declared becomes files; one file a format.

pub(super) mod calendar;
mod code;
pub(super) mod csv;
pub(super) mod json;
pub(super) mod junit;
pub(super) mod markdown;
pub(super) mod reference;
mod schema;
pub mod terminal;
