//! The run in words: labels, transcript, terminal, ShiViz.

use crate::pen::Pen;
use crate::runs::{all, crash, fifo, stuck};
use distsys::draw::terminal::{ascii, terminal};
use distsys::draw::{Style, label, shiviz, transcript};
use distsys::node::MILLIS;
use distsys::node::names::{A, B, C};
use distsys::sim::trace::{Text, Trace, What};

#[test]
fn the_transcript_tells_what_was_held_back_and_for_what() {
    let told = transcript(&fifo(), &Style::default());
    let told: Vec<&str> = told.iter().map(|sentence| sentence.text.as_str()).collect();
    assert_eq!(
        told,
        [
            "0 ms: A is asked: send m1 to B",
            "0 ms: A sends m1, 0 to B",
            "2 ms: A is asked: send m2 to B",
            "2 ms: A sends m2, 1 to B",
            "8 ms: B receives m2, 1 from A and holds it back",
            "12 ms: B receives m1, 0 from A",
            "12 ms: B delivers m1",
            "12 ms: B delivers m2, held back since 8 ms for m1",
        ]
    );
}

#[test]
fn what_a_recovery_delivers_was_not_held_back() {
    let told = transcript(&crash(), &Style::default());
    assert!(told.iter().any(|sentence| sentence.text == "18 ms: B delivers m1"), "{told:#?}");
}

#[test]
fn what_a_crash_wiped_out_was_not_held_back() {
    let mut pen = Pen::new(2);
    let m2 = pen.send(0, A, B, "(\"m2\", 1)");
    pen.receive(1, m2);
    pen.root(2, B, What::Crash { after_effects: None, undone: Vec::new() });
    pen.root(3, B, What::Recover);
    let again = pen.send(4, A, B, "(\"m2\", 1)");
    let m1 = pen.send(4, A, B, "(\"m1\", 0)");
    pen.receive(5, again);
    pen.receive(6, m1);
    pen.deliver(6, B, A, "m1");
    pen.deliver(6, B, A, "m2");
    let told = transcript(&pen.trace, &Style::default());
    let last = &told.last().unwrap().text;
    assert_eq!(last, "6 ms: B delivers m2, held back since 5 ms for m1");
}

#[test]
fn a_message_that_never_is_delivered_is_told_where_it_came_first() {
    let told = |trace: &Trace<Text>| -> Vec<String> {
        let told = transcript(trace, &Style::default()).into_iter().map(|sentence| sentence.text);
        told.filter(|text| text.contains("never")).collect()
    };
    let seen = told(&stuck());
    assert_eq!(seen, ["8 ms: B receives Data 2: m2, 2 from A, and never delivers it"]);
    for (name, trace) in all() {
        assert_eq!(told(&trace), [""; 0], "{name}");
    }
}

#[test]
fn what_is_said_never_to_be_delivered_was_sent_by_request_and_is_not_delivered_later() {
    let mut pen = Pen::new(3);
    pen.root(0, A, What::Request { ordinal: 0, request: r#"Broadcast { msg: "m1" }"#.into() });
    let (b, c) = (pen.send(0, A, B, r#""m1""#), pen.send(0, A, C, r#""m1""#));
    pen.receive(1, c);
    let relayed = pen.send(1, C, B, r#""m1""#);
    pen.receive(2, relayed);
    pen.receive(3, b);
    pen.root(4, B, What::Crash { after_effects: None, undone: Vec::new() });
    pen.root(5, B, What::Recover);
    pen.deliver(5, B, A, "m1");
    pen.ask(6, A, B, "m2");
    let other = pen.send(6, A, B, r#""m22""#);
    pen.receive(7, other);
    let told = transcript(&pen.trace, &Style::default());
    let never: Vec<_> = told.iter().filter(|told| told.text.contains("never")).collect();
    assert_eq!(never.len(), 1, "{told:#?}");
    assert_eq!(never[0].text, "1 ms: C receives m1 from A, and never delivers it");
}

#[test]
fn the_same_word_from_two_senders_is_told_apart() {
    let mut pen = Pen::new(3);
    let first = pen.send(0, C, B, "(\"m2\", 1)");
    let second = pen.send(0, A, B, "(\"m2\", 1)");
    let m1 = pen.send(0, A, B, "(\"m1\", 0)");
    pen.receive(1, first);
    pen.receive(2, second);
    pen.receive(3, m1);
    pen.deliver(3, B, A, "m1");
    pen.deliver(3, B, A, "m2");
    let told = transcript(&pen.trace, &Style::default());
    assert!(told.last().unwrap().text.contains("held back since 2 ms"), "{told:#?}");
}

#[test]
fn times_have_as_many_digits_as_it_takes() {
    let told = |times: [u64; 2]| {
        let mut pen = Pen::new(1);
        for at in times {
            pen.root(0, A, What::Pause);
            pen.trace.records.last_mut().unwrap().at = at;
        }
        let told = transcript(&pen.trace, &Style::default());
        told.iter()
            .map(|sentence| sentence.text.split(':').next().unwrap().to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(told([5 * MILLIS, 12 * MILLIS]), ["5 ms", "12 ms"]);
    assert_eq!(told([1_500_000, 5 * MILLIS]), ["1.5 ms", "5 ms"]);
    assert_eq!(told([1_250_000, 5 * MILLIS]), ["1.25 ms", "5 ms"]);
    assert_eq!(told([1_234_567, 5_000_001]), ["1 ms", "5 ms"]);
    assert_eq!(told([1_234_567, 1_235_678]), ["1.23 ms", "1.24 ms"]);
}

#[test]
fn labels_say_what_one_would_write_on_an_arrow() {
    for (text, wanted) in [
        (r#"SendTo { to: B, msg: "m1" }"#, "send m1 to B"),
        (r#"Deliver { from: A, msg: "m1" }"#, "deliver m1"),
        (r#"Broadcast { msg: ("m", 1) }"#, "broadcast m, 1"),
        (r#"("m2", 1)"#, "m2, 1"),
        (r#"Data { incarnation: 0, base: 1, number: 2, msg: ("m2", 2) }"#, "Data 2: m2, 2"),
        ("Ack { incarnation: 0, number: 2 }", "Ack 2"),
        (r#"Data { incarnation: 1, base: 1, number: 1, msg: "m1" }"#, "Data 1 (life 2): m1"),
        ("Ack { incarnation: 2, number: 2 }", "Ack 2 (life 3)"),
        (r#"First(Second(Some("x")))"#, "x"),
        (
            "VoteRequest { candidate: A, term: 3, log: [1, 2], last: None }",
            "VoteRequest A 3 [1, 2] –",
        ),
        ("{A: 1, B: 2}", "1 2"),
        ("Invoke { op: OpId { client: 0, number: 1 }, call: Get }", "Get"),
        (r#""say \"hi\"\n""#, r#"say "hi" "#),
        ("not ) debug\n text", "not ) debug text"),
        ("", ""),
    ] {
        assert_eq!(label(text), wanted, "{text}");
    }
    let deep = "(".repeat(100_000);
    assert_eq!(label(&deep), deep);
}

#[test]
fn a_shiviz_log_has_the_vector_clocks_that_the_trace_implies() {
    let mut pen = Pen::new(2);
    pen.root(0, A, What::Pause);
    let packet = pen.send(1, A, B, "x");
    pen.root(1, B, What::Pause);
    pen.receive(2, packet);
    let log = shiviz(&pen.trace, &Style::default());
    let clocks: Vec<&str> = log.lines().step_by(2).collect();
    let wanted = ["A {\"A\": 1}", "A {\"A\": 2}", "B {\"B\": 1}", "B {\"A\": 2, \"B\": 2}"];
    assert_eq!(clocks, wanted);
}

#[test]
fn the_terminal_view_has_a_line_a_sentence_and_the_same_words_with_and_without_colours() {
    for (name, trace) in all() {
        let style = Style::default();
        let plain = terminal(&trace, false, &style);
        let mut uncoloured = String::new();
        for (i, part) in terminal(&trace, true, &style).split('\u{1b}').enumerate() {
            uncoloured += if i == 0 { part } else { part.split_once('m').unwrap().1 };
        }
        assert_eq!(uncoloured, plain, "{name}");
        assert!(ascii(&trace, &style).is_ascii(), "{name}");
        let sentences = transcript(&trace, &style);
        for (line, sentence) in plain.lines().skip(1).zip(&sentences) {
            let (time, words) = sentence.text.split_once(": ").unwrap();
            assert!(line.trim_start().starts_with(time) && line.ends_with(words), "{name}: {line}");
        }
        assert_eq!(plain.lines().count(), sentences.len() + 1, "{name}");
    }
}

#[test]
fn the_terminal_view_shows_an_overtaking_as_a_crossing() {
    let seen = terminal(&fifo(), false, &Style::default());
    let wanted = "
       A         B
 0 ms  ○         │    A is asked: send m1 to B
 0 ms  ├──╮      │    A sends m1, 0 to B
 2 ms  ○  │      │    A is asked: send m2 to B
 2 ms  ├──┼─╮    │    A sends m2, 1 to B
 8 ms  │  │ ╰───▶│    B receives m2, 1 from A and holds it back
12 ms  │  ╰─────▶│    B receives m1, 0 from A
12 ms  │         ●    B delivers m1
12 ms  │         ●    B delivers m2, held back since 8 ms for m1
";
    assert_eq!(seen, wanted.trim_start_matches('\n'));
}
