//! Who sent a request, as handlers and a team's own routes take it.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::Extensions;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use macadam_engine::Caller;

use crate::identity::Refusal;
use crate::problem::Problem;

/// Who sent a request, or why nobody knows.
#[derive(Debug, Clone)]
pub(crate) struct Known(pub Result<Arc<Caller>, Refusal>);

/// The verified subject that sent a request, a person or a service. Routes of a team's own take it as an extractor;
/// whoever has no valid token is answered 401.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthenticatedCaller(pub(crate) Arc<Caller>);

impl Deref for AuthenticatedCaller {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.0
    }
}

impl fmt::Debug for AuthenticatedCaller {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for AuthenticatedCaller {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        authenticated(&parts.extensions).map_err(|refusal| Problem::from(refusal).into_response())
    }
}

/// Who sent the request with these extensions.
pub(crate) fn authenticated(extensions: &Extensions) -> Result<AuthenticatedCaller, Refusal> {
    match extensions.get() {
        Some(Known(Ok(caller))) => Ok(AuthenticatedCaller(caller.clone())),
        Some(Known(Err(refusal))) => Err(*refusal),
        None => Err(Refusal::Missing),
    }
}
