//! The promises to users, each from end to end: the real server on both databases, with the simulator as Meta and as the
//! model. Time is real here: what should come is looked for until it comes, and that nothing comes is shown by something
//! later that did.

#[expect(dead_code, reason = "it is shared with the tests of the API, and each uses its part")]
#[path = "../support/mod.rs"]
mod support;

mod ack;
mod answering;
mod bot_tests;
mod burst;
mod control;
mod crash;
mod crawling;
mod events;
mod export;
mod failures;
mod injections;
mod kept;
mod limits;
mod meaning;
mod media;
mod models;
mod never;
mod once;
mod order;
mod permissions;
mod pictures;
mod platform;
mod receipts;
mod replays;
mod secrets;
mod signatures;
mod statuses;
mod studio;
mod templates;
mod tenants;
mod tools;
mod transcripts;
mod translations;
mod tried_tools;
mod unanswered;
mod usage;
mod window;
mod world;
