// Managed by Macadam: {{ origin }}
//! The events: one file for each kind.

{% for event in events -%}
mod {{ event.module }};
{% endfor %}
{% for event in events -%}
pub use {{ event.module }}::{{ event.name }};
{% endfor -%}
