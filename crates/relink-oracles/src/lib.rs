//! For tests: what must hold for any input.
//! [`promises`] are the machine's invariants, which both the tests of `relink-core` and the fuzz targets check after
//! every input; [`play`] runs a machine through any [`moves`]. [`doors`] has an oracle for each place where outside
//! data enters. An oracle takes any bytes, and panics if an invariant does not hold: libFuzzer calls it a million times
//! (`cargo xtask fuzz`), and an ordinary test calls it for every seed in `fuzz/seeds`.

pub mod documents;
pub mod doors;
pub mod moves;
pub mod play;
pub mod promises;
pub mod shape;
pub mod tape;
