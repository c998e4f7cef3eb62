//! Resource ids, and numbers that look random but follow from a name alone.

/// The id of a resource.
pub(crate) fn resource(subscription: &str, group: &str, kind: &str, name: &str) -> String {
    format!("/subscriptions/{subscription}/resourceGroups/{group}/providers/{kind}/{name}")
}

/// A well-mixed number made of a text (FNV-1a, then the finaliser of splitmix64).
pub(crate) fn digest(text: &str) -> u64 {
    let folded = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |h: u64, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    mix(folded)
}

/// The finaliser of splitmix64.
pub(crate) fn mix(state: u64) -> u64 {
    let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A GUID made of a text.
pub(crate) fn guid(text: &str) -> String {
    let (a, b) = (digest(text), digest(&format!("{text}+")));
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        a >> 32,
        (a >> 16) & 0xffff,
        a & 0xfff,
        0x8000 | ((b >> 48) & 0x3fff),
        b & 0xffff_ffff_ffff
    )
}

/// The eight digits AKS puts into the names of what it makes for a cluster.
pub(crate) fn eight_digits(node_resource_group: &str) -> u64 {
    10_000_000 + digest(&node_resource_group.to_ascii_lowercase()) % 90_000_000
}

/// Azure's entity tag, as the network provider writes it.
pub(crate) fn etag(id: &str) -> String {
    format!("W/\"{}\"", guid(id))
}
