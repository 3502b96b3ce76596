//! Bots: what they are, what they know, how they find it, how they think, and the turns in which they answer.
//!
//! A bot never sends: it comes to a conclusion, and the inbox queues it, or not, under the conversation's lock.

pub mod bot;
pub mod crawling;
mod exchange;
pub mod hearing;
mod hours;
pub mod indexes;
pub mod knowledge;
pub mod language;
pub mod model;
pub mod models;
mod outward;
pub mod pages;
pub mod playground;
pub mod preparing;
pub mod prompt;
pub mod reading;
pub mod retrieval;
mod splitting;
pub mod testing;
pub mod tools;
pub mod translation;
pub mod turn;
pub mod unanswered;
pub mod vectors;
