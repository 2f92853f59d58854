//! The generated texts: ports and functions of every top, for C++ and for Rust.

use std::fmt::{self, Write};

use crate::ports::Top;

/// The C++ side: where each port is in memory, and the table of functions that `shim/shim.h` makes
/// of each top.
pub(crate) fn cpp(text: &mut String, tops: &[Top]) -> fmt::Result {
    writeln!(text, "#include \"shim.h\"")?;
    for Top { name, .. } in tops {
        writeln!(text, "#include \"V{name}.h\"")?;
        // The symbols hold the counters of coverage; the runtime has no other way to them.
        writeln!(
            text,
            "#if VM_COVERAGE\n#include \"V{name}__Syms.h\"\n#endif"
        )?;
    }
    for Top { name, ports, .. } in tops {
        writeln!(text, "\nstatic void* port(V{name}& top, uint32_t index) {{")?;
        writeln!(text, "    void* const ports[] = {{")?;
        for port in ports {
            writeln!(text, "        &top.{},", port.name)?;
        }
        writeln!(text, "    }};\n    return ports[index];\n}}")?;
    }
    writeln!(text, "\nextern \"C\" const Functions shp_sim_tops[] = {{")?;
    for Top { name, .. } in tops {
        writeln!(text, "    functions<V{name}>(),")?;
    }
    writeln!(text, "}};")
}

/// The Rust side: a module a top, with a constant a port, and the list of all tops in the order of
/// `shp_sim_tops`.
pub(crate) fn rust(text: &mut String, tops: &[Top]) -> fmt::Result {
    for (index, top) in tops.iter().enumerate() {
        module(text, index, top)?;
    }
    writeln!(text, "/// Every top module of this build, sorted by name.")?;
    writeln!(text, "pub static ALL: [&crate::Top; COUNT] = [")?;
    for Top { name, .. } in tops {
        writeln!(text, "    &{name}::TOP,")?;
    }
    writeln!(text, "];\npub(crate) const COUNT: usize = {};", tops.len())
}

fn module(text: &mut String, index: usize, Top { name, clock, ports }: &Top) -> fmt::Result {
    let direction = |input| if input { "Input" } else { "Output" };
    writeln!(text, "/// The top module `{name}`.\npub mod {name} {{")?;
    writeln!(
        text,
        "    use crate::{{Direction, Input, Output, Port, Top}};"
    )?;
    writeln!(text, "    /// The module and its ports.")?;
    writeln!(
        text,
        "    pub static TOP: Top = Top::new({name:?}, {index}, {clock:?}, &["
    )?;
    for port in ports {
        let (name, width, direction) = (&port.name, port.width, direction(port.input));
        write!(text, "        Port {{ name: {name:?}, width: {width}, ")?;
        writeln!(text, "direction: Direction::{direction} }},")?;
    }
    writeln!(text, "    ]);")?;
    for (index, port) in ports.iter().enumerate() {
        let (constant, direction) = (port.name.to_uppercase(), direction(port.input));
        writeln!(text, "    /// `{}`, {} bits.", port.name, port.width)?;
        write!(text, "    pub const {constant}: {direction} = ")?;
        writeln!(text, "{direction}::new(&TOP, {index});")?;
    }
    writeln!(text, "}}")
}
