//! Conversions between spellings, and names derived from others.

use heck::{ToKebabCase, ToPascalCase, ToSnakeCase};

/// `LcApplication` → `lc_application`: for modules and files.
pub fn snake(name: &str) -> String {
    name.to_snake_case()
}

/// `LcApplication` → `lc-application`: for routes and metric labels.
pub fn kebab(name: &str) -> String {
    name.to_kebab_case()
}

/// `lc-application` → `LcApplication`: for types.
pub fn pascal(name: &str) -> String {
    name.to_pascal_case()
}

/// `LcApplication` → `lc-applications`, by the simplest rules of English; a board may set `plural` instead.
pub fn plural(name: &str) -> String {
    let mut word = kebab(name);
    let sibilant = ["s", "x", "z", "ch", "sh"].iter().any(|end| word.ends_with(end));
    let vowel_y = ["ay", "ey", "iy", "oy", "uy"].iter().any(|end| word.ends_with(end));
    if sibilant {
        word.push_str("es");
    } else if word.ends_with('y') && !vowel_y {
        word.pop();
        word.push_str("ies");
    } else {
        word.push('s');
    }
    word
}

/// `NotADraft` → `not-a-draft`: a rule's code, exactly as serde's `kebab-case` spells the variant.
pub fn rule_code(name: &str) -> String {
    let mut code = String::new();
    for (at, letter) in name.char_indices() {
        if at > 0 && letter.is_ascii_uppercase() {
            code.push('-');
        }
        code.push(letter.to_ascii_lowercase());
    }
    code
}
