//! Reads of an `OpenSLO` v1 document what says when its alerts should fire, and nothing else.

use std::str::FromStr;

use rust_decimal::Decimal;
use saphyr::{Yaml, YamlLoader};
use saphyr_parser::Parser;

/// What an `SLO` says of its alerts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// `metadata.name`.
    pub name: String,
    /// `spec.service`.
    pub service: String,
    /// The target of each objective, from 0 to 1, exact.
    pub targets: Vec<Decimal>,
    /// The time window, in seconds. It is rolling.
    pub period: u64,
    /// `macadam.dev/min-bad`: so many bad events an alert needs in its long window.
    pub min_bad: u32,
    /// `macadam.dev/page`: whether alerts may page.
    pub page: bool,
}

/// Why a document does not say when alerts should fire.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// It is not YAML.
    #[error("read as YAML: {0}")]
    Yaml(#[from] saphyr::ScanError),
    /// Something is missing or wrong in it.
    #[error("SLO `{slo}`: {what}")]
    Slo {
        /// Its name, or nothing where it has none.
        slo: String,
        /// What.
        what: String,
    },
}

impl Document {
    /// The documents of kind `SLO` in a file with any number of documents. One that the oracle cannot judge does not hide
    /// the others.
    pub fn all(text: &str) -> Result<Vec<Result<Self, DocumentError>>, DocumentError> {
        let mut loader = YamlLoader::<Yaml<'_>>::default();
        // Scalars stay as they are written, so that 99.9 is read as a decimal.
        loader.early_parse(false);
        Parser::new_from_str(text).load(&mut loader, true)?;
        if let Some(error) = loader.error() {
            return Err(error.clone().into());
        }
        let documents = loader.into_documents();
        Ok(documents.iter().filter(|node| scalar(node, &["kind"]) == Some("SLO")).map(Self::of).collect())
    }

    fn of(node: &Yaml<'_>) -> Result<Self, DocumentError> {
        let name = scalar(node, &["metadata", "name"]).unwrap_or_default().to_owned();
        let wrong = |what: String| DocumentError::Slo { slo: name.clone(), what };
        let annotation = |key: &str| scalar(node, &["metadata", "annotations", key]);
        let min_bad = annotation("macadam.dev/min-bad").unwrap_or("3");
        Ok(Self {
            service: scalar(node, &["spec", "service"]).unwrap_or_default().to_owned(),
            targets: targets(node).map_err(wrong)?,
            period: period(node).map_err(wrong)?,
            min_bad: min_bad.parse().map_err(|_| wrong(format!("min-bad is `{min_bad}`")))?,
            page: annotation("macadam.dev/page") != Some("false"),
            name: name.clone(),
        })
    }
}

fn targets(node: &Yaml<'_>) -> Result<Vec<Decimal>, String> {
    let objectives = at(node, &["spec", "objectives"]).and_then(Yaml::as_vec);
    let target = |objective: &Yaml<'_>| {
        let decimal = |text: &str| Decimal::from_str(text).map_err(|error| format!("target {text}: {error}"));
        match (scalar(objective, &["target"]), scalar(objective, &["targetPercent"])) {
            (Some(target), None) => decimal(target),
            (None, Some(percent)) => Ok(decimal(percent)? / Decimal::ONE_HUNDRED),
            _ => Err("an objective has target or targetPercent".to_owned()),
        }
    };
    objectives.ok_or("it has no objectives")?.iter().map(target).collect()
}

fn period(node: &Yaml<'_>) -> Result<u64, String> {
    let windows = at(node, &["spec", "timeWindow"]).and_then(Yaml::as_vec);
    let [window] = windows.map(Vec::as_slice).unwrap_or_default() else {
        return Err("it has one timeWindow".to_owned());
    };
    if scalar(window, &["isRolling"]) != Some("true") {
        return Err("a calendar window has no fixed length".to_owned());
    }
    let duration = scalar(window, &["duration"]).unwrap_or_default();
    let unit = match duration.chars().last() {
        Some('m') => 60,
        Some('h') => 3_600,
        Some('d') => 86_400,
        Some('w') => 7 * 86_400,
        Some('M') => 30 * 86_400,
        Some('Q') => 90 * 86_400,
        Some('Y') => 365 * 86_400,
        _ => return Err(format!("duration is `{duration}`")),
    };
    let count = &duration[..duration.len() - 1];
    count.parse::<u64>().map(|count| count * unit).map_err(|_| format!("duration is `{duration}`"))
}

fn at<'a, 'i>(node: &'a Yaml<'i>, path: &[&str]) -> Option<&'a Yaml<'i>> {
    path.iter().try_fold(node, |node, key| {
        let mut entries = node.as_mapping()?.iter();
        entries.find(|(name, _)| text(name) == Some(*key)).map(|(_, value)| value)
    })
}

fn scalar<'a>(node: &'a Yaml<'_>, path: &[&str]) -> Option<&'a str> {
    text(at(node, path)?)
}

fn text<'a>(node: &'a Yaml<'_>) -> Option<&'a str> {
    match node {
        Yaml::Representation(text, ..) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SLO: &str = "\
apiVersion: openslo/v1
kind: Service
metadata: {name: shop}
---
apiVersion: openslo/v1
kind: SLO
metadata:
  name: availability
  annotations:
    macadam.dev/min-bad: \"5\"
    macadam.dev/page: \"false\"
spec:
  service: shop
  indicatorRef: shop-availability
  timeWindow:
    - {duration: 4w, isRolling: true}
  budgetingMethod: Occurrences
  objectives:
    - targetPercent: 99.95
    - target: 0.9
";

    fn read(text: &str) -> Vec<Document> {
        Document::all(text).expect("YAML").into_iter().map(|document| document.expect("judged")).collect()
    }

    #[test]
    fn what_alerts_need_is_read_exactly() {
        let documents = read(SLO);
        let expected = Document {
            name: "availability".to_owned(),
            service: "shop".to_owned(),
            targets: vec![Decimal::new(9995, 4), Decimal::new(9, 1)],
            period: 28 * 86_400,
            min_bad: 5,
            page: false,
        };
        assert_eq!(documents, [expected]);
    }

    #[test]
    fn defaults_are_three_bad_events_and_paging() {
        let bare = SLO.replace("    macadam.dev/min-bad: \"5\"\n", "").replace("\"false\"", "\"true\"");
        let documents = read(&bare);
        assert_eq!((documents[0].min_bad, documents[0].page), (3, true));
    }

    #[test]
    fn what_cannot_be_judged_says_why() {
        let cases = [
            ("isRolling: true", "isRolling: false", "calendar"),
            ("4w", "4x", "`4x`"),
            ("    - target: 0.9\n", "    - {}\n", "target or targetPercent"),
            ("\"5\"", "few", "`few`"),
        ];
        for (from, to, expected) in cases {
            let mut documents = Document::all(&SLO.replace(from, to)).expect("YAML");
            let error = documents.remove(0).expect_err("not judged").to_string();
            assert!(error.contains("availability") && error.contains(expected), "{error}");
        }
    }
}
