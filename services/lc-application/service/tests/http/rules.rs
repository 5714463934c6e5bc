//! Each rule of the board, broken over HTTP: the answer names it, and nothing has changed.

use std::collections::{BTreeMap, BTreeSet};

use macadam_testkit::{Client, Resource, Service};
use serde_json::{Value, json};

use crate::BINARY;
use crate::bodies::{
    PRODUCTS, advising_bank, amount, beneficiary, deferred, expiry, item, merchandise_of, outcome,
    outcome_of, parts, shipment, usd,
};
use crate::seen::{Seen, is_faultless, seen};
use crate::support::{People, same, send_unasked};

/// A service with applications in each state.
struct World<'a> {
    service: &'a Service,
    people: &'a People,
    /// The rules that were broken, with their commands.
    broken: BTreeSet<(String, String)>,
    /// What was to be seen of each application before any rule was broken.
    before: BTreeMap<String, Seen>,
}

impl World<'_> {
    /// The rule is broken: it stands in the answer and in the metric, and nothing has changed.
    #[track_caller]
    fn breaks(&mut self, on: &Resource<'_>, template: &str, body: &Value, status: u16, rule: &str) {
        let by = self.asks(template).clone();
        let (command, href) = (pascal(template), on.link("self"));
        let labels = [("command", command.as_str()), ("outcome", "rejected"), ("rule", rule)];
        let count = |service: &Service| service.metric("macadam_commands_total", &labels);
        let counted = count(self.service).expect("a series from the start");
        let reply = send_unasked(on, template, &by, body);
        assert_eq!((reply.status, reply.rule()), (status, Some(rule)), "{command} {body}: {}", reply.text);
        assert_eq!(reply.header("content-type"), Some("application/problem+json"));
        assert_eq!(count(self.service), Some(counted + 1.0), "{command} by {rule}");
        let before = &self.before[&href];
        assert_eq!(seen(self.service, self.people, &href), *before, "{command} by {rule}");
        let offered = same(on, &by).offers(template);
        assert_eq!(offered, status == 422, "{command} is offered where its guard permits it");
        self.broken.insert((command, rule.to_owned()));
    }

    /// The client whose command it is.
    fn asks(&self, template: &str) -> &Client {
        match template {
            "approve" | "decline" => &self.people.manager,
            "remind-of-approval" => &self.people.system,
            _ if template.starts_with("record-") => &self.people.system,
            _ => &self.people.importer,
        }
    }
}

/// `change-amount` as `ChangeAmount`.
fn pascal(template: &str) -> String {
    template.split('-').map(|word| word[..1].to_uppercase() + &word[1..]).collect()
}

/// Each command with each rule that it rejects by, as the context describes itself.
fn rules_of(service: &Service) -> BTreeSet<(String, String)> {
    let description = service.admin().get("/describe").body;
    let commands = description["aggregates"][0]["commands"].as_array().expect("commands").clone();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let rules = commands.iter().flat_map(|command| {
        let rules = command["rejects"].as_array().expect("rules").iter();
        rules.map(|rule| (text(&command["name"]), text(rule))).collect::<Vec<_>>()
    });
    rules.collect()
}

#[test]
fn a_rejection_names_its_rule_and_changes_nothing() {
    let service = Service::start_with(BINARY, &[("MACADAM_DOMAIN__SANCTIONED_COUNTRIES", "[\"KP\"]")]);
    let people = People::of(&service);
    let started = people.started();
    let draft = people.filled_in();
    let submitted = people.submitted();
    let failed = people.checked(false);
    let approved = people.approved();
    let declined = people.checked(false).accept("decline", &json!({"reason": "no credit"}));
    let cancelled = people.submitted().accept("cancel", &json!({"reason": "no need"}));
    let all = [&started, &draft, &submitted, &failed, &approved, &declined, &cancelled];
    let before = all
        .map(|application| application.link("self"))
        .map(|href| (href.clone(), seen(&service, &people, &href)));
    let mut world =
        World { service: &service, people: &people, broken: BTreeSet::new(), before: before.into() };

    breaks_by_values(&mut world, &draft);
    for (template, body) in parts() {
        world.breaks(&submitted, template, &body, 409, "not-a-draft");
    }
    for settled in [&failed, &approved, &declined, &cancelled] {
        world.breaks(settled, "change-amount", &amount("1.00"), 409, "not-a-draft");
    }
    let nothing = json!({});
    world.breaks(&started, "submit", &nothing, 422, "incomplete");
    for settled in [&submitted, &approved, &declined] {
        world.breaks(settled, "submit", &nothing, 409, "already-submitted");
    }
    world.breaks(&cancelled, "submit", &nothing, 409, "already-cancelled");
    breaks_checks(&mut world, &draft, &failed);
    breaks_decisions(&mut world, [&draft, &submitted, &failed, &approved, &declined, &cancelled]);

    // Two are left: a creation has no application to look at, and a guard that tells a system from a manager.
    let short = json!({"applicant_id": "acme", "client_reference": " PO "});
    let refused = people.importer.home().submit("start", &short).reply;
    assert_eq!((refused.status, refused.rule()), (422, Some("reference-too-short")));
    let refused = send_unasked(&failed, "approve", &people.system, &json!({"remarks": "because"}));
    assert_eq!((refused.status, refused.rule()), (409, Some("check-failed")));
    world.broken.extend(
        [("Start", "reference-too-short"), ("Approve", "check-failed")]
            .map(|(command, rule)| (command.to_owned(), rule.to_owned())),
    );
    assert_eq!(world.broken, rules_of(&service), "the rules that were broken, and those of the board");
    is_faultless(&service);
}

/// What a draft does not take, whatever else is filled in.
fn breaks_by_values(world: &mut World<'_>, draft: &Resource<'_>) {
    let refuses = |world: &mut World<'_>, template: &str, body: Value, rule: &str| {
        world.breaks(draft, template, &body, 422, rule);
    };
    refuses(world, "change-amount", amount("0"), "amount-not-positive");
    refuses(world, "change-amount", amount("-0.01"), "amount-not-positive");
    refuses(world, "change-beneficiary", beneficiary("KP"), "country-sanctioned");
    let mut bank = advising_bank("DE");
    bank["advising_bank"]["bic"] = json!("deutdeff");
    refuses(world, "change-advising-bank", bank, "bic-malformed");
    let [steel, _] = PRODUCTS;
    refuses(world, "change-merchandise", merchandise_of(&[]), "no-items");
    refuses(world, "change-merchandise", merchandise_of(&[item(steel, 0)]), "quantity-zero");
    let mut given = item(steel, 1);
    given["unit_price"] = usd("-1.00");
    refuses(world, "change-merchandise", merchandise_of(&[given]), "unit-price-negative");
    let twice = merchandise_of(&[item(steel, 1), item(steel, 2)]);
    refuses(world, "change-merchandise", twice, "product-listed-twice");
    refuses(world, "change-tenor", deferred(361), "tenor-not-offered");
    refuses(world, "change-expiry", expiry("2026-01-01"), "expiry-not-ahead");
    refuses(world, "change-shipment", shipment("2099-07-01"), "shipment-after-expiry");
    refuses(world, "change-documents", json!({"documents": []}), "no-documents");
}

fn breaks_checks(world: &mut World<'_>, draft: &Resource<'_>, failed: &Resource<'_>) {
    for check in ["record-product-value", "record-product-legality"] {
        let [steel, _] = PRODUCTS;
        world.breaks(draft, check, &outcome_of(steel, true), 409, "not-submitted");
        world.breaks(failed, check, &outcome_of("tin", true), 422, "product-not-in-application");
        world.breaks(failed, check, &outcome_of(steel, false), 422, "check-already-decided");
    }
    world.breaks(draft, "record-applicant-credit", &outcome(true), 409, "not-submitted");
    world.breaks(failed, "record-applicant-credit", &outcome(true), 422, "check-already-decided");
}

/// On a draft, and on applications that are submitted, failed a check, approved, declined and cancelled.
fn breaks_decisions(world: &mut World<'_>, on: [&Resource<'_>; 6]) {
    let [draft, submitted, failed, approved, declined, cancelled] = on;
    let because = json!({"reason": "because"});
    for (template, body) in
        [("approve", json!({})), ("decline", because.clone()), ("remind-of-approval", json!({"nth": 1}))]
    {
        world.breaks(draft, template, &body, 409, "not-submitted");
        world.breaks(approved, template, &body, 409, "already-decided");
        world.breaks(declined, template, &body, 409, "already-decided");
        world.breaks(cancelled, template, &body, 409, "already-cancelled");
    }
    world.breaks(submitted, "approve", &json!({"remarks": "now"}), 409, "checks-pending");
    world.breaks(submitted, "decline", &because, 409, "checks-pending");
    world.breaks(failed, "approve", &json!({}), 422, "remarks-blank");
    world.breaks(failed, "decline", &json!({"reason": " "}), 422, "reason-blank");
    world.breaks(approved, "cancel", &because, 409, "already-decided");
    world.breaks(declined, "cancel", &because, 409, "already-decided");
    world.breaks(cancelled, "cancel", &because, 409, "already-cancelled");
}
