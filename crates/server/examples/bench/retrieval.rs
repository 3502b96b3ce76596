//! How well, and how fast, a bot finds what answers a customer. No database and no model has a part in it.

#[expect(dead_code, reason = "the test alone names the questions that are missed")]
#[path = "../../../bots/tests/evaluation/mod.rs"]
mod evaluation;

use std::time::Instant;

use evaluation::{Figures, LANGUAGES, large_index, outcomes, questions};

use crate::report::{Report, quantile};

const PASSAGES: usize = 20_000;
/// As many as a turn looks for.
const HITS: usize = 5;

pub(crate) fn measure(report: &mut Report) {
    let outcomes = outcomes();
    for language in LANGUAGES {
        let Figures { recall_at_1, recall_at_5, mean_reciprocal_rank, answered_rightly, answered_wrongly } =
            Figures::of(outcomes.iter().filter(|outcome| outcome.language == language));
        let subject = format!("search, {language}");
        report.add(&subject, "recall@1 (%)", recall_at_1 * 100.0);
        report.add(&subject, "recall@5 (%)", recall_at_5 * 100.0);
        report.add(&subject, "mean reciprocal rank (%)", mean_reciprocal_rank * 100.0);
        report.add(&subject, "answered rightly without a model (%)", answered_rightly * 100.0);
        report.add(&subject, "unanswerable questions answered without a model (%)", answered_wrongly * 100.0);
    }
    let times = times();
    report.add("search", "p50 with 20,000 passages (ms)", quantile(&times, 0.5));
    report.add("search", "p99 with 20,000 passages (ms)", quantile(&times, 0.99));
}

/// What each question takes, in milliseconds, sorted.
fn times() -> Vec<f64> {
    let index = large_index(PASSAGES);
    let mut times = Vec::new();
    for question in questions().iter().cycle().take(2_000) {
        let begun = Instant::now();
        std::hint::black_box(index.search(question, HITS));
        times.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    times
}
