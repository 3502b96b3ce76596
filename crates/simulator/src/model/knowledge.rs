//! Finding the knowledge in a prompt, however it is laid out.

use super::words::{content_words, likeness};

/// The least share of a question's words that a passage must know.
const ENOUGH: f64 = 0.45;

/// One thing the business knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Passage {
    /// The question or the heading it stands under.
    key: String,
    /// What is answered.
    pub(crate) text: String,
    /// The number it stands under, where passages are numbered.
    pub(crate) number: Option<u32>,
}

/// A prompt's text, split into knowledge and the rest.
#[derive(Debug, Default)]
pub(crate) struct Parsed {
    pub(crate) passages: Vec<Passage>,
    pub(crate) rest: String,
    /// The text says where its knowledge begins.
    pub(crate) is_marked: bool,
}

/// Reads a prompt. When it marks its knowledge with a heading or a tag, only what stands there
/// counts; otherwise every line does that does not read like an instruction.
pub(crate) fn parse(text: &str) -> Parsed {
    let is_marked = text.lines().any(opens_knowledge);
    let mut parser = Parser { inside: !is_marked, ..Parser::default() };
    for line in text.lines() {
        parser.line(line.trim(), is_marked);
    }
    parser.close_pair();
    Parsed { passages: parser.passages, rest: parser.rest, is_marked }
}

#[derive(Default)]
struct Parser {
    passages: Vec<Passage>,
    rest: String,
    inside: bool,
    heading: String,
    number: Option<u32>,
    question: Option<String>,
    answer: String,
}

impl Parser {
    fn line(&mut self, line: &str, is_marked: bool) {
        if is_marked && opens_knowledge(line) {
            self.inside = true;
            self.heading.clear();
        } else if is_marked && closes_knowledge(line) {
            self.close_pair();
            self.inside = false;
        } else if !self.inside {
            self.rest.push_str(line);
            self.rest.push('\n');
        } else if let Some(number) = number_of(line) {
            self.close_pair();
            self.number = Some(number);
        } else if let Some(question) = labelled(line, &["q", "question", "soru", "s", "س"]) {
            self.close_pair();
            self.question = Some(question.to_owned());
        } else if let Some(answer) = labelled(line, &["a", "answer", "cevap", "c", "ج"]) {
            answer.clone_into(&mut self.answer);
        } else if line.is_empty() {
            self.close_pair();
        } else if self.question.is_some() {
            self.answer.push(' ');
            self.answer.push_str(line);
        } else if let Some(heading) = heading(line) {
            heading.clone_into(&mut self.heading);
        } else if is_marked || !is_instruction(line) {
            let text = without_bullet(line).to_owned();
            self.passages.push(Passage { key: self.heading.clone(), text, number: self.number });
        }
    }

    fn close_pair(&mut self) {
        let answer = std::mem::take(&mut self.answer);
        if let Some(key) = self.question.take()
            && !answer.trim().is_empty()
        {
            self.passages.push(Passage { key, text: answer.trim().to_owned(), number: self.number });
        }
    }
}

/// `[3]` alone on a line.
fn number_of(line: &str) -> Option<u32> {
    line.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
}

fn opens_knowledge(line: &str) -> bool {
    let line = line.trim().to_lowercase();
    let names = ["knowledge", "context", "facts", "passages", "information", "bilgi", "معلومات"];
    let is_heading = line.starts_with('#')
        || line.ends_with(':')
        // "Knowledge: none was found": it begins, and there is nothing in it.
        || line.starts_with("knowledge:")
        || (line.starts_with('<') && line.ends_with('>') && !line.starts_with("</"));
    is_heading && line.chars().count() < 120 && names.iter().any(|name| line.contains(name))
}

fn closes_knowledge(line: &str) -> bool {
    let lower = line.to_lowercase();
    let names = ["knowledge", "context", "facts", "passages", "information"];
    let closing_tag = lower.starts_with("</") && names.iter().any(|name| lower.contains(name));
    closing_tag || lower.starts_with("# ") || lower == "---"
}

fn labelled<'a>(line: &'a str, labels: &[&str]) -> Option<&'a str> {
    let (label, rest) = without_bullet(line).split_once(':')?;
    let label = label.trim().trim_matches('*').to_lowercase();
    labels.contains(&label.as_str()).then(|| rest.trim().trim_start_matches('*').trim())
}

/// A line that names what follows it.
fn heading(line: &str) -> Option<&str> {
    if line.starts_with('#') {
        return Some(line.trim_start_matches('#').trim());
    }
    if line.starts_with('<') && line.ends_with('>') {
        return Some("");
    }
    line.strip_suffix(':').filter(|text| text.chars().count() < 60)
}

fn without_bullet(line: &str) -> &str {
    let line = line.trim_start_matches(['-', '*', '•']).trim_start();
    let digits = line.trim_start_matches(['[', '(']).trim_start_matches(|ch: char| ch.is_ascii_digit());
    let numbered = digits.len() < line.len();
    digits
        .strip_prefix(['.', ')', ']'])
        .filter(|_| numbered)
        .map_or(line, |rest| rest.trim_start_matches(['.', ')', ']']).trim_start())
}

fn is_instruction(line: &str) -> bool {
    const STARTS: [&str; 13] = [
        "you ", "answer ", "never ", "always ", "do not ", "don't ", "if ", "reply ", "use ", "keep ", "when ",
        "write ", "be ",
    ];
    let lower = line.to_lowercase();
    let lower = without_bullet(&lower);
    lower.contains("[handoff]") || STARTS.iter().any(|start| lower.starts_with(start))
}

/// The passage that answers a question best, if one knows enough of its words. The rarer a shared
/// word is among the passages, the more it counts.
pub(crate) fn best<'a>(passages: &'a [Passage], question: &str) -> Option<&'a Passage> {
    let asked = content_words(question);
    if asked.is_empty() {
        return None;
    }
    let known: Vec<(Vec<String>, Vec<String>)> =
        passages.iter().map(|passage| (content_words(&passage.key), content_words(&passage.text))).collect();
    let rarity: Vec<f64> = asked.iter().map(|word| rarity(word, &known)).collect();
    let mut winner: Option<(f64, &Passage)> = None;
    for (passage, (key, text)) in passages.iter().zip(&known) {
        let fits: Vec<f64> = asked.iter().map(|word| fit(word, key).max(0.95 * fit(word, text))).collect();
        let covered = fits.iter().sum::<f64>() / fits.iter().map(|_| 1.0).sum::<f64>();
        let score: f64 = fits.iter().zip(&rarity).map(|(fit, rarity)| fit * rarity).sum();
        if covered >= ENOUGH && winner.is_none_or(|(best, _)| score > best) {
            winner = Some((score, passage));
        }
    }
    winner.map(|(_, passage)| passage)
}

fn fit(word: &str, known: &[String]) -> f64 {
    known.iter().map(|it| likeness(word, it)).fold(0.0, f64::max)
}

fn rarity(word: &str, known: &[(Vec<String>, Vec<String>)]) -> f64 {
    let having: f64 =
        known.iter().filter(|(key, text)| fit(word, key) > 0.0 || fit(word, text) > 0.0).map(|_| 1.0).sum();
    1.0 / (1.0 + having)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_lines_and_headings_become_passages() {
        let parsed = parse(
            "You are kind.\n\n## Knowledge\nQ: When do you open?\nA: At 8.\nEvery day.\n\n### Bread\n- Rye costs 90 TL\n[2] Sourdough costs 120 TL\n# Rules\nBe short.",
        );
        let texts: Vec<_> = parsed.passages.iter().map(|it| it.text.as_str()).collect();
        assert_eq!(texts, ["At 8. Every day.", "Rye costs 90 TL", "Sourdough costs 120 TL"]);
        assert_eq!(parsed.passages[1].key, "Bread");
    }

    #[test]
    fn without_a_mark_instructions_are_left_out() {
        let parsed = parse("You are the bakery's assistant.\nWe are in Kadikoy.\nNever lie.");
        assert_eq!(parsed.passages.len(), 1);
        assert_eq!(parsed.passages[0].text, "We are in Kadikoy.");
    }

    #[test]
    fn what_follows_a_closing_tag_is_not_knowledge() {
        let parsed = parse("<knowledge>\nWe sell rye.\n</knowledge>\nDo you sell rye?");
        assert_eq!(parsed.passages.len(), 1);
        assert_eq!(parsed.rest.trim(), "Do you sell rye?");
    }

    #[test]
    fn the_best_passage_wins_and_a_stranger_loses() {
        let passages = parse(
            "Knowledge:\nOpening hours: Monday to Saturday 08:00 to 20:00\nRye bread costs 90 TL\nSourdough bread costs 120 TL",
        )
        .passages;
        let text = |question| best(&passages, question).map(|it| it.text.as_str());
        assert_eq!(text("How much is the sourdough bread?"), Some("Sourdough bread costs 120 TL"));
        assert!(text("what time do you close").is_some_and(|it| it.starts_with("Opening")));
        assert_eq!(text("Do you repair bicycles?"), None);
    }
}
