//! What holds after every step of every story.

use std::collections::HashMap;

use switchboard_store::{
    Control, OutboxState, Scope,
    conversation::{Conversation, ConversationKey},
    message::Message,
    outbox,
};
use uuid::Uuid;

use super::World;

impl World {
    pub(crate) async fn check(&self) {
        for row in self.conversations(self.bakery.tenant).await {
            let thread = self.thread_of(&row).await;
            seqs_are_dense(&row, &thread);
            nobody_is_forgotten(&row, &thread);
            answers_are_unique(&thread);
            self.one_is_on_the_wire(&row).await;
        }
    }

    async fn one_is_on_the_wire(&self, row: &Conversation) {
        let mut tx = self.test.db.read(Scope::Tenant(row.tenant_id)).await.unwrap();
        let key = ConversationKey { tenant_id: row.tenant_id, id: row.id };
        let waiting = outbox::of_conversations(&mut tx.conn(), &[key]).await.unwrap();
        let sending = waiting.iter().filter(|waiting| waiting.state == OutboxState::Sending).count();
        assert!(sending <= 1, "{sending} messages of one conversation are being sent");
    }
}

fn seqs_are_dense(row: &Conversation, thread: &[Message]) {
    let seqs: Vec<_> = thread.iter().map(|message| message.seq).collect();
    assert_eq!(seqs, (1..=row.last_seq).collect::<Vec<_>>());
}

/// What asks for an answer has got one, has people, or has a turn.
fn nobody_is_forgotten(row: &Conversation, thread: &[Message]) {
    let unanswered = thread.iter().any(|message| message.wants_answer && message.seq > row.answered_seq);
    let cared_for = row.control == Control::Human || row.turn_due_at.is_some() || row.needs_person;
    assert!(!unanswered || cared_for, "silence: {row:?}");
}

fn answers_are_unique(thread: &[Message]) {
    let mut parts: HashMap<(i64, i64), Uuid> = HashMap::new();
    for message in thread {
        if let (Some(seq), Some(part)) = (message.answers_seq, message.part) {
            assert!(parts.insert((seq, part), message.id).is_none(), "two answers to {seq}");
        }
    }
}
