//! The closed sets of words that columns speak, each as its type spells them.

use crate::{
    assess::{
        audit::{SubnetStatus, UsedBasis},
        migration::{CheckStatus, RouteTableKind, Target, Verdict},
        options::Severity,
        outlook::{Limit, NetworkLimitKind, ProjectionBasis, Stage},
        schedule::Fit,
    },
    inventory::ReadStatus,
    ipam::IpamMode,
    rules::{CheckSeverity, Visibility},
};

/// A type whose values are words.
pub(crate) trait Word: Copy + 'static {
    /// Every value.
    const ALL: &'static [Self];

    /// The word of one.
    fn word(self) -> &'static str;
}

/// Every word of a type.
pub(crate) fn words<W: Word>() -> Vec<&'static str> {
    W::ALL.iter().map(|one| one.word()).collect()
}

/// Names every variant of each type; one that is forgotten does not compile.
macro_rules! closed {
    ($($type:ident { $($variant:ident),+ $(,)? })+) => {$(
        impl Word for $type {
            const ALL: &'static [Self] = &[$(Self::$variant),+];

            fn word(self) -> &'static str {
                match self {
                    $(Self::$variant)|+ => self.as_str(),
                }
            }
        }
    )+};
}

closed! {
    CheckSeverity { Info, Warning, Blocker }
    CheckStatus { Pass, Fail, Unknown, Open }
    Fit { Fits, Impossible, NotFound }
    IpamMode { Kubenet, NodeSubnet, PodSubnetDynamic, PodSubnetStatic, Overlay, ByoCni, Unknown }
    Limit {
        PodCidr, RouteTable, ClusterNodes, ScaleSet, PublicIpPrefix, PodsPerNode, NodeConfigurations, NodeSubnet, PodSubnet, Vnet,
    }
    NetworkLimitKind { PrivateAddresses, NetAppVolumes }
    ProjectionBasis { Exact, LowerBound, UpperBound, Mixed }
    ReadStatus { Ok, Denied, NotFound, Failed, Skipped }
    RouteTableKind { Managed, Own, Shared, Unknown }
    Severity { Critical, High, Medium, Low, Info }
    Stage { Today, AfterOverlay }
    SubnetStatus { Full, Critical, Warning, Unknown, Ok }
    Target {
        Stay, Overlay, OverlayThenCilium, Cilium, PodSubnet, NewPools, LargerSubnet, ExpandPodCidr, NewCluster, Undecided,
    }
    UsedBasis { Measured, Modelled, Mixed, Unknown }
    Verdict { Rebuild, Unknown, NeedsPreparation, ReadyAfterChecks, Ready }
    Visibility { Arm, Manual, Unread }
}
