//! A context that is running: its log, its views, its subscribers and its two servers.

use std::collections::HashMap;
use std::fs::{File, TryLockError};
use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::auth::{self, Verifier};
use crate::command::{CommandInfo, ErasedAggregate};
use crate::config::Config;
use crate::context::Context;
use crate::engine::Engine;
use crate::event_log::{EventLog, Settings, truncate_wal};
use crate::operate::folder;
use crate::process::ErasedProcess;
use crate::start::{StartError, check, shape};
use crate::telemetry::{Metrics, Story, Tracer, chain, continued};
use crate::view::{Layout, TallyDef, ViewRuntime, ViewStore, run_projector};
use crate::{deadline, http, process};

/// How long those who are cut off have to be told so.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// How long a start waits for a data folder that another process still has.
const LOCK_WAIT: Duration = Duration::from_secs(2);

/// What all tasks of a running context share.
pub(crate) struct Shared {
    pub name: &'static str,
    pub summary: &'static str,
    pub owner: &'static str,
    pub engine: Engine,
    pub store: ViewStore,
    pub aggregates: Vec<Box<dyn ErasedAggregate>>,
    pub views: Vec<ViewRuntime>,
    pub tallies: Vec<TallyDef>,
    pub processes: Vec<Box<dyn ErasedProcess>>,
    pub verifier: Verifier,
    pub tracer: Arc<Tracer>,
    pub limits: http::Limits,
    pub config: Config,
    /// Nobody should send new work here any more; what comes is still done.
    leaving: AtomicBool,
    /// No new work is taken; what is under way may end.
    pub draining: watch::Sender<bool>,
    /// What is still under way has had its time.
    pub cut: watch::Sender<bool>,
    /// Views, processes and deadlines end; later than the API, whose last requests may wait for them.
    pub stop: watch::Sender<bool>,
    commands: HashMap<&'static str, (usize, CommandInfo)>,
    /// Held as long as anything may write there; says where this process listens.
    lock: File,
}

impl Shared {
    /// A command by its name, with its aggregate.
    pub(crate) fn command(&self, name: &str) -> Option<(&dyn ErasedAggregate, &CommandInfo)> {
        let (aggregate, info) = self.commands.get(name)?;
        Some((&*self.aggregates[*aggregate], info))
    }

    /// Writes into the folder's lock where this process listens, for operators who find it held.
    fn tell_holder(&self, addresses: &Addresses) -> std::io::Result<()> {
        let json = serde_json::to_vec(addresses).unwrap_or_default();
        self.lock.set_len(0)?;
        (&self.lock).write_all(&json)
    }

    /// Whether the process is about to end.
    pub(crate) fn is_leaving(&self) -> bool {
        self.leaving.load(Ordering::Relaxed)
    }
}

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
    shared: Arc<Shared>,
    servers: JoinSet<std::io::Result<()>>,
    subscribers: JoinSet<()>,
    admin: JoinSet<std::io::Result<()>>,
}

impl Running {
    /// Opens everything, binds both ports and begins to serve.
    pub async fn start(context: Context, config: Config) -> Result<Self, StartError> {
        let began = Instant::now();
        let (shared, routes) = open(context, config)?;
        let bind = async |address: SocketAddr| {
            TcpListener::bind(address).await.map_err(|source| StartError::Bind { address, source })
        };
        let api = bind(shared.config.http.listen).await?;
        let admin = bind(shared.config.admin.listen).await?;
        let local = |listener: &TcpListener| listener.local_addr().map_err(StartError::Address);
        let addresses = Addresses { http: local(&api)?, admin: local(&admin)? };

        shared.tell_holder(&addresses).map_err(StartError::Lock)?;

        let mut subscribers = JoinSet::new();
        subscribers.spawn(run_projector(shared.clone(), shared.stop.subscribe()));
        subscribers.spawn(deadline::run(shared.clone(), shared.stop.subscribe()));
        for which in 0..shared.processes.len() {
            subscribers.spawn(process::run(shared.clone(), which, shared.stop.subscribe()));
        }
        if let Some(provider) = shared.verifier.provider.clone() {
            subscribers.spawn(auth::keep_keys(provider, shared.clone(), shared.stop.subscribe()));
        }
        let mut servers = JoinSet::new();
        servers.spawn(http::serve(api, http::router(&shared, routes), shared.clone()));
        // Outlives the API: an operator wants to see a drain, too.
        let mut admin_tasks = JoinSet::new();
        let admin_routes = http::admin_router(&shared);
        admin_tasks.spawn(async move { axum::serve(admin, admin_routes).await });

        if let Some(file) = &shared.config.runtime.ready_file {
            let json = serde_json::to_string(&addresses).unwrap_or_default();
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
            shared.name, addresses.http, addresses.admin
        );
        Ok(Self { addresses, shared, servers, subscribers, admin: admin_tasks })
    }

    /// Takes no new work, lets what is under way end within the deadline, then stops. True if all of it ended.
    pub async fn stop(mut self) -> bool {
        let limit = Duration::from_millis(self.shared.config.runtime.drain_timeout_ms);
        self.shared.leaving.store(true, Ordering::Relaxed);
        // Those who send requests here learn of it by and by, and should not be turned away meanwhile.
        tokio::time::sleep(Duration::from_millis(self.shared.config.runtime.drain_delay_ms)).await;
        tracing::info!(limit_ms = self.shared.config.runtime.drain_timeout_ms, "{} drains", self.shared.name);
        let asked = Instant::now();
        self.shared.draining.send_replace(true);
        let drained = tokio::time::timeout(limit, async {
            while self.servers.join_next().await.is_some() {}
            self.shared.stop.send_replace(true);
            while self.subscribers.join_next().await.is_some() {}
        })
        .await
        .is_ok();
        if drained {
            self.tidy().await;
            tracing::info!("{} has drained", self.shared.name);
        } else {
            tracing::error!("{} did not drain in time: requests under way were cut off", self.shared.name);
            self.shared.cut.send_replace(true);
            self.shared.stop.send_replace(true);
            let told = async { while self.servers.join_next().await.is_some() {} };
            let _ = tokio::time::timeout(LAST_WORDS, told).await;
        }
        self.servers.abort_all();
        self.subscribers.abort_all();
        // What the drain has left of its time is for the last spans.
        let (tracer, left) =
            (self.shared.tracer.clone(), limit.saturating_sub(asked.elapsed()).max(LAST_WORDS));
        let _ = tokio::task::spawn_blocking(move || tracer.shut_down(left)).await;
        self.admin.abort_all();
        drained
    }

    /// Leaves databases whose files are all there is to them.
    async fn tidy(&self) {
        let shared = self.shared.clone();
        let tidied = tokio::task::spawn_blocking(move || {
            truncate_wal(&shared.config.data.dir.join(folder::LOG))?;
            shared.store.truncate_wal()
        });
        if let Ok(Err(error)) = tidied.await {
            tracing::warn!(error = chain(&error), "a write-ahead log could not be emptied");
        }
    }

    /// Completes when a server, a subscriber or the log's writer ends that nobody asked to.
    pub async fn failed(&mut self) {
        let mut head = self.shared.engine.log.head();
        tokio::select! {
            // The writer holds the other end as long as it lives.
            () = async { while head.changed().await.is_ok() {} } => {}
            _ = self.servers.join_next() => {}
            _ = self.subscribers.join_next() => {}
            _ = self.admin.join_next() => {}
        }
    }
}

/// Runs a future as a task of its own: a panic in it ends it (none) and not whoever waits for it.
pub(crate) async fn apart<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> Option<T> {
    let mut tasks = JoinSet::new();
    tasks.spawn(continued(Story::current(), work));
    tasks.join_next().await?.ok()
}

fn open(context: Context, config: Config) -> Result<(Arc<Shared>, axum::Router), StartError> {
    check(&context, &config)?;
    let Context {
        name,
        summary,
        owner,
        aggregates,
        views,
        tallies,
        processes,
        mut deadlines,
        claims,
        routes,
        ..
    } = context;
    for (deadline, after) in &config.deadlines {
        let Some(known) = deadlines.iter_mut().find(|known| known.is_called(deadline)) else { continue };
        known.after = durations(deadline, after)?;
    }
    allow_files(config.limits.connections_max)?;
    let dir = &config.data.dir;
    let lock = take(dir)?;
    let metrics = Metrics::new(name, &shape(&aggregates, &views, &processes, &deadlines))?;
    let seconds = i64::try_from(config.data.idempotency_keys_kept_seconds).unwrap_or(i64::MAX);
    let settings = Settings {
        metrics: metrics.log.clone(),
        keys_kept: SignedDuration::from_secs(seconds),
        processes: processes.iter().map(|process| process.name()).collect(),
        claims: claims.clone(),
    };
    let tracer = Tracer::new(name, &config.telemetry, metrics.spans.clone())?;
    let log_file = dir.join(folder::LOG);
    let log = EventLog::open(&log_file, name, settings)?;
    let store = ViewStore::open(&dir.join(folder::VIEWS), &log_file, log.id(), *log.head().borrow())?;
    let mut runtimes = Vec::with_capacity(views.len());
    for view in views {
        let layout = Layout::of(&*view, &tallies);
        runtimes.push(ViewRuntime::adopt(&store, view, layout, *log.head().borrow())?);
    }
    let names: Vec<_> = runtimes.iter().map(|runtime| runtime.view.name()).collect();
    store.sweep(&names)?;
    let verifier = auth::open(&config)?;
    let commands = aggregates
        .iter()
        .enumerate()
        .flat_map(|(number, aggregate)| {
            aggregate.commands().into_iter().map(move |info| (info.name, (number, info.clone())))
        })
        .collect();
    let shared = Shared {
        name,
        summary,
        owner,
        engine: Engine::new(log, metrics, deadlines, claims),
        store,
        aggregates,
        views: runtimes,
        tallies,
        processes,
        verifier,
        limits: http::Limits::new(&config.limits),
        tracer: Arc::new(tracer),
        config,
        leaving: AtomicBool::new(false),
        draining: watch::Sender::new(false),
        cut: watch::Sender::new(false),
        stop: watch::Sender::new(false),
        commands,
        lock,
    };
    Ok((Arc::new(shared), routes))
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

/// Makes a folder that only its owner may look into: what customers said is in it.
fn make_private(dir: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

/// Makes the data folder where there is none, and takes it for this process.
pub(crate) fn take(dir: &Path) -> Result<File, StartError> {
    make_private(dir).map_err(|source| StartError::DataDir { dir: dir.to_owned(), source })?;
    lock(dir)
}

/// Takes the data folder for this process. A predecessor that is about to end is given a moment.
fn lock(dir: &Path) -> Result<File, StartError> {
    let failed = |source| StartError::DataDir { dir: dir.to_owned(), source };
    let file = File::options().create(true).append(true).open(dir.join(folder::LOCK)).map_err(failed)?;
    let asked = Instant::now();
    loop {
        match file.try_lock() {
            // Where its predecessor listened is of no use to anybody.
            Ok(()) => return file.set_len(0).map(|()| file).map_err(failed),
            Err(TryLockError::Error(source)) => return Err(failed(source)),
            Err(TryLockError::WouldBlock) if asked.elapsed() > LOCK_WAIT => {
                return Err(StartError::InUse { dir: dir.to_owned() });
            }
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(10)),
        }
    }
}

/// `10d` and the like, as the board writes them; days have 24 hours here, since a deadline has no time zone.
fn durations(deadline: &str, texts: &[String]) -> Result<Vec<SignedDuration>, StartError> {
    let parse = |text: &String| {
        let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
        let factor = match unit {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            "w" => 604_800_000,
            _ => return None,
        };
        number.parse::<i64>().ok()?.checked_mul(factor).map(SignedDuration::from_millis)
    };
    texts
        .iter()
        .map(|text| {
            parse(text)
                .ok_or_else(|| StartError::Duration { deadline: deadline.to_owned(), text: text.clone() })
        })
        .collect()
}
