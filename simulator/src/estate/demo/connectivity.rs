//! The hubs: gateways, firewalls, Bastion, resolvers, and a cluster of the platform team.

use crate::estate::{
    Resources,
    build::{Cluster, Consumer, Draft, Network, Pool, Side, Subnet, Vnet},
};

use super::plan;

/// The connectivity subscription; `others` are the networks of other teams, which peer with a hub too.
pub(super) fn resources(others: &[Network]) -> Resources {
    let mut draft = Draft::new(plan::CONNECTIVITY);
    for hub in [plan::hub_weu(), plan::hub_neu(), plan::hub_eus2()] {
        add_hub(&mut draft, &hub, others);
    }
    platform_cluster(&mut draft);
    draft.finish()
}

fn add_hub(draft: &mut Draft, hub: &Network, others: &[Network]) {
    let second = hub.space.first().and_then(|space| space.split('.').nth(1)).unwrap_or_default().to_owned();
    let prefix = |rest: &str| format!("10.{second}.{rest}");
    let region = hub.name.trim_start_matches("vnet-hub-").to_owned();

    // Routes to a kubenet cluster's pods that somebody once added by hand: they end with the migration.
    let table = draft.new_table(&hub.group, &format!("rt-hub-{region}"), &hub.location);
    let table =
        table.via_gateway("to-on-premises", "192.168.0.0/16").via_gateway("to-warehouses", "172.16.0.0/14");
    let table = if region == "weu" { table.via("to-stock-pods", "10.96.0.0/14", "10.20.7.4") } else { table };
    let routes = draft.table(table);

    let mut vnet = Vnet::of(hub)
        .tags("team-network", "prod")
        .subnet(
            Subnet::new("GatewaySubnet", &prefix("0.0/26"))
                .hold(Consumer::vnet_gateway(hub, &format!("vgw-er-{region}"))),
        )
        .subnet(
            Subnet::new("AzureFirewallSubnet", &prefix("1.0/26"))
                .hold(Consumer::firewall(hub, &format!("afw-{region}"))),
        )
        .subnet(
            Subnet::new("AzureBastionSubnet", &prefix("1.64/26"))
                .hold(Consumer::bastion(hub, &format!("bas-{region}"))),
        )
        .subnet(
            Subnet::new("snet-resolvers", &prefix("1.128/27"))
                .route_table(&routes)
                .hold(Consumer::machines(hub, &format!("vm-dns-{region}"), 2))
                .hold(Consumer::load_balancer(hub, &format!("lbi-dns-{region}"), 1)),
        )
        .subnet(
            Subnet::new("snet-shared-endpoints", &prefix("2.0/26"))
                .hold(Consumer::private_endpoints(
                    hub,
                    &format!("pe-shared-{region}"),
                    if region == "weu" { 52 } else { 9 },
                ))
                .hold(Consumer::private_link_service(hub, &format!("pls-artifacts-{region}"))),
        );
    if region == "weu" {
        vnet = vnet.subnet(Subnet::new("snet-aks-platform", &prefix("4.0/24")).security_group(
            &draft.security_group(draft.new_security_group(&hub.group, "nsg-aks-platform", &hub.location)),
        ));
    }
    for other in [plan::hub_weu(), plan::hub_neu(), plan::hub_eus2()] {
        if other.name != hub.name {
            vnet = vnet.peer(&other, Side::Plain);
        }
    }
    for spoke in plan::spokes(hub).iter().chain(others.iter().filter(|other| other.location == hub.location))
    {
        let state = if spoke.name == "vnet-petfjord-prod" { "Disconnected" } else { "Connected" };
        vnet = vnet.peering(spoke, Side::Hub, state);
    }
    draft.vnet(vnet);
}

/// Private, overlay with Cilium, node auto-provisioning: what the platform team recommends to all.
fn platform_cluster(draft: &mut Draft) {
    let subnet = plan::hub_weu().subnet("snet-aks-platform");
    draft.cluster(
        Cluster::overlay("rg-platform-weu", "aks-platform-prod-weu")
            .cilium()
            .version("1.36.2")
            .tags("team-platform", "prod", "CC-1001")
            .private()
            .internal_services(4)
            .set("properties.nodeProvisioningProfile.mode", "Manual")
            .pool(Pool::system("system", 3).subnet(&subnet))
            .pool(Pool::user("runners", 9).subnet(&subnet).autoscale(3, 30)),
    );
}
