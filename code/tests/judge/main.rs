//! `cargo book check`: what it says, and its exit status.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod replay;

use tests::golden;

/// What the command says of this input, what it complains of, and its exit status.
fn check(arguments: &[&str], input: &str) -> (String, String, u8) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let arguments = ["judge"].iter().chain(arguments).map(Into::into);
    let status = judge::run(arguments, input.as_bytes(), &mut out, &mut err);
    (String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap(), status)
}

/// A write ends before a read begins that does not see it.
const STALE: &str = "\
{:process 0, :type :invoke, :f :write, :value 1}
{:process 0, :type :ok, :f :write, :value 1}
{:process 1, :type :invoke, :f :write, :value 2}
{:process 2, :type :invoke, :f :read, :value nil}
{:process 2, :type :ok, :f :read, :value 2}
{:process 0, :type :invoke, :f :read, :value nil}
{:process 0, :type :ok, :f :read, :value 1}
{:process 1, :type :ok, :f :write, :value 2}
";

/// A client reads what was overwritten after what overwrote it.
const GOES_BACK: &str = "\
0 :invoke :write [x 1]
0 :ok :write [x 1]
0 :invoke :write [x 2]
0 :ok :write [x 2]
1 :invoke :read [x nil]
1 :ok :read [x 2]
1 :invoke :read [x nil]
1 :ok :read [x 1]
";

const WRITE_SKEW: &str = "\
{:process 0, :type :invoke, :f :txn, :value [[:r x nil] [:r y nil] [:w x 1]]}
{:process 1, :type :invoke, :f :txn, :value [[:r x nil] [:r y nil] [:w y 1]]}
{:process 0, :type :ok, :f :txn, :value [[:r x nil] [:r y nil] [:w x 1]]}
{:process 1, :type :ok, :f :txn, :value [[:r x nil] [:r y nil] [:w y 1]]}
";

#[test]
fn the_exit_status_is_the_verdict() {
    let fine = "0 :invoke :write 1\n0 :ok :write 1\n1 :invoke :read\n1 :ok :read 1";
    for (arguments, input, status) in [
        (&["-", "--model", "register"][..], fine, 0),
        (&["-", "--model", "cas-register"], fine, 0),
        (&["-", "--model=register"], STALE, 1),
        (&["-", "--model", "register", "--budget", "1"], STALE, 2),
        (&["-", "--model", "map"], STALE, 3),
        (&["-", "--model", "register", "--consistency", "sequential"], STALE, 0),
        (
            &["-", "--model", "map", "--consistency", "sequential"],
            "0 :invoke :get [1 nil]\n0 :ok :get [1 2]",
            1,
        ),
        (&["-", "--model", "register", "--consistency", "sequential", "--budget", "1"], STALE, 2),
        (&["-", "--model", "register", "--consistency", "causal"], STALE, 0),
        (&["-", "--model", "register", "--consistency", "causal"], GOES_BACK, 1),
        (&["-", "--model", "register", "--consistency", "causal", "--budget", "1"], GOES_BACK, 2),
        (&["-", "--model", "register", "--consistency", "monotonic-reads"], GOES_BACK, 1),
        (&["-", "--model", "register", "--consistency", "read-your-writes"], GOES_BACK, 0),
        (&["-", "--model", "rw-register"], WRITE_SKEW, 1),
        (&["-", "--model", "rw-register", "--consistency", "strict-serializable"], WRITE_SKEW, 1),
        (&["-", "--model", "list-append"], WRITE_SKEW, 3),
        (&["--help"], "", 0),
    ] {
        assert_eq!(check(arguments, input).2, status, "{arguments:?}");
    }
}

#[test]
fn help_is_as_the_page_shows_it() {
    let (help, ..) = check(&["--help"], "");
    golden::check("check-help.txt", &help);
}

#[test]
fn verdicts_are_explained() {
    let (out, err, status) = check(&["-", "--model", "register"], STALE);
    assert_eq!((err.as_str(), status), ("", 1));
    golden::check("check-stale-read.txt", &out);
    golden::check("check-stale-read.edn", STALE);
    let (out, ..) = check(&["-", "--model", "rw-register"], WRITE_SKEW);
    golden::check("check-write-skew.txt", &out);
    golden::check("check-write-skew.edn", WRITE_SKEW);
}

/// The picture that the command draws of this input, and what it says.
fn drawn(name: &str, arguments: &[&str], input: &str) -> (String, String) {
    let file = std::env::temp_dir().join(format!("{name}-{}.svg", std::process::id()));
    let path = file.display().to_string();
    let (out, ..) = check(&[arguments, &["--svg", &path]].concat(), input);
    let svg = std::fs::read_to_string(&file).unwrap_or_default();
    let _ = std::fs::remove_file(&file);
    (svg, out)
}

#[test]
fn verdicts_are_drawn() {
    let (svg, _) = drawn("stale", &["-", "--model", "register"], STALE);
    golden::check("check-stale-read.svg", &svg);
    let (svg, _) = drawn("skew", &["-", "--model", "rw-register"], WRITE_SKEW);
    golden::check("check-write-skew.svg", &svg);
    let sequential = ["-", "--model", "register", "--consistency", "sequential"];
    let (svg, out) = drawn("none", &sequential, STALE);
    assert!(svg.is_empty() && out.ends_with("Nothing is drawn: this verdict has no picture.\n"));
    let arguments = ["-", "--model", "register", "--svg", "no-such-folder/x.svg"];
    let (_, err, status) = check(&arguments, STALE);
    assert!(err.starts_with("error: cannot write no-such-folder"), "{err}");
    assert_eq!(status, 3);
}

#[test]
fn broken_promises_to_clients_are_explained() {
    let mut text = String::new();
    for promise in ["linearizable", "sequential", "causal", "monotonic-reads", "read-your-writes"] {
        text += &check(&["-", "--model", "register", "--consistency", promise], GOES_BACK).0;
    }
    golden::check("check-goes-back.txt", &text);
    golden::check("check-goes-back.log", GOES_BACK);
}

#[test]
fn a_contradiction_without_a_name_is_told_with_its_lines() {
    let input = "0 :invoke :txn [[:w x 1] [:w y 1]]\n1 :invoke :txn [[:w x 2] [:w y 2]]\n\
                 2 :invoke :txn [[:r x nil] [:r y nil]]\n3 :invoke :txn [[:r x nil] [:r y nil]]\n\
                 0 :ok :txn [[:w x 1] [:w y 1]]\n1 :ok :txn [[:w x 2] [:w y 2]]\n\
                 2 :ok :txn [[:r x 1] [:r y 2]]\n3 :ok :txn [[:r x 2] [:r y 1]]";
    let (out, _, status) = check(&["-", "--model", "rw-register"], input);
    assert_eq!(status, 1);
    assert!(out.starts_with("not serializable: no order of the writes fits\n"), "{out}");
    for line in ["T1, line 1: [:w x 1]", "T2, line 2: [:w x 2]", "T3, line 3: [:r x 1]"] {
        assert!(out.contains(line), "{out}");
    }
}

#[test]
fn what_is_left_out_is_counted() {
    let input =
        "INFO  jepsen.core - Worker 0\n:nemesis :info :start nil\n0 :invoke :read\n0 :ok :read nil";
    let (out, ..) = check(&["-", "--model", "register"], input);
    assert!(
        out.ends_with("2 lines were skipped: no operation of a process with a number.\n"),
        "{out}"
    );
    let input =
        "{:process :nemesis, :type :info, :f :start}\n{:process 0, :type :invoke, :f :read}";
    let (out, ..) = check(&["-", "--model", "register"], input);
    assert!(
        out.ends_with("1 event was skipped: no operation of a process with a number.\n"),
        "{out}"
    );
    let (out, ..) = check(&["-", "--model", "register"], STALE);
    assert!(!out.contains("skipped"), "{out}");
}

#[test]
fn objects_with_keys_are_judged_one_by_one() {
    let input =
        "0 :invoke :write [7 1]\n0 :ok :write [7 1]\n0 :invoke :read [8 nil]\n0 :ok :read [8 1]";
    let (out, _, status) = check(&["-", "--model", "register"], input);
    assert!(
        out.starts_with("not linearizable: there is no place for `8: read → 1` of client 0\n"),
        "{out}"
    );
    assert!(out.ends_with("The operation begins in line 3.\n"), "{out}");
    assert_eq!(status, 1);
}

/// Each of these is refused, with these first words.
fn all_refused(cases: &[(&[&str], &str, &str)]) {
    for (arguments, input, error) in cases {
        let (out, err, status) = check(arguments, input);
        assert!(err.starts_with(&format!("error: {error}")), "{arguments:?}: {err}");
        assert_eq!((out.as_str(), status), ("", 3), "{arguments:?}");
    }
}

#[test]
fn what_cannot_be_judged_is_said_with_its_line() {
    all_refused(&[
        (
            &["-", "--model", "map"][..],
            STALE,
            "-, line 1: a value is [key value] here, but that of write is 1",
        ),
        (
            &["-", "--model", "register"],
            "0 :ok :read 1",
            "-, line 1: ok of read, but process 0 has nothing open",
        ),
        (
            &["-", "--model", "register", "--format", "edn"],
            "0 :ok :read 1",
            "-, line 1: an event is a map",
        ),
        (&["-", "--model", "register"], "", "-, line 1: the file is empty (read as log)"),
        (&["no-such-file", "--model", "map"], "", "cannot read no-such-file: "),
        (
            &["-", "--model", "rw-register"],
            "0 :invoke :txn [[:w x 1]]\n1 :invoke :txn [[:w x 1]]",
            "-, line 2: 1 is written to x a second time, after line 1: which of them a read saw cannot be told",
        ),
        (
            &["-", "--model", "register", "--consistency", "causal"],
            "0 :invoke :write 1\n1 :invoke :write 1",
            "-, line 2: 1 is written a second time, after line 1: which of them a read saw cannot be told",
        ),
        (
            &["-", "--model", "list-append"],
            WRITE_SKEW,
            "-, line 1: with lists, :r and :append are known, not :w: is it rw-register?",
        ),
    ]);
}

#[test]
fn arguments_that_make_no_sense_are_answered_with_what_does() {
    all_refused(&[
        (
            &[],
            "",
            "say which file to check; `-` is the standard input; try `cargo book check --help`",
        ),
        (
            &["-"],
            "",
            "say --model register, cas-register, map, queue, counter, list-append or rw-register; try",
        ),
        (&["-", "--model", "set"], "", "there is no `set`: it takes register, cas-register,"),
        (&["-", "--model"], "", "missing argument for option '--model'"),
        (&["-", "--model", "map", "--budget", "x"], "", "cannot parse argument \"x\""),
        (&["-", "-x"], "", "invalid option '-x'"),
        (&["-", "more"], "", "unexpected argument \"more\""),
        (
            &["-", "--model", "map", "--consistency", "serializable"],
            "",
            "with --model map, --consistency takes linearizable or sequential",
        ),
        (
            &["-", "--model", "list-append", "--consistency", "linearizable"],
            "",
            "with --model list-append, --consistency takes serializable or strict-serializable",
        ),
    ]);
}

#[test]
fn transactions_that_are_not_what_they_began_as_are_refused() {
    let begins = "0 :invoke :txn [[:r x nil] [:append x 1]]\n";
    for (end, error) in [
        ("0 :ok :txn [[:r x []]]", "line 2: this is not the transaction that began in line 1"),
        (
            "0 :ok :txn [[:r x 5] [:append x 1]]",
            "line 2: a list is read, not 5: is it rw-register?",
        ),
        (
            "0 :ok :txn 5",
            "line 2: a transaction is a list such as [[:r x nil] [:append x 1]], not 5",
        ),
        ("0 :ok :txn [5]", "line 2: a part of a transaction is such as [:r x nil], not 5"),
        (
            "1 :invoke :read nil",
            "line 2: a database has no operation read, only txn: is it another model?",
        ),
    ] {
        let (_, err, status) = check(&["-", "--model", "list-append"], &format!("{begins}{end}"));
        assert_eq!((err.as_str(), status), (format!("error: -, {error}\n").as_str(), 3));
    }
}
