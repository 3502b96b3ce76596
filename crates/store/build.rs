//! `sqlx::migrate!` reads the migrations when the crate is compiled, which Cargo does not see.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
