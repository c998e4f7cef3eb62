//! Texts from outside made harmless yet visible, in every format.

use std::borrow::Cow;

/// Shows control characters, line separators and invisible or direction-changing characters as escapes (`\n`,
/// `\u{202e}`), so that a text stays on its line and reads in its order. Everything else stays as it is.
#[must_use]
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    // Nearly all texts are plain ASCII, and that can be told many bytes at a time.
    let is_plain = text.bytes().fold(true, |so_far, byte| so_far & matches!(byte, b' '..=b'~'));
    if is_plain || !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            c if is_hidden(c) => shown.extend(c.escape_unicode()),
            c => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// Control characters, and the format characters of Unicode that hide, join, or turn the direction of a text.
pub(crate) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_hides_or_turns_a_text_becomes_visible() {
        let cases = [
            ("plain name", "plain name"),
            ("Zürich 東京 😀", "Zürich 東京 😀"),
            ("two\nlines\r\n", "two\\nlines\\r\\n"),
            ("a\tb", "a\\tb"),
            ("gpj\u{202e}.exe", "gpj\\u{202e}.exe"),
            ("a\u{200b}b\u{2066}c", "a\\u{200b}b\\u{2066}c"),
            ("\u{1b}[31mred", "\\u{1b}[31mred"),
            ("a\u{2028}b\u{85}", "a\\u{2028}b\\u{85}"),
        ];
        for (text, shown) in cases {
            assert_eq!(visible(text), shown);
        }
    }

    proptest! {
        #[test]
        fn a_visible_text_has_no_hidden_character_and_is_stable(text in any::<String>()) {
            let shown = visible(&text).into_owned();
            prop_assert!(!shown.chars().any(is_hidden));
            prop_assert_eq!(visible(&shown).into_owned(), shown.clone());
        }
    }
}
