// Managed by Macadam: {{ origin }}
//! Builds the context from the board: routes, visibility, and listeners.

{% for import in domain_imports -%}
use {{ domain_crate }}::{{ import }};
{% endfor -%}
use macadam_chassis as chassis;

use crate::{custom, facts};

/// The context, with the sources of facts from the configuration.
pub(crate) fn context(config: &chassis::Config) -> Result<chassis::Context, String> {
    let facts = std::sync::Arc::new(facts::Facts::from_config(config)?);
    let context = chassis::Context::new("{{ name }}", "{{ summary_literal }}", "{{ owner }}")
    .version(env!("CARGO_PKG_VERSION"))
    {%- for aggregate in aggregates %}
    .aggregate(chassis::AggregateDef::<{{ aggregate.name }}>::new("{{ aggregate.plural }}")
        {%- for reader in aggregate.visible_to %}.visible_to("{{ reader.role }}", {{ reader.scope }}){% endfor %}
        {%- for command in aggregate.commands %}.{{ command.registers }}::<{{ command.name }}, _>(&facts){{ command.deprecated }}{% endfor %})
    {%- endfor %}
    {%- for view in read_models %}
    .view(chassis::ViewDef::<{{ view.name }}>::new()
        {%- for fields in view.index %}.index(&[{{ fields }}]){% endfor %}
        {%- for reader in view.readers %}.reader("{{ reader.role }}", {{ reader.scope }}){% endfor %}{{ view.deprecated }})
    {%- endfor %}
    {%- for tally in tallies %}
    .tally(chassis::TallyDef::new("{{ tally.name }}", "{{ tally.of }}", &[{{ tally.group_by }}]){{ tally.sum }}
        {%- for reader in tally.readers %}.reader("{{ reader.role }}", {{ reader.scope }}){% endfor %}{{ tally.deprecated }})
    {%- endfor %}
    {%- for process in processes %}
    .process::<{{ process.name }}>()
    {%- endfor %}
    {%- for deadline in deadlines %}
    .deadline::<{{ deadline.name }}>()
    {%- endfor %}
    {%- for claim in claims %}
    .claim(chassis::ClaimDef::new("{{ claim.name }}", "{{ claim.aggregate }}", "{{ claim.field }}", &[{{ claim.taken_by }}], "{{ claim.rule }}"){{ claim.released }})
    {%- endfor %};
    Ok(custom::extend(context))
}
