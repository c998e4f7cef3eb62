//! Every flag that takes a value, against the numbers and texts nobody thinks of: each is refused by name, or the run with it
//! ends. The flags are those that the command line has, so that a new one is covered by itself.

use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead, BufReader},
    process::Child,
};

use aks_census::cli::Cli;
use clap::{Arg, Command, CommandFactory, Parser};

use crate::support::{Azure, Run, calm};

fn extremes() -> Vec<String> {
    let texts = "0 1 -1 2 100 255 256 65535 65536 4294967295 4294967296 9223372036854775807 18446744073709551615 \
                 100000000000000000000000000000000 1.5 1e400 NaN inf 0s 1ms 168h 169h 9223372036854775807s 0% 100% 101% \
                 4294967295% /0 /1 /32 /33 /128 0.0.0.0/0 255.255.255.255/32 10.0.0.0/33 ::/0 0000-01-01 9999-12-31 \
                 2026-02-30 name=,nodes=,max-pods= nodes=18446744073709551615,max-pods=4294967295 nodes=0 , .. / \u{202e}";
    let texts = texts.split_whitespace().map(str::to_owned);
    texts.chain(["", " ", "\n"].map(str::to_owned)).chain(["x".repeat(20_000)]).collect()
}

/// Every verb that does something, by the words that lead to it.
fn verbs(command: &Command, words: &[String], found: &mut Vec<(Vec<String>, Command)>) {
    let inner: Vec<_> = command.get_subcommands().filter(|inner| inner.get_name() != "help").collect();
    if !command.is_subcommand_required_set() && !words.is_empty() {
        found.push((words.to_vec(), command.clone()));
    }
    for inner in inner {
        verbs(inner, &[words, &[inner.get_name().to_owned()]].concat(), found);
    }
}

/// What a verb needs beside the flag under test, as far as that is not a flag of the same name.
fn beside(words: &str, flag: &str) -> Vec<&'static str> {
    let snapshot = ["--snapshot", "estate.gz"].as_slice();
    let live = ["snapshot", "max_duration", "subscriptions", "management_groups"].contains(&flag);
    let source = if live { &[] } else { snapshot };
    let rest: &[&str] = match words {
        "plan free" if flag != "vnet" => &["--vnet", "nowhere"],
        "plan subnet" if flag != "subject" => &["--for", "nowhere"],
        "plan what-if" if flag != "file" => &["changes.toml"],
        "explain" | "rules explain" if flag != "id" => &["subnet-full"],
        "completions" if flag != "shell" => &["bash"],
        _ => &[],
    };
    let from_snapshot = matches!(words, "audit" | "plan free" | "plan subnet" | "plan what-if");
    if from_snapshot { [source, rest].concat() } else { rest.to_vec() }
}

fn arguments(words: &[String], arg: &Arg, value: &str) -> Vec<String> {
    let mut all = words.to_vec();
    all.extend(beside(&words.join(" "), arg.get_id().as_str()).into_iter().map(str::to_owned));
    match arg.get_long() {
        Some(long) => all.push(format!("--{long}={value}")),
        None => all.extend(["--".to_owned(), value.to_owned()]),
    }
    all
}

/// Waits for what serves until it is stopped to say where, and stops it.
fn first_line(mut child: Child) {
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    // It may have ended by itself.
    let _ = child.kill();
    let output = child.wait_with_output().unwrap();
    assert!(!line.is_empty() || output.status.code() == Some(2), "{output:?}");
}

#[test]
fn every_flag_takes_extremes_or_says_no() {
    let azure = Azure::start(calm());
    assert_eq!(azure.census(&["collect", "--output", "estate.gz"]).run().status, 0);
    fs::write(azure.path().join("changes.toml"), "").unwrap();
    let mut command = Cli::command();
    command.build();
    let mut all = Vec::new();
    verbs(&command, &[], &mut all);
    assert!(all.len() >= 14, "the verbs were not found: {all:?}");
    let (mut seen, mut runs, mut refused) = (BTreeSet::new(), Vec::new(), 0);
    for (words, verb) in &all {
        for arg in verb.get_arguments().filter(|arg| arg.get_action().takes_values()) {
            let kind = format!("{:?}", arg.get_value_parser());
            // A run writes where it is told to, and this one is told to stay in its folder.
            let leads_away = |value: &String| kind.contains("PathBuf") && value.starts_with(['/', '.']);
            let mut accepted = Vec::new();
            for value in extremes().into_iter().filter(|value| !leads_away(value)) {
                let arguments = arguments(words, arg, &value);
                match Cli::try_parse_from([&["aks-census".to_owned()], arguments.as_slice()].concat()) {
                    // What a flag of several verbs makes of a value is the same in each.
                    Ok(_) if seen.insert((arg.get_id().to_string(), kind.clone(), value)) => {
                        accepted.push(arguments);
                    }
                    Ok(_) => {}
                    Err(error) => {
                        refused += 1;
                        let named = arg.get_long().unwrap_or_else(|| arg.get_id().as_str());
                        let text = error.to_string().to_lowercase();
                        assert!(text.contains(named), "{words:?} {named}: {text:.300}");
                    }
                }
            }
            // The first and the last of them: what lies between is no more extreme.
            let middle = 1..accepted.len().saturating_sub(2).max(1);
            let ends = accepted.into_iter().enumerate().filter(|(at, _)| !middle.contains(at));
            runs.extend(ends.map(|(_, arguments)| arguments));
        }
    }
    assert!(runs.len() > 40 && refused > 500, "{} runs, {refused} refused", runs.len());
    for arguments in &runs {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let census = azure.census(&arguments);
        if arguments[0] == "simulate" {
            first_line(census.start());
            continue;
        }
        let run: Run = census.run();
        // Each run looks for secrets in all there is.
        let _ = fs::remove_dir_all(azure.path().join("reports"));
        assert!((0..=3).contains(&run.status), "{arguments:.60?}: {}", run.transcript());
        assert!(run.status != 2 || run.stderr.contains("error:"), "{arguments:.60?}: {}", run.transcript());
    }
}
