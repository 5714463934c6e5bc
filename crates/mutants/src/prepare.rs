//! What is changed in the copy that is mutated, so that more of its mutants compile.
//!
//! cargo-mutants knows no alias: for a function that returns `Decided<Self>` it makes up `Decided::new()` and the like,
//! of which none compiles. Written out as the `Result` that it is, the same function yields "decides nothing" and
//! "always says no", which do. The text of a function's body, and hence the place of each mutant in it, stays.

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Fields, Item, ReturnType, Type};

use crate::sources::Sources;

/// An alias of the kernel: its name, how it is written, and what it stands for.
type Alias = (&'static str, &'static str, &'static str);

const ALIASES: &[Alias] = &[
    (
        "Decided",
        "Decided<Self>",
        "Result<Vec<<Self as macadam_kernel::Message>::Emits>, macadam_kernel::RejectionOf<Self>>",
    ),
    (
        "Opened",
        "Opened<Self>",
        "Result<<Self as macadam_kernel::Message>::Emits, macadam_kernel::RejectionOf<Self>>",
    ),
];

/// The text of a file with the aliases of its functions' return types written out.
pub fn prepared(text: &str) -> String {
    let Ok(syntax) = syn::parse_file(text) else { return text.to_owned() };
    let mut finder = Aliases::default();
    finder.visit_file(&syntax);
    let mut lines: Vec<String> = text.split('\n').map(ToOwned::to_owned).collect();
    // From the end, so that what is found in a line before keeps its place.
    for (line, (start, end), (_, alias, expanded)) in finder.0.into_iter().rev() {
        let Some(text) = lines.get_mut(line - 1) else { continue };
        let bytes = |column: usize| text.char_indices().nth(column).map_or(text.len(), |(at, _)| at);
        let range = bytes(start)..bytes(end);
        if text[range.clone()].ends_with(alias) {
            text.replace_range(range, expanded);
        }
    }
    lines.join("\n")
}

/// A mutant's name as it would be without that.
pub(crate) fn original(name: &str) -> String {
    ALIASES.iter().fold(name.to_owned(), |name, (_, alias, expanded)| name.replace(expanded, alias))
}

/// A rejection without fields, as an expression: what a function that returns a `Result` may say instead.
pub fn error_value(sources: &Sources) -> Option<String> {
    let items = sources.files.values().filter(|file| !file.test_only).flat_map(|file| &file.syntax.items);
    let mut enums = items.filter_map(|item| match item {
        Item::Enum(item) if item.ident == "Rejection" => Some(item),
        _ => None,
    });
    let variants = &enums.next()?.variants;
    let plain = variants.iter().find(|variant| matches!(variant.fields, Fields::Unit))?;
    Some(format!("crate::Rejection::{}", plain.ident))
}

/// Return types that are an alias: line from 1, columns from 0, and what to write instead.
#[derive(Default)]
struct Aliases(Vec<(usize, (usize, usize), &'static Alias)>);

impl<'ast> Visit<'ast> for Aliases {
    fn visit_signature(&mut self, signature: &'ast syn::Signature) {
        if let ReturnType::Type(_, of) = &signature.output
            && let Type::Path(path) = of.as_ref()
            && let Some(last) = path.path.segments.last()
            && let Some(known) = ALIASES.iter().find(|(name, _, _)| last.ident == name)
        {
            let (start, end) = (of.span().start(), of.span().end());
            if start.line == end.line {
                self.0.push((start.line, (start.column, end.column), known));
            }
        }
        visit::visit_signature(self, signature);
    }
}
