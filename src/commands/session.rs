//! The effective settings of one run, and what the rooms are given of them.

use std::{collections::BTreeMap, path::Path};

use jiff::{civil::Date, tz::TimeZone};

use super::Failure;
use crate::{
    assess::options::{Attestation, AttestationFile, Options},
    azure::{Cloud, SignInError},
    cli::{Common, ReportArgs, ScopeArgs},
    config::{self, Loaded, Settings, Span},
    env::{AZURE_CLIENT_ID, AZURE_TENANT_ID, AZURESUBSCRIPTION_SERVICE_CONNECTION_ID, Env},
    files,
    inventory::{Inventory, RequestedScope},
};

/// Settings after the file, the environment and the flags have had their say.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Session {
    pub(super) loaded: Loaded,
    pub(super) settings: Settings,
    /// By key: the variable or flag that changed it.
    pub(super) overrides: BTreeMap<&'static str, String>,
    pub(super) max_duration: Option<Span>,
    pub(super) as_of: Option<Date>,
}

impl Session {
    /// The cloud that the settings describe.
    ///
    /// # Errors
    /// When they describe none.
    pub(super) fn cloud(&self) -> Result<Cloud, Failure> {
        let azure = &self.settings.azure;
        let endpoint = azure.resource_manager.as_deref();
        let audience = azure.audience.as_deref().or(endpoint);
        let cloud = Cloud::from_parts(azure.cloud, endpoint, azure.authority.as_deref(), audience);
        Ok(cloud.map_err(SignInError::from)?)
    }

    /// Defaults, file and environment, for a run.
    ///
    /// # Errors
    /// When the file can't be used, or says where credentials go without having been named.
    pub(super) fn new(common: &Common, env: &Env) -> Result<Self, Failure> {
        let session = Self::inspect(common, env)?;
        session.loaded.refuse_unnamed()?;
        Ok(session)
    }

    /// The same for a look at it, after which nothing runs.
    ///
    /// # Errors
    /// When the file can't be used.
    pub(super) fn inspect(common: &Common, env: &Env) -> Result<Self, Failure> {
        Ok(Self::over(config::load(common.config.as_deref(), env)?, env)?)
    }

    /// Settings that no file holds: those of a simulated Azure, over what was loaded.
    #[cfg(feature = "demo")]
    pub(super) fn simulated(loaded: Loaded, settings: Settings) -> Self {
        Self { loaded, settings, overrides: BTreeMap::new(), max_duration: None, as_of: None }
    }

    pub(super) fn over(loaded: Loaded, env: &Env) -> Result<Self, config::ConfigError> {
        loaded.validate()?;
        let mut settings = loaded.settings.clone();
        let mut overrides = BTreeMap::new();
        let azure = &mut settings.azure;
        let variables = [
            ("azure.tenant_id", AZURE_TENANT_ID, &mut azure.tenant_id),
            ("azure.client_id", AZURE_CLIENT_ID, &mut azure.client_id),
        ];
        for (key, variable, setting) in variables {
            if let Some(value) = env.get(variable) {
                *setting = Some(value.to_owned());
                overrides.insert(key, variable.name.to_owned());
            }
        }
        let connection = (&mut azure.service_connection_id, env.get(AZURESUBSCRIPTION_SERVICE_CONNECTION_ID));
        if let (setting @ None, Some(value)) = connection {
            *setting = Some(value.to_owned());
            overrides.insert(
                "azure.service_connection_id",
                AZURESUBSCRIPTION_SERVICE_CONNECTION_ID.name.to_owned(),
            );
        }
        Ok(Self { loaded, settings, overrides, max_duration: None, as_of: None })
    }

    /// Lets the flags that choose a scope win. Flags replace what the file says; they do not add to it.
    pub(super) fn with_scope(mut self, flags: &ScopeArgs) -> Self {
        if !flags.subscriptions.is_empty() || !flags.management_groups.is_empty() {
            self.settings.scope.subscriptions.clone_from(&flags.subscriptions);
            self.settings.scope.management_groups.clone_from(&flags.management_groups);
            self.overrides.insert("scope.subscriptions", "--subscription".to_owned());
            self.overrides.insert("scope.management_groups", "--management-group".to_owned());
        }
        self.max_duration = flags.max_duration;
        self
    }

    /// Lets the flags that choose reports win.
    pub(super) fn with_report(mut self, flags: &ReportArgs) -> Self {
        if let Some(directory) = &flags.output {
            self.settings.report.directory.clone_from(directory);
            self.overrides.insert("report.directory", "--output".to_owned());
        }
        if !flags.formats.is_empty() {
            self.settings.report.formats.clone_from(&flags.formats);
            self.overrides.insert("report.formats", "--format".to_owned());
        }
        self.as_of = flags.as_of;
        self
    }

    /// Lets the date that day counts are made from be another.
    pub(super) fn with_date(mut self, as_of: Option<Date>) -> Self {
        self.as_of = as_of;
        self
    }

    /// What was asked to be read.
    pub(super) fn requested(&self) -> RequestedScope {
        let scope = &self.settings.scope;
        RequestedScope {
            subscriptions: scope.subscriptions.clone(),
            management_groups: scope.management_groups.clone(),
            excluded: scope.exclude_subscriptions.clone(),
        }
    }

    /// What the assessment of an inventory is told.
    ///
    /// # Errors
    /// When the file of attestations can't be read.
    pub(super) fn assess_options(&self, inventory: &Inventory) -> Result<Options, Failure> {
        let collected = || inventory.collected_at.to_zoned(TimeZone::UTC).date();
        Ok(self.settings.options(self.as_of.unwrap_or_else(collected), self.attestations()?))
    }

    /// Reads the file of attestations, so that a mistake in it does not show after a long collection only.
    ///
    /// # Errors
    /// When it can't be read.
    pub(super) fn check_attestations(&self) -> Result<(), Failure> {
        self.attestations().map(drop)
    }

    /// What people found out, from the file the settings name.
    fn attestations(&self) -> Result<Vec<Attestation>, Failure> {
        let Some(path) = &self.settings.migration.attestations else { return Ok(Vec::new()) };
        let text = files::read_text(path, files::ATTESTATIONS)
            .map_err(|source| Failure::file(path, "read", source))?;
        let invalid = |source| Failure::Attestations { path: path.clone(), source };
        Ok(AttestationFile::read(&text).map_err(invalid)?.attestations)
    }

    /// The directory reports go to.
    pub(super) fn directory(&self) -> &Path {
        &self.settings.report.directory
    }
}
