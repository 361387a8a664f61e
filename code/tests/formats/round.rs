//! What is written is read again as the same.

use crate::read;
use distsys::formats::{Datum, Event, Format, Log};

const SAMPLE: &str = r##"[{:process 0, :type :invoke, :f :txn, :value [[:r 8 nil] [:append 9 1]]}
{:process 1, :type :invoke, :f :write, :value "a\tb\n\"c\" \\ é \u0001"}
{:process 1, :type :info, :f :write, :value ":b"}
{:process 0, :type :ok, :f :txn, :value [[:r 8 #{1 "x" :y}] [:append 9 {1 2, "1" nil}]]}
{:process 2, :type :invoke, :f :cas, :value [1.5 123456789012345678901]}
{:process 2, :type :fail, :f :cas, :value [true [\a -7]]}
{:process 4294967295, :type :invoke, :f :odd/name, :value ()}]"##;

fn without_lines(log: &Log) -> Vec<Event> {
    log.events.iter().map(|event| Event { line: 0, ..event.clone() }).collect()
}

#[test]
fn every_format_keeps_what_it_is_given() {
    let log = read(SAMPLE);
    for format in [Format::Edn, Format::Log, Format::Json] {
        let text = log.write(format);
        let again = Log::read(text.as_bytes(), None).unwrap();
        assert_eq!(again.format, format);
        assert_eq!(without_lines(&again), without_lines(&log), "{text}");
        assert_eq!(again.write(format), text);
    }
}

#[test]
fn a_key_of_its_own_becomes_part_of_the_value_only_in_the_log() {
    let mut log = read("0 :invoke :put 5");
    log.events[0].key = Some(Datum::Text("k".to_string()));
    for format in [Format::Edn, Format::Json] {
        assert_eq!(read(&log.write(format)).events, log.events);
    }
    assert_eq!(log.write(Format::Log), "INFO  jepsen.util - 0\t:invoke\t:put\t[\"k\" 5]\n");
}
