//! Passes on to whoever asked how far something is.

use tokio::sync::mpsc;

use crate::answers::Progress;

/// Where what is done tells how far it is, and what passes that on until it has ended or whoever asked is gone: then nobody
/// listens to it any more, by which it knows to stop.
pub(super) fn while_asked<T>(
    heard: &mpsc::Sender<Progress>,
    as_progress: impl Fn(T) -> Progress,
) -> (mpsc::Sender<T>, impl Future<Output = ()>) {
    let (tell, mut told) = mpsc::channel(1);
    let passing_on = async move {
        while let Some(news) = told.recv().await {
            if heard.send(as_progress(news)).await.is_err() {
                break;
            }
        }
    };
    (tell, passing_on)
}

/// The same, but what is done is done to its end, whoever hears of it.
pub(super) fn to_the_end<T>(
    heard: &mpsc::Sender<Progress>,
    as_progress: impl Fn(T) -> Progress,
) -> (mpsc::Sender<T>, impl Future<Output = ()>) {
    let (tell, mut told) = mpsc::channel(64);
    let passing_on = async move {
        while let Some(news) = told.recv().await {
            heard.send(as_progress(news)).await.ok();
        }
    };
    (tell, passing_on)
}
