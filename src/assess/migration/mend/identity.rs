//! A user-assigned identity with rights on the subnets, and on a route table of one's own.

use crate::{
    assess::migration::{action::Action, checks::routing, scene::Subject},
    inventory::ResourceId,
};

/// Makes an identity, gives it its rights, and assigns it; a cluster that had a service principal needs new images for its nodes
/// to sign in with it. <https://learn.microsoft.com/azure/aks/user-assigned-managed-identity>
pub(super) fn assign(subject: &Subject<'_>, renew_nodes: bool) -> Vec<Action> {
    let Some(identity) = id(&subject.cluster.id) else { return Vec::new() };
    let mut actions = vec![Action::CreateIdentity(identity.clone())];
    actions.extend(scopes(subject).map(|scope| Action::Grant { principal: None, scope }));
    actions.push(Action::AssignIdentity(identity));
    if renew_nodes {
        actions.extend(subject.pools().iter().map(|facts| Action::NodeImage(facts.pool.name.clone())));
    }
    actions
}

/// What the identity of a cluster needs rights on: its node subnets, and route tables that AKS did not make.
/// <https://learn.microsoft.com/azure/aks/configure-kubenet>
fn scopes(subject: &Subject<'_>) -> impl Iterator<Item = ResourceId> {
    let own = routing::tables(subject).into_iter().filter(|table| !routing::is_managed(subject, table));
    let subnets = subject.node_subnets.iter().map(|subnet| subnet.id);
    subnets.chain(own).cloned().collect::<Vec<_>>().into_iter()
}

/// The id of an identity named after a cluster, in its resource group.
fn id(cluster: &ResourceId) -> Option<ResourceId> {
    let group = cluster.resource_group_id()?;
    let path =
        format!("{group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-{}", cluster.name());
    ResourceId::parse(&path).ok()
}
