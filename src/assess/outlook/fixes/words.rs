//! A fix as a sentence.

use std::fmt;

use super::{Fix, Shortfall};

impl fmt::Display for Fix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, change) in self.changes.iter().enumerate() {
            let before = if at == 0 { "" } else { ", and " };
            write!(f, "{before}{change}")?;
        }
        let unit = match &self.shortfall {
            Shortfall::Subnet(..) => "addresses",
            Shortfall::Limit(..) => "nodes",
            Shortfall::Waste(..) => return Ok(()),
        };
        match self.headroom {
            Some(headroom) => write!(f, " (leaves {headroom} {unit})"),
            None => Ok(()),
        }
    }
}
