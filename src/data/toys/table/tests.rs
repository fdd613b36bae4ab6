use super::*;
use crate::limits::{CSV_MAX_COLUMNS, CSV_MAX_ROWS};
use proptest::prelude::*;

/// Five points in every dialect; what is read of each must be the same.
const POINTS: [[&str; 2]; 5] = [
    ["-3", "-1.5"],
    ["3", "1.5"],
    ["1", "0.5"],
    ["1.5", "-0.75"],
    ["-0.75", "0.25"],
];

/// The points as rows, `[x, y]` put into a row by `row`.
fn rows(row: impl Fn(usize, &str, &str) -> String) -> String {
    let rows = POINTS.iter().enumerate();
    rows.map(|(nth, [x, y])| row(nth, x, y)).collect()
}

fn plain() -> String {
    rows(|_, x, y| format!("{x},{y}\n"))
}

fn read_text(text: &str) -> Result<Reading, String> {
    read(text.as_bytes(), None, None)
}

fn comma(number: &str) -> String {
    number.replace('.', ",")
}

fn expected() -> Vec<[f32; 2]> {
    let points = POINTS.map(|pair| pair.map(|text| text.parse::<f64>().unwrap()));
    scaled(&points, None).unwrap()
}

#[test]
#[expect(clippy::too_many_lines, reason = "a list of dialects")]
fn every_dialect_gives_the_same_points() {
    let names = |text: &str, rest: String| format!("{text}\n{rest}");
    let german = || rows(|_, x, y| format!("{};{}\r\n", comma(x), comma(y)));
    for (dialect, text) in [
        ("commas", plain()),
        ("names", names("x,y", plain())),
        ("quoted", rows(|_, x, y| format!("\"{x}\",\"{y}\"\n"))),
        ("blanks around", rows(|_, x, y| format!(" {x} ,\t{y}\n\n"))),
        ("semicolons", rows(|_, x, y| format!("{x};{y}\n"))),
        ("tabs", rows(|_, x, y| format!("{x}\t{y}\n"))),
        ("bars", rows(|_, x, y| format!("{x}|{y}\n"))),
        ("one blank", rows(|_, x, y| format!("{x} {y}\n"))),
        (
            "runs of blanks",
            rows(|_, x, y| format!("   {x}     {y}\n")),
        ),
        ("decimal commas", german()),
        ("a mark and names", names("\u{feff}x;y\r", german())),
        (
            "tabs and decimal commas",
            rows(|_, x, y| format!("{}\t{}\n", comma(x), comma(y))),
        ),
        (
            "blanks and decimal commas",
            rows(|_, x, y| format!("{} {}\n", comma(x), comma(y))),
        ),
        (
            "quoted decimal commas",
            rows(|_, x, y| format!("\"{}\",\"{}\"\n", comma(x), comma(y))),
        ),
        (
            "a line sep=",
            names("sep=;", names("x;y", rows(|_, x, y| format!("{x};{y}\n")))),
        ),
        (
            "minus signs",
            rows(|_, x, y| format!("{},{}\n", x.replace('-', "−"), y.replace('-', "−"))),
        ),
        ("exponents", rows(|_, x, y| format!("{x}e+00 {y}E+00\n"))),
        (
            "row numbers",
            names(",x,y", rows(|nth, x, y| format!("{nth},{x},{y}\n"))),
        ),
        (
            "row numbers without names",
            rows(|nth, x, y| format!("{};{x};{y}\n", nth + 1)),
        ),
        (
            "labels first",
            names(
                "label,x,y",
                rows(|nth, x, y| format!("{},{x},{y}\n", ["a", "b"][nth % 2])),
            ),
        ),
        (
            "numbered labels first",
            names(
                "label,u,v",
                rows(|nth, x, y| format!("{},{x},{y}\n", nth % 2)),
            ),
        ),
        (
            "numbered labels without names",
            rows(|nth, x, y| format!("{},{x},{y}\n", nth % 2)),
        ),
        (
            "labels last",
            rows(|nth, x, y| format!("{x},{y},class {}\n", nth % 2)),
        ),
        (
            "other columns",
            names(
                "x,time,y",
                rows(|nth, x, y| format!("{x},{}.5,{y}\n", nth * nth)),
            ),
        ),
        (
            "a label with separators",
            rows(|_, x, y| format!("{x},{y},\"a, \"\"b\"\"\"\n")),
        ),
        (
            "a separator at the end",
            names("x,y,", rows(|_, x, y| format!("{x},{y},\n"))),
        ),
        ("a preamble", names("Exported by X\nx,y", plain())),
        ("old line ends", plain().replace('\n', "\r")),
    ] {
        let reading = read_text(&text).unwrap_or_else(|e| panic!("{dialect}: {e}\n{text}"));
        assert_eq!(reading.points, expected(), "{dialect}:\n{text}");
    }
}

#[test]
fn other_encodings_are_read() {
    let text = format!("Größe;y\n{}", rows(|_, x, y| format!("{x};{y}\n")));
    let wide = |unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
        let units = "\u{feff}".encode_utf16().chain(text.encode_utf16());
        units.flat_map(unit).collect()
    };
    let latin: Vec<u8> = text.chars().map(|letter| letter as u8).collect();
    for bytes in [wide(u16::to_le_bytes), wide(u16::to_be_bytes), latin] {
        let reading = read(&bytes, None, None).unwrap();
        assert_eq!(reading.points, expected());
        assert_eq!(reading.columns[0].name, "Größe");
    }
}

#[test]
fn what_is_passed_over_is_counted() {
    for (more, note) in [
        (
            "0.75,\n",
            "One row was passed over, for a number is missing or not finite.",
        ),
        (
            "0.75,\n,1\n",
            "2 rows were passed over, for a number is missing or not finite.",
        ),
        (
            "nan,1\n2,NA\n1,-inf\n",
            "3 rows were passed over, for a number is missing or not finite.",
        ),
        (",\n,\n", "2 blank rows were passed over."),
        ("# made by hand\n", "One comment was passed over."),
        (
            "one,two\n",
            "Row 6 was passed over, for it is not two numbers: \"one,two\".",
        ),
    ] {
        let reading = read_text(&(plain() + more)).unwrap();
        assert_eq!(reading.notes, [note], "{more}");
        assert_eq!(reading.points, expected(), "{more}");
    }
    // The number of a row is that of its line.
    let text = format!("# a\n\nx,y\r\n{}\n\none,two\nthree\n", plain());
    let notes = read_text(&text).unwrap().notes;
    assert!(
        notes[1].contains("2 rows") && notes[1].contains("the first is row 11: \"one,two\""),
        "{notes:?}"
    );
}

#[test]
fn numbers_with_thousands_are_passed_over_rather_than_misread() {
    let text = format!(
        "{}1.234,5;1\n1.234;1\n",
        rows(|_, x, y| format!("{};{}\n", comma(x), comma(y)))
    );
    let reading = read_text(&text).unwrap();
    assert_eq!(reading.points, expected());
    assert!(reading.notes[0].starts_with("2 rows were passed over"));
}

#[test]
fn columns_are_described_and_can_be_chosen() {
    let text = "id,a,b,kind,note,c\n1,0,0.5,0,x,1\n2,4,2.5,1,yy,1\n3,2,0.5,0,z z,2\n";
    let reading = read_text(text).unwrap();
    let found: Vec<(&str, Holds)> = reading
        .columns
        .iter()
        .map(|column| (&*column.name, column.holds))
        .collect();
    assert_eq!(
        found,
        [
            ("id", Holds::Index),
            ("a", Holds::Numbers),
            ("b", Holds::Numbers),
            ("kind", Holds::Labels),
            ("note", Holds::Text),
            ("c", Holds::Labels),
        ]
    );
    assert_eq!(reading.axes, [1, 2]);
    assert_eq!(
        reading.notes,
        [r#"Of 6 columns, "a" is taken as x and "b" as y."#]
    );
    let chosen = read(text.as_bytes(), Some([2, 0]), None).unwrap();
    assert_eq!(chosen.points, [[-1.4, -1.4], [1.4, 0.0], [-1.4, 1.4]]);
    for axes in [[1, 1], [1, 6], [usize::MAX, 0]] {
        let error = read(text.as_bytes(), Some(axes), None).unwrap_err();
        assert!(error.contains("two of the 6 columns"), "{error}");
    }
    let text_column = read(text.as_bytes(), Some([1, 4]), None).unwrap_err();
    assert!(text_column.contains("at least two rows"), "{text_column}");
}

#[test]
fn a_comment_can_name_the_columns() {
    let named = |text: &str| {
        let columns = read_text(text).unwrap().columns;
        columns.into_iter().map(|c| c.name).collect::<Vec<_>>()
    };
    assert_eq!(
        named(&format!("# made by a script\n# u,v\n{}", plain())),
        ["u", "v"]
    );
    assert_eq!(named("#u v\n1 2\n3 4\n"), ["u", "v"]);
    assert_eq!(
        named("% far too many names\n1 2\n3 4\n"),
        ["column 1", "column 2"]
    );
}

#[test]
fn the_generators_reach_bounds_the_points() {
    let near = read(plain().as_bytes(), None, Some(1.0)).unwrap();
    let furthest = near
        .points
        .iter()
        .flatten()
        .fold(0f32, |m, v| m.max(v.abs()));
    assert!((furthest - 0.9).abs() < 1e-6);
}

#[test]
fn errors_are_sentences() {
    for (text, part) in [
        ("", "at least two rows"),
        ("1,2", "at least two rows"),
        ("1\n2\n3", "one column"),
        ("once upon a time\nthere was no number", "one column"),
        ("a,b\nc,d\n", "at least two rows"),
        ("a,b,c\nc,d,1\n", "no two columns of numbers"),
        ("1,2\nfoo,bar\n", "Row 2 was passed over"),
        ("1,2\n3,inf\n", "not finite"),
        ("1,2\nNaN,3\n", "not finite"),
        (
            "1,2\n1e999,3\n",
            "Row 2 of the CSV has a number that is not finite",
        ),
        (
            "1,2\n3,4\n1,-1e31\n",
            "Row 3 of the CSV has a number that is not finite, or beyond 1e30",
        ),
        ("1e-320,1e-320\n2e-320,0\n", "so close together"),
        ("PK\x03\x04\0\0,1\n2,3", "save its sheet as CSV"),
        ("\0\0\0,\0\n", "at least two rows"),
    ] {
        let error = read_text(text).unwrap_err();
        assert!(
            error.contains(part) && error.ends_with('.'),
            "{text:?}: {error}"
        );
    }
}

#[test]
fn the_limit_of_rows_is_exact() {
    let many = |n: usize| "1,2\n3,4\n".repeat(n / 2) + &"5,6\n".repeat(n % 2);
    let read = |n: usize| read_text(&format!("x,y\n{}", many(n)));
    assert_eq!(read(CSV_MAX_ROWS).unwrap().points.len(), CSV_MAX_ROWS);
    assert!(read(CSV_MAX_ROWS + 1).unwrap_err().contains("1000000 rows"));
}

#[test]
fn the_limit_of_columns_is_exact() {
    for separator in [",", ";", "\t", " "] {
        let wide = |n: usize| {
            [
                vec!["1.5"; n].join(separator),
                vec!["2.5"; n].join(separator),
            ]
            .join("\n")
        };
        let reading = read_text(&wide(CSV_MAX_COLUMNS)).unwrap();
        assert_eq!(reading.columns.len(), CSV_MAX_COLUMNS, "{separator:?}");
        let error = read_text(&wide(CSV_MAX_COLUMNS + 1)).unwrap_err();
        assert!(
            error.contains("64 columns") || error.contains("one column"),
            "{error}"
        );
    }
    // A row further down has too many.
    let error = read_text(&format!("{}{}", plain(), ",".repeat(CSV_MAX_COLUMNS))).unwrap_err();
    assert!(
        error.contains("Row 6 of the CSV has more than 64 columns"),
        "{error}"
    );
}

#[test]
fn the_limits_of_size_are_exact_and_come_before_reading() {
    let most = vec![b','; CSV_MAX_BYTES];
    assert!(read(&most, None, None).unwrap_err().contains("64 columns"));
    let more = vec![b'1'; CSV_MAX_BYTES + 1];
    assert!(read(&more, None, None).unwrap_err().contains("32 MiB"));
    let open_quote = format!("{}\"{}", plain(), "x".repeat(1 << 17));
    assert!(read_text(&open_quote).unwrap_err().contains("64 KiB"));
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused_with_a_sentence(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Err(sentence) = read(&bytes, None, None) {
            prop_assert!(sentence.ends_with('.'));
        }
    }

    #[test]
    fn anything_like_a_table_is_read_or_refused_with_a_sentence(text in "([-0-9.,; \t\n\"#xé−]|sep=|NaN){0,80}", axes in prop::option::of([0usize..4, 0..4])) {
        match read(text.as_bytes(), axes, Some(1.0)) {
            Ok(reading) => {
                prop_assert!(reading.points.len() >= 2);
                prop_assert!(reading.points.iter().flatten().all(|v| v.abs() <= 0.9001));
                prop_assert!(reading.notes.iter().all(|note| note.ends_with('.')));
            }
            Err(sentence) => prop_assert!(sentence.ends_with('.'), "{}", sentence),
        }
    }

    #[test]
    fn numbers_come_back_from_every_dialect(
        points in prop::collection::vec([-1e6f64..1e6, -1e6f64..1e6], 3..20),
        separator in prop::sample::select(vec![",", ";", "\t", " ", "|"]),
        decimal in prop::sample::select(vec![".", ","]),
    ) {
        prop_assume!(separator != "," || decimal != ",");
        let field = |v: f64| format!("{v:.3}").replace('.', decimal);
        let rows = points.iter().map(|[x, y]| format!("{}{separator}{}\n", field(*x), field(*y)));
        let rounded: Vec<[f64; 2]> = points.iter().map(|p| p.map(|v| format!("{v:.3}").parse().unwrap())).collect();
        let reading = read_text(&rows.collect::<String>()).unwrap();
        prop_assert_eq!(reading.points, scaled(&rounded, None).unwrap());
        prop_assert!(reading.notes.is_empty());
    }
}
