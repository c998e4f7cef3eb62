//! The file in which people answer what Azure does not show: every open check, once for as much as one answer is true of.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

use jiff::{ToSpan, civil::Date};

use super::{headline::Headline, visible};
use crate::{
    assess::{
        audit::{Audit, ClusterRecord},
        migration::{CheckResult, CheckStatus, Wording},
        options::Attested,
    },
    inventory::{ResourceId, SubscriptionId},
    rules::{CheckId, CheckScope, Checks},
};

/// How long an answer counts where nobody says otherwise, in days.
const DAYS: i64 = 90;

/// The file, and how many answers it asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Its text.
    pub text: String,
    /// How many answers it asks for.
    pub answers: usize,
}

/// An open check with the words of the first cluster that it is asked of, and how many there are.
struct Question<'a> {
    wording: &'a Wording,
    clusters: usize,
}

type Questions<'a> = BTreeMap<CheckId, Question<'a>>;

/// The file to fill in. What is answered already, or shown by Azure, is not asked; every answer is commented out and says
/// neither who nor what, so that nothing is attested before a person does it.
#[must_use]
pub fn form(audit: &Audit) -> Form {
    let mut estate = Questions::new();
    let mut subscriptions: BTreeMap<SubscriptionId, Questions<'_>> = BTreeMap::new();
    let mut clusters: Vec<(&ResourceId, Questions<'_>)> = Vec::new();
    for record in audit.clusters.iter().filter(|record| record.decided.has_runbook()) {
        let mut own = Questions::new();
        for (check, wording) in open(record) {
            let questions = match Checks::built_in().get(check).scope {
                CheckScope::Estate => &mut estate,
                CheckScope::Subscription => subscriptions.entry(record.id().subscription()).or_default(),
                CheckScope::Cluster => &mut own,
            };
            questions.entry(check).or_insert(Question { wording, clusters: 0 }).clusters += 1;
        }
        if !own.is_empty() {
            clusters.push((record.id(), own));
        }
    }
    let mut writer =
        Writer { text: HEAD.to_owned(), answers: 0, as_of: audit.header.as_of, told: BTreeSet::new() };
    let headline = Headline::new(audit);
    if !estate.is_empty() {
        writer.section("The whole estate");
        writer.questions(&Attested::Estate, &estate);
    }
    for (subscription, questions) in &subscriptions {
        let Ok(id) = ResourceId::parse(&subscription.path()) else { continue };
        writer.section(&format!("Subscription {}", headline.place(id.as_str())));
        writer.questions(&id.into(), questions);
    }
    for (id, questions) in &clusters {
        writer.section(&format!("Cluster {}", headline.place(id.as_str())));
        writer.questions(&(*id).clone().into(), questions);
    }
    if writer.answers == 0 {
        writer.text.push_str("\n## Nothing is open.\n");
    }
    Form { text: writer.text, answers: writer.answers }
}

/// The checks of a cluster that a person's answer would decide, each once.
fn open(record: &ClusterRecord) -> impl Iterator<Item = (CheckId, &Wording)> {
    let readiness = [Some(&record.decided.readiness), record.decided.second.as_ref()];
    let checks = readiness.into_iter().flatten().flat_map(|readiness| &readiness.checks);
    let mut seen = BTreeSet::new();
    let is_open = |result: &&CheckResult| {
        matches!(result.status, CheckStatus::Open | CheckStatus::Unknown)
            && Checks::built_in().get(result.check).good_answer.is_some()
    };
    checks
        .filter(is_open)
        .filter(move |result| seen.insert(result.check))
        .filter_map(|result| Some((result.check, result.wording.as_deref()?)))
}

const HEAD: &str = "\
## Answers to what Azure does not show, for `attestations` in `[migration]`.
##
## Look, then take the `# ` away before an answer and fill it in: `good` where you see what a good answer looks like, else `bad`,
## who looked, when, and the last day on which it counts. What stays commented out is not answered.
## Lines that begin with two signs are for you to read.
";

/// Writes questions.
struct Writer {
    text: String,
    answers: usize,
    as_of: Date,
    /// The checks that were told why they are asked: once is enough.
    told: BTreeSet<CheckId>,
}

impl Writer {
    fn section(&mut self, title: &str) {
        let line = "-".repeat(100);
        let _ = write!(self.text, "\n## {line}\n## {}\n## {line}\n", visible(title));
    }

    fn questions(&mut self, of: &Attested, questions: &Questions<'_>) {
        let checks = Checks::built_in();
        let mut ordered: Vec<_> = questions.iter().collect();
        ordered.sort_by_key(|(check, _)| (checks.get(**check).order, **check));
        for (check, question) in ordered {
            self.answers += 1;
            let rule = checks.get(*check);
            let _ = write!(self.text, "\n## {check}: {}\n", rule.title);
            if self.told.insert(*check) {
                let _ = writeln!(self.text, "## Why: {}", rule.why);
            }
            if question.clusters > 1 {
                let _ = writeln!(self.text, "## Asked of {} clusters.", question.clusters);
            }
            for command in question.wording.shows() {
                let _ = writeln!(self.text, "## Look: {}", visible(&command));
            }
            if let Some(good) = question.wording.good_answer() {
                let _ = writeln!(self.text, "## Good: {}", visible(&good));
            }
            self.answer(of, *check);
        }
    }

    /// An answer that is none yet: it has neither what nor who.
    fn answer(&mut self, of: &Attested, check: CheckId) {
        let expires = self.as_of.checked_add(DAYS.days()).unwrap_or(self.as_of);
        let lines = [
            "[[attestation]]".to_owned(),
            format!("cluster = {}", quoted(of.as_str())),
            format!("check = \"{check}\""),
            "answer = \"good or bad\"".to_owned(),
            "who = \"\"".to_owned(),
            format!("when = \"{}\"", self.as_of),
            format!("expires = \"{expires}\""),
        ];
        for line in lines {
            let _ = writeln!(self.text, "# {line}");
        }
    }
}

/// A text as TOML writes it, on its line whatever it holds.
fn quoted(text: &str) -> String {
    let shown = visible(text).replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{shown}\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::{
        assess,
        options::AttestationFile,
        testing::{Network, cluster, cluster_id, estate, options, pool_in, subnet, vnet},
    };

    fn audit(names: &[&str]) -> Audit {
        let kubenet = |name: &&str| {
            let mut one = cluster(name, Network::Kubenet);
            one.pools = vec![pool_in("np", 3, "nodes")];
            one
        };
        let network = vnet("v", &["10.1.0.0/16"], vec![subnet("nodes", "10.1.0.0/22", vec![])]);
        assess(&estate(names.iter().map(kubenet).collect(), vec![network]), &options())
    }

    /// What a name holds stays a name: nobody is made to attest what they did not read.
    #[test]
    fn a_name_answers_nothing() {
        let names =
            ["a\n[[attestation]]\ncluster = \"*\"", "b\r\n# x", "c\"\\", "d\u{2028}'; rm -rf ~", "plain"];
        let form = form(&audit(&names));
        let blocks = form.text.matches("\n# [[attestation]]\n").count();
        assert_eq!(form.answers, blocks);
        for line in form.text.lines() {
            assert!(
                line.is_empty() || ["# ", "## "].iter().any(|sign| line.starts_with(sign)) || line == "##"
            );
            assert!(!line.chars().any(char::is_control), "{line:?}");
        }
        assert_eq!(AttestationFile::read(&form.text).unwrap(), AttestationFile::default());
        let filled = form.text.replace("\n# ", "\n").replace("good or bad", "good");
        let filled = AttestationFile::read(&filled.replace("who = \"\"", "who = \"Ada\"")).unwrap();
        assert_eq!(filled.attestations.len(), blocks);
        let of_plain = filled.attestations.iter().filter(|one| one.cluster == cluster_id("plain").into());
        assert!(of_plain.count() > 5);
    }

    #[test]
    fn what_is_one_fact_is_asked_once_and_first() {
        let form = form(&audit(&["a", "b"]));
        let lines: Vec<_> = form.text.lines().filter(|line| line.starts_with("# cluster = ")).collect();
        let width = |line: &&str| match line.strip_prefix("# cluster = ") {
            Some("\"*\"") => 0,
            Some(id) if !id.contains("resourceGroups") => 1,
            _ => 2,
        };
        assert!(lines.is_sorted_by_key(width), "{lines:?}");
        let count = |wide| lines.iter().filter(|line| width(line) == wide).count();
        assert!(count(0) >= 1 && count(1) >= 3 && count(2) > 10 && count(2) % 2 == 0, "{lines:?}");
        assert_eq!(form.text.matches("## Asked of 2 clusters.\n").count(), count(0) + count(1));
        let nothing = super::form(&audit(&[]));
        assert_eq!(nothing.answers, 0);
        assert!(nothing.text.ends_with("\n## Nothing is open.\n"), "{}", nothing.text);
    }
}
