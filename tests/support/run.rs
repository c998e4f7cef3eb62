//! One run of the binary, and what it left behind.

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs,
    io::Read,
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use aks_census_simulator::ACCESS_TOKEN_PREFIX;

/// The secret of the simulated application.
const SECRET: &str = "simulated~client~secret";

/// The binary, about to run in an environment that holds nothing but what a story sets.
pub(crate) struct Census {
    command: Command,
    directory: PathBuf,
}

impl Census {
    pub(crate) fn new(directory: &Path, arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_aks-census"));
        command.env_clear().current_dir(directory).stdin(Stdio::null()).args(arguments);
        Self { command, directory: directory.to_owned() }
    }

    /// A line of the shell, in place of the binary.
    pub(crate) fn shell(mut self, line: &str) -> Self {
        let mut shell = Command::new("/bin/sh");
        shell.env_clear().current_dir(&self.directory).stdin(Stdio::null()).args(["-c", line]);
        for (name, value) in self.command.get_envs() {
            shell.env(name, value.unwrap_or_default());
        }
        self.command = shell;
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// Sends standard output into a file.
    pub(crate) fn into_file(mut self, file: fs::File) -> Self {
        self.command.stdout(file);
        self
    }

    /// Sends standard output into a pipe of the story's own, and standard error into one that can be read.
    pub(crate) fn into_pipe(mut self, pipe: fs::File) -> Self {
        self.command.stdout(pipe).stderr(Stdio::piped());
        self
    }

    /// Sends standard error into a pipe of the story's own.
    pub(crate) fn into_error_pipe(mut self, pipe: fs::File) -> Self {
        self.command.stdout(Stdio::null()).stderr(pipe);
        self
    }

    /// Starts it with the streams it was given.
    pub(crate) fn spawned(mut self) -> Child {
        self.command.spawn().unwrap()
    }

    /// Runs it to its end.
    pub(crate) fn run(mut self) -> Run {
        let output = self.command.output().unwrap();
        Run::new(self.directory, &output)
    }

    /// Starts it, for a story that meddles with it.
    pub(crate) fn start(mut self) -> Child {
        self.command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }
}

/// A run that has ended.
pub(crate) struct Run {
    /// 128 and the number of a signal where one ended it.
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    directory: PathBuf,
}

impl Run {
    pub(crate) fn new(directory: PathBuf, output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let status = output.status;
        let status = status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap();
        let run = Self { status, stdout: text(&output.stdout), stderr: text(&output.stderr), directory };
        run.assert_nothing_leaked();
        run
    }

    /// The folder of the newest reports.
    pub(crate) fn reports(&self) -> PathBuf {
        self.directory.join("reports/latest")
    }

    pub(crate) fn file(&self, name: &str) -> String {
        fs::read_to_string(self.reports().join(name)).unwrap()
    }

    /// The rows of a report, by column.
    pub(crate) fn rows(&self, name: &str) -> Vec<BTreeMap<String, String>> {
        let text = self.file(name);
        csv::Reader::from_reader(text.as_bytes()).deserialize().map(Result::unwrap).collect()
    }

    /// What somebody at the terminal sees, without the names of this machine.
    pub(crate) fn transcript(&self) -> String {
        let mut text = format!("exit status {}\n", self.status);
        for (name, stream) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !stream.is_empty() {
                text.extend(["--- ", name, "\n", stream]);
            }
        }
        text.replace(&self.directory.display().to_string(), "DIR")
    }

    /// Everything that was written, by name: both streams and every file, unpacked where it is compressed.
    pub(crate) fn written(&self) -> Vec<(String, String)> {
        let mut written =
            vec![("stdout".into(), self.stdout.clone()), ("stderr".into(), self.stderr.clone())];
        files_below(&self.directory, &mut written);
        written
    }

    /// Neither a token nor a secret is in anything that was written, compressed files included.
    fn assert_nothing_leaked(&self) {
        for (name, text) in &self.written() {
            assert!(!text.contains(ACCESS_TOKEN_PREFIX), "a token is in {name}");
            assert!(!text.contains(SECRET), "the secret is in {name}");
        }
    }
}

fn files_below(directory: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        // What cannot be read is what the story made unreadable.
        if path.is_dir() && !path.is_symlink() && fs::read_dir(&path).is_ok() {
            files_below(&path, found);
        } else if let Ok(bytes) = fs::read(&path) {
            let mut plain = Vec::new();
            let unpacked = flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut plain).is_ok();
            let bytes = if unpacked { plain } else { bytes };
            found.push((path.display().to_string(), String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
}
