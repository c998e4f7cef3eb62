//! The same part twice in one object. Equal twins are one part, and said; of two that differ nobody knows which is
//! true, so neither is kept, and the part is odd.

use std::collections::HashMap;

use super::parts::Notes;
use super::{Converted, Oddity};
use crate::inventory::{NodePool, Peering, Route, SecurityRule, Subnet};

/// A part that its object can have once only.
pub(crate) trait Twin: PartialEq {
    /// What tells it from others of its kind; none where it has nothing of that sort.
    fn name(&self) -> Option<&str>;

    /// Writes its name as another one does: names that differ in case only are one.
    fn respell(&mut self, _like: &Self) {}

    /// Its resource id, where it has one.
    fn id(&self) -> Option<&str> {
        None
    }
}

/// What has an id, which is blind to case by itself.
macro_rules! by_id {
    ($($part:ty),+) => {
        $(impl Twin for $part {
            fn name(&self) -> Option<&str> {
                Some(self.id.as_str())
            }

            fn id(&self) -> Option<&str> {
                Some(self.id.as_str())
            }
        })+
    };
}

/// What has a name among its like.
macro_rules! by_name {
    ($($part:ty),+) => {
        $(impl Twin for $part {
            fn name(&self) -> Option<&str> {
                Some(self.name.as_str())
            }

            fn respell(&mut self, like: &Self) {
                self.name.clone_from(&like.name);
            }
        })+
    };
}

by_id!(Subnet, Peering);
by_name!(NodePool, Route, SecurityRule);

/// A part of which the model keeps no name.
#[derive(PartialEq)]
pub(crate) struct Entry<T> {
    pub(crate) name: Option<String>,
    pub(crate) value: T,
}

impl<T: PartialEq> Twin for Entry<T> {
    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn respell(&mut self, like: &Self) {
        self.name.clone_from(&like.name);
    }
}

/// Parts of one kind in the order they came, each once.
pub(crate) struct Parts<M> {
    kind: &'static str,
    seen: Vec<Seen<M>>,
    by_name: HashMap<String, usize>,
}

struct Seen<M> {
    part: M,
    oddities: Vec<Oddity>,
    came: Came,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Came {
    Once,
    Again,
    Differently,
}

impl<M: Twin> Parts<M> {
    pub(crate) fn new(kind: &'static str) -> Self {
        Self { kind, seen: Vec::new(), by_name: HashMap::new() }
    }

    /// Converts parts; those that can't be kept are noted.
    pub(crate) fn converted<W>(
        kind: &'static str,
        items: Vec<W>,
        notes: &mut Notes,
        convert: impl Fn(W) -> Converted<M>,
    ) -> Vec<M> {
        let mut parts = Self::new(kind);
        for item in items {
            match convert(item) {
                Ok((part, oddities)) => parts.add(part, oddities),
                Err(oddity) => notes.extend([oddity]),
            }
        }
        parts.settle(notes).0
    }

    /// Adds a part, and what was odd in it.
    pub(crate) fn add(&mut self, mut part: M, oddities: Vec<Oddity>) {
        let name = part.name().filter(|name| !name.is_empty()).map(str::to_lowercase);
        let known = name.as_ref().and_then(|name| self.by_name.get(name)).copied();
        let Some(first) = known.and_then(|at| self.seen.get_mut(at)) else {
            self.by_name.extend(name.map(|name| (name, self.seen.len())));
            self.seen.push(Seen { part, oddities, came: Came::Once });
            return;
        };
        part.respell(&first.part);
        match first.came {
            Came::Differently => {}
            _ if first.part == part => first.came = Came::Again,
            _ => first.came = Came::Differently,
        }
        let is_known = |odd: &Oddity| {
            first.oddities.iter().any(|known| (known.kind, &known.message) == (odd.kind, &odd.message))
        };
        let new: Vec<Oddity> = oddities.into_iter().filter(|odd| !is_known(odd)).collect();
        first.oddities.extend(new);
    }

    /// The parts that are known, and whether these are all of them. What came more than once is noted.
    pub(crate) fn settle(self, notes: &mut Notes) -> (Vec<M>, bool) {
        let (mut kept, mut again) = (Vec::with_capacity(self.seen.len()), Vec::new());
        let mut is_whole = true;
        for seen in self.seen {
            let name = seen.part.name().unwrap_or_default();
            match seen.came {
                Came::Once => {}
                Came::Again => again.push(short(name).to_owned()),
                Came::Differently => {
                    is_whole = false;
                    notes.differing(self.kind, seen.part.id(), short(name));
                    notes.extend(seen.oddities);
                    continue;
                }
            }
            notes.extend(seen.oddities);
            kept.push(seen.part);
        }
        notes.repeated(self.kind, &again);
        (kept, is_whole)
    }
}

/// The last segment of an id; a name as it is.
fn short(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}
