//! Files that people write: the configuration, attestations, changes for `plan what-if`.

use std::{collections::BTreeMap, path::Path};

use super::{ESTATE, audited, collected, options};
use crate::{
    assess::{
        options::AttestationFile,
        questions::{Changes, what_if},
    },
    config::{self, Settings},
};

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
        Ok(()) => drop(audited(&collected(&ESTATE), &loaded.settings)),
        Err(error) => drop((error.to_string(), error.hint())),
    }
}

fn changes(text: &str) {
    match text.parse::<Changes>() {
        Ok(changes) => {
            let answer = what_if(&collected(&ESTATE), &changes, &options(&Settings::default()));
            drop(answer.map(|answer| answer.fits()).map_err(|error| (error.to_string(), error.hint())));
        }
        Err(error) => drop(error.to_string()),
    }
}
