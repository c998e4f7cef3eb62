//! `simulate`: the simulated Azure for other clients, and what `demo` audits.

use std::{fmt::Write, fs, path::Path};

use aks_census_simulator::{
    Options, Simulator,
    estate::demo::{self, Size},
    scenario::Scenario,
};

use super::{ExitStatus, Failure, output};
use crate::cli::{EstateArgs, EstateSize, SimulateArgs};

pub(super) async fn run(args: &SimulateArgs) -> Result<ExitStatus, Failure> {
    let mut options = options(&args.estate)?;
    options.port = args.port;
    if let Some(latency) = args.latency {
        options.latency = latency.0;
    }
    let simulator = start(options).await?;
    if args.prewarm {
        simulator.prewarm().await?;
    }
    if let Some(path) = &args.ca_file {
        fs::write(path, simulator.ca_pem()).map_err(|source| Failure::file(path, "written", source))?;
    }
    output::print(&description(&simulator, args.ca_file.as_deref()))?;
    output::note("serving until stopped (Ctrl-C)");
    // It ends by a signal, which ends the whole run.
    std::future::pending().await
}

/// The simulated estate the flags ask for.
pub(super) fn options(args: &EstateArgs) -> Result<Options, Failure> {
    if let Some(path) = &args.scenario {
        return Ok(Scenario::load(path)?.options()?);
    }
    let size = match args.size {
        EstateSize::Small => Size::Small,
        EstateSize::Medium => Size::Medium,
        EstateSize::Large => Size::Large,
    };
    Ok(Options::new(demo::demo(args.seed, size)))
}

pub(super) async fn start(options: Options) -> Result<Simulator, Failure> {
    Ok(Simulator::start(options).await?)
}

/// What another client needs to sign in: configuration and environment, ready to paste.
fn description(simulator: &Simulator, ca_file: Option<&Path>) -> String {
    let ca = ca_file.map_or_else(|| "simulated-ca.pem".to_owned(), |path| path.display().to_string());
    let mut text = format!(
        "# simulated.toml, for --config: it says where credentials go, so it must be named\n[azure]\ncloud = \"custom\"\nresource_manager = \"{url}\"\nauthority = \"{authority}\"\n\
         ca_bundle = \"{ca}\"\ncredential = \"client-secret\"\n\n\
         # environment\nexport AZURE_TENANT_ID={tenant}\nexport AZURE_CLIENT_ID={client}\nexport AZURE_CLIENT_SECRET={secret}\n",
        url = simulator.url(),
        authority = simulator.authority(),
        tenant = simulator.tenant_id(),
        client = simulator.client_id(),
        secret = simulator.client_secret(),
    );
    if ca_file.is_none() {
        let _ = write!(text, "\n# {ca}\n{}", simulator.ca_pem());
    }
    text
}
