//! Clients that send whatever they are offered, and remember what they were told.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;
use uuid::Uuid;

use super::sample::Sampler;
use crate::client::{Client, Reply};

/// Resources that one client keeps in hand.
const KEPT: usize = 8;
/// Of a hundred requests so many create something, at least.
const CREATES: usize = 20;

/// What the description says of commands, as far as a client needs it.
pub(super) struct Commands {
    /// Creations: where to send them, and what they take.
    pub creations: Vec<(String, Value)>,
    /// Commands by the name of their template, and what they take.
    pub changes: Vec<(String, Value)>,
}

/// A request as it was sent; sent again it is the same, key and all.
#[derive(Debug, Clone)]
pub(super) struct Sent {
    pub path: String,
    pub body: String,
    pub key: String,
    pub correlation: Uuid,
}

/// What came of a request.
pub(super) enum Outcome {
    /// The server said something.
    Answered(Box<Reply>),
    /// The connection ended before an answer: it may have happened.
    InFlight,
    /// Nobody listens any more: it was never sent.
    Unsent,
}

/// An acknowledged command.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Told {
    pub correlation: Uuid,
    pub stream: Uuid,
    pub version: i64,
    pub position: i64,
    /// The state that was shown, without its templates.
    pub state: Value,
}

impl Sent {
    pub(super) fn send(&self, client: &Client) -> Outcome {
        let correlation = self.correlation.to_string();
        let headers = [
            ("content-type", "application/json"),
            ("idempotency-key", self.key.as_str()),
            ("correlation-id", correlation.as_str()),
        ];
        match client.try_send("POST", &self.path, &headers, Some(self.body.as_bytes())) {
            Ok(reply) => Outcome::Answered(Box::new(reply)),
            Err(error) if error.is_unsent() => Outcome::Unsent,
            Err(_) => Outcome::InFlight,
        }
    }

    /// What an answer acknowledges; nothing where it refuses. A fault of the server ends the test.
    pub(super) fn acknowledged(&self, reply: &Reply) -> Option<Told> {
        assert_ne!(reply.body["type"], "urn:macadam:problem:idempotency-key-reused", "{}", reply.text);
        match reply.status {
            200 | 201 => {}
            400..=499 | 503 => return None,
            _ => panic!("{} was answered {}: {}", self.path, reply.status, reply.text),
        }
        let href = reply.body["_links"]["self"]["href"].as_str()?;
        let stream = href.rsplit('/').next().and_then(|id| Uuid::try_parse(id).ok())?;
        let mut state = reply.body.clone();
        state.as_object_mut()?.remove("_templates");
        Some(Told {
            correlation: self.correlation,
            stream,
            version: reply.version()?,
            position: reply.header("macadam-position")?.parse().ok()?,
            state,
        })
    }
}

/// What one client leaves when its server is gone.
#[derive(Default)]
pub(super) struct Left {
    pub told: Vec<Told>,
    /// The first that was acknowledged, to be sent again later.
    pub first: Option<(Sent, Told)>,
    pub in_flight: Vec<Sent>,
    /// Rules and kinds of problems by which it was refused.
    pub refusals: Vec<String>,
}

/// Sends until nobody answers; counts acknowledgements as they come.
pub(super) fn run(
    client: &Client,
    commands: &Commands,
    sampler: &Sampler,
    acknowledged: &AtomicUsize,
) -> Left {
    let mut left = Left::default();
    let mut resources: Vec<Value> = Vec::new();
    loop {
        let sent = next(commands, sampler, &mut resources);
        match sent.send(client) {
            Outcome::Unsent => return left,
            Outcome::InFlight => left.in_flight.push(sent),
            Outcome::Answered(reply) => {
                if let Some(told) = sent.acknowledged(&reply) {
                    left.first.get_or_insert_with(|| (sent.clone(), told.clone()));
                    left.told.push(told);
                    acknowledged.fetch_add(1, Ordering::SeqCst);
                    resources.push(reply.body);
                } else if left.refusals.len() < 100 {
                    let rule = reply.rule().or(reply.body["type"].as_str()).unwrap_or("no problem");
                    left.refusals.push(format!("{}: {rule}", sent.path));
                }
            }
        }
    }
}

/// A creation, or a command that one of the resources offers.
fn next(commands: &Commands, sampler: &Sampler, resources: &mut Vec<Value>) -> Sent {
    resources.retain(|resource| resource["_templates"].as_object().is_some_and(|forms| !forms.is_empty()));
    if resources.len() > KEPT {
        resources.swap_remove(0);
    }
    if !resources.is_empty() && sampler.below(100) >= CREATES {
        let resource = resources.swap_remove(sampler.below(resources.len()));
        let forms: Vec<_> = resource["_templates"].as_object().into_iter().flatten().collect();
        let (name, form) = forms[sampler.below(forms.len())];
        let schema = commands.changes.iter().find(|(known, _)| known == name).map(|(_, schema)| schema);
        if let (Some(path), Some(schema)) = (form["target"].as_str(), schema) {
            let sent = sent(path, &sampler.body(schema));
            // It may be refused: what it was offered before still holds then.
            resources.push(resource);
            return sent;
        }
    }
    let (path, schema) = &commands.creations[sampler.below(commands.creations.len())];
    sent(path, &sampler.body(schema))
}

fn sent(path: &str, body: &Value) -> Sent {
    let correlation = Uuid::new_v4();
    Sent { path: path.to_owned(), body: body.to_string(), key: format!("crash-{correlation}"), correlation }
}
