//! The same laws as the property tests of the decoder, for bytes that a fuzzer finds.

#![no_main]

#[path = "../../tests/decode/laws.rs"]
mod laws;

libfuzzer_sys::fuzz_target!(|body: &[u8]| laws::hold_for(body));
