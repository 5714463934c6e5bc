//! Tests of names that are accepted and names that are not.

use super::*;

fn code(kind: Kind, name: &str) -> Option<Code> {
    check(kind, name).err().map(|fault| fault.code)
}

#[test]
fn good_names_pass() {
    let good = [
        (Kind::Context, "lc-application"),
        (Kind::Context, "a"),
        (Kind::Context, "iso-20022"),
        (Kind::Aggregate, "LcApplication"),
        (Kind::Command, "ChangeMT700"),
        (Kind::Role, "TradeFinanceManager"),
        (Kind::Role, "system"),
        (Kind::Role, "consumer"),
        (Kind::Field, "line_2"),
        (Kind::Sli, "decision-time"),
        (Kind::Rule, "NotADraft"),
        (Kind::Claim, "LcNumber"),
    ];
    for (kind, name) in good {
        assert_eq!(check(kind, name), Ok(()), "{name}");
    }
}

#[test]
fn bad_names_are_refused_each_for_its_reason() {
    let long = "A".repeat(41);
    let bad = [
        (Kind::Context, "LcApplication", Code::NameSpelling),
        (Kind::Context, "lc--application", Code::NameSpelling),
        (Kind::Context, "-lc", Code::NameSpelling),
        (Kind::Context, "1abc", Code::NameSpelling),
        (Kind::Context, "", Code::NameSpelling),
        (Kind::Context, "a b", Code::NameSpelling),
        (Kind::Context, "../../x", Code::NamePath),
        (Kind::Context, "a\\b", Code::NamePath),
        (Kind::Context, "c:x", Code::NamePath),
        (Kind::Context, "type", Code::NameKeyword),
        (Kind::Context, "crate", Code::NameKeyword),
        (Kind::Context, "con", Code::NameDevice),
        (Kind::Aggregate, "Com1", Code::NameDevice),
        (Kind::Command, "Lpt9", Code::NameDevice),
        (Kind::Command, "Type", Code::NameKeyword),
        (Kind::Command, "Gen", Code::NameKeyword),
        (Kind::Command, "Try", Code::NameKeyword),
        (Kind::Command, "start", Code::NameSpelling),
        (Kind::Command, "Do_It", Code::NameSpelling),
        (Kind::Command, "History", Code::NameRoute),
        (Kind::Command, "State", Code::NameModule),
        (Kind::Command, "View", Code::NameModule),
        (Kind::Aggregate, "Müller", Code::NameNotAscii),
        (Kind::Aggregate, "Events", Code::NameModule),
        (Kind::Aggregate, "ReadModels", Code::NameModule),
        (Kind::Aggregate, "Event", Code::NameReserved),
        (Kind::Aggregate, "system", Code::NameSpelling),
        (Kind::Event, "Recorded", Code::NameReserved),
        (Kind::Value, "Money", Code::NameReserved),
        (Kind::Claim, "lc_number", Code::NameSpelling),
        (Kind::Rule, "Undecided", Code::NameReserved),
        (Kind::Role, "System", Code::NameReserved),
        (Kind::Role, "Consumer", Code::NameReserved),
        (Kind::Field, "applicantId", Code::NameSpelling),
        (Kind::Field, "type", Code::NameKeyword),
        (Kind::Plural, "views", Code::NameRoute),
        (Kind::Aggregate, &long, Code::NameTooLong),
    ];
    for (kind, name, expected) in bad {
        assert_eq!(code(kind, name), Some(expected), "{name}");
    }
}

#[test]
fn a_misspelled_name_gets_an_obvious_correction() {
    let fault = check(Kind::Context, "lc_application").expect_err("not kebab-case");
    assert_eq!(fault.instead.as_deref(), Some("lc-application"));
    let fault = check(Kind::Command, "change_amount").expect_err("not PascalCase");
    assert_eq!(fault.instead.as_deref(), Some("ChangeAmount"));
    assert_eq!(check(Kind::Command, "").expect_err("empty").instead, None);
}

#[test]
fn spellings_follow_one_another() {
    for (name, expected_snake, expected_kebab) in [
        ("LcApplication", "lc_application", "lc-application"),
        ("LCApplication", "lc_application", "lc-application"),
        ("Mt700Field50", "mt700_field50", "mt700-field50"),
        ("S3Upload", "s3_upload", "s3-upload"),
        ("IsoX", "iso_x", "iso-x"),
    ] {
        assert_eq!(snake(name), expected_snake);
        assert_eq!(kebab(name), expected_kebab);
        assert_eq!(snake(&snake(name)), expected_snake, "a file's name is its own");
    }
    assert_eq!(pascal("lc-application"), "LcApplication");
}

#[test]
fn rule_codes_are_serdes() {
    for (rule, code) in [("NotADraft", "not-a-draft"), ("MT700Bad", "m-t700-bad"), ("A", "a")] {
        assert_eq!(rule_code(rule), code);
    }
}

#[test]
fn plurals_are_simple_english() {
    for (one, many) in [
        ("LcApplication", "lc-applications"),
        ("Box2Crate", "box2-crates"),
        ("Country", "countries"),
        ("Stay", "stays"),
        ("Address", "addresses"),
        ("Branch", "branches"),
        ("Mailbox", "mailboxes"),
    ] {
        assert_eq!(plural(one), many);
    }
}
