use thiserror::Error;

/// Why something sealed could not be opened.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CryptoError {
    /// Too short, of an unknown version, or a text that is not UTF-8.
    #[error("the sealed bytes are malformed")]
    Malformed,
    /// The master key that wrapped the data key is no longer in the ring.
    #[error("master key {0:?} is not in the key ring")]
    UnknownMasterKey(String),
    /// Altered, moved to another place, or sealed with another key. Which of them cannot be told.
    #[error("the sealed bytes do not belong to this key and place")]
    Refused,
}
