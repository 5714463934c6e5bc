//! The value types of {{ name }}: compared by content, and parsed at the edge.
{% if values %}
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
{% for line in value_imports.external -%}
{{ line }}
{% endfor %}
{% for line in value_imports.own -%}
{{ line }}
{% endfor %}
{% for value in values %}
/// {{ value.words | capitalize }}.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct {{ value.name }} {
    {%- for field in value.fields %}
    /// {{ field.words | capitalize }}.
    {{ field.attribute }}
    pub {{ field.name }}: {{ field.ty }},
    {%- endfor %}
}
{% endfor -%}
{% endif -%}
