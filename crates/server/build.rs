//! The dashboard is embedded into the program from `web/dist`, which npm builds. Building Rust alone must need no Node.js:
//! without it the folder is empty, the program says so, and `/` answers how to build it.

use std::{fs, path::Path};

const DIST: &str = "../../web/dist";

fn main() {
    // A folder that is not there would make every build start anew.
    fs::create_dir_all(DIST).expect("web/dist can be made");
    println!("cargo:rerun-if-changed={DIST}");
    if !Path::new(DIST).join("index.html").exists() {
        println!(
            "cargo:warning=web/dist is empty: this program has no dashboard. Build it with: npm --prefix web ci && npm --prefix web run build"
        );
    }
}
