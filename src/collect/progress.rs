//! What a collection says of itself while it runs.

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The scope is known: this many subscriptions will be read.
    Scope {
        /// Subscriptions to read.
        subscriptions: usize,
    },
    /// A subscription's lists were read, or could not be.
    Subscription {
        /// Clusters found in it.
        clusters: usize,
        /// Addresses in use found in its subnets.
        addresses: u64,
        /// Whether all of its lists were read.
        complete: bool,
    },
    /// Resources that lists did not show are being asked for one by one.
    Missing {
        /// How many.
        resources: usize,
    },
}

/// Whoever wants to know.
pub trait Progress: Send + Sync {
    /// Takes an event. It is called from the collection's own tasks and must return at once.
    fn event(&self, event: Event);
}

/// Nobody wants to know.
pub struct Silent;

impl Progress for Silent {
    fn event(&self, _event: Event) {}
}
