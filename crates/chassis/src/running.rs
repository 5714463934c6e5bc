//! A context that is running: its parts put together, its followers, and its two servers.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use jiff::SignedDuration;
use macadam_engine::{Engine, EngineMetrics, Views, start_followers};
use macadam_event_log::{
    DataFolder, EventLog, FolderMetrics, FolderWatch, LOG, LogMetrics, LogOptions, truncate_wal,
};
use macadam_http::{
    AdminState, AppState, HttpMetrics, Ingress, Lifecycle, RouteTable, Server, Verifier, admin_router,
    api_router, keep_keys, open_verifier, serve,
};
use macadam_telemetry::{Exposition, MetricFactory, SpanMetrics, Tracer, chain};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::config::{Config, RuntimeSettings};
use crate::context::Context;
use crate::describe;
use crate::signals::{self, Identity};
use crate::start::{StartError, check, set_deadlines};

/// How long requests that are cut off have to be answered, and the last spans to be sent.
const CUT_OFF_WAIT: Duration = Duration::from_millis(500);

/// Where a running context listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Addresses {
    /// The API.
    pub http: SocketAddr,
    /// Health and metrics.
    pub admin: SocketAddr,
}

/// A running context. Dropping it without [`stop`](Self::stop) leaves its tasks to the runtime.
pub struct Running {
    /// Where it listens.
    pub addresses: Addresses,
    parts: Parts,
    servers: JoinSet<std::io::Result<()>>,
    followers: JoinSet<()>,
    admin: JoinSet<std::io::Result<()>>,
}

/// What its end needs of a running context.
struct Parts {
    app: Arc<AppState>,
    tracer: Arc<Tracer>,
    lifecycle: Arc<Lifecycle>,
    /// Views, processes and deadlines end; later than the API, whose last requests may wait for them.
    stop: watch::Sender<bool>,
    runtime: RuntimeSettings,
    dir: PathBuf,
    /// Looks at the data folder as long as the context runs.
    watch: FolderWatch,
}

/// What was opened and does not run yet.
struct Opened {
    parts: Parts,
    /// Kept by the log and the views as long as anything may write there; says where this process listens.
    folder: Arc<DataFolder>,
    routes: Arc<RouteTable>,
    verifier: Arc<Verifier>,
    metrics: Arc<HttpMetrics>,
    exposition: Arc<Exposition>,
    custom: Router,
    config: Config,
}

impl Running {
    /// Opens everything, binds both ports and begins to serve.
    pub async fn start(context: Context, config: Config) -> Result<Self, StartError> {
        let began = Instant::now();
        let opened = open(context, config)?;
        let api = bind(opened.config.http.listen).await?;
        let admin = bind(opened.config.admin.listen).await?;
        let local = |listener: &TcpListener| listener.local_addr().map_err(StartError::Address);
        let addresses = Addresses { http: local(&api)?, admin: local(&admin)? };
        let json = serde_json::to_vec(&addresses).unwrap_or_default();
        opened.folder.write_holder(&json).map_err(StartError::Lock)?;
        let ready_file = opened.parts.runtime.ready_file.clone();
        let running = opened.serve(addresses, api, admin);
        if let Some(file) = ready_file {
            let fresh = file.with_extension("new");
            std::fs::write(&fresh, json)
                .and_then(|()| std::fs::rename(&fresh, file))
                .map_err(StartError::Ready)?;
        }
        tracing::info!(
            server_address = %addresses.http,
            admin = %addresses.admin,
            ready_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
            "{} listens on http://{}, admin on http://{}",
            running.parts.app.catalog.name, addresses.http, addresses.admin
        );
        Ok(running)
    }

    /// Takes no new work, lets what is under way end within the deadline, then stops. True if all of it ended.
    pub async fn stop(mut self) -> bool {
        let limit = Duration::from_millis(self.parts.runtime.drain_timeout_ms);
        self.parts.lifecycle.leave();
        // Those who send requests here learn of it only after a while, and should not be refused meanwhile.
        tokio::time::sleep(Duration::from_millis(self.parts.runtime.drain_delay_ms)).await;
        tracing::info!(
            limit_ms = self.parts.runtime.drain_timeout_ms,
            "{} is draining",
            self.parts.app.catalog.name
        );
        let asked = Instant::now();
        self.parts.lifecycle.drain();
        let drained = tokio::time::timeout(limit, async {
            while self.servers.join_next().await.is_some() {}
            self.parts.stop.send_replace(true);
            while self.followers.join_next().await.is_some() {}
        })
        .await
        .is_ok();
        if drained {
            self.tidy().await;
            tracing::info!("{} has drained", self.parts.app.catalog.name);
        } else {
            tracing::error!(
                "{} did not drain in time: the remaining requests were cut off",
                self.parts.app.catalog.name
            );
            self.parts.lifecycle.cut_off();
            self.parts.stop.send_replace(true);
            let answered = async { while self.servers.join_next().await.is_some() {} };
            let _ = tokio::time::timeout(CUT_OFF_WAIT, answered).await;
        }
        self.servers.abort_all();
        self.followers.abort_all();
        // What the drain has left of its time is for the last spans.
        let (tracer, left) =
            (self.parts.tracer.clone(), limit.saturating_sub(asked.elapsed()).max(CUT_OFF_WAIT));
        let _ = tokio::task::spawn_blocking(move || tracer.shut_down(left)).await;
        self.admin.abort_all();
        drained
    }

    /// Leaves databases whose files are all there is to them.
    async fn tidy(&self) {
        let (views, log) = (self.parts.app.views.clone(), self.parts.dir.join(LOG));
        let tidied = tokio::task::spawn_blocking(move || {
            truncate_wal(&log)?;
            views.store.truncate_wal()
        });
        if let Ok(Err(error)) = tidied.await {
            tracing::warn!(error = chain(&error), "a write-ahead log could not be emptied");
        }
    }

    /// Completes when a server, a follower or the log's writer ends that nobody asked to.
    pub async fn failed(&mut self) {
        let mut head = self.parts.app.engine.log().head();
        tokio::select! {
            // The writer holds the other end as long as it lives.
            () = async { while head.changed().await.is_ok() {} } => {}
            _ = self.servers.join_next() => {}
            _ = self.followers.join_next() => {}
            _ = self.admin.join_next() => {}
        }
    }
}

impl Opened {
    /// Starts followers and servers.
    fn serve(self, addresses: Addresses, api: TcpListener, admin: TcpListener) -> Running {
        let Self { parts, routes, verifier, metrics, exposition, custom, config, .. } = self;
        let app = &parts.app;
        let mut followers = JoinSet::new();
        start_followers(&mut followers, &app.catalog, &app.engine, &app.views, &parts.tracer, &parts.stop);
        if let Some(provider) = verifier.provider().cloned() {
            let counted = metrics.clone();
            let count = move |fetched| counted.keys_fetched(fetched);
            followers.spawn(keep_keys(provider, count, parts.stop.subscribe()));
        }
        let ingress = Ingress {
            http: &config.http,
            limits: &config.limits,
            verifier: verifier.clone(),
            metrics: metrics.clone(),
            tracer: &parts.tracer,
            exposition: &exposition,
        };
        let router = api_router(app, &routes, ingress, custom);
        let server = Server::new(&config.limits, metrics, parts.lifecycle.clone());
        let mut servers = JoinSet::new();
        servers.spawn(serve(api, router, Arc::new(server)));
        // Outlives the API: an operator wants to see a drain, too.
        let mut admin_tasks = JoinSet::new();
        let described = describe::route(&app.catalog, &routes, &exposition);
        let (log, seen) = (app.engine.log().clone(), parts.watch.seen());
        let cannot_store = Box::new(move || signals::cannot_store(&log, &seen));
        let state = AdminState { app: app.clone(), verifier, exposition, cannot_store };
        let operators = admin_router(state, described);
        admin_tasks.spawn(async move { axum::serve(admin, operators).await });
        Running { addresses, parts, servers, followers, admin: admin_tasks }
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|source| StartError::Bind { address, source })
}

fn open(context: Context, config: Config) -> Result<Opened, StartError> {
    let Context { mut catalog, routes: custom } = context;
    check(&catalog, &config)?;
    set_deadlines(&mut catalog, &config)?;
    allow_files(config.limits.connections_max)?;
    let dir = config.data.dir.clone();
    let folder = Arc::new(DataFolder::take(&dir)?);
    let routes = Arc::new(RouteTable::of(&catalog));
    let mut factory = MetricFactory::new(catalog.name)?;
    let engine_metrics = Arc::new(EngineMetrics::new(&mut factory, &catalog.metric_labels())?);
    let metrics = Arc::new(HttpMetrics::new(&mut factory, &routes)?);
    let log_metrics = LogMetrics::new(&factory)?;
    let folder_metrics = FolderMetrics::new(&factory, signals::DATABASES)?;
    let span_metrics = SpanMetrics::new(&factory)?;
    let tracer = Tracer::new(catalog.name, catalog.version, &config.telemetry, span_metrics)?;
    let seconds = i64::try_from(config.data.idempotency_keys_kept_seconds).unwrap_or(i64::MAX);
    let options = LogOptions {
        metrics: log_metrics,
        keys_kept: SignedDuration::from_secs(seconds),
        processes: catalog.processes.iter().map(|process| process.name()).collect(),
        claims: catalog.claims.clone(),
        folder: Some(folder.clone()),
    };
    let log = EventLog::open(&dir.join(LOG), catalog.name, options)?;
    let views = Views::open(&dir, &log, &catalog.views, &catalog.tallies)?;
    let views = Arc::new(views);
    let watch = FolderWatch::start(&dir, signals::databases(&dir), &log, folder_metrics);
    let watch = watch.map_err(StartError::Watch)?;
    Identity::of(&log, &config).register(&factory, catalog.version)?;
    let open_files = factory.limit("open_files");
    let exposition = Arc::new(factory.finish());
    log.report_at_scrape(&exposition);
    engine_metrics.report_at_scrape(&exposition, &log, &views);
    signals::report_open_files(&exposition, open_files);
    let verifier = Arc::new(open_verifier(&config.auth, config.http.listen)?);
    let lifecycle = Arc::new(Lifecycle::default());
    let app = Arc::new(AppState {
        engine: Arc::new(Engine::new(log, engine_metrics, &catalog)),
        catalog: Arc::new(catalog),
        views,
        lifecycle: lifecycle.clone(),
        body_max_bytes: config.http.body_max_bytes,
        poll_max: Duration::from_secs(config.http.poll_max_seconds),
        read_wait_max: Duration::from_millis(config.runtime.read_wait_max_ms),
    });
    let parts = Parts {
        app,
        tracer: Arc::new(tracer),
        lifecycle,
        stop: watch::Sender::new(false),
        runtime: config.runtime.clone(),
        dir,
        watch,
    };
    Ok(Opened { parts, folder, routes, verifier, metrics, exposition, custom, config })
}

/// Files that are open beside connections: databases, logs, listeners, the exporter.
const OTHER_FILES: u64 = 128;

/// Lets this process have as many files as it is allowed to, and sees to it that these are enough.
fn allow_files(connections: usize) -> Result<(), StartError> {
    let wanted = (connections as u64).saturating_add(OTHER_FILES);
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_none_or(|current| current >= wanted) {
        return Ok(());
    }
    let raised = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    match maximum {
        Some(limit) if limit < wanted || raised.is_err() => Err(StartError::Files { limit, wanted }),
        _ => Ok(()),
    }
}
