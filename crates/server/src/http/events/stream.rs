//! Events as `text/event-stream` (WHATWG HTML, §9.2).

use std::{convert::Infallible, time::Duration};

use actix_web::{
    rt,
    web::{Bytes, Data},
};
use futures_util::Stream;
use switchboard_accounts::Permission;
use tokio::{
    sync::mpsc::{self, Sender},
    time::{Instant, interval_at},
};

use crate::{
    events::{Beginning, Feed},
    http::{AppState, auth_extractor::Carried},
};

/// Shorter than the time after which proxies give an idle connection up.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// While nothing happens, the credential is looked at this often; besides, before every event.
const RECHECK: Duration = Duration::from_secs(30);
/// Frames written ahead of a slow connection, at most.
const AHEAD: usize = 16;
/// Clients connect again after two seconds.
const RETRY: &str = "retry: 2000\n\n";

/// Begins to write, and goes on until the client leaves, its credential ends, or the process does.
pub(super) fn start(
    state: Data<AppState>,
    credential: Carried,
    feed: Feed,
    beginning: Beginning,
) -> impl Stream<Item = Result<Bytes, Infallible>> {
    let (out, mut frames) = mpsc::channel(AHEAD);
    let writer = Writer { state, credential, out };
    rt::spawn(writer.write(feed, greeting(beginning)));
    futures_util::stream::poll_fn(move |context| frames.poll_recv(context).map(|frame| frame.map(Ok)))
}

fn greeting(beginning: Beginning) -> Bytes {
    match beginning {
        Beginning::Fresh(position) => format!("{RETRY}id: {position}\nevent: hello\ndata: {{}}\n\n").into(),
        Beginning::Resumed => Bytes::from_static(RETRY.as_bytes()),
        Beginning::Reset(position) => format!("{RETRY}id: {position}\nevent: reset\ndata: {{}}\n\n").into(),
    }
}

struct Writer {
    state: Data<AppState>,
    credential: Carried,
    out: Sender<Bytes>,
}

impl Writer {
    async fn write(self, mut feed: Feed, greeting: Bytes) {
        let now = Instant::now();
        let (mut keep_alive, mut recheck) =
            (interval_at(now + KEEP_ALIVE, KEEP_ALIVE), interval_at(now + RECHECK, RECHECK));
        let mut goes_on = self.out.send(greeting).await.is_ok();
        while goes_on {
            goes_on = tokio::select! {
                () = self.state.shutdown.cancelled() => false,
                () = self.out.closed() => false,
                events = feed.next() => match events {
                    Ok(events) => self.is_allowed().await && self.send(events.into_iter().map(|event| event.frame)).await,
                    Err(error) => {
                        tracing::warn!(%error, "a stream of events ends early; its client connects again");
                        false
                    }
                },
                _ = keep_alive.tick() => self.send([Bytes::from_static(b": keep-alive\n\n")]).await,
                _ = recheck.tick() => self.is_allowed().await,
            };
        }
    }

    /// Whether the credential still opens this stream. When that cannot be told, it does not.
    async fn is_allowed(&self) -> bool {
        let principal = self.state.accounts.authenticate(self.credential.credential()).await;
        principal.is_ok_and(|principal| principal.may(Permission::ViewConversations))
    }

    async fn send(&self, frames: impl IntoIterator<Item = Bytes>) -> bool {
        for frame in frames {
            tokio::select! {
                sent = self.out.send(frame) => if sent.is_err() { return false },
                () = self.state.shutdown.cancelled() => return false,
            }
        }
        true
    }
}
