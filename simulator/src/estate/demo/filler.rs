//! The rest of the company: ordinary teams with ordinary clusters, drawn from the seed.

use crate::estate::{
    Resources,
    build::{Cluster, Draft, Network, Pool, Random, Side, Subnet, Vnet, id::guid},
};

use super::plan;

const AREAS: [&str; 24] = [
    "fashion",
    "grocery",
    "pharmacy",
    "garden",
    "electronics",
    "toys",
    "bakery",
    "travel",
    "insurance",
    "energy",
    "mobility",
    "returns",
    "marketplace",
    "suppliers",
    "finance",
    "legal",
    "facilities",
    "sustainability",
    "media",
    "academy",
    "procurement",
    "franchise",
    "wholesale",
    "seafood",
];
const SERVICES: [&str; 20] = [
    "portal", "orders", "stock", "prices", "search", "billing", "reports", "mobile", "events", "forecast",
    "labels", "returns", "identity", "images", "planning", "routing", "quality", "chat", "vouchers", "audit",
];
const REGIONS: [(&str, &str); 3] = [("westeurope", "weu"), ("northeurope", "neu"), ("eastus2", "eus2")];
const VERSIONS: [&str; 6] = ["1.34.6", "1.35.4", "1.35.4", "1.35.6", "1.36.2", "1.36.2"];
/// Draws up to this one, from 35, are Overlay clusters without a network of the team's.
const LEFT_TO_AKS: u32 = 40;
const ENVIRONMENTS: [&str; 3] = ["prod", "nonprod", "sandbox"];

/// A subscription of an ordinary team.
#[derive(Debug, Clone)]
pub(super) struct Team {
    pub(super) subscription: String,
    pub(super) name: String,
    pub(super) environment: &'static str,
    area: String,
    index: u32,
    seed: u64,
    clusters: u32,
}

impl Team {
    /// The team of a number; there is room for a hundred in the address plan.
    pub(super) fn new(seed: u64, index: u32, clusters: u32) -> Self {
        let environment = ENVIRONMENTS.get(index as usize % 3).copied().unwrap_or("prod");
        let round = index / 24;
        let base = AREAS.get(index as usize % AREAS.len()).copied().unwrap_or("shared");
        let area = if round == 0 { base.to_owned() } else { format!("{base}-{}", round + 1) };
        Self {
            subscription: guid(&format!("team {seed} {index}")),
            name: format!("nhv-{area}-{environment}"),
            environment,
            area,
            index,
            seed,
            clusters,
        }
    }

    /// Its network: one /16 a team, 10.100.0.0 upwards.
    pub(super) fn network(&self) -> Network {
        let (location, short) = self.region();
        let space = format!("10.{}.0.0/16", 100 + self.index);
        let (group, name) =
            (format!("rg-{}-network", self.area), format!("vnet-{}-{}-{short}", self.area, self.environment));
        Network::new(&self.subscription, &group, &name, location, &[&space])
    }

    fn region(&self) -> (&'static str, &'static str) {
        REGIONS
            .get(Random::new(self.seed, u64::from(self.index)).between(0, 2) as usize)
            .copied()
            .unwrap_or(("westeurope", "weu"))
    }

    /// Its resources.
    pub(super) fn resources(&self) -> Resources {
        let mut random = Random::new(self.seed, 1_000 + u64::from(self.index));
        let mut draft = Draft::new(&self.subscription);
        let network = self.network();
        let hub = [plan::hub_weu(), plan::hub_neu(), plan::hub_eus2()]
            .into_iter()
            .find(|h| h.location == network.location);
        let mut ground = Ground {
            vnet: Vnet::of(&network).tags(&self.owner(), self.environment),
            network,
            next: 0,
            index: self.index,
        };
        if let Some(hub) = hub {
            ground.vnet = ground.vnet.peer(&hub, Side::Spoke);
        }
        let first = random.between(0, 19);
        let clusters: Vec<Cluster> = (0..self.clusters)
            .map(|i| {
                let service = SERVICES.get((first + i) as usize % SERVICES.len()).copied().unwrap_or("app");
                let name = format!("aks-{service}-{}-{}", self.area, self.environment);
                self.cluster(&mut random, &mut draft, &mut ground, &name)
            })
            .collect();
        draft.vnet(ground.vnet);
        for cluster in clusters {
            draft.cluster(cluster);
        }
        draft.finish()
    }

    fn owner(&self) -> String {
        format!("team-{}", self.area)
    }

    fn cluster(&self, random: &mut Random, draft: &mut Draft, ground: &mut Ground, name: &str) -> Cluster {
        let (location, _) = self.region();
        let group = format!("rg-{}", name.trim_start_matches("aks-"));
        let nodes = match random.between(0, 9) {
            0..=5 => random.between(2, 8),
            6..=8 => random.between(8, 20),
            _ => random.between(20, 45),
        };
        // A network that fills up leaves its last clusters to AKS.
        let kind = if ground.next < 40_000 { random.between(0, 99) } else { LEFT_TO_AKS };
        let (cluster, pods) = match kind {
            0..=34 => (Cluster::overlay(&group, name).cilium(), None),
            35..=54 => (Cluster::overlay(&group, name), None),
            55..=69 => (Cluster::kubenet(&group, name), None),
            70..=89 => (Cluster::azure(&group, name), None),
            _ => {
                let pods =
                    Subnet::new(&format!("snet-pods-{name}"), &ground.block(size_for((nodes * 2 + 6) * 65)));
                let id = ground.add(pods.delegated("Microsoft.ContainerService/managedClusters"));
                (Cluster::azure(&group, name).cilium(), Some(id))
            }
        };
        let cluster = cluster
            .at(location)
            .version(random.pick(&VERSIONS))
            .tags(&self.owner(), self.environment, &format!("CC-{}", 3000 + self.index))
            .internal_services(random.between(0, 3));
        if matches!(kind, 35..=LEFT_TO_AKS) {
            return cluster.pool(Pool::system("nodepool1", nodes));
        }
        let flat = (70..=89).contains(&kind);
        let mut subnet = Subnet::new(
            &format!("snet-{name}"),
            &ground.block(if flat { size_for((nodes * 2 + 4) * 31) } else { 25 }),
        );
        if matches!(kind, 55..=69) {
            let table = draft.table(draft.new_table(&ground.network.group, &format!("rt-{name}"), location));
            subnet = subnet.route_table(&table);
        }
        let subnet = ground.add(subnet);
        let place = |pool: Pool| {
            let pool = pool.subnet(&subnet);
            if let Some(pods) = &pods { pool.pod_subnet(pods).max_pods(60) } else { pool }
        };
        let cluster = cluster.pool(place(Pool::system("system", 2 + nodes % 2)));
        cluster.pool(place(Pool::user("apps", nodes).autoscale(nodes / 2, nodes + nodes / 3 + 1)))
    }
}

/// The longest prefix from /24 up that has room for a number of addresses.
fn size_for(addresses: u32) -> u32 {
    (18..=24).rev().find(|length| (1_u32 << (32 - length)) - 5 >= addresses).unwrap_or(18)
}

/// A team's network, filled from the front.
struct Ground {
    vnet: Vnet,
    network: Network,
    next: u32,
    index: u32,
}

impl Ground {
    /// The next free block of a length.
    fn block(&mut self, length: u32) -> String {
        let size = 1_u32 << (32 - length);
        let start = self.next.next_multiple_of(size);
        self.next = start + size;
        format!("10.{}.{}.{}/{length}", 100 + self.index, start >> 8, start & 0xff)
    }

    /// Adds a subnet, and gives its id.
    fn add(&mut self, subnet: Subnet) -> String {
        let id = self.network.subnet(subnet.name());
        self.vnet.push(subnet);
        id
    }
}
