//! What to know of limits beside their figures.

use super::pieces::in_motion;
use crate::{
    assess::outlook::{LimitPart, LimitRow},
    report::phrase::{Phrase, phrase},
};

/// What to know of a limit's figures: what goes on in the cluster, and which routes lead nowhere.
pub(crate) fn limit_reasons(row: &LimitRow) -> Vec<Phrase> {
    let motion = row.in_motion.as_deref().map(|state| in_motion(&row.cluster_id, state));
    let routes = row.parts.iter().filter_map(|part| match part {
        LimitPart::StaleRoutes { table, routes, told, names } => Some(phrase!(
            "pod routes in {} to nodes that are not there, {}",
            Phrase::outside(table.name()),
            stale_routes(*routes, *told, names)
        )),
        _ => None,
    });
    motion.into_iter().chain(routes).collect()
}

/// How many routes lead to nodes that are gone, and which, as far as that is told.
pub(crate) fn stale_routes(routes: u64, told: u64, names: &[String]) -> Phrase {
    let unnamed = told.saturating_sub(names.len() as u64);
    let untold = routes.saturating_sub(told);
    let mut which: Vec<Phrase> = names.iter().map(Phrase::outside).collect();
    which.extend((unnamed > 0).then(|| phrase!("{} more", unnamed)));
    which.extend((untold > 0).then(|| phrase!("{} of which it is not known which they are", untold)));
    phrase!("{}: {}", routes, Phrase::joined(which, ", "))
}
