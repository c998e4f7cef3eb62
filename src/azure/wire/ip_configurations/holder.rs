//! Whom an IP configuration's id names.
//!
//! Ids are `/subscriptions/{s}/resourceGroups/{g}/providers/{namespace}/{type}/{name}/…`. Resource providers do not agree
//! on case (AKS nodes come upper-cased), and examples of Azure's own misspell `providers`, so the segments are told by
//! their place and compared ignoring case.

use std::borrow::Cow;

use crate::inventory::OwnerKind;

/// The resource that holds an address (a machine of a scale set, a network interface, a front end's load balancer) and
/// the owner it is counted under, as parts of one id.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Holder<'a> {
    /// The id up to the holder's name.
    pub(super) path: &'a str,
    /// The owner's kind.
    pub(super) kind: OwnerKind,
    /// The owner's id.
    pub(super) owner: &'a str,
    /// The AKS pool a network interface is named after.
    pub(super) pool_hint: Option<&'a str>,
    /// Whether a network interface is named as node auto-provisioning names those of its nodes.
    pub(super) is_provisioned: bool,
    /// The id's beginning that a private link service and its network interface have in common, group and name.
    pub(super) link: Option<Link<'a>>,
    /// Whether the holder is a machine or an interface, of which addresses per instance are worth knowing.
    pub(super) is_node: bool,
    /// The number by which its node is named, where there is one.
    pub(super) instance: Option<u32>,
}

/// What a private link service shares with the interface Azure makes for it: `{name}` beside `{name}.nic.{guid}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Link<'a> {
    /// The id of the resource group.
    pub(super) group: &'a str,
    /// The name of the service or endpoint.
    pub(super) name: &'a str,
    /// Whether this is the service itself.
    pub(super) is_service: bool,
}

/// Types of `Microsoft.Network` that hold addresses in their own name.
const NETWORK_TYPES: [(&str, OwnerKind); 6] = [
    ("loadBalancers", OwnerKind::LoadBalancer),
    ("bastionHosts", OwnerKind::Bastion),
    ("virtualNetworkGateways", OwnerKind::VirtualNetworkGateway),
    ("azureFirewalls", OwnerKind::Firewall),
    ("applicationGateways", OwnerKind::ApplicationGateway),
    ("privateLinkServices", OwnerKind::PrivateLinkService),
];

/// Rewrites the form in which error messages name the interface of a scale set's machine
/// (`…/networkInterfaces/|providers|Microsoft.Compute|virtualMachineScaleSets|{name}|…`) to the usual one.
pub(super) fn without_pipes(id: &str) -> Cow<'_, str> {
    // Nearly no id holds one, and a single byte is found fastest.
    if !id.contains('|') {
        return Cow::Borrowed(id);
    }
    let parts = id.split_once("/|").and_then(|(before, piped)| {
        let (providers, rest) = piped.split_once('|')?;
        let group = before.get(..group_end(before)?)?;
        providers.eq_ignore_ascii_case("providers").then_some((group, rest))
    });
    match parts {
        Some((group, rest)) => Cow::Owned(format!("{group}/providers/{}", rest.replace('|', "/"))),
        None => Cow::Borrowed(id),
    }
}

/// Where `/subscriptions/{s}/resourceGroups/{g}` ends.
fn group_end(id: &str) -> Option<usize> {
    let path = Path::of(id);
    (path.is("subscriptions", 0) && path.is("resourceGroups", 2))
        .then(|| path.upto(3).len())
        .filter(|end| *end > 0)
}

impl<'a> Holder<'a> {
    /// Reads an id; none where it names no resource.
    pub(super) fn of(id: &'a str) -> Option<Self> {
        let path = Path::of(id);
        if !path.is("subscriptions", 0) || path.at(1)?.is_empty() {
            return None;
        }
        let in_group = path.is("resourceGroups", 2);
        let base = if in_group { 4 } else { 2 };
        let (namespace, kind, name) = (path.at(base + 1)?, path.at(base + 2)?, path.at(base + 3)?);
        if namespace.is_empty() || kind.is_empty() || name.is_empty() {
            return None;
        }
        let resource = path.upto(base + 3);
        let group = if in_group { Some(path.upto(3)) } else { None };
        Some(if namespace.eq_ignore_ascii_case("Microsoft.Network") {
            Self::of_network(resource, kind, name, group)
        } else if namespace.eq_ignore_ascii_case("Microsoft.Compute")
            && kind.eq_ignore_ascii_case("virtualMachineScaleSets")
        {
            Self::of_scale_set(&path, base, resource)
        } else {
            Self::of_resource(resource, other(namespace, kind))
        })
    }

    fn of_resource(resource: &'a str, kind: OwnerKind) -> Self {
        Self {
            path: resource,
            kind,
            owner: resource,
            pool_hint: None,
            is_provisioned: false,
            link: None,
            is_node: false,
            instance: None,
        }
    }

    fn of_scale_set(path: &Path<'a>, base: usize, scale_set: &'a str) -> Self {
        let is_node =
            path.is("virtualMachines", base + 4) && path.at(base + 5).is_some_and(|name| !name.is_empty());
        let holder = if is_node { path.upto(base + 5) } else { scale_set };
        let instance = path.at(base + 5).filter(|_| is_node).and_then(number);
        Self { path: holder, is_node, instance, ..Self::of_resource(scale_set, OwnerKind::ScaleSet) }
    }

    fn of_network(resource: &'a str, kind: &str, name: &'a str, group: Option<&'a str>) -> Self {
        if let (Some(group), true) = (group, kind.eq_ignore_ascii_case("networkInterfaces")) {
            return Self::of_interface(resource, name, group);
        }
        let known = NETWORK_TYPES.iter().find(|(known, _)| kind.eq_ignore_ascii_case(known));
        let owner_kind = known.map_or_else(|| other("Microsoft.Network", kind), |(_, kind)| kind.clone());
        let link = group.filter(|_| owner_kind == OwnerKind::PrivateLinkService).map(|group| Link {
            group,
            name,
            is_service: true,
        });
        Self { link, ..Self::of_resource(resource, owner_kind) }
    }

    fn of_interface(resource: &'a str, name: &'a str, group: &'a str) -> Self {
        match endpoint_of(name) {
            Some(endpoint) => Self {
                path: resource,
                kind: OwnerKind::PrivateEndpoint,
                owner: group,
                pool_hint: None,
                is_provisioned: false,
                link: Some(Link { group, name: endpoint, is_service: false }),
                is_node: false,
                instance: None,
            },
            None => Self {
                path: resource,
                kind: OwnerKind::NetworkInterface,
                owner: group,
                pool_hint: pool_of(name),
                is_provisioned: pool_of(name).is_none() && is_provisioned(name),
                link: None,
                is_node: true,
                instance: pool_of(name).and(machine_of(name)),
            },
        }
    }
}

/// The type of a resource this program has no word for, in lower case so that it is one kind in every spelling.
fn other(namespace: &str, kind: &str) -> OwnerKind {
    OwnerKind::Other(format!("{namespace}/{kind}").to_ascii_lowercase())
}

/// The endpoint or service that an interface named `{name}.nic.{guid}` was made for.
fn endpoint_of(name: &str) -> Option<&str> {
    const MARK: &str = ".nic.";
    let is_mark =
        |at: &usize| name.get(*at..*at + MARK.len()).is_some_and(|found| found.eq_ignore_ascii_case(MARK));
    let at = memchr::memrchr_iter(b'.', name.as_bytes()).find(is_mark)?;
    let guid = name.get(at + MARK.len()..)?;
    let is_guid = guid.bytes().take(8).filter(u8::is_ascii_hexdigit).count() == 8
        && guid.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit());
    name.get(..at).filter(|endpoint| is_guid && !endpoint.is_empty())
}

/// The pool of an interface named `aks-{pool}-{8 digits}-…`.
fn pool_of(name: &str) -> Option<&str> {
    let (prefix, rest) = name.split_at_checked(4)?;
    let (pool, rest) = rest.split_once('-')?;
    let (digits, rest) = rest.split_at_checked(8)?;
    let matches = prefix.eq_ignore_ascii_case("aks-")
        && !pool.is_empty()
        && digits.bytes().all(|b| b.is_ascii_digit())
        && rest.starts_with('-');
    matches.then_some(pool)
}

/// The number of the machine in an availability set, whose interface is named as it is with `-nic` before its number. Of
/// other machines nothing public says how the two are named.
/// <https://github.com/kubernetes-sigs/cloud-provider-azure/blob/master/pkg/provider/azure_vmss_cache.go>
fn machine_of(name: &str) -> Option<u32> {
    let (before, machine) = name.rsplit_once('-')?;
    let end = before.len().checked_sub("-nic".len())?;
    before.get(end..).filter(|word| word.eq_ignore_ascii_case("-nic")).and_then(|_| number(machine))
}

/// A number as Azure writes it: digits, and no zero before them.
fn number(text: &str) -> Option<u32> {
    let is_plain = text == "0" || text.bytes().next().is_some_and(|first| (b'1'..=b'9').contains(&first));
    text.parse().ok().filter(|_| is_plain)
}

/// Whether an interface is named `aks-{pool}-{5 letters or digits}`, after the node that Karpenter makes.
/// <https://github.com/Azure/karpenter-provider-azure>
fn is_provisioned(name: &str) -> bool {
    let node = name.split_at_checked(4).filter(|(prefix, _)| prefix.eq_ignore_ascii_case("aks-"));
    let parts = node.and_then(|(_, node)| node.rsplit_once('-'));
    parts.is_some_and(|(pool, suffix)| {
        !pool.is_empty() && suffix.len() == 5 && suffix.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

/// Segments as far as the machine of a scale set.
const SEGMENTS: usize = 10;

/// The first segments of an id by their place, without an allocation.
struct Path<'a> {
    id: &'a str,
    /// Where each segment ends; segments begin after the slash that ended the one before.
    ends: [usize; SEGMENTS],
    count: usize,
}

impl<'a> Path<'a> {
    fn of(id: &'a str) -> Self {
        let mut path = Self { id, ends: [0; SEGMENTS], count: 0 };
        let Some(rest) = id.strip_prefix('/') else { return path };
        let slashes = memchr::memchr_iter(b'/', rest.as_bytes()).map(|at| at + 1);
        for (slot, end) in path.ends.iter_mut().zip(slashes.chain([id.len()])) {
            *slot = end;
            path.count += 1;
        }
        path
    }

    /// The segment at a place, counted from 0.
    fn at(&self, place: usize) -> Option<&'a str> {
        let ends = self.ends.get(..self.count)?;
        let end = *ends.get(place)?;
        let start = place.checked_sub(1).and_then(|before| ends.get(before)).map_or(1, |end| end + 1);
        self.id.get(start..end)
    }

    /// Whether the segment at a place is this one, ignoring case.
    fn is(&self, segment: &str, place: usize) -> bool {
        self.at(place).is_some_and(|s| s.eq_ignore_ascii_case(segment))
    }

    /// The id from its start to the end of the segment at a place; empty when there is no such segment.
    fn upto(&self, place: usize) -> &'a str {
        let end = self.ends.get(..self.count).and_then(|ends| ends.get(place)).copied().unwrap_or(0);
        self.id.get(..end).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUP: &str = "/subscriptions/s/resourceGroups/MC_G";

    fn read(tail: &str) -> (OwnerKind, String, Option<String>, String) {
        let id = format!("{GROUP}/{tail}");
        let id = without_pipes(&id);
        let holder = Holder::of(&id).unwrap();
        (holder.kind, holder.owner.to_owned(), holder.pool_hint.map(str::to_owned), holder.path.to_owned())
    }

    #[test]
    fn machines_of_a_scale_set_in_every_spelling() {
        let upper = "PROVIDERS/MICROSOFT.COMPUTE/VIRTUALMACHINESCALESETS/AKS-NP1-12345678-VMSS/VIRTUALMACHINES/10/NETWORKINTERFACES/AKS-NP1-12345678-VMSS/ipConfigurations/IPCONFIG1";
        let (kind, owner, _, holder) = read(upper);
        assert_eq!(kind, OwnerKind::ScaleSet);
        assert!(owner.ends_with("/VIRTUALMACHINESCALESETS/AKS-NP1-12345678-VMSS"), "{owner}");
        assert!(holder.ends_with("/VIRTUALMACHINES/10"), "{holder}");
        let pipes = "providers/Microsoft.Network/networkInterfaces/|providers|Microsoft.Compute|virtualMachineScaleSets|aks-np1-12345678-vmss|virtualMachines|10|networkInterfaces|aks-np1-12345678-vmss/ipConfigurations/ipconfig1";
        let (kind, piped_owner, _, piped_holder) = read(pipes);
        assert_eq!(kind, OwnerKind::ScaleSet);
        assert!(piped_owner.eq_ignore_ascii_case(&owner) && piped_holder.eq_ignore_ascii_case(&holder));
    }

    #[test]
    fn interfaces_are_told_by_their_names() {
        let cases = [
            ("vm-nic", OwnerKind::NetworkInterface, None),
            ("aks-pool1-12345678-nic-0", OwnerKind::NetworkInterface, Some("pool1")),
            ("AKS-POOL1-12345678-0-NIC", OwnerKind::NetworkInterface, Some("POOL1")),
            ("aks-pool1-1234567-nic-0", OwnerKind::NetworkInterface, None),
            ("aks-pool1-12345678", OwnerKind::NetworkInterface, None),
            ("aks--12345678-x", OwnerKind::NetworkInterface, None),
            ("aks", OwnerKind::NetworkInterface, None),
            ("äks-p-12345678-", OwnerKind::NetworkInterface, None),
            ("sql.nic.0a1b2c3d-0000-1111-2222-333344445555", OwnerKind::PrivateEndpoint, None),
            ("A.NIC.B.NIC.0A1B2C3D-0000-1111-2222-333344445555", OwnerKind::PrivateEndpoint, None),
            (".nic.0a1b2c3d-0000-1111-2222-333344445555", OwnerKind::NetworkInterface, None),
            ("web.nic.primary", OwnerKind::NetworkInterface, None),
            ("web.nic.1", OwnerKind::NetworkInterface, None),
        ];
        for (name, kind, pool) in cases {
            let found =
                read(&format!("providers/Microsoft.Network/networkInterfaces/{name}/ipConfigurations/c"));
            assert_eq!((found.0, found.2.as_deref(), found.1.as_str()), (kind, pool, GROUP), "{name}");
        }
        // Azure's own example misspells `providers`.
        let typo = "provders/Microsoft.Network/networkInterfaces/testPe.nic.abcd1234/ipConfigurations/c";
        assert_eq!(read(typo).0, OwnerKind::PrivateEndpoint);
    }

    #[test]
    fn nodes_that_no_pool_makes_are_told_by_their_names() {
        let cases = [
            ("aks-default-x7k2p", true),
            ("AKS-SYSTEM-SURGE-00001", true),
            ("aks-default-x7k2", false),
            ("aks-default-x7k2pp", false),
            ("aks-default-x7_2p", false),
            ("aks--x7k2p", false),
            ("aks-x7k2p", false),
            ("vm-default-x7k2p", false),
            ("aks-pool1-12345678-nic00", false),
            ("aks-jumpbox-nic", false),
            ("aks-default-é7k2", false),
        ];
        for (name, expected) in cases {
            let id = format!("{GROUP}/providers/Microsoft.Network/networkInterfaces/{name}");
            assert_eq!(Holder::of(&id).unwrap().is_provisioned, expected, "{name}");
        }
        let endpoint = "aks-default-x7k2p.nic.0a1b2c3d-0000-1111-2222-333344445555";
        let id = format!("{GROUP}/providers/Microsoft.Network/networkInterfaces/{endpoint}");
        assert!(!Holder::of(&id).unwrap().is_provisioned);
    }

    #[test]
    fn services_hold_addresses_in_their_own_name() {
        let cases = [
            ("loadBalancers/kubernetes-internal/frontendIPConfigurations/a", OwnerKind::LoadBalancer),
            ("bastionHosts/b/bastionHostIpConfigurations/c", OwnerKind::Bastion),
            ("virtualNetworkGateways/g/ipConfigurations/c", OwnerKind::VirtualNetworkGateway),
            ("AZUREFIREWALLS/f/azureFirewallIpConfigurations/c", OwnerKind::Firewall),
            ("applicationGateways/g/frontendIPConfigurations/c", OwnerKind::ApplicationGateway),
            ("privateLinkServices/p/ipConfigurations/c", OwnerKind::PrivateLinkService),
            ("DnsResolvers/d/inboundEndpoints/e", OwnerKind::Other("microsoft.network/dnsresolvers".into())),
        ];
        for (tail, kind) in cases {
            let resource: Vec<_> = tail.split('/').take(2).collect();
            let found = read(&format!("providers/Microsoft.Network/{tail}"));
            assert_eq!(found.0, kind);
            assert_eq!(found.1, format!("{GROUP}/providers/Microsoft.Network/{}", resource.join("/")));
        }
        let gateway = read("providers/Microsoft.ApiManagement/service/apim");
        assert_eq!(gateway.0, OwnerKind::Other("microsoft.apimanagement/service".into()));
        let unbounded =
            Holder::of("/subscriptions/s/providers/Microsoft.Network/networkInterfaces/n").unwrap();
        assert_eq!(unbounded.kind, OwnerKind::Other("microsoft.network/networkinterfaces".into()));
        let whole = read("providers/Microsoft.Compute/virtualMachineScaleSets/v/virtualMachines/");
        assert!(whole.3.ends_with("/virtualMachineScaleSets/v"), "{}", whole.3);
    }

    #[test]
    fn what_names_no_resource_has_no_holder() {
        for id in [
            "",
            "/",
            "//////////",
            "x",
            "subscriptions/s/resourceGroups/g/providers/N/t/n",
            "/subscriptions//resourceGroups/g/providers/N/t/n",
            "/subscriptions/s/resourceGroups/g",
            "/subscriptions/s/resourceGroups/g/providers/N/t",
            "/subscriptions/s/resourceGroups/g/providers/N/t/",
            "/subscriptions/s/resourceGroups/g/providers//t/n",
            "/|providers|",
            "/|providers|a|b|c",
        ] {
            assert_eq!(Holder::of(&without_pipes(id)), None, "{id}");
        }
    }
}
