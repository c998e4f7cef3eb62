use std::path::Path;

use super::*;

fn read(text: &str) -> Result<Loaded, ConfigError> {
    parse(Path::new("aks-census.toml"), text.to_owned())
}

fn complaint(text: &str) -> String {
    let error = read(text).and_then(|loaded| loaded.validate()).unwrap_err();
    error.to_string()
}

/// The example with its commented-out keys brought to life.
pub(crate) fn everything() -> String {
    let is_key = |line: &str| {
        let Some(rest) = line.strip_prefix("# ") else { return false };
        rest.starts_with("[[") || rest.split_once(" = ").is_some_and(|(key, _)| !key.contains(' '))
    };
    EXAMPLE.lines().map(|line| if is_key(line) { &line[2..] } else { line }).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_example_shows_the_real_defaults() {
    let loaded = read(EXAMPLE).unwrap();
    loaded.validate().unwrap();
    assert_eq!(loaded.settings, Settings::default());
}

#[test]
fn the_example_is_complete_and_its_comments_are_true() {
    let text = everything();
    let loaded = read(&text).unwrap();
    assert_eq!(loaded.settings.exceptions.len(), 1, "the commented example of an exception was not found");
    let tables = [
        "azure",
        "scope",
        "people",
        "thresholds",
        "projection",
        "migration",
        "migration.waves",
        "migration.durations",
        "report",
        "requests",
        "exceptions",
    ];
    for table in tables {
        let header = if table == "exceptions" { format!("[[{table}]]") } else { format!("[{table}]") };
        let error = read(&format!("{header}\nno_such_key = 1")).unwrap_err().to_string();
        let known: Vec<&str> =
            error.split('`').skip(1).step_by(2).filter(|word| *word != "no_such_key").collect();
        let keys: Vec<&&str> =
            known.iter().filter(|word| word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')).collect();
        assert!(!keys.is_empty(), "{error}");
        for key in keys {
            let shown = text.lines().any(|line| {
                line.starts_with(&format!("{key} ")) || line.starts_with(&format!("[{table}.{key}]"))
            });
            assert!(shown, "`{table}.{key}` is not in the example");
        }
    }
}

#[test]
fn every_key_of_the_example_says_what_it_is_for() {
    let bare: Vec<&str> = everything()
        .lines()
        .filter(|line| line.contains(" = ") && !line.starts_with('#') && !line.contains(" #"))
        .map(|line| line.split(" = ").next().unwrap_or_default().to_owned().leak() as &str)
        .filter(|key| {
            !["rule", "resource", "reason", "until", "subnet-usage-unknown", "\"Microsoft.ContainerService\""]
                .contains(key)
        })
        .collect();
    assert!(bare.is_empty(), "{bare:?}");
}

#[test]
fn an_unknown_key_is_named_with_its_line_and_what_is_allowed() {
    insta::assert_snapshot!(complaint("[azure]\ncloud = \"public\"\nsecret = \"x\"\n"));
}

#[test]
fn a_bad_value_is_named_with_its_line_and_what_is_allowed() {
    insta::assert_snapshot!(complaint("[scope]\non_premises = [\"10.0.0.5/8\"]\n"));
    insta::assert_snapshot!(complaint("[azure]\ncloud = \"mars\"\n"));
}

#[test]
fn what_is_allowed_is_said_in_words_of_people() {
    let allowed = |text: &str| complaint(text).lines().last().unwrap().to_owned();
    for (text, expected) in [
        ("[thresholds]\nwarning_pct = \"x\"", "expected a whole number from 0 to 255"),
        ("[thresholds]\nwarning_pct = 300", "expected a whole number from 0 to 255"),
        ("[migration]\ngrowth_pct = -1", "expected a whole number"),
        ("[requests]\nattempts = 0", "expected a whole number from 1 to 100"),
        ("[requests]\nconcurrency = 0", "expected a whole number from 1 to 1024"),
        ("[requests]\nconcurrency = 9223372036854775807", "expected a whole number from 1 to 1024"),
        ("[requests]\ntimeout = \"9223372036854775807s\"", "give at most `168h`"),
        ("[scope]\nsubscriptions = 1", "expected a list"),
        ("[scope]\ntags = []", "expected a table"),
        ("[migration.waves]\nrehearsal = \"yes\"", "expected true or false"),
        ("[migration.waves]\nstart = 2027-06-01", "expected a date in quotes, such as \"2026-11-21\""),
        (
            "[findings]\nsubnet-full = \"loud\"",
            "expected `off`, `critical`, `high`, `medium`, `low` or `info`",
        ),
        ("[findings]\nsubnet-full = true", "expected `off`, `critical`, `high`, `medium`, `low` or `info`"),
    ] {
        assert!(allowed(text).ends_with(expected), "{text}: {}", allowed(text));
    }
}

#[test]
fn settings_that_contradict_each_other_are_named_with_their_line() {
    insta::assert_snapshot!(complaint("[thresholds]\n\nwarning_pct = 96\n"));
    insta::assert_snapshot!(complaint("[azure]\ncloud = \"custom\"\n"));
    insta::assert_snapshot!(complaint("[azure]\nauthority = \"https://login.example\"\n"));
    insta::assert_snapshot!(complaint("[findings]\nno-such-rule = \"high\"\n"));
    insta::assert_snapshot!(complaint("[report]\nformats = []\n"));
    insta::assert_snapshot!(
        complaint("[migration.waves]\nstart = \"2027-06-01\"\nfinish = \"2027-01-01\"\n"),
        @"the setting `migration.waves.finish` makes no sense (aks-census.toml line 3): it lies before `migration.waves.start`"
    );
}

#[test]
fn an_exception_needs_a_reason() {
    let text = "[[exceptions]]\nrule = \"kubenet-retirement\"\nresource = \"/subscriptions/a\"\n";
    assert!(complaint(text).contains("reason"), "{}", complaint(text));
    let blank = format!("{text}reason = \"  \"\n");
    assert!(complaint(&blank).contains("needs a `reason`"), "{}", complaint(&blank));
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_file() {
    assert_eq!(read("\u{feff}[thresholds]\nwarning_pct = 70\n").unwrap().settings.thresholds.warning_pct, 70);
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,80}(\n\\PC{0,40}){0,4}") {
        let _ = read(&text).map(|loaded| loaded.validate());
    }
}
