//! How far something is that takes long, on a terminal; nothing in a pipe and with JSON.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::sync::mpsc;

use crate::cli::screen::Screen;

/// A bar for a walk through the journal.
pub(super) fn entries(screen: &Screen) -> ProgressBar {
    like(screen, "{bar:30} {pos}/{len} entries, {eta} to go")
}

/// A bar that looks like this.
pub(super) fn like(screen: &Screen, template: &str) -> ProgressBar {
    drawn(ProgressBar::new(0), screen, template)
}

/// A line that looks like this, of something whose end is not known.
pub(super) fn endless(screen: &Screen, template: &str) -> ProgressBar {
    drawn(ProgressBar::new_spinner(), screen, template)
}

fn drawn(bar: ProgressBar, screen: &Screen, template: &str) -> ProgressBar {
    if screen.json || !screen.watched {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}

/// Shows that so much of all is done.
pub(super) fn show(bar: &ProgressBar, done: u64, all: u64) {
    bar.set_length(all);
    bar.set_position(done);
}

/// Walks through the journal, and shows meanwhile how far that is.
pub(super) async fn over_entries<T>(
    screen: &Screen,
    walk: impl AsyncFnOnce(mpsc::Sender<(u64, u64)>) -> T,
) -> T {
    let bar = entries(screen);
    let (tell, mut told) = mpsc::channel(1);
    let watching = async {
        while let Some((done, all)) = told.recv().await {
            show(&bar, done, all);
        }
    };
    let (outcome, ()) = tokio::join!(walk(tell), watching);
    bar.finish_and_clear();
    outcome
}
