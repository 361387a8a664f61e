//! Plots: every point is in the picture, and names do not stand on each other.

use distsys::draw::Plot;
use distsys::draw::plot::Axis;

/// Four lines that end close together, one of them as dots, with negative numbers.
fn plot() -> Plot {
    Plot::new("Four lines", Axis::new("days").with_decimals(1), Axis::new("error (ms)"))
        .line("one", vec![(0, 0), (50, 400), (100, 800)])
        .line("two", vec![(0, 0), (100, 795)])
        .dots("three & more", vec![(0, -300), (33, 20), (100, 790)])
        .line("four", vec![(0, 0), (100, -20)])
}

/// The numbers after `name="`, wherever they stand.
fn numbers(svg: &str, name: &str) -> Vec<f64> {
    let name = format!("{name}=\"");
    let values = svg.split(&name).skip(1);
    values.filter_map(|rest| rest.split('"').next()?.parse().ok()).collect()
}

#[test]
fn every_point_is_within_the_picture() {
    let svg = plot().svg();
    let [width, height] = ["width", "height"].map(|name| numbers(&svg, name)[0]);
    assert_eq!(svg.matches("<circle").count(), 3);
    assert!(numbers(&svg, "cx").iter().all(|x| (0.0..width).contains(x)));
    assert!(numbers(&svg, "cy").iter().all(|y| (0.0..height).contains(y)));
    for path in svg.split("<path d=\"M").skip(1) {
        for point in path.split('"').next().unwrap_or_default().split('L') {
            let place: Vec<f64> = point.split(' ').filter_map(|it| it.parse().ok()).collect();
            assert!(place.len() == 2 && place[0] < width && place[1] < height, "{point}");
        }
    }
}

#[test]
fn names_at_the_ends_of_lines_stand_apart() {
    let svg = plot().svg();
    let names = svg.lines().filter(|line| line.starts_with("<text class=\"run-start\" x=\""));
    let mut heights: Vec<f64> = names.flat_map(|line| numbers(line, " y")).collect();
    assert!(svg.contains("three &amp; more") && heights.len() == 5);
    heights.sort_by(f64::total_cmp);
    assert!(heights.windows(2).all(|pair| pair[1] - pair[0] >= 16.0), "{heights:?}");
}

#[test]
fn numbers_along_the_axes_are_round_and_have_their_decimals() {
    let svg = plot().svg();
    for tick in [">0<", ">2<", ">10<", ">−500<", ">1000<"] {
        assert!(svg.contains(tick), "{tick}");
    }
}

#[test]
fn a_plot_of_nothing_is_still_drawn() {
    let empty = Plot::new("Nothing", Axis::new("x"), Axis::new("y"));
    let point = empty.clone().line("a point", vec![(i64::MAX / 4, -7)]);
    for plot in [empty, point] {
        let html = plot.figure("nothing", "Nothing to see.");
        assert!(html.contains("</svg>") && !html.contains("\n\n"));
    }
}
