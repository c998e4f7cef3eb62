//! The lines of `kubectl` that runbooks print.
//! <https://kubernetes.io/docs/reference/kubectl/generated/>

use super::{Done, Refusal, refuse};
use crate::world::{Pool, Shelf, World, lower};

const KUBECTL: &str = "https://kubernetes.io/docs/reference/kubectl/generated/";
const CONTEXT: &str = "https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/";
/// The label that names a node's pool.
const POOL: &str = "kubernetes.azure.com/agentpool=";

/// Runs one; drains are remembered, whatever else happens in the cluster shows in no document.
///
/// `context` is the cluster that `az aks get-credentials` has named: without it, a change goes wherever the reader was last.
pub(super) fn run(world: &mut World, context: Option<&str>, words: &[String]) -> Result<Done, Refusal> {
    let Some((verb, rest)) = words.split_first() else { return refuse("Form", KUBECTL, "an empty command") };
    let changes = ["cordon", "uncordon", "drain", "patch", "scale", "delete", "apply", "annotate", "label"]
        .contains(&verb.as_str());
    if changes && context.is_none() {
        return refuse(
            "NoContext",
            CONTEXT,
            "nobody has signed kubectl in to this cluster: it would change the one used last",
        );
    }
    let context = context.unwrap_or_default();
    let flags: Vec<&str> = rest.iter().take_while(|word| *word != "--").map(String::as_str).collect();
    let has = |name: &str| flags.iter().any(|flag| *flag == name || flag.starts_with(&format!("{name}=")));
    match verb.as_str() {
        "get" | "top" | "version" | "describe" | "logs" | "auth" | "cluster-info"
            if !flags.is_empty() || verb == "version" =>
        {
            Ok(Done::default())
        }
        "cordon" | "uncordon" => selected(world, context, rest).map(|pools| {
            if verb == "uncordon" {
                world.drained.retain(|one| !pools.contains(one));
            }
            Done::changed()
        }),
        "drain" => {
            if !has("--ignore-daemonsets") {
                return refuse(
                    "Form",
                    KUBECTL,
                    "a drain without --ignore-daemonsets stops at the first daemonset",
                );
            }
            let pools = selected(world, context, rest)?;
            world.drained.extend(pools);
            Ok(Done::changed())
        }
        "run" if has("--image") && has("--restart") => Ok(Done::changed()),
        "wait" | "rollout" | "patch" | "scale" | "delete" | "apply" | "annotate" | "label"
            if flags.len() > 1 =>
        {
            Ok(Done::changed())
        }
        _ => refuse("Form", KUBECTL, format!("there is no stand-in for `kubectl {}`", words.join(" "))),
    }
}

/// The pools of the cluster that a command on nodes speaks of, by label; or nodes by name.
fn selected(world: &World, cluster: &str, words: &[String]) -> Result<Vec<(String, String)>, Refusal> {
    let mut words = words.iter();
    let mut found = Vec::new();
    let mut names_any = false;
    while let Some(word) = words.next() {
        let selector = match word.as_str() {
            "--selector" | "-l" => words.next().map(String::as_str),
            other => other.strip_prefix("--selector=").or(other.strip_prefix("-l")),
        };
        if let Some(pool) =
            selector.map(|one| one.strip_prefix(POOL).or(one.strip_prefix("agentpool=")).unwrap_or_default())
        {
            names_any = true;
            let is_there =
                world.get(Shelf::Cluster, cluster).is_some_and(|one| Pool::of(one, pool).is_some());
            found.extend(is_there.then(|| (lower(cluster), pool.to_owned())));
            if found.is_empty() {
                return refuse("NotFound", KUBECTL, format!("no node is labelled {POOL}{pool}"));
            }
        } else if !word.starts_with('-') {
            names_any = true;
        }
    }
    if names_any { Ok(found) } else { refuse("Form", KUBECTL, "no node is named") }
}
