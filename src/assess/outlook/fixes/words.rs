//! A fix as a sentence.

use std::fmt;

use super::{Fix, Shortfall};

impl fmt::Display for Fix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, change) in self.changes.iter().enumerate() {
            let before = if at == 0 { "" } else { ", and " };
            write!(f, "{before}{change}")?;
        }
        let unit = match (&self.shortfall, self.headroom) {
            (Shortfall::Subnet(..), Some(1)) => "address",
            (Shortfall::Limit(..), Some(1)) => "node",
            (Shortfall::Subnet(..), _) => "addresses",
            (Shortfall::Limit(..), _) => "nodes",
            (Shortfall::Waste(..), _) => return Ok(()),
        };
        match self.headroom {
            Some(headroom) => write!(f, " (leaves {headroom} {unit})"),
            None => Ok(()),
        }
    }
}
