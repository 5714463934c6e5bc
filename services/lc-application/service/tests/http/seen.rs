//! Everything that can be seen of an application, to tell that nothing has changed.

use macadam_testkit::{Client, Service};
use serde_json::Value;

use crate::support::{People, events_of};

/// What clients, consumers and operators see.
#[derive(Debug, PartialEq)]
pub(crate) struct Seen {
    /// The application's `ETag` and body, with what is offered to each.
    application: Vec<(Option<String>, Value)>,
    history: Vec<Value>,
    /// Each view by its name, with its items.
    views: Vec<(String, Vec<Value>)>,
    published: Value,
    /// All events that were ever counted.
    events: Option<f64>,
}

/// What there is to see of the application at `href` now.
#[track_caller]
pub(crate) fn seen(service: &Service, people: &People, href: &str) -> Seen {
    let everyone = [&people.importer, &people.system, &people.manager];
    let read = everyone.map(|client| client.at(href));
    let history = events_of(&read[1]);
    let application = read.map(|read| (read.reply.header("etag").map(str::to_owned), read.reply.body));
    let position = history.last().and_then(|event| event["position"].as_i64()).unwrap_or_default();
    let views = view_links(&people.system).into_iter().map(|(name, href)| {
        let page = people.system.at(&format!("{href}?after={position}"));
        assert_eq!(page.reply.status, 200, "{name}: {}", page.reply.text);
        (name, page.items())
    });
    let consumer = service.client("issuance", &["consumer"]);
    let published = consumer.at(&consumer.home().link("events")).reply.body;
    let events = service.metric("macadam_events_total", &[]);
    Seen { application: application.into(), history, views: views.collect(), published, events }
}

/// The views that this client may read, with their addresses.
#[track_caller]
pub(crate) fn view_links(client: &Client) -> Vec<(String, String)> {
    let home = client.home().reply.body;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let links = home["_links"]["view"].as_array().into_iter().flatten();
    links.map(|link| (text(&link["name"]), text(&link["href"]))).collect()
}

/// No command has failed, and no answer was a fault.
#[track_caller]
pub(crate) fn is_faultless(service: &Service) {
    assert_eq!(service.metric("macadam_commands_total", &[("outcome", "failed")]), Some(0.0));
    let metrics = service.admin().get("/metrics").text;
    let fault = metrics.lines().find(|line| {
        line.starts_with("http_server_request_duration_seconds_count")
            && line.contains("http_response_status_code=\"5")
            && !line.ends_with(" 0")
    });
    assert_eq!(fault, None);
}
