//! Sends requests as one caller.

use std::time::Duration;

use serde_json::Value;
use ureq::Agent;
use ureq::http::{Method, Request};

use crate::{HalError, Reply};

/// How long a request may take, its answer included.
const TIMEOUT: Duration = Duration::from_mins(1);
/// The longest answer that is read, in bytes.
const BODY_MAX: u64 = 64 * 1024 * 1024;

/// One caller of one server.
#[derive(Debug, Clone)]
pub struct Client {
    agent: Agent,
    base: String,
    token: Option<String>,
    headers: Vec<(&'static str, String)>,
}

impl Client {
    /// A caller of the server at `base`, such as `http://127.0.0.1:8080`, with a bearer token or without one.
    pub fn new(base: &str, token: Option<String>) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .timeout_global(Some(TIMEOUT))
            .build();
        Self { agent: config.into(), base: base.to_owned(), token, headers: Vec::new() }
    }

    /// A client that sends this header with each request.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// The address of the server.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The bearer token that is sent with each request.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Sends any request. A status that reports an error is an answer.
    pub fn send(
        &self,
        method: &str,
        href: &str,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> Result<Reply, HalError> {
        let url = format!("{}{href}", self.base);
        self.exchange(method, &url, headers, body).map_err(|source| HalError::Transport {
            method: method.to_owned(),
            url,
            source: Box::new(source),
        })
    }

    fn exchange(
        &self,
        method: &str,
        url: &str,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> Result<Reply, ureq::Error> {
        let method: Method = method.parse().map_err(ureq::http::Error::from)?;
        let mut request = Request::builder().method(method).uri(url);
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let own = self.headers.iter().map(|(name, value)| (*name, value.as_str()));
        for (name, value) in own.chain(headers.iter().copied()) {
            request = request.header(name, value);
        }
        let mut response = self.agent.run(request.body(body.unwrap_or_default())?)?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.body_mut().with_config().limit(BODY_MAX).read_to_string()?;
        let body = serde_json::from_str(&text).unwrap_or_default();
        Ok(Reply { status, headers, text, body })
    }

    /// Reads what is at an address.
    pub fn get(&self, href: &str) -> Result<Reply, HalError> {
        self.send("GET", href, &[], None)
    }

    /// Fills in a template that `at` offers and sends it, whatever the answer is.
    pub fn submit(&self, at: &Reply, template: &str, body: &Value) -> Result<Reply, HalError> {
        let form = &at.body["_templates"][template];
        let target = form["target"].as_str();
        let target = target.ok_or_else(|| at.unexpected(&format!("an offer of `{template}`")))?;
        self.send(
            form["method"].as_str().unwrap_or("POST"),
            target,
            &[("content-type", form["contentType"].as_str().unwrap_or("application/json"))],
            Some(body.to_string().as_bytes()),
        )
    }

    /// Fills in a template and sends it; any answer but 200 and 201 is an error.
    pub fn accept(&self, at: &Reply, template: &str, body: &Value) -> Result<Reply, HalError> {
        let reply = self.submit(at, template, body)?;
        if matches!(reply.status, 200 | 201) {
            Ok(reply)
        } else {
            Err(reply.unexpected(&format!("that `{template}` is accepted")))
        }
    }

    /// Reads what a link leads to.
    pub fn follow(&self, at: &Reply, link: &str) -> Result<Reply, HalError> {
        self.get(at.link(link)?)
    }

    /// Reads a view that the home names, at or after a position of the log.
    pub fn view(&self, home: &Reply, name: &str, position: i64) -> Result<Reply, HalError> {
        self.get(&format!("{}?after={position}", home.named("view", name)?))
    }
}
