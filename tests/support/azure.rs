//! A simulated Azure, and the configuration that leads to it.

use std::{collections::BTreeMap, fs, path::Path};

use aks_census_simulator::{
    Options, RequestRecord, Simulator,
    estate::{ScaleOptions, scale},
    faults::Fault,
};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::run::Census;

/// The subscriptions of [`calm`].
pub(crate) const ONE: &str = "team-0000";
pub(crate) const TWO: &str = "team-0001";

/// Two subscriptions, three clusters each, in one network each; two items a page.
pub(crate) fn calm() -> Options {
    let size = ScaleOptions { subscriptions: 2, clusters: 6, subnets: 12, addresses: 300, seed: 1 };
    Options::new(scale(size)).page_size(2)
}

/// A running simulated Azure and a directory to work in.
pub(crate) struct Azure {
    /// Where the simulator runs; it ends with this value.
    _runtime: Runtime,
    simulator: Simulator,
    directory: TempDir,
    /// Ids of subscriptions by name.
    pub(crate) subscriptions: BTreeMap<String, String>,
}

impl Azure {
    pub(crate) fn start(options: Options) -> Self {
        let named = |s: &aks_census_simulator::estate::Subscription| (s.name.clone(), s.id.clone());
        let subscriptions = options.estate.subscriptions.iter().map(named).collect();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.unwrap();
        let simulator = runtime.block_on(Simulator::start(options)).unwrap();
        let directory = TempDir::new().unwrap();
        fs::write(directory.path().join("ca.pem"), simulator.ca_pem()).unwrap();
        let azure = Self { _runtime: runtime, simulator, directory, subscriptions };
        azure.configure("");
        azure
    }

    /// [`calm`], with faults.
    pub(crate) fn with(faults: impl IntoIterator<Item = Fault>) -> Self {
        Self::start(faults.into_iter().fold(calm(), Options::fault))
    }

    /// Writes `aks-census.toml`, which [`census`](Self::census) names: how to get here, with retries that don't wait, and what a story adds. Keys of
    /// `[requests]` come first, other tables after them.
    pub(crate) fn configure(&self, more: &str) {
        let text = format!(
            "[azure]\ncloud = \"custom\"\nresource_manager = \"{}\"\nauthority = \"{}\"\nca_bundle = \"ca.pem\"\n\
             credential = \"client-secret\"\n\n[requests]\nbackoff = \"1ms\"\nlongest_wait = \"5ms\"\n{more}\n",
            self.simulator.url(),
            self.simulator.authority(),
        );
        fs::write(self.path().join("aks-census.toml"), text).unwrap();
    }

    /// The directory runs work in.
    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn simulator(&self) -> &Simulator {
        &self.simulator
    }

    /// The binary, about to run with these arguments and an environment that signs in.
    pub(crate) fn census(&self, arguments: &[&str]) -> Census {
        Census::new(self.path(), arguments)
            .env("AKS_CENSUS_CONFIG", "aks-census.toml")
            .env("AZURE_TENANT_ID", self.simulator.tenant_id())
            .env("AZURE_CLIENT_ID", self.simulator.client_id())
            .env("AZURE_CLIENT_SECRET", self.simulator.client_secret())
    }

    /// What was asked, without the sign-in. Fails on any request that could change something.
    pub(crate) fn reads(&self) -> Vec<RequestRecord> {
        let requests = self.simulator.requests();
        let (posts, reads): (Vec<_>, Vec<_>) = requests.into_iter().partition(|r| r.method == "POST");
        let is_sign_in = |r: &RequestRecord| r.path_and_query.ends_with("/oauth2/v2.0/token");
        assert!(posts.iter().all(is_sign_in), "{posts:#?}");
        assert!(reads.iter().all(|r| r.method == "GET"), "{reads:#?}");
        reads
    }

    /// Waits until the simulator was asked for something.
    pub(crate) fn wait_for(&self, part: &str) {
        let asked = || self.simulator.requests().iter().any(|r| r.path_and_query.contains(part));
        for _ in 0..5_000 {
            if asked() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        panic!("nobody asked for `{part}`");
    }
}

impl Drop for Azure {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.reads();
        }
    }
}
