// Managed by Macadam: {{ origin }}
//! `{{ aggregate.name }}`: its state, its view, and one file for each command.

{% for command in aggregate.commands -%}
pub mod {{ command.module }};
{% endfor -%}
pub mod state;
pub mod view;

{% for command in aggregate.commands -%}
pub use {{ command.module }}::{{ command.name }};
{% endfor -%}
pub use state::{{ aggregate.name }};
pub use view::{{ aggregate.name }}View;
