//! Whose an entry of `ipConfigurations` is, read off its id without copying it.

use crate::inventory::OwnerKind;

/// An id taken apart.
pub(super) struct Parsed<'a> {
    /// What owns the address.
    pub(super) kind: OwnerKind,
    /// The owner's id: a part of the entry's own, from its beginning.
    pub(super) owner: &'a str,
    /// The scale-set instance or network interface that holds the address: a longer part.
    pub(super) node: Option<&'a str>,
    /// The pool, where an interface is named like an AKS node's.
    pub(super) pool_hint: Option<&'a str>,
    /// For interfaces named `{name}.nic.{guid}`: that name.
    pub(super) service: Option<&'a str>,
}

/// At most this many segments say whose an entry is.
const SEGMENTS: usize = 12;

/// The text up to the end of each segment, and the segments themselves.
struct Path<'a> {
    text: &'a str,
    ends: [usize; SEGMENTS],
    count: usize,
}

impl<'a> Path<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let rest = text.strip_prefix('/')?;
        let mut path = Path { text, ends: [text.len(); SEGMENTS], count: 0 };
        let mut at = 1;
        for segment in rest.split('/').take(SEGMENTS) {
            at += segment.len();
            *path.ends.get_mut(path.count)? = at;
            path.count += 1;
            at += 1;
        }
        Some(path)
    }

    fn segment(&self, index: usize) -> &'a str {
        if index >= self.count {
            return "";
        }
        let start = index.checked_sub(1).map_or(1, |before| self.ends[before] + 1);
        self.text.get(start..self.ends[index]).unwrap_or_default()
    }

    /// The text from the beginning through segment `index`.
    fn through(&self, index: usize) -> &'a str {
        self.text.get(..self.ends[index.min(SEGMENTS - 1)]).unwrap_or_default()
    }

    fn is(&self, index: usize, word: &str) -> bool {
        self.segment(index).eq_ignore_ascii_case(word)
    }
}

/// Types whose own id is the owner, by the name of the type.
const RESOURCES: &[(&str, OwnerKind)] = &[
    ("loadBalancers", OwnerKind::LoadBalancer),
    ("bastionHosts", OwnerKind::Bastion),
    ("virtualNetworkGateways", OwnerKind::VirtualNetworkGateway),
    ("azureFirewalls", OwnerKind::Firewall),
    ("applicationGateways", OwnerKind::ApplicationGateway),
    ("privateLinkServices", OwnerKind::PrivateLinkService),
];

/// Reads an entry's id; none where it is not the id of something in a resource group.
pub(super) fn parse(id: &str) -> Option<Parsed<'_>> {
    let path = Path::of(id)?;
    let in_group = path.is(0, "subscriptions")
        && path.is(2, "resourceGroups")
        && path.is(4, "providers")
        && [1, 3, 5, 6, 7].iter().all(|index| !path.segment(*index).is_empty());
    if !in_group {
        return None;
    }
    if path.is(6, "virtualMachineScaleSets") && path.is(8, "virtualMachines") && !path.segment(9).is_empty() {
        return Some(plain(OwnerKind::ScaleSet, path.through(7), Some(path.through(9))));
    }
    if path.is(6, "networkInterfaces") {
        return Some(interface(&path));
    }
    let known = RESOURCES.iter().find(|(name, _)| path.is(6, name)).map(|(_, kind)| kind.clone());
    let kind = known.unwrap_or_else(|| OwnerKind::Other(format!("{}/{}", path.segment(5), path.segment(6))));
    Some(plain(kind, path.through(7), None))
}

fn plain<'a>(kind: OwnerKind, owner: &'a str, node: Option<&'a str>) -> Parsed<'a> {
    Parsed { kind, owner, node, pool_hint: None, service: None }
}

/// A network interface belongs to its resource group: there may be many thousand.
fn interface<'a>(path: &Path<'a>) -> Parsed<'a> {
    let (group, node, name) = (path.through(3), path.through(7), path.segment(7));
    match service_of(name) {
        Some(service) => Parsed { service: Some(service), ..plain(OwnerKind::PrivateEndpoint, group, None) },
        None => Parsed { pool_hint: pool_of(name), ..plain(OwnerKind::NetworkInterface, group, Some(node)) },
    }
}

/// Azure names the interface of a private endpoint or private link service `{name}.nic.{guid}`.
fn service_of(name: &str) -> Option<&str> {
    let at = name.char_indices().rev().find_map(|(at, _)| {
        name.get(at..at + 5).filter(|part| part.eq_ignore_ascii_case(".nic.")).map(|_| at)
    })?;
    let (service, rest) = name.split_at(at);
    let guid = rest.get(5..)?;
    let is_guid = guid.len() == 36 && guid.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit());
    (is_guid && !service.is_empty()).then_some(service)
}

/// AKS names a node's interface `aks-{pool}-{8 digits}-…`.
fn pool_of(name: &str) -> Option<&str> {
    let rest = name.get(..4).filter(|p| p.eq_ignore_ascii_case("aks-")).and_then(|_| name.get(4..))?;
    let (pool, rest) = rest.split_once('-')?;
    let (digits, _) = rest.split_once('-')?;
    let is_pool = !pool.is_empty() && digits.len() == 8 && digits.bytes().all(|b| b.is_ascii_digit());
    is_pool.then_some(pool)
}

/// Error messages and some lists show a scale set's interface with bars for slashes, as one segment.
pub(super) fn unbarred(id: &str) -> Option<String> {
    let (group, name) = id.split_once("/providers/").or_else(|| id.split_once("/PROVIDERS/"))?;
    let bars = name.find("/|").and_then(|at| name.get(at + 1..))?;
    Some(format!("{group}{}", bars.replace('|', "/")))
}
