//! The rejections of {{ name }}. Each variant is a rule of the board; its code is its name in kebab-case.

use schemars::JsonSchema;
use serde::Serialize;

/// A rejection by the domain.
#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, JsonSchema)]
#[serde(tag = "rule", rename_all = "kebab-case")]
pub enum Rejection {
    {%- for rule in rules %}
    /// {{ rule.words | capitalize }}.
    #[error("{{ rule.words }}")]
    {{ rule.name }},
    {%- endfor %}
}
