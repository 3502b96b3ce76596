use std::{
    fs::{File, OpenOptions},
    net::{SocketAddr, TcpListener},
};

use uuid::Uuid;

/// An address of this machine that no other test is given while this is kept, whether somebody listens there or not: a
/// server may be killed and started on it again.
#[derive(Debug)]
pub struct FreeAddress {
    pub address: SocketAddr,
    #[expect(dead_code, reason = "locked while it is open")]
    taken: File,
}

impl FreeAddress {
    /// Below the ports that systems hand out for outgoing connections.
    ///
    /// # Panics
    /// Where temporary files cannot be written.
    pub fn take() -> Self {
        std::iter::repeat_with(|| 10_000 + u16::try_from(Uuid::new_v4().as_u128() % 10_000).expect("small enough"))
            .find_map(Self::at)
            .expect("there is always another")
    }

    /// `None`: another test has it, or somebody listens.
    fn at(port: u16) -> Option<Self> {
        let folder = std::env::temp_dir().join("switchboard-test-ports");
        std::fs::create_dir_all(&folder).expect("a folder for locks");
        let file = OpenOptions::new().create(true).append(true).open(folder.join(port.to_string())).expect("a lock");
        file.try_lock().ok()?;
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        TcpListener::bind(address).ok()?;
        Some(Self { address, taken: file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_belongs_to_one_test_for_as_long_as_it_keeps_it() {
        let first = FreeAddress::take();
        let port = first.address.port();
        assert!(FreeAddress::at(port).is_none(), "nobody listens there, but it is taken");
        drop(first);
        assert!(FreeAddress::at(port).is_some());
    }
}
