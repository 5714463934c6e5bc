//! The API's server: so many connections, none for ever, and an end without a half answer.

use std::io::ErrorKind;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use super::socket::{Served, Socket};
use crate::running::Shared;

/// How long nothing is accepted after the system refused, as it does where it has no more files to give.
const PAUSE: Duration = Duration::from_millis(100);

/// More than any client's headers need; a larger head is answered 431.
const HEAD_BYTES_MAX: usize = 64 * 1024;

/// Serves until the context drains; then each connection ends with the answer that is under way on it.
pub(crate) async fn serve(listener: TcpListener, router: Router, shared: Arc<Shared>) -> std::io::Result<()> {
    let places = Arc::new(Semaphore::new(shared.config.limits.connections_max.min(Semaphore::MAX_PERMITS)));
    let crowded = watch::Sender::new(false);
    let mut draining = shared.draining.subscribe();
    let mut connections = JoinSet::new();
    // One waits here for a place, and makes the others end; who comes after that waits in the system's queue.
    let mut waiting = None;
    loop {
        let (stream, place) = tokio::select! {
            _ = draining.wait_for(|draining| *draining) => break,
            stream = accepted(&listener), if waiting.is_none() => {
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
            let (router, shared, crowded) = (router.clone(), shared.clone(), crowded.subscribe());
            connections.spawn(async move {
                let _place = place;
                connection(stream, router, shared, crowded).await;
            });
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
    Ok(())
}

/// The next connection.
async fn accepted(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            // What the client itself called off while it waited.
            Err(error)
                if matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset) => {}
            Err(error) => {
                tracing::error!(error = %error, "no connection can be accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

async fn connection(
    stream: TcpStream,
    router: Router,
    shared: Arc<Shared>,
    mut crowded: watch::Receiver<bool>,
) {
    let _open = shared.engine.metrics.edge.connection();
    // Answers are written whole: nothing is gained by waiting for more.
    let _ = stream.set_nodelay(true);
    let served = Arc::new(Served::default());
    let socket = TokioIo::new(Socket::new(stream, served.clone(), shared.clone()));
    let router = TowerToHyperService::new(router);
    let counted = served.clone();
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
            .header_read_timeout(Duration::from_millis(shared.config.limits.idle_timeout_ms))
            .serve_connection(socket, service)
    );
    let mut draining = shared.draining.subscribe();
    let asked_to_end = async {
        let one_more = async {
            let _ = crowded.wait_for(|crowded| *crowded).await;
            // Whoever has had nothing yet came for something.
            served.first().await;
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
            shared.engine.metrics.edge.connection_cut("idle");
        }
        tracing::debug!(error = crate::telemetry::chain(&error), "a connection broke off");
    }
}
