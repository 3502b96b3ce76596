//! What the model is told, and how its answer is read.

mod build;
mod fence;
mod reply;
mod split;

pub use build::{Author, ChatMessage, PastMessage, PromptInput, ReplyLanguage, Role, build};
pub use reply::{Reply, parse_reply};
pub use split::split_for_whatsapp;
