//! What must hold, measured: a line a figure. No value is typed in; what cannot be measured falls short.

mod ci;
mod core;
mod device;
mod files;
mod program;
mod software;

use std::fmt;

use anyhow::Result;

/// A figure: what it is called, and how it is measured.
pub struct Figure {
    name: String,
    unit: &'static str,
    measure: Box<dyn Fn() -> Result<Reading>>,
}

/// A value, and what it should be.
struct Reading {
    value: f64,
    target: Target,
}

/// The bound that a value must keep to.
enum Target {
    AtMost(f64),
    AtLeast(f64),
}

/// Every figure, those that are quick to measure first.
pub fn all() -> Vec<Figure> {
    [
        ci::figures(),
        core::figures(),
        device::figures(),
        software::figures(),
        files::figures(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

impl Figure {
    fn new(
        name: impl Into<String>,
        unit: &'static str,
        measure: impl Fn() -> Result<Reading> + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            unit,
            measure: Box::new(measure),
        }
    }

    /// A figure that must not be larger than a bound.
    fn at_most(
        bound: f64,
        name: impl Into<String>,
        unit: &'static str,
        measure: impl Fn() -> Result<f64> + 'static,
    ) -> Self {
        Self::new(name, unit, move || {
            Ok(Reading {
                value: measure()?,
                target: Target::AtMost(bound),
            })
        })
    }

    /// A figure that must not be smaller than a bound.
    fn at_least(
        bound: f64,
        name: impl Into<String>,
        unit: &'static str,
        measure: impl Fn() -> Result<f64> + 'static,
    ) -> Self {
        Self::new(name, unit, move || {
            Ok(Reading {
                value: measure()?,
                target: Target::AtLeast(bound),
            })
        })
    }

    /// What it is called; the first word says what it is a figure of.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Measures, and says in a line: name, value, unit, target, ok or short.
    pub fn line(&self) -> String {
        let name = &self.name;
        match (self.measure)() {
            Ok(Reading { value, target }) => {
                let verdict = if target.is_met(value) { "ok" } else { "short" };
                let (value, target) = (number(value), target.to_string());
                format!(
                    "{name:<40} {value:>12} {:<14} {target:>14}  {verdict}",
                    self.unit
                )
            }
            Err(reason) => format!(
                "{name:<40} {:>12} {:<14} {:>14}  short: {reason:#}",
                "not measured", self.unit, ""
            ),
        }
    }
}

impl Target {
    fn is_met(&self, value: f64) -> bool {
        match *self {
            Self::AtMost(bound) => value <= bound,
            Self::AtLeast(bound) => value >= bound,
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::AtMost(bound) => write!(f, "<= {}", number(bound)),
            Self::AtLeast(bound) => write!(f, ">= {}", number(bound)),
        }
    }
}

/// Large numbers whole, small ones to four places.
fn number(value: f64) -> String {
    if value >= 1000.0 || value.fract() == 0.0 {
        format!("{value:.0}")
    } else {
        format!("{value:.4}")
    }
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    #[test]
    fn a_line_says_whether_the_target_is_met() {
        let line = |figure: &Figure| {
            figure
                .line()
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(
            line(&Figure::at_most(1.02, "a.b", "cycles/word", || Ok(1.0156))),
            "a.b 1.0156 cycles/word <= 1.0200 ok"
        );
        assert_eq!(
            line(&Figure::at_most(64.0, "a.b", "MiB", || Ok(64.5))),
            "a.b 64.5000 MiB <= 64 short"
        );
        assert_eq!(
            line(&Figure::at_least(1e6, "a.b", "Hz", || Ok(2e6))),
            "a.b 2000000 Hz >= 1000000 ok"
        );
        assert_eq!(
            line(&Figure::at_least(1.0, "a.b", "Hz", || bail!("no clock"))),
            "a.b not measured Hz short: no clock"
        );
        assert!(!Target::AtLeast(1.0).is_met(f64::NAN) && !Target::AtMost(1.0).is_met(f64::NAN));
    }

    #[test]
    fn no_two_figures_have_the_same_name() {
        let figures = all();
        let mut names: Vec<_> = figures.iter().map(Figure::name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), figures.len());
    }
}
