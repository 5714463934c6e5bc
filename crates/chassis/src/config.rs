//! Configuration: defaults, then a file, then the environment, then secret files; later ones win.
//!
//! | source | how |
//! |---|---|
//! | file | TOML, named by `--config` or `MACADAM_CONFIG` |
//! | environment | `MACADAM_<SECTION>__<KEY>`, e.g. `MACADAM_HTTP__LISTEN=0.0.0.0:8080` |
//! | secret file | `MACADAM_<SECTION>__<KEY>_FILE=/run/secrets/…`: the value is the file's content, trimmed |

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use figment::providers::{Format, Serialized, Toml};
use figment::value::{Dict, Map, Value as FigValue};
use figment::{Figment, Metadata, Profile, Provider};
pub use macadam_event_log::DataSettings;
pub use macadam_http::{
    AdminSettings, AuthMode, AuthSettings, HttpSettings, LimitSettings, Secret, SigningAlgorithm,
};
pub use macadam_telemetry::{LogFormat, LogSettings, TelemetrySettings};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

const PREFIX: &str = "MACADAM_";
const SECRET: &str = "_FILE";
/// The key that names a file and is no secret.
const READY: &str = "READY_FILE";
/// Variables with the prefix that are not keys of the configuration.
const NOT_KEYS: &[&str] = &["CONFIG", "COMMIT"];

/// Everything that can be configured.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The API.
    pub http: HttpSettings,
    /// Health and metrics, for the operator alone.
    pub admin: AdminSettings,
    /// Where things are stored.
    pub data: DataSettings,
    /// Whose tokens are believed.
    pub auth: AuthSettings,
    /// How much is taken on at once, and how slow clients may be.
    pub limits: LimitSettings,
    /// Log lines.
    pub log: LogSettings,
    /// Traces.
    pub telemetry: TelemetrySettings,
    /// Deadlines by name: the times that stand in for the board's, e.g. `ApprovalReminder = ["10d", "20d"]`.
    pub deadlines: BTreeMap<String, Vec<String>>,
    /// What the context's own lookups read, as they document it.
    pub domain: BTreeMap<String, Value>,
    /// The process.
    pub runtime: RuntimeSettings,
    /// Keys of `[domain]` that a secret file gave.
    #[serde(skip)]
    secrets: Vec<String>,
}

/// The process.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RuntimeSettings {
    /// Milliseconds in which requests are still taken after a signal to stop, while `/health/ready` answers 503.
    pub drain_delay_ms: u64,
    /// Milliseconds that requests under way have to end after that.
    pub drain_timeout_ms: u64,
    /// Milliseconds that a reader may wait for a view to reach a position.
    pub read_wait_max_ms: u64,
    /// A file to write the addresses to, as JSON, once both ports are open.
    pub ready_file: Option<PathBuf>,
}

impl Default for RuntimeSettings {
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

/// A key of `[domain]` that does not hold what the context's lookups read there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("read domain.{key}: {fault}")]
pub struct DomainKeyError {
    key: String,
    fault: String,
}

/// Facts are made by functions whose errors are text.
impl From<DomainKeyError> for String {
    fn from(error: DomainKeyError) -> Self {
        error.to_string()
    }
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
    pub fn domain<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, DomainKeyError> {
        let Some(value) = self.domain.get(key) else { return Ok(None) };
        let secret = self.secrets.iter().any(|secret| secret == key);
        serde_json::from_value(value.clone()).map(Some).map_err(|error| DomainKeyError {
            key: key.to_owned(),
            // The parser's own words may quote what a secret file holds.
            fault: if secret { "it has another form".to_owned() } else { error.to_string() },
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
        assert_eq!(config.auth.dev_signing_key.as_ref().map(|key| key.reveal().as_str()), Some("hush"));
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
        assert!(macadam_telemetry::chain(&error).contains("HS256"), "{error:?}");
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_name() {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(file.path(), "[http]\nport = 80\n").expect("writable");
        let error = Config::from_sources(Some(file.path()), std::iter::empty()).expect_err("unknown");
        assert!(macadam_telemetry::chain(&error).contains("port"), "{error:?}");
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
                ("MACADAM_COMMIT", "known when this was built"),
                ("OTHER_HTTP__BODY_MAX_BYTES", "4"),
            ],
        )
        .expect("valid");
        assert_eq!((config.http.request_timeout_ms, config.http.body_max_bytes), (3, 2));
        assert_eq!(config.http.poll_max_seconds, HttpSettings::default().poll_max_seconds);
        assert_eq!(config.deadlines["Reminder"], ["1d"]);
        assert_eq!(config.deadlines["other"], ["5ms", "9ms"]);
        assert_eq!(config.runtime.ready_file, Some(PathBuf::from("/tmp/ready")));
    }

    #[test]
    fn a_bad_value_is_named_with_its_source() {
        let error = load("", &[("MACADAM_HTTP__LISTEN", "nowhere")]).expect_err("no address");
        let text = macadam_telemetry::chain(&error);
        assert!(text.contains("MACADAM_HTTP__LISTEN") && text.contains("http.listen"), "{text}");
        let error = load("[http]\nbody_max_bytes = \"many\"\n", &[]).expect_err("no number");
        let text = macadam_telemetry::chain(&error);
        assert!(text.contains("http.body_max_bytes") && text.contains("TOML file"), "{text}");
        let error = load("", &[("MACADAM_HTTP__PORT", "80")]).expect_err("unknown");
        assert!(macadam_telemetry::chain(&error).contains("MACADAM_HTTP__PORT"), "{error:?}");
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
            config.auth.dev_signing_key.as_ref().map(|key| key.reveal().as_str()),
            Some("from the file")
        );
    }
}
