//! Line plots as SVG, both axes logarithmic.

use std::fmt::Write as _;

/// A line: its name and its points.
pub(crate) struct Line {
    pub(crate) name: String,
    pub(crate) points: Vec<(f64, f64)>,
}

/// A plot: what is on it, and what its axes say.
pub(crate) struct Plot<'a> {
    pub(crate) title: &'a str,
    pub(crate) x: &'a str,
    pub(crate) y: &'a str,
    pub(crate) lines: &'a [Line],
}

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 420.0;
/// Where the axes are: left, top, right, bottom.
const BOX: [f64; 4] = [70.0, 40.0, 590.0, 370.0];
const COLOURS: [&str; 6] = [
    "#1b6ca8", "#c0392b", "#2e8b57", "#8e44ad", "#d68910", "#444444",
];

impl Plot<'_> {
    /// The plot as the text of an SVG file.
    pub(crate) fn svg(&self) -> String {
        let all = || self.lines.iter().flat_map(|line| &line.points);
        let [x, y] = [
            Axis::new(all().map(|point| point.0), BOX[0], BOX[2]),
            Axis::new(all().map(|point| point.1), BOX[3], BOX[1]),
        ];
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
             font-family=\"sans-serif\" font-size=\"13\">\n\
             <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
        );
        // Writing to a string cannot fail.
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"24\" font-size=\"15\">{}</text>",
            BOX[0], self.title
        );
        for tick in x.ticks() {
            let at = x.place(tick);
            let (top, bottom) = (BOX[1], BOX[3]);
            let _ = writeln!(
                svg,
                "<path d=\"M{at:.1} {top}V{bottom}\" stroke=\"#ddd\"/>\n\
                 <text x=\"{at:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                bottom + 17.0,
                short(tick)
            );
        }
        for tick in y.ticks() {
            let at = y.place(tick);
            let (left, right) = (BOX[0], BOX[2]);
            let _ = writeln!(
                svg,
                "<path d=\"M{left} {at:.1}H{right}\" stroke=\"#ddd\"/>\n\
                 <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                left - 6.0,
                at + 4.0,
                short(tick)
            );
        }
        let colours = (1u32..).zip(COLOURS.iter().cycle());
        for (line, (i, colour)) in self.lines.iter().zip(colours) {
            let mut path = String::new();
            for (px, py) in &line.points {
                let (px, py) = (x.place(*px), y.place(*py));
                let _ = write!(path, "{px:.1},{py:.1} ");
                let _ = writeln!(
                    svg,
                    "<circle cx=\"{px:.1}\" cy=\"{py:.1}\" r=\"3.5\" fill=\"{colour}\"/>"
                );
            }
            let at = BOX[1] + 18.0 * f64::from(i);
            let _ = writeln!(
                svg,
                "<polyline points=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>\n\
                 <text x=\"{}\" y=\"{at}\" fill=\"{colour}\">{}</text>",
                BOX[2] + 12.0,
                line.name
            );
        }
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n\
             <text transform=\"translate(18 {}) rotate(-90)\" text-anchor=\"middle\">{}</text>\n</svg>",
            f64::midpoint(BOX[0], BOX[2]),
            HEIGHT - 12.0,
            self.x,
            f64::midpoint(BOX[1], BOX[3]),
            self.y
        );
        svg
    }
}

/// A logarithmic axis between whole powers of ten.
struct Axis {
    low: i32,
    high: i32,
    from: f64,
    to: f64,
}

impl Axis {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "exponents of what is measured are small"
    )]
    fn new(values: impl Iterator<Item = f64> + Clone, from: f64, to: f64) -> Self {
        let lowest = values.clone().fold(f64::INFINITY, f64::min);
        let highest = values.fold(f64::MIN_POSITIVE, f64::max);
        let low = lowest.log10().floor() as i32;
        let high = (highest.log10().ceil() as i32).max(low + 1);
        Self {
            low,
            high,
            from,
            to,
        }
    }

    fn place(&self, value: f64) -> f64 {
        let part = (value.log10() - f64::from(self.low)) / f64::from(self.high - self.low);
        self.from + part * (self.to - self.from)
    }

    fn ticks(&self) -> impl Iterator<Item = f64> {
        (self.low..=self.high).map(|exponent| 10f64.powi(exponent))
    }
}

/// 1000 as 1k, 1e6 as 1M, 1e9 as 1G.
fn short(value: f64) -> String {
    match value {
        1e9.. => format!("{}G", value / 1e9),
        1e6.. => format!("{}M", value / 1e6),
        1e3.. => format!("{}k", value / 1e3),
        _ => format!("{value}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plot_holds_its_lines_within_its_axes() {
        let line = Line {
            name: "k = 4".into(),
            points: vec![(32.0, 110.0), (65536.0, 1500.0)],
        };
        let plot = Plot {
            title: "Split",
            x: "bytes",
            y: "MB/s",
            lines: &[line],
        };
        let svg = plot.svg();
        assert!(svg.contains("k = 4") && svg.ends_with("</svg>\n"));
        assert_eq!(svg.matches("<circle").count(), 2);
        let axis = Axis::new([32.0, 65536.0].into_iter(), BOX[0], BOX[2]);
        assert!(axis.place(32.0) > BOX[0] && axis.place(65536.0) < BOX[2]);
    }
}
