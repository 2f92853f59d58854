//! Faults planted in the generated Verilog, on purpose: what checks it has to notice each.

use anyhow::{Context, Result};

/// A change that has to be noticed.
#[derive(Debug, PartialEq)]
pub(crate) struct Fault<'a> {
    pub(crate) module: &'a str,
    pub(crate) old: &'a str,
    pub(crate) new: &'a str,
}

impl<'a> Fault<'a> {
    /// Those of a file's lines `// Fault: in MODULE, OLD => NEW`.
    pub(crate) fn list(text: &'a str) -> Result<Vec<Self>> {
        text.lines()
            .filter_map(|line| line.strip_prefix("// Fault: "))
            .map(Self::read)
            .collect()
    }

    fn read(line: &'a str) -> Result<Self> {
        let parts = line
            .strip_prefix("in ")
            .and_then(|rest| rest.split_once(", "));
        let (module, change) =
            parts.with_context(|| format!("not `in MODULE, OLD => NEW`: {line}"))?;
        let (old, new) = change
            .split_once(" => ")
            .with_context(|| format!("not `OLD => NEW`: {change}"))?;
        Ok(Self { module, old, new })
    }

    /// The text with the first `old` of the module changed.
    pub(crate) fn plant(&self, text: &str) -> Result<String> {
        let start = text
            .find(&format!("\nmodule {}(", self.module))
            .with_context(|| format!("no module: {self:?}"))?;
        let length = text[start..]
            .find("\nendmodule")
            .context("no end of the module")?;
        let at = text[start..start + length]
            .find(self.old)
            .with_context(|| format!("no such text: {self:?}"))?;
        let (before, rest) = text.split_at(start + at);
        Ok(format!("{before}{}{}", self.new, &rest[self.old.len()..]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_planted_in_its_module_or_refused() -> Result<()> {
        let core = "\nmodule a(x);\n y = x;\nendmodule\n\nmodule b(x);\n y = x;\nendmodule\n";
        let fault = Fault {
            module: "b",
            old: "y = x",
            new: "y = ~x",
        };
        assert_eq!(
            fault.plant(core)?,
            "\nmodule a(x);\n y = x;\nendmodule\n\nmodule b(x);\n y = ~x;\nendmodule\n"
        );
        assert!(
            Fault {
                module: "c",
                ..fault
            }
            .plant(core)
            .is_err()
        );
        assert!(
            Fault {
                module: "a",
                old: "z = x",
                new: ""
            }
            .plant(core)
            .is_err()
        );
        Ok(())
    }
}
