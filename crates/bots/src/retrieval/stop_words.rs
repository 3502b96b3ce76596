//! Words that say nothing about what is asked: the grammar and the courtesies of the three languages.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::normalise;

static STOP_WORDS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let lines = include_str!("stop_words.txt").lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(str::split_whitespace).map(normalise).collect()
});

/// Whether a normalised word is one of them.
pub(super) fn is_stop_word(word: &str) -> bool {
    STOP_WORDS.contains(word)
}
