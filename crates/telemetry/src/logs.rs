//! Logs: one flat JSON object a line in the field names of ECS, or lines for people on a terminal.

use std::fmt;
use std::io::IsTerminal;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::EnvFilter;
pub use tracing_subscriber::filter::ParseError as FilterError;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use crate::trace_context::TraceContext;

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// Text on a terminal, JSON elsewhere.
    #[default]
    Auto,
    /// One JSON object a line.
    Json,
    /// For people.
    Text,
}

/// Sends log lines to stderr. A second call, as tests make it, changes nothing.
pub fn init_logs(service: &'static str, format: LogFormat, filter: &str) -> Result<(), FilterError> {
    let json = match format {
        LogFormat::Auto => !std::io::stderr().is_terminal(),
        LogFormat::Json => true,
        LogFormat::Text => false,
    };
    let builder = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::builder().parse(filter)?)
        .with_writer(std::io::stderr);
    let _ = if json { builder.event_format(EcsFormat { service }).try_init() } else { builder.try_init() };
    Ok(())
}

/// The flat JSON form of a log line.
pub struct EcsFormat {
    /// What `service.name` says on each line.
    pub service: &'static str,
}

impl<S, N> FormatEvent<S, N> for EcsFormat
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut line = Map::new();
        line.insert("@timestamp".into(), Timestamp::now().to_string().into());
        line.insert("log.level".into(), event.metadata().level().as_str().to_lowercase().into());
        line.insert("service.name".into(), self.service.into());
        line.insert("log.logger".into(), event.metadata().target().into());
        TraceContext::with(|context| {
            line.insert("trace.id".into(), context.traceparent.id.to_string().into());
            line.insert("span.id".into(), context.traceparent.span.to_string().into());
            line.insert("correlation.id".into(), context.correlation.to_string().into());
        });
        event.record(&mut Fields(&mut line));
        writeln!(writer, "{}", Value::Object(line))
    }
}

/// Takes an event's fields as they are: what must not be seen has no form that gets here.
struct Fields<'a>(&'a mut Map<String, Value>);

impl Fields<'_> {
    fn put(&mut self, field: &Field, value: impl Into<Value>) {
        // Underscores are how Rust spells the dots of ECS: `trace_id` is `trace.id`.
        let name = match field.name() {
            "error" => "error.message".to_owned(),
            name @ ("trace_id" | "span_id" | "correlation_id" | "event_action" | "server_address") => {
                name.replace('_', ".")
            }
            name => name.to_owned(),
        };
        self.0.insert(name, value.into());
    }
}

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, format!("{value:?}"));
    }
    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value);
    }
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value);
    }
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value);
    }
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value);
    }
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value);
    }
    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        self.put(field, chain(value));
    }
}

/// An error with its sources, each said once.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use macadam_kernel::Sensitive;
    use tracing_subscriber::fmt::MakeWriter;

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("no panic").extend(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl MakeWriter<'_> for Lines {
        type Writer = Self;
        fn make_writer(&self) -> Self {
            self.clone()
        }
    }

    fn logged(log: impl FnOnce()) -> Vec<Value> {
        let lines = Lines::default();
        let builder = tracing_subscriber::fmt().with_writer(lines.clone());
        let subscriber = builder.event_format(EcsFormat { service: "shop" }).finish();
        tracing::subscriber::with_default(subscriber, log);
        let text = String::from_utf8(lines.0.lock().expect("no panic").clone()).expect("text");
        text.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect()
    }

    #[test]
    fn a_line_is_flat_json_in_the_names_of_ecs() {
        let lines = logged(|| {
            tracing::warn!(
                correlation_id = "abc",
                count = 3,
                good = true,
                error = "broken",
                "two\nlines of {}",
                7
            );
        });
        assert_eq!(lines.len(), 1, "a line break stays inside its line");
        let line = lines[0].as_object().expect("an object");
        assert!(line.values().all(|value| !value.is_object() && !value.is_array()), "{line:?}");
        assert_eq!(line["message"], "two\nlines of 7");
        assert_eq!(line["log.level"], "warn");
        assert_eq!(line["service.name"], "shop");
        assert_eq!(line["correlation.id"], "abc");
        assert_eq!((&line["count"], &line["good"]), (&Value::from(3), &Value::from(true)));
        assert_eq!(line["error.message"], "broken");
        let at: Result<Timestamp, _> = line["@timestamp"].as_str().expect("text").parse();
        assert!(at.is_ok(), "{line:?}");
    }

    #[test]
    fn a_secret_never_shows() {
        let card = Sensitive::new("4711-0815".to_owned());
        let lines = logged(|| tracing::info!(card = ?card, "paid with {card:?}"));
        assert_eq!((&lines[0]["card"], &lines[0]["message"]), (&"***".into(), &"paid with ***".into()));
        assert!(!lines[0].to_string().contains("4711"));
    }
}
