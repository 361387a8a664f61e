//! Services as boxes, with an arrow from each to those right above it in strength.

use super::figure::{framed, identifier};
use super::layout::measure::text_width;
use super::svg::escape;
use std::collections::{BTreeMap, BTreeSet};

/// Services, each with all that it can stand in for: as [`hierarchy`](crate::service::hierarchy) lists them.
pub type Services = [(&'static str, Vec<&'static str>)];

const BOX: (i32, i32) = (124, 38);
const GAP: (i32, i32) = (26, 34);
const MARGIN: i32 = 8;

/// The services whose names end with this word, as a figure for a page. `id` must be unique on the page.
pub fn figure(id: &str, caption: &str, services: &Services, word: &str) -> String {
    let is_wanted = |name: &str| name.ends_with(word);
    let wanted = services.iter().filter(|(name, _)| is_wanted(name)).cloned();
    let wanted: Vec<_> = wanted.collect();
    framed(id, &picture(&identifier(id), caption, &wanted, word), caption)
}

fn picture(id: &str, title: &str, services: &Services, word: &str) -> String {
    let places = places(services);
    let at = |name: &str| {
        let (level, lane) = places[name];
        (MARGIN + level * (BOX.0 + GAP.0), MARGIN + lane * (BOX.1 + GAP.1))
    };
    let right = places.keys().map(|name| at(name).0 + BOX.0).max().unwrap_or(0) + MARGIN;
    let bottom = places.keys().map(|name| at(name).1 + BOX.1).max().unwrap_or(0) + MARGIN;
    let told = arrows(services);
    let told: Vec<_> = told
        .iter()
        .map(|(weak, strong)| format!("{} implies {}", short(strong, word), short(weak, word)))
        .collect();
    let mut svg = format!(
        "<svg class=\"run-svg\" width=\"{right}\" height=\"{bottom}\" viewBox=\"0 0 {right} {bottom}\" role=\"img\" \
         aria-labelledby=\"{id}-title {id}-desc\">\n<title id=\"{id}-title\">{}</title>\n\
         <desc id=\"{id}-desc\">{}.</desc>\n",
        escape(title),
        escape(&told.join("; "))
    );
    for (weak, strong) in arrows(services) {
        svg += &arrow(at(weak), at(strong));
    }
    for (name, _) in services {
        let ((x, y), label) = (at(name), short(name, word));
        debug_assert!(text_width(&label) < BOX.0, "{label} is too wide");
        svg += &format!(
            "<rect class=\"run-note\" x=\"{x}\" y=\"{y}\" width=\"{}\" height=\"{}\" rx=\"5\"/>\n\
             <text x=\"{}\" y=\"{}\">{}</text>\n",
            BOX.0,
            BOX.1,
            x + BOX.0 / 2,
            y + BOX.1 / 2 + 5,
            escape(&label)
        );
    }
    svg + "</svg>\n"
}

/// Each two services of which the second is right above the first.
fn arrows(services: &Services) -> Vec<(&'static str, &'static str)> {
    let below = |name: &'static str| {
        let listed = services.iter().find(|(it, _)| *it == name);
        listed
            .into_iter()
            .flat_map(move |(_, weaker)| weaker.iter().copied().filter(move |it| *it != name))
    };
    let mut arrows = Vec::new();
    for (strong, _) in services {
        for weak in below(strong) {
            if !below(strong).any(|between| below(between).any(|it| it == weak)) {
                arrows.push((weak, *strong));
            }
        }
    }
    arrows
}

/// Where each service stands: how many arrows from the left, and in which lane.
fn places(services: &Services) -> BTreeMap<&'static str, (i32, i32)> {
    let arrows = arrows(services);
    let mut places: BTreeMap<&'static str, (i32, i32)> = BTreeMap::new();
    let mut taken = BTreeSet::new();
    while places.len() < services.len() {
        let before = places.len();
        for (name, _) in services {
            let below: Vec<_> = arrows.iter().filter(|(_, strong)| strong == name).collect();
            let known: Vec<_> = below.iter().filter_map(|(weak, _)| places.get(weak)).collect();
            if places.contains_key(name) || known.len() < below.len() {
                continue;
            }
            let level = known.iter().map(|(level, _)| level + 1).max().unwrap_or(0);
            let mut lane = known.iter().map(|(_, lane)| *lane).min().unwrap_or(0);
            while !taken.insert((level, lane)) {
                lane += 1;
            }
            places.insert(name, (level, lane));
        }
        // A circle of services that stand in for each other has no picture.
        if places.len() == before {
            break;
        }
    }
    places
}

/// From the right side of one box to the left side of the other, or to its foot if that is in another lane.
fn arrow(from: (i32, i32), to: (i32, i32)) -> String {
    let (x1, y1) = (from.0 + BOX.0, from.1 + BOX.1 / 2);
    if from.1 > to.1 {
        let (x2, y2) = (to.0 + BOX.0 / 2, to.1 + BOX.1);
        return format!(
            "<g class=\"run-arrow\"><path d=\"M{x1} {y1}H{x2}V{}\"/><path class=\"run-head\" d=\"M{x2} {y2}L{} {}H{}Z\"/></g>\n",
            y2 + 9,
            x2 - 5,
            y2 + 10,
            x2 + 5
        );
    }
    let (x2, y2) = (to.0, to.1 + BOX.1 / 2);
    let start = if from.1 < to.1 { (from.0 + BOX.0 / 2, from.1 + BOX.1) } else { (x1, y1) };
    let way = if from.1 < to.1 { format!("V{y2}H{}", x2 - 9) } else { format!("H{}", x2 - 9) };
    format!(
        "<g class=\"run-arrow\"><path d=\"M{} {}{way}\"/><path class=\"run-head\" d=\"M{x2} {y2}L{} {}V{}Z\"/></g>\n",
        start.0,
        start.1,
        x2 - 10,
        y2 - 5,
        y2 + 5
    )
}

/// The name in words, without the one that all have: `FifoTotalOrderBroadcast` is "FIFO-total order".
fn short(name: &str, word: &str) -> String {
    let mut text = String::new();
    for c in name.trim_end_matches(word).chars() {
        if c.is_uppercase() && !text.is_empty() {
            text.push(' ');
        }
        text.extend(c.to_lowercase());
    }
    text.replace("fifo total", "FIFO-total").replace("fifo", "FIFO")
}
