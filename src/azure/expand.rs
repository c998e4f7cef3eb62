//! Compressed bodies, expanded within a limit and within the room of `memory`.

use std::io;

use flate2::bufread::MultiGzDecoder;

use super::buffer::Buffer;

/// A body as it was before it was compressed.
#[derive(Debug)]
pub(super) struct Expanded {
    pub(super) body: Buffer,
    /// Whether it ended within the limit.
    pub(super) is_whole: bool,
}

/// Expands a gzip stream of one or more members, making room for it first.
///
/// # Errors
/// When the stream breaks off or is garbled.
pub(super) async fn gunzip(compressed: Buffer) -> io::Result<Expanded> {
    let (compressed, mut body) = compressed.beside();
    let is_whole = body.fill(&mut MultiGzDecoder::new(compressed.as_slice()), announced(&compressed)).await?;
    drop(compressed);
    body.alone();
    Ok(Expanded { body, is_whole })
}

/// The length at the end of a gzip stream (RFC 1952, section 2.3.1). It may be wrong: only the first estimate hangs on it,
/// and deflate makes nothing more than about 1,032 times smaller.
fn announced(compressed: &[u8]) -> u64 {
    const MOST_TIMES: u64 = 1032;
    let length = compressed.last_chunk().map_or(0, |tail| u64::from(u32::from_le_bytes(*tail)));
    length.min((compressed.len() as u64).saturating_mul(MOST_TIMES))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::*;
    use crate::azure::memory::MemoryBudget;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    async fn expand(compressed: &[u8], limit: u64) -> io::Result<Expanded> {
        let mut buffer = Buffer::new(limit, MemoryBudget::new(1 << 20).reservation());
        buffer.extend(compressed, None).await;
        gunzip(buffer).await
    }

    #[tokio::test]
    async fn a_body_comes_back_up_to_its_limit() {
        for length in [0, 1, 65_535, 65_536, 65_537, 300_000] {
            let text = vec![b'x'; length];
            let whole = expand(&gzip(&text), length as u64).await.unwrap();
            assert!(whole.is_whole && whole.body.bytes() == text, "{length}");
        }
        let cut = expand(&gzip(&vec![b'x'; 300_000]), 299_999).await.unwrap();
        assert!(!cut.is_whole);
        assert_eq!(cut.body.bytes().len(), 300_000);
    }

    #[tokio::test]
    async fn a_wrong_length_and_several_members_are_no_matter() {
        let text = vec![b'x'; 200_000];
        let two = [gzip(&text), gzip(&text)].concat();
        assert_eq!(expand(&two, 1 << 20).await.unwrap().body.bytes().len(), 400_000);
        assert!(!expand(&two, 300_000).await.unwrap().is_whole);
    }

    #[tokio::test]
    async fn what_breaks_off_or_is_garbled_is_noticed() {
        let whole = gzip(&vec![b'x'; 200_000]);
        for length in [0, 1, 9, 12, whole.len() - 9, whole.len() - 1] {
            assert!(expand(&whole[..length], 1 << 20).await.is_err(), "{length}");
        }
        let mut garbled = whole.clone();
        garbled[whole.len() - 6] ^= 1;
        assert!(expand(&garbled, 1 << 20).await.is_err());
        assert!(expand(b"<html>no gzip at all</html>", 1 << 20).await.is_err());
    }
}
