//! A list of the inventory in the order of ids, so that each of it is found by its id.

use std::ops::Deref;

use crate::inventory::{Listed, ResourceId};

/// Everything of one kind, by id.
pub(crate) struct ById<'a, T>(Vec<&'a T>);

impl<'a, T: Listed> ById<'a, T> {
    pub(super) fn of(list: &'a [T]) -> Self {
        let mut sorted: Vec<&T> = list.iter().collect();
        sorted.sort_by_key(|one| one.id());
        Self(sorted)
    }

    /// The one with this id; of two, the later of the inventory.
    pub(crate) fn get(&self, id: &ResourceId) -> Option<&'a T> {
        let after = self.0.partition_point(|one| one.id() <= id);
        let one = self.0.get(after.checked_sub(1)?)?;
        (one.id() == id).then_some(*one)
    }
}

impl<'a, T> Deref for ById<'a, T> {
    type Target = [&'a T];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::{
        assess::testing::id,
        inventory::{Prefixes, VirtualNetwork},
    };

    #[test]
    fn each_is_found_and_nothing_else() {
        let of = |name: &str| id(&format!("/subscriptions/s/resourceGroups/g/providers/p/n/{name}"));
        let vnet = |name: &str, location: &str| VirtualNetwork {
            id: of(name),
            location: location.to_owned(),
            tags: BTreeMap::new(),
            address_space: Prefixes::default(),
            subnets: Vec::new(),
            peerings: Vec::new(),
            dns_servers: Vec::new(),
        };
        let list = [vnet("c", "1"), vnet("A", "2"), vnet("b", "3"), vnet("C", "4")];
        let by_id = ById::of(&list);
        let found = |name: &str| by_id.get(&of(name)).map(|vnet| vnet.location.as_str());
        assert_eq!(["a", "B", "c"].map(found), [Some("2"), Some("3"), Some("4")]);
        assert_eq!(["", "aa", "d"].map(found), [None; 3]);
        assert_eq!(by_id.len(), 4);
    }
}
