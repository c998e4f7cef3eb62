//! The lines of a shell script, as far as printed commands use one. What a POSIX shell would do beyond that is refused, so
//! that no command means more than is rehearsed.
//! <https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html>

use std::{iter::Peekable, str::Chars};

/// A piece of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Text as it stands.
    Text(String),
    /// What a variable holds.
    Variable(String),
    /// What a command prints.
    Output(String),
}

/// A word; what is quoted is one word whatever it holds.
pub(crate) type Word = Vec<Piece>;

/// A command and where its output goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Command {
    /// A variable that is set instead of a command that is run.
    pub(crate) assigns: Option<(String, Word)>,
    /// Its words, the name of the program first.
    pub(crate) words: Vec<Word>,
    /// The file its output goes to.
    pub(crate) into: Option<Word>,
    /// Whether its output is read by a command that follows and only looks at it.
    pub(crate) is_piped: bool,
    /// The line it stands on.
    pub(crate) text: String,
}

/// Splits a script into its commands.
pub(crate) fn commands(script: &str) -> Result<Vec<Command>, String> {
    let mut found = Vec::new();
    let joined = script.replace("\\\n", " ");
    for line in lines(&joined)? {
        let mut reader = Reader { chars: line.chars().peekable(), line: &line };
        loop {
            let (command, end) = reader.command()?;
            if command.words.is_empty() && command.assigns.is_none() {
                if end == End::Line {
                    break;
                }
                return Err(format!("a command is missing in `{line}`"));
            }
            found.push(Command { text: line.trim().to_owned(), is_piped: end == End::Pipe, ..command });
            if end == End::Line {
                break;
            }
        }
    }
    Ok(found)
}

/// The lines, where a quoted line end does not end one.
fn lines(script: &str) -> Result<Vec<String>, String> {
    let mut lines = Vec::new();
    let mut open = String::new();
    for line in script.lines() {
        if !open.is_empty() {
            open.push('\n');
        }
        open.push_str(line);
        if is_closed(&open) {
            lines.push(std::mem::take(&mut open));
        }
    }
    if open.is_empty() { Ok(lines) } else { Err(format!("a quote is not closed: `{open}`")) }
}

fn is_closed(text: &str) -> bool {
    let mut quote = None;
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        match (quote, char) {
            (None | Some('"'), '\\') => {
                chars.next();
            }
            (None, '\'' | '"') => quote = Some(char),
            (None, '#') if text.trim_start().starts_with('#') => return true,
            (Some(open), _) if open == char => quote = None,
            _ => {}
        }
    }
    quote.is_none()
}

#[derive(PartialEq, Eq)]
enum End {
    Line,
    And,
    Pipe,
}

struct Reader<'a> {
    chars: Peekable<Chars<'a>>,
    line: &'a str,
}

impl Reader<'_> {
    fn command(&mut self) -> Result<(Command, End), String> {
        let mut command = Command::default();
        loop {
            match self.chars.peek().copied() {
                None | Some('#') => return Ok((command, End::Line)),
                Some(' ' | '\t') => {
                    self.chars.next();
                }
                Some('>') => {
                    self.chars.next();
                    if self.chars.peek() == Some(&'>') {
                        return Err(self.beyond(">>"));
                    }
                    while self.chars.peek() == Some(&' ') {
                        self.chars.next();
                    }
                    command.into = Some(self.word()?);
                }
                Some('|') => {
                    self.chars.next();
                    return match self.chars.peek() {
                        Some('|') => Err(self.beyond("||")),
                        _ => Ok((command, End::Pipe)),
                    };
                }
                Some('&') => {
                    self.chars.next();
                    return match self.chars.next() {
                        Some('&') => Ok((command, End::And)),
                        _ => Err(self.beyond("&")),
                    };
                }
                Some(char @ (';' | '<' | '(' | ')')) => return Err(self.beyond(&char.to_string())),
                Some(_) => {
                    let word = self.word()?;
                    match assignment(&word).filter(|_| command.words.is_empty()) {
                        Some(assigns) => command.assigns = Some(assigns),
                        None => command.words.push(word),
                    }
                }
            }
        }
    }

    fn word(&mut self) -> Result<Word, String> {
        let mut word = Word::new();
        let mut text = String::new();
        let mut is_quoted = false;
        while let Some(char) = self.chars.peek().copied() {
            match char {
                ' ' | '\t' | '>' | '|' | '&' | ';' | '<' | '(' | ')' => break,
                '\'' => {
                    self.chars.next();
                    is_quoted = true;
                    for char in self.chars.by_ref().take_while(|char| *char != '\'') {
                        text.push(char);
                    }
                }
                '"' => {
                    self.chars.next();
                    is_quoted = true;
                    self.double_quoted(&mut word, &mut text)?;
                }
                '\\' => {
                    self.chars.next();
                    text.extend(self.chars.next());
                }
                '$' => self.expansion(&mut word, &mut text)?,
                '`' => return Err(self.beyond("`")),
                '~' if text.is_empty() && word.is_empty() => return Err(self.beyond("~")),
                _ => {
                    self.chars.next();
                    text.push(char);
                }
            }
        }
        if !text.is_empty() || (word.is_empty() && is_quoted) {
            word.push(Piece::Text(text));
        }
        if word.is_empty() { Err(self.beyond("an empty word")) } else { Ok(word) }
    }

    fn double_quoted(&mut self, word: &mut Word, text: &mut String) -> Result<(), String> {
        while let Some(char) = self.chars.peek().copied() {
            match char {
                '"' => {
                    self.chars.next();
                    return Ok(());
                }
                '\\' => {
                    self.chars.next();
                    match self.chars.next() {
                        Some(char @ ('$' | '`' | '"' | '\\')) => text.push(char),
                        Some(char) => text.extend(['\\', char]),
                        None => return Err(self.beyond("\\")),
                    }
                }
                '$' => self.expansion(word, text)?,
                '`' => return Err(self.beyond("`")),
                _ => {
                    self.chars.next();
                    text.push(char);
                }
            }
        }
        Err(self.beyond("an open quote"))
    }

    /// `$NAME` or `$(command)`.
    fn expansion(&mut self, word: &mut Word, text: &mut String) -> Result<(), String> {
        self.chars.next();
        if !text.is_empty() {
            word.push(Piece::Text(std::mem::take(text)));
        }
        if self.chars.peek() == Some(&'(') {
            self.chars.next();
            let inner: String = self.chars.by_ref().take_while(|char| *char != ')').collect();
            word.push(Piece::Output(inner));
            return Ok(());
        }
        let mut name = String::new();
        while let Some(char) =
            self.chars.peek().copied().filter(|char| char.is_ascii_alphanumeric() || *char == '_')
        {
            self.chars.next();
            name.push(char);
        }
        if name.is_empty() {
            return Err(self.beyond("$"));
        }
        word.push(Piece::Variable(name));
        Ok(())
    }

    fn beyond(&self, what: &str) -> String {
        format!("`{what}` is more than a plain command: `{}`", self.line)
    }
}

/// `NAME=value` before any command.
fn assignment(word: &Word) -> Option<(String, Word)> {
    let Piece::Text(first) = word.first()? else { return None };
    let (name, rest) = first.split_once('=')?;
    let is_name = !name.is_empty() && name.chars().all(|char| char.is_ascii_alphanumeric() || char == '_');
    if !is_name || name.starts_with(|char: char| char.is_ascii_digit()) {
        return None;
    }
    let rest = (!rest.is_empty()).then(|| Piece::Text(rest.to_owned()));
    Some((name.to_owned(), rest.into_iter().chain(word[1..].iter().cloned()).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(script: &str) -> Vec<Vec<String>> {
        let text = |word: &Word| match word.as_slice() {
            [Piece::Text(text)] => text.clone(),
            other => format!("{other:?}"),
        };
        commands(script).unwrap().iter().map(|one| one.words.iter().map(text).collect()).collect()
    }

    #[test]
    fn words_are_those_of_a_shell() {
        for (script, words) in [
            ("az aks show --name 'a b'", vec!["az", "aks", "show", "--name", "a b"]),
            ("az x --y \"a'b\"", vec!["az", "x", "--y", "a'b"]),
            (r#"az x 'it'\''s' "$" "#.trim_end_matches("\"$\" "), vec!["az", "x", "it's"]),
            (r#"az x "a\"b\$c\n""#, vec!["az", "x", "a\"b$c\\n"]),
            ("az x \\\n  --y z", vec!["az", "x", "--y", "z"]),
            ("az x ''", vec!["az", "x", ""]),
            ("az x a#b # said", vec!["az", "x", "a#b"]),
            ("az x 'a\nb'", vec!["az", "x", "a\nb"]),
        ] {
            assert_eq!(plain(script), [words], "{script}");
        }
    }

    #[test]
    fn what_goes_where() {
        let found =
            commands("az a > f.json\nkubectl b | grep -E 'x|y'\naz c && az d\nID=$(az e f)\naz g \"$ID\"\n")
                .unwrap();
        let ends: Vec<_> =
            found.iter().map(|one| (one.words.len(), one.into.is_some(), one.is_piped)).collect();
        assert_eq!(
            ends,
            [
                (2, true, false),
                (2, false, true),
                (3, false, false),
                (2, false, false),
                (2, false, false),
                (0, false, false),
                (3, false, false)
            ]
        );
        assert_eq!(found[5].assigns, Some(("ID".to_owned(), vec![Piece::Output("az e f".to_owned())])));
        assert_eq!(found[6].words[2], [Piece::Variable("ID".to_owned())]);
    }

    #[test]
    fn what_is_more_than_a_command_is_refused() {
        for script in [
            "az a; az b",
            "az a &",
            "az `b`",
            "az 'open",
            "az < f",
            "(az a)",
            "az a || az b",
            "az a >> f",
            "az $",
            "| az",
        ] {
            assert!(commands(script).is_err(), "{script}");
        }
    }
}
