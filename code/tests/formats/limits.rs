//! Input that is too large, too deep or no text.

use crate::{refused, told};
use distsys::formats::{DEPTH, Format, Log, VALUES};

#[test]
fn no_text_is_refused_in_words() {
    for (bytes, error) in [
        (&b""[..], "line 1: the file is empty (read as log)"),
        (b" \r\n", "line 1: the file is empty (read as log)"),
        (b"[]", "line 1: the file holds no operation (read as edn)"),
        (b"0 :invoke :read nil\n0 :ok :read \xff\n", "line 2: this line is not UTF-8 text"),
        (b"\xff\xfe0\0 \0", "line 1: the file is UTF-16: save it as UTF-8"),
    ] {
        assert_eq!(Log::read(bytes, None).unwrap_err().to_string(), error);
    }
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_do_no_harm() {
    for text in [
        "\u{feff}{:process 0, :type :invoke, :f :read}\r\n{:process 0, :type :ok, :f :read, :value 1}\r\n",
        "\u{feff}0 :invoke :read\r\n0 :ok :read 1\r\n",
        "\u{feff}{\"process\":0,\"type\":\"invoke\",\"f\":\"read\"}\r\n{\"process\":0,\"type\":\"ok\",\"f\":\"read\",\"value\":1}\r\n",
    ] {
        let log = Log::read(text.as_bytes(), None).unwrap();
        assert_eq!(told(&log), ["1: 0 invoke read nil", "2: 0 ok read 1"], "{text}");
    }
}

#[test]
fn brackets_may_be_nested_so_deep_and_no_deeper() {
    let nested = |n: usize| format!("0 :ok :read {}{}", "[".repeat(n), "]".repeat(n));
    let deepest = DEPTH as usize;
    assert!(Log::read(nested(deepest).as_bytes(), None).is_ok());
    let too_deep = format!("line 1: brackets are nested more than {DEPTH} deep");
    assert_eq!(refused(&nested(deepest + 1), Format::Log), too_deep);
    for opening in ["[", "(", "{", "#{", "{:value [", "#_ ", "#_ [", "[#a "] {
        let text = format!("{{:value {}", opening.repeat(300_000));
        assert!(refused(&text, Format::Edn).contains("nested more than"), "{opening}");
    }
    let tags = format!("{{:value {}", "#a ".repeat(300_000));
    assert_eq!(refused(&tags, Format::Edn), "line 1: the text ends where a value should follow");
    let json = format!("{{\"value\":{}", "[".repeat(300_000));
    assert!(refused(&json, Format::Json).contains("recursion limit"));
    let inner = format!(
        "{{\"process\":0,\"type\":\"ok\",\"f\":\"read\",\"value\":{{\"edn\":\"{}\"}}}}",
        "[".repeat(300_000)
    );
    assert!(refused(&inner, Format::Json).contains("nested more than"));
}

#[test]
fn more_values_than_fit_into_memory_are_refused() {
    let ones = "1 ".repeat(usize::try_from(VALUES).unwrap() + 1);
    let edn = format!("{{:process 0 :type :ok :f :read :value [{ones}]}}");
    let error = format!("line 1: there are more than {VALUES} values");
    assert_eq!(refused(&edn, Format::Edn), error);
    let json = format!(
        "{{\"process\":0,\"type\":\"ok\",\"f\":\"read\",\"value\":[{}0]}}",
        "1,".repeat(3 << 20)
    );
    assert_eq!(refused(&json, Format::Json), "line 1: the line has more than 4 MiB");
}

#[test]
fn ten_mebibytes_of_junk_are_refused_at_once() {
    let mut state = 1u64;
    let mut junk = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    let bytes: Vec<u8> = (0..10 << 20).map(|_| junk()).collect();
    let text: Vec<u8> = bytes.iter().map(|byte| b' ' + byte % 95).collect();
    for format in [None, Some(Format::Edn), Some(Format::Log), Some(Format::Json)] {
        assert!(Log::read(&bytes, format).is_err());
        assert!(Log::read(&text, format).is_err());
    }
}
