//! The opaque token in a `nextLink`.

use std::fmt;

/// Names a page. Its text holds characters that must stay percent-encoded, so that a client which takes links apart
/// and puts them together wrongly is found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SkipToken {
    /// The page, from 1.
    pub(crate) page: usize,
    /// Whether it leads away from a page that a fault left empty.
    pub(crate) after_empty: bool,
}

impl SkipToken {
    pub(crate) fn to_page(page: usize) -> Self {
        Self { page, after_empty: false }
    }

    /// Parses the decoded value of the query parameter.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let inner = text.strip_prefix("AQ+")?.strip_suffix("==")?;
        let (digits, after_empty) = match inner.strip_suffix('e') {
            Some(digits) => (digits, true),
            None => (inner, false),
        };
        let page = digits.parse().ok().filter(|page| *page > 0)?;
        Some(Self { page, after_empty })
    }
}

impl fmt::Display for SkipToken {
    /// Writes it percent-encoded.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.after_empty { "e" } else { "" };
        write!(formatter, "AQ%2B{:06}{mark}%3d%3d", self.page)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_survives_only_a_faithful_client() {
        for token in [SkipToken::to_page(7), SkipToken { page: 123, after_empty: true }] {
            let query = format!("%24skiptoken={token}");
            let (_, value) = form_urlencoded::parse(query.as_bytes()).next().unwrap();
            assert_eq!(SkipToken::parse(&value), Some(token));
        }
        for wrong in ["AQ 000002==", "AQ+000000==", "AQ+000002", "2", ""] {
            assert_eq!(SkipToken::parse(wrong), None, "{wrong}");
        }
    }
}
