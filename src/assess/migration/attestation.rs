//! What the answers of people decide.
//!
//! An answer decides a check only while nothing that was read does: a failure that ARM shows stays a failure.

use jiff::civil::Date;

use super::{
    idle::{IdleAnswer, IdleReason},
    types::{CheckResult, CheckStatus},
};
use crate::{assess::options::Attestation, inventory::ResourceId, rules::CheckId};

/// The answer that counts: of those that hold, the latest; of several of one day, a bad one.
pub(super) fn answer<'a>(
    attestations: &'a [Attestation],
    cluster: &ResourceId,
    check: CheckId,
    as_of: Date,
) -> Option<&'a Attestation> {
    attestations
        .iter()
        .filter(|a| a.check == check && a.cluster == *cluster && a.holds_on(as_of))
        .max_by_key(|a| (a.when, a.answer))
}

/// The latest of the answers to a check, where none of them decides it.
pub(crate) fn idle_answer(
    attestations: &[Attestation],
    cluster: &ResourceId,
    result: Option<&CheckResult>,
    check: CheckId,
    as_of: Date,
) -> Option<IdleAnswer> {
    let given = attestations
        .iter()
        .filter(|a| a.check == check && a.cluster == *cluster)
        .max_by_key(|a| (a.holds_on(as_of), a.when, a.expires, a.answer))?;
    let why = match result {
        None => IdleReason::NotMade,
        Some(result) if result.attested_until.is_some() => return None,
        Some(CheckResult { status: CheckStatus::Fail, .. }) => IdleReason::Fails,
        Some(CheckResult { status: CheckStatus::Pass, .. }) => IdleReason::Passes,
        Some(_) if given.expires < as_of => IdleReason::Expired(given.expires),
        Some(_) if given.when > as_of => IdleReason::Early,
        Some(_) => IdleReason::Unread,
    };
    Some(IdleAnswer { answer: given.answer, who: given.who.clone(), when: given.when, why })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::assess::options::Answer;
    use crate::assess::{options::AttestationFile, testing::cluster_id};

    const FILE: &str = r#"
        [[attestation]]
        cluster = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/apps/providers/Microsoft.ContainerService/managedClusters/SHOP"
        check = "MIG-022"
        answer = "good"
        who = "Ada"
        when = "2026-11-01"
        expires = "2027-01-31"
    "#;

    #[test]
    fn an_answer_counts_from_the_day_it_was_made_to_the_day_it_expires() {
        let file = AttestationFile::read(FILE).unwrap();
        let on = |day| answer(&file.attestations, &cluster_id("shop"), CheckId::IpMasqAgent, day).is_some();
        assert!(!on(date(2026, 10, 31)));
        assert!(on(date(2026, 11, 1)));
        assert!(on(date(2027, 1, 31)));
        assert!(!on(date(2027, 2, 1)));
        let day = date(2026, 11, 21);
        assert!(answer(&file.attestations, &cluster_id("bank"), CheckId::IpMasqAgent, day).is_none());
        assert!(answer(&file.attestations, &cluster_id("shop"), CheckId::DisruptionBudgets, day).is_none());
    }

    #[test]
    fn the_latest_answer_wins_and_a_bad_one_among_equals() {
        let mut all = AttestationFile::read(FILE).unwrap().attestations;
        let first = all[0].clone();
        all.push(Attestation { answer: Answer::Bad, ..first.clone() });
        let counted = |all: &[Attestation]| {
            answer(all, &first.cluster, CheckId::IpMasqAgent, date(2026, 12, 1)).map(|a| a.answer)
        };
        assert_eq!(counted(&all), Some(Answer::Bad));
        all.push(Attestation { when: date(2026, 11, 20), ..first.clone() });
        assert_eq!(counted(&all), Some(Answer::Good));
    }

    #[test]
    fn a_file_with_a_mistake_is_refused() {
        for (from, to) in
            [("MIG-022", "MIG-999"), ("good", "fine"), ("who", "whom"), ("2026-11-01", "2026-13-01")]
        {
            assert!(AttestationFile::read(&FILE.replace(from, to)).is_err(), "{to}");
        }
        assert_eq!(AttestationFile::read("").unwrap(), AttestationFile::default());
    }
}
