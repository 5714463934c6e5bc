// Managed by Macadam: {{ origin }}
//! The board as types: the aggregate, actors and events of each command, and the events of each listener.

use macadam_kernel as kernel;

use crate::Rejection;
use crate::events::*;
{% for aggregate in aggregates -%}
use crate::{{ aggregate.module }}::*;
{% endfor -%}
{% if processes -%}
use crate::processes::*;
{% endif -%}
{% if read_models -%}
use crate::read_models::*;
{% endif -%}
{% for aggregate in aggregates %}
kernel::aggregate_events! {
    /// Every event of [`{{ aggregate.name }}`].
    {{ aggregate.name }}Event {
        {%- for event in aggregate.events %}
        {{ event.entry }},
        {%- endfor %}
    }
}
{% endfor -%}
{% for aggregate in aggregates -%}
{% for command in aggregate.commands -%}
{% if command.narrow %}
kernel::emits! {
    /// The events that [`{{ command.name }}`] may emit.
    {{ command.emits }} of {{ aggregate.name }}Event { {{ command.kinds | join(sep=", ") }} }
}
{% endif -%}
{% endfor -%}
{% endfor %}
kernel::messages! {
    {%- for aggregate in aggregates %}{% for command in aggregate.commands %}
    {{ command.name }} of {{ aggregate.name }}
        by [{{ command.actors | join(sep=", ") }}]
        emits {{ command.emits }}
        rejects [{{ command.rejects | join(sep=", ") }}];
    {%- endfor %}{% endfor %}
}
{% for aggregate in aggregates %}
impl kernel::Aggregate for {{ aggregate.name }} {
    type Event = {{ aggregate.name }}Event;
    type Rejection = Rejection;
    type View = {{ aggregate.name }}View;
    const NAME: &'static str = "{{ aggregate.name }}";

    fn open(event: &{{ aggregate.name }}Event) -> Option<Self> {
        match event {
            {%- for event in aggregate.opened_by %}
            {{ aggregate.name }}Event::{{ event }}(event) => Some(kernel::Open::open(event)),
            {%- endfor %}
            {%- if aggregate.evolved_by %}
            {% for event in aggregate.evolved_by %}{% if not loop.first %} | {% endif %}{{ aggregate.name }}Event::{{ event }}(_){% endfor %} => None,
            {%- endif %}
        }
    }

    fn evolve(&mut self, event: &{{ aggregate.name }}Event) {
        match event {
            {% for event in aggregate.opened_by %}{% if not loop.first %} | {% endif %}{{ aggregate.name }}Event::{{ event }}(_){% endfor %} => {}
            {%- for event in aggregate.evolved_by %}
            {{ aggregate.name }}Event::{{ event }}(event) => kernel::Evolve::evolve(self, event),
            {%- endfor %}
        }
    }
}
{% endfor -%}
{% for view in read_models %}
kernel::hears! {
    /// The events that [`{{ view.name }}`] listens to.
    {{ view.name }}Heard {
        {%- for event in view.kinds %}
        {{ event.entry }},
        {%- endfor %}
    }
}

impl kernel::ReadModel for {{ view.name }} {
    type Heard = {{ view.name }}Heard;
    const NAME: &'static str = "{{ view.name }}";
    const VERSION: u32 = {{ view.version }};
}
{% endfor -%}
{% for process in processes %}
kernel::hears! {
    /// The events that [`{{ process.name }}`] listens to.
    {{ process.name }}Heard {
        {%- for event in process.kinds %}
        {{ event.entry }},
        {%- endfor %}
    }
}

kernel::sends! {
    /// The commands that [`{{ process.name }}`] may send.
    {{ process.name }}Sends { opens [{{ process.opens | join(sep=", ") }}] decides [{{ process.decides | join(sep=", ") }}] }
}

impl kernel::ProcessManager for {{ process.name }} {
    type Heard = {{ process.name }}Heard;
    type Sends = {{ process.name }}Sends;
    const NAME: &'static str = "{{ process.name }}";
    const STARTS_ON: &'static [&'static str] = &[{{ process.starts_on }}];
    const ENDS_ON: &'static [&'static str] = &[{{ process.ends_on }}];
}
{% endfor -%}
{% for deadline in deadlines %}
/// Sends [`{{ deadline.sends }}`] when it is due after [`{{ deadline.set_by }}`].
#[derive(Debug, Clone, Copy)]
pub struct {{ deadline.name }};

impl kernel::Deadline for {{ deadline.name }} {
    type Aggregate = {{ deadline.aggregate }};
    type Sends = {{ deadline.sends }};
    const NAME: &'static str = "{{ deadline.name }}";
    const SET_BY: &'static str = "{{ deadline.set_by }}";
    const CLEARED_BY: &'static [&'static str] = &[{{ deadline.cleared_by }}];
    const AFTER: &'static [kernel::SignedDuration] = &[{{ deadline.after | join(sep=", ") }}];
}
{% endfor -%}
