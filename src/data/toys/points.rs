//! Points that users bring: pasted as CSV, or drawn and carried in a link.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::limits::excerpt;

/// Largest CSV text, in bytes.
pub const CSV_MAX_BYTES: usize = 32 << 20;
/// Most rows of a CSV.
pub const CSV_MAX_ROWS: usize = 1_000_000;
/// Most points of a link.
pub const LINK_MAX_POINTS: usize = 2_000;
/// Points in a link lie in `[-LINK_RANGE, LINK_RANGE]` on both axes, in 255 steps.
pub const LINK_RANGE: f32 = 1.5;

const LINK_VERSION: u8 = 1;

/// Points from CSV text: two numeric columns, comma, semicolon or tab between them, an optional heading row.
/// The points are centred and scaled alike on both axes so that the furthest coordinate is 1.4.
///
/// # Errors
/// A sentence that names the row and what was expected.
pub fn parse_csv(text: &str) -> Result<Vec<[f32; 2]>, String> {
    if text.len() > CSV_MAX_BYTES {
        return Err(format!(
            "The CSV has {} MiB; at most {} MiB are read. Thin it out and paste it again.",
            text.len() >> 20,
            CSV_MAX_BYTES >> 20
        ));
    }
    let first = text.lines().find(|l| !l.trim().is_empty()).unwrap_or("");
    let delimiter = *[b'\t', b';', b',']
        .iter()
        .find(|&&d| first.as_bytes().contains(&d))
        .unwrap_or(&b',');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut points: Vec<[f64; 2]> = Vec::new();
    for (i, record) in reader.records().enumerate() {
        let row = i + 1;
        let record = record.map_err(|e| format!("Row {row} of the CSV cannot be read: {e}."))?;
        if record.len() < 2 {
            return Err(format!(
                "Row {row} of the CSV has one column; two numbers x,y are needed."
            ));
        }
        let parsed = [&record[0], &record[1]].map(str::parse::<f64>);
        let point = match parsed {
            [Ok(x), Ok(y)] => [x, y],
            _ if row == 1 => continue,
            _ => {
                return Err(format!(
                    "Row {row} of the CSV is not two numbers: \"{}\".",
                    excerpt(&format!("{},{}", &record[0], &record[1]))
                ));
            }
        };
        if !point.iter().all(|v| v.is_finite() && v.abs() <= 1e30) {
            return Err(format!(
                "Row {row} of the CSV has a number that is not finite; x and y must be ordinary numbers."
            ));
        }
        if points.len() == CSV_MAX_ROWS {
            return Err(format!(
                "The CSV has more than {CSV_MAX_ROWS} rows. Thin it out and paste it again."
            ));
        }
        points.push(point);
    }
    if points.len() < 2 {
        return Err("The CSV needs at least two rows of two numbers x,y.".into());
    }
    Ok(standardise(&points))
}

fn standardise(points: &[[f64; 2]]) -> Vec<[f32; 2]> {
    let centre = [0, 1].map(|axis| {
        let (low, high) = points.iter().fold((f64::MAX, f64::MIN), |(low, high), p| {
            (low.min(p[axis]), high.max(p[axis]))
        });
        low / 2.0 + high / 2.0
    });
    let extent = points
        .iter()
        .flat_map(|p| [(p[0] - centre[0]).abs(), (p[1] - centre[1]).abs()])
        .fold(0.0, f64::max);
    let scale = if extent > 0.0 { 1.4 / extent } else { 0.0 };
    points
        .iter()
        .map(|p| [0, 1].map(|axis| ((p[axis] - centre[axis]) * scale) as f32))
        .collect()
}

/// Points from the `points` value of a link: base64url of a version byte, then one byte each for x and y.
///
/// # Errors
/// A sentence that says what is wrong.
pub fn decode(text: &str) -> Result<Vec<[f32; 2]>, String> {
    let bytes = URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| "The link's points are damaged: they are not base64url.".to_string())?;
    let Some((&LINK_VERSION, pairs)) = bytes.split_first() else {
        return Err("The link's points are of a version that this page does not know.".into());
    };
    if pairs.len() % 2 != 0 || pairs.is_empty() {
        return Err("The link's points are cut off.".into());
    }
    if pairs.len() / 2 > LINK_MAX_POINTS {
        return Err(format!(
            "The link has {} points; at most {LINK_MAX_POINTS} fit.",
            pairs.len() / 2
        ));
    }
    let coordinate = |b: u8| (f32::from(b) / 255.0 * 2.0 - 1.0) * LINK_RANGE;
    Ok(pairs
        .chunks_exact(2)
        .map(|p| [coordinate(p[0]), coordinate(p[1])])
        .collect())
}

/// The `points` value of a link, the inverse of [`decode`] up to rounding; of more than [`LINK_MAX_POINTS`] points it
/// takes an even selection.
pub fn encode(points: &[[f32; 2]]) -> String {
    let byte = |v: f32| ((v / LINK_RANGE + 1.0) / 2.0 * 255.0).round() as u8;
    let kept = points.len().min(LINK_MAX_POINTS);
    let mut bytes = vec![LINK_VERSION];
    bytes.extend(
        (0..kept)
            .map(|i| points[i * points.len() / kept])
            .flat_map(|p| [byte(p[0]), byte(p[1])]),
    );
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn csv_takes_headings_and_common_separators() {
        for text in [
            "x,y\n0,0\n2,1\n",
            "0;0\n2;1",
            "0\t0\n2\t1\n",
            " 0 , 0 \n\n 2 , 1 \n",
        ] {
            let points = parse_csv(text).unwrap();
            assert_eq!(points, [[-1.4, -0.7], [1.4, 0.7]], "{text:?}");
        }
    }

    #[test]
    fn csv_errors_are_sentences_with_the_row() {
        for (text, part) in [
            ("", "at least two rows"),
            ("1,2", "at least two rows"),
            ("1\n2\n3", "one column"),
            ("1,2\nfoo,bar\n", "Row 2 of the CSV is not two numbers"),
            ("1,2\n3,inf\n", "not finite"),
            ("1,2\nNaN,3\n", "not finite"),
            ("1,2\n1e999,3\n", "not finite"),
        ] {
            let error = parse_csv(text).unwrap_err();
            assert!(
                error.contains(part) && error.ends_with('.'),
                "{text:?}: {error}"
            );
        }
    }

    #[test]
    fn csv_row_limit_is_exact() {
        let rows = |n: usize| "1,2\n".repeat(n);
        assert_eq!(parse_csv(&rows(CSV_MAX_ROWS)).unwrap().len(), CSV_MAX_ROWS);
        assert!(
            parse_csv(&rows(CSV_MAX_ROWS + 1))
                .unwrap_err()
                .contains("1000000 rows")
        );
    }

    #[test]
    fn csv_size_limit_is_exact() {
        let mut text = "1,2\n3,4\n".to_string();
        text.push_str(&" ".repeat(CSV_MAX_BYTES - text.len()));
        assert!(parse_csv(&text).is_ok() || parse_csv(&text).unwrap_err().contains("Row"));
        text.push(' ');
        assert!(parse_csv(&text).unwrap_err().contains("MiB"));
    }

    proptest! {
        #[test]
        fn link_points_survive_within_a_quantisation_step(points in prop::collection::vec([-1.5f32..=1.5, -1.5f32..=1.5], 1..300)) {
            let back = decode(&encode(&points)).unwrap();
            prop_assert_eq!(back.len(), points.len());
            for (a, b) in points.iter().flatten().zip(back.iter().flatten()) {
                prop_assert!((a - b).abs() <= LINK_RANGE / 255.0 + 1e-6);
            }
        }

        #[test]
        fn any_text_decodes_or_is_refused_with_a_sentence(text in ".{0,200}") {
            if let Err(e) = decode(&text) {
                prop_assert!(e.ends_with('.'));
            }
            if let Err(e) = parse_csv(&text) {
                prop_assert!(e.ends_with('.'));
            }
        }
    }

    #[test]
    fn link_point_limit_is_exact() {
        let bytes = |n: usize| {
            let mut b = vec![LINK_VERSION];
            b.resize(1 + 2 * n, 7);
            URL_SAFE_NO_PAD.encode(b)
        };
        assert_eq!(
            decode(&bytes(LINK_MAX_POINTS)).unwrap().len(),
            LINK_MAX_POINTS
        );
        assert!(decode(&bytes(LINK_MAX_POINTS + 1)).is_err());
        assert!(decode(&bytes(0)).is_err());
        assert!(decode("").is_err());
    }
}
