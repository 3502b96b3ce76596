//! A client of `GET /api/events`.

use std::time::Duration;

use reqwest::Response;
use serde_json::Value;

const PATIENCE: Duration = Duration::from_mins(2);

/// An open stream.
pub(crate) struct EventStream {
    pub(crate) response: Response,
    unread: String,
}

/// One event as the stream tells it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Told {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) data: Value,
}

impl EventStream {
    pub(crate) fn new(response: Response) -> Self {
        assert_eq!(response.status(), 200);
        Self { response, unread: String::new() }
    }

    /// The next event; `None` when the stream has ended.
    pub(crate) async fn next(&mut self) -> Option<Told> {
        loop {
            if let Some(block) = self.block().await? {
                return Some(block);
            }
        }
    }

    /// The next event whose kind begins so; what happened before may still be told.
    pub(crate) async fn next_of(&mut self, kind: &str) -> Told {
        loop {
            let told = self.next().await.expect("the stream goes on");
            if told.kind.starts_with(kind) {
                return told;
            }
        }
    }

    /// `Some(None)`: a block that is no event, such as a comment or the time to retry.
    async fn block(&mut self) -> Option<Option<Told>> {
        while !self.unread.contains("\n\n") {
            let chunk = tokio::time::timeout(PATIENCE, self.response.chunk()).await.expect("nothing came");
            // A server that goes away in the middle ends the stream, too.
            let chunk = chunk.ok().flatten()?;
            self.unread.push_str(std::str::from_utf8(&chunk).expect("events are text"));
        }
        let (block, rest) = self.unread.split_once("\n\n").expect("there is a whole block");
        let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)).map(str::trim_start);
        let told = field("event:").map(|kind| Told {
            id: field("id:").expect("an event has an id").to_owned(),
            kind: kind.to_owned(),
            data: serde_json::from_str(field("data:").expect("an event has data")).expect("data is JSON"),
        });
        let rest = self.unread.len() - rest.len();
        self.unread.drain(..rest);
        Some(told)
    }
}
