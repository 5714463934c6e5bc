//! Arbitrary commands with valid values, invalid values and limits, in different worlds.

use lc_application_domain::lc_application::change_beneficiary::SanctionedCountries;
use lc_application_domain::lc_application::*;
use lc_application_domain::values::*;
use macadam_kernel::jiff::civil::date;
use macadam_kernel::{Country, Currency, Date, Money, Timestamp};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// The facts of the decisions.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) now: Timestamp,
    pub(crate) sanctioned: SanctionedCountries,
}

/// One command, by one of its actors, in one world.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) command: Command,
    /// The index of a role that may send the command, modulo their number.
    pub(crate) role: usize,
    pub(crate) world: World,
}

macro_rules! commands {
    ($($command:ident),* $(,)?) => {
        /// Any command to an existing application.
        #[derive(Debug, Clone)]
        pub(crate) enum Command { $($command($command)),* }
        $(impl From<$command> for Command {
            fn from(command: $command) -> Self { Self::$command(command) }
        })*
        impl crate::played::Step<'_> {
            /// Sends the command.
            pub(crate) fn ask(&mut self, command: Command) {
                match command { $(Command::$command(command) => self.judge(command)),* }
            }
        }
    };
}

commands! {
    ChangeAmount, ChangeBeneficiary, ChangeAdvisingBank, ChangeMerchandise, ChangeTenor, ChangeExpiry, ChangeShipment,
    ChangeDocuments, Submit, RecordProductValue, RecordProductLegality, RecordApplicantCredit, Cancel, Approve, Decline,
    RemindOfApproval,
}

/// Sequences that begin with an empty draft, a complete draft, a submitted application or a checked one.
pub(crate) fn asked() -> impl Strategy<Value = Vec<Asked>> {
    let checked = (any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(value, legality, credit)| {
        let decision = |approved| Decision { approved, remarks: None };
        let steel = || product("steel");
        let mut commands = submitted();
        commands.extend([
            RecordProductValue { product_id: steel(), decision: decision(value) }.into(),
            RecordProductLegality { product_id: steel(), decision: decision(legality) }.into(),
            RecordApplicantCredit { decision: decision(credit) }.into(),
        ]);
        commands
    });
    let before = prop_oneof![Just(vec![]), Just(complete()), Just(submitted()), checked];
    let first = World { now: noon("2025-12-01"), sanctioned: SanctionedCountries::default() };
    let before = before.prop_map(move |commands| {
        commands
            .into_iter()
            .map(|command| Asked { command, role: 0, world: first.clone() })
            .collect::<Vec<_>>()
    });
    let later =
        (command(), 0..2_usize, world()).prop_map(|(command, role, world)| Asked { command, role, world });
    (before, vec(later, 0..24)).prop_map(|(before, later)| [before, later].concat())
}

fn complete() -> Vec<Command> {
    let country = country("DE");
    let item = Item {
        product_id: product("steel"),
        description: "coils".into(),
        quantity: 2,
        unit_price: Some(Money::from_minor(4_000, Currency::USD)),
    };
    let shipment = Shipment {
        latest: date(2026, 6, 1),
        from: "Hamburg".into(),
        to: "Santos".into(),
        partial: false,
        transhipment: false,
    };
    let Shipment { latest, from, to, partial, transhipment } = shipment;
    vec![
        ChangeAmount { amount: Money::from_minor(9_000, Currency::USD) }.into(),
        ChangeBeneficiary { beneficiary: Party { name: "Hansa".into(), address: "Kai 7".into(), country } }
            .into(),
        ChangeAdvisingBank {
            advising_bank: AdvisingBank { bic: Bic::from("DEUTDEFF"), name: "Deutsche Bank".into(), country },
        }
        .into(),
        ChangeMerchandise {
            merchandise: Merchandise { items: vec![item], packaging: "crates".into(), hazardous: false },
        }
        .into(),
        ChangeTenor { tenor: Tenor::AtSight }.into(),
        ChangeExpiry { date: date(2026, 6, 30), place: "Hamburg".into() }.into(),
        ChangeShipment { latest, from, to, partial, transhipment }.into(),
        ChangeDocuments { documents: vec![Document { title: "invoice".into(), originals: 1, copies: 0 }] }
            .into(),
    ]
}

fn submitted() -> Vec<Command> {
    let mut commands = complete();
    commands.push(Submit {}.into());
    commands
}

fn command() -> impl Strategy<Value = Command> {
    let (text, days) =
        (|| select(vec!["", " ", "why"]).prop_map(str::to_owned), select(vec![0, 1, 90, 360, 361]));
    let parts = prop_oneof![
        money().prop_map(|amount| ChangeAmount { amount }.into()),
        (text(), any_country()).prop_map(|(name, country)| {
            ChangeBeneficiary { beneficiary: Party { name, address: "Kai 7".into(), country } }.into()
        }),
        (select(vec!["DEUTDEFF", "DEUTDEFF500", "deutdeff"]), any_country()).prop_map(|(bic, country)| {
            ChangeAdvisingBank {
                advising_bank: AdvisingBank { bic: bic.into(), name: "bank".into(), country },
            }
            .into()
        }),
        (vec(item(), 0..4), any::<bool>()).prop_map(|(items, hazardous)| {
            ChangeMerchandise { merchandise: Merchandise { items, packaging: "crates".into(), hazardous } }
                .into()
        }),
        option::of(days).prop_map(|days| {
            ChangeTenor { tenor: days.map_or(Tenor::AtSight, |days| Tenor::Deferred { days }) }.into()
        }),
        (day(), text()).prop_map(|(date, place)| ChangeExpiry { date, place }.into()),
        (day(), any::<bool>()).prop_map(|(latest, partial)| {
            ChangeShipment {
                latest,
                from: "Hamburg".into(),
                to: "Santos".into(),
                partial,
                transhipment: true,
            }
            .into()
        }),
        (0..3_u32).prop_map(|copies| {
            let documents =
                (0..copies).map(|copies| Document { title: "invoice".into(), originals: 1, copies });
            ChangeDocuments { documents: documents.collect() }.into()
        }),
    ];
    let decided = prop_oneof![
        (any_product(), decision()).prop_map(|(product_id, decision)| RecordProductValue {
            product_id,
            decision
        }
        .into()),
        (any_product(), decision()).prop_map(|(product_id, decision)| RecordProductLegality {
            product_id,
            decision
        }
        .into()),
        decision().prop_map(|decision| RecordApplicantCredit { decision }.into()),
        option::of(text()).prop_map(|remarks| Approve { remarks }.into()),
        text().prop_map(|reason| Decline { reason }.into()),
        (0..5_u32).prop_map(|nth| RemindOfApproval { nth }.into()),
    ];
    let moved =
        prop_oneof![5 => Just(Submit {}.into()), 1 => text().prop_map(|reason| Cancel { reason }.into())];
    prop_oneof![5 => parts, 5 => decided, 1 => moved]
}

fn world() -> impl Strategy<Value = World> {
    let sanctioned = option::of(any_country()).prop_map(|country| country.into_iter().collect());
    let now = select(vec!["2025-12-01", "2026-06-15", "2026-06-30"]).prop_map(noon);
    (now, sanctioned).prop_map(|(now, sanctioned)| World { now, sanctioned })
}

fn item() -> impl Strategy<Value = Item> {
    (any_product(), 0..3_u32, option::of(money())).prop_map(|(product_id, quantity, unit_price)| Item {
        product_id,
        description: String::new(),
        quantity,
        unit_price,
    })
}

fn money() -> impl Strategy<Value = Money> {
    (select(vec![i64::MIN, -1, 0, 1, 4_500, 9_000, i64::MAX]), select(vec![Currency::USD, Currency::EUR]))
        .prop_map(|(minor, currency)| Money::from_minor(minor, currency))
}

fn decision() -> impl Strategy<Value = Decision> {
    (any::<bool>(), option::of(Just("why".to_owned())))
        .prop_map(|(approved, remarks)| Decision { approved, remarks })
}

fn day() -> impl Strategy<Value = Date> {
    select(vec![date(2025, 12, 31), date(2026, 6, 1), date(2026, 6, 30), date(2026, 7, 1)])
}

fn any_country() -> impl Strategy<Value = Country> {
    select(vec!["DE", "FR"]).prop_map(country)
}

fn any_product() -> impl Strategy<Value = ProductId> {
    select(vec!["steel", "copper", "gold"]).prop_map(product)
}

fn country(code: &str) -> Country {
    code.parse().unwrap()
}

fn product(id: &str) -> ProductId {
    id.to_owned().try_into().unwrap()
}

fn noon(day: &str) -> Timestamp {
    format!("{day}T12:00:00Z").parse().unwrap()
}
