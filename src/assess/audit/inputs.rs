//! What the figures of clusters, pools and networks were made of, told from their rows when somebody asks: kept, they
//! would be most of an audit's memory.

use super::{ClusterRow, NodePoolRow, SubnetRow, VnetRow};
use crate::{
    assess::figure::Input,
    ipam::{
        Cidr, IpamMode,
        limits::{POD_BATCH, POD_BATCH_RESERVE},
        usable_of_length,
    },
    words,
};

fn input(what: &str, value: impl Into<String>, rule: &'static str) -> Input {
    Input { what: what.to_owned(), value: value.into(), rule: Some(rule) }
}

fn said(count: Option<u64>) -> String {
    count.map_or_else(|| "unknown".to_owned(), |count| count.to_string())
}

impl ClusterRow {
    /// What its figures were made of.
    #[must_use]
    pub fn inputs(&self) -> Vec<Input> {
        let mut inputs = vec![
            input("nodes: sum over its node pools", said(self.nodes), "A6"),
            input("nodes_configured: sum over its node pools", said(self.nodes_configured), "A6"),
            input("nodes_scale_max: sum over its node pools", said(self.nodes_scale_max), "A4.9"),
        ];
        if let Some(capacity) = self.pod_cidr_node_capacity {
            let value = format!("/24 blocks of {} = {capacity}", self.pod_cidrs.join(", "));
            inputs.push(input("pod_cidr_node_capacity", value, "A2.5"));
        }
        inputs
    }
}

impl NodePoolRow {
    /// What its figures were made of.
    #[must_use]
    pub fn inputs(&self) -> Vec<Input> {
        let assumed = if self.max_pods_assumed { " (assumed: the mode's default)" } else { "" };
        let mut inputs = vec![input("ipam_mode", self.ipam_mode.as_str(), "A0")];
        if self.max_pods.is_some() {
            inputs.push(input("max_pods", format!("{}{assumed}", said(self.max_pods)), "A1"));
        }
        inputs.extend(self.per_node());
        if let Some(surge) = self.surge_nodes {
            let max_surge = self.max_surge.as_deref().unwrap_or("assumed, because the pool gives none");
            let of = self.nodes.map_or_else(|| "unknown nodes".to_owned(), words::nodes);
            let value = format!("maxSurge {max_surge} of {of} = {surge}");
            inputs.push(input("surge_nodes", value, "A4"));
        }
        let most = match self.max_count {
            Some(most) => format!("max({}, autoscaler maximum {most})", said(self.nodes_configured)),
            None => format!("no autoscaler: {}", said(self.nodes_configured)),
        };
        inputs.push(input("nodes_scale_max", format!("{most} = {}", said(self.nodes_scale_max)), "A4.9"));
        if let Some((most, peak)) = self.nodes_scale_max.zip(self.ahead.nodes_at_peak) {
            let surge = peak.saturating_sub(most);
            let value = format!("{most} + {surge} = {peak}");
            inputs.push(input("nodes_scale_max while the pool surges", value, "A4.9"));
        }
        inputs.extend(self.ahead.limits.iter().map(|(limit, nodes)| {
            input("largest_scale_up: nodes left", format!("{nodes} under {}", limit.as_str()), "A7")
        }));
        inputs
    }

    /// The arithmetic of one node, with the documented worst case of dynamic pod subnets beside the one that counts.
    fn per_node(&self) -> Vec<Input> {
        let pods = said(self.max_pods);
        let Some(nodes) = self.ips_per_node else { return Vec::new() };
        let (low, high) = (said(self.pod_ips_per_node_low), said(self.pod_ips_per_node_high));
        let one = input("ips_per_node", "1", "A2");
        match self.ipam_mode {
            IpamMode::NodeSubnet => vec![input("ips_per_node", format!("{pods} + 1 = {nodes}"), "A2.2")],
            IpamMode::PodSubnetStatic => {
                let value = format!("16 × ⌈({pods} + 1) / 16⌉ = {high}");
                vec![one, input("pod_ips_per_node", value, "A2.4")]
            }
            IpamMode::PodSubnetDynamic => {
                let worst =
                    self.max_pods.map(|pods| POD_BATCH * (pods + POD_BATCH_RESERVE).div_ceil(POD_BATCH));
                vec![
                    one,
                    input("pod_ips_per_node_low", low, "K-02"),
                    input("pod_ips_per_node_high", format!("16 × ⌈{pods} / 16⌉ + 1 = {high}"), "K-02"),
                    input(
                        "documented worst case of a node, shown beside",
                        format!("16 × ⌈({pods} + 8) / 16⌉ = {}", said(worst)),
                        "A2.3",
                    ),
                ]
            }
            _ => vec![one],
        }
    }
}

impl SubnetRow {
    /// What its figures were made of.
    #[must_use]
    pub fn inputs(&self) -> Vec<Input> {
        let prefixes = self.prefixes.iter().filter_map(|text| text.parse::<Cidr>().ok());
        let usable = prefixes.filter(|prefix| prefix.is_v4()).map(|prefix| {
            let value = match usable_of_length(prefix.length()) {
                0 => "0".to_owned(),
                usable => format!("{} − 5 = {usable}", prefix.size()),
            };
            Input { what: format!("usable of {prefix}"), value, rule: Some("A1") }
        });
        let listed = self.listed.map(|listed| input("addresses ARM lists", listed.to_string(), "A7"));
        usable.chain(listed).chain(self.parts.iter().cloned()).collect()
    }
}

impl VnetRow {
    /// What its figures were made of.
    #[must_use]
    pub fn inputs(&self) -> Vec<Input> {
        let Self { addresses, allocated_to_subnets, unallocated, .. } = self;
        vec![
            input(
                "addresses",
                format!("IPv4 prefixes {} = {addresses}", self.address_space.join(", ")),
                "A1",
            ),
            input("unallocated", format!("{addresses} − {allocated_to_subnets} = {unallocated}"), "A1"),
            input("used: sum over its subnets", said(self.used), "A1"),
        ]
    }
}
