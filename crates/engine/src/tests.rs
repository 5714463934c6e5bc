//! What happens when somebody else was first: the one way in which a command is decided more than once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use jiff::{SignedDuration, Timestamp};
use macadam_event_log::{Append, EventLog, LogMetrics, LogOptions, NewEvent};
use macadam_kernel as kernel;
use macadam_kernel::{Actor, Decided, Decision, Evolve, Open, Opened, Opening};
use macadam_telemetry::MetricFactory;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    AggregateDef, Caller, Catalog, Engine, EngineMetrics, Envelope, ErasedAggregate as _, Failure, Input,
    LookUp, LookUpError, MetricLabels, Scope, Target,
};

/// What has been bid, and by whom.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct Auction {
    best: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Called {}
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
struct BidTaken {
    amount: u32,
}
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
struct OpenAuction {}
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Bid {}

kernel::aggregate_events! { AuctionEvent { Called { version: 1 }, BidTaken { version: 1 } } }
kernel::messages! {
    OpenAuction of Auction by ["Bidder"] emits Called rejects [];
    Bid of Auction by ["Bidder"] emits BidTaken rejects ["too-low"];
}

#[derive(Debug, PartialEq, Serialize, JsonSchema, thiserror::Error)]
#[serde(tag = "rule", rename_all = "kebab-case")]
enum TooLittle {
    #[error("somebody bids more")]
    TooLow { best: u32 },
}

impl From<&Auction> for Auction {
    fn from(auction: &Auction) -> Self {
        auction.clone()
    }
}

impl Open<Called> for Auction {
    fn open(_: &Called) -> Self {
        Self { best: 0 }
    }
}
impl Evolve<BidTaken> for Auction {
    fn evolve(&mut self, event: &BidTaken) {
        self.best = event.amount;
    }
}
impl kernel::Aggregate for Auction {
    type Event = AuctionEvent;
    type Rejection = TooLittle;
    type View = Self;
    const NAME: &'static str = "Auction";
    fn open(event: &AuctionEvent) -> Option<Self> {
        if let AuctionEvent::Called(event) = event { Some(Open::open(event)) } else { None }
    }
    fn evolve(&mut self, event: &AuctionEvent) {
        if let AuctionEvent::BidTaken(event) = event {
            Evolve::evolve(self, event);
        }
    }
}
impl Opening for OpenAuction {
    type Facts = ();
    fn decide(self, (): &()) -> Opened<Self> {
        Ok(Called {})
    }
}

/// How much the bidder may spend at the moment.
struct Budget(u32);

impl Decision for Bid {
    type Permit<'a> = &'a Auction;
    type Facts = Budget;
    fn guard<'a>(state: &'a Auction, _: &Actor) -> Result<&'a Auction, TooLittle> {
        Ok(state)
    }
    fn decide(self, auction: &Auction, budget: &Budget) -> Decided<Self> {
        let best = auction.best;
        if budget.0 > best {
            Ok(vec![BidTaken { amount: budget.0 }])
        } else {
            Err(TooLittle::TooLow { best })
        }
    }
}

/// A budget that grows by ten with each question; while it is asked for, somebody else bids, so many times.
struct Rivals {
    log: EventLog,
    stream: Uuid,
    asked: AtomicU32,
    times: u32,
}

impl LookUp<Bid, Budget> for Rivals {
    async fn look_up(&self, _: &Bid, _: Timestamp) -> Result<Budget, LookUpError> {
        let asked = self.asked.fetch_add(1, Ordering::SeqCst);
        if asked < self.times {
            let rival = append(
                self.stream,
                i64::from(asked) + 1,
                "BidTaken",
                format!("{{\"amount\":{}}}", asked + 1),
            );
            self.log.append(rival).await.expect("the rival is first");
        }
        Ok(Budget(10 * (asked + 1)))
    }
}

fn append(stream: Uuid, expected: i64, kind: &'static str, payload: String) -> Append {
    Append {
        aggregate: "Auction",
        stream,
        expected,
        events: vec![NewEvent { kind, schema_version: 1, published: false, payload }],
        actor: Actor::system("rival"),
        correlation_id: stream,
        causation_id: None,
        traceparent: None,
        key: None,
        claims: Vec::new(),
        deadlines: Vec::new(),
    }
}

/// Bids once while rivals bid so many times; what came of it, how often facts were asked for, and the events.
async fn bid_among(times: u32) -> (Result<i64, Failure>, u32, Vec<String>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut factory = MetricFactory::new("auctions").expect("the names are good");
    let metrics = EngineMetrics::new(&mut factory, &MetricLabels::default()).expect("the names are good");
    let options = LogOptions {
        metrics: LogMetrics::new(&factory).expect("the names are good"),
        keys_kept: SignedDuration::from_hours(1),
        processes: Vec::new(),
        claims: Vec::new(),
        folder: None,
    };
    let log = EventLog::open(&folder.path().join("log.db"), "auctions", options).expect("it opens");
    let stream = Uuid::from_u128(7);
    log.append(append(stream, 0, "Called", "{}".to_owned())).await.expect("new");
    let rivals = Arc::new(Rivals { log: log.clone(), stream, asked: AtomicU32::new(0), times });
    let auctions = AggregateDef::<Auction>::new("auctions")
        .visible_to("Bidder", Scope::All)
        .opening::<OpenAuction, _>(&rivals)
        .decision::<Bid, _>(&rivals);
    let engine = Engine::new(log.clone(), Arc::new(metrics), &Catalog::new("auctions", "", ""));
    let caller = Caller::new("bea".to_owned(), vec!["Bidder".to_owned()], None);
    let envelope = Envelope::new(caller, Uuid::from_u128(8));
    let info = auctions.commands()[1].clone();
    let input = Input::Json(b"{}".to_vec());
    let answer = engine.execute(&auctions, &info, Target::Existing(stream), input, envelope).await;
    let stored = log.stream(stream).await.expect("readable");
    let payloads = stored.into_iter().map(|event| event.payload).collect();
    (answer.map(|accepted| accepted.version), rivals.asked.load(Ordering::SeqCst), payloads)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_is_decided_anew_with_the_new_state_and_fresh_facts() {
    let (version, asked, payloads) = bid_among(2).await;
    assert_eq!((version.expect("accepted"), asked), (4, 3), "{payloads:?}");
    assert_eq!(payloads, ["{}", r#"{"amount":1}"#, r#"{"amount":2}"#, r#"{"amount":30}"#]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_never_first_is_told_so_after_five_attempts_and_stores_nothing() {
    let (answer, asked, payloads) = bid_among(u32::MAX).await;
    assert!(matches!(answer, Err(Failure::Contention)), "{answer:?}");
    assert_eq!((asked, payloads.len()), (5, 6), "only the rivals' bids are there: {payloads:?}");
}
