//! That a context tells what it does: a span, a line and a metric for each request, and never what somebody sent.

use std::path::Path;

use macadam_http::kebab;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::client::Client;
use crate::conformance::{UNKNOWN, describe, list, text};
use crate::service::{Service, eventually};
use crate::telemetry::{Collector, Span};

/// The span of whoever asks.
const CLIENT: &str = "00f067aa0ba902b7";
/// What stands in every body that is sent here, and must stand nowhere else.
const SECRET: &str = "hush-4711-0815";

/// Every command, view and document tells of a request that reaches it, under the ids that came with the request.
pub fn tells(binary: impl AsRef<Path>) {
    let collector = Collector::start();
    let settings = collector.settings();
    let mut settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    settings.push(("MACADAM_LOG__FILTER", "info,macadam=debug"));
    let service = Service::start_with(binary, &settings);
    let description = describe(&service);
    let told = Told { service: &service, collector: &collector };
    told.of(&service.client("somebody", &["Nobody"]), "GET", "/", "/");
    for aggregate in list(&description["aggregates"]) {
        let plural = text(&aggregate["plural"]);
        for command in list(&aggregate["commands"]) {
            let (name, path) = (text(&command["name"]), kebab(text(&command["name"])));
            let role = list(&command["actors"]).first().map(text).unwrap_or_default();
            let client = service.client("somebody", &[role]);
            let request = if command["creates"] == true {
                let route = format!("/{plural}/{path}");
                told.of(&client, "POST", &route, &route)
            } else {
                let route = format!("/{plural}/{{id}}/{path}");
                told.of(&client, "POST", &route.replace("{id}", UNKNOWN), &route)
            };
            // Whoever is turned away at the door has sent no command.
            if [401, 403].map(Value::from).contains(&request.attributes["http.response.status_code"]) {
                continue;
            }
            let span = collector.span(&format!("the command {name}"), |span| {
                span.parent.as_ref() == Some(&request.id) && span.name == name
            });
            assert_eq!(span.attributes["macadam.outcome"], "refused", "{name}: {span:?}");
        }
    }
    for view in list(&description["read_models"]) {
        let client = service.client("somebody", &["Nobody"]);
        told.of(&client, "GET", text(&view["path"]), "/views/{view}");
    }
    let all = format!("{:?} {:?}", collector.spans(), service.log());
    assert!(!all.contains(SECRET), "what somebody sent is told: {all}");
}

struct Told<'a> {
    service: &'a Service,
    collector: &'a Collector,
}

impl Told<'_> {
    /// Sends one request in a trace of its own, and looks for what is told of it.
    fn of(&self, client: &Client, method: &str, path: &str, route: &str) -> Span {
        let trace = Uuid::now_v7().simple().to_string();
        let labels = |status: &str| {
            let labels = [
                ("http_request_method", method),
                ("http_route", route),
                ("http_response_status_code", status),
            ];
            self.service.metric("http_server_request_duration_seconds_count", &labels).unwrap_or_default()
        };
        let headers =
            [("content-type", "application/json"), ("traceparent", &format!("00-{trace}-{CLIENT}-01"))];
        let body = json!({ SECRET: SECRET }).to_string();
        let reply = client.send(method, path, &headers, (method == "POST").then_some(body.as_bytes()));
        let span = self.collector.span(&format!("the span of {method} {path}"), |span| {
            span.trace == trace && span.kind == SpanKind::Server
        });
        assert_eq!(span.parent.as_deref(), Some(CLIENT), "{method} {path}");
        assert_eq!(span.name, format!("{method} {route}"));
        assert_eq!(span.attributes["http.response.status_code"], reply.status, "{method} {path}");
        let correlation = reply.header("correlation-id");
        assert_eq!(span.attributes["macadam.correlation.id"].as_str(), correlation, "{method} {path}");
        let line = |line: &Value| {
            line["trace.id"] == trace.as_str()
                && line["span.id"] == span.id.as_str()
                && line["correlation.id"].as_str() == correlation
                && line["status"] == reply.status
        };
        eventually(&format!("a line tells of {method} {path}"), || self.service.log().iter().any(line));
        let status = reply.status.to_string();
        assert!(labels(&status) >= 1.0, "no metric tells of {method} {route} {status}");
        span
    }
}
