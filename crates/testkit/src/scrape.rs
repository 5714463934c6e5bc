//! The text of a scrape as data: alerts are proven on what a running context really exposed.

use std::path::Path;

use crate::client::Client;

/// The variable that names a folder in which scrapes are kept.
pub(crate) const KEEP: &str = "MACADAM_KEEP_SCRAPES";

/// What a context exposed at one moment, in the text format.
#[derive(Debug, Clone)]
pub struct Scrape {
    /// All of it.
    pub text: String,
}

impl Scrape {
    /// Asks the operator's port.
    #[track_caller]
    pub fn of(admin: &Client) -> Self {
        let reply = admin.get("/metrics");
        assert_eq!(reply.status, 200, "{}", reply.text);
        Self { text: reply.text }
    }

    /// The sum of the series with this name and these labels; none where there is no such series.
    pub fn metric(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let has = |line: &str, (label, value): &(&str, &str)| {
            // With what stands before it: `event` is not the end of `other_event`.
            ['{', ','].iter().any(|before| line.contains(&format!("{before}{label}=\"{value}\"")))
        };
        let lines = self.text.lines().filter(|line| {
            line.strip_prefix(name).is_some_and(|rest| rest.starts_with('{') || rest.starts_with(' '))
                && labels.iter().all(|label| has(line, label))
        });
        let values: Vec<f64> = lines.filter_map(|line| line.rsplit(' ').next()?.parse().ok()).collect();
        (!values.is_empty()).then(|| values.iter().sum())
    }

    /// Keeps it as `<name>.prom` in the folder that `MACADAM_KEEP_SCRAPES` names; without that variable, nowhere.
    pub fn keep(&self, name: &str) {
        let Some(folder) = std::env::var_os(KEEP) else { return };
        let folder = Path::new(&folder);
        let file = folder.join(format!("{name}.prom"));
        std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::write(&file, &self.text))
            .unwrap_or_else(|error| panic!("keep a scrape in {}: {error}", file.display()));
    }
}
