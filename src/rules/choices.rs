//! Numbers that this project chose. Those of Azure and AKS stand with the arithmetic.

use crate::ipam::limits::limits;

limits! {
    /// Every number of this project's choice.
    OVER_PROVISIONED_SHARE: u64 = 20, "over-provisioned-share", "percent of usable addresses" {
        title: "Share of a subnet below which it counts as over-provisioned",
        why: "A subnet that stays below this share even at autoscaler maximum while everything surges holds \
            addresses that others may lack.",
        remediation: "Give its pools a smaller subnet when they are next replaced.",
        source: "https://learn.microsoft.com/azure/aks/concepts-network-ip-address-planning",
        severity: Info,
        source_date: (2026, 8, 21),
        checked: (2026, 11, 21),
        confidence: Derived,
    }

    RULES_AGE_DAYS: i64 = 180, "rules-age", "days" {
        title: "Age from which the rules of this program count as outdated",
        why: "Microsoft announces and moves retirements several times a year.",
        remediation: "Update the program.",
        source: "https://github.com/Azure/AKS/releases",
        severity: Low,
        source_date: (2026, 8, 21),
        checked: (2026, 11, 21),
        confidence: Derived,
    }

    SOURCE_AGE_DAYS: i64 = 90, "source-age", "days" {
        title: "Age from which the source of a rule counts as old",
        why: "Microsoft announces and moves retirements several times a year; a rule is no newer than the page or \
            the release it was read from, whenever that was.",
        remediation: "Update the program, or look at the source of what matters to you.",
        source: "https://github.com/Azure/AKS/releases",
        severity: Info,
        source_date: (2026, 8, 21),
        checked: (2026, 11, 28),
        confidence: Derived,
    }
}
