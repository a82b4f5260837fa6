//! What the tests of the machine stand on: a simulated shell that carries out commands against a simulated
//! backend, network and bank in virtual time, and checks every promise at every step.

pub mod backend;
pub mod bank;
pub mod documents;
pub mod network;
pub mod play;
pub mod promises;
pub mod shape;
pub mod world;

pub use backend::Backend;
pub use bank::BankAct;
pub use documents::Doc;
pub use relink_faults::Fault;
pub use world::World;
