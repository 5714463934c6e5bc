//! A connection's socket that does not wait for ever for a slow client.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::time::{Sleep, sleep};

use crate::metrics::HttpMetrics;
use crate::settings::LimitSettings;

/// The requests of one connection: which of them has begun, and which has ended.
#[derive(Debug, Default)]
pub(crate) struct Served {
    begun: AtomicU64,
    ended: AtomicU64,
    first: Notify,
}

impl Served {
    pub(crate) fn begin(&self) {
        self.begun.fetch_add(1, Ordering::Relaxed);
        self.first.notify_one();
    }

    /// Waits for the first request; for one alone who asks.
    pub(crate) async fn first(&self) {
        if self.begun.load(Ordering::Relaxed) == 0 {
            self.first.notified().await;
        }
    }

    pub(crate) fn end(&self) {
        self.ended.fetch_add(1, Ordering::Relaxed);
    }
}

/// How slow a client may be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SocketLimits {
    head: Duration,
    write: Duration,
}

impl SocketLimits {
    pub(crate) fn new(limits: &LimitSettings) -> Self {
        Self {
            head: Duration::from_millis(limits.head_timeout_ms),
            write: Duration::from_millis(limits.write_timeout_ms),
        }
    }
}

/// Bounds the time of a head, from its first byte on, and the time in which a client takes what is written to it.
/// Each is one deadline for the whole: whoever sends or takes a byte now and then gains nothing by it.
pub(crate) struct Socket {
    stream: TcpStream,
    served: Arc<Served>,
    limits: SocketLimits,
    metrics: Arc<HttpMetrics>,
    /// The request that the head's deadline is for.
    awaited: u64,
    head: Option<Pin<Box<Sleep>>>,
    writing: Option<Pin<Box<Sleep>>>,
}

impl Socket {
    pub(crate) fn new(
        stream: TcpStream,
        served: Arc<Served>,
        limits: SocketLimits,
        metrics: Arc<HttpMetrics>,
    ) -> Self {
        // Whoever opens a connection means to send something.
        let head = Some(timer(limits.head));
        Self { stream, served, limits, metrics, awaited: 0, head, writing: None }
    }

    /// The end of a deadline that is set, if it has come.
    fn passed(
        deadline: Option<&mut Pin<Box<Sleep>>>,
        metrics: &HttpMetrics,
        reason: &str,
        cx: &mut Context<'_>,
    ) -> Poll<io::Error> {
        match deadline.map(|deadline| deadline.as_mut().poll(cx)) {
            Some(Poll::Ready(())) => {
                metrics.ingress.connection_cut(reason);
                Poll::Ready(io::ErrorKind::TimedOut.into())
            }
            _ => Poll::Pending,
        }
    }

    /// Sets or lifts the deadline for a write of so many bytes by what came of it.
    fn written(
        &mut self,
        outcome: Poll<io::Result<usize>>,
        wanted: usize,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        match &outcome {
            Poll::Ready(Ok(taken)) if *taken < wanted => {}
            Poll::Ready(_) => self.writing = None,
            Poll::Pending => {
                let limit = self.limits.write;
                let deadline = self.writing.get_or_insert_with(|| timer(limit));
                return Self::passed(Some(deadline), &self.metrics, "write", cx).map(Err);
            }
        }
        outcome
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let begun = this.served.begun.load(Ordering::Relaxed);
        if begun != this.awaited {
            (this.awaited, this.head) = (begun, None);
        }
        let before = buffer.filled().len();
        let read = Pin::new(&mut this.stream).poll_read(cx, buffer);
        // A body has a limit of its own, which ends in an answer.
        if begun != this.served.ended.load(Ordering::Relaxed) {
            return read;
        }
        if read.is_pending() {
            return Self::passed(this.head.as_mut(), &this.metrics, "head", cx).map(Err);
        }
        if buffer.filled().len() > before {
            let limit = this.limits.head;
            this.head.get_or_insert_with(|| timer(limit));
        }
        read
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.written(outcome, bytes.len(), cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(cx, parts);
        self.written(outcome, parts.iter().map(|part| part.len()).sum(), cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

fn timer(limit: Duration) -> Pin<Box<Sleep>> {
    Box::pin(sleep(limit))
}
