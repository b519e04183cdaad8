//! Says a change, in one sentence, as a redline, and as a message.

pub mod fit;
pub mod harmless;
pub mod message;
pub mod redline;
pub mod sentence;
pub mod times;
