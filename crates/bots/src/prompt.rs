//! What the model is told, and how its answer is read.

mod build;
mod content;
pub(crate) mod fence;
mod reply;
mod shaped;
mod split;
mod tokens;

pub use build::{Author, ChatMessage, PastMessage, PromptInput, ReplyLanguage, Role, Spoken, build, shape};
pub use content::{Content, Picture};
pub use reply::{Reply, parse_reply, plain_text, printable};
pub use shaped::{ShapedReply, parse_shaped};
pub use split::split_for_whatsapp;
pub use tokens::{shortened, tokens};
