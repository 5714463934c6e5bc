//! What Rust's derived `Debug` prints, read back: how a case ended, as a tree.

use std::iter::Peekable;
use std::str::CharIndices;

/// A value as `Debug` shows it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shown {
    /// `Name { field: value }`
    Struct(String, Vec<(String, Shown)>),
    /// `Name(value)`; a tuple has no name.
    Tuple(String, Vec<Shown>),
    /// `[value, value]`
    List(Vec<Shown>),
    /// `"text"`
    Text(String),
    /// Anything else: a number, a variant without fields, what a type prints by its own rules.
    Word(String),
}

impl Shown {
    /// Reads one line of `Debug`; none where it is not of the derived form.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut reader = Reader { text, chars: text.char_indices().peekable() };
        let shown = reader.value()?;
        reader.blanks();
        reader.chars.peek().is_none().then_some(shown)
    }

    /// As `Debug` prints it in one line.
    pub(super) fn line(&self) -> String {
        let list = |all: &[Self]| all.iter().map(Self::line).collect::<Vec<_>>().join(", ");
        match self {
            Self::Struct(name, fields) => {
                let fields: Vec<_> =
                    fields.iter().map(|(name, value)| format!("{name}: {}", value.line())).collect();
                format!("{name} {{ {} }}", fields.join(", "))
            }
            Self::Tuple(name, parts) if name.is_empty() && parts.len() == 1 => {
                format!("({},)", parts[0].line())
            }
            Self::Tuple(name, parts) => format!("{name}({})", list(parts)),
            Self::List(items) => format!("[{}]", list(items)),
            Self::Text(text) => format!("{text:?}"),
            Self::Word(word) => word.clone(),
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    chars: Peekable<CharIndices<'a>>,
}

impl Reader<'_> {
    fn blanks(&mut self) {
        while self.chars.next_if(|(_, c)| *c == ' ').is_some() {}
    }

    fn take(&mut self, wanted: char) -> Option<()> {
        self.blanks();
        self.chars.next_if(|(_, c)| *c == wanted).map(|_| ())
    }

    fn next_is(&mut self, wanted: char) -> bool {
        self.blanks();
        self.chars.peek().is_some_and(|(_, c)| *c == wanted)
    }

    fn value(&mut self) -> Option<Shown> {
        self.blanks();
        match self.chars.peek()?.1 {
            '"' => self.quoted().map(Shown::Text),
            '[' => {
                self.chars.next();
                self.list(']').map(Shown::List)
            }
            _ => {
                let word = self.word();
                if self.next_is('(') {
                    self.chars.next();
                    return self.list(')').map(|parts| Shown::Tuple(word, parts));
                }
                if self.next_is('{') && !word.is_empty() {
                    self.chars.next();
                    return self.fields().map(|fields| Shown::Struct(word, fields));
                }
                (!word.is_empty()).then_some(Shown::Word(word))
            }
        }
    }

    /// Up to what ends or opens something; blanks may be within, as in `100.00 USD`.
    fn word(&mut self) -> String {
        let start = self.chars.peek().map_or(self.text.len(), |(at, _)| *at);
        let mut end = start;
        while let Some((at, c)) = self.chars.next_if(|(_, c)| !",()[]{}\"".contains(*c)) {
            end = at + c.len_utf8();
        }
        self.text[start..end].trim_end().to_owned()
    }

    fn quoted(&mut self) -> Option<String> {
        let (start, _) = self.chars.next()?;
        let mut escaped = false;
        for (at, c) in self.chars.by_ref() {
            match c {
                '"' if !escaped => {
                    return syn::parse_str::<syn::LitStr>(&self.text[start..=at])
                        .ok()
                        .map(|text| text.value());
                }
                '\\' => escaped = !escaped,
                _ => escaped = false,
            }
        }
        None
    }

    fn list(&mut self, end: char) -> Option<Vec<Shown>> {
        let mut items = Vec::new();
        while !self.next_is(end) {
            items.push(self.value()?);
            if self.take(',').is_none() && !self.next_is(end) {
                return None;
            }
        }
        self.take(end)?;
        Some(items)
    }

    fn fields(&mut self) -> Option<Vec<(String, Shown)>> {
        let mut fields = Vec::new();
        while !self.next_is('}') {
            self.blanks();
            let start = self.chars.peek()?.0;
            while self.chars.next_if(|(_, c)| c.is_alphanumeric() || "_#".contains(*c)).is_some() {}
            let name = self.text[start..self.chars.peek()?.0].to_owned();
            self.take(':')?;
            fields.push((name, self.value()?));
            if self.take(',').is_none() && !self.next_is('}') {
                return None;
            }
        }
        self.take('}')?;
        Some(fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_debug_prints_is_read_and_printed_alike() {
        for line in [
            "Ok([Submitted(Submitted { amount: 9000.00 USD, remarks: None, names: [\"a \\\"b\\\"\", \"c, d\"] })])",
            "Err(Incomplete { faults: [Missing { part: Amount }, ItemsExceedAmount] })",
            "(Some(Overdue { past_due_since: 2026-01-01T00:00:00Z }), [])",
            "None",
            "-1",
        ] {
            assert_eq!(Shown::parse(line).map(|shown| shown.line()), Some(line.to_owned()));
        }
    }

    #[test]
    fn what_is_not_of_the_derived_form_is_left() {
        for line in ["", "a { b", "\"open", "[1 2"] {
            assert_eq!(Shown::parse(line), None, "{line}");
        }
    }
}
