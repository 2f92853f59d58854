//! What is generated: the cores by name.

use crate::core::Core;
use crate::verilog;

/// A file of hdl/verilog.
#[derive(Debug)]
pub struct Design {
    /// Its top module; the file is `NAME.v`.
    pub name: &'static str,
    /// Its text.
    pub text: String,
}

/// All of hdl/verilog.
///
/// # Errors
/// If a circuit does not check.
pub fn all() -> Result<Vec<Design>, verilog::Error> {
    let name = "k4w32";
    Ok(vec![Design {
        name,
        text: verilog::write(name, &mut Core::default())?,
    }])
}
