//! The address plan of the showcases: every network the company made itself, in one place.
//!
//! 10.10–10.99 belong to the showcases, 10.100–10.199 to the other teams (see `filler`), 192.168.0.0/16 and
//! 172.16.0.0/14 to the sites on premises. 10.0.0.0/16 is the service range of nearly all clusters, 10.244.0.0/16 the
//! pod range, 10.224.0.0/12 what AKS takes when nobody gives it a network.

use crate::estate::build::Network;

/// Connectivity: hubs.
pub(super) const CONNECTIVITY: &str = "3f1c7a52-0d4e-4b8a-9c61-5a2e7d90b101";
/// Store systems, production.
pub(super) const STORES: &str = "8a64d1e0-77b3-4f0c-8e25-19c4b3f6a202";
/// Store systems, test and development.
pub(super) const STORES_TEST: &str = "c2b90f17-4a6d-47e1-b3d8-60e17f5cc303";
/// E-commerce, production.
pub(super) const COMMERCE: &str = "51e7c3ab-9d28-4c66-a1f4-c08b2d7e4404";
/// Logistics, production.
pub(super) const LOGISTICS: &str = "e90a4d36-2b5f-4183-97ca-7f3d61b85505";
/// Data and analytics, production.
pub(super) const DATA: &str = "07d6b5c8-e134-4a9b-8f70-d4a92e1c6606";
/// Payments, production.
pub(super) const PAYMENTS: &str = "b4f82e91-6c0a-4d37-9be5-2e86f05d7707";
/// Workplace and legacy hosting.
pub(super) const LEGACY: &str = "6d3a9f04-51c7-4e82-ad16-83b7c9e28808";
/// People and payroll: the auditor may read nothing in it.
pub(super) const PEOPLE: &str = "f7150c6e-8e93-4b2d-9a4f-b61d3c7f9909";
/// Loyalty partners: the auditor may read clusters but no networks.
pub(super) const LOYALTY: &str = "19b8e2d5-3f7c-4068-8dc2-a5f40e910a10";
/// A company bought and closed: disabled.
pub(super) const HARBOUR: &str = "a2c64f7d-b80e-45f9-93a1-4c7e6d250b11";
/// A company that still lives in its own tenant.
pub(super) const PETFJORD: &str = "d85b1e39-0a72-4c14-b6e8-f9037ac40c12";

macro_rules! networks {
    ($($(#[$doc:meta])* $name:ident = $subscription:expr, $group:literal, $vnet:literal, $location:literal, $space:expr;)*) => {
        $($(#[$doc])* pub(super) fn $name() -> Network {
            Network::new($subscription, $group, $vnet, $location, &$space)
        })*
    };
}

networks! {
    /// The hub of West Europe: gateway, firewall, Bastion.
    hub_weu = CONNECTIVITY, "rg-connectivity-weu", "vnet-hub-weu", "westeurope", ["10.10.0.0/16"];
    /// The hub of North Europe.
    hub_neu = CONNECTIVITY, "rg-connectivity-neu", "vnet-hub-neu", "northeurope", ["10.11.0.0/16"];
    /// The hub of East US 2.
    hub_eus2 = CONNECTIVITY, "rg-connectivity-eus2", "vnet-hub-eus2", "eastus2", ["10.12.0.0/16"];
    /// Store systems.
    stores_weu = STORES, "rg-stores-network-weu", "vnet-stores-weu", "westeurope",
        ["10.20.0.0/16", "fd00:db8:20::/48"];
    /// Store systems, second region.
    stores_neu = STORES, "rg-stores-network-neu", "vnet-stores-neu", "northeurope", ["10.21.0.0/16"];
    /// Tests of store systems.
    stores_test_weu = STORES_TEST, "rg-stores-network-test", "vnet-stores-test-weu", "westeurope", ["10.22.0.0/17"];
    /// Tests of store systems, second region.
    stores_test_neu = STORES_TEST, "rg-stores-network-test", "vnet-stores-test-neu", "northeurope", ["10.22.128.0/17"];
    /// A network whose group and name are no valid node labels.
    stores_long_name = STORES_TEST, "rg-stores (migrated 2021)",
        "vnet-stores-development-and-experimentation-shared-westeurope-001", "westeurope", ["10.23.0.0/20"];
    /// E-commerce.
    commerce_weu = COMMERCE, "rg-commerce-network-weu", "vnet-commerce-weu", "westeurope", ["10.30.0.0/17"];
    /// E-commerce, second region; not a block is free in it.
    commerce_neu = COMMERCE, "rg-commerce-network-neu", "vnet-commerce-neu", "northeurope", ["10.31.0.0/24"];
    /// Live shopping, on a network of its own.
    livestream_neu = COMMERCE, "rg-livestream-network-neu", "vnet-livestream-neu", "northeurope", ["10.33.0.0/20"];
    /// E-commerce, United States.
    commerce_eus2 = COMMERCE, "rg-commerce-network-eus2", "vnet-commerce-eus2", "eastus2", ["10.32.0.0/17"];
    /// Logistics.
    logistics_weu = LOGISTICS, "rg-logistics-network-weu", "vnet-logistics-weu", "westeurope",
        ["10.40.0.0/17", "10.41.0.0/20", "fd00:db8:40::/48"];
    /// Logistics, United States.
    logistics_eus2 = LOGISTICS, "rg-logistics-network-eus2", "vnet-logistics-eus2", "eastus2", ["10.42.0.0/18"];
    /// The data lake: pod subnets of three /17.
    data_weu = DATA, "rg-data-network-weu", "vnet-data-weu", "westeurope", ["10.48.0.0/15"];
    /// Other data platforms.
    data_neu = DATA, "rg-data-network-neu", "vnet-data-neu", "northeurope", ["10.50.0.0/17"];
    /// Rendering, United States.
    data_eus2 = DATA, "rg-data-network-eus2", "vnet-render-eus2", "eastus2", ["10.51.0.0/17"];
    /// File volumes, peered with `data_neu` and nothing else.
    files_neu = DATA, "rg-data-network-neu", "vnet-files-neu", "northeurope", ["10.50.128.0/20"];
    /// Payments.
    payments_weu = PAYMENTS, "rg-payments-network-weu", "vnet-payments-weu", "westeurope", ["10.60.0.0/17"];
    /// Legacy hosting.
    legacy_weu = LEGACY, "rg-legacy-network", "vnet-legacy-weu", "westeurope", ["10.70.0.0/17"];
    /// The data centre of a company bought in 2019, which kept every private address it ever had; peered with nothing.
    acquired_weu = LEGACY, "rg-harbourfoods-network", "vnet-harbourfoods-datacentre", "westeurope",
        ["10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/13", "172.24.0.0/14", "172.28.0.0/15", "192.168.0.0/16"];
    /// Payroll, unreadable.
    people_weu = PEOPLE, "rg-people-network-weu", "vnet-people-weu", "westeurope", ["10.80.0.0/20"];
    /// Loyalty partners, unreadable.
    loyalty_weu = LOYALTY, "rg-loyalty-network-weu", "vnet-loyalty-weu", "westeurope", ["10.81.0.0/20"];
    /// The bought company in its own tenant.
    petfjord_neu = PETFJORD, "rg-network", "vnet-petfjord-prod", "northeurope", ["10.90.0.0/20"];
}

/// The address of the firewall in a hub.
pub(super) fn firewall(hub: &Network) -> &'static str {
    match hub.location.as_str() {
        "northeurope" => "10.11.1.4",
        "eastus2" => "10.12.1.4",
        _ => "10.10.1.4",
    }
}

/// Networks peered with each hub.
pub(super) fn spokes(hub: &Network) -> Vec<Network> {
    match hub.location.as_str() {
        "northeurope" => vec![
            stores_neu(),
            stores_test_neu(),
            commerce_neu(),
            livestream_neu(),
            data_neu(),
            petfjord_neu(),
        ],
        "eastus2" => vec![commerce_eus2(), logistics_eus2(), data_eus2()],
        _ => vec![
            stores_weu(),
            stores_test_weu(),
            stores_long_name(),
            commerce_weu(),
            logistics_weu(),
            data_weu(),
            payments_weu(),
            legacy_weu(),
            people_weu(),
            loyalty_weu(),
        ],
    }
}
