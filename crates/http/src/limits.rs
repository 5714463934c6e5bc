//! How much is taken on at once: what goes beyond is refused at once, and costs nothing more.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use macadam_telemetry::{Exposition, StartTimes};
use quick_cache::sync::Cache;
use tokio::sync::Semaphore;

use crate::caller::Known;
use crate::metrics::HttpMetrics;
use crate::problem::Problem;
use crate::routes::RouteTable;
use crate::settings::LimitSettings;

/// Places for requests and polls, and each actor's rate.
pub(crate) struct Limits {
    requests: Semaphore,
    polls: Semaphore,
    requests_max: usize,
    polls_max: usize,
    connections_max: usize,
    /// Of requests that work or wait for a place; polls wait because they are meant to.
    under_way: Arc<StartTimes>,
    wait: Duration,
    rates: Option<Rates>,
    routes: Arc<RouteTable>,
    metrics: Arc<HttpMetrics>,
}

struct Rates {
    quota: Quota,
    /// Of so many actors; whoever is forgotten begins with a full allowance.
    actors: Cache<String, Arc<DefaultDirectRateLimiter>>,
    clock: DefaultClock,
}

impl Limits {
    pub(crate) fn new(config: &LimitSettings, routes: Arc<RouteTable>, metrics: Arc<HttpMetrics>) -> Self {
        let places = |count: usize| Semaphore::new(count.min(Semaphore::MAX_PERMITS));
        Self {
            requests: places(config.requests_max),
            polls: places(config.polls_max),
            requests_max: config.requests_max,
            polls_max: config.polls_max,
            connections_max: config.connections_max,
            // A connection has one request at a time.
            under_way: StartTimes::new(config.connections_max),
            wait: Duration::from_millis(config.request_wait_ms),
            rates: Rates::new(config),
            routes,
            metrics,
        }
    }

    /// Has each scrape say how old the oldest request is, and how much of each limit is used.
    pub(crate) fn report_at_scrape(self: &Arc<Self>, exposition: &Exposition) {
        let limits = self.clone();
        exposition.at_scrape(move || {
            let ingress = &limits.metrics.ingress;
            ingress.oldest_request.set(limits.under_way.oldest().as_secs_f64());
            let used = |places: &Semaphore, max: usize| max.saturating_sub(places.available_permits());
            ingress.request_limit.set(used(&limits.requests, limits.requests_max), limits.requests_max);
            ingress.poll_limit.set(used(&limits.polls, limits.polls_max), limits.polls_max);
            ingress.connection_limit.set(ingress.open_connections(), limits.connections_max);
        });
    }
}

impl Rates {
    fn new(config: &LimitSettings) -> Option<Self> {
        let burst = NonZeroU32::new(config.actor_burst).unwrap_or(NonZeroU32::MIN);
        NonZeroU32::new(config.actor_requests_per_minute).map(|rate| Self {
            quota: Quota::per_minute(rate).allow_burst(burst),
            actors: Cache::new(config.actors_max),
            clock: DefaultClock::default(),
        })
    }

    /// How long the actor has to wait, if it was too quick.
    fn wait(&self, actor: &str) -> Option<Duration> {
        let limiter = self.actors.get(actor).unwrap_or_else(|| {
            let fresh = Arc::new(RateLimiter::direct(self.quota));
            self.actors.insert(actor.to_owned(), fresh.clone());
            fresh
        });
        limiter.check().err().map(|refused| refused.wait_time_from(self.clock.now()))
    }
}

/// Lets so many requests in. A moment's rush waits; what would only wait to be too late is sent away.
pub(crate) async fn admitted(State(limits): State<Arc<Limits>>, request: Request, next: Next) -> Response {
    // A poll waits and does nothing meanwhile: it must not take the place of those who work.
    let (places, what, _under_way) = if request.uri().path() == limits.routes.polled() {
        (&limits.polls, "polls", None)
    } else {
        (&limits.requests, "requests", Some(limits.under_way.begin()))
    };
    let Ok(Ok(_place)) = tokio::time::timeout(limits.wait, places.acquire()).await else {
        limits.metrics.ingress.turned_away(what);
        let detail = format!("too many {what} at once; nothing was changed");
        return Problem::unavailable("overloaded", detail).into_response();
    };
    next.run(request).await
}

/// Holds each known caller to its rate. Strangers are refused anyway, or see what is no secret.
pub(crate) async fn rated(State(limits): State<Arc<Limits>>, request: Request, next: Next) -> Response {
    if let Some(rates) = &limits.rates
        && let Some(Known(Ok(caller))) = request.extensions().get()
        && let Some(wait) = rates.wait(caller.subject())
    {
        limits.metrics.ingress.turned_away("rate");
        return Problem::too_many(wait).into_response();
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_actors_are_remembered_than_configured() {
        let config = LimitSettings {
            actor_requests_per_minute: 1,
            actor_burst: 1,
            actors_max: 8,
            ..LimitSettings::default()
        };
        let rates = Rates::new(&config).expect("a rate is configured");
        for number in 0..100 {
            assert_eq!(rates.wait(&format!("actor {number}")), None);
        }
        assert!(rates.actors.len() <= 8, "{}", rates.actors.len());
    }
}
