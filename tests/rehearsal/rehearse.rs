//! Runs the steps of runbooks in order, audits after each, and says what does not hold.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use aks_census::assess::migration::CheckStatus;

use crate::{
    audited::{Auditor, Standing, standings},
    azure::{Ran, Refusal, Session, Terminal},
    left::{Before, Meant, things},
    shell::{self, Command},
    steps::{Book, End, Reimages, Step},
    watch::Watch,
    world::{Pool, Shelf, World, lower, name_of, text},
};

/// Something that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Breach {
    /// The step; none at the end.
    pub(crate) step: Option<usize>,
    pub(crate) kind: Kind,
    pub(crate) what: String,
}

/// Which promise is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// A command is refused, or is none.
    Refused,
    /// The blocker a step stands under is still there.
    NotCleared,
    /// A check fails that passed, and no step said so.
    Worse,
    /// Pods lose routes, or a subnet holds more than it has.
    Harm,
    /// Nodes are made anew and no step said so.
    Reimaged,
    /// The cluster is not where the runbook said.
    Elsewhere,
    /// Something is left behind.
    Left,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.step {
            Some(step) => write!(f, "step {step}: {:?}: {}", self.kind, self.what),
            None => write!(f, "at the end: {:?}: {}", self.kind, self.what),
        }
    }
}

/// How a rehearsal went.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outcome {
    pub(crate) breaches: Vec<Breach>,
    /// Words in capitals that were left, with the steps they stand in.
    pub(crate) capitals: BTreeSet<(usize, String)>,
    /// Steps that only people can do.
    pub(crate) manual: Vec<(usize, String)>,
    /// What did not work after one of these: nobody knows whether it would have.
    pub(crate) unknown: Vec<Breach>,
    pub(crate) steps: usize,
    pub(crate) commands: usize,
}

/// What was seen while a step ran.
#[derive(Default)]
struct Seen {
    changes: bool,
    is_open: bool,
    is_refused: bool,
    harm: Vec<String>,
    reimaged: BTreeSet<(String, String)>,
}

/// A rehearsal under way.
struct Stage<'b> {
    book: &'b Book,
    watch: Watch,
    before: Before,
    start: Standing,
    outcome: Outcome,
    /// Checks that steps have announced to fail.
    announced: BTreeSet<String>,
    /// Whether a person has done something on the way that no command says: what depends on it is not known.
    is_open: bool,
    /// Whether something was refused because of that: from here on the world is another.
    is_astray: bool,
    session: Session,
    /// What its steps have made, by id.
    made: BTreeSet<String>,
    last: BTreeMap<String, Standing>,
}

/// Runs several runbooks side by side, step by step: the clusters must not be neighbours. An audit is made after each step of
/// all, so that many cost as much as one; without an auditor only the world is watched. Gives the world at the end too.
pub(crate) fn rehearse(
    auditor: Option<&Auditor>,
    world: &World,
    start: &BTreeMap<String, Standing>,
    books: &[Book],
) -> (Vec<Outcome>, World) {
    let mut world = world.clone();
    let mut stages: Vec<Stage<'_>> = books
        .iter()
        .map(|book| Stage {
            book,
            watch: Watch::new(&world, &book.cluster),
            before: Before::new(&world, &book.cluster),
            start: start[&lower(&book.cluster)].clone(),
            outcome: Outcome { steps: book.steps.len(), ..Outcome::default() },
            announced: BTreeSet::new(),
            is_open: false,
            is_astray: false,
            session: Session::default(),
            made: BTreeSet::new(),
            last: start.clone(),
        })
        .collect();
    for stage in &mut stages {
        stage.look(&mut world);
    }
    let agreed: Vec<(&str, &str)> =
        books.iter().filter_map(|book| Some((book.cluster.as_str(), book.pod_cidr.as_deref()?))).collect();
    let mut last = start.clone();
    let most = books.iter().map(|book| book.steps.len()).max().unwrap_or(0);
    for index in 0..most {
        let mut any = false;
        for stage in stages.iter_mut().filter(|stage| index < stage.book.steps.len()) {
            any |= stage.run(&mut world, &stage.book.steps[index]);
        }
        let Some(auditor) = auditor else { continue };
        // Where nothing was changed everything is as it was.
        let now = if any { standings(&auditor.audit_agreed(&world, &agreed)) } else { last.clone() };
        for stage in stages.iter_mut().filter(|stage| index < stage.book.steps.len()) {
            stage.compare(&stage.book.steps[index], &now);
            for what in &harmed(&last, &now, books) {
                stage.breach(Some(stage.book.steps[index].number), Kind::Worse, what.clone());
            }
        }
        for stage in &mut stages {
            stage.last.clone_from(&now);
        }
        last = now;
    }
    (stages.into_iter().map(|stage| stage.end(&world)).collect(), world)
}

impl Stage<'_> {
    fn breach(&mut self, step: Option<usize>, kind: Kind, what: impl Into<String>) {
        let breach = Breach { step, kind, what: what.into() };
        let depends = matches!(kind, Kind::Refused | Kind::NotCleared | Kind::Elsewhere | Kind::Left);
        self.is_astray |= self.is_open && kind == Kind::Refused;
        let all = if self.is_astray || (self.is_open && depends) {
            &mut self.outcome.unknown
        } else {
            &mut self.outcome.breaches
        };
        if !all.contains(&breach) {
            all.push(breach);
        }
    }

    /// What stands beside the steps changes nothing, but has to be in order.
    fn look(&mut self, world: &mut World) {
        let mut copy = world.clone();
        for script in &self.book.looks {
            let commands = match shell::commands(script) {
                Ok(commands) => commands,
                Err(error) => {
                    self.breach(Some(0), Kind::Refused, error);
                    continue;
                }
            };
            let mut terminal = Terminal::resume(&mut copy, Session::default());
            for command in &commands {
                match terminal.run(command) {
                    Err(refusal) if refusal.code == "Form" => {
                        self.breach(
                            Some(0),
                            Kind::Refused,
                            format!("`{}`: {}: {}", command.text, refusal.code, refusal.message),
                        );
                    }
                    Ok(Ran::Open(open)) => {
                        self.outcome.capitals.extend(open.into_iter().map(|word| (0, word)));
                    }
                    Err(_) | Ok(Ran::Done(_)) => {}
                }
            }
        }
    }

    /// Runs the commands of a step; whether any of them changed something.
    fn run(&mut self, world: &mut World, step: &Step) -> bool {
        let commands = match shell::commands(&step.script) {
            Ok(commands) => commands,
            Err(error) => {
                self.breach(Some(step.number), Kind::Refused, error);
                return false;
            }
        };
        let mut seen = Seen { harm: self.watch.harm(world), ..Seen::default() };
        let before = things(world);
        let mut terminal = Terminal::resume(world, std::mem::take(&mut self.session));
        for command in &commands {
            self.command(&mut terminal, step, command, &mut seen);
            if seen.is_refused {
                break;
            }
        }
        self.session = terminal.leave();
        self.made.extend(things(world).difference(&before).cloned());
        if step.is_for_people {
            self.outcome.manual.push((step.number, step.title.clone()));
        }
        self.is_open |= seen.is_open || step.is_for_people;
        self.reimaged(step, &seen.reimaged);
        self.upgraded(world, step);
        let is_idle = seen.reimaged.is_empty() && step.reimages != Reimages::None;
        if is_idle && !self.is_open && !seen.is_refused {
            let what = format!("`{}` says that it re-images nodes, and does not", step.title);
            self.breach(Some(step.number), Kind::Reimaged, what);
        }
        seen.changes
    }

    /// Runs one command of a step.
    fn command(&mut self, terminal: &mut Terminal<'_>, step: &Step, command: &Command, seen: &mut Seen) {
        let number = Some(step.number);
        self.outcome.commands += 1;
        let mut ran = terminal.run(command);
        if let Err(Refusal { code: "NoContext", message, .. }) = &ran {
            // The reader does it unasked, so that the rest is seen too.
            self.breach(number, Kind::Refused, format!("`{}`: {message}", command.text));
            terminal.sign_in(&self.book.cluster);
            ran = terminal.run(command);
        }
        match ran {
            Err(Refusal { code, message, source }) => {
                // No person can make a command of what is none.
                let was_open = self.is_open;
                self.is_open = (was_open || seen.is_open) && code != "Form";
                self.breach(
                    number,
                    Kind::Refused,
                    format!("`{}`: {code}: {message} ({source})", command.text),
                );
                self.is_open = was_open;
                seen.is_refused = true;
            }
            Ok(Ran::Open(open)) => {
                seen.is_open = true;
                self.outcome.capitals.extend(open.into_iter().map(|word| (step.number, word)));
            }
            Ok(Ran::Done(done)) => {
                seen.changes |= done.changes;
                seen.reimaged.extend(done.reimaged);
                let now = self.watch.harm(terminal.world);
                for harm in now.iter().filter(|one| !seen.harm.contains(one)) {
                    self.breach(number, Kind::Harm, format!("after `{}`: {harm}", command.text));
                }
                seen.harm = now;
            }
        }
    }

    /// The cluster has the version that the step names.
    fn upgraded(&mut self, world: &World, step: &Step) {
        let document = world.get(Shelf::Cluster, &self.book.cluster);
        let now =
            document.and_then(|one| text(one, "/properties/currentKubernetesVersion")).unwrap_or_default();
        if let Some(wanted) = step.version.as_ref().filter(|wanted| !now.starts_with(&format!("{wanted}."))) {
            self.breach(Some(step.number), Kind::NotCleared, format!("the cluster runs {now}, not {wanted}"));
        }
    }

    fn reimaged(&mut self, step: &Step, reimaged: &BTreeSet<(String, String)>) {
        for (cluster, pool) in reimaged {
            let is_announced = match &step.reimages {
                Reimages::All => true,
                Reimages::Pools(pools) => pools.contains(pool),
                Reimages::None => false,
            };
            if !is_announced || *cluster != lower(&self.book.cluster) {
                self.breach(
                    Some(step.number),
                    Kind::Reimaged,
                    format!("pool {pool} is re-imaged, which `{}` does not say", step.title),
                );
            }
        }
    }

    /// What is new since the last step.
    fn compare(&mut self, step: &Step, now: &BTreeMap<String, Standing>) {
        let own = lower(&self.book.cluster);
        self.announced.extend(step.breaks.iter().cloned());
        for id in &step.clears {
            self.announced.remove(id);
        }
        let Some(standing) = now.get(&own).cloned() else { return };
        for id in step.clears.iter().filter(|_| !step.is_agreement) {
            if standing.blockers.contains(id) || standing.checks.get(id) == Some(&CheckStatus::Unknown) {
                let facts = standing.facts.get(id).map_or("not known", String::as_str);
                self.breach(
                    Some(step.number),
                    Kind::NotCleared,
                    format!("{id} is still there after `{}`: {facts}", step.title),
                );
            }
        }
        let last = self.last.get(&own).cloned();
        for id in worse(last.as_ref(), &standing) {
            if !self.announced.contains(&id) {
                let facts = standing.facts.get(&id).map_or("", String::as_str).to_owned();
                self.breach(
                    Some(step.number),
                    Kind::Worse,
                    format!("{id} fails after `{}`: {facts}", step.title),
                );
            }
        }
    }

    fn end(mut self, world: &World) -> Outcome {
        let cluster = self.book.cluster.clone();
        if let Some(what) = self.elsewhere(world) {
            self.breach(None, Kind::Elsewhere, what);
        }
        let own = self.last.get(&lower(&cluster)).cloned();
        let worse: Vec<String> = own.iter().flat_map(|own| worse(Some(&self.start), own)).collect();
        for id in worse {
            self.breach(None, Kind::Worse, format!("{id} passed at the start and fails"));
        }
        let lowers = |step: &Step| step.clears.iter().any(|id| ["MIG-033", "MIG-080"].contains(&id.as_str()));
        let meant = Meant {
            lower_maximum: self.book.steps.iter().any(lowers),
            new_edition: self.book.steps.iter().any(|step| step.clears.iter().any(|id| id == "MIG-057")),
            new_cluster: self.book.end == End::NewCluster,
            more_room: matches!(self.book.end, End::Overlay | End::OverlayWithCilium | End::Cilium),
        };
        for left in self.before.left_behind(world, &self.made, meant, self.book.pod_cidr.as_deref()) {
            self.breach(None, Kind::Left, left);
        }
        self.outcome
    }

    fn elsewhere(&self, world: &World) -> Option<String> {
        let document = world.get(Shelf::Cluster, &self.book.cluster);
        let network = |key: &str| {
            document
                .and_then(|one| text(one, &format!("/properties/networkProfile/{key}")))
                .unwrap_or("none")
                .to_owned()
        };
        let is_overlay = network("networkPluginMode") == "overlay" && network("networkPlugin") == "azure";
        let is_cilium = network("networkDataplane") == "cilium";
        let is_well = match self.book.end {
            End::Overlay => is_overlay,
            End::OverlayWithCilium => is_overlay && is_cilium,
            End::Cilium => is_cilium,
            End::NewCluster => document.is_none(),
            End::Stays => document.is_some(),
        };
        let pools = document.map(Pool::all).unwrap_or_default();
        if let Some(cidr) = self
            .book
            .pod_cidr
            .as_ref()
            .filter(|cidr| document.is_some() && is_well && network("podCidr") != **cidr)
        {
            return Some(format!("the pod CIDR {cidr} was promised; {}", network("podCidr")));
        }
        if is_well && (self.book.end == End::NewCluster || !pools.is_empty()) {
            return None;
        }
        Some(format!(
            "{:?} was promised; {}",
            self.book.end,
            if document.is_none() {
                "the cluster is gone".to_owned()
            } else {
                format!(
                    "{}/{}/{}",
                    network("networkPlugin"),
                    network("networkPluginMode"),
                    network("networkDataplane")
                )
            }
        ))
    }
}

/// What stands in the way of other clusters and did not before.
fn harmed(
    last: &BTreeMap<String, Standing>,
    now: &BTreeMap<String, Standing>,
    books: &[Book],
) -> Vec<String> {
    let is_other = |id: &&String| !books.iter().any(|book| lower(&book.cluster) == **id);
    let mut all = Vec::new();
    for (id, before) in now.keys().filter(is_other).filter_map(|id| Some((id, last.get(id)?))) {
        let new = now[id].blockers.difference(&before.blockers);
        all.extend(new.map(|check| format!("{check} stands in the way of {}", name_of(id))));
    }
    all
}

/// Checks that fail and did not before, and those that stop the migration and did not before.
fn worse(before: Option<&Standing>, now: &Standing) -> Vec<String> {
    let Some(before) = before else { return Vec::new() };
    let is_new = |id: &&String| {
        let passed = before.checks.get(*id) == Some(&CheckStatus::Pass)
            && now.checks.get(*id) == Some(&CheckStatus::Fail);
        let stops =
            now.blockers.contains(*id) && !before.blockers.contains(*id) && before.checks.contains_key(*id);
        passed || stops
    };
    now.checks.keys().filter(is_new).cloned().collect()
}
