//! Names of the domain as they stand in paths.

use heck::ToKebabCase;

/// `ChangeAmount` as `change-amount`.
pub fn kebab(name: &str) -> String {
    name.to_kebab_case()
}

/// The path of a view.
pub fn view_path(name: &str) -> String {
    format!("/views/{}", kebab(name))
}
