//! The template database is named after the migrations compiled in: compile again when one is added.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
