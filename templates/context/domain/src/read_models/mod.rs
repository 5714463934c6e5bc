// Managed by Macadam: {{ origin }}
//! What is read: one file for each read model.

{% for view in read_models -%}
mod {{ view.module }};
{% endfor %}
{% for view in read_models -%}
pub use {{ view.module }}::{{ view.name }};
{% endfor -%}
