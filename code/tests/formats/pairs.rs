//! Events that belong together, and those that cannot.

use crate::read;
use distsys::formats::{Completion, Pair};

/// Each operation: lines of beginning and end, or what is known.
fn paired(text: &str) -> Result<Vec<String>, String> {
    let tell = |pair: &Pair| {
        let end = match pair.completion {
            Completion::Ok(event, at) => format!("ok in {} at {at}", event.line),
            Completion::Fail => "failed".to_string(),
            Completion::Unknown => "open".to_string(),
        };
        format!("{} at {}: {end}", pair.invoke.line, pair.invoked)
    };
    let log = read(text);
    log.pairs().map(|pairs| pairs.iter().map(tell).collect()).map_err(|error| error.to_string())
}

#[test]
fn an_operation_is_a_beginning_and_an_end() {
    let text = "0 :invoke :write 1\n\n1 :invoke :read nil\n2 :invoke :write 2\n3 :invoke :write 3\n\
                1 :ok :read 1\n2 :fail :write 2\n0 :info :write 1\n1 :invoke :read nil\n2 :invoke :read nil";
    let expected = [
        "1 at 0: open",
        "3 at 1: ok in 6 at 4",
        "4 at 2: failed",
        "5 at 3: open",
        "9 at 7: open",
        "10 at 8: open",
    ];
    assert_eq!(paired(text).unwrap(), expected);
}

#[test]
fn what_does_not_belong_together_is_refused() {
    for (text, error) in [
        ("0 :ok :read 1", "line 1: ok of read, but process 0 has nothing open"),
        (
            "0 :invoke :read nil\n0 :ok :read 1\n0 :ok :read 1",
            "line 3: ok of read, but process 0 has nothing open",
        ),
        (
            "0 :invoke :read nil\n1 :invoke :read nil\n0 :invoke :read nil",
            "line 3: process 0 begins an operation while that of line 1 is open: a process does one thing at a time",
        ),
        (
            "0 :invoke :write 1\n0 :info :write 1\n0 :invoke :read nil",
            "line 3: process 0 begins an operation, but since line 2 nobody knows what became of that of line 1: \
             go on as another process",
        ),
        (
            "0 :invoke :write 1\n0 :info :write 1\n0 :ok :write 1",
            "line 3: ok of write, but process 0 has nothing open",
        ),
        (
            "0 :invoke :write 1\n0 :ok :read 1",
            "line 2: ok of read, but process 0 asked for write in line 1",
        ),
    ] {
        assert_eq!(paired(text).unwrap_err(), error, "{text}");
    }
}
