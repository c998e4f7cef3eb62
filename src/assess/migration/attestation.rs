//! What the answers of people decide.
//!
//! An answer decides a check only while nothing that was read does: a failure that ARM shows stays a failure.

use jiff::civil::Date;

use super::{
    idle::{IdleAnswer, IdleReason},
    types::{CheckResult, CheckStatus},
};
use crate::{assess::options::Attestation, inventory::ResourceId, rules::CheckId};

/// The answer that counts: of those that hold, that of the narrowest scope, of these the latest; of several of one day, a bad
/// one.
pub(super) fn answer<'a>(
    attestations: &'a [Attestation],
    cluster: &ResourceId,
    check: CheckId,
    as_of: Date,
) -> Option<&'a Attestation> {
    attestations
        .iter()
        .filter(|a| a.check == check && a.holds_on(as_of) && a.cluster.covers(cluster))
        .max_by_key(|a| (a.cluster.exactness(), a.when, a.answer))
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
        .filter(|a| a.check == check && a.cluster.covers(cluster))
        .max_by_key(|a| (a.holds_on(as_of), a.cluster.exactness(), a.when, a.expires, a.answer))?;
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
    use crate::rules::{CheckScope, Checks};

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
            answer(all, &cluster_id("shop"), CheckId::IpMasqAgent, date(2026, 12, 1)).map(|a| a.answer)
        };
        assert_eq!(counted(&all), Some(Answer::Bad));
        all.push(Attestation { when: date(2026, 11, 20), ..first.clone() });
        assert_eq!(counted(&all), Some(Answer::Good));
    }

    /// What is said of less is said more exactly; while it holds it decides.
    #[test]
    fn the_narrowest_answer_decides_while_it_holds() {
        let given = |cluster: &str, says: Answer, when: Date, expires: Date| Attestation {
            cluster: cluster.to_owned().try_into().unwrap(),
            check: CheckId::ClientVersion,
            answer: says,
            who: "Ada".to_owned(),
            when,
            expires,
            note: None,
        };
        let shop = cluster_id("shop");
        let scopes = [
            "*".to_owned(),
            shop.subscription().to_string().to_uppercase(),
            shop.resource_group_id().unwrap().to_string(),
            shop.to_string(),
        ];
        let (begins, ends) = (date(2026, 11, 1), date(2027, 1, 31));
        for (at, narrow) in scopes.iter().enumerate().skip(1) {
            for wide in &scopes[..at] {
                // The wider one is later and would win otherwise.
                let all = [
                    given(wide, Answer::Good, date(2026, 11, 20), ends),
                    given(narrow, Answer::Bad, begins, date(2026, 12, 1)),
                ];
                let on = |cluster: &ResourceId, day| {
                    answer(&all, cluster, CheckId::ClientVersion, day).map(|one| one.answer)
                };
                assert_eq!(on(&shop, date(2026, 12, 1)), Some(Answer::Bad), "{narrow} in {wide}");
                assert_eq!(on(&shop, date(2026, 12, 2)), Some(Answer::Good), "{narrow} in {wide}");
            }
        }
        let covers = |of: &str, cluster: &str| {
            let of = crate::assess::options::Attested::try_from(of.to_owned()).unwrap();
            of.covers(&crate::assess::testing::id(cluster))
        };
        let path =
            "/subscriptions/A/resourceGroups/Apps/providers/Microsoft.ContainerService/managedClusters/c";
        for (of, expected) in [
            ("*", true),
            ("/subscriptions/a", true),
            ("/subscriptions/a/resourcegroups/APPS/", true),
            ("/subscriptions/a/resourceGroups/app", false),
            ("/subscriptions/ab", false),
            (&path[..path.len() - 1], false),
            (path, true),
        ] {
            assert_eq!(covers(of, path), expected, "{of}");
        }
    }

    /// What may differ from cluster to cluster is answered for each.
    #[test]
    fn no_answer_speaks_of_more_than_it_can_be_true_of() {
        let group = "/subscriptions/a/resourceGroups/b";
        for check in CheckId::ALL {
            for (of, width) in [
                ("*", CheckScope::Estate),
                ("/subscriptions/a", CheckScope::Subscription),
                (group, CheckScope::Subscription),
                (
                    &format!("{group}/providers/Microsoft.ContainerService/managedClusters/c"),
                    CheckScope::Cluster,
                ),
            ] {
                let text = format!(
                    "[[attestation]]\ncluster = \"{of}\"\ncheck = \"{check}\"\nanswer = \"good\"\nwho = \"Ada\"\n\
                     when = \"2026-11-01\"\nexpires = \"2027-01-31\"\n"
                );
                let read = AttestationFile::read(&text);
                let is_allowed = width <= Checks::built_in().get(*check).scope;
                assert_eq!(read.is_ok(), is_allowed, "{check} for {of}");
                if let Err(error) = read {
                    let said = std::error::Error::source(&error).unwrap().to_string();
                    assert!(said.contains(check.as_str()) && said.contains(&format!("`{of}`")), "{said}");
                }
            }
        }
        for nothing in ["", "shop", "**", "/tenants/a", "00000000-0000-0000-0000-00000000000g"] {
            assert!(crate::assess::options::Attested::try_from(nothing.to_owned()).is_err(), "{nothing}");
        }
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
