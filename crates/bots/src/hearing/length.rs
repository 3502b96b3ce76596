//! How long a voice note is, as far as its file tells.

use std::time::Duration;

/// What begins a page of an Ogg file (RFC 3533).
const PAGE: &[u8] = b"OggS";
/// What begins a stream of Opus (RFC 7845), which counts in 48,000ths of a second whatever it was recorded in.
const OPUS: &[u8] = b"OpusHead";
const PER_MILLISECOND: u64 = 48;
/// Where a page says how far it goes.
const POSITION: usize = 6;

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
    use std::time::Duration;

    fn page(position: u64, body: &[u8]) -> Vec<u8> {
        [b"OggS\0\0".as_slice(), &position.to_le_bytes(), &[0; 14], body].concat()
    }

    #[test]
    fn a_voice_note_tells_how_long_it_is() {
        let note = [page(0, b"OpusHead"), page(48_000, b"sound"), page(48_000 * 75 + 7, b"more")].concat();
        assert_eq!(super::of(&note), Some(Duration::from_secs(75)));
    }

    #[test]
    fn what_is_something_else_or_broken_tells_nothing() {
        assert_eq!(super::of(b""), None);
        assert_eq!(super::of(b"ID3 a song"), None);
        assert_eq!(super::of(b"OpusHead OggS"), None);
    }
}
