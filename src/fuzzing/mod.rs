//! What bytes from outside may do to the program: nothing but what the functions here say.
//!
//! Each function takes any bytes, does with them what the program would do, and panics where a promise does not hold. The
//! targets of `fuzz/` call them with what libFuzzer thinks of, and the tests with the corpus that is kept. They are
//! compiled for these two only: nothing that ships has them.
//!
//! The room reaches into every other, so that no other needs to open more than a function for it.

mod configuration;
mod ids;
mod inert;
mod leaves;
mod links;
mod pages;
mod prefixes;
mod rendering;
mod snapshot;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use jiff::Timestamp;
use serde_json::Value;

pub use configuration::configuration;
pub use ids::ids;
pub use links::links;
pub use pages::pages;
pub use prefixes::prefixes;
pub use rendering::rendering;
pub use snapshot::snapshot;

use crate::{
    assess::{audit::Audit, options::Options},
    collect::fuzzing::{add, lists},
    config::Settings,
    inventory::Inventory,
};

/// A target: its name, which is that of its corpus, and what it does with bytes.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: [Target; 7] = [
    ("configuration", configuration),
    ("ids", ids),
    ("links", links),
    ("pages", pages),
    ("prefixes", prefixes),
    ("rendering", rendering),
    ("snapshot", snapshot),
];

/// A small estate as Resource Manager lists it: four clusters of different networks, and what hangs on them.
static ESTATE: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("estate.json")).expect("it is JSON"));

/// What a collection makes of that estate.
static COLLECTED: LazyLock<Inventory> = LazyLock::new(|| collected(&ESTATE));

/// Nothing, read a moment after 1970.
fn nothing() -> Inventory {
    Inventory::empty(Timestamp::UNIX_EPOCH)
}

/// What a collection makes of an estate's lists.
fn collected(estate: &Value) -> Inventory {
    let mut inventory = nothing();
    for list in lists() {
        if let Some(page) = estate.get(list) {
            add(&mut inventory, list, page.to_string().as_bytes());
        }
    }
    inventory.sorted()
}

/// The options that settings come to, in the year in which kubenet ends.
fn options(settings: &Settings) -> Options {
    settings.options(jiff::civil::date(2028, 1, 1), Vec::new())
}

/// What an audit of an inventory with these settings finds; its reports are checked to be inert.
fn audited(inventory: &Inventory, settings: &Settings) -> Audit {
    let audit = crate::assess::assess(inventory, &options(settings));
    inert::check(&audit);
    audit
}
