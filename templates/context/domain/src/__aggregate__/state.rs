//! The states of `{{ aggregate.name }}`.

{% for line in aggregate.state.uses.external -%}
{{ line }}
{% endfor %}
{% for line in aggregate.state.uses.own -%}
{{ line }}
{% endfor %}
/// The states of `{{ aggregate.name }}`. Add a variant for each state of the workshop, with only the data that is known
/// in that state: the compiler then reports every guard, event and view that must handle it.
#[derive(Debug, Clone, PartialEq)]
pub enum {{ aggregate.name }} {
    /// The only state so far.
    Active(Active),
}

/// The data that is known from the beginning.
#[derive(Debug, Clone, PartialEq)]
pub struct Active {
    {%- for field in aggregate.state.fields %}
    /// {{ field.words | capitalize }}.
    pub {{ field.name }}: {{ field.ty }},
    {%- endfor %}
}
