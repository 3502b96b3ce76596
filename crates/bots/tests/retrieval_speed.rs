//! A search has to be lost in the noise of a turn, also for a tenant with much knowledge.

use std::time::{Duration, Instant};

use switchboard_bots::retrieval::{Index, Passage};
use uuid::Uuid;

const PASSAGES: u32 = 20_000;
const QUERIES: u32 = 1_000;
const P99: Duration = Duration::from_millis(20);

/// A made-up word; small numbers come up often, as common words do.
fn word(number: u32) -> String {
    const SYLLABLES: [&str; 16] =
        ["ka", "ri", "ton", "me", "lus", "bar", "fi", "gon", "dez", "pul", "sha", "vem", "wo", "yil", "nok", "hes"];
    let mut left = number + 16;
    let mut word = String::new();
    while left > 0 {
        word.push_str(SYLLABLES[(left % 16) as usize]);
        left /= 16;
    }
    word
}

/// The same numbers in every run (a linear congruential generator), the small ones more often.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: u32) -> u32 {
        let mut draw = || {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            u32::try_from(self.0 >> 33).expect("31 bits") % below
        };
        let (one, other) = (draw(), draw());
        one.min(other)
    }

    fn sentence(&mut self, words: u32) -> String {
        let words: Vec<String> = (0..words).map(|_| word(self.next(30_000))).collect();
        words.join(" ")
    }
}

#[test]
#[ignore = "a measurement: cargo test --release -p switchboard-bots --test retrieval_speed -- --ignored"]
fn twenty_thousand_passages_are_searched_within_twenty_milliseconds() {
    let mut numbers = Numbers(1);
    let passage = |n: u32| Passage {
        id: Uuid::from_u128(u128::from(n)),
        question: Some(numbers.sentence(7)),
        text: numbers.sentence(50) + " price delivery order",
    };
    let started = Instant::now();
    let index = Index::build((0..PASSAGES).map(passage).collect());
    println!("built in {:?}", started.elapsed());

    let mut times: Vec<Duration> = (0..QUERIES)
        .map(|n| {
            // Common words, rare ones, and one that is misspelt.
            let query = format!("price of delivery {} {}x{}", numbers.sentence(8), word(n), word(n + 7));
            let started = Instant::now();
            assert!(!index.search(&query, 8).is_empty());
            index.best_answer(&query);
            started.elapsed()
        })
        .collect();
    times.sort();
    let (median, p99) = (times[times.len() / 2], times[times.len() * 99 / 100]);
    println!("median {median:?}, p99 {p99:?}");
    assert!(p99 < P99, "p99 is {p99:?}");
}
