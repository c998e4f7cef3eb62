//! A row a kind of consumer in a subnet.

use super::column::{Column, Nested, Table, column, file_only, joined};
use crate::{
    assess::audit::{ConsumerRow, SubnetRow},
    inventory::ResourceId,
};

/// Who holds the addresses of subnets, by kind, owner and pool.
pub(crate) struct Consumers;

impl Table for Consumers {
    const ROW: &'static str = "Consumer";
    const DOC: &'static str = "One kind of consumer of one owner in a subnet.";
    type Of<'r> = (&'r SubnetRow, &'r ConsumerRow);

    const COLUMNS: &'static [Column<Self>] = &[
        file_only("subnet_id", "The resource id of the subnet.").text(|row| row.0.id.as_str()),
        column("kind", "What holds them, such as `aks-nodes`, `aks-pods`, `api-server`, `internal-load-balancer` or `private-endpoint`.")
            .text(|row| row.1.kind.as_str()),
        column("owner_id", "Whose they are: the cluster for what AKS holds, else the owner Azure names.")
            .maybe_text(|row| row.1.owner_id.as_ref().map(ResourceId::as_str)),
        column("node_pool", "The node pool, where it is known.").maybe_text(|row| row.1.node_pool.as_deref()),
        column("ips", "Addresses; empty where `used` of the subnet is unknown.")
            .maybe_count("addresses", |row| row.1.ips),
        column("ips_low", "Addresses at least.").count("addresses", |row| row.1.ips_low),
    ];
}

/// The consumers of one subnet.
pub(super) fn of_subnet(subnet: &SubnetRow) -> Nested<'_> {
    joined::<Consumers>(subnet.consumers.iter().map(|row| (subnet, row)))
}

/// Those of all subnets.
pub(super) fn of_all(subnets: &[SubnetRow]) -> Nested<'_> {
    joined::<Consumers>(
        subnets.iter().flat_map(|subnet| subnet.consumers.iter().map(move |row| (subnet, row))),
    )
}
