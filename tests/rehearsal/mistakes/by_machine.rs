//! Mistakes that a machine makes of a right runbook: an option dropped, a number changed, a command dropped or repeated, two commands
//! or two steps swapped. Each is found, or it means nothing: then the world at the end is the same.

use std::{collections::BTreeMap, fmt::Write};

use super::{Case, right};
use crate::{
    audited::Auditor,
    rehearse::Outcome,
    steps::{Book, End, Step},
};

/// What a machine did to a book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Change {
    OptionDropped,
    NumberChanged,
    CommandDropped,
    CommandRepeated,
    CommandsSwapped,
    StepsSwapped,
    StepRepeated,
}

/// What became of the mistakes of a kind.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    found: usize,
    without_effect: usize,
    missed: usize,
}

/// Every variant of a book, with what was done to it.
pub(super) fn variants(book: &Book) -> Vec<(Change, String, Book)> {
    let mut all = Vec::new();
    let mut add = |change: Change, what: String, steps: Vec<Step>| {
        all.push((change, what, Book { steps, ..book.clone() }));
    };
    for (at, step) in book.steps.iter().enumerate() {
        let lines: Vec<&str> = step.script.lines().collect();
        let with = |lines: Vec<String>| {
            let mut steps = book.steps.clone();
            steps[at].script = lines.into_iter().map(|line| line + "\n").collect();
            steps
        };
        let owned = || lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
        for (number, line) in lines.iter().enumerate().filter(|(_, line)| is_plain(line)) {
            let put = |new: String| {
                let mut lines = owned();
                lines[number] = new;
                with(lines)
            };
            for (what, new) in without_options(line) {
                add(Change::OptionDropped, format!("{what} of `{line}`"), put(new));
            }
            for (what, new) in other_numbers(line) {
                add(Change::NumberChanged, format!("{what} of `{line}`"), put(new));
            }
            let mut dropped = owned();
            dropped.remove(number);
            add(Change::CommandDropped, format!("`{line}`"), with(dropped));
            add(Change::CommandRepeated, format!("`{line}`"), put(format!("{line}\n{line}")));
        }
        for number in 1..lines.len() {
            let mut lines = owned();
            lines.swap(number - 1, number);
            add(Change::CommandsSwapped, format!("`{}` first", lines[number - 1]), with(lines));
        }
        let mut repeated = book.steps.clone();
        repeated.insert(at, step.clone());
        add(Change::StepRepeated, step.title.clone(), repeated);
        if at > 0 {
            let mut swapped = book.steps.clone();
            swapped.swap(at - 1, at);
            add(Change::StepsSwapped, step.title.clone(), swapped);
        }
    }
    all
}

/// Whether a line is one command without quotes, which can be changed word by word.
fn is_plain(line: &str) -> bool {
    !line.is_empty() && !line.contains(['|', '"', '$', '#'])
}

fn without_options(line: &str) -> Vec<(String, String)> {
    let words: Vec<&str> = line.split(' ').collect();
    let starts: Vec<usize> = (0..words.len()).filter(|at| words[*at].starts_with("--")).collect();
    let ends = starts.iter().skip(1).copied().chain([words.len()]);
    let without = |(start, end): (usize, usize)| {
        let kept: Vec<&str> = words[..start].iter().chain(&words[end..]).copied().collect();
        (words[start].to_owned(), kept.join(" "))
    };
    starts.iter().copied().zip(ends).map(without).collect()
}

/// Other numbers: where a word is one, a share, a version or a prefix.
fn other_numbers(line: &str) -> Vec<(String, String)> {
    let words: Vec<&str> = line.split(' ').collect();
    let mut all = Vec::new();
    for (at, word) in words.iter().enumerate() {
        for other in others(word) {
            let mut words: Vec<&str> = words.clone();
            words[at] = &other;
            all.push((format!("{other} for {word}"), words.join(" ")));
        }
    }
    all
}

fn others(word: &str) -> Vec<String> {
    if let Some(number) = word.strip_suffix('%').and_then(|one| one.parse::<u32>().ok()) {
        return vec![format!("{}%", number * 10 + 3)];
    }
    if let Ok(number) = word.parse::<u32>() {
        return vec![format!("{}", number * 10 + 7), "0".to_owned()];
    }
    if let Some((base, length)) =
        word.split_once('/').filter(|(base, _)| base.parse::<std::net::Ipv4Addr>().is_ok())
    {
        let length = length.parse::<u32>().unwrap_or(0);
        return vec![format!("{base}/{}", length + 9), format!("{base}/{}", length.saturating_sub(9))];
    }
    if let Some(minor) = word.strip_prefix("1.").and_then(|one| one.parse::<u32>().ok()) {
        return vec![format!("1.{}", minor + 2), format!("1.{}", minor - 8)];
    }
    Vec::new()
}

/// Whether a mistake was found: something does not hold that did.
fn is_found(right: &Outcome, wrong: &Outcome) -> bool {
    wrong.breaches.iter().any(|breach| !right.breaches.contains(breach))
}

/// Puts every mistake into a case's book.
fn survey(auditor: &Auditor, case: &Case, counts: &mut BTreeMap<Change, Count>, missed: &mut Vec<String>) {
    let (right, end) = case.play(Some(auditor), &case.book);
    let is_open = !right.manual.is_empty() || right.capitals.iter().any(|(step, _)| *step > 0);
    if is_open || !right.breaches.is_empty() {
        return;
    }
    for (change, what, book) in variants(&case.book) {
        let count = counts.entry(change).or_default();
        let (quick, world) = case.play(None, &book);
        if is_found(&right, &quick) {
            count.found += 1;
        } else if world.is_like(&end) {
            count.without_effect += 1;
        } else if is_found(&right, &case.play(Some(auditor), &book).0) {
            count.found += 1;
        } else {
            count.missed += 1;
            missed.push(format!("{change:?} in {}: {what}", case.name));
        }
    }
}

#[test]
fn mistakes_of_a_machine_are_found_or_mean_nothing() {
    let auditor = Auditor::new();
    let (mut counts, mut missed) = (BTreeMap::new(), Vec::new());
    for case in right::all(&auditor) {
        survey(&auditor, &case, &mut counts, &mut missed);
    }
    assert_all_found(&counts, &missed);
}

/// What is printed is treated like what was written by hand, as far as it holds and leaves nothing open.
#[test]
fn mistakes_in_printed_runbooks_are_found_or_mean_nothing() {
    let auditor = Auditor::new();
    let (mut counts, mut missed) = (BTreeMap::new(), Vec::new());
    for seed in 0..crate::many().map_or(4, |many| many.min(40)) {
        let world = crate::estates::generated(seed);
        // One that only makes room promises nothing that a check would tell.
        let promises = |book: &Book| book.end != End::Stays;
        for book in crate::stage::books(&auditor, &world).into_iter().filter(promises) {
            let name = format!("estate-{seed} {}", crate::world::name_of(&book.cluster));
            survey(&auditor, &Case::new(&auditor, &name, world.clone(), book), &mut counts, &mut missed);
        }
    }
    assert_all_found(&counts, &missed);
}

fn assert_all_found(counts: &BTreeMap<Change, Count>, missed: &[String]) {
    let found_some = |count: &Count| count.found > 0;
    assert!(counts.values().all(found_some) && counts.len() == 7, "{counts:?}");
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    report(counts);
}

/// Says what became of them, where the whole rehearsal is asked for.
fn report(counts: &BTreeMap<Change, Count>) {
    if crate::many().is_none() {
        return;
    }
    let mut table = String::new();
    for (change, Count { found, without_effect, .. }) in counts {
        let _ = writeln!(table, "{change:?}: {found} found, {without_effect} lead to the same world");
    }
    crate::say(&table);
}
