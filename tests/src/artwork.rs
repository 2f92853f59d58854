//! The picture that the demo splits, `docs/picture.png`: a boat before mountains at sunset, drawn here and nowhere else.

use crate::picture::Picture;

/// Pixels in a row, and rows.
const SIZE: u32 = 256;

/// The row of the horizon.
const HORIZON: i32 = 164;

/// Where the sun stands, and its radius.
const SUN: (i32, i32, i32) = (178, 118, 30);

type Colour = [i32; 3];

/// Draws the picture.
pub fn draw() -> Picture {
    let mut rgb = Vec::with_capacity((SIZE * SIZE * 3) as usize);
    for y in 0..SIZE.cast_signed() {
        for x in 0..SIZE.cast_signed() {
            // A blend of bytes is a byte.
            rgb.extend(colour(x, y).map(|channel| u8::try_from(channel).unwrap_or_default()));
        }
    }
    Picture {
        width: SIZE,
        height: SIZE,
        rgb,
    }
}

/// What is nearest at a pixel.
fn colour(x: i32, y: i32) -> Colour {
    boat(x, y).unwrap_or_else(|| {
        if y < HORIZON {
            mountains(x, y).unwrap_or_else(|| sky(x, y))
        } else {
            sea(x, y)
        }
    })
}

fn sky(x: i32, y: i32) -> Colour {
    let (sun_x, sun_y, radius) = SUN;
    let distance = (x - sun_x).pow(2) + (y - sun_y).pow(2);
    if distance < radius.pow(2) {
        return [255, 236, 150];
    }
    let night = blend([24, 32, 92], [250, 150, 84], y, HORIZON);
    // A glow that fades over two more radii.
    let reach = (3 * radius).pow(2);
    if distance < reach {
        blend([255, 214, 130], night, distance, reach)
    } else {
        night
    }
}

fn mountains(x: i32, y: i32) -> Option<Colour> {
    // Peaks: column, row and the steepness of the slopes in rows a hundred columns.
    let peaks = [(58, 74, 105), (118, 104, 80), (14, 112, 70), (238, 122, 75)];
    let (rows_down, peak) = peaks
        .iter()
        .map(|&(column, row, steep)| (y - row - (x - column).abs() * steep / 100, row))
        .max()
        .filter(|&(rows_down, _)| rows_down >= 0)?;
    // Snow lies on the high ones, with a ragged lower edge.
    let snow = peak < 110 && y < peak + 22 + (x * 7 % 11) - 5;
    Some(if snow {
        [236, 236, 246]
    } else {
        blend([92, 72, 124], [52, 44, 88], rows_down, 80)
    })
}

fn sea(x: i32, y: i32) -> Colour {
    let depth = y - HORIZON;
    let water = blend(
        [206, 118, 92],
        [18, 40, 96],
        depth,
        SIZE.cast_signed() - HORIZON,
    );
    // The sun's path: broken by waves, wider the nearer it comes.
    let wave = (depth * depth / 6 + x) % 9 < 5;
    let path = (x - SUN.0).abs() < 10 + depth / 3;
    if path && wave {
        blend(water, [255, 214, 130], 3, 5)
    } else {
        water
    }
}

fn boat(x: i32, y: i32) -> Option<Colour> {
    let (mast, deck) = (84, 206);
    let across = x - mast;
    let hull = (deck..deck + 14).contains(&y) && across.abs() <= 40 - (y - deck) * 3 / 2;
    if hull {
        return Some(if y < deck + 4 {
            [240, 240, 232]
        } else {
            [150, 36, 40]
        });
    }
    if across.abs() <= 1 && (112..deck).contains(&y) {
        return Some([60, 40, 30]);
    }
    let above = deck - 6 - y;
    let main = (2..=34 - above * 34 / 84).contains(&across) && (0..84).contains(&above);
    let fore = (2..=24 - above * 24 / 70).contains(&-across) && (0..70).contains(&above);
    match (main, fore) {
        (true, _) => Some(if above / 12 % 2 == 0 {
            [250, 248, 240]
        } else {
            [210, 60, 56]
        }),
        (_, true) => Some([244, 240, 226]),
        _ => None,
    }
}

/// A colour `part / whole` of the way from one to another.
fn blend(from: Colour, to: Colour, part: i32, whole: i32) -> Colour {
    let part = part.clamp(0, whole);
    std::array::from_fn(|channel| from[channel] + (to[channel] - from[channel]) * part / whole)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_committed_picture_is_this_one() -> anyhow::Result<()> {
        let file = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/picture.png"));
        assert!(
            Picture::read(file)? == draw(),
            "draw it anew: cargo run -p shp-tests --example picture"
        );
        Ok(())
    }
}
