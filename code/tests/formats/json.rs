//! JSON lines.

use crate::{read, refused, told};
use distsys::formats::Format;

#[test]
fn each_line_is_an_event() {
    let text = "{\"process\":0,\"type\":\"invoke\",\"f\":\"append\",\"key\":\"k\",\"value\":[1,\"a\"]}\r\n\
                \r\n\
                {\"process\":0,\"type\":\"ok\",\"f\":\"append\"}";
    let log = read(text);
    assert_eq!(told(&log), ["1: 0 invoke append \"k\" [1 \"a\"]", "3: 0 ok append nil"]);
    assert_eq!(log.format, Format::Json);
}

#[test]
fn values_that_json_lacks_have_a_form() {
    for (value, same) in [
        (r#"":a""#, ":a"),
        (r#""::a""#, "\":a\""),
        (r##"{"edn": "#{2 1}"}"##, "#{1 2}"),
        (r#"{"edn": "12345678901234567890"}"#, "12345678901234567890"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("true", "true"),
    ] {
        let text = format!("{{\"process\":0,\"type\":\"ok\",\"f\":\"read\",\"value\":{value}}}");
        assert_eq!(told(&read(&text)), [format!("1: 0 ok read {same}")], "{value}");
    }
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    let event = |rest: &str| format!("\n{{\"process\":0,\"type\":\"ok\",\"f\":\"read\"{rest}}}");
    for (text, error) in [
        ("[{\"process\":0}]".to_string(), "line 1: each line is to be one JSON object"),
        (
            "{\"process\":".to_string(),
            "line 1: EOF while parsing a value (at character 11 of the line)",
        ),
        (event(",\"vale\":1"), "line 2: unknown field `vale`"),
        (
            event(",\"value\":1.5"),
            "line 2: 1.5 is no whole number of 64 bits: write it as {\"edn\": \"1.5\"}",
        ),
        (
            event(",\"value\":12345678901234567890"),
            "line 2: 12345678901234567890 is no whole number",
        ),
        (event(",\"value\":1e999"), "line 2: number out of range"),
        (
            event(",\"value\":{\"a\":1}"),
            "line 2: a value may be an object only as {\"edn\": \"…\"}",
        ),
        (
            event(",\"value\":{\"edn\":\"1 2\"}"),
            "line 2: there is more than one value in one text of EDN",
        ),
        (event(",\"value\":{\"edn\":\"\"}"), "line 2: the text ends where a value should follow"),
        (
            event("").replace("ok", "okay"),
            "line 2: the type is \"invoke\", \"ok\", \"fail\" or \"info\", not \"okay\"",
        ),
    ] {
        let said = refused(&text, Format::Json);
        assert!(said.starts_with(error), "{text}: {said}");
    }
}

#[test]
fn a_process_is_a_number_and_no_text() {
    for process in ["-1", "1.5", "\"0\"", "null"] {
        let text = format!("{{\"process\":{process},\"type\":\"ok\",\"f\":\"read\"}}");
        assert!(refused(&text, Format::Json).starts_with("line 1: "), "{process}");
    }
    assert_eq!(
        refused("{\"process\":\"0\",\"type\":\"ok\",\"f\":\"read\"}", Format::Json),
        "line 1: a process is a number from 0 to 4294967295, not \"0\""
    );
}

#[test]
fn what_a_process_with_a_name_does_is_left_out() {
    let nemesis = |name: &str| {
        format!(
            "{{\"process\":\"{name}\",\"type\":\"info\",\"f\":\"start\",\"value\":{{\"cut\":1.5}}}}\n"
        )
    };
    let text = nemesis("nemesis")
        + "{\"process\":0,\"type\":\"invoke\",\"f\":\"read\"}\n"
        + &nemesis(":nemesis");
    let log = read(&text);
    assert_eq!((told(&log), log.skipped), (vec!["2: 0 invoke read nil".to_string()], 2));
}
