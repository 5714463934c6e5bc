//! Parses seed fields and their types.

use toml_edit::{Item, Table};

use super::{Code, Diagnostic, Field, FieldType, Kind, Reader, Report, Spanned, report_name};
use crate::field_type::PLAIN;

/// The names that a field's type may use, besides those of the kernel.
pub(super) struct FieldTypes {
    values: Vec<String>,
    aggregates: Vec<String>,
}

impl FieldTypes {
    /// All values and aggregates of the document, before or after the field.
    pub(super) fn of(root: &Table) -> Self {
        let names = |key: &str| {
            let table = root.get(key).and_then(Item::as_table_like);
            table.map_or_else(Vec::new, |table| table.iter().map(|(name, _)| name.to_owned()).collect())
        };
        Self { values: names("value"), aggregates: names("aggregate") }
    }

    fn parse(&self, text: &str) -> Result<FieldType, String> {
        let values: Vec<_> = self.values.iter().map(String::as_str).collect();
        let aggregates: Vec<_> = self.aggregates.iter().map(String::as_str).collect();
        FieldType::parse(text, &values, &aggregates)
    }

    fn candidates(&self) -> impl Iterator<Item = &str> {
        let plain = PLAIN.iter().map(|(spelling, _)| *spelling);
        plain
            .chain(["Id", "Option", "Vec"])
            .chain(self.values.iter().chain(&self.aggregates).map(String::as_str))
    }
}

/// The fields of a table; `None` if it has no `fields`.
pub(super) fn read_fields(table: &Reader<'_>, types: &FieldTypes, report: &mut Report) -> Option<Vec<Field>> {
    let pairs = table.pairs("fields", report)?;
    let mut fields = Vec::new();
    for (name, spelling) in pairs {
        report_name(Kind::Field, &name, report);
        match types.parse(&spelling) {
            Ok(ty) => fields.push(Field { name, ty: Spanned::new(ty, spelling.span) }),
            Err(unknown) => {
                let message = format!("field `{name}` of {} has the unknown type `{unknown}`", table.what());
                let finding = Diagnostic::new(Code::UnknownFieldType, &spelling.span, message)
                    .label("neither a kernel type nor a `[value]`");
                let declare = if spelling.contains(&format!("Id<{unknown}>")) {
                    "name an aggregate of this board; an id of another context is a `String` here".to_owned()
                } else {
                    format!("declare `[value.{unknown}]`, or use a kernel type")
                };
                let mut finding = finding.did_you_mean(&unknown, types.candidates(), declare);
                // The position of a part is not known exactly enough to replace it.
                if unknown != spelling.value {
                    finding.suggestion = None;
                }
                report.push(finding);
            }
        }
    }
    Some(fields)
}
