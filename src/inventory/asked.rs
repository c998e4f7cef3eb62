//! What rules ask of clusters and pools, told by several of their fields.

use super::{Cluster, NodePool, ResourceId};

impl NodePool {
    /// The sizes of its machines, each once, in the order they came: several for `VirtualMachines` pools.
    #[must_use]
    pub fn sizes(&self) -> Vec<&str> {
        let profiles = self.vm_status.iter().flatten().chain(&self.vm_manual).chain(&self.vm_autoscale);
        let all = self.vm_size.as_deref().into_iter().chain(profiles.filter_map(|p| p.size.as_deref()));
        let mut sizes = Vec::new();
        for size in all {
            if !sizes.contains(&size) {
                sizes.push(size);
            }
        }
        sizes
    }
}

impl Cluster {
    /// Whether long-term support is on: it takes the plan and the Premium tier, both.
    /// <https://learn.microsoft.com/azure/aks/long-term-support>
    #[must_use]
    pub fn has_long_term_support(&self) -> bool {
        let is = |value: &Option<String>, text: &str| {
            value.as_deref().is_some_and(|value| value.eq_ignore_ascii_case(text))
        };
        is(&self.support_plan, "AKSLongTermSupport") && is(&self.sku_tier, "Premium")
    }

    /// The application gateway of its ingress controller, where that add-on is on and names one.
    #[must_use]
    pub fn ingress_gateway(&self) -> Option<ResourceId> {
        let addon = self.addon("ingressApplicationGateway").filter(|addon| addon.enabled == Some(true))?;
        let keys = ["effectiveapplicationgatewayid", "applicationgatewayid"];
        keys.iter().find_map(|key| ResourceId::parse(addon.settings.get(*key)?).ok())
    }
}
