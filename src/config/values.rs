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

/// A length of time such as `500ms`, `90s` or `10m`, at most a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Span(pub Duration);

impl Span {
    /// No run waits longer, and no sum of a few such times passes what a clock can show.
    const LONGEST: Duration = Duration::from_secs(7 * 24 * 60 * 60);
}

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || format!("`{text}` is not a length of time such as `500ms`, `90s` or `10m`");
        let span: SignedDuration = text.parse().map_err(|_| invalid())?;
        let span = Duration::try_from(span).map_err(|_| invalid())?;
        if span.is_zero() {
            Err(format!("`{text}` is no time at all; give at least `1ms`"))
        } else if span > Self::LONGEST {
            Err(format!("`{text}` is too long; give at most `168h`"))
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

/// An amount of memory such as `512KiB`, `48MiB` or `1GiB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Bytes(pub u64);

impl Bytes {
    const UNITS: [(&str, u64); 3] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];
    /// One piece of the budget, and more than any answer that is no list.
    const LEAST: u64 = 64 << 10;
    const MOST: u64 = 64 << 30;
}

impl FromStr for Bytes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || format!("`{text}` is not an amount of memory such as `48MiB` (64KiB to 64GiB)");
        let amount = Self::UNITS.iter().find_map(|(name, unit)| {
            let digits = text.strip_suffix(name)?.trim_end();
            let count = digits.parse::<u64>().ok().filter(|_| digits.bytes().all(|b| b.is_ascii_digit()))?;
            count.checked_mul(*unit)
        });
        amount.filter(|bytes| (Self::LEAST..=Self::MOST).contains(bytes)).map(Self).ok_or_else(invalid)
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What was read is a multiple of the smallest unit.
        let (name, unit) =
            Self::UNITS.iter().find(|(_, unit)| self.0.is_multiple_of(*unit)).unwrap_or(&("KiB", 1 << 10));
        write!(f, "{}{name}", self.0 / unit)
    }
}

/// A whole number from 1 to `MOST`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "u32")]
pub struct Count<const MOST: u32>(u32);

impl<const MOST: u32> Count<MOST> {
    /// The number, or the nearest one that is allowed.
    #[must_use]
    pub fn nearest(number: usize) -> Self {
        Self(u32::try_from(number).unwrap_or(u32::MAX).clamp(1, MOST))
    }

    /// The number.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }
}

impl<const MOST: u32> TryFrom<i64> for Count<MOST> {
    type Error = String;

    fn try_from(number: i64) -> Result<Self, Self::Error> {
        let count = u32::try_from(number).ok().filter(|count| (1..=MOST).contains(count));
        count
            .map(Self)
            .ok_or_else(|| format!("`{number}` is out of range, expected a whole number from 1 to {MOST}"))
    }
}

impl<const MOST: u32> From<Count<MOST>> for u32 {
    fn from(count: Count<MOST>) -> Self {
        count.0
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
        for text in ["64KiB", "1000KiB", "48MiB", "1GiB", "64GiB"] {
            assert_eq!(text.parse::<Bytes>().unwrap().to_string(), text);
        }
        assert_eq!("48MiB".parse::<Bytes>().unwrap().0, 48 << 20);
        assert_eq!("1024 KiB".parse::<Bytes>().unwrap().to_string(), "1MiB");
        assert_eq!("33%".parse::<Surge>().unwrap().to_string(), "33%");
    }

    #[test]
    fn a_count_has_two_ends() {
        for number in [1, 2, 99, 100] {
            assert_eq!(i64::from(Count::<100>::try_from(number).unwrap().get()), number);
        }
        for number in [i64::MIN, -1, 0, 101, i64::from(u32::MAX) + 2, i64::MAX] {
            let message = Count::<100>::try_from(number).unwrap_err();
            assert!(message.ends_with("from 1 to 100"), "{message}");
        }
        assert_eq!([0, 7, 1_000].map(|number| Count::<100>::nearest(number).get()), [1, 7, 100]);
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "0s", "-5s", "soon", "5", "168h1s", "9223372036854775807s", "999999999999999999999s"]
        {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
        for text in [
            "",
            "48",
            "0MiB",
            "63KiB",
            "65GiB",
            "+1GiB",
            "-1MiB",
            "1.5GiB",
            "18446744073709551615GiB",
            "1TiB",
        ] {
            assert!(text.parse::<Bytes>().is_err(), "{text}");
        }
        for text in ["", "0", "0%", "101%", "-1", "+1", "ten"] {
            assert!(text.parse::<Surge>().is_err(), "{text}");
        }
    }
}
