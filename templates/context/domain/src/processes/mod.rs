// Managed by Macadam: {{ origin }}
//! What goes on by itself: one file for each process.

{% for process in processes -%}
mod {{ process.module }};
{% endfor %}
{% for process in processes -%}
pub use {{ process.module }}::{{ process.name }};
{% endfor -%}
