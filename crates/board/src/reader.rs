//! Reads one table of a board according to the grammar; it reports each mistake and continues.

use std::ops::Range;

use toml_edit::{Item, TableLike, Value};

use super::hours::Hours;
use super::keys::{Key, Section, Shape};
use super::model::{Name, Spanned};
use super::period::{Objective, ObjectiveFault, Period};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Report};
use crate::names::{self, Kind};

/// A table and its section of the grammar.
pub(super) struct Reader<'a> {
    table: &'a dyn TableLike,
    section: &'static Section,
    /// The position at which a missing key is reported.
    at: Range<usize>,
    /// The name of the table in messages.
    what: String,
}

impl<'a> Reader<'a> {
    /// Opens a table, and reports every key that its section does not have.
    pub(super) fn open(
        table: &'a dyn TableLike,
        section: &'static Section,
        at: Range<usize>,
        what: impl Into<String>,
        report: &mut Report,
    ) -> Self {
        let what = what.into();
        for (name, _) in table.iter().filter(|(name, _)| section.key(name).is_none()) {
            let span = key_span(table, name, &at);
            let known: Vec<_> = section.keys.iter().map(|key| key.name).collect();
            let finding = Diagnostic::new(Code::UnknownKey, &span, format!("unknown key `{name}` in {what}"))
                .label("the grammar has no such key");
            let expected = format!("its keys are {}", known.join(", "));
            report.push(finding.did_you_mean(name, known, expected));
        }
        Self { table, section, at, what }
    }

    /// The position of the table's name.
    pub(super) fn at(&self) -> Range<usize> {
        self.at.clone()
    }

    /// The name of the table in messages.
    pub(super) fn what(&self) -> &str {
        &self.what
    }

    /// The position of the key, if it is present.
    pub(super) fn position(&self, key: &str) -> Option<Range<usize>> {
        self.table.get(key).map(|_| key_span(self.table, key, &self.at))
    }

    /// Text for people, or a word of the grammar; never empty.
    pub(super) fn text(&self, key: &str, report: &mut Report) -> Option<Spanned<String>> {
        let item = self.item(key, report)?;
        let text = self.string(key, value_of(item), span_of(item, &self.at), report)?;
        if text.value.trim().is_empty() {
            report.push(
                Diagnostic::new(Code::Blank, &text.span, format!("`{key}` of {} is empty", self.what))
                    .hint("write the text, or remove the key"),
            );
        }
        Some(text)
    }

    /// A name, checked for its kind.
    pub(super) fn name(&self, key: &str, report: &mut Report) -> Option<Name> {
        let item = self.item(key, report)?;
        let name = self.string(key, value_of(item), span_of(item, &self.at), report)?;
        self.check_name(key, &name, report);
        Some(name)
    }

    /// A list of names, or a single one if the grammar allows it; each checked for its kind.
    pub(super) fn names(&self, key: &str, report: &mut Report) -> Vec<Name> {
        let Some(item) = self.item(key, report) else { return Vec::new() };
        let single = matches!(self.key(key).shape, Shape::OneOrMore(_));
        if single && item.is_str() {
            return self.name(key, report).into_iter().collect();
        }
        let mut names = self.strings(key, item, report);
        for name in &names {
            self.check_name(key, name, report);
        }
        refuse_repeats(key, &self.what, &names, report);
        if matches!(key, "from" | "to" | "readers" | "group_by" | "taken_by") {
            self.refuse_empty(key, report);
        }
        if item.as_array().is_none() && names.is_empty() {
            // The key is present, so lints must not report the list as missing.
            names.push(Spanned::new(String::new(), span_of(item, &self.at)));
        }
        names
    }

    /// A list of lists of names.
    pub(super) fn name_lists(&self, key: &str, report: &mut Report) -> Vec<Vec<Name>> {
        let Some(item) = self.item(key, report) else { return Vec::new() };
        let Some(lists) = item.as_array() else {
            self.wrong_type(key, "a list of lists", item.type_name(), &span_of(item, &self.at), report);
            return Vec::new();
        };
        let read = |list: &Value, report: &mut Report| {
            let names = self.strings(key, &Item::Value(list.clone()), report);
            for name in &names {
                self.check_name(key, name, report);
            }
            refuse_repeats(key, &self.what, &names, report);
            names
        };
        let lists: Vec<Vec<Name>> = lists.iter().map(|list| read(list, report)).collect();
        let joined = lists.iter().filter_map(|list| {
            let (first, last) = (list.first()?, list.last()?);
            let text = list.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
            Some(Spanned::new(text, first.span.start..last.span.end))
        });
        refuse_repeats(key, &self.what, &joined.collect::<Vec<_>>(), report);
        lists
    }

    /// A list of calls, each a method and a path.
    pub(super) fn calls(&self, key: &str, report: &mut Report) -> Vec<Spanned<String>> {
        let Some(item) = self.item(key, report) else { return Vec::new() };
        let calls = self.strings(key, item, report);
        for call in calls.iter().filter(|call| !is_call(call)) {
            report.push(
                Diagnostic::new(
                    Code::BadCall,
                    &call.span,
                    format!("call `{call}` is not a method and a path"),
                )
                .hint("write it as `GET /path`, with the method in capitals"),
            );
        }
        refuse_repeats(key, &self.what, &calls, report);
        calls
    }

    /// `true` or `false`; `false` by default.
    pub(super) fn flag(&self, key: &str, report: &mut Report) -> bool {
        let Some(item) = self.item(key, report) else { return false };
        item.as_bool().unwrap_or_else(|| {
            self.wrong_type(key, "true or false", item.type_name(), &span_of(item, &self.at), report);
            // Whoever writes the key most likely means `true`; this avoids a second finding for the same mistake.
            true
        })
    }

    /// A version; 1 by default.
    pub(super) fn version(&self, key: &str, report: &mut Report) -> Spanned<u32> {
        let Some(item) = self.item(key, report) else { return Spanned::new(1, self.at()) };
        let span = span_of(item, &self.at);
        let Some(number) = item.as_integer() else {
            self.wrong_type(key, "a whole number", item.type_name(), &span, report);
            return Spanned::new(1, span);
        };
        let version = u32::try_from(number).ok().filter(|version| *version > 0);
        if version.is_none() {
            report.push(
                Diagnostic::new(Code::BadVersion, &span, format!("{number} is not a version"))
                    .hint("versions are whole numbers, starting at 1"),
            );
        }
        Spanned::new(version.unwrap_or(1), span)
    }

    /// A calendar date.
    pub(super) fn day(&self, key: &str, report: &mut Report) -> Option<Spanned<String>> {
        let day = self.text(key, report)?;
        let parsed: Option<toml_edit::Datetime> = day.parse().ok();
        if parsed.is_some_and(|parsed| parsed.date.is_some() && parsed.time.is_none()) {
            return Some(day);
        }
        let finding = Diagnostic::new(Code::BadDay, &day.span, format!("`{day}` is not a date"));
        report.push(finding.hint("write year, month and day: `2027-05-01`"));
        None
    }

    /// A URL.
    pub(super) fn address(&self, key: &str, report: &mut Report) -> Option<Spanned<String>> {
        let address = self.text(key, report)?;
        let rest = address.strip_prefix("https://").or(address.strip_prefix("http://"));
        let fits = |byte: u8| byte.is_ascii_graphic() && !b"<>\"".contains(&byte);
        if rest.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(fits)) {
            return Some(address);
        }
        let message = format!("`{address}` is not a valid URL");
        let finding = Diagnostic::new(Code::BadAddress, &address.span, message);
        report.push(finding.hint("write the full URL: `https://example.org/changes`"));
        None
    }

    /// One of the words that the key accepts.
    pub(super) fn word(&self, key: &str, report: &mut Report) -> Option<Spanned<String>> {
        let Shape::Word(words) = self.key(key).shape else { return None };
        let item = self.item(key, report)?;
        let word = self.string(key, value_of(item), span_of(item, &self.at), report)?;
        if words.contains(&word.as_str()) {
            return Some(word);
        }
        let message = format!("{} cannot have the {key} `{word}`", self.what);
        let finding = Diagnostic::new(Code::UnknownWord, &word.span, message);
        let listed = format!("expected one of {}", words.join(", "));
        report.push(finding.label(listed.clone()).did_you_mean(&word, words.iter().copied(), listed));
        None
    }

    /// A duration.
    pub(super) fn period(&self, key: &str, report: &mut Report) -> Option<Spanned<Period>> {
        let item = self.item(key, report)?;
        let text = self.string(key, value_of(item), span_of(item, &self.at), report)?;
        parse_period(text, report)
    }

    /// A list of durations.
    pub(super) fn periods(&self, key: &str, report: &mut Report) -> Vec<Spanned<Period>> {
        let Some(item) = self.item(key, report) else { return Vec::new() };
        let texts = self.strings(key, item, report);
        self.refuse_empty(key, report);
        texts.into_iter().filter_map(|text| parse_period(text, report)).collect()
    }

    /// An objective, as a percentage.
    pub(super) fn objective(&self, key: &str, report: &mut Report) -> Option<Spanned<Objective>> {
        let item = self.item(key, report)?;
        let text = self.string(key, value_of(item), span_of(item, &self.at), report)?;
        let (message, hint) = match Objective::parse_or_fault(&text) {
            Ok(objective) => return Some(Spanned::new(objective, text.span)),
            Err(ObjectiveFault::Shape) => ("is not a percentage", "write digits and a percent sign: `99.9%`"),
            Err(ObjectiveFault::Nothing) => ("promises nothing", "choose a percentage greater than 0%"),
            Err(ObjectiveFault::NoBudget) => (
                "leaves no error budget",
                "choose a percentage less than 100%: every objective must allow some failures",
            ),
        };
        let message = format!("objective `{}` {message}", text.value);
        report.push(Diagnostic::new(Code::BadObjective, &text.span, message).hint(hint));
        None
    }

    /// Working hours.
    pub(super) fn hours(&self, key: &str, report: &mut Report) -> Option<Spanned<Hours>> {
        let item = self.item(key, report)?;
        let text = self.string(key, value_of(item), span_of(item, &self.at), report)?;
        match Hours::parse(&text) {
            Ok(hours) => Some(Spanned::new(hours, text.span)),
            Err(problem) => {
                let message = format!("working hours `{}`: {problem}", text.value);
                let hint = "write them as `Mon-Fri 08:00-18:00 Europe/Vienna`";
                report.push(Diagnostic::new(Code::BadHours, &text.span, message).hint(hint));
                None
            }
        }
    }

    /// Texts by name, in order; names are checked by the caller.
    pub(super) fn pairs(&self, key: &str, report: &mut Report) -> Option<Vec<(Name, Spanned<String>)>> {
        let item = self.item(key, report)?;
        let Some(table) = item.as_table_like() else {
            self.wrong_type(key, "a table", item.type_name(), &span_of(item, &self.at), report);
            return None;
        };
        let read = |(name, item): (&str, &Item), report: &mut Report| {
            let span = key_span(table, name, &self.at);
            let text = self.string(key, value_of(item), span_of(item, &span), report)?;
            Some((Spanned::new(name.to_owned(), span), text))
        };
        Some(table.iter().filter_map(|entry| read(entry, report)).collect())
    }

    /// Tables by name, in order, each name checked for its kind.
    pub(super) fn named(&self, key: &str, report: &mut Report) -> Vec<(Name, Reader<'a>)> {
        let Shape::Named(kind, section) = self.key(key).shape else { return Vec::new() };
        let Some(item) = self.item(key, report) else { return Vec::new() };
        let Some(table) = item.as_table_like() else {
            self.wrong_type(key, "tables by name", item.type_name(), &span_of(item, &self.at), report);
            return Vec::new();
        };
        let mut tables = Vec::new();
        for (name, item) in table.iter() {
            let span = key_span(table, name, &self.at);
            let name = Spanned::new(name.to_owned(), span.clone());
            report_name(kind, &name, report);
            let what = format!("{} `{name}`", kind.noun());
            match item.as_table_like() {
                Some(inner) => tables.push((name, Reader::open(inner, section, span, what, report))),
                None => self.wrong_type(&name, "a table", item.type_name(), &span_of(item, &span), report),
            }
        }
        tables
    }

    /// The single table of that key.
    pub(super) fn table(&self, key: &str, report: &mut Report) -> Option<Reader<'a>> {
        let Shape::Table(section) = self.key(key).shape else { return None };
        let item = self.item(key, report)?;
        let span = key_span(self.table, key, &self.at);
        let Some(table) = item.as_table_like() else {
            self.wrong_type(key, "a table", item.type_name(), &span_of(item, &span), report);
            return None;
        };
        Some(Reader::open(table, section, span, format!("`[{key}]`"), report))
    }

    /// The list of tables of that key.
    pub(super) fn tables(&self, key: &str, report: &mut Report) -> Vec<Reader<'a>> {
        let Shape::Tables(section) = self.key(key).shape else { return Vec::new() };
        let Some(item) = self.item(key, report) else { return Vec::new() };
        let what = format!("`[[{key}]]`");
        let open = |table: &'a dyn TableLike, span: Option<Range<usize>>, report: &mut Report| {
            Reader::open(table, section, span.unwrap_or_else(|| self.at()), what.as_str(), report)
        };
        if let Some(tables) = item.as_array_of_tables() {
            return tables.iter().map(|table| open(table, table.span(), report)).collect();
        }
        let inline =
            item.as_array().map(|array| array.iter().map(Value::as_inline_table).collect::<Option<Vec<_>>>());
        if let Some(Some(tables)) = inline {
            return tables.into_iter().map(|table| open(table, table.span(), report)).collect();
        }
        self.wrong_type(key, "a list of tables", item.type_name(), &span_of(item, &self.at), report);
        Vec::new()
    }

    fn key(&self, name: &str) -> &'static Key {
        self.section.key(name).expect("the parser asks only for keys of the grammar")
    }

    /// The value of the key; reported as missing if the grammar requires it.
    fn item(&self, name: &str, report: &mut Report) -> Option<&'a Item> {
        let key = self.key(name);
        let item = self.table.get(name).filter(|item| !item.is_none());
        if item.is_none() && key.required {
            let code = if (name, self.what.as_str()) == ("summary", "`[context]`") {
                Code::NoSummary
            } else {
                Code::MissingKey
            };
            report.push(
                Diagnostic::new(code, &self.at, format!("{} has no `{name}`", self.what))
                    .label(format!("`{name}` is missing"))
                    .hint(format!("add `{name}`: {}", lower_first(key.about))),
            );
        }
        item
    }

    /// Reports a list that is present but empty, unless a lint reports it.
    fn refuse_empty(&self, key: &str, report: &mut Report) {
        let Some(item) =
            self.table.get(key).filter(|item| item.as_array().is_some_and(toml_edit::Array::is_empty))
        else {
            return;
        };
        let message = format!("`{key}` of {} is empty", self.what);
        let finding = Diagnostic::new(Code::Blank, &span_of(item, &self.at), message);
        report.push(finding.hint("write the missing content, or remove the key"));
    }

    fn check_name(&self, key: &str, name: &Name, report: &mut Report) {
        match self.key(key).shape {
            Shape::Name(kind) | Shape::Names(kind) | Shape::OneOrMore(kind) | Shape::NameLists(kind) => {
                report_name(kind, name, report);
            }
            _ => {}
        }
    }

    fn strings(&self, key: &str, item: &Item, report: &mut Report) -> Vec<Spanned<String>> {
        let Some(array) = item.as_array() else {
            let mut expected = "a list".to_owned();
            if let Some(text) = item.as_str() {
                expected = format!("a list such as `[\"{text}\"]`");
            }
            let span = span_of(item, &self.at);
            self.wrong_type(key, &expected, item.type_name(), &span, report);
            return item.as_str().map(|text| Spanned::new(text.to_owned(), span)).into_iter().collect();
        };
        let span = |value: &Value| value.span().unwrap_or_else(|| self.at());
        array.iter().filter_map(|value| self.string(key, Some(value), span(value), report)).collect()
    }

    fn string(
        &self,
        key: &str,
        value: Option<&Value>,
        span: Range<usize>,
        report: &mut Report,
    ) -> Option<Spanned<String>> {
        if let Some(text) = value.and_then(Value::as_str) {
            return Some(Spanned::new(text.to_owned(), span));
        }
        self.wrong_type(key, "a string", value.map_or("table", Value::type_name), &span, report);
        None
    }

    fn wrong_type(&self, key: &str, expected: &str, found: &str, span: &Range<usize>, report: &mut Report) {
        let message = format!("`{key}` of {} has the wrong type", self.what);
        report.push(
            Diagnostic::new(Code::WrongType, span, message)
                .label(format!("found {found}"))
                .hint(format!("expected {expected}")),
        );
    }
}

/// Reports a name that is not valid on its own.
pub(super) fn report_name(kind: Kind, name: &Name, report: &mut Report) {
    let Err(fault) = names::check(kind, name) else { return };
    let mut finding = Diagnostic::new(fault.code, &name.span, fault.message).hint(fault.hint);
    if let Some(instead) = fault.instead {
        finding = finding.instead(instead);
    }
    report.push(finding);
}

fn refuse_repeats(key: &str, what: &str, names: &[Spanned<String>], report: &mut Report) {
    // A rule that is named twice has a lint of its own.
    if key == "rejects" {
        return;
    }
    for (at, name) in names.iter().enumerate() {
        if let Some(first) = names[..at].iter().find(|earlier| earlier.value == name.value) {
            report.push(
                Diagnostic::new(
                    Code::ListedTwice,
                    &name.span,
                    format!("`{name}` appears twice in `{key}` of {what}"),
                )
                .also(&first.span, "first here")
                .hint("remove one of them"),
            );
        }
    }
}

fn parse_period(text: Spanned<String>, report: &mut Report) -> Option<Spanned<Period>> {
    let period = Period::parse(&text);
    if period.is_none() {
        report.push(
            Diagnostic::new(Code::BadPeriod, &text.span, format!("`{text}` is not a duration"))
                .hint("write a whole number greater than zero and one of ms, s, m, h, d, w: `10d`"),
        );
    }
    Some(Spanned::new(period?, text.span))
}

fn is_call(call: &str) -> bool {
    let Some((method, path)) = call.split_once(' ') else { return false };
    let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"].contains(&method);
    known && path.starts_with('/') && !path.contains(char::is_whitespace)
}

fn lower_first(sentence: &str) -> String {
    let mut letters = sentence.trim_end_matches('.').chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

fn value_of(item: &Item) -> Option<&Value> {
    item.as_value()
}

fn span_of(item: &Item, otherwise: &Range<usize>) -> Range<usize> {
    item.span().unwrap_or_else(|| otherwise.clone())
}

fn key_span(table: &dyn TableLike, name: &str, otherwise: &Range<usize>) -> Range<usize> {
    table.key(name).and_then(toml_edit::Key::span).unwrap_or_else(|| otherwise.clone())
}
