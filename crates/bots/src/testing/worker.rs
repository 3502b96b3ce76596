//! Thinking about tests.

use std::time::Duration;

use switchboard_inbox::turns::{Conclusion, Spent};
use switchboard_store::{
    Conn, Json, Result, Signal, TestOutcome,
    bot_run::{ClaimedRun, RunKind},
    bot_test::{self, Detail, Recorded, TestLine, TestPassage, Waiting},
};
use uuid::Uuid;

use super::{
    judge::{Came, judge},
    trial::Trial,
};
use crate::{
    bot::BotError,
    playground::{self, Attempt, Found, Line, Tried},
    turn::{TurnParts, question::Question, rules},
};

/// Why nothing is known of what was tried too often.
pub(super) const BROKEN_OFF: &str = "The run was broken off too often.";

/// Runs of bots' tests.
#[derive(Debug, Clone)]
pub(super) struct Tests {
    pub(super) parts: TurnParts,
}

impl Trial for Tests {
    const KIND: RunKind = RunKind::Tests;
    const SIGNAL: Signal = Signal::BotTests;
    const RECORDED: &'static str = "test.recorded";
    type Piece = Waiting;
    type Recorded = Recorded;

    fn parts(&self) -> &TurnParts {
        &self.parts
    }

    async fn waiting(conn: &mut Conn<'_>, run: &ClaimedRun) -> Result<Vec<Waiting>> {
        bot_test::waiting(conn, run).await
    }

    async fn think(&self, run: &ClaimedRun, test: Waiting, is_given_up: bool) -> Result<Option<Recorded>> {
        let mut talk = Talk::default();
        if is_given_up {
            talk.trouble = Some(BROKEN_OFF.into());
        }
        for message in test.turns.iter().filter(|_| !is_given_up) {
            let mut question = match playground::question(&self.parts, run.tenant_id, run.bot_id, |_| {}).await {
                Ok(question) => question,
                Err(BotError::Store(error)) => return Err(error),
                Err(_) => return Ok(None),
            };
            at_any_time(&mut question);
            let attempt = Attempt { message: message.clone(), history: talk.history() };
            talk.go_on(message, playground::attempted(question, attempt).await);
            if talk.is_over() {
                break;
            }
        }
        Ok(Some(talk.judged(&test)))
    }

    async fn record(conn: &mut Conn<'_>, run: &ClaimedRun, recorded: &Recorded) -> Result<()> {
        bot_test::record(conn, run, recorded).await
    }
}

/// What a bot does with its tests tells of what it knows and how it is set, and not of when they run: whoever runs them in
/// the evening, after many customers, would see other failures than in the morning.
fn at_any_time(question: &mut Question) {
    question.within_hours();
    question.counts.of_day = 0;
}

/// A test while it is run.
#[derive(Default)]
struct Talk {
    lines: Vec<TestLine>,
    found: Vec<Found>,
    /// What it could have used for the last message.
    offered: Vec<String>,
    handed_over: bool,
    reason: Option<String>,
    /// Why the model gave no answer, or was not asked for one.
    trouble: Option<String>,
    spent: Spent,
    took: Duration,
}

impl Talk {
    fn go_on(&mut self, message: &str, tried: Tried) {
        self.lines.push(TestLine { by_customer: true, text: message.to_owned(), calls: tried.made });
        (self.found, self.offered) = (tried.found, tried.offered);
        self.took += tried.took;
        self.spent = self.spent.and(tried.spent);
        if tried.trouble.is_some() {
            self.trouble = tried.trouble;
            return;
        }
        let said = match tried.conclusion {
            Conclusion::Answer(parts) => parts.join("\n\n"),
            // Nobody has thought: nothing is known of what the bot would say.
            Conclusion::HandOff { reason, .. } if reason == rules::BUDGET => {
                self.trouble = Some(reason);
                return;
            }
            Conclusion::HandOff { reason, say } => {
                (self.handed_over, self.reason) = (true, Some(reason));
                say.join("\n\n")
            }
            Conclusion::Nothing | Conclusion::TryAgain { .. } => String::new(),
        };
        if !said.is_empty() {
            self.lines.push(TestLine { by_customer: false, text: said, calls: Vec::new() });
        }
    }

    fn history(&self) -> Vec<Line> {
        self.lines.iter().map(|line| Line { by_customer: line.by_customer, text: line.text.clone() }).collect()
    }

    /// After people are called, the bot says nothing more.
    fn is_over(&self) -> bool {
        self.handed_over || self.trouble.is_some()
    }

    fn judged(self, test: &Waiting) -> Recorded {
        let last = self.lines.last().filter(|line| !line.by_customer);
        let used: Vec<Uuid> = self.found.iter().filter(|found| found.used).map(|found| found.passage.id).collect();
        let asked = self.lines.iter().rfind(|line| line.by_customer);
        let called: Vec<_> = asked.into_iter().flat_map(|line| &line.calls).map(|made| made.name.as_str()).collect();
        let came = Came {
            said: last.map(|line| line.text.as_str()).unwrap_or_default(),
            handed_over: self.handed_over,
            used: &used,
            called: &called,
            offered: &self.offered,
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
                lines: self.lines,
                handed_over: self.handed_over,
                reason: self.trouble.or(self.reason),
                failures,
                passages: self.found.into_iter().map(passage).collect(),
            }),
            took_ms: millis(self.took),
            prompt_tokens: self.spent.prompt_tokens,
            completion_tokens: self.spent.completion_tokens,
            cost_micros: self.spent.cost_micros,
        }
    }
}

pub(super) fn millis(took: Duration) -> i64 {
    i64::try_from(took.as_millis()).unwrap_or(i64::MAX)
}

pub(super) fn passage(found: Found) -> TestPassage {
    TestPassage {
        item_id: found.passage.id,
        question: found.passage.question,
        text: found.passage.text,
        score: found.score,
        confidence: found.confidence,
        used: found.used,
    }
}
