//! The form of `{{ aggregate.name }}` for clients.

use schemars::JsonSchema;
use serde::Serialize;
{% for line in aggregate.state.view_uses.external -%}
{{ line }}
{% endfor %}
{% for line in aggregate.state.view_uses.own -%}
{{ line }}
{% endfor %}
use super::{{ aggregate.name }};

/// `{{ aggregate.name }}` as clients see it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct {{ aggregate.name }}View {
    {%- if aggregate.state.named %}
    /// The name of its state.
    pub state: String,
    {%- endif %}
    {%- for field in aggregate.state.view %}
    /// {{ field.words | capitalize }}.
    pub {{ field.name }}: {{ field.ty }},
    {%- endfor %}
}

impl From<&{{ aggregate.name }}> for {{ aggregate.name }}View {
    fn from(shown: &{{ aggregate.name }}) -> Self {
        match shown {
            {{ aggregate.name }}::Active({{ aggregate.state.binding }}) => Self {
                {%- if aggregate.state.named %}
                state: "Active".to_owned(),
                {%- endif %}
                {%- for member in aggregate.state.shown %}
                {{ member }},
                {%- endfor %}
            },
        }
    }
}
