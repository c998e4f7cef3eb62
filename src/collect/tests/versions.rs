//! What an older version of the API hides of an estate, and that the inventory knows which one answered.

use aks_census_simulator::Options;
use serde_json::json;

use super::*;

#[tokio::test]
async fn an_older_version_hides_how_far_pools_are_scaled_and_the_inventory_says_which_answered() {
    const PROVIDER: &str = "Microsoft.ContainerService";
    let pins = crate::azure::Provider::ContainerService.pins();
    for (older, answers) in pins.iter().enumerate() {
        let mut machines = cluster("machines", "azure", &subnet_id(NET, "hub"));
        machines["properties"]["agentPoolProfiles"] = json!([{
            "name": "np",
            "type": "VirtualMachines",
            "virtualMachineNodesStatus": [{ "size": "Standard_D4s_v5", "count": 1 }],
            "virtualMachinesProfile": {
                "scale": { "autoscale": [{ "size": "Standard_D4s_v5", "minCount": 1, "maxCount": 5 }] },
            },
        }]);
        let resources = Resources { clusters: vec![machines], ..Resources::default() };
        let options = Options::new(estate(vec![simulated(APPS, "apps", resources)]));
        let options =
            pins[..older].iter().fold(options, |options, pin| options.refuse_api_version(PROVIDER, pin));
        let inventory = Azure::start(options).await.collect(RequestedScope::default()).await.unwrap();

        let pool = &inventory.clusters[0].pools[0];
        let shown = pool.vm_autoscale.iter().map(|profile| profile.count);
        let shows_it = *answers >= crate::inventory::VM_AUTOSCALE_SINCE;
        assert_eq!(shown.collect::<Vec<_>>(), if shows_it { vec![Some(5)] } else { vec![] }, "{answers}");
        assert_eq!(pool.vm_status.as_ref().unwrap()[0].count, Some(1));
        assert_eq!(inventory.api_versions[PROVIDER], *answers);
        let refused = (older > 0).then_some(pins[0]);
        assert_eq!(inventory.refused_api_versions.get(PROVIDER).map(String::as_str), refused);
    }
}
