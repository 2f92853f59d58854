//! What the documents name is there.

use std::{fs, path::Path};

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// Every link of a document, without those to elsewhere.
fn links(text: &str) -> Vec<&str> {
    let ends = text.split("](").skip(1);
    let links = ends.filter_map(|end| end.split([')', '#']).next());
    links
        .filter(|link| !link.is_empty() && !link.contains("://"))
        .collect()
}

#[test]
fn every_link_leads_somewhere() {
    let docs = fs::read_dir(root().join("docs")).expect("there are documents");
    let docs = docs.map(|entry| entry.expect("an entry").path());
    let docs = docs.filter(|file| file.extension().is_some_and(|end| end == "md"));
    let mut count = 0;
    for file in docs.chain([root().join("README.md")]) {
        let folder = file.parent().expect("a file is in a folder");
        for link in links(&read(&file)) {
            assert!(folder.join(link).exists(), "{link} in {}", file.display());
            count += 1;
        }
    }
    assert!(count > 60, "{count} links");
}

/// The rows of docs/one-message.md: a file, and what it has.
#[test]
fn the_way_of_a_message_is_the_one_there_is() {
    let text = read(&root().join("docs/one-message.md"));
    let rows: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("| ["))
        .collect();
    assert!(rows.len() > 40, "{} rows", rows.len());
    for row in rows {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let link = links(cells[1])[0];
        assert_eq!(
            cells[1],
            format!("[{}]({link})", link.trim_start_matches("../"))
        );
        let source = read(&root().join("docs").join(link));
        let names = cells[2].split(", ").map(|name| name.trim_matches('`'));
        for name in names {
            let is_declared = ["fn", "struct", "enum", "mod"].iter().any(|kind| {
                let declared = format!("{kind} {name}");
                let ends = |at: usize| {
                    let next = source[at + declared.len()..].chars().next();
                    !next.is_some_and(|next| next.is_alphanumeric() || next == '_')
                };
                source.match_indices(&declared).any(|(at, _)| ends(at))
            });
            assert!(is_declared, "{link} has no {name}");
        }
    }
}
