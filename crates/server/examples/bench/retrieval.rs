//! How well, and how fast, a bot finds what answers a customer. No database and no model has a part in it.

#[expect(dead_code, reason = "the test alone names the questions that are missed")]
#[path = "../../../bots/tests/evaluation/mod.rs"]
mod evaluation;

use std::{
    hint::black_box,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context;
use evaluation::{
    Figures, LANGUAGES, Meaning, Outcome, large_index, meaning::MODELS, outcomes, outcomes_by_meaning, questions, texts,
};
use switchboard_bots::{
    model::{Model, ModelConfig},
    retrieval::Vectors,
};

use crate::report::{Report, quantile};

const PASSAGES: usize = 20_000;
/// Of a vector, as OpenAI's text-embedding-3-small makes them.
const VALUES: usize = 1_536;
/// As many as a turn looks for.
const HITS: usize = 5;

pub(crate) fn measure(report: &mut Report) {
    let by_words = outcomes();
    for language in LANGUAGES {
        let subject = format!("search, {language}");
        let figures = add(report, &subject, &by_words, language);
        report.add(&subject, "answered rightly without a model (%)", figures.answered_rightly * 100.0);
        report.add(&subject, "unanswerable questions answered without a model (%)", figures.answered_wrongly * 100.0);
    }
    for model in MODELS {
        let by_meaning = outcomes_by_meaning(&Meaning::stored(model));
        for language in LANGUAGES {
            add(report, &format!("search with {model}, {language}"), &by_meaning, language);
        }
    }
    let index = large_index(PASSAGES);
    let times_by_words = times(|question| drop(black_box(index.search(question, HITS))));
    index.take_vectors(Arc::new(made_up_vectors()));
    let vector = made_up_vector(PASSAGES).map(f32::from).collect::<Vec<_>>();
    let times_by_meaning = times(|question| drop(black_box(index.search_by_meaning(question, &vector, HITS))));
    for (subject, times) in [("search", times_by_words), ("search by meaning", times_by_meaning)] {
        report.add(subject, "p50 with 20,000 passages (ms)", quantile(&times, 0.5));
        report.add(subject, "p99 with 20,000 passages (ms)", quantile(&times, 0.99));
    }
}

fn add(report: &mut Report, subject: &str, outcomes: &[Outcome], language: &str) -> Figures {
    let figures = Figures::of(outcomes.iter().filter(|outcome| outcome.language == language));
    report.add(subject, "recall@1 (%)", figures.recall_at_1 * 100.0);
    report.add(subject, "recall@5 (%)", figures.recall_at_5 * 100.0);
    report.add(subject, "mean reciprocal rank (%)", figures.mean_reciprocal_rank * 100.0);
    report.add(subject, "answerable questions covered (%)", figures.covered.0 * 100.0);
    report.add(subject, "unanswerable questions covered (%)", figures.covered.1 * 100.0);
    figures
}

/// Has a server of the embeddings API make the vectors of the evaluation's texts; where they are stored.
pub(crate) async fn make_vectors(base_url: &str, name: &str) -> anyhow::Result<PathBuf> {
    let config = ModelConfig {
        base_url: base_url.to_owned(),
        api_key: None,
        timeout: Duration::from_mins(1),
        max_output_tokens: 1,
    };
    let model = Model::new(&config, reqwest::Client::builder().build()?)?;
    let mut made = Vec::new();
    for some in texts().chunks(16) {
        let asked: Vec<&str> = some.iter().map(String::as_str).collect();
        let embedded = model.embed(name, &asked).await.context("a model that makes vectors")?;
        made.extend(some.iter().cloned().zip(embedded.vectors));
    }
    Ok(Meaning::store(name, &made)?)
}

/// What each question takes, in milliseconds, sorted.
fn times(search: impl Fn(&str)) -> Vec<f64> {
    let mut times = Vec::new();
    for question in questions().iter().cycle().take(2_000) {
        let begun = Instant::now();
        search(question);
        times.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    times
}

fn made_up_vectors() -> Vectors {
    let vectors: Vec<Vec<i8>> = (0..PASSAGES).map(|number| made_up_vector(number).collect()).collect();
    Vectors::new("made up".to_owned(), &vectors).expect("vectors of one length")
}

/// What it points to says nothing: comparing it takes as long as comparing any other.
fn made_up_vector(number: usize) -> impl Iterator<Item = i8> {
    (0..VALUES).map(move |place| {
        let mixed = (number * VALUES + place).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes()[6];
        mixed.cast_signed().max(-127)
    })
}
