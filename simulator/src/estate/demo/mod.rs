//! The demo estate: a made-up retail group, Nordhavn, whose clusters show whatever an audit can meet.
//!
//! The showcases are written by hand, one theme a file, and are the same for every seed; `README.md` beside this file
//! says which cluster shows what. The other teams are drawn from the seed. Nothing here depends on the clock.

mod commerce;
mod connectivity;
mod data;
mod filler;
mod legacy;
mod logistics;
mod payments;
mod plan;
mod restricted;
mod stores;
mod stores_test;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use self::filler::Team;
use super::{Access, Estate, ManagementGroup, Resources, Subscription};
use crate::estate::build::Network;

/// The tenant of the estate.
pub const TENANT: &str = "9d2f4b60-3c1e-4a75-8e0b-6b1d7a52c000";
const OTHER_TENANT: &str = "4e71c0d8-92ab-4f36-b5d1-0c8e3f69a111";
const ROOT: &str = "nordhavn";

/// How large an estate is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Size {
    /// All showcases and one ordinary team: what `demo` audits.
    #[default]
    Small,
    /// About 30 subscriptions and 300 clusters.
    Medium,
    /// About 100 subscriptions and 1,000 clusters.
    Large,
}

impl Size {
    /// Ordinary teams, and clusters of each.
    fn teams(self) -> (u32, u32) {
        match self {
            Self::Small => (1, 4),
            Self::Medium => (17, 13),
            Self::Large => (88, 11),
        }
    }
}

/// The demo estate. The seed decides about ordinary teams only: the showcases are always the same.
#[must_use]
pub fn demo(seed: u64, size: Size) -> Estate {
    let (count, clusters) = size.teams();
    let teams: Vec<Team> = (0..count).map(|index| Team::new(seed, index, clusters)).collect();
    let others: Vec<Network> = teams.iter().map(Team::network).collect();
    let mut subscriptions = vec![subscription(plan::CONNECTIVITY, "nhv-platform-connectivity", move || {
        connectivity::resources(&others)
    })];
    subscriptions.extend([
        subscription(plan::STORES, "nhv-stores-prod", stores::resources),
        subscription(plan::STORES_TEST, "nhv-stores-nonprod", stores_test::resources),
        subscription(plan::COMMERCE, "nhv-commerce-prod", commerce::resources),
        subscription(plan::LOGISTICS, "nhv-logistics-prod", logistics::resources),
        subscription(plan::DATA, "nhv-data-prod", data::resources),
        subscription(plan::PAYMENTS, "nhv-payments-prod", payments::resources),
        subscription(plan::LEGACY, "nhv-workplace-legacy", legacy::resources),
        Subscription {
            access: Access::Denied,
            ..subscription(plan::PEOPLE, "nhv-people-restricted", restricted::people)
        },
        Subscription {
            access: Access::NetworkDenied,
            ..subscription(plan::LOYALTY, "nhv-loyalty-partners", restricted::loyalty)
        },
        Subscription {
            state: "Disabled".to_owned(),
            ..subscription(plan::HARBOUR, "nhv-harbourfoods-closed", restricted::harbour)
        },
        Subscription {
            tenant_id: OTHER_TENANT.to_owned(),
            ..subscription(plan::PETFJORD, "petfjord-production", restricted::petfjord)
        },
    ]);
    let management_groups = management_groups(&teams);
    subscriptions.extend(teams.into_iter().map(|team| {
        let (id, name) = (team.subscription.clone(), team.name.clone());
        subscription(&id, &name, move || team.resources())
    }));
    Estate { tenant_id: TENANT.to_owned(), subscriptions, management_groups }
}

fn subscription(
    id: &str,
    name: &str,
    resources: impl Fn() -> Resources + Send + Sync + 'static,
) -> Subscription {
    Subscription {
        id: id.to_owned(),
        name: name.to_owned(),
        state: "Enabled".to_owned(),
        tenant_id: TENANT.to_owned(),
        listed: true,
        access: Access::Full,
        resources: Arc::new(resources),
    }
}

fn management_groups(teams: &[Team]) -> Vec<ManagementGroup> {
    let group =
        |id: &str, display_name: &str, parent: Option<&str>, subscriptions: Vec<String>| ManagementGroup {
            id: id.to_owned(),
            display_name: display_name.to_owned(),
            parent: parent.map(str::to_owned),
            subscriptions,
        };
    let owned = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
    let of = |environment: &str| {
        let same = teams.iter().filter(|team| team.environment == environment);
        same.map(|team| team.subscription.clone()).collect::<Vec<_>>()
    };
    let mut production =
        owned(&[plan::STORES, plan::COMMERCE, plan::LOGISTICS, plan::DATA, plan::PAYMENTS, plan::LOYALTY]);
    production.extend(of("prod"));
    let mut test = owned(&[plan::STORES_TEST]);
    test.extend(of("nonprod"));
    vec![
        group(ROOT, "Nordhavn Group", None, Vec::new()),
        group("nhv-platform", "Platform", Some(ROOT), owned(&[plan::CONNECTIVITY])),
        group("nhv-landing-zones", "Landing zones", Some(ROOT), Vec::new()),
        group("nhv-production", "Production", Some("nhv-landing-zones"), production),
        group("nhv-nonproduction", "Non-production", Some("nhv-landing-zones"), test),
        group("nhv-confidential", "Confidential", Some("nhv-landing-zones"), owned(&[plan::PEOPLE])),
        group("nhv-sandbox", "Sandbox", Some(ROOT), of("sandbox")),
        group("nhv-legacy", "Legacy", Some(ROOT), owned(&[plan::LEGACY, plan::HARBOUR])),
    ]
}
