//! Commands of `az` as its reference declares them: which there are, which options each has, which it must have.

use std::collections::BTreeMap;

use super::{
    Done, Refusal, cluster, form, identity, life, network, nodepool, pool_update, reading, security, subnet,
    upgrade,
};
use crate::world::World;

/// A command. Options are declared as in `--name|-n=`: `=` takes a value, `=*` several, none takes none.
pub(crate) struct Verb {
    pub(crate) words: &'static str,
    pub(crate) needs: &'static str,
    pub(crate) takes: &'static str,
    pub(crate) run: fn(&mut World, &Arguments) -> Result<Done, Refusal>,
}

/// What every command takes.
const GLOBAL: &str = "--subscription= --output|-o= --query= --only-show-errors --verbose --debug";

/// All commands, a list a family.
const FAMILIES: &[&[Verb]] = &[
    cluster::VERBS,
    upgrade::VERBS,
    life::VERBS,
    nodepool::VERBS,
    pool_update::VERBS,
    network::VERBS,
    subnet::VERBS,
    security::VERBS,
    identity::VERBS,
    reading::VERBS,
];

impl Verb {
    /// The command that words begin with.
    pub(crate) fn find(words: &[String]) -> Result<&'static Self, Refusal> {
        let spelt = words.join(" ");
        let begins = |verb: &&Verb| spelt == verb.words || spelt.starts_with(&format!("{} ", verb.words));
        let all = FAMILIES.iter().copied().flatten();
        match all.filter(begins).max_by_key(|verb| verb.words.len()) {
            Some(verb) => Ok(verb),
            None => form(format!("there is no stand-in for `az {spelt}`")),
        }
    }

    /// Its options, after making sure that there are none it does not have and all it needs.
    pub(crate) fn parse(&self, words: &[String]) -> Result<Arguments, Refusal> {
        let options: Vec<Flag> = [self.needs, self.takes, GLOBAL]
            .iter()
            .flat_map(|text| text.split_whitespace())
            .map(Flag::read)
            .collect();
        let mut values: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
        let mut rest = words[self.words.split(' ').count()..].iter().peekable();
        while let Some(word) = rest.next() {
            let (name, inline) = match word.split_once('=').filter(|_| word.starts_with("--")) {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (word.as_str(), None),
            };
            let Some(flag) = options.iter().find(|flag| flag.names.contains(&name)) else {
                return form(format!("`az {}` has no `{word}`", self.words));
            };
            let mut taken: Vec<String> = inline.into_iter().collect();
            let most = match flag.values {
                Values::None => 0,
                Values::One => 1,
                Values::Many => usize::MAX,
            };
            while taken.len() < most {
                let Some(value) = rest.next_if(|next| !next.starts_with("--") && !is_short(next, &options))
                else {
                    break;
                };
                taken.push(value.clone());
            }
            if most > 0 && taken.is_empty() {
                return form(format!("`{name}` needs a value"));
            }
            if most == 0 && !taken.is_empty() {
                return form(format!("`{name}` takes no value"));
            }
            if values.insert(flag.names[0], taken).is_some() {
                return form(format!("`{name}` is given twice"));
            }
        }
        let missing =
            self.needs.split_whitespace().map(Flag::read).find(|flag| !values.contains_key(flag.names[0]));
        match missing {
            Some(flag) => form(format!("`az {}` needs `{}`", self.words, flag.names[0])),
            None => Ok(Arguments(values)),
        }
    }
}

fn is_short(word: &str, options: &[Flag]) -> bool {
    options.iter().any(|flag| flag.names.contains(&word))
}

enum Values {
    None,
    One,
    Many,
}

struct Flag {
    names: Vec<&'static str>,
    values: Values,
}

impl Flag {
    fn read(text: &'static str) -> Self {
        let (names, values) = match (text.strip_suffix("=*"), text.strip_suffix('=')) {
            (Some(names), _) => (names, Values::Many),
            (None, Some(names)) => (names, Values::One),
            _ => (text, Values::None),
        };
        Self { names: names.split('|').collect(), values }
    }
}

/// The options of a command that was given, by their first name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Arguments(BTreeMap<&'static str, Vec<String>>);

impl Arguments {
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(crate) fn one(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.first().map(String::as_str)
    }

    pub(crate) fn many(&self, name: &str) -> Option<&[String]> {
        self.0.get(name).map(Vec::as_slice)
    }

    pub(crate) fn number(&self, name: &str) -> Result<Option<u64>, Refusal> {
        match self.one(name) {
            None => Ok(None),
            Some(text) => match text.parse() {
                Ok(number) => Ok(Some(number)),
                Err(_) => form(format!("`{name} {text}` is no number")),
            },
        }
    }

    /// What is given beside these and what names the resource.
    pub(crate) fn beside(&self, known: &[&str]) -> Vec<&'static str> {
        const NAMING: &[&str] = &[
            "--subscription",
            "--resource-group",
            "--name",
            "--cluster-name",
            "--nodepool-name",
            "--yes",
            "--no-wait",
            "--output",
            "--query",
            "--only-show-errors",
            "--verbose",
            "--debug",
        ];
        self.0.keys().copied().filter(|name| !known.contains(name) && !NAMING.contains(name)).collect()
    }
}
