//! The device suite as a program, for a guest that has nothing else: `shp-suite URI`, or `shp-suite URI lost`, which says when the device should be
//! taken away.

use std::{env, io::Write as _, process::ExitCode, thread, time::Duration};

use shp::transport::Uri;
use shp_suite::{outlive, passes, run};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let uri = arguments.first().map(|uri| uri.parse::<Uri>());
    let Some(Ok(uri)) = uri else {
        eprintln!("usage: shp-suite URI [lost]");
        return ExitCode::FAILURE;
    };
    let failed = match arguments.get(1).map(String::as_str) {
        None => run(&uri),
        Some(_) => lost(&uri),
    };
    ExitCode::from(u8::from(failed > 0))
}

fn lost(uri: &Uri) -> usize {
    let taken_away = || {
        println!("TAKE THE DEVICE AWAY");
        let _ = std::io::stdout().flush();
        thread::sleep(Duration::from_secs(1));
    };
    let mut left = None;
    let passed = passes("software finishes what a lost device does not", || {
        left = Some(outlive(uri, taken_away)?);
        Ok(())
    });
    usize::from(!passed)
}
