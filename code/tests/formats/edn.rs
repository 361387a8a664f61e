//! Jepsen's and Maelstrom's maps.

use crate::{read, refused, told};
use distsys::formats::Format;

#[test]
fn maps_are_read_one_a_line_and_in_one_vector() {
    let lines = "{:process 0, :type :invoke, :f :write, :value 3}\n\n{:process 0 :type :ok :f :write :value 3}\n";
    let expected = ["1: 0 invoke write 3", "3: 0 ok write 3"];
    assert_eq!(told(&read(lines)), expected);
    assert_eq!(told(&read(&format!("[{lines}]"))), expected);
    assert_eq!(told(&read(&format!("({lines})"))), expected);
    assert_eq!(read(lines).format, Format::Edn);
}

#[test]
fn other_keys_tags_comments_and_the_nemesis_do_no_harm() {
    let text = r##"; a run of etcd
#jepsen.history.Op{:index 0, :time 12345678901234567890123N, :type :invoke,
  :process 4, :f :read, :value nil, :error [:timeout #{"a" 1.5 2/3} \a \) {:x ##NaN}]}
{:type :info, :process :nemesis, :f :start, :value {"n1" #{"n2"}}}
#_ {:not "read"} {:process 4, :type :ok, :f "read", :value #jepsen.independent/tuple [1 #foo 2]}"##;
    let log = read(text);
    assert_eq!(told(&log), ["2: 4 invoke read nil", "5: 4 ok read [1 2]"]);
    assert_eq!(log.skipped, 1);
}

#[test]
fn a_key_of_its_own_is_kept_apart() {
    let text = r#"{:process 0, :type :invoke, :f :append, :key "4", :value "x 0 1 y"}"#;
    assert_eq!(told(&read(text)), [r#"1: 0 invoke append "4" "x 0 1 y""#]);
}

#[test]
fn all_that_a_value_can_be_is_read() {
    for (value, same) in [
        ("-3", "-3"),
        ("+3", "3"),
        ("7N", "7"),
        ("12345678901234567890", "12345678901234567890"),
        ("1.5e3M", "1.5e3M"),
        ("true", "true"),
        ("(1, 2)", "[1 2]"),
        ("[:r 8 nil]", "[:r 8 nil]"),
        ("#{3 1 2}", "#{1 2 3}"),
        ("{:b 2 :a 1}", "{:a 1, :b 2}"),
        (r#""a\"\\\n\u00e9""#, r#""a\"\\\né""#),
        (r"\newline", r"\newline"),
        (r"\)", r"\)"),
        ("#inst \"2024-01-01\"", "\"2024-01-01\""),
        ("foo/bar", "foo/bar"),
    ] {
        let text = format!("{{:process 0, :type :ok, :f :read, :value {value}}}");
        assert_eq!(told(&read(&text)), [format!("1: 0 ok read {same}")], "{value}");
    }
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    for (text, error) in [
        ("\n{:process 0", "line 2: the text ends where a `}` should follow"),
        ("{:process 0]", "line 1: `]` where `}` should be"),
        ("[{:process 0 :type :ok :f :read}\n)", "line 2: `)` where `]` should be"),
        ("[\n3]", "line 2: an event is a map: {:process 0, :type :invoke, :f :read, :value nil}"),
        ("{:type :ok}", "line 1: this event has no :process"),
        ("{:process 1 :f :read}", "line 1: this event has no :type"),
        ("{:process 1 :type :ok}", "line 1: this event has no :f"),
        (
            "{:process 1 :type :okay :f :read}",
            "line 1: the type is :invoke, :ok, :fail or :info, not :okay",
        ),
        (
            "{:process -1 :type :ok :f :read}",
            "line 1: a process is a number from 0 to 4294967295, not -1",
        ),
        (
            "{:process 99999999999999999999 :type :ok :f :read}",
            "line 1: a process is a number from 0 to 4294967295, not 99999999999999999999",
        ),
        ("{:process 1 :type :ok :f 7}", "line 1: the name of an operation is a keyword, not 7"),
        ("{:process 1 :process 2}", "line 1: the key :process stands here twice"),
        ("{:process 1\n :value 12x4y}", "line 2: `12x4y` is neither a number nor a keyword"),
        ("{:process 1 :value ::a}", "line 1: `::a` is neither a number nor a keyword"),
        ("{:process 1\n\n:value \"abc\n}", "line 3: the text that begins here has no end"),
        ("{:value \"\\ud800\"}", "line 1: `\\u` in a text needs the four digits of a character"),
        (
            "{:value \"\\q\"}",
            "line 1: a backslash in a text stands before b, f, n, r, t, u, \" or \\",
        ),
        ("{:value #}", "line 1: a `#` here belongs to nothing"),
        ("{:value \\ }", "line 1: a `\\` here belongs to nothing"),
        ("{:value {1}}", "line 1: `1` has no value"),
        ("{:value }", "line 1: `}` where a value should be"),
    ] {
        assert_eq!(refused(text, Format::Edn), error, "{text}");
    }
}
