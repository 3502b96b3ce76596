//! How long a voice note is, as far as its file tells.

/// What begins a page of an Ogg file (RFC 3533).
const PAGE: &[u8] = b"OggS";
/// What begins a stream of Opus (RFC 7845), which counts in 48,000ths of a second whatever it was recorded in.
const OPUS: &[u8] = b"OpusHead";
const RATE: u64 = 48_000;
/// Where a page says how far it goes.
const POSITION: usize = 6;

/// In seconds; `None`: it is no voice note of WhatsApp's, all of which are Opus in Ogg.
pub(super) fn seconds(file: &[u8]) -> Option<u64> {
    let head = &file[..file.len().min(128)];
    head.windows(OPUS.len()).find(|window| *window == OPUS)?;
    let last = file.windows(PAGE.len()).rposition(|window| window == PAGE)?;
    let position = file.get(last + POSITION..last + POSITION + 8)?;
    Some(u64::from_le_bytes(position.try_into().ok()?) / RATE)
}

#[cfg(test)]
mod tests {
    use super::seconds;

    fn page(position: u64, body: &[u8]) -> Vec<u8> {
        [b"OggS\0\0".as_slice(), &position.to_le_bytes(), &[0; 14], body].concat()
    }

    #[test]
    fn a_voice_note_tells_how_long_it_is() {
        let note = [page(0, b"OpusHead"), page(48_000, b"sound"), page(48_000 * 75 + 7, b"more")].concat();
        assert_eq!(seconds(&note), Some(75));
    }

    #[test]
    fn what_is_something_else_or_broken_tells_nothing() {
        assert_eq!(seconds(b""), None);
        assert_eq!(seconds(b"ID3 a song"), None);
        assert_eq!(seconds(b"OpusHead OggS"), None);
    }
}
