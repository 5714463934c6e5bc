//! Entity tags: `If-Match`, `If-None-Match`, and decisions that meet on one stream.

use std::sync::Arc;

use macadam_testkit::{Client, Reply};
use serde_json::json;

use crate::shop::{place, shop, usd};

fn note_if(client: &Client, path: &str, tag: &str, text: &str) -> Reply {
    let headers = [("content-type", "application/json"), ("if-match", tag)];
    let body = json!({ "text": text }).to_string();
    client.send("POST", &format!("{path}/note"), &headers, Some(body.as_bytes()))
}

#[test]
fn a_stale_tag_is_412_and_changes_nothing() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    let path = place(&buyer, "bea").link("self");
    assert_eq!(note_if(&buyer, &path, "\"1\"", "a").status, 200);
    let stale = note_if(&buyer, &path, "\"1\"", "b");
    assert_eq!((stale.status, &stale.body["version"]), (412, &json!(2)), "{}", stale.text);
    assert_eq!(buyer.get(&path).body["note"], "a");
    assert_eq!(note_if(&buyer, &path, "\"1\", \"2\"", "c").status, 200);
    assert_eq!(note_if(&buyer, &path, "*", "d").status, 200);
    assert_eq!(note_if(&buyer, &path, "W/\"4\"", "e").status, 412, "a weak tag never matches strongly");
    assert_eq!(note_if(&buyer, &path, "\"nonsense\"", "f").status, 412);
    assert_eq!(buyer.get(&path).body["note"], "d");
    assert_eq!(shop.metric("macadam_commands_total", &[("outcome", "failed")]), Some(0.0));
}

#[test]
fn a_malformed_tag_is_400() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    let path = place(&buyer, "bea").link("self");
    for tag in ["1", "\"1", "", "\"1\",", "w/\"1\""] {
        assert_eq!(note_if(&buyer, &path, tag, "x").status, 400, "{tag}");
    }
    assert_eq!(buyer.get(&path).body["note"], "");
}

#[test]
fn what_the_client_has_already_is_304() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    let path = place(&buyer, "bea").link("self");
    let read = buyer.get(&path);
    let tag = read.header("etag").expect("a tag");
    let (weak, among) = (format!("W/{tag}"), format!("\"0\", {tag}"));
    let known = [(tag, 304), (weak.as_str(), 304), (among.as_str(), 304), ("*", 304)];
    // A version alone does not say what was shown of it.
    for (known, status) in known.into_iter().chain([("\"1\"", 200), ("\"2\"", 200), ("1", 200)]) {
        let reply = buyer.send("GET", &path, &[("if-none-match", known)], None);
        assert_eq!(reply.status, status, "{known}");
        assert_eq!(reply.header("etag"), Some(tag));
        assert_eq!(reply.text.is_empty(), status == 304);
    }
}

#[test]
fn concurrent_decisions_on_one_stream_are_all_taken_or_refused_by_rule() {
    let shop = shop();
    let buyer = Arc::new(shop.client("bea", &["Buyer"]));
    let path = place(&buyer, "bea").accept("add-line", &json!({ "price": usd("1") })).link("self");
    let threads: Vec<_> = (0..24)
        .map(|number| {
            let (buyer, path) = (buyer.clone(), path.clone());
            std::thread::spawn(move || {
                if number == 12 {
                    buyer.post(&format!("{path}/pay"), &json!({}))
                } else {
                    buyer.post(&format!("{path}/promise"), &json!({ "number": number }))
                }
            })
        })
        .collect();
    let replies: Vec<_> = threads.into_iter().map(|thread| thread.join().expect("no panic")).collect();
    for reply in &replies {
        let by_rule = reply.status == 409 && reply.rule() == Some("not-open");
        assert!(reply.status == 200 || by_rule, "{}", reply.text);
    }
    let taken = replies.iter().filter(|reply| reply.status == 200).count();
    let mut tags: Vec<i64> =
        replies.iter().filter(|reply| reply.status == 200).filter_map(Reply::version).collect();
    tags.sort_unstable();
    tags.dedup();
    assert_eq!(tags.len(), taken, "each has a version of its own");
}
