//! A page of a list: compressed once, sent many times with whatever `nextLink` the request calls for.

use std::io::{self, Read, Write};

use bytes::Bytes;
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc, read::GzDecoder};

/// RFC 1952: magic, deflate, no flags, no time, unknown operating system.
const GZIP_HEADER: &[u8] = &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

/// The longest stored block of deflate (RFC 1951, section 3.2.4).
const STORED_BLOCK: usize = 0xffff;

/// The beginning of a JSON text, deflated up to a byte boundary so that any ending can follow it uncompressed.
pub(crate) struct Page {
    deflated: Bytes,
    length: u32,
    checksum: Crc,
}

impl Page {
    /// Compresses the beginning of a text.
    pub(crate) fn new(beginning: &[u8]) -> io::Result<Self> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(beginning)?;
        encoder.flush()?;
        let mut checksum = Crc::new();
        checksum.update(beginning);
        // The copy matters: `finish` would close the stream, the flushed bytes leave it open.
        let deflated = Bytes::copy_from_slice(encoder.get_ref());
        Ok(Self { deflated, length: checksum.amount(), checksum })
    }

    /// The whole text as a gzip stream, in pieces that share the page's memory.
    pub(crate) fn gzip(&self, ending: &[u8]) -> [Bytes; 3] {
        let ending = ending.get(..STORED_BLOCK).unwrap_or(ending);
        let stored = u16::try_from(ending.len()).unwrap_or(u16::MAX);
        let mut tail = Vec::with_capacity(ending.len() + 13);
        tail.push(1);
        tail.extend_from_slice(&stored.to_le_bytes());
        tail.extend_from_slice(&(!stored).to_le_bytes());
        tail.extend_from_slice(ending);
        let mut rest = Crc::new();
        rest.update(ending);
        let mut checksum = Crc::new();
        checksum.combine(&self.checksum);
        checksum.combine(&rest);
        tail.extend_from_slice(&checksum.sum().to_le_bytes());
        tail.extend_from_slice(&self.length.wrapping_add(u32::from(stored)).to_le_bytes());
        [Bytes::from_static(GZIP_HEADER), self.deflated.clone(), tail.into()]
    }

    /// The whole text.
    pub(crate) fn plain(&self, ending: &[u8]) -> io::Result<Vec<u8>> {
        let gzip = self.gzip(ending).concat();
        let mut text = Vec::with_capacity(usize::try_from(self.length).unwrap_or(0) + ending.len());
        GzDecoder::new(gzip.as_slice()).read_to_end(&mut text)?;
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ending_gives_a_valid_gzip_stream() {
        let long = "x".repeat(300_000);
        for beginning in ["", "{\"value\":[", long.as_str()] {
            let page = Page::new(beginning.as_bytes()).unwrap();
            for ending in ["", "]}", "],\"nextLink\":\"https://127.0.0.1/?a=b\"}"] {
                let text = String::from_utf8(page.plain(ending.as_bytes()).unwrap()).unwrap();
                assert_eq!(text, format!("{beginning}{ending}"));
            }
        }
    }

    #[test]
    fn a_damaged_stream_is_noticed() {
        let page = Page::new(b"{\"value\":[").unwrap();
        let mut gzip = page.gzip(b"]}").concat();
        let last = gzip.len() - 9;
        gzip[last] ^= 1;
        assert!(GzDecoder::new(gzip.as_slice()).read_to_end(&mut Vec::new()).is_err());
    }
}
