//! The running service: its listeners, its log, its end.

mod connection;
mod dispatch;
mod log;
mod reply;
mod request;
mod throttle;
mod tls;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use log::{Authorization, RequestRecord};

use crate::arm::Catalogue;
use crate::entra::{CLIENT_ID, CLIENT_SECRET, Certificates, Entra, Federation, Tokens};
use crate::faults::{Arsenal, Echo, Effect};
use crate::options::Options;
use dispatch::Service;

/// Why a simulator did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The port is taken, or may not be used.
    #[error("can't listen on 127.0.0.1:{port}; choose another port, or 0 for any free one")]
    Listen {
        /// The port that was asked for.
        port: u16,
        /// What the system said.
        source: io::Error,
    },
    /// No certificates could be made.
    #[error("can't make the certificates of the simulated Azure")]
    Certificates(#[from] rcgen::Error),
    /// TLS could not be set up with them.
    #[error("can't set up TLS for the simulated Azure")]
    Tls(#[from] rustls::Error),
    /// A certificate registered for sign-in is not PEM.
    #[error("a certificate registered for sign-in is not PEM")]
    RegisteredCertificate(#[from] rustls::pki_types::pem::Error),
    /// A fault asks for a status that no answer can have.
    #[error("a fault asks for status {status}; give one from 200 to 599")]
    FaultStatus {
        /// The status.
        status: u16,
    },
    /// The estate could not be prepared.
    #[error("can't prepare the estate")]
    Estate(#[source] io::Error),
}

/// A running simulated Azure. It stops when it is dropped.
pub struct Simulator {
    service: Arc<Service>,
    address: SocketAddr,
    identity_address: Option<SocketAddr>,
    ca_pem: String,
    listeners: Vec<JoinHandle<()>>,
}

impl Simulator {
    /// Starts serving on loopback.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let listener = listen(options.port).await?;
        let address = local_address(&listener, options.port)?;
        let identity_listener = if options.identity_endpoint { Some(listen(0).await?) } else { None };
        let identity_address =
            identity_listener.as_ref().map(|listener| local_address(listener, 0)).transpose()?;
        let tls = tls::Tls::make()?;
        let service = Arc::new(service(options, address)?);
        let mut listeners =
            vec![tokio::spawn(connection::accept(listener, Some(tls.acceptor), Arc::clone(&service)))];
        if let Some(listener) = identity_listener {
            listeners.push(tokio::spawn(connection::accept(listener, None, Arc::clone(&service))));
        }
        Ok(Self { service, address, identity_address, ca_pem: tls.ca_pem, listeners })
    }

    /// The Resource Manager endpoint, `https://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("https://{}", self.address)
    }

    /// The sign-in authority: the same server.
    #[must_use]
    pub fn authority(&self) -> String {
        self.url()
    }

    /// The certificate of the authority that signed the server's, made at start, in PEM.
    #[must_use]
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// The tenant that sign-in answers for.
    #[must_use]
    pub fn tenant_id(&self) -> &str {
        &self.service.entra.tenant_id
    }

    /// The application that may sign in.
    #[must_use]
    pub fn client_id(&self) -> &'static str {
        CLIENT_ID
    }

    /// Its secret.
    #[must_use]
    pub fn client_secret(&self) -> &'static str {
        CLIENT_SECRET
    }

    /// An assertion that signs in, as a Kubernetes cluster would project it into a file.
    #[must_use]
    pub fn federated_token(&self) -> &str {
        &self.service.entra.federation.file
    }

    /// The address GitHub Actions would give as `ACTIONS_ID_TOKEN_REQUEST_URL`.
    #[must_use]
    pub fn github_oidc_url(&self) -> String {
        format!("{}/oidc/github?api-version=2.0", self.url())
    }

    /// The bearer token for it, `ACTIONS_ID_TOKEN_REQUEST_TOKEN`.
    #[must_use]
    pub fn github_oidc_token(&self) -> &'static str {
        Federation::GITHUB_TOKEN
    }

    /// The address Azure Pipelines would give as `SYSTEM_OIDCREQUESTURI`.
    #[must_use]
    pub fn pipelines_oidc_url(&self) -> String {
        format!("{}/oidc/pipelines", self.url())
    }

    /// The bearer token for it, `SYSTEM_ACCESSTOKEN`.
    #[must_use]
    pub fn pipelines_oidc_token(&self) -> &'static str {
        Federation::PIPELINES_TOKEN
    }

    /// The service connection it knows.
    #[must_use]
    pub fn pipelines_service_connection(&self) -> &'static str {
        Federation::SERVICE_CONNECTION
    }

    /// The managed-identity endpoint over plain http, if it was asked for: `IDENTITY_ENDPOINT` of App Service.
    #[must_use]
    pub fn identity_endpoint(&self) -> Option<String> {
        self.identity_address.map(|address| format!("http://{address}/msi/token"))
    }

    /// The header value it wants, `IDENTITY_HEADER`.
    #[must_use]
    pub fn identity_header(&self) -> &'static str {
        Federation::IDENTITY_HEADER
    }

    /// Every request so far, in the order they arrived.
    #[must_use]
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.service.log.records()
    }

    /// Every token issued so far.
    #[must_use]
    pub fn issued_tokens(&self) -> Vec<String> {
        self.service.entra.tokens.issued()
    }

    /// Makes every token issued so far worthless.
    pub fn revoke_tokens(&self) {
        self.service.entra.tokens.revoke_all();
    }

    /// Makes and compresses every page now, so that a measurement finds them ready.
    pub async fn prewarm(&self) -> Result<(), StartError> {
        let mut tasks = tokio::task::JoinSet::new();
        let entries: Vec<_> = self.service.catalogue.entries().cloned().collect();
        let workers = std::thread::available_parallelism().map_or(2, usize::from);
        for share in entries.chunks(entries.len().div_ceil(workers).max(1)) {
            let share = share.to_vec();
            tasks.spawn_blocking(move || {
                share.iter().try_for_each(|entry| entry.shelf().map(|_| ()).map_err(str::to_owned))
            });
        }
        while let Some(done) = tasks.join_next().await {
            let failed = |reason: String| StartError::Estate(io::Error::other(reason));
            done.map_err(|error| failed(error.to_string()))?.map_err(failed)?;
        }
        Ok(())
    }

    /// Stops listening, ends every connection, and waits until that is done.
    pub async fn shutdown(mut self) {
        for listener in &mut self.listeners {
            listener.abort();
            // An aborted task ends with an error by definition.
            let _ = listener.await;
        }
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        for listener in &self.listeners {
            listener.abort();
        }
    }
}

async fn listen(port: u16) -> Result<TcpListener, StartError> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|source| StartError::Listen { port, source })
}

fn local_address(listener: &TcpListener, port: u16) -> Result<SocketAddr, StartError> {
    listener.local_addr().map_err(|source| StartError::Listen { port, source })
}

fn service(options: Options, address: SocketAddr) -> Result<Service, StartError> {
    if let Some(status) = options.faults.iter().find_map(|fault| match fault.effect {
        Effect::Status { status, .. } | Effect::Echo(Echo { status, .. })
            if !(200..600).contains(&status) =>
        {
            Some(status)
        }
        _ => None,
    }) {
        return Err(StartError::FaultStatus { status });
    }
    let catalogue = Catalogue::new(options.estate, options.page_size).map_err(StartError::Estate)?;
    let port = address.port();
    let entra = Entra {
        tenant_id: catalogue.tenant_id.clone(),
        tokens: Tokens::new(options.token_lifetime, options.signed_tokens),
        announced_life: options.announced_life,
        federation: Federation::new(),
        certificates: Certificates::new(&options.certificates)?,
        audiences: vec![
            format!("https://127.0.0.1:{port}"),
            format!("https://localhost:{port}"),
            "https://management.azure.com".to_owned(),
            "https://management.core.windows.net".to_owned(),
        ],
    };
    Ok(Service {
        catalogue,
        entra,
        arsenal: Arsenal::new(options.faults),
        throttle: options.throttle.map(throttle::Throttler::new),
        latency: options.latency,
        refused: options.refused_api_versions,
        log: log::Log::default(),
        port,
    })
}
