//! The addresses of a subnet, counted while they are parsed.
//!
//! A subnet can list 65,000 entries, and an estate millions. An entry is read, told apart, counted and forgotten; what
//! lives for one subnet is a set of hashes, and what stays is a count per owner.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    fmt,
    hash::{DefaultHasher, Hasher},
};

use serde::{
    Deserialize, Deserializer,
    de::{self, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use super::{Count, Lenient, Text, owner};
use crate::inventory::{AddressUsage, Owner, OwnerCount, OwnerKind, ResourceId};

/// `ipConfigurations` of a subnet, counted.
#[derive(Debug, Default)]
pub(crate) struct IpConfigurations {
    /// Distinct IPv4 addresses by owner.
    pub(crate) usage: AddressUsage,
    /// Entries without an id that says whose they are; each counts one address.
    pub(crate) unrecognised: u64,
}

impl<'de> Deserialize<'de> for IpConfigurations {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(EntriesVisitor)
    }
}

struct EntriesVisitor;

impl<'de> Visitor<'de> for EntriesVisitor {
    type Value = IpConfigurations;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of IP configurations")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let mut counter = Counter::default();
        while let Some(entry) = entries.next_element::<Entry<'de>>()? {
            counter.add(&entry);
        }
        Ok(counter.finish())
    }
}

/// One entry, of which nothing is kept.
#[derive(Default)]
struct Entry<'de> {
    id: Option<Cow<'de, str>>,
    properties: Properties,
    is_null: bool,
}

/// What an expanded entry says beyond its id.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
struct Properties {
    #[serde(rename = "privateIPAddressPrefixLength")]
    prefix_length: Option<Count>,
    #[serde(rename = "privateIPAddressVersion")]
    version: Option<Text>,
}

impl<'de> Deserialize<'de> for Entry<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EntryVisitor)
    }
}

struct EntryVisitor;

/// Whatever is no object still stands for an address; a null does not.
impl<'de> Visitor<'de> for EntryVisitor {
    type Value = Entry<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an IP configuration")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Self::Value, A::Error> {
        let mut entry = Entry::default();
        while let Some(IdText(key)) = fields.next_key()? {
            match key.as_deref() {
                Some("id") => entry.id = fields.next_value::<IdText<'de>>()?.0,
                Some("properties") => {
                    if let Lenient::Read(properties) = fields.next_value()? {
                        entry.properties = properties;
                    }
                }
                _ => {
                    fields.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(entry)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Entry { is_null: true, ..Entry::default() })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        while entries.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Entry::default())
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<Self::Value, E> {
        Ok(Entry::default())
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Entry::default())
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Entry::default())
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Entry::default())
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Entry::default())
    }
}

/// A text borrowed where it can be; none for anything else.
struct IdText<'de>(Option<Cow<'de, str>>);

impl<'de> Deserialize<'de> for IdText<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(IdVisitor)
    }
}

struct IdVisitor;

impl<'de> Visitor<'de> for IdVisitor {
    type Value = IdText<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id")
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(IdText(Some(Cow::Borrowed(text))))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(IdText(Some(Cow::Owned(text.to_owned()))))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(IdText(None))
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(IdText(None))
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Self::Value, E> {
        Ok(IdText(None))
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Self::Value, E> {
        Ok(IdText(None))
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(IdText(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Self::Value, A::Error> {
        while fields.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(IdText(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        while entries.next_element::<IgnoredAny>()?.is_some() {}
        Ok(IdText(None))
    }
}

/// What lives while one subnet is read. Ids are held as 64-bit hashes of their folded text: among 65,000 of them, two
/// different ones share a hash once in ten thousand million subnets.
#[derive(Default)]
struct Counter {
    seen: HashSet<u64>,
    groups: HashMap<u64, Group>,
    /// Addresses of interfaces named after a service, by group and service.
    services: HashMap<u64, u64>,
    unrecognised: u64,
}

struct Group {
    owner: Owner,
    addresses: u64,
    nodes: HashMap<u64, u32>,
}

impl Counter {
    fn add(&mut self, entry: &Entry<'_>) {
        if entry.is_null {
            return;
        }
        let Some(id) = entry.id.as_deref() else {
            self.unrecognised += 1;
            return;
        };
        let is_v6 = entry.properties.version.as_deref().is_some_and(|v| v.eq_ignore_ascii_case("IPv6"));
        if is_v6 || ends_in_v6(id) || !self.seen.insert(fold(&[id])) {
            return;
        }
        let addresses = addresses(entry.properties.prefix_length);
        match owner::unbarred(id) {
            Some(unbarred) => self.count(&unbarred, addresses),
            None => self.count(id, addresses),
        }
    }

    fn count(&mut self, id: &str, addresses: u64) {
        let Some(parsed) = owner::parse(id) else {
            self.unrecognised += addresses;
            return;
        };
        let hint = parsed.pool_hint.unwrap_or_default();
        let key = fold(&[parsed.kind.as_str(), parsed.owner, hint]);
        let Some(group) = self.group(key, &parsed) else {
            self.unrecognised += addresses;
            return;
        };
        group.addresses += addresses;
        if let Some(node) = parsed.node {
            let held = group.nodes.entry(fold(&[node])).or_default();
            *held = held.saturating_add(u32::try_from(addresses).unwrap_or(u32::MAX));
        }
        if let Some(service) = parsed.service {
            *self.services.entry(fold(&[parsed.owner, service])).or_default() += addresses;
        }
    }

    /// The group of an owner. Of several spellings the first in byte order stays, whatever came first.
    fn group(&mut self, key: u64, parsed: &owner::Parsed<'_>) -> Option<&mut Group> {
        let group = match self.groups.entry(key) {
            std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::hash_map::Entry::Vacant(entry) => {
                let id = ResourceId::parse(parsed.owner).ok()?;
                let pool_hint = parsed.pool_hint.map(str::to_ascii_lowercase);
                let owner = Owner { kind: parsed.kind.clone(), id, pool_hint };
                entry.insert(Group { owner, addresses: 0, nodes: HashMap::new() })
            }
        };
        if parsed.owner < group.owner.id.as_str() {
            group.owner.id = ResourceId::parse(parsed.owner).ok()?;
        }
        Some(group)
    }

    /// A private link service lists its addresses itself, and its interface lists them again.
    fn count_link_services_once(&mut self) {
        let twice: Vec<(u64, u64)> = self
            .groups
            .values()
            .filter(|group| group.owner.kind == OwnerKind::PrivateLinkService)
            .filter_map(|service| {
                let id = &service.owner.id;
                let group = id.resource_group_id()?;
                let again = self.services.get(&fold(&[group.as_str(), id.name()]))?;
                let endpoints = fold(&[OwnerKind::PrivateEndpoint.as_str(), group.as_str(), ""]);
                Some((endpoints, service.addresses.min(*again)))
            })
            .collect();
        for (key, addresses) in twice {
            if let Some(group) = self.groups.get_mut(&key) {
                group.addresses = group.addresses.saturating_sub(addresses);
            }
        }
    }

    fn finish(mut self) -> IpConfigurations {
        self.count_link_services_once();
        let mut owners: Vec<OwnerCount> = self
            .groups
            .into_values()
            .filter(|group| group.addresses > 0)
            .map(|group| {
                let mut per_node = std::collections::BTreeMap::new();
                for held in group.nodes.into_values() {
                    *per_node.entry(held).or_default() += 1;
                }
                OwnerCount { owner: group.owner, addresses: group.addresses, per_node }
            })
            .collect();
        owners.sort_by(|a, b| a.owner.cmp(&b.owner));
        let listed = owners.iter().map(|owner| owner.addresses).sum();
        IpConfigurations { usage: AddressUsage { listed, owners }, unrecognised: self.unrecognised }
    }
}

/// Addresses an entry stands for: a NIC configuration with a prefix length is a block
/// (<https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-pod-subnet>: static blocks are /28).
fn addresses(prefix_length: Option<Count>) -> u64 {
    match prefix_length.map(Count::get) {
        Some(length @ 16..=31) => 1 << (32 - length),
        _ => 1,
    }
}

/// In a dual-stack subnet the IPv6 configuration of a node has a name that ends in `v6`.
fn ends_in_v6(id: &str) -> bool {
    let bytes = id.as_bytes();
    bytes.len() >= 2 && bytes[bytes.len() - 2..].eq_ignore_ascii_case(b"v6")
}

/// A hash of texts that ignores ASCII case.
fn fold(texts: &[&str]) -> u64 {
    let mut hasher = DefaultHasher::new();
    let mut buffer = [0; 512];
    for text in texts {
        for chunk in text.as_bytes().chunks(buffer.len()) {
            let folded = &mut buffer[..chunk.len()];
            folded.copy_from_slice(chunk);
            folded.make_ascii_lowercase();
            hasher.write(folded);
        }
        hasher.write_u8(0xff);
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    const GROUP: &str = "/subscriptions/s/resourceGroups/MC_RG";

    fn read(ids: &[String]) -> IpConfigurations {
        let entries: Vec<_> = ids.iter().map(|id| serde_json::json!({ "id": id })).collect();
        serde_json::from_str(&serde_json::Value::from(entries).to_string()).unwrap()
    }

    fn node(set: &str, instance: u32, number: u32) -> String {
        format!(
            "{GROUP}/PROVIDERS/MICROSOFT.COMPUTE/VIRTUALMACHINESCALESETS/{set}/VIRTUALMACHINES/{instance}/NETWORKINTERFACES/{set}/ipConfigurations/IPCONFIG{number}"
        )
    }

    fn network(rest: &str) -> String {
        format!("{GROUP}/providers/Microsoft.Network/{rest}")
    }

    #[test]
    fn nodes_count_by_scale_set_and_instance() {
        let ids: Vec<_> =
            (0..3).flat_map(|i| (1..=29).map(move |n| node("AKS-POOL1-12345678-VMSS", i, n))).collect();
        let read = read(&ids);
        assert_eq!(read.usage.listed, 87);
        let [owner] = read.usage.owners.as_slice() else { panic!("{read:?}") };
        assert_eq!(owner.owner.kind, OwnerKind::ScaleSet);
        assert_eq!(owner.owner.id.name(), "AKS-POOL1-12345678-VMSS");
        assert_eq!(owner.per_node, BTreeMap::from([(29, 3)]));
    }

    #[test]
    fn spellings_of_one_id_are_one_address() {
        let id = node("AKS-A-12345678-VMSS", 0, 1);
        assert_eq!(read(&[id.clone(), id.to_lowercase(), id.to_uppercase()]).usage.listed, 1);
    }

    #[test]
    fn bars_stand_for_slashes() {
        let barred = network(
            "networkInterfaces/|providers|Microsoft.Compute|virtualMachineScaleSets|aks-a-12345678-vmss|virtualMachines|0|networkInterfaces|aks-a-12345678-vmss/ipConfigurations/ipconfig1",
        );
        let read = read(&[barred]);
        assert_eq!(read.usage.owners[0].owner.kind, OwnerKind::ScaleSet);
        assert_eq!(read.usage.owners[0].owner.id.name(), "aks-a-12345678-vmss");
    }

    #[test]
    fn every_kind_of_owner_is_told_apart() {
        let guid = "0f8fad5b-d9cb-469f-a165-70867728950e";
        let ids = [
            network("networkInterfaces/vm-1-nic/ipConfigurations/a"),
            network("networkInterfaces/aks-sys-12345678-nic-0/ipConfigurations/a"),
            network(&format!("networkInterfaces/pe-sql.nic.{guid}/ipConfigurations/a")),
            network("loadBalancers/kubernetes-internal/frontendIPConfigurations/f"),
            network("bastionHosts/b/bastionHostIpConfigurations/c"),
            network("virtualNetworkGateways/g/ipConfigurations/c"),
            network("azureFirewalls/f/azureFirewallIpConfigurations/c"),
            network("applicationGateways/g/frontendIPConfigurations/c"),
            network("virtualHubs/h/ipConfigurations/c"),
            "not an id".to_owned(),
        ];
        let read = read(&ids);
        let mut kinds: Vec<_> = read.usage.owners.iter().map(|o| o.owner.kind.as_str().to_owned()).collect();
        kinds.sort();
        let expected = [
            "Microsoft.Network/virtualHubs",
            "application-gateway",
            "bastion",
            "firewall",
            "load-balancer",
            "network-interface",
            "network-interface",
            "private-endpoint",
            "virtual-network-gateway",
        ];
        assert_eq!(kinds, expected);
        assert!(read.usage.owners.iter().any(|o| o.owner.pool_hint.as_deref() == Some("sys")));
        assert_eq!((read.usage.listed, read.unrecognised), (9, 1));
    }

    #[test]
    fn a_private_link_service_counts_once() {
        let guid = "0f8fad5b-d9cb-469f-a165-70867728950e";
        let service: Vec<_> =
            (0..2).map(|n| network(&format!("privateLinkServices/PLS/ipConfigurations/c{n}"))).collect();
        let interface =
            (0..2).map(|n| network(&format!("networkInterfaces/pls.nic.{guid}/ipConfigurations/c{n}")));
        let both: Vec<_> = service.iter().cloned().chain(interface).collect();
        assert_eq!(read(&both).usage.listed, 2);
        assert_eq!(read(&service).usage.listed, 2);
    }

    #[test]
    fn ipv6_counts_nothing_and_a_block_counts_sixteen() {
        let json = format!(
            r#"[{{"id":"{0}/a/ipConfigurations/ipconfig1v6"}},{{"id":"{0}/a/ipConfigurations/IPCONFIG1V6"}},
            {{"id":"{0}/a/ipConfigurations/b","properties":{{"privateIPAddressPrefixLength":"28"}}}},
            {{"id":"{0}/a/ipConfigurations/c","properties":{{"privateIPAddressVersion":"IPv6"}}}},
            {{"id":"{0}/a/ipConfigurations/d","properties":"odd"}},
            null, 3, "x", {{}}, {{"id":null}}, {{"id":7}}]"#,
            network("networkInterfaces")
        );
        let read: IpConfigurations = serde_json::from_str(&json).unwrap();
        assert_eq!((read.usage.listed, read.unrecognised), (17, 5));
    }

    proptest! {
        #[test]
        fn order_and_case_change_nothing(
            picks in proptest::collection::vec((0u32..3, 0u32..4, 0u32..5, any::<bool>()), 0..60),
        ) {
            let ids: Vec<String> = picks.iter().map(|(set, i, n, upper)| {
                let id = node(&format!("AKS-P{set}-12345678-VMSS"), *i, *n);
                if *upper { id } else { id.to_lowercase() }
            }).collect();
            let forward = read(&ids);
            let backward = read(&ids.iter().rev().map(|id| id.to_uppercase()).collect::<Vec<_>>());
            prop_assert_eq!(&forward.usage, &backward.usage);
            let distinct: HashSet<_> = ids.iter().map(|id| id.to_lowercase()).collect();
            prop_assert_eq!(forward.usage.listed, distinct.len() as u64);
            let by_owner: u64 = forward.usage.owners.iter().map(|o| o.addresses).sum();
            prop_assert_eq!(by_owner, forward.usage.listed);
        }

        #[test]
        fn no_text_makes_it_panic(id in "(/?[a-zA-Z.|é-]{0,9}){0,12}", prefix in "(/subscriptions/s/resourceGroups/r/providers/)?") {
            let total = read(&[format!("{prefix}{id}")]);
            prop_assert!(total.usage.listed + total.unrecognised <= 1);
        }
    }
}
