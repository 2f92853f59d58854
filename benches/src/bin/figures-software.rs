//! `figures-software [PREFIX]`: the software's figures whose names begin so, a line each.

fn main() {
    let prefix = std::env::args().nth(1).unwrap_or_default();
    for figure in shp_benches::figures::all() {
        if figure.name().starts_with(&prefix) {
            println!("{}", figure.line());
        }
    }
}
