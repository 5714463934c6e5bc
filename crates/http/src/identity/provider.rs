//! An identity provider, whose keys are fetched: at the start, from time to time, and when a token names a new one.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::http::Uri;
use macadam_telemetry::chain;
use tokio::sync::{Notify, Semaphore, watch};
use ureq::Agent;
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};

use super::error::AuthError;
use super::key_set::KeySet;
use crate::settings::{AuthSettings, DEV_ISSUER, SigningAlgorithm};

/// Far more than any set of keys has.
const BYTES_MAX: u64 = 1024 * 1024;

/// How long a request waits for keys that its token made us fetch.
const ASK_WAIT: Duration = Duration::from_secs(1);

/// How many requests wait so at once. Whoever invents key ids must not take all places with it.
const ASKERS_MAX: usize = 64;

/// Where keys come from.
pub struct Provider {
    agent: Agent,
    url: String,
    /// The URL as it may be logged: what could be a secret in it is left out.
    place: String,
    algorithms: Vec<SigningAlgorithm>,
    cached: usize,
    refresh: Duration,
    pause: Duration,
    keys: watch::Sender<Option<Arc<KeySet>>>,
    round: watch::Sender<Round>,
    wanted: Notify,
    askers: Semaphore,
}

/// How often the provider was asked, and what goes on now.
#[derive(Debug, Clone, Copy)]
struct Round {
    ended: u64,
    phase: Phase,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Fetching,
    /// Nobody makes us ask: random key ids must not become the provider's load.
    Pausing,
    Waiting,
}

/// Why there are no new keys.
#[derive(Debug, thiserror::Error)]
enum FetchError {
    #[error("reach the identity provider")]
    Http(#[from] ureq::Error),
    #[error("the identity provider answered {0}")]
    Status(u16),
    #[error(
        "the identity provider's answer is no JWKS with a key for signatures that auth.algorithms allows"
    )]
    NoKeys,
}

impl Provider {
    /// The configured one; nothing is fetched yet.
    pub(super) fn new(auth: &AuthSettings) -> Result<Self, AuthError> {
        let url = auth.jwks_url.clone().ok_or(AuthError::Setting("jwks_url", "needed in the mode `jwks`"))?;
        if auth.issuer == DEV_ISSUER {
            return Err(AuthError::Setting("issuer", "the identity provider's `iss` is needed"));
        }
        if auth.algorithms.is_empty() {
            return Err(AuthError::Setting("algorithms", "one at least is needed"));
        }
        let uri: Uri = url.parse().map_err(|_| AuthError::Setting("jwks_url", "not a URL"))?;
        let secure = uri.scheme_str() == Some("https");
        let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
        let local = host == "localhost" || host.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback());
        if !(secure || local && uri.scheme_str() == Some("http")) {
            let why = "https is needed: whoever can change the keys on their way can act as anyone";
            return Err(AuthError::Setting("jwks_url", why));
        }
        let mut agent = Agent::config_builder()
            .http_status_as_error(false)
            // Where the keys come from is configured, and not for others to say.
            .max_redirects(0)
            .https_only(secure)
            .timeout_global(Some(Duration::from_millis(auth.jwks_timeout_ms)));
        if secure {
            agent = agent.tls_config(tls(auth.jwks_ca_bundle.as_deref())?);
        }
        if local {
            agent = agent.proxy(None);
        }
        Ok(Self {
            agent: agent.build().into(),
            url,
            place: place(&uri),
            algorithms: auth.algorithms.clone(),
            cached: auth.token_cache_max,
            refresh: Duration::from_secs(auth.jwks_refresh_seconds),
            pause: Duration::from_millis(auth.jwks_pause_ms.max(1)),
            keys: watch::Sender::new(None),
            round: watch::Sender::new(Round { ended: 0, phase: Phase::Waiting }),
            wanted: Notify::new(),
            askers: Semaphore::new(ASKERS_MAX),
        })
    }

    /// The keys at hand, as they come and go.
    pub(super) fn keys(&self) -> watch::Receiver<Option<Arc<KeySet>>> {
        self.keys.subscribe()
    }

    /// Asks for new keys and waits for them a while. False if the provider was asked only just now.
    pub(super) async fn asked_anew(&self) -> bool {
        let mut rounds = self.round.subscribe();
        let now = *rounds.borrow_and_update();
        if now.phase != Phase::Fetching {
            self.wanted.notify_one();
        }
        if now.phase == Phase::Pausing {
            return false;
        }
        let Ok(_asker) = self.askers.try_acquire() else { return false };
        let ended = rounds.wait_for(|round| round.ended > now.ended);
        tokio::time::timeout(ASK_WAIT, ended).await.is_ok()
    }

    fn enter(&self, phase: Phase) {
        self.round.send_modify(|round| round.phase = phase);
    }

    fn fetch(&self) -> Result<KeySet, FetchError> {
        let mut response = self.agent.get(&self.url).header("accept", "application/json").call()?;
        if response.status() != 200 {
            return Err(FetchError::Status(response.status().as_u16()));
        }
        let text = response.body_mut().with_config().limit(BYTES_MAX).read_to_vec()?;
        KeySet::read(&text, &self.algorithms, self.cached).ok_or(FetchError::NoKeys)
    }

    /// Fetches the keys now, and takes them over; false where nothing came. Blocks.
    pub fn refresh(&self) -> bool {
        self.take(self.fetch())
    }

    /// Takes over what was fetched. What is at hand stays where nothing came, and where the same came again, so that
    /// the tokens it has vouched for need no second look.
    fn take(&self, fetched: Result<KeySet, FetchError>) -> bool {
        match fetched {
            Ok(fresh) => {
                let changed = self.keys.send_if_modified(|keys| {
                    let changed = !keys.as_ref().is_some_and(|keys| keys.is_same(&fresh));
                    if changed {
                        *keys = Some(Arc::new(fresh));
                    }
                    changed
                });
                if changed && let Some(keys) = &*self.keys.borrow() {
                    tracing::info!(keys = ?keys.ids(), "the identity provider's keys have changed");
                }
                true
            }
            Err(error) => {
                let held = self.keys.borrow().is_some();
                let error = chain(&error);
                let place = &*self.place;
                tracing::error!(
                    error,
                    held,
                    "the identity provider's keys could not be fetched from {place}: see auth.jwks_url"
                );
                false
            }
        }
    }
}

fn place(uri: &Uri) -> String {
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    let address = authority.rsplit_once('@').map_or(authority, |(_, address)| address);
    format!("{}://{address}{}", uri.scheme_str().unwrap_or_default(), uri.path())
}

/// Keeps the keys of the configured provider fresh until `stop` is true; `count` is called after each fetch with
/// whether it brought keys.
pub async fn run(provider: Arc<Provider>, count: impl Fn(bool) + Send, mut stop: watch::Receiver<bool>) {
    let work = async {
        loop {
            provider.enter(Phase::Fetching);
            let asking = provider.clone();
            // A blocking client: nothing waits for it but this task, and no request does its work.
            let fetched = tokio::task::spawn_blocking(move || asking.refresh()).await.unwrap_or_default();
            count(fetched);
            provider.round.send_modify(|round| {
                *round = Round { ended: round.ended + 1, phase: Phase::Pausing };
            });
            tokio::time::sleep(provider.pause).await;
            provider.enter(Phase::Waiting);
            if fetched {
                tokio::select! {
                    () = tokio::time::sleep(provider.refresh.saturating_sub(provider.pause)) => {}
                    () = provider.wanted.notified() => {}
                }
            }
        }
    };
    tokio::select! {
        () = work => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
}

fn tls(bundle: Option<&Path>) -> Result<TlsConfig, AuthError> {
    let roots = match bundle {
        // The system's, as its operator keeps them; a list built in would age with the binary.
        None => RootCerts::PlatformVerifier,
        Some(path) => {
            let failed = |source| AuthError::Bundle { path: PathBuf::from(path), source };
            let pem = std::fs::read(path).map_err(failed)?;
            let certificates: Vec<_> = parse_pem(&pem)
                .filter_map(|item| match item {
                    Ok(PemItem::Certificate(certificate)) => Some(certificate),
                    _ => None,
                })
                .collect();
            if certificates.is_empty() {
                return Err(AuthError::Setting("jwks_ca_bundle", "no certificate in PEM is in that file"));
            }
            certificates.into()
        }
    };
    let ring = Arc::new(rustls::crypto::ring::default_provider());
    Ok(TlsConfig::builder().root_certs(roots).unversioned_rustls_crypto_provider(ring).build())
}
