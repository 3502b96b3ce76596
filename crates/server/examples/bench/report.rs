use std::path::Path;

use serde_json::json;

/// Figures, in the order they were taken.
#[derive(Default)]
pub(crate) struct Report {
    figures: Vec<(String, String, f64)>,
}

impl Report {
    pub(crate) fn add(&mut self, subject: &str, name: &str, value: f64) {
        eprintln!("{subject:<11} {name:<58} {value:>10.1}");
        self.figures.push((subject.to_owned(), name.to_owned(), value));
    }

    #[expect(clippy::print_stdout, reason = "the table is what the program is for")]
    pub(crate) fn print(&self) {
        println!("\n{:<11} {:<58} {:>10}", "on", "figure", "value");
        for (subject, name, value) in &self.figures {
            println!("{subject:<11} {name:<58} {value:>10.1}");
        }
    }

    pub(crate) fn write(&self, path: &Path) -> anyhow::Result<()> {
        let figures: Vec<_> = self
            .figures
            .iter()
            .map(|(subject, name, value)| json!({ "on": subject, "figure": name, "value": value }))
            .collect();
        Ok(std::fs::write(path, serde_json::to_string_pretty(&figures)?)?)
    }
}

/// The value below which a share `q` of `sorted` lies.
pub(crate) fn quantile(sorted: &[f64], q: f64) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an index"
    )]
    let index = (sorted.len().saturating_sub(1) as f64 * q) as usize;
    sorted.get(index).copied().unwrap_or(f64::NAN)
}
