//! The words of what a plan comes to.

use jiff::civil::Date;

use crate::{
    assess::{
        audit::Outcome,
        schedule::{Fit, Plan},
    },
    report::text::{count, days, grouped},
};

/// What a plan that does not fit lacks.
pub(crate) fn misses(plan: &Plan) -> String {
    let mut misses = Vec::new();
    if !plan.undated.is_empty() {
        let clusters = count(plan.undated.len(), "kubenet cluster has", "kubenet clusters have");
        misses.push(format!("{clusters} no date"));
    }
    if !plan.unplaced.is_empty() {
        let clusters = count(plan.unplaced.len(), "cluster finds", "clusters find");
        misses.push(format!("{clusters} no place in any wave"));
    }
    if plan.days_over() > 0 {
        let faster = match plan.fit {
            Fit::Impossible => "no plan is faster",
            Fit::Fits | Fit::NotFound => "no faster plan was found",
        };
        misses.push(format!("the last wave is {} too late, and {faster}", days(plan.days_over())));
    }
    if misses.is_empty() { "no plan that fits was found".to_owned() } else { misses.join("; ") }
}

/// Who has a date, with how many days to spare, and who has none.
pub(crate) fn outcome(outcome: &Outcome, spare: Option<i64>, target: Date) -> String {
    let missing = without_date(outcome);
    let rest = if !missing.is_empty() {
        format!(" {}.", missing.join("; "))
    } else if outcome.in_time() {
        format!(" All in time for {target}.")
    } else {
        String::new()
    };
    let deleting = match outcome.deleting {
        0 => String::new(),
        1 => " 1 more is being deleted, and not planned.".to_owned(),
        number => format!(" {} more are being deleted, and not planned.", grouped(number as u64)),
    };
    dated(outcome, spare) + "." + &rest + &deleting
}

fn dated(outcome: &Outcome, spare: Option<i64>) -> String {
    let unsettled = match outcome.unsettled {
        0 => String::new(),
        number => {
            format!(", {} of them once what could not be read is settled", grouped(number as u64))
        }
    };
    let spare = match spare {
        Some(left) if left < 0 => format!(", **{} after** support has ended", days(left)),
        Some(left) => format!(", **{} before** support ends", days(left)),
        None => String::new(),
    };
    let last = outcome.last_move.zip(outcome.soaked).map_or_else(String::new, |(last, soaked)| {
        format!("; the last one on {last}, soaked on {soaked}{spare}")
    });
    format!(
        "{} of {} {} in waves{unsettled}{last}",
        grouped(outcome.dated as u64),
        grouped(outcome.clusters as u64),
        if outcome.dated == 1 { "moves" } else { "move" }
    )
}

/// Those without a date, and those whose date is too late.
fn without_date(outcome: &Outcome) -> Vec<String> {
    let parts = [
        (outcome.late, "moves after the target", "move after the target"),
        (outcome.new_cluster, "needs a new cluster and has no date", "need a new cluster and have no date"),
        (outcome.new_pools, "needs new pools", "need new pools"),
        (outcome.larger_subnet, "needs a larger subnet", "need a larger subnet"),
        (outcome.larger_pod_cidr, "needs only a larger pod CIDR", "need only a larger pod CIDR"),
        (
            outcome.unplaced,
            "finds no place in any wave, because its surge nodes do not fit or no window is open",
            "find no place in any wave, because their surge nodes do not fit or no window is open",
        ),
        (
            outcome.undecided,
            "has no date, because nobody can say yet where to",
            "have no date, because nobody can say yet where to",
        ),
    ];
    let there = parts.into_iter().filter(|(number, ..)| *number > 0);
    there
        .map(|(number, one, many)| {
            format!("{} {}", grouped(number as u64), if number == 1 { one } else { many })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_time_is_said_only_where_each_has_a_date_in_time() {
        let day = |text: &str| text.parse().unwrap();
        let all = Outcome {
            clusters: 2,
            dated: 2,
            last_move: Some(day("2027-01-02")),
            soaked: Some(day("2027-01-09")),
            ..Outcome::default()
        };
        let said = |outcome: Outcome, spare| super::outcome(&outcome, spare, day("2028-01-01"));
        assert_eq!(
            said(all, Some(447)),
            "2 of 2 move in waves; the last one on 2027-01-02, soaked on 2027-01-09, **447 days before** support ends. All in \
             time for 2028-01-01."
        );
        assert_eq!(
            said(Outcome { late: 1, ..all }, Some(-1)),
            "2 of 2 move in waves; the last one on 2027-01-02, soaked on 2027-01-09, **1 day after** support has ended. 1 moves \
             after the target."
        );
        let none = Outcome { clusters: 3, new_cluster: 1, undecided: 2, ..Outcome::default() };
        assert_eq!(
            said(none, None),
            "0 of 3 move in waves. 1 needs a new cluster and has no date; 2 have no date, because nobody can say yet where to."
        );
    }
}
