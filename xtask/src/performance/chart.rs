//! The chart: a bar for the CPU time of each kind of call.

use super::figures::Figures;

/// What the chart shows.
const WHAT: &str = "CPU of a call, µs";

const WIDTH: f64 = 640.0;
const LEFT: f64 = 180.0;
const ROW: f64 = 26.0;
/// What the whole width stands for.
const MOST: f64 = 1.5;

/// No line is empty, since the chart is also part of a Markdown text.
pub(super) fn draw(calls: &Figures<'_>) -> String {
    let bars: Vec<_> = calls.rows.iter().filter(|row| row.what == WHAT).collect();
    let x = |ratio: f64| LEFT + (WIDTH - LEFT) * ratio.min(MOST) / MOST;
    let height = ROW * (bars.len() as f64 + 1.5);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" font-size=\"13\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n\
         <text x=\"8\" y=\"17\" fill=\"#333\">CPU time of a call with linq, as a multiple of hand-written reqwest</text>\n"
    );
    for (number, row) in bars.iter().enumerate() {
        let (which, ratio) = (row.which, row.ratio());
        let end = x(ratio);
        let (top, width) = (ROW * (number as f64 + 1.0) + 3.0, end - LEFT);
        let (base, label) = (top + 14.0, end + 5.0);
        svg += &format!(
            "<text x=\"8\" y=\"{base}\" fill=\"#333\">{which}</text>\n\
             <rect x=\"{LEFT}\" y=\"{top}\" width=\"{width:.1}\" height=\"18\" fill=\"#4a7ebb\"/>\n\
             <text x=\"{label:.1}\" y=\"{base}\" fill=\"#333\">{ratio:.2}</text>\n"
        );
    }
    let one = x(1.0);
    svg + &format!(
        "<line x1=\"{one:.1}\" x2=\"{one:.1}\" y1=\"{ROW}\" y2=\"{height}\" stroke=\"#333\" stroke-dasharray=\"3\"/>\n</svg>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_call_has_a_bar_as_long_as_its_ratio() {
        let calls = Figures::read(
            "CPU of a call, µs\t1 card, 64 at once\t10\t10.5\n\
             allocations of a call\t1 card, 64 at once\t57\t56\n\
             CPU of a call, µs\t100 cards, 64 at once\t40\t20\n\
             CPU of a call, µs\t10,000 cards, 64 at once\t1\t9\n",
        );
        let svg = draw(&calls);
        let bars: Vec<_> = svg
            .lines()
            .filter(|line| line.contains("#4a7ebb"))
            .collect();
        // The whole width, 460, stands for 1.5.
        assert_eq!(
            bars,
            [
                r##"<rect x="180" y="29" width="322.0" height="18" fill="#4a7ebb"/>"##,
                r##"<rect x="180" y="55" width="153.3" height="18" fill="#4a7ebb"/>"##,
                r##"<rect x="180" y="81" width="460.0" height="18" fill="#4a7ebb"/>"##,
            ]
        );
        for label in [">1 card, 64 at once<", ">1.05<", ">0.50<", ">9.00<"] {
            assert!(svg.contains(label), "{label}\nis not in\n{svg}");
        }
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
        assert!(!svg.contains("\n\n"));
    }
}
