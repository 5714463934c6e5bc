//! What a server answered, and what it links to and offers.

use serde_json::Value;
use ureq::http::HeaderMap;

use crate::HalError;

/// An answer.
#[derive(Debug, Clone)]
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

impl Reply {
    /// A header's text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The position of the log to read views at or after; 0 where the answer names none.
    pub fn position(&self) -> i64 {
        self.header("macadam-position").and_then(|text| text.parse().ok()).unwrap_or_default()
    }

    /// The version of the aggregate that is shown, which its entity tag begins with.
    pub fn version(&self) -> Option<i64> {
        self.header("etag")?.trim_start_matches('"').split('-').next()?.parse().ok()
    }

    /// The code of the rule by which the domain rejected the command.
    pub fn rule(&self) -> Option<&str> {
        self.body["rule"].as_str()
    }

    /// The names of the templates that are offered.
    pub fn offered(&self) -> Vec<String> {
        let templates = self.body["_templates"].as_object();
        templates.into_iter().flatten().map(|(name, _)| name.clone()).collect()
    }

    /// The items of a page.
    pub fn items(&self) -> Vec<Value> {
        self.body["_embedded"]["items"].as_array().cloned().unwrap_or_default()
    }

    /// The address of a link, such as `history`.
    pub fn link(&self, name: &str) -> Result<&str, HalError> {
        let href = self.body["_links"][name]["href"].as_str();
        href.ok_or_else(|| self.unexpected(&format!("a link `{name}`")))
    }

    /// The address of one of several links of a kind, by its name, such as the `view` called `Drafts`.
    pub fn named(&self, relation: &str, name: &str) -> Result<&str, HalError> {
        let links = self.body["_links"][relation].as_array().into_iter().flatten();
        let href = links.filter(|link| link["name"] == name).find_map(|link| link["href"].as_str());
        href.ok_or_else(|| self.unexpected(&format!("a link `{relation}` named `{name}`")))
    }

    /// An error that shows this answer beside what was expected, a fragment such as `a link`.
    pub fn unexpected(&self, expected: &str) -> HalError {
        HalError::Unexpected { expected: expected.to_owned(), status: self.status, text: self.text.clone() }
    }
}
