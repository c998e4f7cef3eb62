//! What a configuration file decides that its user should see: above all of a file that was found in the current folder,
//! which whoever wrote that folder may have put there.

use std::path::{self, Path, PathBuf};

use super::{
    load::{ConfigError, Loaded, Origin},
    settings::Settings,
};
use crate::{
    assess::options::RuleLevel,
    azure::{CloudName, CredentialKind},
    words,
};

impl Loaded {
    /// Refuses a file that was found and says where credentials go: to which hosts, and which certificates those may show.
    ///
    /// # Errors
    /// The first such key, with its file and line.
    pub fn refuse_unnamed(&self) -> Result<(), ConfigError> {
        let Some(path) = self.file.as_deref().filter(|_| self.origin == Origin::Found) else { return Ok(()) };
        let azure = &self.settings.azure;
        let keys = [
            ("azure.cloud", azure.cloud == CloudName::Custom),
            ("azure.resource_manager", azure.resource_manager.is_some()),
            ("azure.authority", azure.authority.is_some()),
            ("azure.audience", azure.audience.is_some()),
            ("azure.ca_bundle", azure.ca_bundle.is_some()),
        ];
        match keys.into_iter().find(|(_, is_set)| *is_set) {
            None => Ok(()),
            Some((key, _)) => Err(ConfigError::Unnamed { key, path: full(path), line: self.line(key) }),
        }
    }

    /// The file, how it came to be read, and what it decides, in clauses for one line; nothing where there is no file.
    ///
    /// `is_overridden` tells the keys that environment or flags have changed.
    #[must_use]
    pub fn influence(&self, is_overridden: impl Fn(&str) -> bool) -> Option<Vec<String>> {
        let file = self.file.as_deref()?;
        let decides = |key: &str| self.sets(key) && !is_overridden(key);
        let mut clauses = vec![format!("configuration {} ({})", full(file).display(), self.origin.as_str())];
        let settings = &self.settings;
        if decides("report.directory") {
            clauses.push(format!("reports go to {}", full(&settings.report.directory).display()));
        }
        if let Some(path) = &settings.migration.attestations {
            clauses.push(format!("attestations come from {}", full(path).display()));
        }
        if self.origin == Origin::Found {
            clauses.extend(identity(settings, decides));
            clauses.extend(silence(settings));
        }
        Some(clauses)
    }
}

/// Who signs in, as far as the file says it.
fn identity(settings: &Settings, decides: impl Fn(&str) -> bool) -> Vec<String> {
    let azure = &settings.azure;
    let kind = (azure.credential != CredentialKind::Auto).then(|| azure.credential.to_string());
    let said = [
        ("azure.credential", kind),
        ("azure.tenant_id", azure.tenant_id.clone()),
        ("azure.client_id", azure.client_id.clone()),
        ("azure.service_connection_id", azure.service_connection_id.clone()),
    ];
    let shown = |(key, value): (&str, Option<String>)| {
        value.filter(|_| decides(key)).map(|value| format!("`{key}` is `{value}`"))
    };
    said.into_iter().filter_map(shown).collect()
}

/// What the reports, or the exit status, keep quiet about.
fn silence(settings: &Settings) -> Vec<String> {
    let off = settings.findings.values().filter(|level| **level == RuleLevel::Off).count();
    let counts = [
        (off, "rule is off", "rules are off"),
        (settings.exceptions.len(), "finding is accepted", "findings are accepted"),
        (settings.scope.accept_unread.len(), "unread scope is accepted", "unread scopes are accepted"),
        (settings.azure.api_versions.len(), "API version is pinned", "API versions are pinned"),
    ];
    let some = counts.into_iter().filter(|(number, ..)| *number > 0);
    some.map(|(number, one, many)| words::counted(number as u64, one, many)).collect()
}

/// A path as it reads from anywhere.
fn full(path: &Path) -> PathBuf {
    path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Loaded {
        let loaded = super::super::parse(Path::new("/w/aks-census.toml"), text.to_owned()).unwrap();
        Loaded { origin: Origin::Found, ..loaded }
    }

    #[test]
    fn where_credentials_go_is_said_by_a_named_file_only() {
        let cases = [
            ("[azure]\n\ncloud = \"custom\"", "azure.cloud", 3),
            ("azure.resource_manager = \"https://evil.example\"", "azure.resource_manager", 1),
            ("azure = { authority = \"https://evil.example\" }", "azure.authority", 1),
            ("[\"azure\"]\n'audience' = \"api://x\"", "azure.audience", 2),
            ("[thresholds]\n[azure]\nca_bundle = \"ca.pem\"", "azure.ca_bundle", 3),
        ];
        for (text, key, line) in cases {
            let error = found(text).refuse_unnamed().unwrap_err();
            assert_eq!(
                error.to_string(),
                format!(
                    "`{key}` is not taken from a file that was found, not named (/w/aks-census.toml line {line}): it \
                     decides where credentials go"
                )
            );
            assert!(error.hint().contains("--config"), "{}", error.hint());
            for origin in [Origin::Flag, Origin::Variable] {
                assert!(Loaded { origin, ..found(text) }.refuse_unnamed().is_ok(), "{text}");
            }
        }
        for known in ["public", "usgovernment", "china"] {
            assert!(found(&format!("azure.cloud = \"{known}\"")).refuse_unnamed().is_ok());
        }
    }

    #[test]
    fn what_a_found_file_decides_is_listed() {
        let text = r#"
            [azure]
            credential = "managed-identity"
            tenant_id = "contoso"
            client_id = "app"
            api_versions = { "Microsoft.Network" = "2024-05-01" }
            [scope]
            accept_unread = ["a", "b"]
            [report]
            directory = "/srv/shared"
            [migration]
            attestations = "/srv/answers.toml"
            [findings]
            subnet-full = "off"
            kubenet-retirement = "low"
            [[exceptions]]
            rule = "subnet-full"
            resource = "/subscriptions/a"
            reason = "known"
        "#;
        let shown = |loaded: &Loaded, key: &str| loaded.influence(|k| k == key).unwrap().join("\n");
        insta::assert_snapshot!(shown(&found(text), "azure.tenant_id"), @r"
        configuration /w/aks-census.toml (found here, not named)
        reports go to /srv/shared
        attestations come from /srv/answers.toml
        `azure.credential` is `managed-identity`
        `azure.client_id` is `app`
        1 rule is off
        1 finding is accepted
        2 unread scopes are accepted
        1 API version is pinned
        ");
        let named = Loaded { origin: Origin::Flag, ..found(text) };
        insta::assert_snapshot!(shown(&named, "report.directory"), @r"
        configuration /w/aks-census.toml (named by --config)
        attestations come from /srv/answers.toml
        ");
        assert_eq!(Loaded::of(Settings::default()).influence(|_| false), None);
    }
}
