//! Kubernetes versions, operating systems and images on the rehearsal's day, 21 November 2026.
//! <https://learn.microsoft.com/azure/aks/supported-kubernetes-versions>,
//! <https://learn.microsoft.com/azure/aks/upgrade-os-version>

use serde_json::Value;

use crate::world::{Pool, text};

/// The minor versions of community support.
pub(crate) const SUPPORTED: std::ops::RangeInclusive<u64> = 34..=37;
/// Those that long-term support adds.
const LONG_TERM: std::ops::RangeInclusive<u64> = 31..=37;
/// The patch that is the newest of every minor version here.
const NEWEST_PATCH: u64 = 9;

/// Minor version of `1.34.2` or `1.34`.
pub(crate) fn minor(version: &str) -> Option<u64> {
    let mut parts = version.split('.');
    (parts.next() == Some("1")).then_some(())?;
    let minor = parts.next()?.parse().ok()?;
    match (parts.next().map(str::parse::<u64>), parts.next()) {
        (None | Some(Ok(_)), None) => Some(minor),
        _ => None,
    }
}

/// Minor and patch; the newest patch where none is named.
pub(crate) fn exact(version: &str) -> Option<(u64, u64)> {
    let patch = version.split('.').nth(2).map_or(Some(NEWEST_PATCH), |text| text.parse().ok())?;
    Some((minor(version)?, patch))
}

/// The version as Azure writes it, where a patch may be left out.
pub(crate) fn full(version: &str) -> String {
    exact(version).map_or_else(|| version.to_owned(), |(minor, patch)| format!("1.{minor}.{patch}"))
}

/// Whether a cluster may run a minor version.
pub(crate) fn is_supported(cluster: &Value, minor: u64) -> bool {
    let has_long_term = text(cluster, "/properties/supportPlan") == Some("AKSLongTermSupport")
        && text(cluster, "/sku/tier") == Some("Premium");
    SUPPORTED.contains(&minor) || (has_long_term && LONG_TERM.contains(&minor))
}

/// The minor versions an operating system has images for; none where there are none any more.
pub(crate) fn range(os_sku: &str) -> Option<std::ops::RangeInclusive<u64>> {
    match os_sku.to_ascii_lowercase().as_str() {
        "ubuntu" | "" => Some(25..=37),
        "ubuntu2204" => Some(25..=36),
        "ubuntu2404" => Some(32..=38),
        "azurelinux3" => Some(28..=36),
        "azurelinux" | "cblmariner" | "mariner" | "azurelinuxosguard" | "windows2025" => Some(32..=37),
        "azurecontainerlinux" => Some(34..=37),
        "windows2022" => Some(23..=36),
        // Out of support, their images still there until 2027-04-01 and 2027-05-15.
        "windows2019" => Some(14..=32),
        "windowsannual" => Some(28..=37),
        _ => None,
    }
}

const UBUNTU_22: &str = "AKSUbuntu-2204gen2containerd-202611.10.0";
const UBUNTU_24: &str = "AKSUbuntu-2404gen2containerd-202611.10.0";

/// The image a pool gets when its nodes are made anew; none where there is no image for it.
pub(crate) fn image(pool: &Pool, minor: u64) -> Option<String> {
    let sku = pool.os_sku.to_ascii_lowercase();
    range(&sku).filter(|range| range.contains(&minor))?;
    let is_fips = pool.document["enableFIPS"] == true;
    let family = match sku.as_str() {
        "ubuntu2404" if is_fips => return None,
        "ubuntu" | "" | "ubuntu2404" | "ubuntu2204" => {
            let is_newer = sku == "ubuntu2404" || (sku != "ubuntu2204" && minor >= 35 && !is_fips);
            if is_newer { UBUNTU_24 } else { UBUNTU_22 }
        }
        "windows2022" => "AKSWindows-2022-containerd-20348.4300.261110",
        "windows2025" => "AKSWindows-2025-gen2-26100.4300.261110",
        "windows2019" => "AKSWindows-2019-containerd-17763.7900.261110",
        "windowsannual" => "AKSWindows-23H2-gen2-25398.1900.261110",
        "azurecontainerlinux" => "AKSAzureContainerLinux-V1gen2-202611.10.0",
        "azurelinuxosguard" => "AKSAzureLinuxOSGuard-202611.10.0",
        _ => "AKSAzureLinux-V3gen2-202611.10.0",
    };
    Some(family.to_owned())
}

/// Whether the image a node runs is still there, so that it can be made anew from it: Azure Linux 2.0 went on 2026-03-31,
/// Flatcar on 2026-09-08, Ubuntu 18.04 on 2025-11-09.
/// <https://github.com/Azure/AKS/releases>
pub(crate) fn image_exists(pool: &Pool) -> bool {
    const GONE: [&str; 5] =
        ["aksazurelinux-v2", "akscblmariner", "aksubuntu-1804", "aksflatcar", "aksubuntu-1604"];
    let image = pool.image.to_ascii_lowercase();
    !GONE.iter().any(|start| image.starts_with(start)) && !pool.os_sku.eq_ignore_ascii_case("flatcar")
}
