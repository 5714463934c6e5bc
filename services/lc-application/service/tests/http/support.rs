//! Who takes part, how far they bring an application, and how a test waits.

use std::time::{Duration, Instant};

use macadam_testkit::{Client, Reply, Resource, Service};
use serde_json::{Value, json};

use crate::bodies;

const PATIENCE: Duration = Duration::from_secs(30);

/// One client for each role.
pub(crate) struct People {
    /// The importer `acme`.
    pub(crate) importer: Client,
    /// What records the outcomes of checks.
    pub(crate) system: Client,
    /// Who decides.
    pub(crate) manager: Client,
}

impl People {
    pub(crate) fn of(service: &Service) -> Self {
        Self {
            importer: service.client("acme", &["Importer"]),
            system: service.client("compliance", &["system"]),
            manager: service.client("mona", &["TradeFinanceManager"]),
        }
    }

    /// An application with nothing filled in.
    #[track_caller]
    pub(crate) fn started(&self) -> Resource<'_> {
        self.importer.home().accept("start", &bodies::start("acme"))
    }

    /// An application that lacks nothing but its submission.
    #[track_caller]
    pub(crate) fn filled_in(&self) -> Resource<'_> {
        accept_all(self.started(), &bodies::parts())
    }

    /// An application that waits for its checks.
    #[track_caller]
    pub(crate) fn submitted(&self) -> Resource<'_> {
        self.filled_in().accept("submit", &json!({}))
    }

    /// An application that waits for nothing but its decision, as its manager sees it.
    #[track_caller]
    pub(crate) fn checked(&self, credit: bool) -> Resource<'_> {
        let application = self.submitted();
        accept_all(same(&application, &self.system), &bodies::checks(credit));
        same(&application, &self.manager)
    }

    /// An application that was approved, as its manager sees it.
    #[track_caller]
    pub(crate) fn approved(&self) -> Resource<'_> {
        self.checked(true).accept("approve", &json!({}))
    }
}

/// Sends one command after the other, each by the template that the answer before it offers.
#[track_caller]
pub(crate) fn accept_all<'a>(from: Resource<'a>, commands: &[(&str, Value)]) -> Resource<'a> {
    commands.iter().fold(from, |resource, (template, body)| resource.accept(template, body))
}

/// The same resource, read by another client.
#[track_caller]
pub(crate) fn same<'a>(resource: &Resource<'_>, by: &'a Client) -> Resource<'a> {
    by.at(&resource.link("self"))
}

/// Sends a form of `resource` as another client, or with other headers, than it was meant for.
#[track_caller]
pub(crate) fn send_form(
    resource: &Resource<'_>,
    template: &str,
    by: &Client,
    headers: &[(&str, &str)],
    body: &Value,
) -> Reply {
    let target = resource.reply.body["_templates"][template]["target"].as_str();
    let target = target.unwrap_or_else(|| panic!("`{template}` is not offered"));
    let headers: Vec<_> = [("content-type", "application/json")].iter().chain(headers).copied().collect();
    by.send("POST", target, &headers, Some(body.to_string().as_bytes()))
}

/// Sends a command that is not offered, which no well-behaved client could: it has to make up the address.
#[track_caller]
pub(crate) fn send_unasked(resource: &Resource<'_>, template: &str, by: &Client, body: &Value) -> Reply {
    by.post(&format!("{}/{template}", resource.link("self")), body)
}

/// The items of a view, once it has come to `after`.
#[track_caller]
pub(crate) fn listed(client: &Client, view: &str, after: i64) -> Vec<Value> {
    let page = client.at(&format!("{}?after={after}", client.home().named("view", view)));
    assert_eq!(page.reply.status, 200, "{view}: {}", page.reply.text);
    page.items()
}

/// All pages of a view, by following `next` from the one that answers this question.
#[track_caller]
pub(crate) fn pages(client: &Client, view: &str, question: &str) -> Vec<Vec<Value>> {
    let mut page = client.at(&format!("{}?{question}", client.home().named("view", view)));
    assert_eq!(page.reply.status, 200, "{view}: {}", page.reply.text);
    let mut pages = vec![page.items()];
    while page.reply.body["_links"].get("next").is_some() {
        page = page.follow("next");
        assert_eq!(page.reply.status, 200, "{view}: {}", page.reply.text);
        assert!(!page.items().is_empty() && pages.len() < 1_000, "a page of {view} leads nowhere");
        pages.push(page.items());
    }
    pages
}

/// The events of an application, in their order.
#[track_caller]
pub(crate) fn events_of(application: &Resource<'_>) -> Vec<Value> {
    let history = application.follow("history");
    assert_eq!(history.reply.status, 200, "{}", history.reply.text);
    history.reply.body["_embedded"]["events"].as_array().expect("a list of events").clone()
}

/// The names of an application's events, in their order.
#[track_caller]
pub(crate) fn names_of(application: &Resource<'_>) -> Vec<String> {
    events_of(application)
        .iter()
        .map(|event| event["event"].as_str().unwrap_or_default().to_owned())
        .collect()
}

/// Asks again until there is an answer; fails when there is none in time.
#[track_caller]
pub(crate) fn eventually<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(begun.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A configuration file of this test; its path is for `MACADAM_CONFIG`.
pub(crate) fn config(name: &str, text: &str) -> String {
    let path = format!("{}/{name}.toml", env!("CARGO_TARGET_TMPDIR"));
    std::fs::write(&path, text).unwrap_or_else(|error| panic!("write {path}: {error}"));
    path
}
