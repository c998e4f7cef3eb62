//! The dates of a cluster that lie near each other: what ends besides its network, so that its pools are replaced once.

use jiff::civil::Date;

use super::{
    conditions::{holds_for_pool, minor},
    os_sku::has_no_way_in_place,
    retirements::forced_upgrade,
};
use crate::{
    inventory::{Cluster, NetworkPlugin, NodePool},
    rules::{Catalogue, Condition, RetirementId, Support, Versions},
};

/// What ends on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ending {
    /// kubenet.
    Kubenet,
    /// A series of machines.
    MachineSize,
    /// An image of nodes, or its edition.
    NodeImage,
    /// Support of the Kubernetes version.
    Version,
    /// The time until AKS upgrades the cluster by itself.
    ForcedUpgrade,
}

/// A day on which something of a cluster ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NeighbourDate {
    /// The day.
    pub date: Date,
    /// What ends.
    pub ending: Ending,
    /// The pools it is about, by name; none where it is the cluster.
    pub pools: Vec<String>,
    /// Whether only new pools help: the size of a pool cannot be changed, nor some editions in place.
    pub takes_new_pools: bool,
}

/// The days on which something of a cluster ends, by day: one for the cluster or for all pools that it is about.
pub(super) fn neighbours(cluster: &Cluster, cloud: &str) -> Vec<NeighbourDate> {
    let whole = |ending, date| NeighbourDate { date, ending, pools: Vec::new(), takes_new_pools: false };
    let mut dates: Vec<NeighbourDate> = Vec::new();
    let kubenet = cluster.network.plugin == Some(NetworkPlugin::Kubenet);
    let deadline = Catalogue::built_in().retirement(RetirementId::KUBENET).deadline();
    dates.extend(kubenet.then(|| whole(Ending::Kubenet, deadline)));
    if let Some(version) = minor(cluster.kubernetes_version.as_deref())
        && let Support::Until(day) = Versions::built_in().support(version, cluster.has_long_term_support())
    {
        dates.push(whole(Ending::Version, day));
    }
    dates.extend(forced_upgrade(cluster).map(|day| whole(Ending::ForcedUpgrade, day)));
    for pool in &cluster.pools {
        for (date, ending) in of_pool(cluster, pool, cloud) {
            let takes_new_pools = ending == Ending::MachineSize || has_no_way_in_place(pool);
            let same = |one: &&mut NeighbourDate| {
                (one.date, one.ending, one.takes_new_pools) == (date, ending, takes_new_pools)
            };
            match dates.iter_mut().find(same) {
                Some(one) => one.pools.push(pool.name.clone()),
                None => dates.push(NeighbourDate {
                    date,
                    ending,
                    pools: vec![pool.name.clone()],
                    takes_new_pools,
                }),
            }
        }
    }
    dates.sort_by(|a, b| (a.date, a.ending, &a.pools).cmp(&(b.date, b.ending, &b.pools)));
    dates
}

/// When the machines of a pool end, and when its image is gone.
fn of_pool(cluster: &Cluster, pool: &NodePool, cloud: &str) -> Vec<(Date, Ending)> {
    let mut found = Vec::new();
    for (_, retirement) in Catalogue::built_in().retirements() {
        let holds = |condition: &&Condition| holds_for_pool(condition, cluster, pool, cloud);
        let Some(condition) = retirement.when.iter().find(holds) else { continue };
        if condition.vm_series.is_some() {
            found.push((retirement.deadline(), Ending::MachineSize));
        } else if condition.image_prefix.is_some() || condition.os_sku.is_some() {
            let gone = retirement.date_of("images-removed").unwrap_or(retirement.deadline());
            found.push((gone, Ending::NodeImage));
        }
    }
    found
}

/// The pools that have to be replaced anyway, with the first day by which.
#[must_use]
pub fn replaced_pools(dates: &[NeighbourDate]) -> Option<(Date, Vec<String>)> {
    let of_pools = dates.iter().filter(|one| one.takes_new_pools);
    let first = of_pools.clone().map(|one| one.date).min()?;
    let mut pools: Vec<String> = of_pools.flat_map(|one| one.pools.iter().cloned()).collect();
    pools.sort();
    pools.dedup();
    Some((first, pools))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::assess::testing::{Network, cluster, pool};

    fn made(name: &str, size: &str, sku: &str, image: &str) -> NodePool {
        NodePool {
            vm_size: Some(size.to_owned()),
            os_sku: Some(sku.to_owned()),
            node_image_version: Some(image.to_owned()),
            ..pool(name, 3)
        }
    }

    #[test]
    fn the_dates_of_a_cluster_stand_in_one_row_with_the_pools_they_are_about() {
        let mut shop = cluster("shop", Network::Kubenet);
        shop.kubernetes_version = Some("1.34.2".to_owned());
        shop.pools = vec![
            made("system", "Standard_DS2_v2", "Ubuntu", "AKSUbuntu-2204containerd-202601.01.0"),
            made("apps", "Standard_DS4_v2", "Ubuntu", "AKSUbuntu-2204containerd-202601.01.0"),
            made("odd", "Standard_D4s_v5", "Flatcar", "AKSFlatcar-flatcargen2-202601.01.0"),
        ];
        let found = neighbours(&shop, "public");
        let rows: Vec<_> = found
            .iter()
            .map(|one| (one.date, one.ending, one.pools.join(" "), one.takes_new_pools))
            .collect();
        assert_eq!(
            rows,
            [
                (date(2026, 9, 8), Ending::NodeImage, "odd".to_owned(), true),
                (date(2026, 11, 30), Ending::Version, String::new(), false),
                (date(2027, 6, 1), Ending::ForcedUpgrade, String::new(), false),
                (date(2028, 3, 31), Ending::Kubenet, String::new(), false),
                (date(2028, 4, 30), Ending::NodeImage, "system apps".to_owned(), false),
                (date(2028, 5, 1), Ending::MachineSize, "system apps".to_owned(), true),
            ]
        );
        let expected = ["apps", "odd", "system"].map(str::to_owned).to_vec();
        assert_eq!(replaced_pools(&found), Some((date(2026, 9, 8), expected)));
    }

    #[test]
    fn what_ends_nowhere_near_has_no_dates() {
        let mut shop = cluster("shop", Network::Overlay);
        shop.kubernetes_version = None;
        shop.pools = vec![made("apps", "Standard_D4s_v5", "Ubuntu2404", "AKSUbuntu-2404-202611.01.0")];
        assert_eq!(neighbours(&shop, "public"), []);
        assert_eq!(replaced_pools(&[]), None);
    }
}
