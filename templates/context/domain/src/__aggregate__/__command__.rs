//! `{{ command.name }}`: its fields, its guard, its decision and its examples.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
{% for line in command.seed.uses.external -%}
{{ line }}
{% endfor %}
{% for line in command.seed.uses.own -%}
{{ line }}
{% endfor %}
{% if not command.creates -%}
use super::{{ aggregate.name }};
{% endif %}
/// {{ command.words | capitalize }}.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct {{ command.name }} {
    {%- for field in command.seed.fields %}
    /// {{ field.words | capitalize }}.
    {{ field.attribute }}
    pub {{ field.name }}: {{ field.ty }},
    {%- endfor %}
}
{% if command.seed.due %}
impl From<macadam_kernel::Due> for {{ command.name }} {
    fn from({% if command.seed.due_fields %}due{% else %}_{% endif %}: macadam_kernel::Due) -> Self {
        Self { {{ command.seed.due_fields }} }
    }
}
{% endif %}
{%- if command.creates %}
impl macadam_kernel::Opening for {{ command.name }} {
    type Facts = ();

    fn decide(self, (): &()) -> macadam_kernel::Opened<Self> {
        {{ command.seed.answer }}
    }
}
{% else %}
impl macadam_kernel::Decision for {{ command.name }} {
    type Permit<'a> = &'a super::state::Active;
    type Facts = ();

    fn guard<'a>(state: &'a {{ aggregate.name }}, _: &Actor) -> Result<Self::Permit<'a>, Rejection> {
        match state {
            {{ aggregate.name }}::Active(active) => Ok(active),
        }
    }

    fn decide(self, _: Self::Permit<'_>, (): &()) -> macadam_kernel::Decided<Self> {
        {{ command.seed.answer }}
    }
}
{% endif %}
#[cfg(test)]
mod examples {
    /// Replace this by the first example of the workshop: `given(…).when({{ command.name }} { … }).then(…)`.
    #[test]
    fn {{ command.seed.example }}() {
        panic!("write an example of `{{ command.name }}`");
    }
}
