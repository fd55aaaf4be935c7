//! The chart: one bar for each kind of call.

use super::page::ratio;
use super::rows;

const WIDTH: f64 = 640.0;
const LEFT: f64 = 180.0;
const ROW: f64 = 26.0;
/// What the whole width stands for.
const MOST: f64 = 1.5;

pub(super) fn draw(calls: &str) -> String {
    let bars: Vec<_> = rows(calls)
        .filter_map(|row| match row[..] {
            ["CPU of a call, us", cards, at_once, by_hand, by_client, ..] => {
                let name = format!("{cards} cards, {at_once} at once");
                Some((name, ratio(by_hand, by_client)?))
            }
            _ => None,
        })
        .collect();
    let x = |ratio: f64| LEFT + (WIDTH - LEFT) * ratio.min(MOST) / MOST;
    let height = ROW * (bars.len() as f64 + 1.5);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
         font-family=\"sans-serif\" font-size=\"13\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n\
         <text x=\"8\" y=\"17\" fill=\"#333\">CPU time of a call with linq; 1 is hand-written reqwest</text>\n"
    );
    for (number, (name, ratio)) in bars.iter().enumerate() {
        let y = ROW * (number as f64 + 1.0);
        let (width, text_y) = (x(*ratio) - LEFT, y + 17.0);
        svg += &format!(
            "<text x=\"8\" y=\"{text_y}\" fill=\"#333\">{name}</text>\n\
             <rect x=\"{LEFT}\" y=\"{}\" width=\"{width:.1}\" height=\"18\" fill=\"#4a7ebb\"/>\n\
             <text x=\"{:.1}\" y=\"{text_y}\" fill=\"#333\">{ratio:.2}</text>\n",
            y + 3.0,
            x(*ratio) + 5.0,
        );
    }
    let one = x(1.0);
    svg + &format!(
        "<line x1=\"{one:.1}\" x2=\"{one:.1}\" y1=\"{ROW}\" y2=\"{height}\" stroke=\"#333\" stroke-dasharray=\"3\"/>\n</svg>\n"
    )
}
