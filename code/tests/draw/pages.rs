//! Pictures in pages: complete, the same every time, and harmless whatever is in the run.

use crate::pen::Pen;
use crate::runs::{all, hostile, oddities};
use distsys::draw::{Style, figure, shiviz, svg, terminal, transcript};
use distsys::node::names::{A, B};
use distsys::node::{MILLIS, NodeId};
use distsys::sim::trace::{Loss, Trace, What};
use std::collections::BTreeSet;

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
            let of_packet = matches!(
                record.what,
                What::Send { .. }
                    | What::Duplicate { .. }
                    | What::Receive { .. }
                    | What::Lose { .. }
            );
            let drawn = if of_packet {
                picture.contains(&format!("data-end=\"{index}\""))
                    || picture.contains(&format!("\" data-index=\"{index}\""))
            } else {
                picture.contains(&format!("<g class=\"run-mark\" data-index=\"{index}\""))
            };
            assert!(drawn != unseen || grouped, "{name}: {}", record.what);
        }
    }
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
fn a_trace_that_makes_no_sense_is_still_drawn() {
    let mut pen = Pen::new(2);
    let packet = pen.send(3, A, B, "x");
    pen.receive(1, packet);
    pen.receive(1, packet);
    pen.lose(1, packet, Loss::Cut);
    pen.root(0, NodeId(u32::MAX), What::Recover);
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
fn the_page_and_the_standalone_picture_have_the_same_looks() {
    let page = include_str!("../../book/theme/runs.css");
    for (looks, file) in [
        (distsys::draw::svg::CSS, "svg/looks.css"),
        (distsys::draw::history::CSS, "history/looks.css"),
        (distsys::draw::plot::CSS, "plot/looks.css"),
    ] {
        assert!(page.contains(looks), "code/book/theme/runs.css must hold code/src/draw/{file}");
    }
}
