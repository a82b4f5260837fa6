//! What the tests of the machine stand on: a simulated shell that carries out commands against a simulated
//! backend, network and bank in virtual time. The promises that it checks at every step, the documents and the random
//! moves are those of `relink-oracles`, which the fuzz targets share.

pub mod backend;
pub mod bank;
pub mod network;
pub mod world;

pub use backend::Backend;
pub use bank::BankAct;
pub use relink_faults::Fault;
pub use relink_oracles::documents::{self, Doc};
pub use relink_oracles::{moves, play, promises, shape};
pub use world::World;
