//! The addresses of AKS nodes, as a subnet lists them.

use super::id::eight_digits;

/// How the machines of a pool are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Machines {
    ScaleSet,
    WindowsScaleSet,
    AvailabilitySet,
    Single,
}

/// What a pool's nodes hold.
#[derive(Debug, Clone)]
pub(super) struct Lease {
    /// The subnet; none means the one AKS made.
    pub(super) subnet: Option<String>,
    pub(super) pool: String,
    pub(super) machines: Machines,
    pub(super) nodes: u32,
    /// IPv4 addresses a node holds.
    pub(super) addresses: u32,
    pub(super) dual_stack: bool,
}

impl Lease {
    /// The ids of the IP configurations its nodes hold.
    pub(super) fn ip_configurations(&self, subscription: &str, node_group: &str) -> Vec<String> {
        let digits = eight_digits(node_group);
        let mut ids = Vec::new();
        for node in 0..self.nodes {
            let (interface, configuration) = match self.machines {
                Machines::ScaleSet => {
                    let name = format!("AKS-{}-{digits}-VMSS", self.pool.to_uppercase());
                    (instance(subscription, node_group, &name, node), "IPCONFIG")
                }
                Machines::WindowsScaleSet => {
                    let name = format!("AKS{}", self.pool.to_uppercase());
                    (instance(subscription, node_group, &name, node), "IPCONFIG")
                }
                Machines::AvailabilitySet => (
                    nic(subscription, node_group, &format!("aks-{}-{digits}-nic-{node}", self.pool)),
                    "ipconfig",
                ),
                Machines::Single => (
                    nic(subscription, node_group, &format!("aks-{}-{digits}-vms{node}-nic", self.pool)),
                    "ipconfig",
                ),
            };
            ids.extend(
                (1..=self.addresses).map(|i| format!("{interface}/ipConfigurations/{configuration}{i}")),
            );
            if self.dual_stack {
                let version = if configuration == "IPCONFIG" { "V6" } else { "v6" };
                ids.push(format!("{interface}/ipConfigurations/{configuration}1{version}"));
            }
        }
        ids
    }

    /// The Kubernetes names of its nodes: kubenet names its routes after them.
    pub(super) fn node_names(&self, node_group: &str) -> Vec<String> {
        let digits = eight_digits(node_group);
        let name = |node: u32| match self.machines {
            Machines::ScaleSet => format!("aks-{}-{digits}-vmss{}", self.pool, base36(node)),
            Machines::WindowsScaleSet => format!("aks{}{}", self.pool, base36(node)),
            Machines::AvailabilitySet => format!("aks-{}-{digits}-{node}", self.pool),
            Machines::Single => format!("aks-{}-{digits}-vms{node}", self.pool),
        };
        (0..self.nodes).map(name).collect()
    }
}

/// The network interface of a scale-set instance, upper-cased as the compute provider registers it.
fn instance(subscription: &str, node_group: &str, scale_set: &str, node: u32) -> String {
    format!(
        "/subscriptions/{subscription}/resourceGroups/{}/PROVIDERS/MICROSOFT.COMPUTE/VIRTUALMACHINESCALESETS/\
         {scale_set}/VIRTUALMACHINES/{node}/NETWORKINTERFACES/{scale_set}",
        node_group.to_uppercase()
    )
}

fn nic(subscription: &str, node_group: &str, name: &str) -> String {
    format!(
        "/subscriptions/{subscription}/resourceGroups/{node_group}/providers/Microsoft.Network/networkInterfaces/{name}"
    )
}

/// A scale set's instance number in the six characters of a computer name.
fn base36(mut number: u32) -> String {
    let mut digits = [b'0'; 6];
    for digit in digits.iter_mut().rev() {
        let value = u8::try_from(number % 36).unwrap_or(0);
        *digit = if value < 10 { b'0' + value } else { b'a' + value - 10 };
        number /= 36;
    }
    String::from_utf8_lossy(&digits).into_owned()
}
