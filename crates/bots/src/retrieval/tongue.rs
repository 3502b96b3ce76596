//! Which of the three languages a text is most likely in. Among passages that say the same, the customer's own language
//! comes first; nothing else hangs on this, so a guess from a few letters will do.

use super::Passage;
use crate::language::{self, Language};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tongue {
    Arabic,
    Turkish,
    Other,
}

impl Tongue {
    pub(super) fn of(text: &str) -> Self {
        match language::guess(text) {
            Language::Ar => Self::Arabic,
            Language::Tr => Self::Turkish,
            Language::En | Language::Other(_) => Self::Other,
        }
    }

    pub(super) fn of_passage(passage: &Passage) -> Self {
        Self::of(&[passage.question.as_deref().unwrap_or_default(), &passage.text].join(" "))
    }
}
