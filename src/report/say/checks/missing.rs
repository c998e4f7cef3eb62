//! What is missing to know how a check ends.

use super::{in_order, name};
use crate::{
    assess::migration::{ClusterField, Kind, MissingFact, PoolField, Setting},
    report::{
        phrase::{Phrase, phrase},
        say::target,
    },
};

pub(super) fn missing(fact: &MissingFact) -> Phrase {
    match fact {
        MissingFact::GatewayUser(ids) => {
            phrase!("which cluster of the network uses the gateway in {}", in_order(ids.iter().map(name)))
        }
        MissingFact::Proposal(missing) => target::missing(missing),
        MissingFact::SpaceOf(id) => phrase!("the address space of {}", name(id)),
        MissingFact::BehindHub(id) => {
            phrase!("what else lies behind the hub {}, which could not be read", name(id))
        }
        MissingFact::Unread(kind, id) => phrase!("{} {} could not be read", self::kind(*kind), name(id)),
        MissingFact::Prefix(id) => phrase!("a prefix of subnet {} is no CIDR block", name(id)),
        MissingFact::SurgeIn(id) => {
            phrase!("what subnet {} holds, or the surge of a pool in it", name(id))
        }
        MissingFact::NodesIn(id) => {
            phrase!("what subnet {} holds, or the nodes of a pool in it", name(id))
        }
        MissingFact::OfPool(field, pool) => {
            phrase!("{} of pool {}", pool_field(field), Phrase::outside(pool))
        }
        MissingFact::Meaning(setting, value) => meaning(*setting, value),
        MissingFact::Support(version) => {
            phrase!("this program does not know how long {} is supported", version.to_string())
        }
        MissingFact::OfCluster(field) => cluster_field(*field).into(),
    }
}

fn cluster_field(field: ClusterField) -> &'static str {
    match field {
        ClusterField::Network => "the cluster's network could not be read",
        ClusterField::Mode => "the combination of network plugin and mode is not known",
        ClusterField::Version => "the version of the control plane",
        ClusterField::State => "the state of the cluster",
        ClusterField::PowerState => "the cluster's power state",
        ClusterField::Sku => "the cluster's SKU",
        ClusterField::Tier => "the cluster's tier",
        ClusterField::Identity => "the cluster's identity",
        ClusterField::IpFamilies => "the cluster's IP families",
        ClusterField::OutboundType => "the cluster's outbound type",
        ClusterField::Plugin => "the network plugin",
        ClusterField::LoadBalancerSku => "the load balancer's SKU",
        ClusterField::KeyVault => "whether a private key vault encrypts the secrets",
        ClusterField::GatewayTier => "the tier of the ingress controller's application gateway",
        ClusterField::UpgradeChannels => "the upgrade channels",
        ClusterField::VirtualNodes => "whether the virtual-nodes add-on is on",
        ClusterField::IngressController => "whether the ingress controller's add-on is on",
        ClusterField::Gateway => "the ingress controller's application gateway could not be read",
        ClusterField::GatewaySubnet => "the gateway names no subnet",
        ClusterField::PresentPodCidr => "the present pod CIDR",
        ClusterField::PodCidr => "the pod CIDR",
        ClusterField::NodeCount => "the number of nodes",
        ClusterField::PoolSurge => "the surge of a pool",
        ClusterField::PodCidrOrNodeCount => "the pod CIDR or the number of nodes",
        ClusterField::ServiceCidr => "the service CIDR",
        ClusterField::DnsAddress => "the DNS address of the services",
        ClusterField::OwnSpace => "the network's address space",
        ClusterField::Peerings => "the network's peerings",
        ClusterField::OutsideAzure => "scope.on_premises names no range",
        ClusterField::OtherClusters => "clusters that could not be read may use it",
        ClusterField::RouteTableRead => "no readable node subnet shows a route table",
        ClusterField::RouteTable => "the node subnets show no route table",
        ClusterField::SomeRouteTables => "some route tables could not be read",
        ClusterField::Pools => "the cluster shows no pools",
        ClusterField::OtherPools => "pools that could not be read",
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Subnet => "subnet",
        Kind::RouteTable => "route table",
        Kind::SecurityGroup => "security group",
    }
}

fn pool_field(field: &PoolField) -> Phrase {
    let words = match field {
        PoolField::MaxSurge(mistake) => {
            return phrase!("maxSurge ({})", Phrase::outside(mistake.to_string()));
        }
        PoolField::OtherType(word) => return phrase!("the meaning of type {}", Phrase::code(word)),
        PoolField::Subnet => "the node subnet",
        PoolField::Version => "the version",
        PoolField::State => "the state",
        PoolField::PowerState => "the power state",
        PoolField::System => "the operating system",
        PoolField::Type => "the type",
        PoolField::Size => "the machine size",
        PoolField::Image => "the node image",
        PoolField::Edition => "the Windows edition",
        PoolField::Build => "the Windows build of the node image",
        PoolField::Nodes => "the nodes",
        PoolField::Priority => "the priority",
        PoolField::ScaleDownMode => "the scale-down mode",
        PoolField::Autoscaler => "whether an autoscaler sizes the nodes",
    };
    words.into()
}

fn meaning(setting: Setting, value: &str) -> Phrase {
    let (what, does) = match setting {
        Setting::PowerState => ("the power state", "means"),
        Setting::IdentityType => ("the identity type", "means"),
        Setting::PolicyEngine => ("the policy engine", "is"),
        Setting::NodeProvisioning => ("the node provisioning mode", "means"),
        Setting::DataPlane => ("the data plane", "is"),
        Setting::LoadBalancerSku => ("the load balancer's SKU", "is"),
    };
    phrase!("what {} {} {}", what, Phrase::code(value), does)
}
