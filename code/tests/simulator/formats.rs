//! Runs and traces as JSON.

use crate::golden::{Chat, chat, plan};
use distsys::layer::{Choice, MILLIS};
use distsys::node::names::{A, B, C};
use distsys::sim::{
    Delay, EventId, Fate, Fault, FaultMenu, Forgery, Network, PacketId, Partitions, Rate, Script,
    Text, Trace,
};
use serde_json::{Value, from_str, from_value, json, to_string, to_value};

/// A trace with every kind of record.
fn trace() -> Trace<Chat> {
    chat(30, &plan()).trace()
}

fn script() -> Script {
    let packet = |ordinal| PacketId { from: A, to: B, ordinal, copy: 0 };
    Script {
        calm: true,
        without: [3, 5].into(),
        absent: [C].into(),
        faults: Some(vec![
            (5, Fault::Cut(vec![A], vec![B, C])),
            (6, Fault::CrashWithin(A, 2)),
            (7, Fault::Heal(vec![A], vec![B, C])),
        ]),
        fates: [
            (packet(1), Fate::Lost),
            (packet(2), Fate::After(vec![5, u64::MAX])),
            (packet(3), Fate::At(vec![])),
        ]
        .into(),
        crashes: [(EventId::Packet(packet(4)), 1), (EventId::Start(B), 0)].into(),
        torn: [(EventId::Request(2), 1)].into(),
        forged: [(packet(5), Forgery { tampered: Some(7), sender: Some(A) })].into(),
        choices: [(EventId::Request(1), vec![Choice { bound: 3, answer: 2 }])].into(),
        timers: [(EventId::Timer { node: B, timer: "Chat".to_string(), ordinal: 1 }, 90 * MILLIS)]
            .into(),
    }
}

fn menu() -> FaultMenu {
    let delay = Delay::HeavyTailed(10 * MILLIS);
    FaultMenu {
        network: Network { delay, reordering: Rate(123), ..Network::fair_loss() },
        partitions: Partitions::symmetric(1),
        crashes: 2,
        recovery: true,
        pauses: 3,
        until: u64::MAX,
        ..FaultMenu::default()
    }
}

#[test]
fn a_trace_of_text_survives_json() {
    let trace = trace().text();
    let json = to_string(&trace).expect("can be written");
    assert_eq!(from_str::<Trace<Text>>(&json).expect("can be read"), trace);
}

#[test]
fn a_trace_of_values_survives_json() {
    let trace = trace();
    let json = to_string(&trace).expect("can be written");
    assert_eq!(from_str::<Trace<Chat>>(&json).expect("can be read"), trace);
}

#[test]
fn a_trace_of_another_version_is_refused_and_both_versions_named() {
    let mut json = to_value(trace().text()).expect("can be written");
    json["version"] = json!(2);
    let error = from_value::<Trace<Text>>(json).expect_err("has another version").to_string();
    assert!(error.contains("version 2") && error.contains("only version 1"), "{error}");
}

#[test]
fn a_script_survives_json_with_names_of_events_as_people_write_them() {
    let json = to_value(script()).expect("can be written");
    assert_eq!(json["fates"]["A>B#1"], json!("Lost"));
    assert_eq!(json["crashes"]["B!"], json!(0));
    assert_eq!(from_value::<Script>(json).expect("can be read"), script());
}

#[test]
fn an_empty_script_decides_nothing() {
    assert_eq!(from_str::<Script>("{}").expect("can be read"), Script::default());
}

#[test]
fn a_menu_survives_json() {
    let json = to_string(&menu()).expect("can be written");
    assert_eq!(from_str::<FaultMenu>(&json).expect("can be read"), menu());
}

/// The JSON of `value` with one more key in the object at `path`.
fn with_typo(value: Value, path: &str) -> Value {
    let mut value = value;
    let object = value.pointer_mut(path).and_then(Value::as_object_mut).expect("an object");
    object.insert("typo".to_string(), json!(1));
    value
}

#[test]
fn a_key_that_means_nothing_is_refused_by_name() {
    let script = to_value(script()).expect("can be written");
    let menu = to_value(menu()).expect("can be written");
    let errors = [
        from_value::<Script>(with_typo(script, "")).expect_err("typo").to_string(),
        from_value::<FaultMenu>(with_typo(menu.clone(), "")).expect_err("typo").to_string(),
        from_value::<FaultMenu>(with_typo(menu, "/network")).expect_err("typo").to_string(),
    ];
    for error in errors {
        assert!(error.contains("typo"), "{error}");
    }
}

#[test]
fn broken_json_is_an_error() {
    for json in
        ["", "null", "[]", "{\"version\":1}", "{\"fates\":{\"A>B\":\"Lost\"}}", "{\"fates\":7}"]
    {
        // An empty list says as little as an empty object.
        assert!(from_str::<Script>(json).is_err() || json == "[]", "{json}");
        assert!(from_str::<FaultMenu>(json).is_err() || json == "[]", "{json}");
        assert!(from_str::<Trace<Text>>(json).is_err(), "{json}");
    }
}
