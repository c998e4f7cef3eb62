//! Values with a grammar of their own, so that a bad one is an error that names its line.

use std::{fmt, str::FromStr, time::Duration};

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// Values that read what they print, as serde's `with`.
pub(super) mod text {
    use std::{fmt::Display, str::FromStr};

    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(in crate::config) fn serialize<T: Display, S: Serializer>(
        value: &T,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub(in crate::config) fn deserialize<'de, T, D>(deserializer: D) -> Result<T, D::Error>
    where
        T: FromStr<Err: Display>,
        D: Deserializer<'de>,
    {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// A length of time such as `500ms`, `90s` or `10m`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Span(pub Duration);

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || format!("`{text}` is not a length of time such as `500ms`, `90s` or `10m`");
        let span: SignedDuration = text.parse().map_err(|_| invalid())?;
        let span = Duration::try_from(span).map_err(|_| invalid())?;
        if span.is_zero() {
            Err(format!("`{text}` is no time at all; give at least `1ms`"))
        } else {
            Ok(Self(span))
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let milliseconds = self.0.as_millis();
        if milliseconds.is_multiple_of(1000) {
            write!(f, "{}s", milliseconds / 1000)
        } else {
            write!(f, "{milliseconds}ms")
        }
    }
}

/// An amount of memory such as `48MiB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Bytes(pub usize);

impl Bytes {
    const MIB: usize = 1 << 20;
}

impl FromStr for Bytes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || format!("`{text}` is not an amount of memory such as `48MiB` (1MiB to 4096MiB)");
        let count: usize =
            text.strip_suffix("MiB").and_then(|n| n.trim().parse().ok()).ok_or_else(invalid)?;
        if (1..=4096).contains(&count) { Ok(Self(count * Self::MIB)) } else { Err(invalid()) }
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}MiB", self.0 / Self::MIB)
    }
}

/// A surge such as `1` or `10%`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Surge(pub String);

impl FromStr for Surge {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.strip_suffix('%').unwrap_or(text);
        let number = digits.parse::<u32>().ok().filter(|_| digits.bytes().all(|b| b.is_ascii_digit()));
        match number {
            Some(n) if n > 0 && (!text.ends_with('%') || n <= 100) => Ok(Self(text.to_owned())),
            _ => Err(format!(
                "`{text}` is neither a number of nodes such as `1` nor a percentage such as `10%`"
            )),
        }
    }
}

impl fmt::Display for Surge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

macro_rules! through_text {
    ($($name:ident),+) => {
        $(impl TryFrom<String> for $name {
            type Error = String;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.to_string()
            }
        })+
    };
}

through_text!(Span, Bytes, Surge);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_read_what_they_print() {
        for text in ["500ms", "60s", "600s"] {
            assert_eq!(text.parse::<Span>().unwrap().to_string(), text);
        }
        assert_eq!("10m".parse::<Span>().unwrap().0, Duration::from_secs(600));
        assert_eq!("48MiB".parse::<Bytes>().unwrap().0, 48 << 20);
        assert_eq!("33%".parse::<Surge>().unwrap().to_string(), "33%");
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "0s", "-5s", "soon", "5"] {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
        for text in ["", "48", "0MiB", "9999MiB", "1GiB"] {
            assert!(text.parse::<Bytes>().is_err(), "{text}");
        }
        for text in ["", "0", "0%", "101%", "-1", "+1", "ten"] {
            assert!(text.parse::<Surge>().is_err(), "{text}");
        }
    }
}
