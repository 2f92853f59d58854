//! A short soak; `cargo xtask soak` is the long one.

use anyhow::Result;

#[test]
fn whatever_happens_to_a_device_no_job_is_lost_doubled_or_wrong() -> Result<()> {
    let report = shp_tests::soak::run(60, 7)?;
    println!("{report}");
    assert!(report.resets > 10 && report.function_resets > 10 && report.kills > 0);
    assert!(report.interrupts > 0, "the device did something too");
    Ok(())
}
