//! A client as others would write it: it knows names of links and templates, and no paths.

use std::time::Duration;

use serde_json::Value;
use ureq::Agent;
use ureq::http::{HeaderMap, Method, Request};

/// One caller.
#[derive(Debug, Clone)]
pub struct Client {
    agent: Agent,
    base: String,
    token: Option<String>,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as it came.
    pub text: String,
    /// The body as JSON; null where it is none.
    pub body: Value,
}

/// A resource with its links and templates.
#[derive(Debug)]
pub struct Resource<'a> {
    client: &'a Client,
    /// How it was answered.
    pub reply: Reply,
}

impl Client {
    /// A caller of the server at `base`, e.g. `http://127.0.0.1:8080`.
    pub fn new(base: &str, token: Option<String>) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .timeout_global(Some(Duration::from_mins(1)))
            .build();
        Self { agent: config.into(), base: base.to_owned(), token }
    }

    /// Where the server is.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The token that is sent along.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Sends any request; an error of transport is none of the server's and ends the test.
    #[track_caller]
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&[u8]>) -> Reply {
        self.try_send(method, path, headers, body).unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    /// Sends any request.
    pub fn try_send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> Result<Reply, ureq::Error> {
        let method: Method = method.parse().map_err(ureq::http::Error::from)?;
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = self.agent.run(request.body(body.unwrap_or_default())?)?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.body_mut().with_config().limit(64 * 1024 * 1024).read_to_string()?;
        let body = serde_json::from_str(&text).unwrap_or_default();
        Ok(Reply { status, headers, text, body })
    }

    /// Reads.
    #[track_caller]
    pub fn get(&self, path: &str) -> Reply {
        self.send("GET", path, &[], None)
    }

    /// Sends JSON.
    #[track_caller]
    pub fn post(&self, path: &str, body: &Value) -> Reply {
        self.send("POST", path, &[("content-type", "application/json")], Some(body.to_string().as_bytes()))
    }

    /// Where everything begins.
    #[track_caller]
    pub fn home(&self) -> Resource<'_> {
        let reply = self.get("/");
        assert_eq!(reply.status, 200, "{}", reply.text);
        Resource { client: self, reply }
    }

    /// The resource at a link that another resource gave.
    #[track_caller]
    pub fn at(&self, href: &str) -> Resource<'_> {
        let reply = self.get(href);
        Resource { client: self, reply }
    }
}

impl Reply {
    /// A header's text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The version of the aggregate that is shown, which stands in front of its entity tag.
    pub fn version(&self) -> Option<i64> {
        self.header("etag")?.trim_start_matches('"').split('-').next()?.parse().ok()
    }

    /// The rule by which the domain said no.
    pub fn rule(&self) -> Option<&str> {
        self.body["rule"].as_str()
    }
}

#[expect(clippy::return_self_not_must_use, reason = "what a request does may be all that is wanted of it")]
impl<'a> Resource<'a> {
    /// Whether this command is offered.
    pub fn offers(&self, template: &str) -> bool {
        self.reply.body["_templates"].get(template).is_some()
    }

    /// The names of the commands that are offered.
    pub fn offered(&self) -> Vec<String> {
        self.reply.body["_templates"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| name.clone())
            .collect()
    }

    /// The address of a link, e.g. `history`.
    #[track_caller]
    pub fn link(&self, name: &str) -> String {
        let href = self.reply.body["_links"][name]["href"].as_str();
        href.unwrap_or_else(|| panic!("no link `{name}` in {}", self.reply.text)).to_owned()
    }

    /// The address of a named link among several of one kind, e.g. the view `Drafts`.
    #[track_caller]
    pub fn named(&self, rel: &str, name: &str) -> String {
        let links = self.reply.body["_links"][rel].as_array().into_iter().flatten();
        let href = links.filter(|link| link["name"] == name).find_map(|link| link["href"].as_str());
        href.unwrap_or_else(|| panic!("no `{rel}` named `{name}` in {}", self.reply.text)).to_owned()
    }

    /// Follows a link.
    #[track_caller]
    pub fn follow(&self, name: &str) -> Resource<'a> {
        self.client.at(&self.link(name))
    }

    /// Reads a view that the home names.
    #[track_caller]
    pub fn view(&self, name: &str) -> Resource<'a> {
        self.client.at(&self.named("view", name))
    }

    /// The items of a page.
    pub fn items(&self) -> Vec<Value> {
        self.reply.body["_embedded"]["items"].as_array().cloned().unwrap_or_default()
    }

    /// Fills in a template and sends it, whatever comes back.
    #[track_caller]
    pub fn submit(&self, template: &str, body: &Value) -> Resource<'a> {
        let form = &self.reply.body["_templates"][template];
        let target = form["target"].as_str();
        let target = target.unwrap_or_else(|| panic!("`{template}` is not offered in {}", self.reply.text));
        let reply = self.client.send(
            form["method"].as_str().unwrap_or("POST"),
            target,
            &[("content-type", form["contentType"].as_str().unwrap_or("application/json"))],
            Some(body.to_string().as_bytes()),
        );
        Resource { client: self.client, reply }
    }

    /// Fills in a template, sends it, and expects it to be accepted.
    #[track_caller]
    pub fn accept(&self, template: &str, body: &Value) -> Resource<'a> {
        let resource = self.submit(template, body);
        assert!(matches!(resource.reply.status, 200 | 201), "{template}: {}", resource.reply.text);
        resource
    }

    /// The position to read views at least from.
    pub fn position(&self) -> i64 {
        self.reply.header("macadam-position").and_then(|text| text.parse().ok()).unwrap_or_default()
    }
}
