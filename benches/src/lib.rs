//! How fast the software is, measured against its own keystream in the same run.

pub mod clock;
pub mod figures;
pub mod peers;
mod plot;
pub mod pool;
mod profile;
pub mod report;
mod timing;
mod work;
