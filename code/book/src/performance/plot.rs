//! A curve as a picture in which both axes are logarithms: a power is a straight line there.

use std::fmt::Write as _;

use benches::Curve;

use super::number;

const WIDTH: f64 = 620.0;
const HEIGHT: f64 = 330.0;
/// The room for labels on the left, on the right, above and below.
const MARGINS: [f64; 4] = [78.0, 26.0, 44.0, 52.0];

/// The picture, for a page; every id in it starts with `id`. There is no blank line in it.
pub(super) fn plot(id: &str, curve: &Curve) -> String {
    let Curve { name, x, y, points, exponent } = curve;
    let [left, right, top, bottom] = MARGINS;
    let along = Axis::over(points.iter().map(|point| point.0), left, WIDTH - right);
    let up = Axis::over(points.iter().map(|point| point.1), HEIGHT - bottom, top);
    let mut svg = format!(
        "<div class=\"run\" tabindex=\"0\">\n<svg class=\"run-svg\" width=\"{WIDTH}\" height=\"{HEIGHT}\" viewBox=\"0 0 \
         {WIDTH} {HEIGHT}\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\">\n"
    );
    let told: Vec<_> =
        points.iter().map(|(x, y)| format!("{} at {}", number(*y), number(*x))).collect();
    let grows = format!("power {exponent}");
    let _ = writeln!(svg, "<title id=\"{id}-title\">{name}, in {y}: {grows}</title>");
    let _ = writeln!(svg, "<desc id=\"{id}-desc\">{y} by {x}: {}</desc>", told.join("; "));
    let _ = writeln!(svg, "<text class=\"run-name run-start\" x=\"{left}\" y=\"20\">{name}</text>");
    for tick in &along.ticks {
        let at = along.place(*tick);
        let (from, to, label) = (HEIGHT - bottom, HEIGHT - bottom + 5.0, HEIGHT - bottom + 20.0);
        let _ = writeln!(svg, "<path class=\"run-line\" d=\"M{at:.1} {from}V{to}\"/>");
        let tick = number(*tick);
        let _ = writeln!(svg, "<text class=\"run-time\" x=\"{at:.1}\" y=\"{label}\">{tick}</text>");
    }
    for tick in &up.ticks {
        let (at, label) = (up.place(*tick), up.place(*tick) + 4.0);
        let _ =
            writeln!(svg, "<path class=\"run-hatch\" d=\"M{left} {at:.1}H{}\"/>", WIDTH - right);
        let (end, tick) = (left - 8.0, number(*tick));
        let _ = writeln!(
            svg,
            "<text class=\"run-time run-end\" x=\"{end}\" y=\"{label:.1}\">{tick}</text>"
        );
    }
    let _ = writeln!(
        svg,
        "<path class=\"run-line\" d=\"M{left} {}H{}\"/>",
        HEIGHT - bottom,
        WIDTH - right
    );
    svg += &line(points, &along, &up);
    let (middle, foot) = (f64::midpoint(left, WIDTH - right), HEIGHT - 10.0);
    let _ = writeln!(svg, "<text x=\"{middle}\" y=\"{foot}\">{x}</text>");
    let _ = writeln!(svg, "<text class=\"run-start\" x=\"8\" y=\"38\">{y}</text>");
    let end = WIDTH - right;
    let _ = writeln!(svg, "<text class=\"run-packet run-end\" x=\"{end}\" y=\"38\">{grows}</text>");
    svg + "</svg>\n</div>"
}

/// The points, joined.
fn line(points: &[(f64, f64)], along: &Axis, up: &Axis) -> String {
    let places = points.iter().map(|(x, y)| (along.place(*x), up.place(*y)));
    let places: Vec<_> = places.collect();
    let joined: Vec<_> = places.iter().map(|(x, y)| format!("{x:.1} {y:.1}")).collect();
    let mut svg = format!("<g class=\"run-arrow\">\n<path d=\"M{}\"/>\n", joined.join("L"));
    for (x, y) in places {
        let _ = writeln!(svg, "<circle class=\"run-head\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.5\"/>");
    }
    svg + "</g>\n"
}

/// A logarithmic axis between two places of the picture.
struct Axis {
    least: f64,
    most: f64,
    from: f64,
    to: f64,
    ticks: Vec<f64>,
}

impl Axis {
    fn over(values: impl Iterator<Item = f64> + Clone, from: f64, to: f64) -> Self {
        let least = values.clone().fold(f64::INFINITY, f64::min);
        let most = values.fold(f64::MIN_POSITIVE, f64::max);
        // Over a short range not only powers of ten, but 2 and 5 times them too.
        let steps: &[f64] = if most / least < 60.0 { &[1.0, 2.0, 5.0] } else { &[1.0] };
        let decades = least.log10().floor() as i32..=most.log10().ceil() as i32;
        let all =
            decades.flat_map(|decade| steps.iter().map(move |step| step * power_of_10(decade)));
        let all: Vec<f64> = all.collect();
        // From the tick before the least to the one after the most.
        let first = all.iter().rposition(|tick| *tick <= least * 1.001).unwrap_or(0);
        let last = all.iter().position(|tick| *tick >= most * 0.999).unwrap_or(all.len() - 1);
        let last = if first == last { (last + 1).min(all.len() - 1) } else { last };
        let ticks = all[first..=last].to_vec();
        Axis { least: ticks[0], most: ticks[ticks.len() - 1], from, to, ticks }
    }
    fn place(&self, value: f64) -> f64 {
        let part = (value / self.least).ln() / (self.most / self.least).ln();
        self.from + (self.to - self.from) * part
    }
}

/// Exact, where `powi` is off in the last digit: 0.001, not 0.0010000000000000002.
fn power_of_10(exponent: i32) -> f64 {
    format!("1e{exponent}").parse().unwrap_or(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(points: &[(f64, f64)]) -> Curve {
        Curve::new("Time", "messages", "ms", points.to_vec())
    }

    #[test]
    fn every_point_is_within_the_picture() {
        for points in [
            vec![(1e3, 0.05), (1e6, 64.0)],
            vec![(5.0, 63.8), (1e3, 260.0)],
            vec![(1.0, 1.0), (2.0, 1.0)],
        ] {
            let svg = plot("p", &curve(&points));
            assert_eq!(svg.matches("<circle").count(), points.len());
            assert!(!svg.contains("NaN") && !svg.contains("inf") && !svg.contains("\n\n"), "{svg}");
            for circle in svg.lines().filter(|line| line.starts_with("<circle")) {
                let at = |name: &str| -> f64 {
                    let (_, rest) = circle.split_once(&format!("{name}=\"")).unwrap();
                    rest.split('"').next().unwrap().parse().unwrap()
                };
                let [left, right, top, bottom] = MARGINS;
                assert!((left..=WIDTH - right).contains(&at("cx")), "{circle}");
                assert!((top..=HEIGHT - bottom).contains(&at("cy")), "{circle}");
            }
        }
    }

    #[test]
    fn ticks_are_round_numbers() {
        let axis = Axis::over([63.8, 260.0].into_iter(), 0.0, 1.0);
        assert_eq!(axis.ticks, [50.0, 100.0, 200.0, 500.0]);
        let axis = Axis::over([0.002, 64.0].into_iter(), 0.0, 1.0);
        assert_eq!(axis.ticks, [0.001, 0.01, 0.1, 1.0, 10.0, 100.0]);
    }
}
