//! Additional data of an authenticated encryption: what the ciphertext is bound to without containing it.

/// Concatenates fields, each after its length, so that no two different lists of fields give the same bytes:
/// without the lengths, table `a` with column `bc` would be the same place as table `ab` with column `c`.
pub(crate) fn encode(fields: &[&[u8]]) -> Vec<u8> {
    let mut encoded = Vec::with_capacity(fields.iter().map(|field| 8 + field.len()).sum());
    for field in fields {
        encoded.extend_from_slice(&(field.len() as u64).to_be_bytes());
        encoded.extend_from_slice(field);
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::encode;

    #[test]
    fn fields_cannot_run_into_each_other() {
        assert_ne!(encode(&[b"a", b"bc"]), encode(&[b"ab", b"c"]));
        assert_ne!(encode(&[b"abc"]), encode(&[b"abc", b""]));
        assert_eq!(encode(&[b"a", b"bc"]), encode(&[b"a", b"bc"]));
    }
}
