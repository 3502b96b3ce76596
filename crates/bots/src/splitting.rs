//! Where a text is cut into what is found and quoted of it: at its sections, lists, paragraphs and sentences, as Markdown
//! has them and as plain writing has them, into pieces of about as many tokens.
//!
//! A tokenizer's vocabulary takes fifty megabytes while it is loaded. So a text is cut once, when it is new, and where is
//! stored with it; answering needs no tokenizer.

use std::{
    cell::OnceCell,
    ops::Range,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use text_splitter::{ChunkCapacity, ChunkConfig, ChunkSizer, MarkdownSplitter};
use tiktoken_rs::{CoreBPE, o200k_base};

/// Tokens of a piece, about: a piece is full with so many.
const FULL: usize = 300;
/// Tokens of a piece, at most. With its title it fits into the 512 tokens that many models of embeddings read.
const MOST: usize = 420;
/// Bytes of a text whose tokens are counted. More are too many for one piece anyway, and a text that is made for it can keep
/// a tokenizer busy, or make it panic.
const LONGEST: usize = 16 * 1024;

/// The vocabulary while somebody cuts. Of today's models; other vendors' make about as many of a text.
static LOADED: Mutex<Weak<CoreBPE>> = Mutex::new(Weak::new());

/// Cuts texts. What it has loaded for one is there for the next.
#[derive(Default)]
pub(crate) struct Splitter {
    tokens: OnceCell<Arc<CoreBPE>>,
}

impl Splitter {
    /// The byte ranges of the pieces of a text, in its order; between them is white space alone. Takes up to seconds for a
    /// long text: not for a thread that serves others.
    ///
    /// # Panics
    /// When the vocabulary that is part of the program is damaged.
    pub(crate) fn pieces(&self, text: &str) -> Vec<Range<usize>> {
        // No token is shorter than a byte.
        if text.len() <= MOST {
            return whole(text);
        }
        let tokens = self.tokens.get_or_init(loaded);
        let capacity = ChunkCapacity::new(FULL).with_max(MOST).expect("a full piece is no longer than the longest");
        let splitter = MarkdownSplitter::new(ChunkConfig::new(capacity).with_sizer(Sizer(tokens)));
        splitter.chunk_indices(text).map(|(at, piece)| at..at + piece.len()).collect()
    }
}

/// One piece of all that is written; none where nothing is.
fn whole(text: &str) -> Vec<Range<usize>> {
    let start = text.len() - text.trim_start().len();
    let end = start + text.trim().len();
    if start < end { std::iter::once(start..end).collect() } else { Vec::new() }
}

fn loaded() -> Arc<CoreBPE> {
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(tokens) = loaded.upgrade() {
        return tokens;
    }
    let tokens = Arc::new(o200k_base().expect("the vocabulary is part of the program"));
    *loaded = Arc::downgrade(&tokens);
    tokens
}

struct Sizer<'a>(&'a CoreBPE);

impl ChunkSizer for Sizer<'_> {
    fn size(&self, chunk: &str) -> usize {
        if chunk.len() > LONGEST { chunk.len() } else { self.0.encode_ordinary(chunk).len() }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::prompt::tokens;

    /// Loaded once for all cases.
    static KEPT: LazyLock<Arc<CoreBPE>> = LazyLock::new(loaded);

    fn solid(text: &str) -> String {
        text.chars().filter(|c| !c.is_whitespace()).collect()
    }

    fn cut(text: &str) -> Vec<&str> {
        Splitter::default().pieces(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn sections_and_paragraphs_stay_whole_and_no_piece_is_longer_than_models_read() {
        let paragraph = "We bake at night, and sell what was baked until it is gone. ".repeat(18);
        let text = format!("# Bread\n\n{paragraph}\n\n# Cakes\n\n{paragraph}\n\nOrder two days before.");
        let pieces = cut(&text);
        assert_eq!(pieces.len(), 2, "{pieces:?}");
        assert!(pieces[1].starts_with("# Cakes") && pieces[1].ends_with("Order two days before."), "{pieces:?}");
        let tokens = loaded();
        assert!(pieces.iter().all(|piece| tokens.encode_ordinary(piece).len() <= MOST));
    }

    #[test]
    fn a_short_text_is_one_piece_and_a_blank_one_none() {
        assert_eq!(cut(" We bake at night.\n"), ["We bake at night."]);
        assert!(cut(" \n\t").is_empty());
    }

    #[test]
    fn a_word_without_end_is_cut_too() {
        for text in ["a".repeat(100_000), " a".repeat(60_000), "\u{627}".repeat(50_000), "*".repeat(50_000)] {
            let pieces = cut(&text);
            assert_eq!(solid(&pieces.concat()), solid(&text));
            assert!(pieces.iter().all(|piece| piece.len() <= LONGEST));
        }
    }

    /// History is cut by what [`tokens`] takes texts for: it must not take them for much shorter than they are.
    #[test]
    fn the_estimate_of_tokens_is_on_the_safe_side_in_each_language() {
        let vocabulary = loaded();
        for text in [
            "Good evening, I ordered a birthday cake for Saturday and would like to change the time of the pick-up.",
            "Merhaba, cumartesi günü için doğum günü pastası sipariş etmiştim, teslim saatini değiştirebilir miyiz?",
            "مساء الخير، طلبت كعكة عيد ميلاد ليوم السبت وأود تغيير موعد الاستلام إذا كان ذلك ممكنا",
            "我星期六订了一个生日蛋糕,想改一下取货时间",
        ] {
            let (is, taken_for) = (vocabulary.encode_ordinary(text).len(), tokens(text));
            assert!(taken_for * 10 >= is * 9 && taken_for <= is * 3, "{taken_for} for {is}: {text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn nothing_but_white_space_is_lost(text in "(# |\\* |> |\\||```|\n|\n\n|\\. |[a-z]{1,9} |[ا-ي]{1,9} |\\PC){0,400}") {
            LazyLock::force(&KEPT);
            let ranges = Splitter::default().pieces(&text);
            let joined: String = ranges.iter().map(|range| &text[range.clone()]).collect();
            prop_assert_eq!(solid(&joined), solid(&text));
            prop_assert!(ranges.windows(2).all(|pair| pair[0].end <= pair[1].start));
        }
    }
}
