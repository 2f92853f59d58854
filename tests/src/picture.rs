//! Pictures of 8-bit RGB, from and to PNG.

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use png::{BitDepth, ColorType, Decoder, Encoder};

/// A picture: rows from the top, three bytes a pixel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Red, green and blue of every pixel.
    pub rgb: Vec<u8>,
}

impl Picture {
    /// Reads a PNG file.
    ///
    /// # Errors
    /// If it is no PNG file, or one of another colour space than 8-bit RGB.
    pub fn read(file: &Path) -> Result<Self> {
        let open = File::open(file).with_context(|| file.display().to_string())?;
        let mut reader = Decoder::new(BufReader::new(open)).read_info()?;
        let size = reader
            .output_buffer_size()
            .context("the picture is too large")?;
        let mut rgb = vec![0; size];
        let info = reader.next_frame(&mut rgb)?;
        ensure!(
            (info.color_type, info.bit_depth) == (ColorType::Rgb, BitDepth::Eight),
            "not 8-bit RGB"
        );
        Ok(Self {
            width: info.width,
            height: info.height,
            rgb,
        })
    }

    /// Writes a PNG file.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write(&self, file: &Path) -> Result<()> {
        let create = File::create(file).with_context(|| file.display().to_string())?;
        let mut encoder = Encoder::new(BufWriter::new(create), self.width, self.height);
        encoder.set_color(ColorType::Rgb);
        encoder.set_depth(BitDepth::Eight);
        encoder.write_header()?.write_image_data(&self.rgb)?;
        Ok(())
    }

    /// A picture of the same size with other colours: a share of this one.
    #[must_use]
    pub fn with(&self, rgb: Vec<u8>) -> Self {
        Self { rgb, ..*self }
    }
}
