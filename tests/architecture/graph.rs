//! Which file names what another file defines, and where such arrows run in a circle.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{Module, Sources};

/// Arrows between modules that have files.
#[derive(Default)]
pub(crate) struct Graph {
    pub(crate) arrows: BTreeMap<Module, BTreeSet<Module>>,
}

impl Graph {
    /// The arrows of a crate, from the module that names to the one that defines.
    pub(crate) fn of(sources: &Sources) -> Self {
        let mut arrows: BTreeMap<Module, BTreeSet<Module>> = BTreeMap::new();
        for module in sources.modules() {
            let from = sources.of_file(module);
            let named = sources.named(module);
            let to = named.iter().filter_map(|path| sources.definer(path)).map(|to| sources.of_file(&to));
            arrows.entry(from.clone()).or_default().extend(to.filter(|to| *to != from));
        }
        Self { arrows }
    }

    /// The arrows between the children of a module, each child with all that stands inside it as one.
    pub(crate) fn of_children(&self, parent: &Module) -> Self {
        let child = |module: &Module| {
            module.get(..=parent.len()).filter(|_| module.starts_with(parent)).map(<[String]>::to_vec)
        };
        let mut arrows: BTreeMap<Module, BTreeSet<Module>> = BTreeMap::new();
        for (from, all) in &self.arrows {
            let Some(from) = child(from) else { continue };
            let to = all.iter().filter_map(child).filter(|to| *to != from);
            arrows.entry(from.clone()).or_default().extend(to);
        }
        Self { arrows }
    }

    /// The circles: sets of files each of which leads to every other. A module and what stands inside it count as one, so
    /// that arrows between the two count for nothing.
    pub(crate) fn circles(&self) -> Vec<Vec<Module>> {
        let is_inside = |one: &Module, other: &Module| one.starts_with(other) || other.starts_with(one);
        let reach = |from: &Module| {
            let mut seen = BTreeSet::new();
            let mut open = vec![from.clone()];
            while let Some(at) = open.pop() {
                for next in self.arrows.get(&at).into_iter().flatten().filter(|next| !is_inside(&at, next)) {
                    if seen.insert(next.clone()) {
                        open.push(next.clone());
                    }
                }
            }
            seen
        };
        let reached: BTreeMap<&Module, BTreeSet<Module>> =
            self.arrows.keys().map(|module| (module, reach(module))).collect();
        let leads = |from: &Module, to: &Module| reached.get(from).is_some_and(|all| all.contains(to));
        let mut circles: BTreeSet<Vec<Module>> = BTreeSet::new();
        for module in self.arrows.keys().filter(|module| leads(module, module)) {
            let circle = self.arrows.keys().filter(|other| leads(module, other) && leads(other, module));
            circles.insert(circle.cloned().collect());
        }
        circles.into_iter().collect()
    }
}
