//! Pictures of runs: nothing overlaps, nothing is left out, and nothing in a run can break the page around it.

mod runs;

use distsys::draw::layout::measure::text_width;
use distsys::draw::layout::{Label, Layout, Look, Tip};
use distsys::draw::terminal::{ascii, terminal};
use distsys::draw::{Style, figure, label, shiviz, svg, transcript};
use distsys::node::MILLIS;
use distsys::node::names::{A, B};
use distsys::sim::trace::{Loss, Text, Trace, What};
use runs::{Pen, all, crash, crowded, fifo, hostile, oddities, random};
use std::collections::BTreeSet;

/// The corners of the text's rectangle, by nothing but the label's own words about itself.
fn corners(label: &Label) -> [(f64, f64); 4] {
    let (w, h) = (f64::from(text_width(&label.text)) / 2.0, 6.0);
    let (cos, sin) = (f64::from(label.along.x) / 1000.0, f64::from(label.along.y) / 1000.0);
    let (x, y) = (f64::from(label.centre.x), f64::from(label.centre.y));
    let corner = |a: f64, b: f64| (x + a * cos - b * sin, y + a * sin + b * cos);
    [corner(-w, -h), corner(w, -h), corner(w, h), corner(-w, h)]
}

/// Whether two convex shapes have more in common than an edge: none of their edges has them on its two sides.
fn overlap(a: &[(f64, f64)], b: &[(f64, f64)]) -> bool {
    let apart = |p: (f64, f64), q: (f64, f64)| {
        let side = |r: &(f64, f64)| (q.0 - p.0) * (r.1 - p.1) - (q.1 - p.1) * (r.0 - p.0);
        let all =
            |shape: &[(f64, f64)], beyond: fn(f64) -> bool| shape.iter().all(|r| beyond(side(r)));
        (all(a, |s| s <= 0.5) && all(b, |s| s >= -0.5))
            || (all(a, |s| s >= -0.5) && all(b, |s| s <= 0.5))
    };
    let edges = |shape: &[(f64, f64)]| {
        let next = shape.iter().cycle().skip(1).copied();
        shape.iter().copied().zip(next).collect::<Vec<_>>()
    };
    !edges(a).into_iter().chain(edges(b)).any(|(p, q)| apart(p, q))
}

fn assert_readable(name: &str, trace: &Trace<Text>) {
    let layout = Layout::of(trace, &Style::default());
    assert_eq!(layout.left_out, 0, "{name}: labels are missing\n{trace}");
    let shapes: Vec<_> = layout.labels.iter().map(corners).collect();
    for (i, a) in layout.labels.iter().enumerate() {
        for (j, b) in layout.labels.iter().enumerate().skip(i + 1) {
            let clash = overlap(&shapes[i], &shapes[j]);
            assert!(!clash, "{name}: {:?} lies on {:?}\n{trace}", a.text, b.text);
        }
        for corner in shapes[i] {
            assert!(
                corner.0 >= 0.0 && corner.0 <= f64::from(layout.width),
                "{name}: {:?} is cut off",
                a.text
            );
        }
        for &x in layout.columns.iter().filter(|_| a.look == Look::Packet) {
            let lifeline = [(f64::from(x), 0.0), (f64::from(x), f64::from(layout.height))];
            assert!(!overlap(&shapes[i], &lifeline), "{name}: {:?} lies on a lifeline", a.text);
        }
    }
}

#[test]
fn labels_never_overlap_in_runs_like_those_of_the_course() {
    for (name, trace) in all() {
        assert_readable(name, &trace);
    }
}

#[test]
fn labels_never_overlap_in_random_runs() {
    for seed in 0..150 {
        assert_readable(&format!("seed {seed}"), &random(seed));
    }
}

#[test]
fn labels_that_cannot_be_placed_are_left_out_rather_than_overlap() {
    let layout = Layout::of(&crowded(), &Style::default());
    let shapes: Vec<_> = layout.labels.iter().map(corners).collect();
    for (i, a) in shapes.iter().enumerate() {
        for (j, b) in shapes.iter().enumerate().skip(i + 1) {
            let (a_text, b_text) = (&layout.labels[i].text, &layout.labels[j].text);
            assert!(!overlap(a, b), "{a_text:?} lies on {b_text:?}");
        }
    }
}

#[test]
fn later_is_lower_and_arrows_point_down() {
    for seed in 0..100 {
        let trace = random(seed);
        let layout = Layout::of(&trace, &Style::default());
        for arrow in &layout.arrows {
            assert!(arrow.to.y > arrow.from.y, "seed {seed}: {arrow:?}");
        }
        let mut received: Vec<_> =
            layout.arrows.iter().filter(|arrow| arrow.tip == Tip::Head).collect();
        received.sort_by_key(|arrow| arrow.end);
        for pair in received.windows(2) {
            let at = |i: usize| trace.records[pair[i].end.unwrap()].at;
            assert!(at(0) == at(1) || pair[0].to.y < pair[1].to.y, "seed {seed}: {pair:?}");
        }
    }
}

#[test]
fn the_same_trace_gives_the_same_bytes() {
    let style = Style::default();
    for (name, trace) in all() {
        assert_eq!(svg(&trace, &style), svg(&trace.clone(), &style), "{name}");
        assert_eq!(figure("x", name, &trace, &style), figure("x", name, &trace, &style), "{name}");
        assert_eq!(terminal(&trace, true, &style), terminal(&trace, true, &style), "{name}");
    }
}

#[test]
fn every_record_worth_seeing_is_in_the_picture_and_in_the_transcript() {
    let style = Style::default();
    for (name, trace) in all() {
        let picture = svg(&trace, &style);
        let told: BTreeSet<usize> = transcript(&trace, &style).iter().map(|s| s.index).collect();
        for (index, record) in trace.records.iter().enumerate() {
            let unseen = matches!(
                record.what,
                What::Start | What::SetTimer { .. } | What::CancelTimer { .. } | What::Facts { .. }
            );
            assert_eq!(told.contains(&index), !unseen, "{name}: {}", record.what);
            // Links are cut in groups, of which the first stands for all.
            let grouped = matches!(record.what, What::Cut { .. } | What::Heal { .. });
            let drawn = [" data-index", " data-end"];
            let drawn = drawn.iter().any(|by| picture.contains(&format!("{by}=\"{index}\"")));
            assert!(drawn == !unseen || grouped, "{name}: {}", record.what);
        }
    }
}

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
fn nothing_in_a_run_can_break_the_page() {
    let style = Style { names: vec!["<b>".into(), "\u{1b}[2J".into()], ..Style::default() };
    let trace = hostile();
    for html in [svg(&trace, &style), figure("<i d=\"", "</figure>\n\n<script>", &trace, &style)] {
        assert!(!html.contains("<script") && !html.contains("<b>"), "{html}");
        assert!(!html.contains('\u{1b}') && !html.contains("\n\n"), "{html}");
        assert_eq!(html.matches("</svg>").count(), 1, "{html}");
        assert!(html.contains("&lt;script&gt;"), "{html}");
    }
    let seen = terminal(&trace, true, &style);
    assert!(!seen.contains("\u{1b}[2J"), "{seen}");
    assert_eq!(seen.lines().count(), 1 + transcript(&trace, &style).len());
}

#[test]
fn a_figure_has_no_blank_line_no_style_and_no_script() {
    for (name, trace) in all() {
        let html = figure(name, name, &trace, &Style::default());
        assert!(html.lines().all(|line| !line.trim().is_empty()), "{name}");
        for unwanted in ["<style", " style=", "<script", " onclick"] {
            assert!(!html.contains(unwanted), "{name}: {unwanted}");
        }
    }
}

#[test]
fn ids_are_unique_when_all_pictures_are_on_one_page() {
    let page: String = all()
        .iter()
        .flat_map(|(name, trace)| {
            [format!("{name}-1"), format!("{name}-2")]
                .map(|id| figure(&id, name, trace, &Style::default()))
        })
        .collect();
    let ids: Vec<&str> =
        page.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(ids.len() > all().len() * 2);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{ids:?}");
    let named = page
        .split("aria-labelledby=\"")
        .skip(1)
        .flat_map(|rest| rest.split('"').next().unwrap().split(' '));
    let used = page.split("url(#").skip(1).map(|rest| rest.split(')').next().unwrap());
    for id in named.chain(used) {
        assert!(ids.contains(&id), "{id}");
    }
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
fn a_trace_that_makes_no_sense_is_still_drawn() {
    let mut pen = Pen::new(2);
    let packet = pen.send(3, A, B, "x");
    pen.receive(1, packet);
    pen.receive(1, packet);
    pen.lose(1, packet, Loss::Cut);
    pen.root(0, distsys::node::NodeId(u32::MAX), What::Recover);
    pen.write(u64::MAX / MILLIS, B, Some(u64::MAX), What::Deliver { indication: "x".into() });
    pen.trace.nodes = u32::MAX;
    for trace in [pen.trace, Trace::new(0), Trace::new(1), oddities()] {
        let style = Style::default();
        assert!(svg(&trace, &style).ends_with("</svg>\n"));
        assert!(figure("x", "x", &trace, &style).ends_with("</figure>\n"));
        let _ = (terminal(&trace, true, &style), shiviz(&trace, &style));
    }
}

#[test]
fn drawing_a_long_run_takes_time_in_proportion_to_its_length() {
    // Counted in what is drawn, not in seconds; were the work quadratic, this would take minutes.
    let mut pen = Pen::new(3);
    for i in 0..2_500 {
        let (from, to) = (distsys::node::NodeId(i % 3), distsys::node::NodeId((i + 1) % 3));
        pen.ask(u64::from(i) * 3, from, to, "m");
        let packet = pen.send(u64::from(i) * 3, from, to, "\"m\"");
        pen.receive(u64::from(i) * 3 + 2, packet);
        pen.deliver(u64::from(i) * 3 + 2, to, from, "m");
    }
    assert!(pen.trace.records.len() > 10_000);
    let style = Style::default();
    let layout = Layout::of(&pen.trace, &style);
    assert_eq!((layout.arrows.len(), layout.left_out), (2_500, 0));
    assert_eq!(terminal(&pen.trace, false, &style).lines().count(), 10_001);
}

#[test]
fn the_page_and_the_standalone_picture_have_the_same_looks() {
    let page = include_str!("../book/theme/runs.css");
    assert!(
        page.contains(distsys::draw::svg::CSS),
        "code/book/theme/runs.css must end with code/src/draw/svg/looks.css"
    );
}
