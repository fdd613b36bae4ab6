//! A data folder as an [`ImageSet`]. Two kinds are known:
//!
//! - a pack, `*images*idx3*` or `*images*idx4*`, plain or gzipped, with optional labels in `*labels*idx1*`.
//!   `valid-images-...` beside it is for validation, and of several other packs the one named `train...` is read.
//!   What belongs to a pack begins as it does (`train-images-...`, `train-labels-...`) or without a prefix;
//! - PNG and JPEG files of one size, in the order of their names, in the folder or, where it has none, in one sub-folder
//!   per label: label `i` is the `i`-th sub-folder by name.
//!
//! Either may have `attributes.jsonl`, one line per image. Hidden files are skipped. A pack without any value above 1 is
//! binary, and its ones become 255. Transparent pixels of a PNG are laid over white.

use std::fmt::Display;
use std::fs;
use std::io::Cursor;
use std::iter;
use std::path::{Path, PathBuf};

use image::{DynamicImage, ImageDecoder, ImageError, ImageReader, Limits};

use crate::data::images::ImageSet;
use crate::data::images::attributes::{self, parse_attributes};
use crate::data::images::idx::{self, read_idx};
use crate::limits::{complaint, read_at_most};

/// Most pixels of a PNG or JPEG: 16 megapixels.
pub const MAX_PIXELS: u64 = 1 << 24;
/// Most bytes of a PNG or JPEG, as a file and decoded: 64 MiB.
pub const MAX_PICTURE_BYTES: usize = 64 << 20;
/// Most sub-folders with images.
pub const MAX_LABELS: usize = 256;

/// The images of a data folder; of a split one, those to train on.
///
/// # Errors
/// A sentence that names the file and says what was found and expected: nothing or several things to read, a damaged or
/// too large file, images of several sizes, or labels or attributes that are not as many as the images.
pub fn load(dir: &Path) -> Result<ImageSet, String> {
    let folder = Folder::open(dir)?;
    match folder.packs()? {
        Some((train, _)) => folder.pack(train),
        None => folder.pictures(),
    }
}

/// The images of a data folder to train on, and those to validate on where it has a pack for that.
///
/// # Errors
/// As [`load`], or images of another size to validate on.
pub fn load_split(dir: &Path) -> Result<(ImageSet, Option<ImageSet>), String> {
    let folder = Folder::open(dir)?;
    let Some((train, Some(valid))) = folder.packs()? else {
        return Ok((load(dir)?, None));
    };
    let (train_set, valid_set) = (folder.pack(train)?, folder.pack(valid)?);
    same_size(&valid, &valid_set, &train, &train_set)?;
    Ok((train_set, Some(valid_set)))
}

struct Folder<'a> {
    path: &'a Path,
    /// What it holds, sorted by name, without hidden files.
    names: Vec<String>,
}

impl<'a> Folder<'a> {
    fn open(path: &'a Path) -> Result<Self, String> {
        let names = fs::read_dir(path).and_then(|entries| {
            let name = |entry: fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
            entries
                .map(|entry| entry.map(name))
                .collect::<Result<Vec<_>, _>>()
        });
        let mut names = names.map_err(|e| format!("{} cannot be read: {e}.", path.display()))?;
        names.retain(|name| !name.starts_with('.'));
        names.sort();
        Ok(Self { path, names })
    }

    fn files(&self, wanted: impl Fn(&str) -> bool) -> Vec<&str> {
        let mut files: Vec<&str> = self.names.iter().map(String::as_str).collect();
        files.retain(|name| wanted(name) && self.path.join(name).is_file());
        // A file that is there both plain and gzipped counts once: the plain one sorts first.
        files.dedup_by_key(|name| name.strip_suffix(".gz").unwrap_or(name));
        files
    }

    /// The files with a wanted name after the prefix of a pack, or without it, save for packs to validate on.
    fn beside(&self, prefix: &str, wanted: impl Fn(&str) -> bool) -> Vec<&str> {
        let own = self.files(|name| name.strip_prefix(prefix).is_some_and(&wanted));
        if own.is_empty() && !prefix.starts_with("valid") {
            return self.files(wanted);
        }
        own
    }

    /// The packs to train and to validate on.
    fn packs(&self) -> Result<Option<(&str, Option<&str>)>, String> {
        let packs = self.files(|name| {
            name.contains("images") && (name.contains("idx3") || name.contains("idx4"))
        });
        if let [only] = packs[..] {
            return Ok(Some((only, None)));
        }
        let (valid, mut train): (Vec<&str>, Vec<&str>) =
            packs.iter().partition(|name| name.starts_with("valid"));
        if train.len() > 1 {
            train.retain(|name| name.starts_with("train"));
        }
        match (&train[..], &valid[..]) {
            ([], []) if packs.is_empty() => Ok(None),
            ([train], []) => Ok(Some((train, None))),
            ([train], [valid]) => Ok(Some((train, Some(valid)))),
            _ => Err(format!(
                "{} has the image packs {}; expected one, or one that begins with train and one with valid.",
                self.path.display(),
                packs.join(", ")
            )),
        }
    }

    fn pack(&self, name: &str) -> Result<ImageSet, String> {
        let mut array = read_idx(&self.path.join(name))?;
        let (count, height, width, channels) = match array.dims[..] {
            [count, height, width] => (count, height, width, 1),
            [count, height, width, channels] => (count, height, width, channels),
            _ => {
                return Err(format!(
                    "{name} holds labels; expected images, of rank 3 or 4."
                ));
            }
        };
        if array.data.iter().all(|&byte| byte <= 1) {
            array.data.iter_mut().for_each(|byte| *byte *= 255);
        }
        let prefix = name.split("images").next().unwrap_or("");
        let labels = self.beside(prefix, |name| {
            name.starts_with("labels") && name.contains("idx1")
        });
        let labels = match labels[..] {
            [] => None,
            [labels] => {
                let array = read_idx(&self.path.join(labels))?;
                if array.dims.len() != 1 {
                    return Err(format!(
                        "{labels} holds images; expected labels, of rank 1."
                    ));
                }
                same_count(labels, "labels", array.data.len(), count)?;
                Some(array.data)
            }
            _ => {
                return Err(format!(
                    "{name} has the labels {}; expected one file.",
                    labels.join(", ")
                ));
            }
        };
        self.with_attributes(
            ImageSet {
                count,
                height,
                width,
                channels,
                pixels: array.data,
                labels,
                attributes: None,
            },
            prefix,
        )
    }

    fn pictures(&self) -> Result<ImageSet, String> {
        let direct = self.picture_paths();
        let labelled = direct.is_empty();
        let groups = if labelled {
            self.groups()?
        } else {
            vec![direct]
        };
        let paths = groups.concat();
        let Some((first, rest)) = paths.split_first() else {
            return Err(format!(
                "{} holds no images; expected a pack such as train-images-idx3-ubyte.gz, PNG or JPEG files, or one \
                 sub-folder of them per label.",
                self.path.display()
            ));
        };
        let mut set = read_picture(first)?;
        if paths.len() > idx::MAX_BYTES / set.pixels.len() {
            return Err(format!(
                "{} has {} images of {}; expected at most {} values in all.",
                self.path.display(),
                paths.len(),
                set.size(),
                idx::MAX_BYTES
            ));
        }
        for path in rest {
            let next = read_picture(path)?;
            same_size(&path.display(), &next, &first.display(), &set)?;
            set.pixels.extend(next.pixels);
            set.count += 1;
        }
        set.labels = labelled.then(|| {
            let label = |(i, group): (usize, &Vec<_>)| iter::repeat_n(i as u8, group.len());
            groups.iter().enumerate().flat_map(label).collect()
        });
        self.with_attributes(set, "")
    }

    fn picture_paths(&self) -> Vec<PathBuf> {
        let picture = |name: &str| {
            let extension = name.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase());
            matches!(extension.as_deref(), Some("png" | "jpg" | "jpeg"))
        };
        let names = self.files(picture);
        names.iter().map(|name| self.path.join(name)).collect()
    }

    /// The images of each sub-folder that has any.
    fn groups(&self) -> Result<Vec<Vec<PathBuf>>, String> {
        let mut groups = vec![];
        for path in self.names.iter().map(|name| self.path.join(name)) {
            if path.is_dir() {
                groups.push(Folder::open(&path)?.picture_paths());
            }
        }
        groups.retain(|group| !group.is_empty());
        if groups.len() > MAX_LABELS {
            return Err(format!(
                "{} has {} sub-folders of images; expected at most {MAX_LABELS}.",
                self.path.display(),
                groups.len()
            ));
        }
        Ok(groups)
    }

    /// The set with its lines of attributes, where the folder has any.
    fn with_attributes(&self, mut set: ImageSet, prefix: &str) -> Result<ImageSet, String> {
        let files = self.beside(prefix, |name| name == "attributes.jsonl");
        if let [file] = files[..] {
            let path = self.path.join(file);
            let read = parse_attributes(&read_at_most(&path, attributes::MAX_BYTES)?, file)?;
            same_count(file, "lines", read.codes.len(), set.count)?;
            set.attributes = Some(read);
        }
        Ok(set)
    }
}

fn same_count(file: &str, what: &str, found: usize, images: usize) -> Result<(), String> {
    if found != images {
        return Err(format!(
            "{file} has {found} {what}; expected {images}, one per image."
        ));
    }
    Ok(())
}

fn same_size(
    file: &dyn Display,
    set: &ImageSet,
    other: &dyn Display,
    expected: &ImageSet,
) -> Result<(), String> {
    let [found, expected] = [set, expected].map(ImageSet::size);
    if found != expected {
        return Err(format!(
            "{file} has {found}; expected {expected}, as in {other}."
        ));
    }
    Ok(())
}

fn read_picture(path: &Path) -> Result<ImageSet, String> {
    let bytes = read_at_most(path, MAX_PICTURE_BYTES)?;
    parse_picture(
        &bytes,
        &path.display().to_string(),
        MAX_PIXELS,
        MAX_PICTURE_BYTES,
    )
}

/// A set of one image, a PNG or JPEG of at most so many pixels and decoded bytes; its size is checked before memory is taken for
/// pixels. `file` is its name in errors.
///
/// # Errors
/// A sentence that says what was found.
pub fn parse_picture(
    bytes: &[u8],
    file: &str,
    max_pixels: u64,
    max_bytes: usize,
) -> Result<ImageSet, String> {
    let fault = |e: ImageError| {
        let said = e.to_string();
        format!("{file} cannot be decoded: {}.", complaint(said.trim_end()))
    };
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|e| fault(e.into()))?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(max_bytes as u64);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(fault)?;
    let (width, height) = decoder.dimensions();
    let (pixels, decoded) = (u64::from(width) * u64::from(height), decoder.total_bytes());
    if pixels == 0 || pixels > max_pixels || decoded > max_bytes as u64 {
        return Err(format!(
            "{file} has {height} x {width} pixels and {decoded} bytes decoded; expected 1 to {max_pixels} pixels \
             and at most {max_bytes} bytes."
        ));
    }
    let channels = if decoder.color_type().has_color() {
        3
    } else {
        1
    };
    let image = DynamicImage::from_decoder(decoder).map_err(fault)?;
    let over_white = |byte: u8, alpha: u8| {
        let (byte, alpha) = (u32::from(byte), u32::from(alpha));
        ((byte * alpha + 255 * (255 - alpha) + 127) / 255) as u8
    };
    Ok(ImageSet {
        count: 1,
        height: height as usize,
        width: width as usize,
        channels,
        pixels: image
            .into_rgba8()
            .pixels()
            .flat_map(|p| p.0[..channels].iter().map(|&byte| over_white(byte, p.0[3])))
            .collect(),
        labels: None,
        attributes: None,
    })
}

#[cfg(test)]
mod tests {
    use image::{ExtendedColorType, ImageEncoder};
    use proptest::prelude::*;
    use tempfile::TempDir;

    use super::*;
    use crate::data::images::idx::{encode, gzip};

    fn folder(files: &[(&str, &[u8])]) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        folder
    }

    fn refused(files: &[(&str, &[u8])]) -> String {
        let error = load(folder(files).path()).unwrap_err();
        assert!(error.ends_with('.'), "{error}");
        error
    }

    fn png(width: u32, height: u32, color: ExtendedColorType, bytes: &[u8]) -> Vec<u8> {
        let mut file = vec![];
        let encoder = image::codecs::png::PngEncoder::new(&mut file);
        encoder.write_image(bytes, width, height, color).unwrap();
        file
    }

    fn jpeg(width: u32, height: u32, color: ExtendedColorType, bytes: &[u8]) -> Vec<u8> {
        let mut file = vec![];
        let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut file, 100);
        encoder.write_image(bytes, width, height, color).unwrap();
        file
    }

    /// Corrects the sum of a PNG's header, so that a change there is not refused for its sum.
    fn seal(png: &mut [u8]) {
        let mut sum = flate2::Crc::new();
        sum.update(&png[12..29]);
        png[29..33].copy_from_slice(&sum.sum().to_be_bytes());
    }

    const LINE: &str = "{\"attributes\": {\"a\": \"b\"}}\n";

    #[test]
    fn a_pack_with_labels_and_attributes_is_read() {
        let pixels: Vec<u8> = (0..36).collect();
        let images = gzip(&encode(&[3, 2, 2, 3], &pixels));
        let labels = encode(&[3], &[4, 5, 6]);
        let lines = LINE.repeat(3);
        for (images_name, labels_name, lines_name) in [
            (
                "images-64-idx4-ubyte.gz",
                "labels-idx1-ubyte",
                "attributes.jsonl",
            ),
            (
                "train-images-idx4-ubyte.gz",
                "train-labels-idx1-ubyte",
                "attributes.jsonl",
            ),
            (
                "train-images-idx4-ubyte.gz",
                "labels-idx1-ubyte.gz",
                "train-attributes.jsonl",
            ),
            (
                "test-images-idx4-ubyte.gz",
                "test-labels-idx1-ubyte",
                "test-attributes.jsonl",
            ),
        ] {
            let set = load(
                folder(&[
                    (images_name, &images),
                    (labels_name, &labels),
                    (lines_name, lines.as_bytes()),
                ])
                .path(),
            );
            let set = set.unwrap();
            assert_eq!(
                [set.count, set.height, set.width, set.channels],
                [3, 2, 2, 3]
            );
            assert_eq!(set.pixels, pixels);
            assert_eq!(set.labels, Some(vec![4, 5, 6]));
            assert_eq!(set.attributes.unwrap().codes, [[0], [0], [0]]);
        }
    }

    #[test]
    fn binary_packs_are_spread_and_split_as_their_files_are() {
        let train = encode(&[2, 1, 2], &[0, 1, 1, 0]);
        let valid = encode(&[1, 1, 2], &[1, 1]);
        let both = folder(&[
            ("train-images-idx3-ubyte", &train),
            ("valid-images-idx3-ubyte.gz", &gzip(&valid)),
        ]);
        let (train_set, valid_set) = load_split(both.path()).unwrap();
        assert_eq!(train_set.pixels, [0, 255, 255, 0]);
        assert_eq!(valid_set.unwrap().pixels, [255, 255]);
        assert_eq!(load(both.path()).unwrap(), train_set);
        let only = folder(&[("valid-images-idx3-ubyte", &valid)]);
        assert_eq!(load(only.path()).unwrap().count, 1);
        assert!(load_split(only.path()).unwrap().1.is_none());
        let other = folder(&[
            ("train-images-idx3-ubyte", &train),
            ("valid-images-idx3-ubyte", &encode(&[1, 2, 2], &[1; 4])),
        ]);
        let error = load_split(other.path()).unwrap_err();
        assert!(
            error.contains("has 2 x 2 pixels in 1 channels; expected 1 x 2"),
            "{error}"
        );
    }

    #[test]
    fn a_download_that_was_also_unpacked_is_one_pack() {
        let (train, test) = (encode(&[2, 1, 1], &[7, 8]), encode(&[1, 1, 1], &[9]));
        let labels = [encode(&[2], &[1, 2]), encode(&[1], &[3])];
        let set = load(
            folder(&[
                ("train-images-idx3-ubyte", &train),
                ("train-images-idx3-ubyte.gz", &gzip(&train)),
                ("train-labels-idx1-ubyte.gz", &gzip(&labels[0])),
                ("t10k-images-idx3-ubyte", &test),
                ("t10k-labels-idx1-ubyte", &labels[1]),
                (".train-images-idx3-ubyte", b"rubbish"),
            ])
            .path(),
        )
        .unwrap();
        assert_eq!((set.pixels, set.labels), (vec![7, 8], Some(vec![1, 2])));
    }

    #[test]
    fn what_does_not_fit_together_is_refused_with_a_sentence() {
        let images = encode(&[2, 1, 1], &[7, 8]);
        let labels = encode(&[3], &[1, 2, 3]);
        for (files, part) in [
            (vec![], "holds no images; expected a pack"),
            (vec![("notes.txt", &b"x"[..])], "holds no images"),
            (
                vec![("a-images-idx3", &images[..]), ("b-images-idx3", &images)],
                "has the image packs a-images-idx3, b-images-idx3",
            ),
            (vec![("images-idx3", &labels)], "images-idx3 holds labels"),
            (
                vec![("images-idx3", &images), ("labels-idx1", &images)],
                "labels-idx1 holds images",
            ),
            (
                vec![("images-idx3", &images), ("labels-idx1", &labels)],
                "labels-idx1 has 3 labels; expected 2",
            ),
            (
                vec![
                    ("images-idx3", &images),
                    ("attributes.jsonl", LINE.as_bytes()),
                ],
                "attributes.jsonl has 1 lines; expected 2",
            ),
            (
                vec![("images-idx3", &images), ("attributes.jsonl", b"{")],
                "attributes.jsonl, line 1: found",
            ),
            (
                vec![("images-idx3", &images[..9])],
                "images-idx3: ends at byte 9",
            ),
            (vec![("a.png", b"rubbish")], "a.png cannot be decoded"),
        ] {
            let error = refused(&files);
            assert!(error.contains(part), "{error}");
        }
        assert!(
            load(Path::new("no/such"))
                .unwrap_err()
                .starts_with("no/such cannot be read: ")
        );
    }

    #[test]
    fn pictures_are_read_in_the_order_of_their_names() {
        use ExtendedColorType::{L8, Rgb8};
        let set = load(
            folder(&[
                ("b.PNG", &png(2, 1, Rgb8, &[7, 8, 9, 10, 11, 12])),
                // The content decides what it is.
                ("a.jpg", &png(2, 1, Rgb8, &[1, 2, 3, 4, 5, 6])),
                ("c.jpeg", &jpeg(2, 1, Rgb8, &[90; 6])),
                ("notes.txt", b"x"),
                ("attributes.jsonl", LINE.repeat(3).as_bytes()),
            ])
            .path(),
        )
        .unwrap();
        assert_eq!(
            [set.count, set.height, set.width, set.channels],
            [3, 1, 2, 3]
        );
        assert_eq!(set.pixels[..12], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
        assert!(
            set.pixels[12..].iter().all(|&b| b.abs_diff(90) <= 2),
            "{:?}",
            set.pixels
        );
        assert_eq!(set.labels, None);
        assert_eq!(set.attributes.unwrap().codes.len(), 3);

        let set = load(
            folder(&[
                ("dogs/1.png", &png(1, 1, L8, &[1])),
                ("cats/2.png", &png(1, 1, L8, &[2])),
                ("cats/1.png", &png(1, 1, L8, &[3])),
                ("empty/notes.txt", b"x"),
            ])
            .path(),
        )
        .unwrap();
        assert_eq!(
            (set.channels, set.pixels, set.labels),
            (1, vec![3, 2, 1], Some(vec![0, 0, 1]))
        );
    }

    #[test]
    fn pictures_of_other_sizes_are_refused() {
        use ExtendedColorType::{L8, Rgb8};
        let first = png(2, 1, Rgb8, &[0; 6]);
        for other in [png(1, 2, Rgb8, &[0; 6]), png(2, 1, L8, &[0; 2])] {
            let error = refused(&[("a.png", &first), ("b.png", &other)]);
            assert!(
                error.contains("b.png has ")
                    && error.contains("expected 1 x 2 pixels in 3 channels, as in "),
                "{error}"
            );
        }
    }

    #[test]
    fn alpha_is_laid_over_white_and_depth_reduced() {
        use ExtendedColorType::{L16, La8, Rgba8};
        for (file, pixels) in [
            (
                png(2, 1, Rgba8, &[10, 20, 30, 255, 10, 20, 30, 0]),
                &[10, 20, 30, 255, 255, 255][..],
            ),
            (png(1, 1, Rgba8, &[55, 255, 0, 128]), &[155, 255, 127]),
            (png(2, 1, La8, &[9, 255, 9, 0]), &[9, 255]),
            (png(1, 1, L16, &0x8080u16.to_ne_bytes()), &[0x80]),
        ] {
            assert_eq!(parse_picture(&file, "f", 9, 99).unwrap().pixels, pixels);
        }
    }

    #[test]
    fn limits_of_pictures_are_exact() {
        let file = png(10, 10, ExtendedColorType::Rgb8, &[5; 300]);
        let fits = |pixels, bytes| parse_picture(&file, "f", pixels, bytes).is_ok();
        // The decoder counts its own buffers too, so the byte limit is tried where they do not matter.
        assert!(!fits(99, 1 << 20) && fits(100, 1 << 20) && fits(101, 1 << 20));
        assert!(!fits(1000, 299));
        // What a header promises is refused before any pixel; a promise within the limits fails where the pixels end.
        for ([width, height], part) in [
            ([4096, 4096], "cannot be decoded"),
            ([4097, 4096], "expected 1 to 16777216 pixels"),
            ([0x7fff_ffff, 0x7fff_ffff], "cannot be decoded"),
        ] {
            let mut promise = png(1, 1, ExtendedColorType::L8, &[5]);
            promise[16..20].copy_from_slice(&u32::to_be_bytes(width));
            promise[20..24].copy_from_slice(&u32::to_be_bytes(height));
            seal(&mut promise);
            let error = parse_picture(&promise, "f", MAX_PIXELS, MAX_PICTURE_BYTES).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
    }

    #[test]
    fn sub_folder_limit_is_exact() {
        let pixel = png(1, 1, ExtendedColorType::L8, &[1]);
        let names: Vec<String> = (0..=MAX_LABELS).map(|i| format!("{i:03}/a.png")).collect();
        let files: Vec<(&str, &[u8])> = names.iter().map(|name| (&name[..], &pixel[..])).collect();
        let set = load(folder(&files[..MAX_LABELS]).path()).unwrap();
        assert!(set.labels.unwrap().into_iter().eq(0..=255));
        assert!(refused(&files).contains("has 257 sub-folders"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn damaged_pictures_are_read_or_refused_with_a_sentence(
            compressed in any::<bool>(),
            color in prop::sample::select(vec![ExtendedColorType::L8, ExtendedColorType::Rgb8]),
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
            cut in any::<prop::sample::Index>(),
            whole in any::<bool>(),
        ) {
            let bytes = vec![77; 9 * 17 * color.bits_per_pixel() as usize / 8];
            let mut file = if compressed { jpeg(9, 17, color, &bytes) } else { png(9, 17, color, &bytes) };
            for (at, byte) in changes {
                let at = at.index(file.len());
                file[at] = byte;
            }
            if !compressed {
                seal(&mut file);
            }
            if !whole {
                file.truncate(cut.index(file.len()));
            }
            match parse_picture(&file, "f", 1000, 1 << 20) {
                Ok(set) => {
                    prop_assert!(set.height * set.width <= 1000);
                    prop_assert_eq!(set.pixels.len(), set.height * set.width * set.channels);
                }
                Err(e) => prop_assert!(e.starts_with("f ") && e.ends_with('.'), "{}", e),
            }
        }
    }
}
