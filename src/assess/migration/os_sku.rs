//! Which other edition of its operating system a pool can be given in place, where its image ends.
//!
//! <https://learn.microsoft.com/azure/aks/upgrade-os-version>,
//! <https://learn.microsoft.com/azure/aks/flatcar-container-linux-for-aks>

use crate::{
    inventory::{NodePool, OsType},
    rules::{Minor, OsSku, Versions},
};

/// What runs on the nodes of a pool, as far as it decides where it can go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edition {
    /// Azure Linux 2.0, or its forerunner.
    AzureLinux2,
    /// Ubuntu 20.04.
    Ubuntu2004,
    /// Ubuntu 22.04.
    Ubuntu2204,
    /// Azure Linux 3.0, pinned.
    AzureLinux3,
}

/// The edition that a pool can be given with `az aks nodepool update --os-sku` in place of one that ends, at the version of
/// Kubernetes it runs; none where there is no way in place: Flatcar, OS Guard, Windows, Ubuntu 18.04, what is not known, and
/// whatever would stop the next upgrade of Kubernetes.
#[must_use]
pub fn in_place_os_sku(pool: &NodePool, version: Minor) -> Option<OsSku> {
    let from = Minor::one;
    let fips = pool.fips == Some(true) || image(pool).contains("fips");
    let candidates: &[(OsSku, Minor)] = match edition(pool, version)? {
        Edition::AzureLinux2 => &[(OsSku::AzureLinux, from(32)), (OsSku::AzureLinux3, from(28))],
        Edition::AzureLinux3 => &[(OsSku::AzureLinux, from(32))],
        Edition::Ubuntu2004 if fips => &[(OsSku::Ubuntu, from(35)), (OsSku::Ubuntu2204, from(25))],
        // Ubuntu with FIPS ends with 22.04.
        Edition::Ubuntu2204 if fips => &[],
        Edition::Ubuntu2004 => {
            &[(OsSku::Ubuntu, from(35)), (OsSku::Ubuntu2404, from(32)), (OsSku::Ubuntu2204, from(25))]
        }
        Edition::Ubuntu2204 => &[(OsSku::Ubuntu, from(35)), (OsSku::Ubuntu2404, from(32))],
    };
    let rules = Versions::built_in();
    let is_open = |(sku, first): &&(OsSku, Minor)| version >= *first && rules.leaves_room(*sku, version);
    candidates.iter().find(is_open).map(|(sku, _)| *sku)
}

/// The last version of Kubernetes that the edition a pool is pinned to is supported with, where that is no newer than the
/// pool's: the next upgrade is refused.
#[must_use]
pub fn edition_stops_upgrade(pool: &NodePool, version: Minor) -> Option<Minor> {
    let bounds = Versions::built_in().os_sku_bounds(pool.os_sku.as_deref()?)?;
    (version >= bounds.last).then_some(bounds.last)
}

/// Whether only a new pool leads to another edition: Windows, Flatcar and OS Guard have no way in place, nor does an upgrade of
/// Kubernetes change them.
pub(super) fn has_no_way_in_place(pool: &NodePool) -> bool {
    let sku = pool.os_sku.as_deref().unwrap_or_default().to_ascii_lowercase();
    pool.os_type == Some(OsType::Windows)
        || ["akswindows-", "aksflatcar"].iter().any(|prefix| image(pool).starts_with(prefix))
        || sku.starts_with("windows")
        || ["flatcar", "azurelinuxosguard"].contains(&sku.as_str())
}

fn image(pool: &NodePool) -> String {
    pool.node_image_version.as_deref().unwrap_or_default().to_ascii_lowercase()
}

/// What runs on the nodes: by their image, which says more, else by the edition the pool asks for.
fn edition(pool: &NodePool, version: Minor) -> Option<Edition> {
    if pool.os_type == Some(OsType::Windows) {
        return None;
    }
    let sku = pool.os_sku.as_deref().unwrap_or_default().to_ascii_lowercase();
    let by_image = match image(pool).as_str() {
        "" => None,
        image if image.starts_with("aksazurelinux-v2") || image.starts_with("akscblmariner") => {
            Some(Edition::AzureLinux2)
        }
        image if image.starts_with("aksubuntu-2004") => Some(Edition::Ubuntu2004),
        image if image.starts_with("aksubuntu-2204") => Some(Edition::Ubuntu2204),
        image if image.starts_with("aksazurelinux-v3") && sku == "azurelinux3" => Some(Edition::AzureLinux3),
        _ => return None,
    };
    by_image.or_else(|| match sku.as_str() {
        "azurelinux" | "cblmariner" | "mariner" if version < Minor::one(32) => Some(Edition::AzureLinux2),
        "azurelinux3" => Some(Edition::AzureLinux3),
        "ubuntu2204" => Some(Edition::Ubuntu2204),
        "ubuntu" if version >= Minor::one(25) && version < Minor::one(35) => Some(Edition::Ubuntu2204),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::testing::pool;

    fn made(image: &str, sku: &str) -> NodePool {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        NodePool {
            os_type: Some(OsType::Linux),
            os_sku: text(sku),
            node_image_version: text(image),
            ..pool("np", 1)
        }
    }

    #[test]
    fn an_edition_is_changed_only_where_azure_can_and_the_next_upgrade_stays_open() {
        use OsSku::{AzureLinux, AzureLinux3, Ubuntu, Ubuntu2204, Ubuntu2404};
        let cases = [
            ("AKSAzureLinux-V2gen2-202501.01.0", "AzureLinux", 27, None),
            ("AKSAzureLinux-V2gen2-202501.01.0", "AzureLinux", 28, Some(AzureLinux3)),
            ("AKSAzureLinux-V2gen2-202501.01.0", "AzureLinux", 31, Some(AzureLinux3)),
            ("AKSAzureLinux-V2gen2-202501.01.0", "AzureLinux", 32, Some(AzureLinux)),
            ("AKSCBLMariner-V2-202301.01.0", "CBLMariner", 30, Some(AzureLinux3)),
            ("", "mariner", 30, Some(AzureLinux3)),
            ("", "AzureLinux", 33, None),
            ("", "AzureLinux3", 31, None),
            ("", "AzureLinux3", 36, Some(AzureLinux)),
            ("AKSUbuntu-2004gen2containerd-202501.01.0", "Ubuntu", 24, None),
            ("AKSUbuntu-2004gen2containerd-202501.01.0", "Ubuntu", 31, Some(Ubuntu2204)),
            ("AKSUbuntu-2004gen2containerd-202501.01.0", "Ubuntu", 33, Some(Ubuntu2404)),
            ("AKSUbuntu-2004fipscontainerd-202501.01.0", "Ubuntu", 33, Some(Ubuntu2204)),
            ("AKSUbuntu-2004fipscontainerd-202501.01.0", "Ubuntu", 35, Some(Ubuntu)),
            ("AKSUbuntu-2204gen2containerd-202601.01.0", "Ubuntu2204", 31, None),
            ("AKSUbuntu-2204gen2containerd-202601.01.0", "Ubuntu2204", 34, Some(Ubuntu2404)),
            ("AKSUbuntu-2204gen2containerd-202601.01.0", "Ubuntu2204", 36, Some(Ubuntu)),
            ("AKSUbuntu-2204fipscontainerd-202601.01.0", "Ubuntu2204", 36, None),
            ("", "Ubuntu", 30, None),
            ("", "Ubuntu", 33, Some(Ubuntu2404)),
            // No way in place.
            ("AKSUbuntu-1804gen2containerd-202301.01.0", "Ubuntu", 30, None),
            ("AKSFlatcar-flatcargen2-202601.01.0", "Flatcar", 34, None),
            ("", "Flatcar", 34, None),
            ("", "AzureLinuxOSGuard", 34, None),
            ("", "AzureContainerLinux", 34, None),
            ("our-own-image", "Ubuntu2204", 34, None),
            ("", "", 34, None),
        ];
        for (image, sku, minor, expected) in cases {
            let found = in_place_os_sku(&made(image, sku), Minor::one(minor));
            assert_eq!(found, expected, "{image} {sku} {minor}");
        }
        let windows =
            NodePool { os_type: Some(OsType::Windows), ..made("AKSWindows-2019-17763.1", "Windows2019") };
        assert_eq!(in_place_os_sku(&windows, Minor::one(32)), None);
    }

    #[test]
    fn no_edition_is_named_that_the_next_version_does_not_have() {
        let images = ["AKSAzureLinux-V2-1", "AKSUbuntu-2004-1", "AKSUbuntu-2204-1", "AKSUbuntu-2004fips-1"];
        for image in images {
            for minor in 20..45 {
                let Some(sku) = in_place_os_sku(&made(image, ""), Minor::one(minor)) else { continue };
                let after = made("", sku.as_str());
                assert_eq!(edition_stops_upgrade(&after, Minor::one(minor)), None, "{image} {minor} {sku:?}");
            }
        }
    }

    #[test]
    fn a_pinned_edition_stops_the_upgrade_beyond_its_last_version() {
        let stops = |sku: &str, minor| edition_stops_upgrade(&made("", sku), Minor::one(minor));
        assert_eq!(stops("Ubuntu2204", 35), None);
        assert_eq!(stops("ubuntu2204", 36), Some(Minor::one(36)));
        assert_eq!(stops("AzureLinux3", 36), Some(Minor::one(36)));
        assert_eq!(stops("Ubuntu2404", 37), None);
        assert_eq!(stops("Windows2019", 33), Some(Minor::one(32)));
        assert_eq!(stops("Ubuntu", 60), None);
    }
}
