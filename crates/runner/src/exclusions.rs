//! What schemathesis is not held to: one committed list, each entry with its reason, their number bounded.

use std::fmt;
use std::path::Path;

use serde_json::Value;
use toml_edit::{Item, Table};

use crate::{RunError, io};

/// Where it stands, from the repository's root.
const FILE: &str = "contracts/schemathesis.toml";
/// What sound data may be answered, wherever nothing else is said: a no is as sound as a yes.
const POSITIVE: &[&str] = &["2xx", "3xx", "401", "403", "404", "409", "429", "5xx"];
/// What is answered to data that is not; a guard speaks of the state before anybody looks at what was sent (409).
const NEGATIVE: &[&str] =
    &["400", "401", "403", "404", "405", "406", "409", "410", "412", "413", "415", "422", "429", "5xx"];

/// The list, and how much is tried.
#[derive(Debug)]
pub(super) struct Exclusions {
    at_most: i64,
    pub(super) seed: i64,
    pub(super) examples: i64,
    list: Vec<Exclusion>,
}

#[derive(Debug)]
struct Exclusion {
    reason: String,
    what: What,
}

#[derive(Debug)]
enum What {
    /// Sound data may be answered so, too, on paths that this regular expression finds.
    Statuses { paths: String, statuses: Vec<String> },
    /// A parameter that is not tried.
    Parameter(String),
}

impl Exclusions {
    pub(super) fn read(root: &Path) -> Result<Self, RunError> {
        let file = root.join(FILE);
        let text = std::fs::read_to_string(&file).map_err(io("read", &file))?;
        Self::parse(&text)
            .map_err(|what| RunError::Unexpected { what: format!("{FILE}: expected {what}"), answer: text })
    }

    fn parse(text: &str) -> Result<Self, String> {
        let document: toml_edit::DocumentMut = text.parse().map_err(|error| format!("TOML ({error})"))?;
        let number = |name: &str| {
            document.get(name).and_then(Item::as_integer).ok_or_else(|| format!("a number `{name}`"))
        };
        let entries = document.get("exclusion").and_then(Item::as_array_of_tables);
        let list: Result<Vec<Exclusion>, String> =
            entries.into_iter().flat_map(|entries| entries.iter()).map(Exclusion::of).collect();
        Ok(Self {
            at_most: number("at_most")?,
            seed: number("seed")?,
            examples: number("examples")?,
            list: list?,
        })
    }

    /// More than were agreed on.
    pub(super) fn faults(&self) -> Vec<String> {
        let count = i64::try_from(self.list.len()).unwrap_or(i64::MAX);
        let fault = format!(
            "{FILE} has {count} exclusions, and {} are agreed on: mend what is found, or raise `at_most` for a reason",
            self.at_most
        );
        if count > self.at_most { vec![fault] } else { Vec::new() }
    }

    /// Takes parameters that are not tried out of a document.
    pub(super) fn leave_out(&self, document: &mut Value) {
        let names = self.list.iter().filter_map(|exclusion| match &exclusion.what {
            What::Parameter(name) => Some(name.as_str()),
            What::Statuses { .. } => None,
        });
        let names: Vec<&str> = names.collect();
        let known = document["components"]["parameters"].clone();
        let left_out = |parameter: &Value| {
            let target = parameter["$ref"].as_str().and_then(|to| to.rsplit('/').next());
            let parameter = target.map_or(parameter, |target| &known[target]);
            names.iter().any(|name| parameter["name"] == **name)
        };
        let paths = document["paths"].as_object_mut().into_iter().flatten();
        for (_, operation) in paths.flat_map(|(_, methods)| methods.as_object_mut().into_iter().flatten()) {
            if let Some(parameters) = operation["parameters"].as_array_mut() {
                parameters.retain(|parameter| !left_out(parameter));
            }
        }
    }

    /// The tool's own configuration.
    pub(super) fn config(&self) -> String {
        let mut text = format!(
            "[checks]\nnegative_data_rejection.expected-statuses = {NEGATIVE:?}\n\
             positive_data_acceptance.expected-statuses = {POSITIVE:?}\n"
        );
        for exclusion in &self.list {
            if let What::Statuses { paths, statuses } = &exclusion.what {
                let all: Vec<&str> =
                    POSITIVE.iter().copied().chain(statuses.iter().map(String::as_str)).collect();
                text.push_str(&format!(
                    "[[operations]]\ninclude-path-regex = {paths:?}\n\
                     checks.positive_data_acceptance.expected-statuses = {all:?}\n"
                ));
            }
        }
        text
    }
}

impl Exclusion {
    fn of(table: &Table) -> Result<Self, String> {
        let text = |name: &str| table.get(name).and_then(Item::as_str).map(ToOwned::to_owned);
        let reason =
            text("reason").filter(|reason| !reason.trim().is_empty()).ok_or("a `reason` for each")?;
        let statuses = table.get("statuses").and_then(Item::as_array);
        let statuses: Vec<String> = statuses
            .into_iter()
            .flatten()
            .filter_map(toml_edit::Value::as_integer)
            .map(|status| status.to_string())
            .collect();
        let what = match (text("parameter"), text("paths")) {
            (Some(parameter), None) => What::Parameter(parameter),
            (None, Some(paths)) if !statuses.is_empty() => What::Statuses { paths, statuses },
            _ => {
                return Err(
                    "either `parameter`, or `paths` with `statuses`, in each [[exclusion]]".to_owned()
                );
            }
        };
        Ok(Self { reason, what })
    }
}

impl fmt::Display for Exclusions {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "not held to the contract, by {FILE}: {} of {} agreed on",
            self.list.len(),
            self.at_most
        )?;
        for Exclusion { reason, what } in &self.list {
            match what {
                What::Parameter(name) => write!(out, "\n  · {name} is not tried: {reason}")?,
                What::Statuses { paths, statuses } => {
                    write!(
                        out,
                        "\n  · {paths} may refuse sound data with {}: {reason}",
                        statuses.join(", ")
                    )?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Exclusions;

    const TEXT: &str =
        "at_most = 1\nseed = 1\nexamples = 5\n[[exclusion]]\nparameter = \"If-Match\"\nreason = \"a\"\n";

    #[test]
    fn one_more_than_was_agreed_on_is_a_fault() {
        assert!(Exclusions::parse(TEXT).expect("a list").faults().is_empty());
        let more = format!("{TEXT}[[exclusion]]\npaths = \"^/views/\"\nstatuses = [400]\nreason = \"b\"\n");
        let more = Exclusions::parse(&more).expect("a list");
        assert_eq!(more.faults().len(), 1);
        assert!(more.config().contains("include-path-regex = \"^/views/\""), "{}", more.config());
        assert!(more.to_string().contains("2 of 1 agreed on"), "{more}");
    }

    #[test]
    fn an_exclusion_without_a_reason_is_refused() {
        let text = TEXT.replace("reason = \"a\"", "reason = \" \"");
        assert_eq!(Exclusions::parse(&text).expect_err("refused"), "a `reason` for each");
    }

    #[test]
    fn a_parameter_is_left_out_wherever_it_is_referred_to() {
        let mut document = json!({
            "paths": { "/a": { "post": { "parameters": [
                { "$ref": "#/components/parameters/IfMatch" }, { "name": "If-Match" }, { "name": "limit" },
            ] } } },
            "components": { "parameters": { "IfMatch": { "name": "If-Match" } } },
        });
        Exclusions::parse(TEXT).expect("a list").leave_out(&mut document);
        assert_eq!(document["paths"]["/a"]["post"]["parameters"], json!([{ "name": "limit" }]));
    }
}
