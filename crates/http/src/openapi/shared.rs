//! What the operations of an OpenAPI document have in common: parameters, headers, refusals, the forms of answers.

use serde_json::{Map, Value, json};

use super::components::{Components, reference};
use crate::status::ErrorStatus;
use crate::views::{LIMIT, LIMIT_MAX};

/// A list of entity tags, or any.
const TAGS: &str = r#"^(\*|(W/)?"[!#-+\x2D-~]*"( *, *(W/)?"[!#-+\x2D-~]*")*)$"#;

pub(super) fn parameter(name: &str) -> Value {
    json!({ "$ref": format!("#/components/parameters/{name}") })
}

pub(super) fn header(name: &str) -> Value {
    json!({ "$ref": format!("#/components/headers/{name}") })
}

/// A status that an operation may answer, with the name of its component.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Status {
    code: u16,
    name: &'static str,
}

/// The client has what it would be sent.
pub(super) const NOT_MODIFIED: Status = Status { code: 304, name: "NotModified" };

impl From<&ErrorStatus> for Status {
    fn from(status: &ErrorStatus) -> Self {
        Self { code: status.code().as_u16(), name: status.name }
    }
}

impl Status {
    pub(super) fn text(self) -> String {
        self.code.to_string()
    }

    /// A reference to its component.
    pub(super) fn response(self) -> Value {
        json!({ "$ref": format!("#/components/responses/{}", self.name) })
    }
}

pub(super) fn responses() -> Value {
    let refusals = ErrorStatus::OF_OPERATIONS.iter().map(|status| {
        let headers = ["Cache-Control", "Correlation-Id"].iter().chain(status.headers);
        let headers: Map<_, _> = headers.map(|name| ((*name).to_owned(), header(name))).collect();
        let answer = json!({
            "description": status.description, "headers": headers,
            "content": { "application/problem+json": { "schema": reference("Problem") } },
        });
        (status.name.to_owned(), answer)
    });
    let headers: Map<_, _> = ["Cache-Control", "Correlation-Id", "ETag", "Vary"]
        .iter()
        .map(|name| ((*name).to_owned(), header(name)))
        .collect();
    let unchanged =
        json!({ "description": "What the client has is what it would be sent", "headers": headers });
    refusals.chain([(NOT_MODIFIED.name.to_owned(), unchanged)]).collect::<Map<_, _>>().into()
}

pub(super) fn parameters() -> Value {
    let position = json!({ "type": "integer", "format": "int64", "minimum": 0, "maximum": i64::MAX });
    let of = |name: &str, place: &str, description: &str, schema: Value| {
        json!({
            "name": name, "in": place, "required": place == "path", "description": description, "schema": schema,
        })
    };
    json!({
        "Id": of("id", "path", "The aggregate.", json!({ "type": "string", "format": "uuid" })),
        "Key": of("key", "path", "The item's key.", json!({ "type": "string", "minLength": 1 })),
        "After": of("after", "query", "Waits until the view has come to this position (`Macadam-Position`).", position.clone()),
        "FeedAfter": of("after", "query", "Events after this position.", position),
        "Timeout": of(
            "timeout", "query", "Seconds to wait for news; more than is allowed is cut to that.",
            json!({ "type": "integer", "minimum": 0, "maximum": u64::MAX }),
        ),
        "Cursor": of("cursor", "query", "Opaque: from the link `next` of a page.", json!({ "type": "string" })),
        "Limit": of(
            "limit", "query", "Items of a page.",
            json!({ "type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT }),
        ),
        "IfMatch": of(
            "If-Match", "header", "Entity tags: the command is for one of these versions alone.",
            json!({ "type": "string", "minLength": 1, "pattern": TAGS }),
        ),
        "IfNoneMatch": of(
            "If-None-Match", "header", "Entity tags that the client has already.", json!({ "type": "string" }),
        ),
        "IdempotencyKey": of(
            "Idempotency-Key", "header",
            "The same key and body are answered as before; with another body it is a 422, while under way a 409.",
            json!({ "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]{1,255}$" }),
        ),
        "CorrelationId": of(
            "Correlation-Id", "header", "A UUID that ties together what belongs together; without one it is given one.",
            json!({ "type": "string" }),
        ),
    })
}

pub(super) fn headers() -> Value {
    let of = |description: &str, required: bool, schema: Value| {
        json!({
            "description": description, "required": required, "schema": schema,
        })
    };
    let text = || json!({ "type": "string" });
    json!({
        "Allow": of("The methods that there are.", true, text()),
        "Cache-Control": of("Who may keep the answer, and for how long.", true, text()),
        "Correlation-Id": of("The request's, or one that it was given.", true, json!({ "type": "string", "format": "uuid" })),
        "Deprecation": of("Since when it is not to be used any more (RFC 9745).", true, json!({ "type": "string", "pattern": "^@-?[0-9]+$" })),
        "ETag": of(
            "A strong validator: the version of a resource that has one, and a mark of this form of it.",
            true, json!({ "type": "string", "pattern": "^\"[0-9a-f-]+\"$" }),
        ),
        "Link": of("RFC 8288: `self`, `first` and `next` as in the body.", true, text()),
        "Location": of("Where what was created is.", true, json!({ "type": "string", "format": "uri-reference" })),
        "Macadam-Log": of("Which log is read: another one after a backup was restored.", true, text()),
        "Macadam-Position": of("The position to ask a view for, to find this in it.", true, json!({ "type": "integer" })),
        "Retry-After": of("Seconds.", true, json!({ "type": "integer", "minimum": 0 })),
        "Sunset": of("When it will be gone (RFC 8594).", true, text()),
        "Vary": of("What of the request the answer depends on.", true, text()),
        "WWW-Authenticate": of("How to say who one is.", true, text()),
    })
}

/// The forms of answers that are the same in all contexts.
pub(super) fn schemas(components: &mut Components) {
    let link = json!({
        "type": "object", "required": ["href"],
        "properties": {
            "href": { "type": "string" }, "name": { "type": "string" }, "templated": { "type": "boolean" },
            "deprecation": { "type": "string", "format": "uri" },
        },
    });
    components.own("Link", link);
    let one_or_more =
        json!({ "anyOf": [reference("Link"), { "type": "array", "items": reference("Link") }] });
    components.own("Links", json!({ "type": "object", "additionalProperties": one_or_more }));
    let field = json!({
        "type": "object", "required": ["name", "prompt", "required"],
        "properties": { "name": { "type": "string" }, "prompt": { "type": "string" }, "required": { "type": "boolean" } },
    });
    let template = json!({
        "type": "object", "required": ["contentType", "method", "properties", "target", "title"],
        "properties": {
            "contentType": { "type": "string" }, "method": { "type": "string" }, "target": { "type": "string" },
            "title": { "type": "string" }, "properties": { "type": "array", "items": field },
        },
    });
    components.own("Template", template);
    let templates = json!({
        "type": "object", "additionalProperties": reference("Template"),
        "description": "What may be done next; in HAL-FORMS alone.",
    });
    components.own("Templates", templates);
    let resource = json!({
        "type": "object", "required": ["_links"],
        "properties": {
            "id": { "type": "string" }, "_links": reference("Links"), "_templates": reference("Templates"),
        },
    });
    components.own("Resource", resource);
    let item = json!({
        "type": "object",
        "properties": { "key": { "type": "string" }, "_links": reference("Links"), "_templates": reference("Templates") },
    });
    components.own("Listed", item);
    let unseen = json!({
        "type": "object", "required": ["_links", "value"],
        "properties": { "_links": reference("Links"), "_templates": reference("Templates"), "value": { "type": "null" } },
        "description": "It was done, and the caller may not see the aggregate any more.",
    });
    components.own("Unseen", unseen);
    let home = json!({
        "type": "object", "required": ["_links", "context", "summary"],
        "properties": {
            "context": { "type": "string" }, "summary": { "type": "string" },
            "_links": reference("Links"), "_templates": reference("Templates"),
        },
    });
    components.own("Home", home);
    let sum = json!({
        "type": "object", "required": ["amount", "currency"],
        "properties": { "amount": { "type": "string" }, "currency": { "type": "string" } },
    });
    components.own("Sum", sum);
    components.own("Problem", problem());
    components.own("CloudEvent", cloud_event());
}

fn problem() -> Value {
    let fault = json!({
        "type": "object", "required": ["detail", "pointer"],
        "properties": { "detail": { "type": "string" }, "pointer": { "type": "string" } },
    });
    json!({
        "type": "object", "description": "RFC 9457.", "required": ["detail", "status", "title", "type"],
        "properties": {
            "type": { "type": "string", "pattern": "^urn:macadam:problem:[a-z-]+$" },
            "title": { "type": "string" }, "detail": { "type": "string" },
            "status": { "type": "integer", "minimum": 400, "maximum": 599 },
            "rule": { "type": "string", "description": "The rule by which the domain rejected it." },
            "errors": { "type": "array", "items": fault },
        },
    })
}

fn cloud_event() -> Value {
    let text = |names: &[&str]| -> Map<String, Value> {
        names.iter().map(|name| ((*name).to_owned(), json!({ "type": "string" }))).collect()
    };
    let mut members = text(&[
        "id",
        "source",
        "type",
        "subject",
        "datacontenttype",
        "sequence",
        "correlationid",
        "causationid",
        "traceparent",
    ]);
    members.insert("specversion".to_owned(), json!({ "const": "1.0" }));
    members.insert("time".to_owned(), json!({ "type": "string", "format": "date-time" }));
    members.insert("data".to_owned(), json!(true));
    json!({
        "type": "object", "description": "CloudEvents 1.0.", "properties": members,
        "required": ["data", "id", "sequence", "source", "specversion", "subject", "time", "type"],
    })
}

/// A page of items of one form.
pub(super) fn page(item: &Value) -> Value {
    json!({
        "type": "object", "required": ["_embedded", "_links", "position"],
        "properties": {
            "_links": reference("Links"), "position": { "type": "integer", "minimum": 0 },
            "_embedded": {
                "type": "object", "required": ["items"], "properties": { "items": { "type": "array", "items": item } },
            },
        },
    })
}

/// The history of an aggregate with these events.
pub(super) fn history(events: &[&str]) -> Value {
    let id = |nullable: bool| {
        let kind = if nullable { json!(["string", "null"]) } else { json!("string") };
        json!({ "type": kind, "format": "uuid" })
    };
    let actor = json!({
        "type": "object", "required": ["role", "subject"],
        "properties": { "role": { "type": "string" }, "subject": { "type": "string" } },
    });
    let event = json!({
        "type": "object",
        "required": ["actor", "correlation_id", "data", "event", "event_id", "position", "recorded_at", "version"],
        "properties": {
            "event": { "enum": events }, "version": { "type": "integer", "minimum": 1 },
            "position": { "type": "integer", "minimum": 1 }, "event_id": id(false), "correlation_id": id(false),
            "causation_id": id(true), "recorded_at": { "type": "string", "format": "date-time" }, "actor": actor,
            "data": { "description": "What it carries, without what is secret." },
        },
    });
    json!({
        "type": "object", "required": ["_embedded", "_links"],
        "properties": {
            "_links": reference("Links"),
            "_embedded": {
                "type": "object", "required": ["events"], "properties": { "events": { "type": "array", "items": event } },
            },
        },
    })
}
