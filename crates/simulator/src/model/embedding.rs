//! Vectors of texts: alike for texts that are about the same, in whatever words and language of the three.

use super::words::{concept, content_words};

/// The length of each.
const DIMENSIONS: usize = 96;
/// What has endings is the same word by its first letters.
const STEM: usize = 5;

/// Of length 1. Deterministic.
pub(crate) fn of(text: &str) -> Vec<f32> {
    let mut vector = vec![0.0_f32; DIMENSIONS];
    for word in content_words(text) {
        let stem: String = word.chars().take(STEM).collect();
        // A thing that many words stand for outweighs the word.
        match concept(&word) {
            Some(concept) => vector[place(&format!("concept {concept}"))] += 1.0,
            None => vector[place(&stem)] += 0.6,
        }
    }
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    if length == 0.0 {
        // Of nothing, and near nothing.
        vector[0] = 1.0;
        return vector;
    }
    vector.iter().map(|value| value / length).collect()
}

/// FNV-1a: the same on every machine.
fn place(word: &str) -> usize {
    let hash = word
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    1 + usize::try_from(hash % (DIMENSIONS as u64 - 1)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::of;

    fn alike(a: &str, b: &str) -> f32 {
        of(a).iter().zip(of(b)).map(|(a, b)| a * b).sum()
    }

    #[test]
    fn texts_about_the_same_are_alike_in_other_words_and_languages() {
        assert!(alike("Where can I leave my automobile?", "Is there parking?") > 0.6);
        assert!(alike("arabami nereye birakabilirim", "Is there parking?") > 0.5);
        assert!(alike("Where can I leave my automobile?", "Do you bake cakes?") < 0.2);
    }
}
