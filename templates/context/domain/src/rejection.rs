//! The rules by which {{ name }} says no. Each variant is a rule of the board; its name in kebab case is its code.

use schemars::JsonSchema;
use serde::Serialize;

/// The domain's no.
#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, JsonSchema)]
#[serde(tag = "rule", rename_all = "kebab-case")]
pub enum Rejection {
    {%- for rule in rules %}
    /// {{ rule.words | capitalize }}.
    #[error("{{ rule.words }}")]
    {{ rule.name }},
    {%- endfor %}
}
