//! The tokens of Rust code, as far as the house rules need them: names, `::`, brackets and marks. Comments and literals are
//! dropped, and so is what exists in tests only.

/// A token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    /// A name, a keyword or a number.
    Word(String),
    /// `::`.
    Through,
    /// `(`, `[` or `{`.
    Open(char),
    /// `)`, `]` or `}`.
    Close(char),
    /// Anything else.
    Mark(char),
}

impl Token {
    /// The word, where it is one.
    pub(crate) fn word(&self) -> Option<&str> {
        match self {
            Self::Word(word) => Some(word),
            _ => None,
        }
    }
}

/// The tokens of a text.
pub(crate) fn tokens(code: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut rest = code;
    while let Some(c) = rest.chars().next() {
        let length = if let Some(length) = skipped(rest) {
            length
        } else if c.is_alphanumeric() || c == '_' {
            let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            found.push(Token::Word(rest[..length].to_owned()));
            length
        } else if rest.starts_with("::") {
            found.push(Token::Through);
            2
        } else {
            match c {
                '(' | '[' | '{' => found.push(Token::Open(c)),
                ')' | ']' | '}' => found.push(Token::Close(c)),
                c if c.is_whitespace() => {}
                c => found.push(Token::Mark(c)),
            }
            c.len_utf8()
        };
        rest = &rest[length..];
    }
    found
}

/// The length of a comment, a literal or a lifetime that comes next.
fn skipped(code: &str) -> Option<usize> {
    if code.starts_with("//") {
        return Some(code.find('\n').unwrap_or(code.len()));
    }
    if code.starts_with("/*") {
        return Some(block_comment(code));
    }
    let after = ["br", "cr", "r"].iter().find_map(|prefix| code.strip_prefix(prefix));
    if let Some(raw) = after {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        if let Some(body) = raw[hashes..].strip_prefix('"') {
            let end = format!("\"{}", "#".repeat(hashes));
            let start = code.len() - body.len();
            return Some(start + body.find(&end).map_or(body.len(), |at| at + end.len()));
        }
    }
    let quoted = code.strip_prefix(['b', 'c']).filter(|rest| rest.starts_with(['"', '\'']));
    let before = usize::from(quoted.is_some());
    let quoted = quoted.unwrap_or(code);
    match quoted.chars().next()? {
        '"' => Some(before + literal(quoted, '"')),
        '\'' => {
            let mut ahead = quoted.chars().skip(1);
            let is_character = ahead.next() == Some('\\') || ahead.next() == Some('\'');
            Some(before + if is_character { literal(quoted, '\'') } else { 1 })
        }
        _ => None,
    }
}

fn block_comment(code: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < code.len() {
        match code.get(at..at + 2) {
            Some("/*") => (depth, at) = (depth + 1, at + 2),
            Some("*/") => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    code.len()
}

/// The length of a literal with its quotes.
fn literal(code: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, c) in code.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    code.len()
}

/// The place of the bracket that closes the one at a place.
pub(crate) fn close(code: &[Token], open: usize) -> usize {
    let mut depth = 0;
    for (at, token) in code.iter().enumerate().skip(open) {
        match token {
            Token::Open(_) => depth += 1,
            Token::Close(_) => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    code.len() - 1
}

/// The tokens without what stands under `#[cfg(test)]` or `#[cfg(all(test, …))]`.
pub(crate) fn production(code: &[Token]) -> Vec<Token> {
    let mut kept = Vec::with_capacity(code.len());
    let mut at = 0;
    while at < code.len() {
        match attribute(code, at) {
            Some(end) if is_of_tests(&code[at + 2..end]) => at = end_of_thing(code, end + 1),
            _ => {
                kept.push(code[at].clone());
                at += 1;
            }
        }
    }
    kept
}

/// The place of the bracket that closes an attribute which begins here.
fn attribute(code: &[Token], at: usize) -> Option<usize> {
    let begins = code.get(at) == Some(&Token::Mark('#')) && code.get(at + 1) == Some(&Token::Open('['));
    begins.then(|| close(code, at + 1))
}

fn is_of_tests(attribute: &[Token]) -> bool {
    let words: Vec<&str> = attribute.iter().filter_map(Token::word).collect();
    match words.as_slice() {
        ["cfg", "test"] => true,
        ["cfg", "all", conditions @ ..] => conditions.contains(&"test") && !conditions.contains(&"not"),
        _ => false,
    }
}

/// The place after the item, member, statement or part that begins here.
fn end_of_thing(code: &[Token], mut at: usize) -> usize {
    while let Some(end) = attribute(code, at) {
        at = end + 1;
    }
    if code.get(at).and_then(Token::word) == Some("pub") {
        at += 1;
        if code.get(at) == Some(&Token::Open('(')) {
            at = close(code, at) + 1;
        }
    }
    let keyword = code.get(at).and_then(Token::word).unwrap_or_default();
    let is_constant_function = keyword == "const" && code.get(at + 1).and_then(Token::word) == Some("fn");
    let has_body = is_constant_function
        || ["async", "enum", "extern", "fn", "impl", "macro_rules", "mod", "struct", "trait", "unsafe"]
            .contains(&keyword);
    let ends_with_mark = has_body || ["const", "let", "static", "type", "use"].contains(&keyword);
    while let Some(token) = code.get(at) {
        match token {
            Token::Open(bracket) => {
                at = close(code, at);
                if has_body && *bracket == '{' {
                    return at + 1;
                }
            }
            Token::Close(_) => return at,
            Token::Mark(';') => return at + 1,
            Token::Mark(',') if !ends_with_mark => return at + 1,
            _ => {}
        }
        at += 1;
    }
    at
}
