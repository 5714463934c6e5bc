//! A HAL-FORMS client that uses names of links and templates, but no paths.

use std::time::Duration;

use serde_json::{Map, Value};
use ureq::Agent;
use ureq::http::Request;

use crate::RunError;

/// A client of one service, for one caller.
pub struct Client {
    agent: Agent,
    base: String,
    token: Option<String>,
    headers: Vec<(&'static str, String)>,
}

/// A response.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The minimum position for reading views after this response; 0 if the response has none.
    pub position: i64,
    /// The body; a string if it is not JSON.
    pub body: Value,
}

impl Client {
    /// A client with a token or without one; `base` is the URL without a path.
    pub fn new(base: &str, token: Option<String>) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .timeout_global(Some(Duration::from_secs(30)));
        Self { agent: config.build().into(), base: base.to_owned(), token, headers: Vec::new() }
    }

    /// Sends this header with each request.
    #[must_use]
    pub(crate) fn with_header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// Sends a GET request.
    pub fn get(&self, href: &str) -> Result<Answer, RunError> {
        self.send("GET", href, None)
    }

    fn send(&self, method: &str, href: &str, body: Option<&Value>) -> Result<Answer, RunError> {
        let url = format!("{}{href}", self.base);
        let mut request = Request::builder().method(method).uri(&url);
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let text = body.map(Value::to_string).unwrap_or_default();
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        let failed = |source: ureq::Error| RunError::Http { url: url.clone(), source: Box::new(source) };
        let request = request.body(text).map_err(|error| failed(error.into()))?;
        let mut response = self.agent.run(request).map_err(failed)?;
        let status = response.status().as_u16();
        let position =
            response.headers().get("macadam-position").and_then(|value| value.to_str().ok()?.parse().ok());
        let text = response.body_mut().read_to_string().map_err(failed)?;
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Ok(Answer { status, position: position.unwrap_or_default(), body })
    }

    /// Submits a template that `at` offers, and returns the response whatever its status.
    pub fn submit(&self, at: &Answer, template: &str, body: &Value) -> Result<Answer, RunError> {
        let form = &at.body["_templates"][template];
        let target =
            form["target"].as_str().ok_or_else(|| at.unexpected(&format!("`{template}` is offered")))?;
        self.send(form["method"].as_str().unwrap_or("POST"), target, Some(body))
    }

    /// The same, but an error unless the status is 200 or 201.
    pub fn accept(&self, at: &Answer, template: &str, body: &Value) -> Result<Answer, RunError> {
        let answer = self.submit(at, template, body)?;
        if matches!(answer.status, 200 | 201) {
            Ok(answer)
        } else {
            Err(answer.unexpected(&format!("`{template}` is accepted")))
        }
    }

    /// Follows a link of a response.
    pub fn follow(&self, at: &Answer, link: &str) -> Result<Answer, RunError> {
        let href = at.body["_links"][link]["href"].as_str();
        self.get(href.ok_or_else(|| at.unexpected(&format!("there is a link `{link}`")))?)
    }

    /// Reads a view that the home resource links to, once it has reached a position.
    pub fn view(&self, home: &Answer, name: &str, position: i64) -> Result<Answer, RunError> {
        let links = home.body["_links"]["view"].as_array().into_iter().flatten();
        let href = links.filter(|link| link["name"] == name).find_map(|link| link["href"].as_str());
        let href = href.ok_or_else(|| home.unexpected(&format!("there is a view `{name}`")))?;
        self.get(&format!("{href}?after={position}"))
    }
}

impl Answer {
    /// The names of the offered templates.
    pub fn offered(&self) -> Vec<&str> {
        self.body["_templates"].as_object().map(Map::keys).into_iter().flatten().map(String::as_str).collect()
    }

    /// The items of a page.
    pub fn items(&self) -> Vec<&Value> {
        self.body["_embedded"]["items"].as_array().into_iter().flatten().collect()
    }

    /// An error that shows this response.
    pub(crate) fn unexpected(&self, what: &str) -> RunError {
        RunError::Unexpected {
            what: format!("expected that {what}"),
            answer: format!("{} {}", self.status, self.body),
        }
    }
}
