//! Serde shapes as ARM sends them (local stub).

use serde::Deserialize;

/// An object of a list that may carry an id.
pub trait Identified {
    /// The id, where the object has one.
    fn id(&self) -> Option<&str>;
}

macro_rules! shapes {
    ($($name:ident),+) => {$(
        /// A shape.
        #[derive(Debug, Clone, Deserialize)]
        pub struct $name {
            /// Its id.
            pub id: Option<String>,
            /// Its name.
            pub name: Option<String>,
        }

        impl Identified for $name {
            fn id(&self) -> Option<&str> {
                self.id.as_deref()
            }
        }
    )+};
}

shapes!(
    Subscription,
    Descendant,
    ManagedCluster,
    VirtualNetwork,
    RouteTable,
    NetworkSecurityGroup,
    ApplicationGateway
);
