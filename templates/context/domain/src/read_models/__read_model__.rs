//! The documents of `{{ view.name }}`, and how events change them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
{% for line in view.seed.uses.external -%}
{{ line }}
{% endfor %}
{% for line in view.seed.uses.own -%}
{{ line }}
{% endfor %}
{% if view.seed.learns -%}
use crate::{{ view.name }}Heard;
{% endif %}
/// A document of this read model; fields that no event has set yet are absent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct {{ view.name }} {
    {%- for field in view.seed.fields %}
    /// {{ field.words | capitalize }}.
    {{ field.attribute }}
    pub {{ field.name }}: {{ field.ty }},
    {%- endfor %}
}

impl macadam_kernel::Projection for {{ view.name }} {
    {% if view.seed.learns -%}
    fn project(view: Option<Self>, heard: &Recorded<Self::Heard>) -> Option<Self> {
        let mut view = view.unwrap_or_default();
        match &heard.event {
            {%- for arm in view.seed.arms %}
            {{ arm.pattern }} => {
                {%- for statement in arm.body %}
                {{ statement }}
                {%- endfor %}
            }
            {%- endfor %}
        }
        Some(view)
    }
    {%- else -%}
    fn project(view: Option<Self>, _: &Recorded<Self::Heard>) -> Option<Self> {
        Some(view.unwrap_or_default())
    }
    {%- endif %}
}
