// Managed by Macadam: {{ origin }}
//! The domain of `{{ name }}`: what may be asked, what has happened, and what follows from it.

{% for module in modules -%}
{{ module }}
{% endfor %}
pub use messages::*;
pub use rejection::Rejection;
