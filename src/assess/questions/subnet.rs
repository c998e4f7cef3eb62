//! The smallest subnet for a cluster or a pool, and where it fits.

use super::{
    Block, Existing, Need, Note, PlanError, Space,
    around::Around,
    cluster_or_pool,
    existing::existing,
    free::linked,
    groups::{SubnetRequest, group, missing, uncounted, whole},
    need::Group,
    size::addresses_of_network,
};
use crate::{
    assess::{
        estate::{ClusterFacts, Estate, PoolFacts},
        options::Options,
        topology::{Clear, Taken},
    },
    inventory::{Inventory, ResourceId, VirtualNetwork},
    ipam::{Cidr, IpamMode, limits::ADDRESSES_PER_VNET},
};

/// The smallest subnets, and where they fit.
#[derive(Debug, Clone, PartialEq)]
pub struct SubnetAnswer {
    /// The cluster.
    pub cluster_id: ResourceId,
    /// The pool, where it is for one.
    pub node_pool: Option<String>,
    /// The network the cluster lives in, where it was read.
    pub vnet_id: Option<ResourceId>,
    /// What is needed.
    pub needs: Vec<Need>,
    /// Where each subnet fits.
    pub places: Vec<Place>,
    /// Subnets that are there already and have room.
    pub existing: Vec<Existing>,
    /// Why Azure would refuse a new subnet, where it would.
    pub obstacle: Option<Obstacle>,
    /// What a reader should know.
    pub notes: Vec<Note>,
}

/// Why Azure would refuse a new subnet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    /// This pool is in the network that AKS made, and no custom one is taken beside it (K-14).
    /// <https://github.com/MicrosoftDocs/azure-docs/issues/116169>
    ManagedNetwork {
        /// The pool.
        node_pool: String,
        /// Whether a node would take fewer addresses with fewer pods.
        fewer_pods_help: bool,
    },
    /// The network of the cluster was not read.
    UnreadNetwork,
    /// So many addresses are wanted, more than a network holds, whatever its space; a /28 block is one of them (A1).
    /// <https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits>
    TooManyAddresses(u64),
    /// More nodes of a gateway pool than its public IP prefix has addresses.
    /// <https://learn.microsoft.com/azure/aks/configure-static-egress-gateway>
    PublicIpPrefix {
        /// The pool.
        node_pool: String,
        /// Nodes wanted.
        nodes: u64,
        /// Nodes the prefix has addresses for.
        most: u64,
    },
}

/// Where a subnet fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// What it is for.
    pub space: Space,
    /// Its prefix length.
    pub length: u8,
    /// The lowest clear block of that length in the network.
    pub block: Option<Cidr>,
    /// Where there is none: private space the network could grow by.
    pub growth: Option<Cidr>,
}

impl SubnetAnswer {
    /// Whether there is room for everything: where it is already, or where Azure would accept it.
    #[must_use]
    pub fn fits(&self) -> bool {
        let has_room = |place: &Place| {
            let mut existing = self.existing.iter().filter(|existing| existing.space == place.space);
            let is_new = self.obstacle.is_none() && (place.block.is_some() || existing.clone().count() > 0);
            is_new || existing.any(|existing| existing.own)
        };
        let is_allowed = !matches!(self.obstacle, Some(Obstacle::PublicIpPrefix { .. }));
        is_allowed && self.needs.iter().all(Need::fits) && self.places.iter().all(has_room)
    }
}

/// The smallest subnets for a cluster or a pool at the most it may grow to while it surges, and where they fit.
///
/// # Errors
/// When the name is unknown or ambiguous, or a figure is missing or none Azure allows.
pub fn subnet(
    inventory: &Inventory,
    request: &SubnetRequest,
    options: &Options,
) -> Result<SubnetAnswer, PlanError> {
    let (cluster, pool) = cluster_or_pool(inventory, &request.subject)?;
    let estate = Estate::of(inventory, options);
    let facts = estate.clusters.iter().find(|facts| facts.cluster.id == cluster.id);
    let facts =
        facts.ok_or_else(|| missing(&request.subject, "is not in the inventory", "another cluster"))?;
    let null_max_surge = &options.projection.null_max_surge;
    let asked: Vec<&PoolFacts<'_>> =
        facts.pools.iter().filter(|facts| pool.is_none_or(|pool| pool.name == facts.pool.name)).collect();
    let mut groups: Vec<Group> = match (pool, request.nodes) {
        (None, Some(nodes)) => vec![whole(facts, request, nodes, null_max_surge)?],
        _ => asked.iter().map(|pool| group(pool, request)).collect::<Result<_, _>>()?,
    };
    let beyond = groups.iter().find_map(beyond_prefix);
    let uncounted = groups.first().and_then(|group| uncounted(facts, group.mode));
    if pool.is_none() && request.nodes.is_none() {
        groups.extend(uncounted.clone());
    }
    if groups.iter().all(|group| group.nodes == 0) {
        return Err(missing(&request.subject, "has no nodes to size for", "`--nodes N`"));
    }
    let mut needs: Vec<Need> = [Space::NodeSubnet, Space::PodSubnet]
        .into_iter()
        .filter_map(|space| Need::of(&groups, space, None))
        .collect();
    let beside = uncounted.filter(|_| pool.is_some());
    needs.extend(pod_cidr(facts, &asked, groups.iter().cloned().chain(beside).collect()));
    let vnet = network(&estate, facts);
    let around = vnet.map(|vnet| Around::of(inventory, &estate, vnet, options)).unwrap_or_default();
    let Around { taken: around, mut notes } = around;
    let places = places(vnet, &around, &needs);
    let existing = vnet.map_or_else(Vec::new, |vnet| {
        existing(inventory, options, &estate, (vnet, &around), request.changes_nothing(), (&asked, &needs))
    });
    notes.extend(
        places
            .iter()
            .filter_map(|place| place.block.or(place.growth))
            .flat_map(|block| linked(&around, block)),
    );
    notes.dedup();
    if asked.iter().any(|pool| request.mode.is_some_and(|mode| mode != pool.mode)) {
        notes.push(Note::OtherMode);
    }
    if places.iter().any(|place| place.block.is_none() && place.growth.is_some()) {
        notes.push(Note::UpdateFirst);
    }
    let wanted = addresses_of_network(&groups);
    let too_many = (wanted > ADDRESSES_PER_VNET).then_some(Obstacle::TooManyAddresses(wanted));
    Ok(SubnetAnswer {
        cluster_id: cluster.id.clone(),
        node_pool: pool.map(|pool| pool.name.clone()),
        vnet_id: vnet.map(|vnet| vnet.id.clone()),
        needs,
        places,
        existing,
        obstacle: beyond.or_else(|| obstacle(facts, vnet)).or(too_many),
        notes,
    })
}

/// What the whole cluster needs of its pod CIDR, against the one it has; the pools that were not asked about count as
/// they are.
fn pod_cidr(facts: &ClusterFacts<'_>, asked: &[&PoolFacts<'_>], groups: Vec<Group>) -> Option<Need> {
    let others =
        facts.pools.iter().filter(|pool| !asked.iter().any(|asked| asked.pool.name == pool.pool.name));
    let others: Option<Vec<Group>> = others.map(|pool| group(pool, &SubnetRequest::default()).ok()).collect();
    let all: Vec<Group> = groups.into_iter().chain(others?).collect();
    let current = facts.cluster.network.pod_cidrs.v4().next();
    Need::of(&all, Space::PodCidr, current.map(|cidr| Block { length: cidr.length(), at: Some(cidr) }))
}

/// The network the cluster's nodes live in: all its pools share one.
fn network<'a>(estate: &Estate<'a>, facts: &ClusterFacts<'_>) -> Option<&'a VirtualNetwork> {
    facts.pools.iter().find_map(|pool| Some(estate.subnets.get(pool.node_subnet?)?.read?.0))
}

/// Whether a pool is to have more nodes than its ceiling.
fn beyond_prefix(group: &Group) -> Option<Obstacle> {
    let most = group.ceiling.filter(|most| group.nodes > *most)?;
    Some(Obstacle::PublicIpPrefix { node_pool: group.name.clone(), nodes: group.nodes, most })
}

/// Why a new subnet is refused, whatever its size.
fn obstacle(facts: &ClusterFacts<'_>, vnet: Option<&VirtualNetwork>) -> Option<Obstacle> {
    let managed = facts.pools.iter().find(|pool| pool.pool.node_subnet_id.is_none());
    let managed = managed.map(|pool| Obstacle::ManagedNetwork {
        node_pool: pool.pool.name.clone(),
        fewer_pods_help: pool.mode == IpamMode::NodeSubnet,
    });
    managed.or_else(|| vnet.is_none().then_some(Obstacle::UnreadNetwork))
}

/// Where each subnet fits, the largest first, so that none takes another's place. One block each: a second prefix is no
/// answer: it serves machines of one address only, and no pod subnet.
/// <https://learn.microsoft.com/azure/virtual-network/how-to-multiple-prefixes-subnet>
fn places(vnet: Option<&VirtualNetwork>, around: &[Taken], needs: &[Need]) -> Vec<Place> {
    let mut clear = vnet.map(|vnet| Clear::within(vnet, around));
    let mut growth = vnet.map(|vnet| Clear::beside(vnet, around));
    let mut wanted: Vec<(u8, Space)> = needs
        .iter()
        .filter(|need| need.space != Space::PodCidr)
        .filter_map(|need| Some((need.smallest?, need.space)))
        .collect();
    wanted.sort_unstable();
    let take = |space: &mut Option<Clear>, length| space.as_mut().and_then(|space| space.take(length));
    let mut places: Vec<Place> = wanted
        .into_iter()
        .map(|(length, space)| {
            let block = take(&mut clear, length);
            let beside = if block.is_none() { take(&mut growth, length) } else { None };
            Place { space, length, block, growth: beside }
        })
        .collect();
    places.sort_by_key(|place| place.space);
    places
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        assess::{
            generated,
            testing::{
                Network, autoscaled, cluster, estate, in_use, options, pool, pool_in, provisioned, scale_set,
                subnet as net, subnet_id, usage, vnet,
            },
        },
        inventory::NodePool,
        report::say,
    };

    fn ask(inventory: &Inventory, subject: &str) -> SubnetAnswer {
        let request = SubnetRequest { subject: subject.to_owned(), ..SubnetRequest::default() };
        subnet(inventory, &request, &options()).unwrap()
    }

    fn said(obstacle: &Obstacle) -> String {
        say::obstacle(obstacle).text()
    }

    fn shop(pools: Vec<NodePool>) -> Inventory {
        let mut shop = cluster("shop", Network::Flat);
        shop.pools = pools;
        shop.network.service_cidrs = ["10.1.0.0/16"].into_iter().collect();
        let space = ["10.0.0.0/22", "10.1.0.0/22"];
        estate(vec![shop], vec![vnet("v", &space, vec![net("a", "10.0.0.0/24", vec![])])])
    }

    #[test]
    fn a_pool_is_sized_at_its_maximum_while_it_surges() {
        let apps = NodePool { node_subnet_id: Some(subnet_id("v", "a")), ..autoscaled("apps", 3, 1, 9) };
        let inventory = shop(vec![apps, pool_in("system", 3, "a")]);
        let answer = ask(&inventory, "shop/apps");
        assert_eq!((answer.needs[0].need, answer.needs[0].smallest), (310, Some(23)));
        assert_eq!(answer.places[0].block, Some("10.0.2.0/23".parse().unwrap()));
        assert!(answer.fits());
        let both = ask(&inventory, "shop");
        assert_eq!((both.needs[0].need, both.needs[0].smallest), (434, Some(23)));
        let request =
            SubnetRequest { subject: "shop".to_owned(), nodes: Some(50), ..SubnetRequest::default() };
        let large = subnet(&inventory, &request, &options()).unwrap();
        // 10 % of 50 surge: 55 × 31. The service range keeps the second prefix of the network out of it.
        assert_eq!((large.needs[0].need, large.needs[0].smallest), (1705, Some(21)));
        assert!(!large.fits());
        assert_eq!(large.places[0].growth, Some("10.0.8.0/21".parse().unwrap()));
    }

    #[test]
    fn no_new_subnet_beside_a_managed_network() {
        let answer = ask(&shop(vec![pool_in("apps", 3, "a"), pool("system", 3)]), "shop/apps");
        assert!(answer.obstacle.as_ref().is_some_and(|why| said(why).contains("K-14")));
        let obstacle =
            |fewer_pods_help| Obstacle::ManagedNetwork { node_pool: "np".to_owned(), fewer_pods_help };
        let helps = [true, false].map(|help| said(&obstacle(help)).contains("fewer pods a node"));
        assert_eq!(helps, [true, false], "where a node takes one address, fewer pods change nothing");
        // Its own subnet has room for it, so that no new one is needed.
        assert!(answer.existing.iter().all(|existing| existing.own) && answer.fits());
        let request =
            SubnetRequest { nodes: Some(9), subject: "shop/apps".to_owned(), ..SubnetRequest::default() };
        let more =
            subnet(&shop(vec![pool_in("apps", 3, "a"), pool("system", 3)]), &request, &options()).unwrap();
        assert!(!more.fits());
    }

    #[test]
    fn no_network_holds_more_than_its_limit() {
        let inventory = shop(vec![pool_in("apps", 3, "a")]);
        let ask = |nodes| {
            let (subject, max_pods) = ("shop/apps".to_owned(), Some(250));
            let request = SubnetRequest { subject, nodes: Some(nodes), max_pods, ..SubnetRequest::default() };
            subnet(&inventory, &request, &options()).unwrap().obstacle
        };
        assert_eq!(ask(260), None);
        assert!(said(&ask(261).unwrap()).starts_with("65762 addresses are more than the 65536"));
    }

    #[test]
    fn no_gateway_pool_has_more_nodes_than_its_public_prefix() {
        let gateways = NodePool {
            mode: Some(crate::inventory::PoolMode::Gateway),
            public_ip_prefix: Some(30),
            max_surge: Some("3".to_owned()),
            ..pool_in("gw", 2, "a")
        };
        let inventory = shop(vec![gateways]);
        let ask = |nodes| {
            let request = SubnetRequest { nodes, subject: "shop/gw".to_owned(), ..SubnetRequest::default() };
            subnet(&inventory, &request, &options()).unwrap()
        };
        // Two more addresses are there for nodes that surge.
        assert_eq!((ask(None).needs[0].need, ask(None).obstacle), (4 * 31, None));
        assert_eq!((ask(Some(4)).needs[0].need, ask(Some(4)).fits()), (4 * 31, true));
        let more = ask(Some(8));
        let words = "8 nodes are more than the 4 that the public IP prefix of pool gw has addresses for";
        assert!(!more.fits() && said(&more.obstacle.unwrap()).starts_with(words));
    }

    #[test]
    fn nodes_that_no_pool_counts_are_sized_with_the_cluster() {
        let mut inventory = shop(vec![pool_in("apps", 2, "a")]);
        inventory.clusters[0] = crate::inventory::Cluster {
            pools: inventory.clusters[0].pools.clone(),
            ..cluster("shop", Network::Overlay)
        };
        let held = vec![scale_set("shop", "apps", 2, 1), provisioned("shop", 5, 1)];
        inventory.virtual_networks[0].subnets[0].usage = usage(held);
        let need = |subject: &str, space| {
            ask(&inventory, subject).needs.into_iter().find(|need| need.space == space).map(|need| need.need)
        };
        assert_eq!((need("shop", Space::NodeSubnet), need("shop", Space::PodCidr)), (Some(8), Some(8)));
        assert_eq!(
            (need("shop/apps", Space::NodeSubnet), need("shop/apps", Space::PodCidr)),
            (Some(3), Some(8))
        );
    }

    #[test]
    fn a_subnet_that_is_there_already_is_named() {
        let mut inventory = shop(vec![pool_in("apps", 6, "a"), pool_in("system", 3, "a")]);
        let room = |answer: &SubnetAnswer| -> Vec<(String, bool, u64)> {
            let of = |e: &Existing| (e.subnet_id.name().to_owned(), e.own, e.left);
            answer.existing.iter().map(of).collect()
        };
        // The nodes that are wanted have no room beside a surge node of each pool, but those that are there have.
        assert_eq!(room(&ask(&inventory, "shop/apps")), []);
        let held = in_use("shop", &inventory.clusters[0].pools, 9);
        inventory.virtual_networks[0].subnets[0].usage = usage(held);
        assert_eq!(room(&ask(&inventory, "shop/apps")), [("a".to_owned(), true, 251 - 9 - 62)]);
        let subnets = &mut inventory.virtual_networks[0].subnets;
        let delegated = crate::inventory::Subnet {
            delegations: vec!["Microsoft.Sql/managedInstances".to_owned()],
            ..net("sql", "10.0.1.0/24", vec![])
        };
        subnets.extend([net("small", "10.0.3.0/28", vec![]), net("empty", "10.0.2.0/24", vec![]), delegated]);
        let request =
            SubnetRequest { subject: "shop/apps".to_owned(), nodes: Some(7), ..SubnetRequest::default() };
        let answer = subnet(&inventory, &request, &options()).unwrap();
        assert_eq!(room(&answer), [("empty".to_owned(), false, 251 - 8 * 31)]);
        let larger = SubnetRequest { nodes: Some(8), ..request };
        assert_eq!(room(&subnet(&inventory, &larger, &options()).unwrap()), []);
    }

    #[test]
    fn the_pod_cidr_is_that_of_the_whole_cluster() {
        let mut inventory = shop(vec![pool_in("apps", 200, "a"), pool_in("system", 60, "a")]);
        inventory.clusters[0] = crate::inventory::Cluster {
            pools: inventory.clusters[0].pools.clone(),
            ..cluster("shop", Network::Overlay)
        };
        let answer = ask(&inventory, "shop/system");
        let pods = answer.needs.iter().find(|need| need.space == Space::PodCidr).unwrap();
        assert_eq!((pods.need, pods.fits()), (262, false));
    }

    #[test]
    fn nonsense_is_refused() {
        let inventory = shop(vec![pool_in("apps", 3, "a")]);
        let request =
            SubnetRequest { subject: "shop".to_owned(), max_pods: Some(300), ..SubnetRequest::default() };
        let error = subnet(&inventory, &request, &options()).unwrap_err();
        assert_eq!(error.to_string(), "apps has 300 pods a node; allowed: 10 to 250 pods a node");
    }

    proptest! {
        #[test]
        fn a_suggested_subnet_always_fits(specs in generated::cluster_specs()) {
            let inventory = generated::build(&specs);
            let (network, options) = (&inventory.virtual_networks[0], options());
            let around = Around::of(&inventory, &Estate::of(&inventory, &options), network, &options).taken;
            for cluster in &inventory.clusters {
                let subjects = cluster.pools.iter().map(|pool| format!("{}/{}", cluster.name(), pool.name));
                for subject in subjects.chain([cluster.name().to_owned()]) {
                    let request = SubnetRequest { subject, ..SubnetRequest::default() };
                    let Ok(answer) = subnet(&inventory, &request, &options) else { continue };
                    let blocks: Vec<Cidr> = answer.places.iter().filter_map(|place| place.block).collect();
                    for place in &answer.places {
                        let need = answer.needs.iter().find(|need| need.space == place.space).unwrap();
                        prop_assert!(place.space.offers(place.length) >= need.need);
                        prop_assert!(place.length == 29 || place.space.offers(place.length + 1) < need.need);
                    }
                    for (at, block) in blocks.iter().enumerate() {
                        prop_assert!(network.address_space.v4().any(|space| space.contains(*block)));
                        let mut others = network.subnets.iter().flat_map(|s| s.prefixes.v4())
                            .chain(around.iter().map(|taken| taken.cidr)).chain(blocks.iter().skip(at + 1).copied());
                        prop_assert!(!others.any(|other| other.overlaps(*block)));
                    }
                }
            }
        }
    }
}
