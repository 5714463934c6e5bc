//! The servers that are measured, each in a process of its own.

use std::process::ExitCode;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{get, post};
use macadam_chassis::{AggregateDef, Config, Context, Scope, ViewDef, cli};
use macadam_testkit::measure::{Batch, Log};
use macadam_testkit::with_telemetry;
use serde_json::json;
use uuid::Uuid;

use crate::shop::{Order, Orders};

/// Serves until it is killed.
pub(crate) fn run(server: &str) -> ExitCode {
    let config = Config::load(None).expect("a sound configuration");
    match server {
        "bare" => routes(trivial(), &config),
        "telemetry" => routes(with_telemetry(trivial(), &config.telemetry), &config),
        "durable" => routes(durable(&config), &config),
        "durable-telemetry" => routes(with_telemetry(durable(&config), &config.telemetry), &config),
        "shop" => cli::serve(crate::shop::context(&config), config).expect("the shop is served"),
        "one-view" => cli::serve(one_view(), config).expect("the view is served"),
        other => panic!("no server `{other}`"),
    }
}

/// As little as axum can do.
fn trivial() -> Router {
    Router::new().route("/hello/{name}", get(async || "hello"))
}

/// One durable append for each request.
fn durable(config: &Config) -> Router {
    std::fs::create_dir_all(&config.data.dir).expect("the folder is writable");
    let log = Log::open(&config.data.dir.join("log.db"), "shop");
    let append = async move || {
        let events = [("Noted", 1, r#"{"text":"what a customer wanted to say"}"#)];
        log.append(Uuid::now_v7(), 0, Batch { aggregate: "Order", events: &events }).await;
        StatusCode::CREATED
    };
    Router::new().route("/notes", post(append))
}

/// The shop's log with the one view that reads most of it.
fn one_view() -> Context {
    let view = ViewDef::<Orders>::new()
        .index(&["status", "priority"])
        .index(&["buyer", "placed_at"])
        .reader("Clerk", Scope::All);
    Context::new("shop", "Sells things.", "sales").aggregate(AggregateDef::<Order>::new("orders")).view(view)
}

fn routes(routes: Router, config: &Config) -> ExitCode {
    // With two, it is a matter of luck, and of kept connections for the whole run, how many are served in one go.
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(1).enable_all().build().expect("a runtime");
    let served = runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let ready = config.runtime.ready_file.as_ref().expect("whoever starts it waits for its address");
        let fresh = ready.with_extension("new");
        std::fs::write(&fresh, json!({ "http": address, "admin": address }).to_string())?;
        std::fs::rename(&fresh, ready)?;
        axum::serve(listener, routes).await
    });
    served.expect("it serves until it is killed");
    ExitCode::SUCCESS
}
