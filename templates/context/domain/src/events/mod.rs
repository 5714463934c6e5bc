// Managed by Macadam: {{ origin }}
//! What has happened: one file for each kind of event.

{% for event in events -%}
mod {{ event.module }};
{% endfor %}
{% for event in events -%}
pub use {{ event.module }}::{{ event.name }};
{% endfor -%}
