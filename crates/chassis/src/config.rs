//! Configuration: defaults, then a file, then the environment, then secret files; later ones win.
//!
//! | source | how |
//! |---|---|
//! | file | TOML, named by `--config` or `MACADAM_CONFIG` |
//! | environment | `MACADAM_<SECTION>__<KEY>`, e.g. `MACADAM_HTTP__LISTEN=0.0.0.0:8080` |
//! | secret file | `MACADAM_<SECTION>__<KEY>_FILE=/run/secrets/…`: the value is the file's content, trimmed |

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use figment::providers::{Format, Serialized, Toml};
use figment::value::{Dict, Map, Value as FigValue};
use figment::{Figment, Metadata, Profile, Provider};
use macadam_kernel::Sensitive;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::telemetry::LogFormat;

/// The `iss` of the development issuer.
pub(crate) const DEV_ISSUER: &str = "https://dev-issuer.macadam.invalid";
const PREFIX: &str = "MACADAM_";
const SECRET: &str = "_FILE";
/// The key that names a file and is no secret.
const READY: &str = "READY_FILE";
/// Variables with the prefix that are not keys of the configuration.
const NOT_KEYS: &[&str] = &["CONFIG"];

/// Everything that can be configured.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The API.
    pub http: Http,
    /// Health and metrics, for the operator alone.
    pub admin: Admin,
    /// Where things are stored.
    pub data: Data,
    /// Whose tokens are believed.
    pub auth: Auth,
    /// How much is taken on at once, and how slow clients may be.
    pub limits: Limits,
    /// Log lines.
    pub log: Log,
    /// Traces.
    pub telemetry: Telemetry,
    /// Deadlines by name: the times that stand in for the board's, e.g. `ApprovalReminder = ["10d", "20d"]`.
    pub deadlines: BTreeMap<String, Vec<String>>,
    /// What the context's own lookups read, as they document it.
    pub domain: BTreeMap<String, Value>,
    /// The process.
    pub runtime: Runtime,
    /// Keys of `[domain]` that a secret file gave.
    #[serde(skip)]
    secrets: Vec<String>,
}

/// The API.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Http {
    /// Address and port; port 0 lets the system choose.
    pub listen: SocketAddr,
    /// Milliseconds that a request may take before it is answered 503.
    pub request_timeout_ms: u64,
    /// Bytes that a request's body may have; more is answered 413.
    pub body_max_bytes: usize,
    /// Seconds for which a feed may be asked to wait for news.
    pub poll_max_seconds: u64,
}

/// Health and metrics.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Admin {
    /// Address and port; port 0 lets the system choose.
    pub listen: SocketAddr,
}

/// Where things are stored.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Data {
    /// The folder of the event log and the views; made where there is none.
    pub dir: PathBuf,
    /// Seconds for which a caller's `Idempotency-Key` is kept, with the answer that was given.
    pub idempotency_keys_kept_seconds: u64,
}

/// Whose tokens are believed.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Auth {
    /// `dev`: tokens of the development issuer. `jwks`: tokens of an identity provider, and no others.
    pub mode: AuthMode,
    /// The `iss` of tokens.
    pub issuer: String,
    /// The `aud` of tokens.
    pub audience: String,
    /// Seconds by which clocks may differ.
    pub leeway_seconds: u64,
    /// Verified tokens that are remembered until they expire.
    pub token_cache_max: usize,
    /// Where the identity provider publishes its keys: https, or http on this machine.
    pub jwks_url: Option<String>,
    /// Certificates (PEM) of the authorities that may vouch for the provider, instead of the system's.
    pub jwks_ca_bundle: Option<PathBuf>,
    /// Seconds after which the keys are fetched again.
    pub jwks_refresh_seconds: u64,
    /// Milliseconds between two fetches at least, whoever asks for unknown keys.
    pub jwks_pause_ms: u64,
    /// Milliseconds that a fetch may take.
    pub jwks_timeout_ms: u64,
    /// Signatures that are accepted from the provider; each key is good for those of its own kind.
    pub algorithms: Vec<SigningAlgorithm>,
    /// The claim that lists the roles, or the way to it: `realm_access.roles`.
    pub roles_claim: String,
    /// The folder of the development issuer's key, made at the first start.
    pub dev_issuer_dir: PathBuf,
    /// The development issuer's private key (PKCS #8, PEM) instead of one made at the first start.
    #[serde(skip_serializing)]
    pub dev_signing_key: Option<Secret>,
    /// Lets the development issuer be believed where http.listen is not loopback: whoever has its key is anybody.
    pub dev_issuer_beyond_loopback: bool,
}

/// Whose tokens are believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AuthMode {
    /// The development issuer's.
    Dev,
    /// Those of the identity provider whose keys are at `auth.jwks_url`.
    Jwks,
}

/// A signature by a private key whose public half is published. Shared secrets are not among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[expect(missing_docs, reason = "RFC 7518 and RFC 8037 say what they are")]
pub enum SigningAlgorithm {
    RS256,
    RS384,
    RS512,
    PS256,
    PS384,
    PS512,
    ES256,
    ES384,
    EdDSA,
}

/// How much is taken on at once, and how slow clients may be.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Requests that are worked on at once; long polls of `/events` are counted apart.
    pub requests_max: usize,
    /// Milliseconds that a request waits for its turn before it is answered 503.
    pub request_wait_ms: u64,
    /// Long polls of `/events` at once.
    pub polls_max: usize,
    /// Requests a minute that one actor may send in the long run; 0 for no limit.
    pub actor_requests_per_minute: u32,
    /// Requests that one actor may send at once.
    pub actor_burst: u32,
    /// Actors whose rate is remembered.
    pub actors_max: usize,
    /// Connections at once; more of them wait to be accepted.
    pub connections_max: usize,
    /// Milliseconds for a request's head, from its first byte; for a connection's first one, from its start.
    pub head_timeout_ms: u64,
    /// Milliseconds for a request's body; then 408.
    pub body_timeout_ms: u64,
    /// Milliseconds for a client to take what is written to it.
    pub write_timeout_ms: u64,
    /// Milliseconds that a connection may wait for its next request.
    pub idle_timeout_ms: u64,
}

/// Log lines.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// `auto`, `json` or `text`.
    pub format: LogFormat,
    /// Which lines: a level, or levels by module.
    pub filter: String,
}

/// Traces.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Telemetry {
    /// A collector that takes OTLP over HTTP, e.g. `http://127.0.0.1:4318`; without one no span is recorded.
    pub otlp_endpoint: Option<String>,
    /// The share of traces that is recorded, from 0 to 1; of those that a client began, the client decides.
    pub sample_ratio: f64,
    /// What this runs in, e.g. `production`; stands on each span as `deployment.environment.name`.
    pub environment: Option<String>,
    /// Spans that may wait for the collector; what finds no place is dropped, and counted.
    pub queue_max_spans: usize,
    /// Milliseconds between two batches.
    pub export_interval_ms: u64,
    /// Milliseconds after which a collector that does not answer is given up for this batch.
    pub export_timeout_ms: u64,
}

/// The process.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Runtime {
    /// Milliseconds in which requests are still taken after a signal to stop, while `/health/ready` says no.
    pub drain_delay_ms: u64,
    /// Milliseconds that requests under way have to end after that.
    pub drain_timeout_ms: u64,
    /// Milliseconds that a reader may wait for a view to reach a position.
    pub read_wait_max_ms: u64,
    /// A file to write the addresses to, as JSON, once both ports are open.
    pub ready_file: Option<PathBuf>,
}

/// Text that must not be seen.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Secret(
    #[serde(with = "macadam_kernel::values::sensitive::revealed::<String>")] pub(crate) Sensitive<String>,
);

impl Default for Http {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            request_timeout_ms: 10_000,
            body_max_bytes: 256 * 1024,
            poll_max_seconds: 25,
        }
    }
}

impl Default for Admin {
    fn default() -> Self {
        Self { listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)) }
    }
}

impl Default for Data {
    fn default() -> Self {
        Self { dir: PathBuf::from(".macadam/data"), idempotency_keys_kept_seconds: 7 * 24 * 60 * 60 }
    }
}

impl Default for Auth {
    fn default() -> Self {
        use SigningAlgorithm::{ES256, ES384, EdDSA, PS256, RS256};
        Self {
            mode: AuthMode::Dev,
            issuer: DEV_ISSUER.to_owned(),
            audience: "macadam".to_owned(),
            leeway_seconds: 30,
            token_cache_max: 10_000,
            jwks_url: None,
            jwks_ca_bundle: None,
            jwks_refresh_seconds: 300,
            jwks_pause_ms: 5_000,
            jwks_timeout_ms: 5_000,
            algorithms: vec![RS256, PS256, ES256, ES384, EdDSA],
            roles_claim: "roles".to_owned(),
            dev_issuer_dir: PathBuf::from(".macadam/dev-issuer"),
            dev_signing_key: None,
            dev_issuer_beyond_loopback: false,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            requests_max: 256,
            request_wait_ms: 250,
            polls_max: 256,
            actor_requests_per_minute: 0,
            actor_burst: 100,
            actors_max: 10_000,
            connections_max: 1_024,
            head_timeout_ms: 5_000,
            body_timeout_ms: 10_000,
            write_timeout_ms: 30_000,
            idle_timeout_ms: 75_000,
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self { format: LogFormat::Auto, filter: "info".to_owned() }
    }
}

impl Default for Telemetry {
    fn default() -> Self {
        Self {
            otlp_endpoint: None,
            sample_ratio: 0.1,
            environment: None,
            queue_max_spans: 2_048,
            export_interval_ms: 1_000,
            export_timeout_ms: 5_000,
        }
    }
}

impl Default for Runtime {
    fn default() -> Self {
        Self { drain_delay_ms: 0, drain_timeout_ms: 10_000, read_wait_max_ms: 2_000, ready_file: None }
    }
}

/// One environment variable, so that what is wrong is said of it by its name.
struct Variable {
    /// Without the prefix.
    name: String,
    value: FigValue,
}

impl Provider for Variable {
    fn metadata(&self) -> Metadata {
        Metadata::named(format!("environment variable `{PREFIX}{}`", self.name))
    }

    fn data(&self) -> figment::Result<Map<Profile, Dict>> {
        let key = self.name.to_ascii_lowercase().replace("__", ".");
        let nested = figment::util::nest(&key, self.value.clone());
        Ok(Profile::Default.collect(nested.into_dict().unwrap_or_default()))
    }
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A source says something that does not fit.
    #[error("read the configuration")]
    Invalid(#[from] Box<figment::Error>),
    /// A secret file cannot be read.
    #[error("read the secret file of {variable}, `{}`", path.display())]
    Secret {
        /// The variable that names it.
        variable: String,
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The named file is not there.
    #[error("no configuration file `{}`", .0.display())]
    Missing(PathBuf),
}

impl Config {
    /// Reads all sources.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        // Other programs' variables may hold anything; those of ours that are no text are named as such.
        let text = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
        Self::from_sources(file, std::env::vars_os().map(|(name, value)| (text(name), text(value))))
    }

    fn from_sources(
        file: Option<&Path>,
        vars: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let mut figment = Figment::from(Serialized::defaults(Self::default()));
        if let Some(file) = file {
            if !file.is_file() {
                return Err(ConfigError::Missing(file.to_owned()));
            }
            figment = figment.merge(Toml::file_exact(file));
        }
        // Plain values first: whoever brings a secret file means it to win.
        let (secrets, plain): (Vec<_>, Vec<_>) = vars
            .filter_map(|(name, value)| Some((name.strip_prefix(PREFIX)?.to_owned(), value)))
            .filter(|(key, _)| !NOT_KEYS.contains(&key.as_str()))
            .partition(|(key, _)| key.ends_with(SECRET) && !key.ends_with(READY));
        for (key, text) in plain {
            figment =
                figment.merge(Variable { value: text.parse().unwrap_or(FigValue::from(text)), name: key });
        }
        let mut from_files = Vec::new();
        for (key, path) in secrets {
            let path = PathBuf::from(path);
            let content = std::fs::read_to_string(&path).map_err(|source| ConfigError::Secret {
                variable: format!("{PREFIX}{key}"),
                path,
                source,
            })?;
            let name = key[..key.len() - SECRET.len()].to_owned();
            from_files.extend(name.to_ascii_lowercase().strip_prefix("domain__").map(ToOwned::to_owned));
            figment = figment.merge(Variable { name, value: content.trim().into() });
        }
        let mut config: Self = figment.extract().map_err(|error| ConfigError::Invalid(Box::new(error)))?;
        config.secrets = from_files;
        Ok(config)
    }

    /// What `[domain]` says under this key, for the context's own lookups; none where it says nothing.
    pub fn domain<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, String> {
        let Some(value) = self.domain.get(key) else { return Ok(None) };
        let secret = self.secrets.iter().any(|secret| secret == key);
        serde_json::from_value(value.clone()).map(Some).map_err(|error| {
            if secret {
                format!("read domain.{key}: it has another form")
            } else {
                format!("read domain.{key}: {error}")
            }
        })
    }

    /// The configuration in force, as commented TOML, with secrets masked.
    pub fn print(&self) -> String {
        let schema = schemars::schema_for!(Self);
        let mut values = serde_json::to_value(self).unwrap_or_default();
        if self.auth.dev_signing_key.is_some() {
            values["auth"]["dev_signing_key"] = "***".into();
        }
        for key in &self.secrets {
            values["domain"][key] = "***".into();
        }
        let mut text = String::new();
        let Some(sections) = values.as_object() else { return text };
        for (section, keys) in sections {
            let doc = schema.pointer(&format!("/properties/{section}/description"));
            push_doc(&mut text, doc);
            text.push_str(&format!("[{section}]\n"));
            let name = schema.pointer(&format!("/properties/{section}/$ref")).and_then(Value::as_str);
            let shape = name.and_then(|name| schema.pointer(name.trim_start_matches('#')));
            let known = shape.and_then(|shape| shape.get("properties")).and_then(Value::as_object);
            for (key, value) in keys.as_object().into_iter().flatten() {
                push_doc(&mut text, known.and_then(|known| known.get(key)?.get("description")));
                match value {
                    Value::Null => text.push_str(&format!("# {key} = (not set)\n")),
                    value => text.push_str(&format!("{key} = {value}\n")),
                }
            }
            for (key, property) in known.into_iter().flatten().filter(|(key, _)| keys.get(key).is_none()) {
                push_doc(&mut text, property.get("description"));
                text.push_str(&format!("# {key} = (not set)\n"));
            }
            text.push('\n');
        }
        text
    }
}

fn push_doc(text: &mut String, doc: Option<&Value>) {
    for line in doc.and_then(Value::as_str).unwrap_or_default().lines() {
        text.push_str(&format!("# {line}\n"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret_from(content: &str) -> Config {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(file.path(), content).expect("writable");
        let variable = ("MACADAM_AUTH__DEV_SIGNING_KEY_FILE".to_owned(), file.path().display().to_string());
        Config::from_sources(None, std::iter::once(variable)).expect("valid")
    }

    #[test]
    fn a_secret_file_is_read_and_never_printed() {
        let config = secret_from("hush\n");
        assert_eq!(config.auth.dev_signing_key.as_ref().map(|key| key.0.reveal().as_str()), Some("hush"));
        assert!(!config.print().contains("hush"));
        assert!(config.print().contains("dev_signing_key = \"***\""), "{}", config.print());
        assert!(!format!("{config:?}").contains("hush"));
    }

    #[test]
    fn a_secret_of_the_domain_is_not_printed_either() {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(file.path(), "hush").expect("writable");
        let variable = ("MACADAM_DOMAIN__API_KEY_FILE".to_owned(), file.path().display().to_string());
        let config = Config::from_sources(None, std::iter::once(variable)).expect("valid");
        assert_eq!(config.domain::<String>("api_key"), Ok(Some("hush".to_owned())));
        assert!(!config.print().contains("hush"), "{}", config.print());
    }

    #[test]
    fn what_is_printed_can_be_read_again() {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(file.path(), Config::default().print()).expect("writable");
        let read = Config::from_sources(Some(file.path()), std::iter::empty()).expect("valid");
        assert_eq!(format!("{read:?}"), format!("{:?}", Config::default()));
    }

    #[test]
    fn every_key_is_documented() {
        let document = include_str!("../../../docs/book/configuration.md");
        for line in Config::default().print().lines() {
            if let Some(section) = line.strip_prefix('[') {
                assert!(document.contains(&format!("### `[{section}`")), "[{section}");
            } else if let Some((key, _)) = line.trim_start_matches("# ").split_once(" = ")
                // Else it is a sentence.
                && !key.contains(' ')
            {
                assert!(document.contains(&format!("| `{key}` |")), "{key}");
            }
        }
    }

    #[test]
    fn a_shared_secret_is_no_algorithm() {
        let error = load("", &[("MACADAM_AUTH__ALGORITHMS", "[\"HS256\"]")]).expect_err("refused");
        assert!(crate::telemetry::chain(&error).contains("HS256"), "{error:?}");
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_name() {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(file.path(), "[http]\nport = 80\n").expect("writable");
        let error = Config::from_sources(Some(file.path()), std::iter::empty()).expect_err("unknown");
        assert!(crate::telemetry::chain(&error).contains("port"), "{error:?}");
    }

    #[test]
    fn a_missing_secret_file_is_named_with_its_variable() {
        let variable = ("MACADAM_AUTH__DEV_SIGNING_KEY_FILE".to_owned(), "/nowhere".to_owned());
        let error = Config::from_sources(None, std::iter::once(variable)).expect_err("missing");
        assert!(error.to_string().contains("MACADAM_AUTH__DEV_SIGNING_KEY_FILE"));
    }

    fn load(file: &str, vars: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let kept = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(kept.path(), file).expect("writable");
        let vars = vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Config::from_sources(Some(kept.path()), vars)
    }

    #[test]
    fn the_environment_wins_over_the_file_and_the_file_over_the_defaults() {
        let file = "[http]\nrequest_timeout_ms = 1\nbody_max_bytes = 2\n[deadlines]\nReminder = [\"1d\"]\n";
        let config = load(
            file,
            &[
                ("MACADAM_HTTP__REQUEST_TIMEOUT_MS", "3"),
                ("MACADAM_DEADLINES__OTHER", "[\"5ms\", \"9ms\"]"),
                ("MACADAM_RUNTIME__READY_FILE", "/tmp/ready"),
                ("MACADAM_CONFIG", "not a key"),
                ("OTHER_HTTP__BODY_MAX_BYTES", "4"),
            ],
        )
        .expect("valid");
        assert_eq!((config.http.request_timeout_ms, config.http.body_max_bytes), (3, 2));
        assert_eq!(config.http.poll_max_seconds, Http::default().poll_max_seconds);
        assert_eq!(config.deadlines["Reminder"], ["1d"]);
        assert_eq!(config.deadlines["other"], ["5ms", "9ms"]);
        assert_eq!(config.runtime.ready_file, Some(PathBuf::from("/tmp/ready")));
    }

    #[test]
    fn a_bad_value_is_named_with_its_source() {
        let error = load("", &[("MACADAM_HTTP__LISTEN", "nowhere")]).expect_err("no address");
        let text = crate::telemetry::chain(&error);
        assert!(text.contains("MACADAM_HTTP__LISTEN") && text.contains("http.listen"), "{text}");
        let error = load("[http]\nbody_max_bytes = \"many\"\n", &[]).expect_err("no number");
        let text = crate::telemetry::chain(&error);
        assert!(text.contains("http.body_max_bytes") && text.contains("TOML file"), "{text}");
        let error = load("", &[("MACADAM_HTTP__PORT", "80")]).expect_err("unknown");
        assert!(crate::telemetry::chain(&error).contains("MACADAM_HTTP__PORT"), "{error:?}");
    }

    #[test]
    fn a_secret_file_wins_over_a_plain_variable() {
        let secret = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(secret.path(), "from the file").expect("writable");
        let file = secret.path().display().to_string();
        let vars = [
            ("MACADAM_AUTH__DEV_SIGNING_KEY_FILE", file.as_str()),
            ("MACADAM_AUTH__DEV_SIGNING_KEY", "plain"),
        ];
        let config = load("", &vars).expect("valid");
        assert_eq!(
            config.auth.dev_signing_key.map(|key| key.0.into_inner()).as_deref(),
            Some("from the file")
        );
    }
}
