//! Reads YAML into nodes that know their places. Anchors, aliases and tags are refused.

use std::borrow::Cow;
use std::ops::Range;

use macadam_board::codes::Code;
use macadam_board::diagnostic::{Diagnostic, Report};
use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput, Tag};

/// Documents of OpenSLO have ten levels; free-form parts of them, such as `connectionDetails`, seldom more.
const DEPTH_MAX: usize = 64;

/// A value and its place.
#[derive(Debug)]
pub(super) struct Node {
    /// Of a mapping in block style: its first key.
    pub(super) at: Spot,
    pub(super) value: Value,
}

/// What a node holds.
#[derive(Debug)]
pub(super) enum Value {
    /// The text, and whether it stands there without quotes, so that it may be a number or a truth value.
    Scalar {
        text: String,
        plain: bool,
    },
    List(Vec<Node>),
    /// Keys in the order of the file; one may appear twice.
    Map(Vec<(Node, Node)>),
}

/// A place in the file that is read.
#[derive(Debug, Clone, Default)]
pub(super) struct Spot {
    /// In bytes.
    pub(super) span: Range<usize>,
    /// From 1.
    pub(super) line: usize,
    /// In characters, from 1.
    pub(super) column: usize,
}

impl Node {
    /// Whether nothing is written there, or `null`.
    pub(super) fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar { text, plain: true } if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }
}

/// The documents of a file, and whether it could be read to its end.
pub(super) fn documents(text: &str, report: &mut Report) -> (Vec<Node>, bool) {
    let mut builder = Builder::new(text, report);
    let mut parser = Parser::new_from_str(text);
    let complete = builder.all(&mut parser);
    let documents = builder.documents;
    if complete && documents.is_empty() {
        let finding = Diagnostic::new(Code::NoDocument, &(0..0), "the file has no document").hint(
            "write an OpenSLO document, which begins with `apiVersion: openslo/v1`, or delete the file",
        );
        report.push(finding);
    }
    (documents, complete)
}

/// A collection that is not at its end yet.
enum Open {
    List { at: Spot, items: Vec<Node> },
    Map { at: Spot, entries: Vec<(Node, Node)>, key: Option<Node> },
}

struct Builder<'a> {
    text: &'a str,
    /// The byte of each character; empty where all characters are bytes.
    bytes: Vec<usize>,
    report: &'a mut Report,
    open: Vec<Open>,
    documents: Vec<Node>,
    /// Whether the current document uses what is refused.
    refused: bool,
    complete: bool,
}

impl<'a> Builder<'a> {
    fn new(text: &'a str, report: &'a mut Report) -> Self {
        let bytes = if text.is_ascii() {
            Vec::new()
        } else {
            text.char_indices().map(|(at, _)| at).chain([text.len()]).collect()
        };
        Self { text, bytes, report, open: Vec::new(), documents: Vec::new(), refused: false, complete: true }
    }

    /// Reads all events; whether the file was read in full.
    fn all(&mut self, parser: &mut Parser<'_, StrInput<'_>>) -> bool {
        while let Some(event) = parser.next_event() {
            match event {
                Ok((event, span)) => {
                    let at = self.spot(span);
                    if self.open.len() > DEPTH_MAX {
                        let finding =
                            Diagnostic::new(Code::YamlSyntax, &at.span, "values are nested too deeply")
                                .hint(format!("at most {DEPTH_MAX} levels are read"));
                        self.report.push(finding);
                        return false;
                    }
                    self.event(event, at);
                }
                Err(error) => {
                    self.syntax(&error);
                    return false;
                }
            }
        }
        self.complete
    }

    fn event(&mut self, event: Event<'_>, at: Spot) {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.refuse_extras(anchor, tag.as_ref(), &at);
                let plain = style == ScalarStyle::Plain;
                self.put(Node { at, value: Value::Scalar { text: text.into_owned(), plain } });
            }
            Event::SequenceStart(anchor, tag) => {
                self.refuse_extras(anchor, tag.as_ref(), &at);
                self.open.push(Open::List { at, items: Vec::new() });
            }
            Event::MappingStart(anchor, tag) => {
                self.refuse_extras(anchor, tag.as_ref(), &at);
                self.open.push(Open::Map { at, entries: Vec::new(), key: None });
            }
            Event::Alias(_) => {
                self.refuse("an alias is not read", "write the value out in full", &at);
                self.put(Node { at, value: Value::Scalar { text: String::new(), plain: true } });
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::DocumentStart(_) => self.refused = false,
            Event::DocumentEnd | Event::StreamStart | Event::StreamEnd | Event::Nothing => {}
        }
    }

    fn close(&mut self) {
        match self.open.pop() {
            Some(Open::List { at, items }) => self.put(Node { at, value: Value::List(items) }),
            Some(Open::Map { at, entries, .. }) => {
                // A block mapping as such begins where its first key does; that key is what a finding should mark.
                let at = entries.first().map_or(at, |(key, _)| key.at.clone());
                self.put(Node { at, value: Value::Map(entries) });
            }
            None => {}
        }
    }

    fn put(&mut self, node: Node) {
        match self.open.last_mut() {
            Some(Open::List { items, .. }) => items.push(node),
            Some(Open::Map { entries, key, .. }) => match key.take() {
                Some(key) => entries.push((key, node)),
                None => *key = Some(node),
            },
            None if node.is_null() || self.refused => {}
            None => self.documents.push(node),
        }
    }

    fn refuse_extras(&mut self, anchor: usize, tag: Option<&Cow<'_, Tag>>, at: &Spot) {
        if anchor > 0 {
            self.refuse("an anchor is not read", "remove it, and write the value out where it is used", at);
        }
        if let Some(tag) = tag {
            let tag = if tag.is_yaml_core_schema() { format!("!!{}", tag.suffix) } else { tag.to_string() };
            let message = format!("the tag `{tag}` is not read");
            self.refuse(&message, "remove it; quotes make a value a string", at);
        }
    }

    fn refuse(&mut self, message: &str, hint: &str, at: &Spot) {
        self.report.push(Diagnostic::new(Code::YamlFeature, &at.span, message).hint(hint));
        self.refused = true;
        self.complete = false;
    }

    fn syntax(&mut self, error: &ScanError) {
        let start = self.byte(error.marker().index());
        let end =
            start + self.text[start..].chars().next().filter(|next| *next != '\n').map_or(0, char::len_utf8);
        let line = self.text[..start].rfind('\n').map_or(0, |at| at + 1);
        let indent = &self.text[line..];
        let indent = &indent[..indent.len() - indent.trim_start_matches([' ', '\t']).len()];
        let hint = if indent.contains('\t') {
            "YAML indents with spaces only: replace the tab"
        } else {
            "correct the syntax here; nothing after this place was checked"
        };
        let message = format!("the file is not YAML: {}", error.info());
        self.report.push(Diagnostic::new(Code::YamlSyntax, &(start..end), message).hint(hint));
    }

    fn spot(&self, span: Span) -> Spot {
        let (start, end) = (self.byte(span.start.index()), self.byte(span.end.index()));
        // A block scalar's span ends after its last line break.
        let end = start + self.text[start..end.max(start)].trim_end().len();
        Spot { span: start..end, line: span.start.line(), column: span.start.col() + 1 }
    }

    /// The byte at which this character begins.
    fn byte(&self, character: usize) -> usize {
        let at = if self.bytes.is_empty() {
            character
        } else {
            *self.bytes.get(character).unwrap_or(&self.text.len())
        };
        self.text.floor_char_boundary(at.min(self.text.len()))
    }
}
