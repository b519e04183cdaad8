//! How far a walk through the archive is, for whoever watches.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::screen::Screen;

/// A bar on a terminal; nothing in a pipe and with JSON.
pub(super) fn bar(screen: &Screen) -> ProgressBar {
    let bar = ProgressBar::new(0);
    if screen.json || !screen.watched {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} entries, {eta} to go") {
        bar.set_style(style);
    }
    bar
}
