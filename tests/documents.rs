//! What the documents say is what the program does.

use std::{
    fs,
    path::{Path, PathBuf},
};

use aks_census::cli::Cli;
use clap::Parser;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every Markdown file that people read, by path from the root.
fn documents() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut directories = vec![root().to_owned()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(&directory).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            // Reports of the demo link to nothing in the repository, and other people's runs are not ours.
            if name.starts_with('.') || ["target", "reports"].contains(&name.as_str()) {
                continue;
            }
            if path.is_dir() {
                directories.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                found.push((
                    path.strip_prefix(root()).unwrap().to_owned(),
                    fs::read_to_string(&path).unwrap(),
                ));
            }
        }
    }
    assert!(found.len() > 5, "the documents were not found");
    found
}

/// The lines of fenced blocks in these languages, continued lines joined.
fn block_lines(text: &str, languages: &[&str]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let (mut inside, mut continued) = (false, false);
    for line in text.lines() {
        if let Some(language) = line.trim_start().strip_prefix("```") {
            inside = !inside && languages.contains(&language.trim());
            continued = false;
        } else if inside {
            let (piece, more) = line.strip_suffix('\\').map_or((line, false), |piece| (piece, true));
            match lines.last_mut().filter(|_| continued) {
                Some(last) => last.push_str(piece.trim_start()),
                None => lines.push(piece.trim_start().to_owned()),
            }
            continued = more;
        }
    }
    lines
}

/// The words of a shell command up to what is no longer ours: a comment, a pipe, a second command.
fn words(command: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in command.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            (None, '#' | '|' | '&' | ';' | '>') if word.is_none() => break,
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// The arguments of a line that runs this program, however it is started; variables before it are left out.
fn arguments(line: &str) -> Option<Vec<String>> {
    let line = line.strip_prefix("$ ").unwrap_or(line);
    let words = words(line);
    let mut words = words.iter().map(String::as_str).skip_while(|word| word.contains('=')).peekable();
    match words.next()? {
        "aks-census" => {}
        "cargo" if words.peek() == Some(&"run") => {
            words.by_ref().find(|word| *word == "--")?;
        }
        _ => return None,
    }
    Some(std::iter::once("aks-census").chain(words).map(str::to_owned).collect())
}

#[test]
fn every_command_in_the_documents_exists() {
    let mut commands = 0;
    for (path, text) in documents() {
        for line in block_lines(&text, &["sh", "console", "bash", "shell"]) {
            let Some(arguments) = arguments(&line) else { continue };
            commands += 1;
            if let Err(error) = Cli::try_parse_from(&arguments) {
                let asks = matches!(
                    error.kind(),
                    clap::error::ErrorKind::DisplayHelp | clap::error::ErrorKind::DisplayVersion
                );
                assert!(asks, "{}: `{line}`: {error}", path.display());
            }
        }
    }
    assert!(commands > 0, "no command was found in any document");
}

#[test]
fn links_between_documents_lead_somewhere() {
    let mut links = 0;
    for (path, text) in documents() {
        let directory = root().join(&path).parent().unwrap().to_owned();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let linked = if file.is_empty() { root().join(&path) } else { directory.join(file) };
            assert!(linked.exists(), "{} links to `{target}`, which is not there", path.display());
            if !anchor.is_empty() && linked.extension().is_some_and(|extension| extension == "md") {
                let headings = fs::read_to_string(&linked).unwrap();
                let known = headings.lines().filter(|line| line.starts_with('#')).map(slug);
                assert!(
                    known.into_iter().any(|slug| slug == anchor),
                    "{}: no heading for `{target}`",
                    path.display()
                );
            }
            links += 1;
        }
    }
    assert!(links > 0);
}

/// The anchor GitHub gives a heading.
fn slug(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = text.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn files_and_settings_that_documents_name_exist() {
    let example = include_str!("../config.example.toml");
    for (path, text) in documents() {
        for name in text.split('`').skip(1).step_by(2) {
            let is_file = name.contains('/')
                && ["src/", "tests/", "docs/", "rules/", "simulator/", ".ci/"]
                    .iter()
                    .any(|room| name.starts_with(room));
            if is_file && !name.contains(['*', '<', ' ', '…', '{']) {
                let place = [root().join(name), root().join(&path).with_file_name("").join(name)];
                assert!(place.iter().any(|p| p.exists()), "{} names `{name}`", path.display());
            }
            let tables =
                ["azure.", "scope.", "people.", "thresholds.", "projection.", "report.", "requests."];
            let Some(key) = tables.iter().find_map(|table| name.strip_prefix(table)) else { continue };
            if key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
                && !["md", "rs", "toml"].contains(&key)
            {
                assert!(example.contains(&format!("{key} =")), "{} names `{name}`", path.display());
            }
        }
    }
}

#[test]
fn every_flag_has_a_help_text_and_none_takes_a_secret() {
    use clap::CommandFactory;
    let mut commands = vec![Cli::command()];
    while let Some(command) = commands.pop() {
        for argument in command.get_arguments() {
            let name = argument.get_id().as_str().to_owned();
            assert!(argument.get_help().is_some(), "{} {name}", command.get_name());
            let is_secret = ["secret", "password", "token"].iter().any(|word| name.contains(word));
            assert!(!is_secret, "{} {name}", command.get_name());
        }
        commands.extend(command.get_subcommands().cloned());
    }
}

/// Every Rust file of the repository, as one text.
fn sources() -> String {
    let mut text = String::new();
    let mut directories =
        ["src", "tests", "simulator/src", "simulator/tests"].map(|name| root().join(name)).to_vec();
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(&directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                text.push_str(&fs::read_to_string(&path).unwrap());
            }
        }
    }
    text
}

/// The words in backticks that are written like the name of a test.
fn tests_named_in(text: &str) -> impl Iterator<Item = &str> {
    let is_word = |word: &str| {
        word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    text.split('`').skip(1).step_by(2).filter(move |word| is_word(word) && word.matches('_').count() >= 2)
}

#[test]
fn every_test_that_the_threat_model_names_exists() {
    let model = fs::read_to_string(root().join("docs/threat-model.md")).unwrap();
    let sources = sources();
    let is_there = |name: &&str| sources.contains(&format!("fn {name}("));
    let named: Vec<&str> = tests_named_in(&model).collect();
    assert!(named.len() > 30, "the names were not found");
    let missing: Vec<_> = named.iter().filter(|name| !is_there(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let (_, promises) = model.split_once("## Promises").unwrap();
    let (promises, _) = promises.split_once("\n## ").unwrap();
    for promise in promises.split("\n### ").skip(1) {
        assert!(tests_named_in(promise).next().is_some(), "no test holds this promise: {promise}");
    }
}
