//! A client as others would write it: it knows names of links and templates, and no paths. Here, whatever is missing
//! ends the test.

use macadam_hal::HalError;
pub use macadam_hal::Reply;
use serde_json::Value;

/// One caller.
#[derive(Debug, Clone)]
pub struct Client(macadam_hal::Client);

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
        Self(macadam_hal::Client::new(base, token))
    }

    /// The address of the server.
    pub fn base(&self) -> &str {
        self.0.base()
    }

    /// The token that is sent with each request.
    pub fn token(&self) -> Option<&str> {
        self.0.token()
    }

    /// Sends any request; ends the test if there is no answer.
    #[track_caller]
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&[u8]>) -> Reply {
        expect(self.try_send(method, path, headers, body))
    }

    /// Sends any request.
    pub fn try_send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> Result<Reply, HalError> {
        self.0.send(method, path, headers, body)
    }

    /// Reads.
    #[track_caller]
    pub fn get(&self, path: &str) -> Reply {
        expect(self.0.get(path))
    }

    /// Sends JSON.
    #[track_caller]
    pub fn post(&self, path: &str, body: &Value) -> Reply {
        self.send("POST", path, &[("content-type", "application/json")], Some(body.to_string().as_bytes()))
    }

    /// The first resource, from which all others are reached.
    #[track_caller]
    pub fn home(&self) -> Resource<'_> {
        let reply = self.get("/");
        assert_eq!(reply.status, 200, "{}", reply.text);
        Resource { client: self, reply }
    }

    /// The resource at a link that another resource gave.
    #[track_caller]
    pub fn at(&self, href: &str) -> Resource<'_> {
        Resource { client: self, reply: self.get(href) }
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
        self.reply.offered()
    }

    /// The address of a link, e.g. `history`.
    #[track_caller]
    pub fn link(&self, name: &str) -> String {
        expect(self.reply.link(name)).to_owned()
    }

    /// The address of a named link among several of one kind, e.g. the view `Drafts`.
    #[track_caller]
    pub fn named(&self, rel: &str, name: &str) -> String {
        expect(self.reply.named(rel, name)).to_owned()
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
        self.reply.items()
    }

    /// Fills in a template and sends it, whatever the answer is.
    #[track_caller]
    pub fn submit(&self, template: &str, body: &Value) -> Resource<'a> {
        Resource { client: self.client, reply: expect(self.client.0.submit(&self.reply, template, body)) }
    }

    /// Fills in a template and sends it; ends the test unless the command is accepted.
    #[track_caller]
    pub fn accept(&self, template: &str, body: &Value) -> Resource<'a> {
        Resource { client: self.client, reply: expect(self.client.0.accept(&self.reply, template, body)) }
    }

    /// The position to read views at or after.
    pub fn position(&self) -> i64 {
        self.reply.position()
    }
}

/// What was hoped for, or the end of the test with all that is known of why not.
#[track_caller]
fn expect<T>(result: Result<T, HalError>) -> T {
    result.unwrap_or_else(|error| panic!("{}", macadam_telemetry::chain(&error)))
}
