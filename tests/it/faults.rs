//! What was tried on the program: faults of the disk, the clock, the network and the channels, each by a test.

mod clock;
mod network;
mod shim;
mod store;
