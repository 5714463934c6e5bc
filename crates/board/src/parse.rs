//! Parses a board; it continues after a mistake, so that ten mistakes give ten findings.

use toml_edit::Document;

use super::field_type::FieldType;
use super::keys::ROOT;
use super::model::{
    Aggregate, Board, Command, Context, Deprecated, Event, Exposes, Field, GlossaryEntry, Hotspot, Name,
    ReadModel, Scope, Source, Spanned, Subdomain, Target, ValueType, Visibility,
};
use super::reader::{Reader, report_name};
use super::{Neighbours, clashes, lints};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Report};
use crate::names::{self, Kind};

mod fields;
mod relations;

use fields::{FieldTypes, read_fields};

impl Board {
    /// Parses and checks a board on its own; `file` is its name in messages. Returns a board only if no finding is an
    /// error.
    pub fn parse(file: &str, text: &str) -> (Option<Self>, Vec<Diagnostic>) {
        Self::parse_with(file, text, None)
    }

    /// Parses and checks a board together with those of other contexts.
    pub fn parse_among(file: &str, text: &str, neighbours: &Neighbours) -> (Option<Self>, Vec<Diagnostic>) {
        Self::parse_with(file, text, Some(neighbours))
    }

    fn parse_with(
        file: &str,
        text: &str,
        neighbours: Option<&Neighbours>,
    ) -> (Option<Self>, Vec<Diagnostic>) {
        let mut report = Report::default();
        let board = match Document::parse(text) {
            Ok(document) => {
                let board = read(&document, &mut report);
                clashes::check(&board, &mut report);
                lints::check(&board, neighbours, &mut report);
                Some(board)
            }
            Err(error) => {
                let span = error.span().unwrap_or(0..0);
                report.push(
                    Diagnostic::new(Code::Syntax, &span, error.message())
                        .hint("a board is a TOML document; correct the syntax here, then check again"),
                );
                None
            }
        };
        let board = board.filter(|_| !report.has_errors());
        (board, report.finish(file, text))
    }
}

fn read(document: &Document<&str>, report: &mut Report) -> Board {
    let root = Reader::open(document.as_table(), &ROOT, 0..0, "the board", report);
    let types = FieldTypes::of(document.as_table());
    let context = root.table("context", report);
    Board {
        context: read_context(context.as_ref(), report),
        targets: root.tables("target", report).iter().map(|table| read_target(table, report)).collect(),
        values: read_values(&root, &types, report),
        aggregates: root
            .named("aggregate", report)
            .into_iter()
            .map(|(name, table)| read_aggregate(name, &table, &types, report))
            .collect(),
        read_models: root
            .named("read_model", report)
            .into_iter()
            .map(|(name, table)| read_read_model(name, &table, report))
            .collect(),
        processes: relations::read_processes(&root, report),
        deadlines: relations::read_deadlines(&root, report),
        claims: relations::read_claims(&root, report),
        slis: relations::read_slis(&root, report),
        upstreams: relations::read_upstreams(&root, report),
        externals: relations::read_externals(&root, report),
        hotspots: root
            .tables("hotspot", report)
            .iter()
            .map(|table| Hotspot { text: or_blank(table.text("text", report), table) })
            .collect(),
        glossary: read_glossary(&root, report),
    }
}

fn read_context(table: Option<&Reader<'_>>, report: &mut Report) -> Context {
    let blank = || Spanned::new(String::new(), 0..0);
    let Some(table) = table else {
        return Context {
            name: blank(),
            summary: blank(),
            domain: blank(),
            subdomain: Subdomain::Supporting,
            owner: blank(),
            hours: None,
            exposes: Exposes::OpenHostService,
        };
    };
    let name = or_blank(table.name("name", report), table);
    Context {
        summary: or_blank(table.text("summary", report), table),
        domain: table.name("domain", report).unwrap_or_else(|| name.clone()),
        subdomain: match table.word("subdomain", report).as_deref().map(String::as_str) {
            Some("core") => Subdomain::Core,
            Some("generic") => Subdomain::Generic,
            _ => Subdomain::Supporting,
        },
        owner: or_blank(table.name("owner", report), table),
        hours: table.hours("hours", report),
        exposes: match table.word("exposes", report).as_deref().map(String::as_str) {
            Some("published-language") => Exposes::PublishedLanguage,
            Some("none") => Exposes::None,
            _ => Exposes::OpenHostService,
        },
        name,
    }
}

fn read_target(table: &Reader<'_>, report: &mut Report) -> Target {
    Target {
        name: or_blank(table.name("name", report), table),
        namespace: or_blank(table.name("namespace", report), table),
    }
}

fn read_values(root: &Reader<'_>, types: &FieldTypes, report: &mut Report) -> Vec<ValueType> {
    root.named("value", report)
        .into_iter()
        .map(|(name, table)| ValueType {
            name,
            fields: read_fields(&table, types, report).unwrap_or_default(),
        })
        .collect()
}

fn read_aggregate(name: Name, table: &Reader<'_>, types: &FieldTypes, report: &mut Report) -> Aggregate {
    let commands: Vec<_> = table
        .named("command", report)
        .into_iter()
        .map(|(name, table)| read_command(name, &table, types, report))
        .collect();
    let declared: Vec<_> = table
        .named("event", report)
        .into_iter()
        .map(|(name, table)| read_event(name, &table, types, report))
        .collect();
    let plural = table.name("plural", report).unwrap_or_else(|| {
        let plural = Spanned::new(names::plural(&name), name.span.clone());
        report_name(Kind::Plural, &plural, report);
        plural
    });
    Aggregate {
        plural,
        visible_to: read_visibility(table, report),
        events: all_events(&commands, declared),
        commands,
        name,
    }
}

fn read_command(name: Name, table: &Reader<'_>, types: &FieldTypes, report: &mut Report) -> Command {
    Command {
        name,
        actors: table.names("actor", report),
        creates: table.flag("creates", report),
        emits: table.names("emits", report),
        rejects: table.names("rejects", report),
        deprecated: read_deprecated(table, report),
        fields: read_fields(table, types, report),
    }
}

fn read_event(name: Name, table: &Reader<'_>, types: &FieldTypes, report: &mut Report) -> Event {
    let event = Event {
        name,
        declared: true,
        published: table.flag("published", report),
        version: table.version("version", report),
        amount: table.name("amount", report),
        fields: read_fields(table, types, report),
    };
    if event.published && table.position("version").is_none() {
        let message = format!("published event `{}` has no version", event.name);
        let finding = Diagnostic::new(Code::PublishedUnversioned, &event.name.span, message);
        report.push(finding.label("other contexts depend on its schema").hint("add `version = 1`"));
    }
    event
}

/// Events in the order of the commands: a table for an event does not change its place.
fn all_events(commands: &[Command], mut declared: Vec<Event>) -> Vec<Event> {
    let mut events: Vec<Event> = Vec::new();
    for name in commands.iter().flat_map(|command| &command.emits) {
        if name.is_empty() || events.iter().any(|event| event.name.value == name.value) {
            continue;
        }
        match declared.iter().position(|event| event.name.value == name.value) {
            Some(at) => events.push(declared.remove(at)),
            None => events.push(Event {
                name: name.clone(),
                declared: false,
                published: false,
                version: Spanned::new(1, name.span.clone()),
                amount: None,
                fields: None,
            }),
        }
    }
    events.extend(declared);
    events
}

fn read_visibility(table: &Reader<'_>, report: &mut Report) -> Vec<Visibility> {
    let mut visible_to = Vec::new();
    for (role, field) in table.pairs("visible_to", report).unwrap_or_default() {
        report_name(Kind::Role, &role, report);
        let Spanned { value, span } = field;
        let scope = if value == "*" {
            Scope::All
        } else {
            report_name(Kind::Field, &Spanned::new(value.clone(), span.clone()), report);
            Scope::Field(value)
        };
        visible_to.push(Visibility { role, scope: Spanned::new(scope, span) });
    }
    visible_to
}

fn read_read_model(name: Name, table: &Reader<'_>, report: &mut Report) -> ReadModel {
    let (from, of) = (table.position("from"), table.position("of"));
    if from.is_some() == of.is_some() {
        let message = match &from {
            Some(_) => format!("read model `{name}` has both `from` and `of`"),
            None => format!("read model `{name}` has neither `from` nor `of`"),
        };
        let finding =
            Diagnostic::new(Code::FromXorOf, &of.clone().unwrap_or_else(|| name.span.clone()), message);
        report.push(
            finding.hint("give `from` for a view of events, or `of` for a tally over another read model"),
        );
    }
    let is_tally = of.is_some() && from.is_none();
    let idle: &[&str] = if is_tally { &["version", "index"] } else { &["group_by", "sum"] };
    let kind = if is_tally { "a tally" } else { "a view of events" };
    // With both or neither, it is unknown which keys do not apply.
    if from.is_some() != of.is_some() {
        refuse_idle_keys(table, idle, kind, report);
    }
    let source = if is_tally {
        Source::Tally {
            of: or_blank(table.name("of", report), table),
            group_by: table.names("group_by", report),
            sum: table.name("sum", report),
        }
    } else {
        Source::Events(table.names("from", report))
    };
    ReadModel {
        name,
        source,
        version: table.version("version", report),
        index: table.name_lists("index", report),
        readers: table.names("readers", report),
        deprecated: read_deprecated(table, report),
    }
}

fn read_deprecated(table: &Reader<'_>, report: &mut Report) -> Option<Deprecated> {
    let table = table.table("deprecated", report)?;
    Some(Deprecated {
        since: or_blank(table.day("since", report), &table),
        sunset: table.day("sunset", report),
        see: table.address("see", report),
    })
}

/// Reports keys that do not apply to this kind of item.
fn refuse_idle_keys(table: &Reader<'_>, keys: &[&str], kind: &str, report: &mut Report) {
    for key in keys {
        if let Some(span) = table.position(key) {
            let message = format!("`{key}` of {} does not apply to {kind}", table.what());
            report
                .push(Diagnostic::new(Code::KeyDoesNotApply, &span, message).hint(format!("remove `{key}`")));
        }
    }
}

fn read_glossary(root: &Reader<'_>, report: &mut Report) -> Vec<GlossaryEntry> {
    let mut glossary = Vec::new();
    for (word, meaning) in root.pairs("glossary", report).unwrap_or_default() {
        if meaning.value.trim().is_empty() {
            let finding =
                Diagnostic::new(Code::Blank, &meaning.span, format!("the meaning of `{word}` is empty"));
            report.push(finding.hint("write the meaning of the word in this context, or remove it"));
        }
        glossary.push(GlossaryEntry { word, meaning });
    }
    glossary
}

/// The stand-in for a missing value: that it is missing has been reported, and lints skip empty names.
fn or_blank(read: Option<Spanned<String>>, table: &Reader<'_>) -> Spanned<String> {
    read.unwrap_or_else(|| Spanned::new(String::new(), table.at()))
}
