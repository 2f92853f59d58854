//! The demo shows what it says.

use std::fs;
use std::path::Path;

use anyhow::Result;
use shp_tests::demo;
use shp_tests::picture::Picture;

/// What the demo tells of a file, and the folder of its pictures.
fn run(file: &Path) -> Result<(String, tempfile::TempDir)> {
    let folder = tempfile::tempdir()?;
    let mut told = Vec::new();
    demo::run(file, folder.path(), &mut told)?;
    Ok((String::from_utf8(told)?, folder))
}

#[test]
fn the_shares_of_a_picture_add_up_to_it_channel_by_channel() -> Result<()> {
    let file = xtask::root().join("docs/picture.png");
    let (told, folder) = run(&file)?;
    assert!(
        told.contains("core and software: the same") && told.contains("cycles a word"),
        "{told}"
    );

    let picture = Picture::read(&file)?;
    let mut sum = vec![0_u8; picture.rgb.len()];
    for number in 1..=4 {
        let share = Picture::read(&folder.path().join(format!("share-{number}.png")))?;
        assert_ne!(share, picture);
        for (sum, channel) in sum.iter_mut().zip(share.rgb) {
            *sum = sum.wrapping_add(channel);
        }
    }
    assert!(sum == picture.rgb);
    assert!(Picture::read(&folder.path().join("joined.png"))? == picture);
    Ok(())
}

#[test]
fn a_file_that_is_no_picture_is_split_as_bytes() -> Result<()> {
    let file = tempfile::NamedTempFile::new()?;
    fs::write(file.path(), [7; 1001])?;
    let (told, folder) = run(file.path())?;
    assert!(told.contains("no pictures of its shares"), "{told}");
    assert_eq!(fs::read_dir(folder.path())?.count(), 0);
    Ok(())
}

#[test]
fn what_cannot_be_split_is_said() {
    let empty = tempfile::NamedTempFile::new().expect("a temporary file");
    let error = run(empty.path()).expect_err("there is nothing to split");
    assert!(error.to_string().contains("is empty"), "{error}");
    assert!(run(Path::new("no/such/file")).is_err());
}
