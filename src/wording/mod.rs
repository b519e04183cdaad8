//! Says a change, in one sentence, as a redline, and as a message.

mod amount;
pub mod buttons;
pub mod cite;
pub mod fit;
pub mod forgotten;
pub mod harmless;
pub mod label;
pub mod message;
pub mod redline;
pub mod route;
pub mod rows;
pub mod sentence;
pub mod separated;
pub mod stated;
pub mod times;
