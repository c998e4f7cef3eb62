//! Panics, of which none is known: so a part of this very test panics, in a process of its own.

use std::{
    env,
    process::{Command, Output},
    thread,
};

use aks_census::{commands, panics, secrets};

/// Set in the process that panics.
const PANICS: &str = "AKS_CENSUS_TEST_PANICS";
const SECRET: &str = "a.secret.of.the.environment";

/// Runs a test of this file again, in which it will [`is_the_one_that_panics`].
fn again(test: &str) -> Output {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", &format!("stories_defects::{test}"), "--nocapture"]);
    command.env_remove("RUST_BACKTRACE").env(PANICS, "1").output().unwrap()
}

fn is_the_one_that_panics() -> bool {
    let is_it = env::var_os(PANICS).is_some();
    if is_it {
        secrets::know(SECRET);
        commands::say_defects();
    }
    is_it
}

#[test]
fn a_defect_is_said_like_an_error_and_nothing_of_it_is_raw() {
    if is_the_one_that_panics() {
        let name = format!("\u{1b}[31m{SECRET}\n::error::x ##vso[task.complete]\nerror: a lie");
        assert!(thread::spawn(move || panic!("no such pool: {name}")).join().is_err());
        assert!(thread::spawn(|| std::panic::panic_any(7)).join().is_err());
        return;
    }
    let output = again("a_defect_is_said_like_an_error_and_nothing_of_it_is_raw");
    assert!(output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    let mut lines: Vec<_> = said.lines().map(str::to_owned).collect();
    for line in &mut lines {
        // Where it is moves with every line above.
        if let (Some(from), Some(to)) = (line.find("(tests"), line.rfind(')')) {
            line.replace_range(from..to, "(PLACE");
        }
    }
    insta::assert_snapshot!(lines.join("\n"), @r"
    error: this is a defect of aks-census: no such pool: \u{1b}[31m…
      \::error::x #\#vso[task.complete]
      error: a lie (PLACE)
    hint: please report it at https://github.com/aks-census/aks-census/issues, with these lines and what was run; `RUST_BACKTRACE=1` adds where it came from
    error: this is a defect of aks-census: it panicked (PLACE)
    hint: please report it at https://github.com/aks-census/aks-census/issues, with these lines and what was run; `RUST_BACKTRACE=1` adds where it came from
    ");
}

#[test]
fn a_panic_that_is_caught_is_said_by_whoever_caught_it_only() {
    if is_the_one_that_panics() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        assert!(runtime.block_on(panics::caught(async { panic!("out of range") })).is_err());
        return;
    }
    let output = again("a_panic_that_is_caught_is_said_by_whoever_caught_it_only");
    assert!(output.status.success());
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}
