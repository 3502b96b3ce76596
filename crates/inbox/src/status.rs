//! What becomes of a message that was sent. It only moves forward: webhooks arrive late, twice and in any order.

use switchboard_store::MessageStatus;

/// Whether a message that is `current` becomes `next` when a webhook says so.
///
/// `failed` is an end, unless the message has demonstrably arrived; what arrived cannot fail any more.
pub fn moves_forward(current: MessageStatus, next: MessageStatus) -> bool {
    if current == MessageStatus::Failed || current == MessageStatus::Received {
        return false;
    }
    if next == MessageStatus::Failed {
        return rank(current) < rank(MessageStatus::Delivered);
    }
    rank(next) > rank(current)
}

fn rank(status: MessageStatus) -> u8 {
    match status {
        MessageStatus::Queued | MessageStatus::Cancelled => 0,
        MessageStatus::Sending | MessageStatus::Unknown => 1,
        MessageStatus::Sent => 2,
        MessageStatus::Delivered => 3,
        MessageStatus::Read | MessageStatus::Received | MessageStatus::Failed => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use MessageStatus::{Delivered, Failed, Queued, Read, Received, Sending, Sent, Unknown};

    #[test]
    fn read_delivered_sent_in_that_order_ends_in_read() {
        let mut status = Sending;
        for next in [Read, Delivered, Sent] {
            if moves_forward(status, next) {
                status = next;
            }
        }
        assert_eq!(status, Read);
    }

    #[test]
    fn a_failure_does_not_undo_a_delivery_and_nothing_undoes_a_failure() {
        assert!(moves_forward(Sent, Failed));
        assert!(!moves_forward(Delivered, Failed));
        assert!(!moves_forward(Failed, Delivered));
    }

    #[test]
    fn an_unknown_send_is_settled_by_any_status() {
        for next in [Sent, Delivered, Read, Failed] {
            assert!(moves_forward(Unknown, next) && moves_forward(Queued, next));
        }
        assert!(!moves_forward(Received, Read));
    }
}
