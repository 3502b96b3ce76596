//! The past of a number that is also used in the WhatsApp Business app.

use serde_json::json;

use super::{conversation::Area, json::Lenient, place::Spot, reader::Reader};

impl Reader {
    /// Reads one chunk of `history`: threads with messages of both sides; the refusal to share any; or news of progress.
    pub(super) fn history(&mut self, area: &Area<'_>, chunk: &Spot<'_>) {
        let before = self.count();
        for thread in chunk.each("threads") {
            self.thread(area, &thread);
        }
        if let Some(errors) = chunk.member("errors").filter(|_| chunk.value.filled("errors").is_some()) {
            self.notice(area.route, errors.alone(), area.field, json!({ "errors": errors.value }));
        }
        if self.count() > before {
            // How far the history is, apart from the messages: each is handled, and kept, by itself.
            if let Some(metadata) = chunk.member("metadata").filter(|it| it.value.is_object()) {
                self.notice(area.route, metadata.alone(), area.field, chunk.without_items());
            }
            return;
        }
        if chunk.value.is_object() {
            self.notice(area.route, chunk.alone(), area.field, chunk.value.clone());
        } else {
            self.malformed(area.route, chunk.alone(), "a chunk of history that is no object");
        }
    }

    fn thread(&mut self, area: &Area<'_>, thread: &Spot<'_>) {
        if !thread.value.is_object() {
            return self.malformed(area.route, thread.alone(), "a thread that is no object");
        }
        let customer = thread.value.id("id");
        for message in thread.each("messages") {
            self.message(area, &message, customer.as_deref());
        }
    }
}
