//! Subnets of others on the route table of a kubenet cluster (MIG-040): they get a table of their own in the window of the
//! move, because until then an application gateway reaches pods by nothing else than these routes.
//! <https://learn.microsoft.com/azure/application-gateway/configuration-infrastructure>

use crate::{
    assess::migration::{checks::routing, scene::Subject},
    inventory::{ResourceId, RouteTable},
};

/// A subnet that leaves the cluster's route table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Switch {
    /// The subnet.
    pub subnet: ResourceId,
    /// The cluster's table.
    pub table: ResourceId,
    /// The table that takes its place.
    pub copy: ResourceId,
    /// The region of both.
    pub location: String,
    /// The application gateways in it, which need the routes to pods until the move is done.
    pub gateways: Vec<ResourceId>,
    /// Whether the table has routes that are not to pods, which the subnet keeps.
    pub keeps_routes: bool,
}

/// The subnets that leave the cluster's route tables, as far as the tables were read.
pub(crate) fn switches(subject: &Subject<'_>) -> Vec<Switch> {
    let estate = subject.scene.estate;
    let (_, rest) = routing::others(subject);
    let switch = |subnet: &ResourceId| {
        let facts = estate.subnet(subnet)?;
        let table = estate.route_table(facts.read?.1.route_table.as_ref()?)?;
        Some(Switch {
            subnet: subnet.clone(),
            table: table.id.clone(),
            copy: copy_of(&table.id, subnet)?,
            location: table.location.clone(),
            gateways: facts.gateways().iter().map(|gateway| gateway.id.clone()).collect(),
            keeps_routes: has_other_routes(table),
        })
    };
    rest.into_iter().filter_map(switch).collect()
}

/// A table beside another, named after the subnet it is for. Azure takes 80 characters.
/// <https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules>
fn copy_of(table: &ResourceId, subnet: &ResourceId) -> Option<ResourceId> {
    let name: String = format!("rt-{}-{}", subnet.parent()?.name(), subnet.name()).chars().take(80).collect();
    ResourceId::parse(&format!(
        "{}/providers/Microsoft.Network/routeTables/{name}",
        table.resource_group_id()?
    ))
    .ok()
}

/// Whether a table has routes that AKS did not write: the names of its own hold the name of a node.
/// <https://learn.microsoft.com/azure/aks/configure-kubenet>
fn has_other_routes(table: &RouteTable) -> bool {
    table.routes.iter().any(|route| !route.name.contains("____"))
}
