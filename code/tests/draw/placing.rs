//! Where things are: labels apart, later things lower.

use crate::pen::Pen;
use crate::random::random;
use crate::runs::{acknowledged, all, crowded, fifo, overtaken, retransmission, stuck};
use distsys::draw::layout::measure::text_width;
use distsys::draw::layout::{Arrow, Label, Layout, Look, MarkKind, SpanKind, Tip};
use distsys::draw::{Style, terminal};
use distsys::node::NodeId;
use distsys::node::names::{A, B};
use distsys::sim::trace::{Text, Trace, What};

/// The corners of the text's rectangle, by nothing but the label's own words about itself.
fn corners(label: &Label) -> [(f64, f64); 4] {
    let (w, h) = (f64::from(text_width(&label.text)) / 2.0, 6.0);
    let (cos, sin) =
        (f64::from(label.place.along.x) / 1000.0, f64::from(label.place.along.y) / 1000.0);
    let (x, y) = (f64::from(label.place.centre.x), f64::from(label.place.centre.y));
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

/// The labels of packets that an arrow of another packet strikes through.
fn struck(trace: &Trace<Text>) -> Vec<String> {
    let layout = Layout::of(trace, &Style::default());
    let strikes = |label: &&Label| {
        let others = layout.arrows.iter().filter(|arrow| Some(arrow.index) != label.index);
        let line =
            |arrow: &Arrow| [arrow.from, arrow.to].map(|end| (f64::from(end.x), f64::from(end.y)));
        let packet = matches!(label.look, Look::Packet | Look::Quiet);
        packet && others.into_iter().any(|arrow| overlap(&corners(label), &line(arrow)))
    };
    layout.labels.iter().filter(strikes).map(|label| label.text.clone()).collect()
}

#[test]
fn no_arrow_strikes_through_the_label_of_another_when_packets_overtake_each_other() {
    for trace in [fifo(), stuck(), overtaken(), acknowledged()] {
        assert_eq!(struck(&trace), [""; 0], "{trace}");
    }
}

#[test]
fn a_short_run_of_two_nodes_fits_on_a_phone() {
    // There are 358 pixels for a picture that is drawn with text of 11 pixels instead of 13.
    for trace in [fifo(), overtaken(), retransmission()] {
        let width = Layout::of(&trace, &Style::default()).width;
        assert!(width * 11 <= 358 * 13, "{width}\n{trace}");
    }
}

#[test]
fn what_is_never_delivered_has_a_band_to_the_foot_or_to_the_crash() {
    let band = |trace: &Trace<Text>| {
        let layout = Layout::of(trace, &Style::default());
        let bands: Vec<_> = layout.spans.iter().filter(|s| s.kind == SpanKind::Never).collect();
        let lifeline = layout.spans.iter().rfind(|s| s.kind == SpanKind::Up).unwrap();
        assert_eq!(bands.len(), 1);
        (bands[0].bottom, lifeline.bottom)
    };
    let (bottom, foot) = band(&stuck());
    assert_eq!(bottom, foot);
    let mut pen = Pen::new(2);
    pen.trace = stuck();
    pen.root(20, B, What::Crash { after_effects: None, undone: Vec::new() });
    pen.root(40, A, What::Pause);
    let (bottom, _) = band(&pen.trace);
    let layout = Layout::of(&pen.trace, &Style::default());
    let crash = layout.marks.iter().find(|mark| mark.kind == MarkKind::Crash).unwrap();
    assert_eq!(bottom, crash.at.y);
}

#[test]
fn labels_never_overlap_in_random_runs() {
    for seed in 0..300 {
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
fn drawing_a_long_run_takes_time_in_proportion_to_its_length() {
    // Counted in what is drawn, not in seconds; were the work quadratic, this would take minutes.
    let mut pen = Pen::new(3);
    for i in 0..2_500 {
        let (from, to) = (NodeId(i % 3), NodeId((i + 1) % 3));
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
