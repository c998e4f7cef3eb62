//! Files that people write: the configuration, attestations, changes for `plan what-if`.

use std::{collections::BTreeMap, path::Path};

use super::{COLLECTED, audited, options};
use crate::{
    assess::{
        options::AttestationFile,
        questions::{Changes, what_if},
    },
    config::{self, Settings},
};

/// Of the configurations that a fuzzer finds, one in so many is audited with: an audit takes as long as reading a hundred.
const ONE_IN: usize = 16;

/// A text as each of the files that people write.
///
/// # Panics
/// When settings that are accepted can't be shown, are not the same when they are written and read again, or break an
/// audit.
pub fn configuration(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let _ = AttestationFile::read(text).map_err(|error| error.to_string());
    changes(text);
    let loaded = match config::parse(Path::new("aks-census.toml"), text.to_owned()) {
        Ok(loaded) => loaded,
        Err(error) => return drop((error.to_string(), error.hint())),
    };
    let shown = config::effective(&loaded, &loaded.settings, &BTreeMap::new());
    assert!(config::show(&shown).lines().count() >= shown.len());
    let written = toml::to_string(&loaded.settings).expect("settings are TOML");
    assert_eq!(toml::from_str::<Settings>(&written).as_ref(), Ok(&loaded.settings), "{written}");
    match loaded.validate() {
        Ok(()) if !cfg!(fuzzing) || text.len().is_multiple_of(ONE_IN) => {
            drop(audited(&COLLECTED, &loaded.settings));
        }
        Ok(()) => {}
        Err(error) => drop((error.to_string(), error.hint())),
    }
}

fn changes(text: &str) {
    match text.parse::<Changes>() {
        Ok(changes) => {
            let answer = what_if(&COLLECTED, &changes, &options(&Settings::default()));
            drop(answer.map(|answer| answer.fits()).map_err(|error| (error.to_string(), error.hint())));
        }
        Err(error) => drop(error.to_string()),
    }
}
