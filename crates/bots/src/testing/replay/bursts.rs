//! What a customer said in one go, with what came of it.

use switchboard_store::{Direction, message::Message};

/// Messages of a customer that were answered together.
#[derive(Debug, Default)]
pub(super) struct Burst {
    pub(super) asked: Vec<Message>,
    /// Up to what the customer said next.
    pub(super) answers: Vec<Message>,
}

/// The answered bursts of a thread, which comes as it went, the oldest first.
pub(super) fn answered(thread: Vec<Message>) -> Vec<Burst> {
    let mut bursts: Vec<Burst> = Vec::new();
    let mut open = Burst::default();
    for message in thread {
        match message.direction {
            Direction::Inbound if message.wants_answer => {
                if !open.answers.is_empty() {
                    bursts.push(std::mem::take(&mut open));
                }
                open.asked.push(message);
            }
            Direction::Inbound => {}
            Direction::Outbound => answer(&mut bursts, &mut open, message),
        }
    }
    if !open.answers.is_empty() {
        bursts.push(open);
    }
    bursts
}

/// Puts an answer to what it answers. An AI that wrote while the customer did has not seen all that stands before it.
fn answer(bursts: &mut Vec<Burst>, open: &mut Burst, message: Message) {
    if let Some(seen) = message.answers_seq {
        // What was seen last may also be that a message was changed.
        let has_seen = |burst: &&mut Burst| burst.asked.last().is_some_and(|last| last.seq <= seen);
        let before = bursts.last_mut().filter(has_seen).filter(|_| open.asked.iter().all(|asked| asked.seq > seen));
        if let Some(before) = before {
            before.answers.push(message);
            return;
        }
        let of_it = open.asked.iter().take_while(|asked| asked.seq <= seen).count();
        if of_it > 0 && of_it < open.asked.len() && open.answers.is_empty() {
            let rest = open.asked.split_off(of_it);
            bursts.push(Burst { asked: std::mem::replace(&mut open.asked, rest), answers: vec![message] });
            return;
        }
    }
    if !open.asked.is_empty() {
        open.answers.push(message);
    }
}

#[cfg(test)]
mod tests {
    use switchboard_store::{Author, MessageStatus, Millis, TenantId};
    use uuid::Uuid;

    use super::*;

    fn message(seq: i64, direction: Direction, author: Author) -> Message {
        Message {
            tenant_id: TenantId(Uuid::nil()),
            id: Uuid::from_u128(u128::try_from(seq).unwrap_or(0)),
            conversation_id: Uuid::nil(),
            number_id: Uuid::nil(),
            seq,
            direction,
            author,
            person_id: None,
            kind: "text".into(),
            text: Some(seq.to_string()),
            payload: None,
            wants_answer: direction == Direction::Inbound,
            wamid: None,
            reply_to: None,
            status: MessageStatus::Received,
            error: None,
            customer_reaction: None,
            own_reaction: None,
            edited_at: None,
            revoked_at: None,
            answers_seq: None,
            part: None,
            idempotency_key: None,
            media_id: None,
            created_at: Millis(seq),
            updated_at: Millis(seq),
        }
    }

    fn asks(seq: i64) -> Message {
        message(seq, Direction::Inbound, Author::Customer)
    }

    fn says(seq: i64, author: Author) -> Message {
        message(seq, Direction::Outbound, author)
    }

    fn answers(seq: i64, answers_seq: i64, part: i64) -> Message {
        Message { answers_seq: Some(answers_seq), part: Some(part), ..says(seq, Author::Ai) }
    }

    /// The seqs of what was asked and of what was answered.
    fn seqs(thread: Vec<Message>) -> Vec<(Vec<i64>, Vec<i64>)> {
        let of = |messages: &[Message]| messages.iter().map(|message| message.seq).collect();
        answered(thread).iter().map(|burst| (of(&burst.asked), of(&burst.answers))).collect()
    }

    #[test]
    fn what_is_said_in_one_go_is_one_burst_with_all_that_is_answered() {
        let thread = vec![asks(1), asks(2), answers(3, 2, 0), answers(4, 2, 1), asks(5), says(6, Author::Operator)];
        assert_eq!(seqs(thread), [(vec![1, 2], vec![3, 4]), (vec![5], vec![6])]);
    }

    #[test]
    fn people_who_answer_after_a_handover_answer_the_same() {
        let thread = vec![asks(1), says(2, Author::System), says(3, Author::Operator)];
        assert_eq!(seqs(thread), [(vec![1], vec![2, 3])]);
    }

    #[test]
    fn what_nobody_answered_or_asked_is_none() {
        let history = Message { wants_answer: false, ..asks(2) };
        assert_eq!(seqs(vec![says(1, Author::Operator), history, says(3, Author::Operator), asks(4)]), []);
    }

    #[test]
    fn an_answer_that_came_while_the_customer_wrote_answers_what_it_had_seen() {
        let thread = vec![asks(1), asks(2), answers(3, 1, 0), answers(4, 1, 1), answers(5, 2, 0)];
        assert_eq!(seqs(thread), [(vec![1], vec![3, 4]), (vec![2], vec![5])]);
    }

    #[test]
    fn an_answer_to_what_was_changed_answers_what_was_said() {
        let edit = Message { wants_answer: false, kind: "edit".into(), ..asks(2) };
        let thread = vec![asks(1), edit, asks(3), answers(4, 2, 0), answers(5, 2, 1), answers(6, 3, 0)];
        assert_eq!(seqs(thread), [(vec![1], vec![4, 5]), (vec![3], vec![6])]);
    }
}
