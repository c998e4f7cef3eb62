//! What older versions of the API leave out of an answer.

use serde_json::Value;

/// The first version of `Microsoft.ContainerService` with `virtualMachinesProfile.scale.autoscale`; those before show pools of
/// single machines without it.
const AUTOSCALE_SINCE: &str = "2026-05-01";
const HIDDEN: &[u8] = b"\"autoscale\"";

/// The text of an answer as an older version gives it; none where that is the same.
pub(crate) fn as_of(provider: &str, version: &str, text: &[u8]) -> Option<Vec<u8>> {
    let is_older = version < AUTOSCALE_SINCE && provider == "Microsoft.ContainerService";
    if !is_older || !text.windows(HIDDEN.len()).any(|part| part == HIDDEN) {
        return None;
    }
    let mut answer: Value = serde_json::from_slice(text).ok()?;
    match answer.get_mut("value").and_then(Value::as_array_mut) {
        Some(clusters) => clusters.iter_mut().for_each(hide_autoscale),
        None => hide_autoscale(&mut answer),
    }
    serde_json::to_vec(&answer).ok()
}

fn hide_autoscale(cluster: &mut Value) {
    let pools = cluster.pointer_mut("/properties/agentPoolProfiles").and_then(Value::as_array_mut);
    let scales =
        pools.into_iter().flatten().filter_map(|pool| pool.pointer_mut("/virtualMachinesProfile/scale"));
    for scale in scales.filter_map(Value::as_object_mut) {
        scale.remove("autoscale");
    }
}
