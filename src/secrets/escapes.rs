//! Text behind its escapes, with the way back.

use std::ops::Range;

/// What escapes stand for.
pub(super) struct Decoded {
    pub(super) bytes: Vec<u8>,
    /// Where in the original each byte comes from, and the end of the original.
    from: Vec<usize>,
}

impl Decoded {
    fn new(text: &[u8], mut next: impl FnMut(&[u8]) -> Option<(Vec<u8>, usize)>) -> Self {
        let mut decoded =
            Self { bytes: Vec::with_capacity(text.len()), from: Vec::with_capacity(text.len() + 1) };
        let mut at = 0;
        while at < text.len() {
            let (bytes, length) = next(&text[at..]).unwrap_or_else(|| (vec![text[at]], 1));
            decoded.from.extend(bytes.iter().map(|_| at));
            decoded.bytes.extend(bytes);
            at += length;
        }
        decoded.from.push(text.len());
        decoded
    }

    /// Where in the original a part of the text stands.
    pub(super) fn origin(&self, part: &Range<usize>) -> Range<usize> {
        self.from[part.start]..self.from[part.end]
    }
}

/// `%2B` is `+`: RFC 3986, section 2.1. What is no escape stands for itself.
pub(super) fn percent(text: &[u8]) -> Decoded {
    Decoded::new(text, |rest| match rest {
        [b'%', high, low, ..] => Some((vec![u8::try_from(hex(&[*high, *low])?).ok()?], 3)),
        _ => None,
    })
}

/// `\u002b` and `\/`: RFC 8259, section 7. What is no escape stands for itself, half a character for nothing known.
pub(super) fn json(text: &[u8]) -> Decoded {
    Decoded::new(text, |rest| match rest {
        [b'\\', b'u', digits @ ..] => {
            let unit = hex(digits.get(..4)?)?;
            let low =
                digits.get(4..10).filter(|next| next.starts_with(b"\\u")).and_then(|next| hex(&next[2..]));
            let (character, length) = match (unit, low) {
                (0xd800..=0xdbff, Some(low @ 0xdc00..=0xdfff)) => {
                    (0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00), 12)
                }
                _ => (unit, 6),
            };
            let character = char::from_u32(character).unwrap_or(char::REPLACEMENT_CHARACTER);
            Some((character.to_string().into_bytes(), length))
        }
        [b'\\', escaped, ..] => {
            let byte = match escaped {
                b'"' | b'\\' | b'/' | b'\'' => *escaped,
                b'b' => 0x8,
                b'f' => 0xc,
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                _ => return None,
            };
            Some((vec![byte], 2))
        }
        _ => None,
    })
}

fn hex(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, digit| Some(number * 16 + char::from(*digit).to_digit(16)?))
}
