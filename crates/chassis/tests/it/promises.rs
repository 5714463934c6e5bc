//! What others build on: the form of `describe`, one process for each data folder, connections that can be used again.

use macadam_chassis::{Config, FolderError, Running, StartError, describe};
use macadam_testkit::Client;
use serde_json::{Value, json};

use crate::shop::{context, place, shop, shop_with};

const SCHEMA: &str = include_str!("../../../../docs/schemas/describe.schema.json");

#[test]
fn describe_has_the_form_of_its_schema_running_or_not() {
    let schema: Value = serde_json::from_str(SCHEMA).expect("a schema is JSON");
    let at_rest = describe(&context(&Config::default()));
    jsonschema::validate(&schema, &at_rest).unwrap_or_else(|error| panic!("{error}"));
    let running = shop().admin().get("/describe").body;
    jsonschema::validate(&schema, &running).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(running["aggregates"], at_rest["aggregates"]);
}

#[test]
fn a_second_process_is_refused_the_data_folder_of_the_first() {
    let shop = shop();
    let mut config = Config::default();
    config.data.dir = shop.data();
    config.auth.dev_issuer_dir = shop.data().join("issuer");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let second = runtime.block_on(Running::start(context(&config), config));
    assert!(matches!(second.err(), Some(StartError::Folder(FolderError::InUse { .. }))));
}

#[test]
fn a_refusal_leaves_the_connection_to_the_next_request() {
    let shop = shop_with(|config| config.http.body_max_bytes = 4_000);
    let buyer = shop.client("bea", &["Buyer"]);
    let path = place(&buyer, "bea").link("self");
    let stranger = Client::new(buyer.base(), None);
    let body = json!({ "text": "x".repeat(2_000) });
    for _ in 0..20 {
        assert_eq!(buyer.post("/orders/no-id/note", &body).status, 404);
        assert_eq!(buyer.post("/no/such/path", &body).status, 404);
        assert_eq!(buyer.post(&format!("{path}/note"), &json!({ "text": "x".repeat(5_000) })).status, 413);
        assert_eq!(buyer.get(&path).status, 200);
        assert_eq!(stranger.post(&format!("{path}/note"), &body).status, 401);
    }
}

#[test]
fn a_consumer_that_is_ahead_of_the_log_is_told_so() {
    let shop = shop();
    let reply = shop.client("reader", &["consumer"]).get("/events?after=7");
    assert_eq!((reply.status, &reply.body["head"]), (410, &json!(0)), "{}", reply.text);
}

#[test]
fn routes_of_a_team_are_measured_under_their_paths() {
    let shop = shop();
    assert_eq!(shop.client("bea", &["Buyer"]).get("/custom/hello/a").status, 200);
    let labels = [("http_route", "/custom/hello/{name}"), ("http_response_status_code", "200")];
    assert_eq!(shop.metric("http_server_request_duration_seconds_count", &labels), Some(1.0));
}

#[test]
fn a_view_that_is_built_anew_is_not_shown_half() {
    let mut shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    (0..20).for_each(|_| drop(place(&buyer, "bea")));
    let path = buyer.home().named("view", "Orders");
    assert!(shop.stop());
    for file in ["views.db", "views.db-wal", "views.db-shm"] {
        let _ = std::fs::remove_file(shop.data().join(file));
    }
    shop.resume();
    let page = shop.client("bea", &["Buyer"]).get(&path);
    assert_eq!(page.status, 200, "{}", page.text);
    assert_eq!(page.body["_embedded"]["items"].as_array().map(Vec::len), Some(20));
}
