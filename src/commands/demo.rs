//! `demo`: the main job with no account. The simulated Azure is started on loopback, then audited like any other.

use std::{io::Write, sync::Arc};

use super::{
    ExitStatus, Failure, announce, audit, ending, live, output, progress::Terminal, session::Session,
    simulate, stopping::Stop,
};
use crate::{
    azure::{CloudName, CredentialKind},
    cli::{Common, DemoArgs, EstateArgs},
    config::{self, AzureSettings, Loaded, Settings},
    env::Env,
    inventory::Inventory,
};

/// The ranges behind the simulated company's VPN, which its network team would put into the configuration.
const ON_PREMISES: [&str; 2] = ["192.168.0.0/16", "172.16.0.0/14"];

pub(super) async fn run(
    common: &Common,
    args: &DemoArgs,
    env: &Env,
    terminal: &Terminal,
    stop: &Stop,
) -> Result<ExitStatus, Failure> {
    let (session, inventory) = inventory(common, &args.estate, terminal).await?;
    ending::log_gaps(&inventory, &session.settings.scope.accept_unread);
    let session = session.with_report(&args.report);
    let audit = audit::write(&session, Arc::new(inventory), output::style(common.color, env), stop).await?;
    let status = audit::status(&audit, &args.report);
    let closing =
        format!("A real audit of this estate would have ended with exit status {}.\n", status.code());
    // The reports are there, whoever reads this; it is no more than a word about them.
    if let Err(error) = output::print(&closing) {
        output::warn(&format!("warning: standard output can't be written: {error}"));
    }
    Ok(ExitStatus::Done)
}

/// Starts the simulated Azure, collects its estate over real HTTP, and stops it. A configuration file counts only when
/// `--config` names it, and nothing it says of Azure does: whoever has a file for a real estate can try the demo beside it.
pub(super) async fn inventory(
    common: &Common,
    estate: &EstateArgs,
    terminal: &Terminal,
) -> Result<(Session, Inventory), Failure> {
    let loaded = match &common.config {
        Some(file) => config::load(Some(file), &Env::default())?,
        None => Loaded::of(Settings::default()),
    };
    loaded.validate()?;
    let simulator = simulate::start(simulate::options(estate)?).await?;
    let ca = ca_file(simulator.ca_pem())?;
    let mut settings = Settings { azure: AzureSettings::default(), ..loaded.settings.clone() };
    settings.azure.cloud = CloudName::Custom;
    settings.azure.resource_manager = Some(simulator.url());
    settings.azure.authority = Some(simulator.authority());
    settings.azure.ca_bundle = Some(ca.path().to_owned());
    settings.azure.credential = CredentialKind::ClientSecret;
    settings.azure.tenant_id = Some(simulator.tenant_id().to_owned());
    settings.azure.client_id = Some(simulator.client_id().to_owned());
    if settings.scope.on_premises.is_empty() {
        settings.scope.on_premises = ON_PREMISES.iter().filter_map(|cidr| cidr.parse().ok()).collect();
    }
    let account = Env::from_pairs([("AZURE_CLIENT_SECRET", simulator.client_secret())]);
    let session = Session::simulated(loaded, settings);
    announce::offline(&session);
    session.check_attestations()?;
    if !common.quiet {
        output::note("auditing a simulated Azure: made-up names, real requests over https on loopback");
    }
    let inventory = live::collect(&session, &account, terminal, audit::now()).await?;
    simulator.shutdown().await;
    Ok((session, inventory))
}

/// The CA of the simulated Azure, where the client expects one: in a file.
fn ca_file(pem: &str) -> Result<tempfile::NamedTempFile, Failure> {
    let directory = tempfile::env::temp_dir();
    let failed = |source| Failure::file(&directory, "used for a temporary file", source);
    let mut file = tempfile::NamedTempFile::new_in(&directory).map_err(failed)?;
    file.write_all(pem.as_bytes()).map_err(failed)?;
    Ok(file)
}
