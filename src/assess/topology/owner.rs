//! Whose a range is.

use crate::inventory::ResourceId;

/// Whose a range is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// A network, subnet, cluster or route table.
    Resource(ResourceId),
    /// Somebody outside Azure, as the user says.
    OnPremises,
    /// AKS, which reserves it.
    Aks,
}

impl Owner {
    /// A resource.
    pub(crate) fn of(id: &ResourceId) -> Self {
        Self::Resource(id.clone())
    }

    /// The resource it is, if it is one.
    pub(crate) fn resource(self) -> Option<ResourceId> {
        match self {
            Self::Resource(id) => Some(id),
            Self::OnPremises | Self::Aks => None,
        }
    }

    /// The id, or the word the reports use.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Resource(id) => id.as_str(),
            Self::OnPremises => "on-premises",
            Self::Aks => "AKS",
        }
    }

    /// The resource's own name, or that word.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Resource(id) => id.name(),
            Self::OnPremises | Self::Aks => self.as_str(),
        }
    }
}
