//! `{{ process.name }}`: its state, and the commands that it sends.

use macadam_kernel::Recorded;
use serde::{Deserialize, Serialize};

{% if process.seed.keys -%}
use crate::{{ process.name }}Heard;
{% endif %}
/// The state of the process, stored between events.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct {{ process.name }} {}

impl macadam_kernel::Process for {{ process.name }} {
    {% if process.seed.keys -%}
    fn key(heard: &Recorded<Self::Heard>) -> String {
        match &heard.event {
            {%- for arm in process.seed.keys %}
            {{ arm.pattern }} => {{ arm.body | first }},
            {%- endfor %}
            {%- if process.seed.rest %}
            {{ process.seed.rest }} => heard.stream.to_string(),
            {%- endif %}
        }
    }
    {%- else -%}
    fn key(heard: &Recorded<Self::Heard>) -> String {
        heard.stream.to_string()
    }
    {%- endif %}

    /// Sends nothing yet: `{{ process.name }}Sends` has the commands that it may send, and `heard.id()` is the aggregate
    /// of the event. Decide here which event makes it send `{{ process.sends | join(sep="`, `") }}`.
    fn react(state: Option<Self>, _: &Recorded<Self::Heard>) -> (Option<Self>, Vec<Self::Sends>) {
        (Some(state.unwrap_or_default()), Vec::new())
    }
}
