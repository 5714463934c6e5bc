//! Where a client begins: what there is, and what it may create.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::caller::AuthenticatedCaller;
use crate::extract::At;
use crate::forms::{respond, template};
use crate::names::{kebab, view_path};
use crate::problem::Problem;
use crate::state::State;

/// `GET /`
pub(crate) async fn home(state: State, caller: AuthenticatedCaller) -> Result<Response, Problem> {
    let catalog = &state.catalog;
    let mut templates = Map::new();
    let mut find = Vec::new();
    for aggregate in catalog.aggregates() {
        find.push(json!({
            "name": aggregate.name(), "href": format!("/{}/{{id}}", aggregate.plural()), "templated": true,
        }));
        for info in aggregate.commands().into_iter().filter(|info| info.creates) {
            if caller.acting_as(info.actors).is_some() {
                let path = kebab(info.name);
                templates.insert(path.clone(), template(info, &format!("/{}/{path}", aggregate.plural())));
            }
        }
    }
    let readable = catalog.views.iter().map(|view| (view.name(), view.readers(), view.deprecated()));
    let tallies =
        catalog.tallies.iter().map(|tally| (tally.name, tally.readers.as_slice(), tally.deprecated));
    let views: Vec<Value> = readable
        .chain(tallies)
        .filter(|(_, readers, _)| caller.scope(readers).is_some())
        .map(|(name, _, deprecated)| {
            let mut link = json!({ "name": name, "href": view_path(name) });
            if let Some(address) = deprecated.and_then(|deprecated| deprecated.address()) {
                link["deprecation"] = address.into();
            }
            link
        })
        .collect();
    let body = json!({
        "context": catalog.name, "summary": catalog.summary,
        "_links": {
            "self": {"href": "/"}, "find": find, "view": views, "events": {"href": "/events"},
        },
        "_templates": templates,
    });
    Ok(respond(StatusCode::OK, &body))
}

/// `GET /schemas/{command}`: a shape is no secret, so no token is asked for.
pub(crate) async fn schema(state: State, At(command): At<String>) -> Result<Response, Problem> {
    let (_, info) = state.catalog.command(&command).ok_or_else(Problem::not_found)?;
    Ok(info.schema.as_value().to_string().into_response())
}
