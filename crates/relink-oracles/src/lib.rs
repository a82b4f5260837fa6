//! For tests: what must be true whatever comes in.
//!
//! [`promises`] are those of the machine, checked after every input by the tests of `relink-core` and by the fuzz targets
//! alike; [`play`] puts a machine through [`moves`] of any kind. [`doors`] has an oracle for each place at which something
//! from outside enters. An oracle takes bytes, whatever they are, and panics where a promise does not hold: libFuzzer
//! calls it a million times (`cargo xtask fuzz`), and an ordinary test calls it for every seed in `fuzz/seeds`.

pub mod documents;
pub mod doors;
pub mod moves;
pub mod play;
pub mod promises;
pub mod shape;
pub mod tape;
