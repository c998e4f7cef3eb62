//! A fix as a sentence.

use std::fmt;

use super::{Fix, Shortfall};
use crate::words;

impl fmt::Display for Fix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, change) in self.changes.iter().enumerate() {
            let before = if at == 0 { "" } else { ", and " };
            write!(f, "{before}{change}")?;
        }
        let Some(headroom) = self.headroom else { return Ok(()) };
        match self.shortfall {
            Shortfall::Subnet(..) => write!(f, " (leaves {})", words::addresses(headroom)),
            Shortfall::Limit(..) => write!(f, " (leaves {})", words::nodes(headroom)),
            Shortfall::Waste(..) => Ok(()),
        }
    }
}
