//! The gateway of the ingress controller (MIG-068): a delegation is one command, all else is a project for people.
//! <https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay>

use crate::assess::migration::{
    action::Action,
    checks::{AddonFault, CheckFact, Fault, GatewayFault},
};

/// Delegates the gateway's subnets, where that is all that is wrong.
pub(super) fn delegate(facts: &[CheckFact]) -> Option<Vec<Action>> {
    let faults = facts.iter().filter_map(|fact| match fact {
        CheckFact::Fails(Fault::Addon(AddonFault::Gateway(_, faults))) => Some(faults),
        _ => None,
    });
    let one = |fault: &GatewayFault| match fault {
        GatewayFault::NotDelegated(subnet) => Some(Action::Delegate(subnet.clone())),
        _ => None,
    };
    let actions: Option<Vec<Action>> = faults.flatten().map(one).collect();
    actions.filter(|actions| !actions.is_empty())
}
