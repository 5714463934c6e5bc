// Managed by Macadam: {{ origin }}
//! The read models: one file for each.

{% for view in read_models -%}
mod {{ view.module }};
{% endfor %}
{% for view in read_models -%}
pub use {{ view.module }}::{{ view.name }};
{% endfor -%}
