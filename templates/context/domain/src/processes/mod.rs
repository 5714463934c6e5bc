// Managed by Macadam: {{ origin }}
//! The processes: one file for each.

{% for process in processes -%}
mod {{ process.module }};
{% endfor %}
{% for process in processes -%}
pub use {{ process.module }}::{{ process.name }};
{% endfor -%}
