//! `{{ event.name }}`: its fields, and how it changes `{{ event.seed.aggregate }}`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
{% for line in event.seed.uses.external -%}
{{ line }}
{% endfor %}
{% for line in event.seed.uses.own -%}
{{ line }}
{% endfor %}

/// {{ event.seed.words | capitalize }}. It is stored in this form: to change it, add a new version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct {{ event.name }} {
    {%- for field in event.seed.fields %}
    /// {{ field.words | capitalize }}.
    {{ field.attribute }}
    pub {{ field.name }}: {{ field.ty }},
    {%- endfor %}
}

{% if event.seed.founds -%}
impl macadam_kernel::Open<{{ event.name }}> for {{ event.seed.aggregate }} {
    fn open({% if event.seed.taken %}event{% else %}_{% endif %}: &{{ event.name }}) -> Self {
        Self::Active(crate::{{ event.seed.aggregate_module }}::state::Active { {{ event.seed.taken | join(sep=", ") }} })
    }
}
{% elif event.seed.taken -%}
impl macadam_kernel::Evolve<{{ event.name }}> for {{ event.seed.aggregate }} {
    fn evolve(&mut self, event: &{{ event.name }}) {
        match self {
            Self::Active(active) => {
                {%- for statement in event.seed.taken %}
                {{ statement }}
                {%- endfor %}
            }
        }
    }
}
{% else -%}
impl macadam_kernel::Evolve<{{ event.name }}> for {{ event.seed.aggregate }} {
    /// Changes nothing yet: if the event leads to another state, set it here.
    fn evolve(&mut self, _: &{{ event.name }}) {
        match self {
            Self::Active(_) => {}
        }
    }
}
{% endif -%}
