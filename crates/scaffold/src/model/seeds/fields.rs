//! Rust types of fields, and the code that copies their values.

use super::{Typed, Uses, copies, is_sensitive, kernel_line};
use macadam_board::names::snake;
use macadam_board::{Board, FieldType};

/// The type in Rust.
pub(super) fn rust(ty: &FieldType) -> String {
    match ty {
        FieldType::Sensitive => "Sensitive<String>".to_owned(),
        FieldType::Id(aggregate) => format!("Id<{aggregate}>"),
        FieldType::Option(inner) => format!("Option<{}>", rust(inner)),
        FieldType::Vec(inner) => format!("Vec<{}>", rust(inner)),
        other => other.to_string(),
    }
}

/// Whether its values are `Copy`.
pub(super) fn is_copy(ty: &FieldType) -> bool {
    match ty {
        FieldType::String | FieldType::Sensitive | FieldType::Value(_) | FieldType::Vec(_) => false,
        FieldType::Option(inner) => is_copy(inner),
        _ => true,
    }
}

/// The expression that copies or clones a value.
pub(super) struct Copied<'a>(pub &'a FieldType);

impl Copied<'_> {
    pub(super) fn of(&self, place: &str) -> String {
        if is_copy(self.0) { place.to_owned() } else { format!("{place}.clone()") }
    }
}

/// The statement that replaces a value.
pub(super) fn assign(target: &str, source: &str, ty: &FieldType) -> String {
    if copies(ty) { format!("{target} = {source};") } else { format!("{target}.clone_from(&{source});") }
}

/// The names of the kernel types in a type.
pub(super) fn kernel_names(ty: &FieldType) -> Vec<&'static str> {
    match ty {
        FieldType::Money => vec!["Money"],
        FieldType::Country => vec!["Country"],
        FieldType::Currency => vec!["Currency"],
        FieldType::Timestamp => vec!["Timestamp"],
        FieldType::Date => vec!["Date"],
        FieldType::Id(_) => vec!["Id"],
        FieldType::Sensitive => vec!["Sensitive"],
        FieldType::Option(inner) | FieldType::Vec(inner) => kernel_names(inner),
        _ => Vec::new(),
    }
}

/// The `use` lines for these types: of the kernel, of other aggregates and of values.
pub(super) fn uses(board: &Board, types: &[Typed], kernel: &[&str]) -> Uses {
    let mut external: Vec<String> = kernel_line(types, kernel).into_iter().collect();
    let mut lines = Vec::new();
    if types.iter().any(|(_, ty)| *ty == FieldType::Sensitive) {
        external.push("use macadam_kernel::values::sensitive::revealed;".to_owned());
    }
    if types.iter().any(|(_, ty)| matches!(ty, FieldType::Option(inner) if **inner == FieldType::Sensitive)) {
        external.push("use macadam_kernel::values::sensitive::revealed_option;".to_owned());
    }
    let mentions = |name: &str| types.iter().any(|(_, ty)| mentions(ty, name));
    for aggregate in board.aggregates.iter().filter(|aggregate| mentions(&aggregate.name)) {
        lines.push(format!("use crate::{}::{};", snake(&aggregate.name), aggregate.name));
    }
    for value in board.values.iter().filter(|value| mentions(&value.name)) {
        lines.push(format!("use crate::values::{};", value.name));
    }
    Uses { external, own: lines }
}

fn mentions(ty: &FieldType, name: &str) -> bool {
    match ty {
        FieldType::Id(named) | FieldType::Value(named) => named == name,
        FieldType::Option(inner) | FieldType::Vec(inner) => mentions(inner, name),
        _ => false,
    }
}

/// The type of a field in a read model, where it is absent until an event sets it.
pub(super) fn optional(ty: &FieldType) -> FieldType {
    match ty {
        FieldType::Option(_) => ty.clone(),
        other => FieldType::Option(Box::new(other.clone())),
    }
}

/// The statement that copies a field into a read model.
pub(super) fn learn(name: &str, ty: &FieldType) -> String {
    match ty {
        FieldType::Option(_) => assign(&format!("view.{name}"), &format!("event.{name}"), ty),
        other => format!("view.{name} = Some({});", Copied(other).of(&format!("event.{name}"))),
    }
}

/// Whether a read model may show it.
pub(super) fn showable(ty: &FieldType) -> bool {
    !is_sensitive(ty)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn option(inner: FieldType) -> FieldType {
        FieldType::Option(Box::new(inner))
    }

    fn list(inner: FieldType) -> FieldType {
        FieldType::Vec(Box::new(inner))
    }

    fn id() -> FieldType {
        FieldType::Id("Loan".to_owned())
    }

    fn value() -> FieldType {
        FieldType::Value("Shelf".to_owned())
    }

    #[test]
    fn a_type_is_spelled_as_rust_spells_it() {
        let spelled = [FieldType::U32, FieldType::Sensitive, option(id()), list(value())].map(|ty| rust(&ty));
        assert_eq!(spelled, ["u32", "Sensitive<String>", "Option<Id<Loan>>", "Vec<Shelf>"]);
    }

    #[test]
    fn what_is_small_and_plain_is_copied_and_all_else_cloned() {
        for ty in [FieldType::Bool, FieldType::Money, FieldType::Date, id(), option(id())] {
            assert_eq!(Copied(&ty).of("self.it"), "self.it", "{ty}");
            assert_eq!(assign("view.it", "event.it", &ty), "view.it = event.it;", "{ty}");
        }
        let owned = [FieldType::String, FieldType::Sensitive, value(), list(id()), option(FieldType::String)];
        for ty in owned {
            assert_eq!(Copied(&ty).of("self.it"), "self.it.clone()", "{ty}");
            assert_eq!(assign("view.it", "event.it", &ty), "view.it.clone_from(&event.it);", "{ty}");
        }
    }

    #[test]
    fn the_kernels_names_are_those_in_the_type() {
        use FieldType::{Country, Currency, Date, Money, Sensitive, String, Timestamp};
        for ty in [Money, Country, Currency, Timestamp, Date] {
            assert_eq!(kernel_names(&ty), [ty.to_string()]);
            assert_eq!(kernel_names(&option(list(ty.clone()))), [ty.to_string()]);
        }
        assert_eq!((kernel_names(&id()), kernel_names(&list(Sensitive))), (vec!["Id"], vec!["Sensitive"]));
        assert_eq!((kernel_names(&String), kernel_names(&value())), (vec![], vec![]));
    }

    #[test]
    fn a_read_model_learns_a_field_that_it_holds_as_optional() {
        assert_eq!(optional(&FieldType::U32), option(FieldType::U32));
        assert_eq!(optional(&option(FieldType::U32)), option(FieldType::U32));
        assert_eq!(learn("due", &FieldType::Date), "view.due = Some(event.due);");
        assert_eq!(learn("book", &FieldType::String), "view.book = Some(event.book.clone());");
        assert_eq!(learn("due", &option(FieldType::Date)), "view.due = event.due;");
        assert_eq!(learn("book", &option(FieldType::String)), "view.book.clone_from(&event.book);");
    }

    #[test]
    fn a_read_model_shows_no_secret_however_it_is_wrapped() {
        let secrets = [FieldType::Sensitive, option(FieldType::Sensitive), list(FieldType::Sensitive)];
        assert!(!secrets.iter().any(showable));
        assert!([FieldType::String, option(FieldType::U32), value()].iter().all(showable));
    }

    #[test]
    fn a_type_mentions_the_names_in_it() {
        for ty in [id(), option(id()), list(option(id()))] {
            assert!(mentions(&ty, "Loan") && !mentions(&ty, "Shelf"), "{ty}");
        }
        assert!(mentions(&value(), "Shelf") && !mentions(&FieldType::String, "String"));
    }
}
