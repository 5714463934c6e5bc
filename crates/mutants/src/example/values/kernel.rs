//! Values of the kernel's own types, as a domain crate's tests write them.

use jiff::civil::Date;

use super::Values;
use crate::example::harvest::Word;
use crate::example::types::Ty;

/// How many dates that the crate names are varied.
const DATES_MAX: usize = 4;

/// Expressions for a type of the kernel.
pub(super) fn values(name: &str, arguments: &[Ty], values: &Values<'_>) -> Vec<String> {
    match (name.trim_start_matches("macadam_kernel::"), arguments) {
        ("Money", []) => money(),
        ("Currency", []) => ["USD", "EUR"].map(|code| format!("macadam_kernel::Currency::{code}")).to_vec(),
        ("Country", []) => countries(values),
        ("Date", []) => dates(values).into_iter().map(date).collect(),
        ("Timestamp", []) => timestamps(values),
        ("SignedDuration", []) => {
            [24, 1, 0].map(|hours| format!("macadam_kernel::SignedDuration::from_hours({hours})")).to_vec()
        }
        ("Uuid", []) => uuids(),
        ("Id", [_]) => uuids().iter().map(|uuid| format!("macadam_kernel::Id::from_uuid({uuid})")).collect(),
        ("Sensitive", [inner]) => {
            let revealed = values.of(inner);
            revealed.iter().map(|value| format!("macadam_kernel::Sensitive::new({value})")).collect()
        }
        _ => Vec::new(),
    }
}

/// `date(2026, 6, 30)`
pub(in crate::example) fn date(date: Date) -> String {
    format!("macadam_kernel::jiff::civil::date({}, {}, {})", date.year(), date.month(), date.day())
}

fn money() -> Vec<String> {
    let amounts =
        [("100", "USD"), ("0", "USD"), ("-1", "USD"), ("0.01", "USD"), ("99.99", "USD"), ("100", "EUR")];
    amounts
        .map(|(amount, currency)| {
            format!(
                "macadam_kernel::Money::parse(\"{amount}\", macadam_kernel::Currency::{currency}).unwrap()"
            )
        })
        .to_vec()
}

/// Countries by the two letters that the crate's own code and tests name.
fn countries(values: &Values<'_>) -> Vec<String> {
    let is_code = |text: &&String| text.len() == 2 && text.chars().all(|c| c.is_ascii_uppercase());
    let mut codes: Vec<_> = values.harvest.texts.iter().filter(is_code).cloned().collect();
    codes.extend(values.harvest.arguments.values().flatten().filter_map(|word| match word {
        Word::Text(text) => Some(text).filter(is_code).cloned(),
        _ => None,
    }));
    codes.extend(["DE", "FR"].map(ToOwned::to_owned));
    codes.iter().map(|code| format!("\"{code}\".parse::<macadam_kernel::Country>().unwrap()")).collect()
}

/// The dates that tests name, each with the day before and after, and those around the moment at which examples play.
fn dates(values: &Values<'_>) -> Vec<Date> {
    let named =
        values.harvest.dates.iter().filter_map(|(year, month, day)| Date::new(*year, *month, *day).ok());
    let mut all: Vec<Date> = named.take(DATES_MAX).collect();
    all.extend([jiff::civil::date(2026, 6, 30), jiff::civil::date(2026, 1, 1)]);
    let around: Vec<_> = all
        .iter()
        .flat_map(|date| [Ok(*date), date.tomorrow(), date.yesterday()])
        .filter_map(Result::ok)
        .collect();
    all.truncate(all.len().saturating_sub(2));
    all.extend(around);
    all
}

fn timestamps(values: &Values<'_>) -> Vec<String> {
    let start = "macadam_kernel::testing::start()";
    let mut all = vec![start.to_owned()];
    all.extend([24, -24, 1].map(|hours| {
        format!(
            "macadam_kernel::testing::later({start}, macadam_kernel::SignedDuration::from_hours({hours}))"
        )
    }));
    all.extend(
        dates(values)
            .iter()
            .take(2)
            .map(|date| format!("\"{date}T00:00:00Z\".parse::<macadam_kernel::Timestamp>().unwrap()")),
    );
    all
}

fn uuids() -> Vec<String> {
    vec!["macadam_kernel::testing::AMID".to_owned(), "macadam_kernel::Uuid::from_u128(1)".to_owned()]
}
