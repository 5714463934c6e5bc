// Managed by Macadam: {{ origin }}
//! The domain of `{{ name }}`: commands, events, read models and processes.

{% for module in modules -%}
{{ module }}
{% endfor %}
pub use messages::*;
pub use rejection::Rejection;
