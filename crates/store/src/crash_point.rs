/// Ends the process at once if `SWITCHBOARD_CRASH_AT` names this point, as a power cut would: tests prove with it that a
/// crash costs nothing but time. Release builds have no such points.
pub fn crash_point(name: &str) {
    #[cfg(debug_assertions)]
    if crash_at().is_some_and(|point| point == name) {
        std::process::abort();
    }
    #[cfg(not(debug_assertions))]
    let _ = name;
}

#[cfg(debug_assertions)]
fn crash_at() -> Option<&'static str> {
    static POINT: std::sync::OnceLock<Option<String>> = std::sync::OnceLock::new();
    POINT.get_or_init(|| std::env::var("SWITCHBOARD_CRASH_AT").ok()).as_deref()
}
