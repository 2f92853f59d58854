//! A waveform as a picture: what ports of a model show in some clocks, as an SVG.

use std::fmt::Write;

use shp_sim::{Direction, Input, Model, Output, Top};

/// Pixels: of a clock, of a row, of the names on the left.
const CLOCK: usize = 46;
const ROW: usize = 26;
const NAMES: usize = 130;
/// Of a letter, about.
const LETTER: usize = 7;

/// Drives a model and writes down some of its ports.
pub struct Wave {
    top: &'static Top,
    model: Model,
    rows: Vec<Row>,
}

struct Row {
    name: &'static str,
    port: Port,
    /// Shown only while this port is high: else it means nothing.
    when: Option<&'static str>,
    /// What it showed in each clock, as hexadecimal digits.
    values: Vec<Option<String>>,
}

enum Port {
    /// An input, and what it is driven with.
    In(Input, Vec<u8>),
    Out(Output),
}

impl Wave {
    /// Of these ports, from the top of the picture down; each with another one that is high while the first means anything, or with "".
    ///
    /// # Panics
    /// If the top has no such port.
    pub fn new(top: &'static Top, ports: &[(&'static str, &'static str)]) -> Self {
        let rows = ports.iter().map(|&(name, when)| Row {
            name,
            port: find(top, name),
            when: Some(when).filter(|when| !when.is_empty()),
            values: Vec::new(),
        });
        Self {
            top,
            model: Model::new(top),
            rows: rows.collect(),
        }
    }

    /// Drives inputs from now on.
    ///
    /// # Panics
    /// If one is no input, or a value is too wide for it.
    pub fn set(&mut self, values: &[(&'static str, u64)]) -> &mut Self {
        for &(name, value) in values {
            let Port::In(input, mut bytes) = find(self.top, name) else {
                panic!("{name} is no input");
            };
            let length = bytes.len().min(8);
            bytes[..length].copy_from_slice(&value.to_le_bytes()[..length]);
            self.set_bytes(name, &bytes);
            debug_assert!(input.width() >= 64 || value >> input.width() == 0);
        }
        self
    }

    /// Drives an input of any width, the lowest byte first.
    ///
    /// # Panics
    /// If it is no input, or of another width.
    pub fn set_bytes(&mut self, name: &'static str, bytes: &[u8]) -> &mut Self {
        let Port::In(input, _) = find(self.top, name) else {
            panic!("{name} is no input");
        };
        self.model.set_bytes(input, bytes);
        for row in self.rows.iter_mut().filter(|row| row.name == name) {
            row.port = Port::In(input, bytes.to_vec());
        }
        self
    }

    /// What an output shows.
    ///
    /// # Panics
    /// If it is no output.
    pub fn get(&mut self, name: &'static str) -> u64 {
        match find(self.top, name) {
            Port::Out(output) => self.model.get(output),
            Port::In(..) => panic!("{name} is no output"),
        }
    }

    /// So many clocks that are not in the picture.
    pub fn skip(&mut self, clocks: usize) -> &mut Self {
        for _ in 0..clocks {
            self.model.tick();
        }
        self
    }

    /// So many clocks that are.
    pub fn show(&mut self, clocks: usize) -> &mut Self {
        for _ in 0..clocks {
            let values: Vec<String> = self
                .rows
                .iter()
                .map(|row| match &row.port {
                    Port::In(_, bytes) => hex(bytes),
                    Port::Out(output) => {
                        let mut bytes = vec![0; output.width().div_ceil(8) as usize];
                        self.model.get_bytes(*output, &mut bytes);
                        hex(&bytes)
                    }
                })
                .collect();
            let names: Vec<_> = self.rows.iter().map(|row| row.name).collect();
            for (row, value) in self.rows.iter_mut().zip(&values) {
                let high = |when| {
                    names
                        .iter()
                        .zip(&values)
                        .any(|(name, value)| *name == when && value == "1")
                };
                let means = row.when.is_none_or(high);
                row.values.push(means.then(|| value.clone()));
            }
            self.model.tick();
        }
        self
    }

    /// The picture.
    pub fn svg(&self) -> String {
        let clocks = self.rows.first().map_or(0, |row| row.values.len());
        let (width, height) = (
            NAMES + clocks * CLOCK + 10,
            ROW * (self.rows.len() + 1) + 10,
        );
        let mut svg = String::new();
        let mut line = |text: String| {
            svg += &text;
            svg.push('\n');
        };
        line(format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"monospace\" font-size=\"11\">"
        ));
        line("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>".into());
        for clock in 0..clocks {
            let x = NAMES + clock * CLOCK;
            line(format!("<path d=\"M{x} {ROW}V{height}\" stroke=\"#ddd\"/>"));
            line(format!(
                "<text x=\"{}\" y=\"18\" text-anchor=\"middle\" fill=\"#888\">{clock}</text>",
                x + CLOCK / 2
            ));
        }
        for (index, row) in self.rows.iter().enumerate() {
            let top = ROW * (index + 1) + 4;
            line(format!(
                "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
                NAMES - 8,
                top + 13,
                row.name
            ));
            line(if row.is_bit() {
                row.levels(top)
            } else {
                row.words(top)
            });
        }
        svg += "</svg>\n";
        svg
    }
}

impl Row {
    fn is_bit(&self) -> bool {
        match &self.port {
            Port::In(input, _) => input.width() == 1,
            Port::Out(output) => output.width() == 1,
        }
    }

    /// A line that is high or low; none where it means nothing.
    fn levels(&self, top: usize) -> String {
        let mut path = String::new();
        let mut last = None;
        for (clock, value) in self.values.iter().enumerate() {
            let x = NAMES + clock * CLOCK;
            let y = value
                .as_ref()
                .map(|value| if value == "1" { top } else { top + ROW - 8 });
            match (last, y) {
                (Some(_), Some(y)) => _ = write!(path, "V{y}H{}", x + CLOCK),
                (None, Some(y)) => _ = write!(path, "M{x} {y}H{}", x + CLOCK),
                (_, None) => {}
            }
            last = y;
        }
        format!("<path d=\"{path}\" fill=\"none\" stroke=\"#1b6ca8\" stroke-width=\"1.5\"/>")
    }

    /// A box as long as a value stays; none where it means nothing.
    fn words(&self, top: usize) -> String {
        let mut boxes = String::new();
        let mut clock = 0;
        while let Some(value) = self.values.get(clock) {
            let same = self.values[clock..]
                .iter()
                .take_while(|next| *next == value)
                .count();
            if let Some(value) = value {
                let (x, wide) = (NAMES + clock * CLOCK + 1, same * CLOCK - 2);
                let fits = wide / LETTER;
                let shown = if value.len() > fits {
                    format!("{}\u{2026}", &value[..fits - 1])
                } else {
                    value.clone()
                };
                _ = write!(
                    boxes,
                    "<rect x=\"{x}\" y=\"{top}\" width=\"{wide}\" height=\"{}\" rx=\"4\" fill=\"#eef5fa\" stroke=\"#1b6ca8\"/>\
                     <text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{shown}</text>",
                    ROW - 8,
                    x + wide / 2,
                    top + 13
                );
            }
            clock += same;
        }
        boxes
    }
}

/// A port at rest.
fn find(top: &'static Top, name: &'static str) -> Port {
    let port = top.ports().iter().find(|port| port.name == name);
    let port = port.unwrap_or_else(|| panic!("{} has no port {name}", top.name()));
    match port.direction {
        Direction::Input => Port::In(
            top.input(name).expect("it is an input"),
            vec![0; port.width.div_ceil(8) as usize],
        ),
        Direction::Output => Port::Out(top.output(name).expect("it is an output")),
    }
}

/// Hexadecimal digits without zeroes in front.
fn hex(bytes: &[u8]) -> String {
    let mut digits = String::new();
    for byte in bytes.iter().rev() {
        // Writing to a string cannot fail.
        let _ = write!(digits, "{byte:02x}");
    }
    let short = digits.trim_start_matches('0');
    if short.is_empty() {
        "0".into()
    } else {
        short.into()
    }
}
