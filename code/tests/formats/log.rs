//! The lines that Jepsen prints.

use crate::{read, refused, told};
use distsys::formats::Format;

#[test]
fn tabs_blanks_and_what_stands_before_make_no_difference() {
    let text = "INFO  jepsen.core - Worker 0 starting\n\
                INFO  jepsen.util - 0\t:invoke\t:write\t3\n\
                INFO jepsen.util - 1 :invoke :cas [1 2]\n\
                2015-04-03 12:00:01,123 INFO  jepsen.util - 0\t:ok\t:write\t3\n\
                INFO [2023-01-30 20:00:09,733] jepsen worker 3 - jepsen.util 3\t:invoke\t:read\tnil\n\
                2024-05-01 10:00:00,123{GMT}\tINFO\t[jepsen worker 3] jepsen.util: 3\t:ok\t:read\t64\n\
                7 :invoke :read\n";
    let log = read(text);
    assert_eq!(
        told(&log),
        [
            "2: 0 invoke write 3",
            "3: 1 invoke cas [1 2]",
            "4: 0 ok write 3",
            "5: 3 invoke read nil",
            "6: 3 ok read 64",
            "7: 7 invoke read nil",
        ]
    );
    assert_eq!((log.format, log.skipped), (Format::Log, 1));
}

#[test]
fn failures_and_time_outs_tell_no_value_but_a_reason() {
    let text = "INFO  jepsen.util - 1\t:info\t:cas\t:timed-out\n\
                INFO  jepsen.util - 0\t:fail\t:read\t:timed-out\n\
                INFO  jepsen.util - 2\t:info\t:write\t4\t\"Read timed out\"\n\
                INFO  jepsen.util - 3\t:fail\t:write\t#<Exception (no)>\n\
                INFO  jepsen.util - :nemesis\t:info\t:start\t\"Cut off\"\n";
    let log = read(text);
    let expected = [
        "1: 1 info cas :timed-out",
        "2: 0 fail read :timed-out",
        "3: 2 info write 4",
        "4: 3 fail write []",
    ];
    let mut told = told(&log);
    told[3].truncate(15);
    assert_eq!(told[..3], expected[..3]);
    assert_eq!(told[3], "4: 3 fail write");
    assert_eq!(log.skipped, 1);
}

#[test]
fn the_name_of_the_logger_may_be_a_value() {
    assert_eq!(
        told(&read("0 :invoke :write \"jepsen.util 5 :ok :read 7\"")),
        ["1: 0 invoke write \"jepsen.util 5 :ok :read 7\""]
    );
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    for (text, error) in [
        ("\n0 :invok :read nil", "line 2: the type is :invoke, :ok, :fail or :info, not :invok"),
        ("0 :invoke", "line 1: the text ends where a value should follow"),
        ("0 :ok :read [1", "line 1: the text ends where a `]` should follow"),
        (
            "99999999999 :ok :read 1",
            "line 1: a process is a number from 0 to 4294967295, not 99999999999",
        ),
        ("0 :ok 5 1", "line 1: the name of an operation is a keyword, not 5"),
        ("0 ok :read 7", "line 1: the type has a colon before it: :ok"),
        ("INFO  jepsen.util - 1 fail :write 7", "line 1: the type has a colon before it: :fail"),
        (
            "0 :ok :read 1 2",
            "line 1: more follows after 1: an operation has one value, as in [1 2]",
        ),
        (
            "0 :invoke :cas 1 2",
            "line 1: more follows after 1: an operation has one value, as in [1 2]",
        ),
        ("nothing\nof interest", "line 1: the file holds no operation (read as log)"),
    ] {
        assert_eq!(refused(text, Format::Log), error, "{text}");
    }
}
