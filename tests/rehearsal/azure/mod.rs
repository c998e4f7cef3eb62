//! A stand-in for `az` and the few `kubectl` lines that runbooks print: each command is taken apart as its tool takes it apart,
//! and changes the world as Azure documents it, or is refused as Azure documents it, with the public source of the refusal.
//! What no document shows (quota, locks, disruption budgets, what runs in the cluster) it does not know and never refuses.

mod arguments;
mod cluster;
mod identity;
mod kubectl;
mod life;
mod migration;
mod network;
mod nodepool;
mod pool_update;
mod preflight;
mod query;
mod reading;
mod security;
mod subnet;
#[cfg(test)]
mod tests;
mod upgrade;
mod versions;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use self::arguments::{Arguments, Verb};
pub(crate) use self::{migration::gateway_of, preflight::fits_at_maximum};
use crate::{
    shell::{self, Command, Piece, Word},
    world::{Shelf, World, lower, text},
};

/// Why a command was not carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// Azure's code, or `Form` where the command itself is none.
    pub(crate) code: &'static str,
    pub(crate) message: String,
    /// Where that is public.
    pub(crate) source: &'static str,
}

/// The reference of all commands of the Azure CLI.
pub(crate) const REFERENCE: &str = "https://learn.microsoft.com/cli/azure/reference-index";

pub(crate) fn refuse<T>(
    code: &'static str,
    source: &'static str,
    message: impl Into<String>,
) -> Result<T, Refusal> {
    Err(Refusal { code, message: message.into(), source })
}

fn form<T>(message: impl Into<String>) -> Result<T, Refusal> {
    refuse("Form", REFERENCE, message)
}

/// What a command did.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Done {
    /// What it prints, where a later command may need it.
    pub(crate) output: Option<Value>,
    /// Cluster (lower case) and pool of every pool whose nodes it re-imaged.
    pub(crate) reimaged: BTreeSet<(String, String)>,
    /// Whether it is one that changes something.
    pub(crate) changes: bool,
}

impl Done {
    fn changed() -> Self {
        Self { changes: true, ..Self::default() }
    }

    fn with(output: Value) -> Self {
        Self { output: Some(output), ..Self::default() }
    }
}

/// How a line of a script ended.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Ran {
    Done(Done),
    /// Words in capitals, which stand for what the reader has to fill in: it could not be run.
    Open(Vec<String>),
}

/// Somebody at a terminal, signed in to the simulated Azure.
pub(crate) struct Terminal<'w> {
    pub(crate) world: &'w mut World,
    session: Session,
    /// What the last command hands to the one it is piped into.
    piped: Vec<String>,
}

/// What stays from one script to the next, because it is one person at one terminal.
#[derive(Debug, Clone, Default)]
pub(crate) struct Session {
    variables: BTreeMap<String, String>,
    /// Words in capitals for which the output of a command stands, as the page says.
    filled: BTreeMap<&'static str, String>,
    /// The cluster that `kubectl` speaks to, by its id.
    context: Option<String>,
    /// The files that commands wrote.
    files: BTreeSet<String>,
}

/// The word that stands for the `principalId` which `az identity create` prints.
const PRINCIPAL: &str = "IDENTITY_PRINCIPAL_ID";

impl<'w> Terminal<'w> {
    /// Goes on where a session was left.
    pub(crate) fn resume(world: &'w mut World, session: Session) -> Self {
        Self { world, session, piped: Vec::new() }
    }

    /// Signs `kubectl` in to a cluster, as a reader does who was not told to.
    pub(crate) fn sign_in(&mut self, cluster: &str) {
        self.session.context = Some(cluster.to_owned());
    }

    /// Leaves the terminal.
    pub(crate) fn leave(self) -> Session {
        self.session
    }

    /// Runs one command of a script.
    pub(crate) fn run(&mut self, command: &Command) -> Result<Ran, Refusal> {
        if let Some((name, value)) = &command.assigns {
            let value = self.word(value)?;
            self.session.variables.insert(name.clone(), value);
            return Ok(Ran::Done(Done::default()));
        }
        let mut words = command.words.iter().map(|word| self.word(word)).collect::<Result<Vec<_>, _>>()?;
        for (capital, value) in &self.session.filled {
            words.iter_mut().filter(|word| word == capital).for_each(|word| word.clone_from(value));
        }
        let open: Vec<String> = words.iter().flat_map(|word| capitals(word)).collect();
        let into = command.into.as_ref().map(|word| self.word(word)).transpose()?;
        let Some((program, rest)) = words.split_first() else { return form("an empty command") };
        let done = match program.as_str() {
            _ if !open.is_empty() => {
                // Its form is looked at all the same.
                if program == "az" {
                    let verb = Verb::find(rest)?;
                    verb.parse(rest)?;
                    if verb.words == "role assignment create" && open.iter().any(|word| word == PRINCIPAL) {
                        return form(format!("no command before it has printed what stands for {PRINCIPAL}"));
                    }
                }
                return Ok(Ran::Open(open));
            }
            "az" => self.az(rest)?,
            "kubectl" => kubectl::run(self.world, self.session.context.as_deref(), rest)?,
            "terraform" if matches!(rest.first().map(String::as_str), Some("version" | "plan")) => {
                Done::default()
            }
            "kubelogin" | "grep" => Done::default(),
            "xargs" => self.xargs(rest)?,
            _ => return form(format!("there is no stand-in for `{}`", command.text)),
        };
        if command.is_piped && done.changes {
            return form(format!("the output of a change is piped on: `{}`", command.text));
        }
        if let Some(file) = into {
            if done.changes {
                return form(format!("the output of a change goes to `{file}`"));
            }
            if !self.session.files.insert(file.clone()) {
                return form(format!("`{file}` is written a second time, over what was saved"));
            }
        }
        Ok(Ran::Done(done))
    }

    fn az(&mut self, words: &[String]) -> Result<Done, Refusal> {
        let verb = Verb::find(words)?;
        let arguments = verb.parse(words)?;
        if let Some(named) = arguments.one("--subscription").filter(|id| !self.world.has_subscription(id)) {
            return refuse(
                "SubscriptionNotFound",
                "https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-not-found",
                format!("there is no subscription `{named}`"),
            );
        }
        let mut done = (verb.run)(self.world, &arguments)?;
        self.world.relink();
        if verb.words == "aks get-credentials" {
            self.session.context = cluster_id(self.world, &arguments, "--name").ok();
        }
        if let Some(principal) =
            done.output.as_ref().filter(|_| done.changes).and_then(|one| text(one, "/principalId"))
        {
            self.session.filled.insert(PRINCIPAL, principal.to_owned());
        }
        self.piped = Vec::new();
        if let (Some(output), Some(query)) = (&done.output, arguments.one("--query")) {
            self.piped = query::lines(output, query).unwrap_or_default();
            done.output = match self.piped.as_slice() {
                [one] if arguments.one("--output") == Some("tsv") => Some(Value::String(one.clone())),
                _ => None,
            };
        }
        Ok(done)
    }

    /// `xargs -r -L 1 sh -c SCRIPT …`: the script once a line, the line's words after those given.
    fn xargs(&mut self, words: &[String]) -> Result<Done, Refusal> {
        let given: Vec<&str> = words.iter().map(String::as_str).collect();
        let ["-r", "-L", "1", "sh", "-c", script, first @ ..] = given.as_slice() else {
            return form(format!("there is no stand-in for `xargs {}`", words.join(" ")));
        };
        let mut all = Done::default();
        for line in std::mem::take(&mut self.piped) {
            let values =
                first.iter().map(|one| (*one).to_owned()).chain(line.split_whitespace().map(str::to_owned));
            let before = self.session.variables.clone();
            self.session
                .variables
                .extend(values.enumerate().map(|(place, value)| (place.to_string(), value)));
            let ran = shell::commands(script)
                .or_else(form)?
                .iter()
                .map(|command| self.run(command))
                .collect::<Vec<_>>();
            self.session.variables = before;
            for one in ran {
                if let Ran::Done(done) = one? {
                    all.changes |= done.changes;
                    all.reimaged.extend(done.reimaged);
                }
            }
        }
        Ok(all)
    }

    fn word(&mut self, word: &Word) -> Result<String, Refusal> {
        let mut whole = String::new();
        for piece in word {
            match piece {
                Piece::Text(text) => whole.push_str(text),
                Piece::Variable(name) => match self.session.variables.get(name) {
                    Some(value) => whole.push_str(value),
                    None => return form(format!("nothing has set `${name}`")),
                },
                Piece::Output(inner) => {
                    let commands = shell::commands(inner).or_else(form)?;
                    for command in &commands {
                        match self.run(command)? {
                            Ran::Done(Done { output: Some(Value::String(text)), .. }) => {
                                whole.push_str(&text);
                            }
                            Ran::Open(open) => whole.push_str(&open.concat()),
                            Ran::Done(_) => {
                                return form(format!("what `{inner}` prints is not one known value"));
                            }
                        }
                    }
                }
            }
        }
        Ok(whole)
    }
}

/// The words in capitals within a word: what the reader has to put in their place.
pub(crate) fn capitals(word: &str) -> Vec<String> {
    let piece = word
        .rsplit(['=', '/', ' ', ',', '"'])
        .find(|piece| is_capital(piece))
        .or_else(|| is_capital(word).then_some(word));
    let inner = word
        .split(['=', '/', ' ', ',', '"', ':', '}'])
        .filter(|piece| is_capital(piece) && piece.contains('_'));
    let mut found: Vec<String> = inner.map(str::to_owned).collect();
    if let Some(piece) = piece.filter(|_| !word.contains(['[', ':']) && !word.contains("PROVIDERS")) {
        found.push(piece.to_owned());
    }
    found.sort();
    found.dedup();
    found
}

fn is_capital(word: &str) -> bool {
    let is_part = |char: char| char.is_ascii_uppercase() || char.is_ascii_digit() || char == '_';
    word.len() > 2 && word.starts_with(|char: char| char.is_ascii_uppercase()) && word.chars().all(is_part)
}

/// The cluster that a command names, which has to exist.
fn cluster_id(world: &World, arguments: &Arguments, name: &str) -> Result<String, Refusal> {
    let id = named(arguments, Shelf::Cluster, name)?;
    match world.get(Shelf::Cluster, &id) {
        Some(found) => Ok(text(found, "/id").unwrap_or_default().to_owned()),
        None => not_found(&id),
    }
}

/// The id that `--subscription`, `--resource-group` and a name make.
fn named(arguments: &Arguments, shelf: Shelf, name: &str) -> Result<String, Refusal> {
    let [subscription, group, name] =
        ["--subscription", "--resource-group", name].map(|flag| arguments.one(flag));
    match (subscription, group, name) {
        (Some(subscription), Some(group), Some(name)) => Ok(format!(
            "/subscriptions/{subscription}/resourceGroups/{group}/providers/{}/{name}",
            shelf.collection()
        )),
        (None, ..) => form("without --subscription it would go wherever the reader is signed in"),
        _ => form("neither an id nor a resource group and a name is given"),
    }
}

/// One resource: `--ids`, or group and name.
fn one_id(arguments: &Arguments, shelf: Shelf, name: &str) -> Result<String, Refusal> {
    match arguments.many("--ids") {
        Some([id]) => Ok(id.clone()),
        Some(_) => form("several ids at once are not rehearsed"),
        None => named(arguments, shelf, name),
    }
}

fn not_found<T>(id: &str) -> Result<T, Refusal> {
    refuse(
        "ResourceNotFound",
        "https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-not-found",
        format!("there is no `{id}`"),
    )
}

/// The key under which re-images of a pool are noted.
fn key(cluster: &str, pool: &str) -> (String, String) {
    (lower(cluster), pool.to_owned())
}
