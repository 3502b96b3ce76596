//! How long a voice note is, as far as its file tells.

use std::time::Duration;

use switchboard_store::TranscriptProblem;

const LONGEST: Duration = Duration::from_mins(15);
/// In bytes, of what does not tell how long it is, which only voice notes do: as much as [`LONGEST`] takes at 64 kbit/s,
/// about twice what phones record speech with. What is denser is refused a little early, what is thinner may be longer.
const LARGEST_UNTIMED: usize = 7_200_000;

/// What begins a page of an Ogg file (RFC 3533).
const PAGE: &[u8] = b"OggS";
/// What begins a stream of Opus (RFC 7845), which counts in 48,000ths of a second whatever it was recorded in.
const OPUS: &[u8] = b"OpusHead";
const PER_MILLISECOND: u64 = 48;
/// Where a page says how far it goes.
const POSITION: usize = 6;

/// Why nobody is to listen to it. `length`: as far as the file tells.
pub(super) fn problem(file: &[u8], length: Option<Duration>) -> Option<TranscriptProblem> {
    match length {
        Some(length) => (length > LONGEST).then_some(TranscriptProblem::TooLong),
        None => (file.len() > LARGEST_UNTIMED).then_some(TranscriptProblem::TooLarge),
    }
}

/// `None`: it is no voice note of WhatsApp's, all of which are Opus in Ogg.
pub(super) fn of(file: &[u8]) -> Option<Duration> {
    let head = &file[..file.len().min(128)];
    head.windows(OPUS.len()).find(|window| *window == OPUS)?;
    let last = file.windows(PAGE.len()).rposition(|window| window == PAGE)?;
    let position = file.get(last + POSITION..last + POSITION + 8)?;
    Some(Duration::from_millis(u64::from_le_bytes(position.try_into().ok()?) / PER_MILLISECOND))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(position: u64, body: &[u8]) -> Vec<u8> {
        [b"OggS\0\0".as_slice(), &position.to_le_bytes(), &[0; 14], body].concat()
    }

    #[test]
    fn a_voice_note_tells_how_long_it_is() {
        let note = [page(0, b"OpusHead"), page(48_000, b"sound"), page(48_000 * 75 + 7, b"more")].concat();
        assert_eq!(of(&note), Some(Duration::from_secs(75)));
    }

    #[test]
    fn what_is_something_else_or_broken_tells_nothing() {
        assert_eq!(of(b""), None);
        assert_eq!(of(b"ID3 a song"), None);
        assert_eq!(of(b"OpusHead OggS"), None);
    }

    #[test]
    fn what_does_not_tell_how_long_it_is_is_listened_to_as_far_as_it_is_small() {
        let song = |bytes: usize| [b"#!AMR\n".as_slice(), &vec![7; bytes - 6]].concat();
        let problem = |file: &[u8]| problem(file, of(file));
        assert_eq!(problem(&song(LARGEST_UNTIMED)), None);
        assert_eq!(problem(&song(LARGEST_UNTIMED + 1)), Some(TranscriptProblem::TooLarge));
        let note = |seconds: u64| [page(0, b"OpusHead"), page(48_000 * seconds, b"sound")].concat();
        assert_eq!(problem(&[note(1), vec![7; LARGEST_UNTIMED], page(48_000, b"more")].concat()), None);
        assert_eq!(problem(&note(15 * 60)), None);
        assert_eq!(problem(&note(15 * 60 + 1)), Some(TranscriptProblem::TooLong));
    }
}
