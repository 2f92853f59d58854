//! How fast the software is, measured against its own keystream in the same run.

mod clock;
pub mod figures;
mod peers;
mod pool;
pub mod report;
mod timing;
mod work;
