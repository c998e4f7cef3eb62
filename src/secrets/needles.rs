//! What is looked for: each secret as it is and in Base64.

use std::collections::BTreeSet;
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// A needle is looked for by its first so many bytes, then compared. So the automaton stays small, however long tokens are
/// and however many there were.
const ANCHOR: usize = 32;

/// Texts to look for, all at once.
pub(super) struct Needles {
    anchors: AhoCorasick,
    /// The longest first, so that a token is found before its parts.
    whole: Vec<Vec<u8>>,
}

impl Needles {
    /// Needles for these secrets; nothing where there are none.
    pub(super) fn new<'a>(secrets: impl Iterator<Item = &'a str>) -> Option<Self> {
        let forms: BTreeSet<Vec<u8>> = secrets.flat_map(forms).collect();
        let mut whole: Vec<Vec<u8>> = forms.into_iter().collect();
        whole.sort_by_key(|needle| std::cmp::Reverse(needle.len()));
        let anchors: BTreeSet<&[u8]> =
            whole.iter().map(|needle| &needle[..needle.len().min(ANCHOR)]).collect();
        if anchors.is_empty() {
            return None;
        }
        let anchors = AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(anchors).ok()?;
        Some(Self { anchors, whole })
    }

    /// Where the needles are: in order, and never one inside another.
    pub(super) fn find_all(&self, text: &[u8]) -> Vec<Range<usize>> {
        let (mut found, mut at) = (Vec::new(), 0);
        while let Some(anchor) = text.get(at..).and_then(|rest| self.anchors.find(rest)) {
            let start = at + anchor.start();
            let needle = self.whole.iter().find(|needle| text[start..].starts_with(needle));
            at = start + needle.map_or(1, Vec::len);
            if needle.is_some() {
                found.push(start..at);
            }
        }
        found
    }
}

/// A secret as it is, as forms write it where it has spaces, and in Base64.
fn forms(secret: &str) -> Vec<Vec<u8>> {
    let mut forms = vec![secret.as_bytes().to_vec(), secret.replace(' ', "+").into_bytes()];
    for before in 0..3 {
        forms.extend(
            [
                STANDARD_NO_PAD.encode(shifted(secret, before)),
                URL_SAFE_NO_PAD.encode(shifted(secret, before)),
            ]
            .map(|encoded| {
                // Sextets that hold bits of what stands before or behind are not the secret's own.
                let start = (before * 8).div_ceil(6);
                let end = (before + secret.len()) * 8 / 6;
                encoded.as_bytes()[start..end].to_vec()
            }),
        );
    }
    forms
}

/// The secret with so many bytes in front of it.
fn shifted(secret: &str, before: usize) -> Vec<u8> {
    [&[0; 3][..before], secret.as_bytes()].concat()
}
