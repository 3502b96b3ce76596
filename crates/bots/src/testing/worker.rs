//! Working on runs. What is recorded stays recorded: whoever takes a run up after a crash goes on where it ended.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use switchboard_inbox::turns::{Conclusion, Spent};
use switchboard_store::{
    Json, Result, Scope, TestOutcome,
    bot_test::{self, ClaimedRun, Detail, Recorded, TestLine, TestPassage, Waiting},
    crash_point,
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::judge::{Came, judge};
use crate::{
    bot::BotError,
    playground::{self, Attempt, Found, Line, Tried},
    turn::TurnParts,
};

/// Tests of a run that are thought about at a time.
const AT_ONCE: usize = 4;
/// Without news, another takes the run up after this.
const LEASE: Duration = Duration::from_secs(15);
/// What is not done by then ends the process each time, or nearly: it is given up.
const TRIES: i64 = 5;

/// Runs tests. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Tester {
    parts: TurnParts,
}

impl Tester {
    pub fn new(parts: TurnParts) -> Self {
        Self { parts }
    }

    /// Works on the run that has waited longest, until it is done or until `stop`. `false`: there was none.
    pub async fn run_next(&self, stop: &CancellationToken) -> Result<bool> {
        // Looked at first as a reader: there is mostly nothing.
        let mut tx = self.parts.db.read(Scope::System).await?;
        if !bot_test::is_due(&mut tx.conn(), self.parts.clock.now()).await? {
            return Ok(false);
        }
        drop(tx);
        let now = self.parts.clock.now();
        let mut tx = self.parts.db.write(Scope::System).await?;
        let claimed = bot_test::claim(&mut tx.conn(), now, now + LEASE).await?;
        tx.commit().await?;
        let Some(run) = claimed else { return Ok(false) };
        tokio::select! {
            done = self.work(&run) => done.map(|()| true),
            () = self.keep(&run) => Ok(true),
            () = stop.cancelled() => {
                // Another process may go on at once.
                self.keep_until(&run, Duration::ZERO).await?;
                Ok(true)
            }
        }
    }

    /// Holds on to a run while it is worked on. Returns when it is to be let go: somebody else has it, it is gone
    /// with its bot, or its tenant has been suspended.
    async fn keep(&self, run: &ClaimedRun) {
        loop {
            tokio::time::sleep(LEASE / 3).await;
            match self.keep_until(run, LEASE).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => tracing::warn!(%error, run.id = %run.id, "the lease of a run could not be renewed"),
            }
        }
    }

    async fn keep_until(&self, run: &ClaimedRun, time: Duration) -> Result<bool> {
        let mut tx = self.parts.db.write(Scope::Tenant(run.tenant_id)).await?;
        let kept = bot_test::keep(&mut tx.conn(), run, self.parts.clock.now() + time).await?;
        tx.commit().await?;
        Ok(kept)
    }

    async fn work(&self, run: &ClaimedRun) -> Result<()> {
        let mut tx = self.parts.db.read(Scope::Tenant(run.tenant_id)).await?;
        let waiting = bot_test::waiting(&mut tx.conn(), run).await?;
        drop(tx);
        let mut tests = stream::iter(waiting).map(|test| self.think(run, test)).buffer_unordered(AT_ONCE);
        while let Some(recorded) = tests.next().await {
            let is_ours = match recorded? {
                Some(recorded) => self.record(run, &recorded).await?,
                None => false,
            };
            if !is_ours {
                return Ok(());
            }
        }
        let mut tx = self.parts.db.write(Scope::Tenant(run.tenant_id)).await?;
        bot_test::finish(&mut tx.conn(), run, self.parts.clock.now()).await?;
        tx.commit().await
    }

    /// `false`: the run is to be let go, and the test is to be run again.
    async fn record(&self, run: &ClaimedRun, recorded: &Recorded) -> Result<bool> {
        let mut tx = self.parts.db.write(Scope::Tenant(run.tenant_id)).await?;
        let conn = &mut tx.conn();
        if !bot_test::keep(conn, run, self.parts.clock.now() + LEASE).await? {
            return Ok(false);
        }
        bot_test::record(conn, run, recorded).await?;
        tx.commit().await?;
        crash_point("test.recorded");
        Ok(true)
    }

    /// `None`: the bot is gone, and the run with it.
    async fn think(&self, run: &ClaimedRun, test: Waiting) -> Result<Option<Recorded>> {
        let mut talk = Talk::default();
        if run.attempts > TRIES {
            talk.trouble = Some("The run was broken off too often.".into());
        }
        for message in test.turns.iter().filter(|_| run.attempts <= TRIES) {
            let attempt = Attempt { message: message.clone(), history: talk.lines.clone() };
            let tried = match playground::try_out(&self.parts, run.tenant_id, run.bot_id, attempt, |_| {}).await {
                Ok(tried) => tried,
                Err(BotError::Store(error)) => return Err(error),
                Err(_) => return Ok(None),
            };
            talk.go_on(message, tried);
            if talk.is_over() {
                break;
            }
        }
        Ok(Some(talk.judged(&test)))
    }
}

/// A test while it is run.
#[derive(Default)]
struct Talk {
    lines: Vec<Line>,
    found: Vec<Found>,
    handed_over: bool,
    reason: Option<String>,
    /// Why the model gave no answer.
    trouble: Option<String>,
    spent: Spent,
    took: Duration,
}

impl Talk {
    fn go_on(&mut self, message: &str, tried: Tried) {
        self.lines.push(Line { by_customer: true, text: message.to_owned() });
        self.found = tried.found;
        self.took += tried.took;
        self.spent = self.spent.and(tried.spent);
        if tried.trouble.is_some() {
            self.trouble = tried.trouble;
            return;
        }
        let said = match tried.conclusion {
            Conclusion::Answer(parts) => parts.join("\n\n"),
            Conclusion::HandOff { reason, say } => {
                (self.handed_over, self.reason) = (true, Some(reason));
                say.unwrap_or_default()
            }
            Conclusion::Nothing | Conclusion::TryAgain { .. } => String::new(),
        };
        if !said.is_empty() {
            self.lines.push(Line { by_customer: false, text: said });
        }
    }

    /// After people are called, the bot says nothing more.
    fn is_over(&self) -> bool {
        self.handed_over || self.trouble.is_some()
    }

    fn judged(self, test: &Waiting) -> Recorded {
        let last = self.lines.last().filter(|line| !line.by_customer);
        let used: Vec<Uuid> = self.found.iter().filter(|found| found.used).map(|found| found.passage.id).collect();
        let came = Came {
            said: last.map(|line| line.text.as_str()).unwrap_or_default(),
            handed_over: self.handed_over,
            used: &used,
        };
        let failures = if self.trouble.is_some() { Vec::new() } else { judge(&test.expected, &came) };
        let outcome = match (&self.trouble, failures.is_empty()) {
            (Some(_), _) => TestOutcome::Error,
            (None, true) => TestOutcome::Passed,
            (None, false) => TestOutcome::Failed,
        };
        Recorded {
            test_id: test.test_id,
            outcome,
            detail: Json(Detail {
                lines: self.lines.into_iter().map(line).collect(),
                handed_over: self.handed_over,
                reason: self.trouble.or(self.reason),
                failures,
                passages: self.found.into_iter().map(passage).collect(),
            }),
            took_ms: i64::try_from(self.took.as_millis()).unwrap_or(i64::MAX),
            prompt_tokens: self.spent.prompt_tokens,
            completion_tokens: self.spent.completion_tokens,
            cost_micros: self.spent.cost_micros,
        }
    }
}

fn line(line: Line) -> TestLine {
    TestLine { by_customer: line.by_customer, text: line.text }
}

fn passage(found: Found) -> TestPassage {
    TestPassage {
        item_id: found.passage.id,
        question: found.passage.question,
        text: found.passage.text,
        score: found.score,
        confidence: found.confidence,
        used: found.used,
    }
}
