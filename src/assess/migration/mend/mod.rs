//! How the blockers of a cluster are mended: the changes, with every value that the inventory knows. A blocker that is not
//! here has the catalogue's own command, or is for people alone.

mod gateway;
mod identity;
mod images;
mod maximum;
mod pools;
mod rules;
mod surge;
mod tables;
mod upgrade;

pub use self::tables::Switch;
pub(super) use self::{
    pools::templates, surge::addresses_after, tables::switches, upgrade::version_of_new_cluster,
};
use super::{action::Action, scene::Subject, types::CheckResult};
use crate::rules::CheckId;

/// The changes that end a blocker of a cluster; none where nobody can say them.
/// `all` are the checks of the same cluster, because one pool may have several faults.
pub(super) fn mend(subject: &Subject<'_>, result: &CheckResult, all: &[&CheckResult]) -> Option<Vec<Action>> {
    match result.check {
        CheckId::KubernetesVersion
        | CheckId::PolicyRemovalVersion
        | CheckId::CiliumVersion
        | CheckId::VersionSupported => upgrade::upgrade(subject, result.check),
        CheckId::VersionSkew => upgrade::pools(subject, &result.facts),
        CheckId::UserAssignedIdentity => Some(identity::assign(subject, false)),
        CheckId::ServicePrincipal => Some(identity::assign(subject, true)),
        CheckId::SurgeFits => surge::less(subject),
        CheckId::PodCidrSize => maximum::for_pod_cidr(subject),
        CheckId::MaximumFits => maximum::for_subnets(subject),
        CheckId::SecurityRules => rules::allow(subject),
        CheckId::IngressGateway => gateway::delegate(&result.facts),
        CheckId::NodeImageExists => images::mend(subject, &result.facts, all),
        CheckId::NoDcsv2 | CheckId::WindowsContainerd | CheckId::WindowsBuild => {
            images::mend(subject, &result.facts, all)
        }
        _ => None,
    }
}
