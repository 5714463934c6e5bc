//! Manners of HTTP: forms, entity tags, methods, and how long an answer may be kept.

use macadam_testkit::Reply;
use serde_json::json;

use crate::shop::{place, shop};

fn accepting(client: &macadam_testkit::Client, path: &str, accept: &str) -> Reply {
    client.send("GET", path, &[("accept", accept)], None)
}

#[test]
fn templates_are_for_those_who_ask_for_forms() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    let path = place(&buyer, "bea").link("self");
    for path in [path.as_str(), "/"] {
        for (accept, media, forms) in [
            ("*/*", "application/prs.hal-forms+json", true),
            ("application/hal+json", "application/hal+json", false),
            ("application/json", "application/json", false),
        ] {
            let reply = accepting(&buyer, path, accept);
            assert_eq!((reply.status, reply.header("content-type")), (200, Some(media)));
            assert_eq!(reply.body.get("_templates").is_some(), forms, "{accept}");
            assert!(reply.body.get("_links").is_some());
        }
    }
    let page = accepting(&buyer, &buyer.home().named("view", "Orders"), "application/json");
    assert!(page.body["_embedded"]["items"][0].get("_templates").is_none(), "{}", page.text);
}

#[test]
fn a_form_that_there_is_not_is_406_before_anything_is_done() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    let path = place(&buyer, "bea").link("self");
    let headers = [("content-type", "application/json"), ("accept", "text/html")];
    let reply = buyer.send("POST", &format!("{path}/note"), &headers, Some(br#"{"text": "hidden"}"#));
    assert_eq!((reply.status, reply.header("content-type")), (406, Some("application/problem+json")));
    assert_eq!(buyer.get(&path).body["note"], "");
    assert_eq!(accepting(&buyer, "/events", "text/html").status, 406);
    assert_eq!(accepting(&buyer, "/no/such/path", "text/html").status, 404);
}

#[test]
fn a_tag_changes_with_whatever_is_shown_and_a_command_gives_the_tag_of_what_it_shows() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    let clerk = shop.client("carl", &["Clerk"]);
    let placed = place(&buyer, "bea");
    let path = placed.link("self");
    let tag = |reply: &Reply| reply.header("etag").expect("a tag").to_owned();
    let shown = tag(&buyer.get(&path));
    assert_eq!(shown, tag(&placed.reply));
    assert_ne!(shown, tag(&clerk.get(&path)), "a clerk is offered other commands");
    assert_ne!(shown, tag(&accepting(&buyer, &path, "application/json")));
    assert_ne!(
        tag(&accepting(&buyer, &path, "application/hal+json")),
        tag(&accepting(&buyer, &path, "application/json"))
    );
    let noted = placed.accept("note", &json!({ "text": "later" }));
    assert_ne!(shown, tag(&noted.reply));
    assert_eq!(tag(&noted.reply), tag(&buyer.get(&path)));
}

#[test]
fn every_form_of_a_resource_serves_as_if_match() {
    let shop = shop();
    let clerk = shop.client("carl", &["Clerk"]);
    let path = place(&shop.client("bea", &["Buyer"]), "bea").link("self");
    let reply = accepting(&clerk, &path, "application/json");
    let headers = [("content-type", "application/json"), ("if-match", reply.header("etag").expect("a tag"))];
    let note = format!("{path}/note");
    assert_eq!(clerk.send("POST", &note, &headers, Some(br#"{"text": "a"}"#)).status, 200);
    assert_eq!(clerk.send("POST", &note, &headers, Some(br#"{"text": "b"}"#)).status, 412);
}

#[test]
fn what_the_client_has_is_304_wherever_it_reads() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    let placed = place(&buyer, "bea");
    let view = format!("{}?after={}", buyer.home().named("view", "Orders"), placed.position());
    for path in [placed.link("self"), placed.link("history"), view, "/".into(), "/schemas/Pay".into()] {
        let first = buyer.get(&path);
        assert_eq!(first.status, 200, "{path}");
        let tag = first.header("etag").expect("a tag");
        for method in ["GET", "HEAD"] {
            let again = buyer.send(method, &path, &[("if-none-match", tag)], None);
            assert_eq!((again.status, again.text.as_str()), (304, ""), "{path}");
            for header in ["etag", "cache-control", "vary"] {
                assert_eq!(again.header(header), first.header(header), "{path} {header}");
            }
        }
    }
}

#[test]
fn head_is_get_without_a_body_and_options_tells_the_methods() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    let path = place(&buyer, "bea").link("self");
    for path in [path.as_str(), "/", "/schemas/Pay"] {
        let (get, head) = (buyer.get(path), buyer.send("HEAD", path, &[], None));
        assert_eq!((head.status, head.text.as_str()), (200, ""));
        assert_eq!(head.header("content-length"), Some(get.text.len().to_string().as_str()));
        for header in ["content-type", "etag", "cache-control", "vary"] {
            assert_eq!(head.header(header), get.header(header), "{path} {header}");
        }
    }
    for (path, allowed) in [(path.clone(), "GET,HEAD,OPTIONS"), (format!("{path}/note"), "POST,OPTIONS")] {
        let options = shop.client_with(None).send("OPTIONS", &path, &[], None);
        assert_eq!((options.status, options.header("allow")), (204, Some(allowed)));
        let refused = buyer.send("DELETE", &path, &[("accept", "text/html")], None);
        assert_eq!((refused.status, refused.header("allow")), (405, Some(allowed)));
    }
}

#[test]
fn each_answer_says_how_long_it_may_be_kept() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    let path = place(&buyer, "bea").link("self");
    let reader = shop.client("reader", &["consumer"]);
    for (reply, keep, vary) in [
        (buyer.get(&path), "private, no-cache", Some("Accept, Authorization")),
        (buyer.get("/"), "private, no-cache", Some("Accept, Authorization")),
        (buyer.get("/schemas/Pay"), "public, max-age=300", Some("Accept")),
        (reader.get("/events"), "no-store", Some("Accept, Authorization")),
        (buyer.get("/no/such/path"), "no-store", None),
    ] {
        assert_eq!((reply.header("cache-control"), reply.header("vary")), (Some(keep), vary));
    }
}

#[test]
fn pages_are_linked_in_the_header_as_in_the_body() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    (0..3).for_each(|_| drop(place(&buyer, "bea")));
    let position = place(&buyer, "bea").position();
    let view = buyer.home().named("view", "Orders");
    let page = buyer.get(&format!("{view}?limit=2&after={position}"));
    let links: Vec<String> = page
        .headers
        .get_all("link")
        .iter()
        .filter_map(|link| link.to_str().ok())
        .map(str::to_owned)
        .collect();
    for relation in ["self", "first", "next"] {
        let href = page.body["_links"][relation]["href"].as_str().expect("a link");
        assert!(links.contains(&format!("<{href}>; rel=\"{relation}\"")), "{links:?}");
    }
    let last = buyer.get(page.body["_links"]["next"]["href"].as_str().expect("a link"));
    assert_eq!(last.body["_embedded"]["items"].as_array().map(Vec::len), Some(2));
    assert!(
        last.headers.get_all("link").iter().all(|link| !link.to_str().unwrap_or_default().contains("next"))
    );
}

#[test]
fn a_filter_that_no_value_can_match_is_400() {
    let shop = shop();
    let clerk = shop.client("carl", &["Clerk"]);
    let view = clerk.home().named("view", "Orders");
    for (filter, status) in [
        ("status=open", 200),
        ("status=nowhere", 400),
        ("status=open&priority=1", 200),
        ("status=open&priority=high", 400),
    ] {
        assert_eq!(clerk.get(&format!("{view}?{filter}")).status, status, "{filter}");
    }
}

#[test]
fn what_is_deprecated_says_so_with_every_answer_and_nothing_else_does() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    let order = place(&buyer, "bea");
    let path = order.link("self");
    let good = buyer.post(&format!("{path}/quote"), &json!({ "supplier": "acme" }));
    let bad = buyer.post(&format!("{path}/quote"), &json!({}));
    let strange = shop.client_with(None).post(&format!("{path}/quote"), &json!({}));
    for (reply, status) in [(good, 200), (bad, 400), (strange, 401)] {
        assert_eq!(reply.status, status, "{}", reply.text);
        // Midnight of 2026-11-01 and of 2027-05-01, by `date -ud`.
        assert_eq!(reply.header("deprecation"), Some("@1793491200"));
        assert_eq!(reply.header("sunset"), Some("Sat, 01 May 2027 00:00:00 GMT"));
        assert_eq!(reply.header("link"), Some("<https://shop.example/quotes>; rel=\"deprecation\""));
    }
    let clerk = shop.client("carl", &["Clerk"]);
    let home = clerk.home();
    let fragile = home.named("view", "Fragile");
    let links = home.reply.body["_links"]["view"].as_array().expect("views").clone();
    let marked: Vec<_> = links.iter().filter(|link| link.get("deprecation").is_some()).collect();
    assert_eq!(
        marked,
        [&json!({ "name": "Fragile", "href": fragile, "deprecation": "https://shop.example/fragile" })]
    );
    for client in [&clerk, &buyer] {
        let reply = client.get(&fragile);
        assert_eq!((reply.header("deprecation"), reply.header("sunset")), (Some("@1793491200"), None));
    }
    for reply in [order.reply, buyer.get(&path), clerk.get(&clerk.home().named("view", "Orders"))] {
        assert_eq!((reply.header("deprecation"), reply.header("sunset")), (None, None));
    }
}
