//! What older versions of Azure's API leave out.

use std::collections::BTreeMap;

use crate::{
    inventory::VM_AUTOSCALE_SINCE,
    report::phrase::{Phrase, phrase},
};

/// By namespace, the version that answered.
type Versions = BTreeMap<String, String>;

/// Which providers were read with an older version than was asked for, and what that hides; none where there are none.
pub(crate) fn older_versions(answered: &Versions, refused: &Versions) -> Option<Phrase> {
    let older = refused.iter().map(|(namespace, refused)| {
        let used = answered.get(namespace).map_or("none", String::as_str);
        phrase!(
            "{} read with {}, because this cloud does not offer {}{}",
            Phrase::outside(namespace),
            Phrase::outside(used),
            Phrase::outside(refused),
            hidden(namespace, used)
        )
    });
    (!refused.is_empty()).then(|| Phrase::joined(older, "; "))
}

/// What a version does not show of what this program reads.
fn hidden(namespace: &str, used: &str) -> &'static str {
    if namespace.eq_ignore_ascii_case("Microsoft.ContainerService") && used < VM_AUTOSCALE_SINCE {
        ": how far `VirtualMachines` pools are scaled is not shown, so that their maxima are unknown"
    } else {
        ", which shows all that is read here"
    }
}
