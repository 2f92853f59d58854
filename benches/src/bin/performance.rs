//! Prints docs/performance.md.

fn main() -> Result<(), std::fmt::Error> {
    print!("{}", shp_benches::report::page()?);
    Ok(())
}
