//! Subscriptions that answer less than one would like: denied, partly denied, disabled, of another tenant.

use crate::estate::{
    Resources,
    build::{Cluster, Draft, Pool, Side, Subnet, Vnet},
};

use super::plan;

/// Payroll: exists, and may not be read.
pub(super) fn people() -> Resources {
    let mut draft = Draft::new(plan::PEOPLE);
    let net = plan::people_weu();
    draft.vnet(
        Vnet::of(&net)
            .peer(&plan::hub_weu(), Side::Spoke)
            .peer(&plan::payments_weu(), Side::Plain)
            .subnet(Subnet::new("snet-aks-payroll", "10.80.0.0/24"))
            .subnet(Subnet::new("snet-aks-settlement", "10.80.1.0/26")),
    );
    draft.cluster(
        Cluster::overlay("rg-payroll-prod-weu", "aks-payroll-prod-weu")
            .tags("team-people", "prod", "CC-2000")
            .pool(Pool::system("system", 3).subnet(&net.subnet("snet-aks-payroll"))),
    );
    draft.finish()
}

/// Loyalty partners: clusters may be read, networks may not.
pub(super) fn loyalty() -> Resources {
    let mut draft = Draft::new(plan::LOYALTY);
    let net = plan::loyalty_weu();
    let table = draft.table(draft.new_table(&net.group, "rt-aks-cards", &net.location));
    draft.vnet(
        Vnet::of(&net)
            .peer(&plan::hub_weu(), Side::Spoke)
            .subnet(Subnet::new("snet-aks-cards", "10.81.0.0/25").route_table(&table))
            .subnet(Subnet::new("snet-aks-offers", "10.81.1.0/24")),
    );
    draft.cluster(
        Cluster::kubenet("rg-clubcard-prod-weu", "aks-clubcard-prod-weu")
            .tags("team-loyalty", "prod", "CC-4600")
            .pool(Pool::system("system", 3).subnet(&net.subnet("snet-aks-cards")))
            .pool(Pool::user("cards", 9).subnet(&net.subnet("snet-aks-cards"))),
    );
    draft.cluster(
        Cluster::azure("rg-offers-prod-weu", "aks-offers-prod-weu")
            .tags("team-loyalty", "prod", "CC-4600")
            .pool(Pool::system("system", 3).subnet(&net.subnet("snet-aks-offers"))),
    );
    draft.finish()
}

/// A company bought and wound up: the subscription is disabled.
pub(super) fn harbour() -> Resources {
    let mut draft = Draft::new(plan::HARBOUR);
    draft.cluster(
        Cluster::kubenet("rg-shop", "aks-harbourfoods-prod")
            .version("1.27.16")
            .stopped()
            .pool(Pool::system("nodepool1", 3)),
    );
    draft.cluster(
        Cluster::kubenet("rg-shop-test", "aks-harbourfoods-test")
            .version("1.27.16")
            .set("properties.provisioningState", "Deleting")
            .pool(Pool::system("nodepool1", 2)),
    );
    draft.finish()
}

/// A company that lives in its own tenant.
pub(super) fn petfjord() -> Resources {
    let mut draft = Draft::new(plan::PETFJORD);
    let net = plan::petfjord_neu();
    draft.vnet(
        Vnet::of(&net)
            .peering(&plan::hub_neu(), Side::Spoke, "Disconnected")
            .subnet(Subnet::new("snet-aks", "10.90.0.0/24")),
    );
    draft.cluster(
        Cluster::overlay("rg-shop-prod", "aks-petfjord-prod")
            .at("northeurope")
            .pool(Pool::system("system", 3).subnet(&net.subnet("snet-aks"))),
    );
    draft.finish()
}
