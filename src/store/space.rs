//! How much room the archive takes, and how much its disk has left.

use std::io;

use crate::store::{Store, disk::Disk, error::StoreError};

/// Room on the disk of the archive, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Space {
    /// What the archive takes.
    pub taken: u64,
    /// What the program may still use; quotas and what is kept for the administrator are left out.
    pub free: u64,
}

impl Store {
    /// How much room the archive takes, and how much is left.
    pub async fn space(&self) -> Result<Space, StoreError> {
        self.blocking(|rooms| space(&rooms.disk)).await
    }
}

fn space(disk: &Disk) -> Result<Space, StoreError> {
    let trouble = |why: String| StoreError::Disk {
        dir: disk.dir.clone(),
        verb: "measured",
        why,
    };
    let system = rustix::fs::statvfs(&disk.dir)
        .map_err(|error| trouble(io::Error::from(error).to_string()))?;
    Ok(Space {
        taken: disk.size()?,
        free: system.f_bavail.saturating_mul(system.f_frsize),
    })
}
