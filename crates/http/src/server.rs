//! The API's server: so many connections, none for ever, and an end without a half answer.

use std::io::ErrorKind;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use macadam_telemetry::chain;
use rustix::io::Errno;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::labels::HEAD_TOO_LARGE;
use crate::lifecycle::Lifecycle;
use crate::metrics::HttpMetrics;
use crate::settings::LimitSettings;
use crate::socket::{Served, Socket, SocketLimits};

/// How long nothing is accepted after the system refused, as it does where it has no more files to give.
const PAUSE: Duration = Duration::from_millis(100);

/// More than any client's headers need; a larger head is answered 431.
const HEAD_BYTES_MAX: usize = 64 * 1024;

/// What a server takes beside its routes.
pub struct Server {
    connections_max: usize,
    idle_timeout: Duration,
    socket: SocketLimits,
    metrics: Arc<HttpMetrics>,
    lifecycle: Arc<Lifecycle>,
}

impl Server {
    /// As configured.
    pub fn new(limits: &LimitSettings, metrics: Arc<HttpMetrics>, lifecycle: Arc<Lifecycle>) -> Self {
        Self {
            connections_max: limits.connections_max,
            idle_timeout: Duration::from_millis(limits.idle_timeout_ms),
            socket: SocketLimits::new(limits),
            metrics,
            lifecycle,
        }
    }
}

/// Serves until the context drains; then each connection ends with the answer that is under way on it.
pub async fn serve(listener: TcpListener, router: Router, server: Arc<Server>) -> std::io::Result<()> {
    let places = Arc::new(Semaphore::new(server.connections_max.min(Semaphore::MAX_PERMITS)));
    let crowded = watch::Sender::new(false);
    let mut draining = server.lifecycle.draining();
    let mut connections = JoinSet::new();
    // One waits here for a place, and makes the others end; who comes after that waits in the system's queue.
    let mut waiting = None;
    loop {
        let (stream, place) = tokio::select! {
            _ = draining.wait_for(|draining| *draining) => break,
            stream = accepted(&listener, &server.metrics), if waiting.is_none() => {
                let Ok(place) = places.clone().try_acquire_owned() else {
                    crowded.send_replace(true);
                    waiting = Some(stream);
                    continue;
                };
                (Some(stream), place)
            }
            Ok(place) = places.clone().acquire_owned(), if waiting.is_some() => {
                crowded.send_replace(false);
                (waiting.take(), place)
            }
            Some(_) = connections.join_next() => continue,
        };
        if let Some(stream) = stream {
            let (router, server, crowded) = (router.clone(), server.clone(), crowded.subscribe());
            connections.spawn(async move {
                let _place = place;
                connection(stream, router, server, crowded).await;
            });
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
    Ok(())
}

/// The next connection.
async fn accepted(listener: &TcpListener, metrics: &HttpMetrics) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            // What the client itself called off while it waited.
            Err(error)
                if matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset) => {}
            Err(error) => {
                metrics.ingress.accept_failed(refused_for(&error));
                tracing::error!(error = %error, "no connection can be accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Why the system gives no connection, as a label of metrics.
fn refused_for(error: &std::io::Error) -> &'static str {
    let exhausted = [Errno::MFILE, Errno::NFILE];
    if Errno::from_io_error(error).is_some_and(|error| exhausted.contains(&error)) {
        "open_files"
    } else {
        "other"
    }
}

async fn connection(
    stream: TcpStream,
    router: Router,
    server: Arc<Server>,
    mut crowded: watch::Receiver<bool>,
) {
    let _open = server.metrics.ingress.connection();
    // Answers are written whole: nothing is gained by waiting for more.
    let _ = stream.set_nodelay(true);
    let requests = Arc::new(Served::default());
    let socket = TokioIo::new(Socket::new(stream, requests.clone(), server.socket, server.metrics.clone()));
    let router = TowerToHyperService::new(router);
    let counted = requests.clone();
    let service = service_fn(move |request| {
        counted.begin();
        let (answer, counted) = (router.call(request), counted.clone());
        async move {
            let answer = answer.await;
            counted.end();
            answer
        }
    });
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .max_header_size(HEAD_BYTES_MAX)
            // From the last answer to the next request's head: what comes first of it, the socket waits for.
            .header_read_timeout(server.idle_timeout)
            .serve_connection(socket, service)
    );
    let mut draining = server.lifecycle.draining();
    let asked_to_end = async {
        let one_more = async {
            let _ = crowded.wait_for(|crowded| *crowded).await;
            // Whoever has had nothing yet came for something.
            requests.first().await;
        };
        tokio::select! {
            _ = draining.wait_for(|draining| *draining) => {}
            () = one_more => {}
        }
    };
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = asked_to_end => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        if error.is_timeout() {
            server.metrics.ingress.connection_cut("idle");
        } else if error.is_parse_too_large() {
            server.metrics.refused_unread(HEAD_TOO_LARGE);
        } else if error.is_parse() && !error.is_parse_version_h2() {
            server.metrics.refused_unread(StatusCode::BAD_REQUEST.as_u16());
        }
        tracing::debug!(error = chain(&error), "a connection ended with an error");
    }
}
