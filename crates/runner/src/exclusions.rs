//! Exclusions from schemathesis: one committed list with a reason for each entry and a maximum number of entries.

use std::fmt;
use std::path::Path;

use serde_json::Value;
use toml_edit::{Item, Table};

use crate::{RunError, io};

/// The path of the list from the repository's root.
const FILE: &str = "contracts/schemathesis.toml";
/// Statuses accepted for valid data, unless an exclusion adds others; a rejection is a valid response.
const POSITIVE: &[&str] = &["2xx", "3xx", "401", "403", "404", "409", "429", "5xx"];
/// Statuses accepted for invalid data; 409 because guards check the state before the payload.
const NEGATIVE: &[&str] =
    &["400", "401", "403", "404", "405", "406", "409", "410", "412", "413", "415", "422", "429", "5xx"];

/// The exclusions, and how many examples schemathesis tries.
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
    /// Valid data may have these statuses as well, on paths that match this regular expression.
    Statuses { paths: String, statuses: Vec<String> },
    /// A parameter that is not tested.
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

    /// A fault if there are more exclusions than allowed.
    pub(super) fn faults(&self) -> Vec<String> {
        let count = i64::try_from(self.list.len()).unwrap_or(i64::MAX);
        let fault = format!(
            "{FILE} has {count} exclusions, but at most {} are allowed: correct the service, or raise `at_most` with a reason",
            self.at_most
        );
        if count > self.at_most { vec![fault] } else { Vec::new() }
    }

    /// Removes the excluded parameters from an OpenAPI document.
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

    /// The configuration file for schemathesis.
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
        let reason = text("reason")
            .filter(|reason| !reason.trim().is_empty())
            .ok_or("a `reason` for each exclusion")?;
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
        write!(out, "exclusions in {FILE}: {} of at most {}", self.list.len(), self.at_most)?;
        for Exclusion { reason, what } in &self.list {
            match what {
                What::Parameter(name) => write!(out, "\n  · {name} is not tested: {reason}")?,
                What::Statuses { paths, statuses } => {
                    write!(
                        out,
                        "\n  · {paths} may reject valid data with {}: {reason}",
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
    fn one_exclusion_more_than_allowed_is_a_fault() {
        assert!(Exclusions::parse(TEXT).expect("a list").faults().is_empty());
        let more = format!("{TEXT}[[exclusion]]\npaths = \"^/views/\"\nstatuses = [400]\nreason = \"b\"\n");
        let more = Exclusions::parse(&more).expect("a list");
        assert_eq!(more.faults().len(), 1);
        assert!(more.config().contains("include-path-regex = \"^/views/\""), "{}", more.config());
        assert!(more.to_string().contains("2 of at most 1"), "{more}");
    }

    #[test]
    fn an_exclusion_without_a_reason_is_refused() {
        let text = TEXT.replace("reason = \"a\"", "reason = \" \"");
        assert_eq!(Exclusions::parse(&text).expect_err("refused"), "a `reason` for each exclusion");
    }

    #[test]
    fn an_excluded_parameter_is_removed_wherever_it_is_referenced() {
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
