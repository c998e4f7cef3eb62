//! Counting, without keeping what is counted.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    mem,
};

use super::{
    IpConfigurations,
    fingerprint::{Fingerprints, Printed},
    holder::{Holder, without_pipes},
};
use crate::inventory::{Owner, OwnerCount, ResourceId};

/// Addresses behind one configuration whose prefix length is 28: a block for pods
/// (<https://learn.microsoft.com/azure/aks/configure-azure-cni-static-block-allocation>).
const BLOCK: u32 = 16;

/// What the properties of an expanded entry say of it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Shape {
    /// An IPv6 address, which is not counted.
    pub(super) v6: bool,
    /// A /28 block rather than one address.
    pub(super) block: bool,
}

impl Shape {
    fn addresses(self) -> u32 {
        match self {
            Self { v6: true, .. } => 0,
            Self { block: true, .. } => BLOCK,
            Self { .. } => 1,
        }
    }
}

/// Counts the entries of one subnet; lives as long as its list is parsed.
#[derive(Default)]
pub(super) struct Counter {
    prints: Fingerprints,
    /// Entries beyond the first of their holder: most have one only, and need no set.
    seen: HashSet<u128, Printed>,
    rows: Vec<Row>,
    row_index: HashMap<u128, usize, Printed>,
    owners: Vec<Owner>,
    owner_index: HashMap<u128, usize, Printed>,
    /// The holder of the entry before, which is most often the holder of the next: entries come sorted.
    last_path: String,
    last_row: usize,
    last_owner: usize,
    unrecognised: u64,
}

/// The addresses of one holder.
struct Row {
    owner: usize,
    /// The first entry seen of it.
    first: Option<u128>,
    addresses: u32,
    is_node: bool,
    instance: Option<u32>,
    link: Option<Linked>,
}

/// What one owner holds.
#[derive(Default)]
struct Sum {
    addresses: u64,
    per_node: BTreeMap<u32, u32>,
    instances: Vec<u32>,
}

impl Sum {
    fn add(&mut self, row: &Row) {
        self.addresses += u64::from(row.addresses);
        if row.is_node {
            *self.per_node.entry(row.addresses).or_default() += 1;
            self.instances.extend(row.instance);
        }
    }

    fn of(self, owner: Owner) -> OwnerCount {
        let Self { addresses, per_node, instances } = self;
        OwnerCount { owner, addresses, per_node: per_node.into(), instances: instances.into_iter().collect() }
    }
}

/// Tells a private link service and its network interface from others.
#[derive(Clone, Copy)]
struct Linked {
    print: u128,
    is_service: bool,
}

/// Fingerprints of entries are scoped by the number of their holder; these are beyond any.
mod scope {
    pub(super) const UNRECOGNISED: usize = usize::MAX;
    pub(super) const HOLDER: usize = usize::MAX - 1;
    pub(super) const OWNER: usize = usize::MAX - 2;
    pub(super) const LINK: usize = usize::MAX - 3;
}

impl Counter {
    /// Counts an entry unless its id was counted before.
    pub(super) fn add(&mut self, id: &str, shape: Shape) {
        let id = id.strip_suffix('/').unwrap_or(id);
        let addresses = if ends_in_v6(id) { 0 } else { shape.addresses() };
        let same_holder = id.strip_prefix(self.last_path.as_str()).filter(|tail| tail.starts_with('/'));
        if let (Some(tail), false) = (same_holder, self.last_path.is_empty()) {
            return self.count(self.last_row, tail, addresses);
        }
        let id = without_pipes(id);
        let found = Holder::of(&id).and_then(|holder| Some((self.row_of(&holder)?, holder.path)));
        if let Some((row, path)) = found {
            path.clone_into(&mut self.last_path);
            self.last_row = row;
            self.count(row, id.get(path.len()..).unwrap_or_default(), addresses);
        } else if self.seen.insert(self.prints.of(scope::UNRECOGNISED, &[&id])) {
            self.unrecognised += u64::from(addresses);
        }
    }

    /// Counts an entry that has no id, so that it cannot be told from the others.
    pub(super) fn add_nameless(&mut self, shape: Shape) {
        self.unrecognised += u64::from(shape.addresses());
    }

    fn count(&mut self, row: usize, tail: &str, addresses: u32) {
        let print = self.prints.of(row, &[tail]);
        let Some(row) = self.rows.get_mut(row) else { return };
        let is_new = match row.first {
            None => {
                row.first = Some(print);
                true
            }
            Some(first) => first != print && self.seen.insert(print),
        };
        if is_new {
            row.addresses = row.addresses.saturating_add(addresses);
        }
    }

    fn row_of(&mut self, holder: &Holder<'_>) -> Option<usize> {
        let owner = self.owner_of(holder)?;
        let print = self.prints.of(scope::HOLDER, &[holder.path]);
        let next = self.rows.len();
        let row = *self.row_index.entry(print).or_insert(next);
        if row == next {
            let link = holder.link.map(|link| Linked {
                print: self.prints.of(scope::LINK, &[link.group, link.name]),
                is_service: link.is_service,
            });
            let Holder { is_node, instance, .. } = *holder;
            self.rows.push(Row { owner, first: None, addresses: 0, is_node, instance, link });
        }
        Some(row)
    }

    fn owner_of(&mut self, holder: &Holder<'_>) -> Option<usize> {
        let pool = holder.pool_hint.unwrap_or_default();
        let is_same = |owner: &Owner| {
            owner.id.as_str() == holder.owner
                && owner.kind == holder.kind
                && owner.pool_hint.as_deref().unwrap_or_default().eq_ignore_ascii_case(pool)
                && owner.is_provisioned == holder.is_provisioned
        };
        if !self.owners.get(self.last_owner).is_some_and(is_same) {
            self.last_owner = self.find_owner(holder, pool)?;
        }
        Some(self.last_owner)
    }

    fn find_owner(&mut self, holder: &Holder<'_>, pool: &str) -> Option<usize> {
        let provisioned = if holder.is_provisioned { "provisioned" } else { "" };
        let parts = [holder.kind.as_str(), holder.owner, pool, provisioned];
        let print = self.prints.of(scope::OWNER, &parts);
        if let Some(index) = self.owner_index.get(&print) {
            // Of several spellings the last in order is kept, whichever came first: the one with most lower case.
            if let Some(owner) = self.owners.get_mut(*index)
                && owner.id.as_str() < holder.owner
            {
                owner.id = ResourceId::parse(holder.owner).ok()?;
            }
            return Some(*index);
        }
        let id = ResourceId::parse(holder.owner).ok()?;
        let pool_hint = holder.pool_hint.map(str::to_ascii_lowercase);
        let is_provisioned = holder.is_provisioned;
        self.owners.push(Owner { kind: holder.kind.clone(), id, pool_hint, is_provisioned });
        self.owner_index.insert(print, self.owners.len() - 1);
        Some(self.owners.len() - 1)
    }

    /// The counts by owner; fingerprints and holders are forgotten.
    pub(super) fn finish(mut self) -> IpConfigurations {
        self.merge_private_link_services();
        let owners = mem::take(&mut self.owners);
        let mut sums: Vec<Sum> = Vec::new();
        sums.resize_with(owners.len(), Sum::default);
        for row in self.rows.iter().filter(|row| row.addresses > 0) {
            if let Some(sum) = sums.get_mut(row.owner) {
                sum.add(row);
            }
        }
        let counts = owners.into_iter().zip(sums).filter(|(_, sum)| sum.addresses > 0);
        let mut counts: Vec<_> = counts.map(|(owner, sum)| sum.of(owner)).collect();
        counts.sort_by(|a, b| a.owner.cmp(&b.owner));
        counts.shrink_to_fit();
        IpConfigurations { owners: counts, unrecognised: self.unrecognised }
    }

    /// Counts a private link service once that is listed both as itself and as its network interface. Where several
    /// interfaces bear its name, because a private endpoint is called the same, its own is the one of its size.
    fn merge_private_link_services(&mut self) {
        let mut services = HashMap::new();
        for (index, row) in self.rows.iter().enumerate() {
            if let Some(Linked { print, is_service: true }) = row.link {
                services.insert(print, Service { row: index, addresses: row.addresses, interface: None });
            }
        }
        if services.is_empty() {
            return;
        }
        for (index, row) in self.rows.iter().enumerate() {
            if let Some(Linked { print, is_service: false }) = row.link
                && let Some(service) = services.get_mut(&print)
            {
                service.consider(index, row.addresses);
            }
        }
        for service in services.into_values() {
            let Some((interface, addresses)) = service.interface else { continue };
            if let Some(row) = self.rows.get_mut(interface) {
                row.addresses = 0;
            }
            if let Some(row) = self.rows.get_mut(service.row) {
                row.addresses = row.addresses.max(addresses);
            }
        }
    }
}

/// A private link service, and the interface that may be its own.
struct Service {
    row: usize,
    addresses: u32,
    interface: Option<(usize, u32)>,
}

impl Service {
    fn consider(&mut self, row: usize, addresses: u32) {
        let rank = |addresses| (addresses == self.addresses, addresses);
        if self.interface.is_none_or(|(_, best)| rank(best) < rank(addresses)) {
            self.interface = Some((row, addresses));
        }
    }
}

/// Whether the last segment marks an IPv6 configuration.
fn ends_in_v6(id: &str) -> bool {
    id.len().checked_sub(2).and_then(|at| id.get(at..)).is_some_and(|end| end.eq_ignore_ascii_case("v6"))
}
