//! Changed migrations are read again by sqlx's macro only if the crate is built again.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
