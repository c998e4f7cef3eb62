//! Connections, and how to break one.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::dispatch::Service;

const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// Accepts until it is dropped; every connection ends with it.
pub(crate) async fn accept(listener: TcpListener, tls: Option<TlsAcceptor>, service: Arc<Service>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connect(stream, tls.clone(), Arc::clone(&service)));
                }
                // Out of descriptors, most likely: some may come back.
                Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connect(stream: TcpStream, tls: Option<TlsAcceptor>, service: Arc<Service>) {
    // Without this small answers wait for acknowledgements; failing to set it only costs time.
    let _ = stream.set_nodelay(true);
    let Some(tls) = tls else {
        return serve(Wire::new(Transport::Plain(stream)), "http", service).await;
    };
    if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE_TIMEOUT, tls.accept(stream)).await {
        serve(Wire::new(Transport::Tls(Box::new(stream))), "https", service).await;
    }
}

async fn serve(wire: Wire, scheme: &'static str, service: Arc<Service>) {
    let breaker = wire.breaker.clone();
    let for_requests = breaker.clone();
    let answer = service_fn(move |request| {
        let (service, breaker) = (Arc::clone(&service), for_requests.clone());
        async move { service.answer(request, scheme, breaker).await }
    });
    let builder = http1::Builder::new();
    tokio::select! {
        // How a connection ended is the client's business.
        _ = builder.serve_connection(TokioIo::new(wire), answer) => {}
        () = breaker.broken() => {}
    }
}

/// Breaks the connection it belongs to.
#[derive(Clone, Default)]
pub(crate) struct Breaker(Arc<(AtomicBool, Notify)>);

impl Breaker {
    /// Resets the connection, with whatever else is on it.
    pub(crate) fn reset(&self) {
        self.0.0.store(true, Ordering::Release);
        self.0.1.notify_one();
    }

    async fn broken(&self) {
        self.0.1.notified().await;
    }

    fn is_broken(&self) -> bool {
        self.0.0.load(Ordering::Acquire)
    }
}

enum Transport {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// A stream that is reset, rather than closed, when its breaker says so.
struct Wire {
    transport: Transport,
    breaker: Breaker,
}

impl Wire {
    fn new(transport: Transport) -> Self {
        Self { transport, breaker: Breaker::default() }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        if self.breaker.is_broken() {
            let socket = match &self.transport {
                Transport::Plain(socket) => socket,
                Transport::Tls(stream) => stream.get_ref().0,
            };
            // A lingering time of zero makes the closing a TCP reset; without it the client still sees an early end.
            let _ = socket.set_zero_linger();
        }
    }
}

macro_rules! on_transport {
    ($self:ident, $stream:ident => $call:expr) => {
        match &mut $self.get_mut().transport {
            Transport::Plain(stream) => {
                let $stream = Pin::new(stream);
                $call
            }
            Transport::Tls(stream) => {
                let $stream = Pin::new(stream.as_mut());
                $call
            }
        }
    };
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        on_transport!(self, stream => stream.poll_read(context, buffer))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &[u8]) -> Poll<io::Result<usize>> {
        on_transport!(self, stream => stream.poll_write(context, buffer))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        on_transport!(self, stream => stream.poll_flush(context))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        on_transport!(self, stream => stream.poll_shutdown(context))
    }
}
