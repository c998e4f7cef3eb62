//! Names and numbers of an estate, from Azure's answers to the files of a run.

use arbitrary::Unstructured;

use super::{ESTATE, audited, collected, leaves};
use crate::config::Settings;

/// Changes an estate in a few places, collects, audits and renders it.
///
/// # Panics
/// When a report is not well formed, or when a name acts in it.
pub fn rendering(bytes: &[u8]) {
    let mut estate = ESTATE.clone();
    // What the bytes don't suffice for stays as it was.
    let _ = leaves::change(&mut estate, &mut Unstructured::new(bytes));
    audited(&collected(&estate), &Settings::default());
}
