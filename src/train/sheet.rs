//! Sheets: images in rows, as a PNG.

use std::io::Cursor;

use burn::tensor::Tensor;
use image::{ImageFormat, RgbImage};

use super::host;

const GAP: usize = 2;

/// A sheet of `[n, channels, height, width]` images in [0, 1], so many in a row, as the bytes of a PNG.
pub fn png(images: Tensor<4>, columns: usize) -> Vec<u8> {
    let [n, channels, height, width] = images.dims();
    let values = host(images);
    let rows = n.div_ceil(columns);
    let mut sheet = RgbImage::from_pixel(
        (columns * (width + GAP) + GAP) as u32,
        (rows * (height + GAP) + GAP) as u32,
        image::Rgb([255; 3]),
    );
    for i in 0..n {
        let (left, top) = (
            GAP + (i % columns) * (width + GAP),
            GAP + (i / columns) * (height + GAP),
        );
        for y in 0..height {
            for x in 0..width {
                let value = |c: usize| {
                    let c = c.min(channels - 1);
                    let v = values[((i * channels + c) * height + y) * width + x];
                    (v.clamp(0.0, 1.0) * 255.0).round() as u8
                };
                let pixel = image::Rgb([value(0), value(1), value(2)]);
                sheet.put_pixel((left + x) as u32, (top + y) as u32, pixel);
            }
        }
    }
    let mut bytes = Cursor::new(vec![]);
    sheet
        .write_to(&mut bytes, ImageFormat::Png)
        .expect("a picture in memory can be encoded");
    bytes.into_inner()
}
