//! Private space that is apart from given ranges.

use super::ranges::private;
use crate::ipam::Cidr;

/// The lowest private block of a length apart from all of these.
pub(crate) fn clear_private(length: u8, taken: impl IntoIterator<Item = Cidr>) -> Option<Cidr> {
    private().subtract(&taken.into_iter().collect()).first_block(length)
}
