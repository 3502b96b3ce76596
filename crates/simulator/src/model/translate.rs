//! Translating: a few sentences as a person would, everything else marked with the language.

use serde_json::Value;

use super::words::words;

/// What a prompt begins with that asks for a translation.
const ASKS: &str = "You translate";

/// Names as prompts write them, and codes.
const NAMES: [(&str, &str); 9] = [
    ("English", "en"),
    ("Turkish", "tr"),
    ("Arabic", "ar"),
    ("German", "de"),
    ("French", "fr"),
    ("Spanish", "es"),
    ("Italian", "it"),
    ("Dutch", "nl"),
    ("Russian", "ru"),
];

/// In English, Turkish and Arabic.
const SENTENCES: [[&str; 3]; 8] = [
    ["Hello", "Merhaba", "مرحبا"],
    ["Thank you very much", "Çok teşekkür ederim", "شكرا جزيلا لكم"],
    ["What are your opening hours?", "Çalışma saatleriniz nedir?", "ما هي ساعات العمل لديكم؟"],
    ["Do you deliver on Sunday?", "Pazar günü teslimat yapıyor musunuz?", "هل توصلون الطلبات يوم الأحد؟"],
    [
        "Yes, we deliver every day until six.",
        "Evet, her gün saat altıya kadar teslimat yapıyoruz.",
        "نعم، نوصل الطلبات كل يوم حتى السادسة.",
    ],
    [
        "I would like to order a chocolate cake.",
        "Çikolatalı bir pasta sipariş etmek istiyorum.",
        "أود أن أطلب كعكة شوكولاتة.",
    ],
    ["For how many people should it be?", "Kaç kişilik olsun?", "لكم شخصا تريدونها؟"],
    ["Your cake is ready.", "Pastanız hazır.", "كعكتكم جاهزة."],
];
const CODES: [&str; 3] = ["en", "tr", "ar"];

/// The translation, where that is what a prompt asks for.
pub(super) fn answer(messages: &[Value]) -> Option<String> {
    let system = messages.iter().find(|it| it["role"] == "system")?["content"].as_str()?;
    if !system.starts_with(ASKS) {
        return None;
    }
    let (_, name) = system.split_once(" into ")?;
    let name: String = name.chars().take_while(|ch| ch.is_alphabetic()).collect();
    let code = NAMES.iter().find(|(known, _)| *known == name).map_or(name.as_str(), |(_, code)| code);
    let user = messages.iter().rev().find(|it| it["role"] == "user")?["content"].as_str()?;
    Some(translate(between_marks(user), code))
}

/// Deterministic.
pub(super) fn translate(text: &str, to: &str) -> String {
    let text = text.trim();
    let said = words(text);
    let known = SENTENCES.iter().find(|row| row.iter().any(|it| words(it) == said));
    let column = CODES.iter().position(|code| *code == to);
    match (known, column) {
        (Some(row), Some(column)) => row[column].to_owned(),
        _ => format!("[{to}] {text}"),
    }
}

/// The lines between the first mark and the last.
fn between_marks(text: &str) -> &str {
    let begin = text.find(">>>\n").map_or(0, |at| at + ">>>\n".len());
    let end = text.rfind("\n<<<").filter(|end| *end >= begin).unwrap_or(text.len());
    &text[begin..end]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn ask(text: &str) -> Option<String> {
        let system =
            "You translate what is said.\n- Translate the text between the marks from Turkish into English. No more.";
        let user = format!("<<<text k3y>>>\n{text}\n<<<end text k3y>>>");
        answer(&[json!({"role": "system", "content": system}), json!({"role": "user", "content": user})])
    }

    #[test]
    fn known_sentences_are_translated_and_others_marked() {
        assert_eq!(ask("Pastanız hazır").as_deref(), Some("Your cake is ready."));
        assert_eq!(ask("İki satır\nburada").as_deref(), Some("[en] İki satır\nburada"));
        assert_eq!(translate("Merhaba", "ar"), "مرحبا");
        assert_eq!(translate("Merhaba", "de"), "[de] Merhaba");
    }

    #[test]
    fn who_asks_for_an_answer_gets_no_translation() {
        let messages =
            [json!({"role": "system", "content": "You are the bakery's assistant. Do not translate into English."})];
        assert_eq!(answer(&messages), None);
    }
}
