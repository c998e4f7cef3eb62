//! Commands for people to run: values quoted so that no name can become a command.

use std::borrow::Cow;

/// Quotes a text as one word of a POSIX shell. A NUL, which no shell word can hold, is left out.
#[must_use]
pub(crate) fn quote(text: &str) -> Cow<'_, str> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_./:=@%+,-".contains(&b);
    if !text.is_empty() && text.bytes().all(plain) {
        return Cow::Borrowed(text);
    }
    let inner = text.replace('\0', "").replace('\'', r"'\''");
    Cow::Owned(format!("'{inner}'"))
}

/// A command under construction.
#[derive(Debug, Clone)]
pub(crate) struct Command(String);

impl Command {
    /// Begins with words that are ours and need no quoting.
    #[must_use]
    pub(crate) fn new(words: &str) -> Self {
        Self(words.to_owned())
    }

    /// Adds an option and its value. A value that begins with a dash is joined with `=`, because it would pass for an
    /// option of its own.
    #[must_use]
    pub(crate) fn option(mut self, name: &str, value: &str) -> Self {
        self.0.push(' ');
        self.0.push_str(name);
        self.0.push(if value.starts_with('-') { '=' } else { ' ' });
        self.0.push_str(&quote(value));
        self
    }

    /// Adds a word of ours that takes no value.
    #[must_use]
    pub(crate) fn flag(mut self, name: &str) -> Self {
        self.0.push(' ');
        self.0.push_str(name);
        self
    }

    /// Adds an option that takes several values, unless there are none. None of them may begin with a dash, which would pass for
    /// an option of its own; such a value is left out.
    #[must_use]
    pub(crate) fn words<'v>(self, name: &str, values: impl IntoIterator<Item = &'v str>) -> Self {
        let mut values = values.into_iter().filter(|value| !value.starts_with('-'));
        let Some(first) = values.next() else { return self };
        let mut command = self.option(name, first);
        for value in values {
            command.0.push(' ');
            command.0.push_str(&quote(value));
        }
        command
    }

    /// The command as one line, as long as no value holds a newline.
    #[must_use]
    pub(crate) fn into_string(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_words_stay_as_they_are_and_others_are_quoted() {
        let cases = [
            ("aks-prod_1", "aks-prod_1"),
            ("/subscriptions/a/resourceGroups/b", "/subscriptions/a/resourceGroups/b"),
            ("", "''"),
            ("two words", "'two words'"),
            ("it's", r"'it'\''s'"),
            ("$(reboot)", "'$(reboot)'"),
            ("~root", "'~root'"),
            ("a;b", "'a;b'"),
        ];
        for (text, quoted) in cases {
            assert_eq!(quote(text), quoted);
        }
    }

    #[test]
    fn a_value_that_begins_with_a_dash_stays_a_value() {
        let command = Command::new("az aks show").option("--name", "-x").option("--query", "a b");
        assert_eq!(command.into_string(), "az aks show --name=-x --query 'a b'");
    }

    #[cfg(unix)]
    mod in_a_shell {
        use std::process::Command as Process;

        use proptest::prelude::*;

        use super::*;

        proptest! {
            #![proptest_config(ProptestConfig::with_cases(64))]
            #[test]
            fn a_quoted_text_is_one_inert_word(
                text in r#"[\x01-\x7f\u{80}-\u{2fff}]{0,24}|['"`$\\;&|<>(){}*?!~# \n-]{0,24}"#,
            ) {
                let script = format!("printf %s {}", quote(&text));
                let output = Process::new("sh").args(["-c", &script]).output().unwrap();
                prop_assert_eq!(output.stdout, text.as_bytes());
                prop_assert_eq!(output.stderr, b"".as_slice());
            }
        }
    }
}
