//! The states of `{{ aggregate.name }}`.

{% for line in aggregate.state.uses.external -%}
{{ line }}
{% endfor %}
{% for line in aggregate.state.uses.own -%}
{{ line }}
{% endfor %}
/// The states of `{{ aggregate.name }}`. Give each state of the workshop a variant that holds what is known then, and no more:
/// the compiler names every guard, event and view that has to say what it makes of the new one.
#[derive(Debug, Clone, PartialEq)]
pub enum {{ aggregate.name }} {
    /// It exists.
    Active(Active),
}

/// What is known from the beginning.
#[derive(Debug, Clone, PartialEq)]
pub struct Active {
    {%- for field in aggregate.state.fields %}
    /// {{ field.words | capitalize }}.
    pub {{ field.name }}: {{ field.ty }},
    {%- endfor %}
}
