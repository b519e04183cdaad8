//! Which versions were read at which address.

use url::Url;

use crate::answers::{Request, Response};
use crate::export::surt;
use crate::model::{Version, WatchId};
use crate::web::api::versions_of;
use crate::web::problem::Problem;
use crate::web::wanted;
use crate::web::window::Window;

/// The versions that were read at addresses whose key passes, document by document, oldest first. Where a document is
/// watched at such an address and was never read there, for it led elsewhere, all of its versions.
pub(super) async fn versions_at(
    window: &Window,
    passes: impl Fn(&str) -> bool,
) -> Result<Vec<Version>, Problem> {
    let read_at = match window.ask(Request::ReadAt).await? {
        Response::ReadAt(read_at) => read_at,
        other => return Err(Problem::mistaken(&other)),
    };
    let key_passes = |url: &Url| passes(&surt::key(url));
    let mut found = Vec::new();
    let mut watched: Vec<WatchId> = Vec::new();
    for one in wanted::listed(window).await? {
        let own = Url::parse(&one.url);
        if one.version.is_some() && own.is_ok_and(|url| key_passes(&url)) {
            watched.push(one.id);
        }
    }
    for (id, urls) in read_at {
        let read = urls.iter().any(&key_passes);
        if !read && !watched.contains(&id) {
            continue;
        }
        let mut versions = versions_of(window, &id).await?;
        if read {
            versions.retain(|version| key_passes(&version.url));
        }
        found.extend(versions);
    }
    Ok(found)
}
