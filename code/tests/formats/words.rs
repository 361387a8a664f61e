//! Files as histories of objects.

use crate::read;
use distsys::formats::words::{Reading, Words, contents, has_keys, operations, transactions};
use distsys::formats::{Datum, Log};
use distsys::history::linearizability::{Budget, Verdict, linearizable};
use distsys::history::objects::{CasRegister, Counter, Each, Queue, Register};
use distsys::txn::Store;

/// Each operation: its line, whose it is, and what it did.
fn told<O: Words>(object: &O, log: &Log) -> Vec<String> {
    let Reading { operations, lines } = operations(object, log).unwrap();
    let told = lines.iter().zip(&operations).map(|(line, operation)| {
        let words = object.words(&operation.call, operation.result.as_ref());
        format!("{line}: {} {words}", operation.op.client)
    });
    told.collect()
}

fn refused<O: Words>(object: &O, text: &str) -> String {
    operations(object, &read(text)).unwrap_err().to_string()
}

fn register() -> CasRegister<Datum> {
    CasRegister::holding(Datum::Nil)
}

#[test]
fn registers_are_read_written_and_swapped() {
    let log = read(
        "0 :invoke :write 3\n0 :ok :write 3\n1 :invoke :cas [3 4]\n1 :ok :cas [3 4]\n\
         2 :invoke :read nil\n2 :ok :read 4\n1 :invoke :cas [9 9]\n1 :fail :cas [9 9]\n\
         0 :invoke :write 5\n0 :info :write :timed-out",
    );
    let expected = ["1: 0 write 3", "3: 1 cas 3 4 → true", "5: 2 read → 4", "9: 0 write 5 → ?"];
    assert_eq!(told(&register(), &log), expected);
    assert!(!has_keys(&log));
    let reading = operations(&register(), &log).unwrap();
    let moments = reading.operations.iter().map(|operation| {
        (operation.invoked.position, operation.returned.map(|returned| returned.position))
    });
    let expected = [(0, Some(1)), (2, Some(3)), (4, Some(5)), (8, None)];
    assert_eq!(moments.collect::<Vec<_>>(), expected);
}

#[test]
fn independent_registers_have_a_key_each() {
    let text = "0 :invoke :cas [7 [1 2]]\n0 :ok :cas [7 [1 2]]\n1 :invoke :read [8 nil]\n1 :ok :read [8 3]";
    let log = read(text);
    assert!(has_keys(&log));
    let each = Each::of(register());
    assert_eq!(told(&each, &log), ["1: 0 7: cas 1 2 → true", "3: 1 8: read → 3"]);
    assert_eq!(
        refused(&each, "0 :invoke :read [7 nil]\n0 :ok :read [8 3]"),
        "line 2: this is of the key 8, not 7"
    );
    assert_eq!(
        refused(&each, "0 :invoke :read [7 nil]\n0 :ok :read [7 3]\n0 :invoke :read nil"),
        "line 3: a value is [key value] here, but that of read is nil"
    );
}

#[test]
fn maps_are_of_texts_or_of_lists() {
    let texts = read(
        "{:process 0, :type :invoke, :f :append, :key \"4\", :value \"x\"}\n\
         {:process 0, :type :ok, :f :append, :key \"4\", :value \"x\"}\n\
         {:process 0, :type :invoke, :f :get, :key \"4\", :value nil}\n\
         {:process 0, :type :ok, :f :get, :key \"4\", :value \"\"}",
    );
    assert_eq!(
        told(&contents(&texts), &texts),
        ["1: 0 append \"4\" \"x\"", "3: 0 get \"4\" → nil"]
    );
    let lists = read(
        "0 :invoke :append [4 1]\n0 :ok :append [4 1]\n0 :invoke :get [4 nil]\n0 :ok :get [4 [1]]\n\
         0 :invoke :put [5 []]\n0 :ok :put [5 []]",
    );
    let expected = ["1: 0 append 4 [1]", "3: 0 get 4 → [1]", "5: 0 put 5 nil"];
    assert_eq!(told(&contents(&lists), &lists), expected);
    for (text, error) in [
        ("0 :invoke :append [4 1]\n1 :invoke :put [4 1]", "line 2: 1 is no list, and others are"),
        (
            "0 :invoke :append [4 \"a\"]\n1 :invoke :put [4 1]",
            "line 2: 1 is no text, and texts are appended",
        ),
        ("0 :invoke :get 4", "line 1: a value is [key value] here, but that of get is 4"),
        ("0 :invoke :cas [4 1]", "line 1: the value of cas is [from to], not 1"),
        (
            "0 :invoke :pop [4 1]",
            "line 1: a map has no operation pop, only get, put, append and cas: is it another model?",
        ),
        ("0 :invoke :get [4 nil]\n0 :ok :get [5 1]", "line 2: this is of the key 5, not 4"),
    ] {
        assert_eq!(refused(&contents(&read(text)), text), error);
    }
}

#[test]
fn queues_and_counters_have_their_words() {
    let log = read(
        "0 :invoke :enqueue \"a\"\n0 :ok :enqueue \"a\"\n0 :invoke :dequeue\n0 :ok :dequeue nil\n\
         0 :invoke :dequeue\n0 :ok :dequeue \"a\"",
    );
    let queue = Queue::default();
    let expected = ["1: 0 enqueue \"a\"", "3: 0 dequeue → nothing", "5: 0 dequeue → \"a\""];
    assert_eq!(told(&queue, &log), expected);
    let log = read("0 :invoke :add -2\n0 :ok :add -2\n0 :invoke :read\n0 :ok :read -2");
    assert_eq!(told(&Counter, &log), ["1: 0 add -2", "3: 0 read → -2"]);
}

#[test]
fn what_does_not_fit_the_object_is_refused() {
    let register = Register::holding(Datum::Nil);
    for (text, error) in [
        (
            "0 :invoke :cas [1 2]",
            "line 1: a register has no operation cas, only read and write: is it another model?",
        ),
        (
            "0 :invoke :write [1 2]",
            "line 1: a register holds one value, and write has [1 2]: is it another model?",
        ),
        (
            "\n0 :invoke :read\n0 :ok :read [1]",
            "line 3: a register holds one value, and read has [1]: is it another model?",
        ),
    ] {
        assert_eq!(refused(&register, text), error);
    }
    assert_eq!(
        refused(&Counter, "0 :invoke :add 12345678901234567890"),
        "line 1: a counter counts in numbers of 64 bits, not in 12345678901234567890"
    );
    assert!(refused(&Queue::default(), "0 :invoke :push 1").contains("only enqueue and dequeue"));
}

#[test]
fn a_file_can_be_checked() {
    let good = "0 :invoke :write 1\n1 :invoke :read\n1 :ok :read 1\n0 :ok :write 1";
    let bad = "0 :invoke :write 1\n0 :ok :write 1\n1 :invoke :read\n1 :ok :read nil";
    for (text, is_good) in [(good, true), (bad, false)] {
        let reading = operations(&register(), &read(text)).unwrap();
        let verdict = linearizable(&register(), &reading.operations, Budget::default());
        assert_eq!(matches!(verdict, Verdict::Linearizable(_)), is_good);
    }
}

#[test]
fn an_answer_to_something_else_is_refused() {
    let (register, queue) = (register(), Queue::default());
    let text = |asked: &str, answer: &str| format!("0 :invoke :{asked}\n0 :ok :{answer}");
    let differs =
        |f, answer, asked| format!("line 2: {f} of {answer}, but {asked} was asked for in line 1");
    assert_eq!(refused(&register, &text("write 1", "write 2")), differs("write", "2", "1"));
    assert_eq!(
        refused(&register, &text("cas [1 2]", "cas [1 3]")),
        differs("cas", "[1 3]", "[1 2]")
    );
    assert_eq!(refused(&queue, &text("enqueue 1", "enqueue 2")), differs("enqueue", "2", "1"));
    assert_eq!(refused(&Counter, &text("add 1", "add 2")), differs("add", "2", "1"));
    let map = text("append [k \"a\"]", "append [k \"b\"]");
    assert_eq!(refused(&contents(&read(&map)), &map), differs("append", "[k \"b\"]", "[k \"a\"]"));
    // An answer may leave out what was written.
    assert_eq!(told(&register, &read(&text("write 1", "write"))), ["1: 0 write 1"]);
    let put = read(&text("put [k 1]", "put [k nil]"));
    assert_eq!(told(&contents(&put), &put), ["1: 0 put k 1"]);
}

#[test]
fn nil_is_not_written_where_it_stands_for_nothing() {
    assert_eq!(
        refused(&Queue::default(), "0 :invoke :enqueue nil"),
        "line 1: enqueue has no value: nil stands for an empty queue"
    );
    let never = "has no value: nil stands for a register never written";
    assert_eq!(refused(&register(), "0 :invoke :write nil"), format!("line 1: write {never}"));
    let log = read("\n0 :invoke :txn [[:w x nil]]");
    let error = transactions(Store::Registers, &log).unwrap_err().to_string();
    assert_eq!(error, format!("line 2: w {never}"));
    // In a list, nil is a thing like others.
    let log = read("0 :invoke :txn [[:append x nil]]");
    assert!(transactions(Store::Lists, &log).is_ok());
}

#[test]
fn to_append_nothing_changes_nothing() {
    let text = "0 :invoke :put [k \"a\"]\n0 :ok :put [k \"a\"]\n0 :invoke :append [k \"\"]\n\
                0 :ok :append [k \"\"]\n0 :invoke :get [k nil]\n0 :ok :get [k \"a\"]";
    let log = read(text);
    let map = contents(&log);
    let reading = operations(&map, &log).unwrap();
    let verdict = linearizable(&map, &reading.operations, Budget::default());
    assert!(matches!(verdict, Verdict::Linearizable(_)), "{verdict:?}");
}

/// A failure of `cas` is a failure: it is not said whether the values differed.
#[test]
fn a_failed_cas_says_nothing() {
    let text = "0 :invoke :write 1\n0 :ok :write 1\n0 :invoke :cas [1 2]\n0 :fail :cas [1 2]\n\
                0 :invoke :read\n0 :ok :read 1";
    let reading = operations(&register(), &read(text)).unwrap();
    assert_eq!(reading.operations.len(), 2);
    let verdict = linearizable(&register(), &reading.operations, Budget::default());
    assert!(matches!(verdict, Verdict::Linearizable(_)), "{verdict:?}");
}
