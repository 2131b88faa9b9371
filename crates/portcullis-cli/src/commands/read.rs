//! Listing and showing.

use std::num::NonZeroUsize;
use std::time::SystemTime;

use portcullis::api_key::{KeyFilter, KeyRecord};

use crate::failure::Failure;
use crate::output;
use crate::session::Session;
use crate::view::{COLUMNS, KeyView, table};

/// Which keys to list.
pub(crate) struct Wanted {
    pub(crate) owner: Option<String>,
    pub(crate) tenant: Option<String>,
    pub(crate) standing: Option<String>,
    pub(crate) after: Option<String>,
    pub(crate) limit: Option<NonZeroUsize>,
}

pub(crate) async fn show(session: &Session, id: &str) -> Result<(), Failure> {
    session.show(&session.keys.get(id).await?).await
}

/// A page of the store at a time is written as it comes, so that any number of keys needs little memory.
pub(crate) async fn list(session: &Session, wanted: Wanted) -> Result<(), Failure> {
    let not_before = session.keys.not_before().await?;
    let mut left = wanted.limit.map_or(usize::MAX, NonZeroUsize::get);
    let mut pages = Pages::new(wanted.owner, wanted.tenant, wanted.after);
    let mut heading = Some(COLUMNS.map(str::to_owned));
    while let Some(page) = pages.next(session).await? {
        let views = page.iter().map(|record| KeyView::new(record, SystemTime::now(), not_before));
        let right = |view: &KeyView<'_>| wanted.standing.as_ref().is_none_or(|standing| view.has_standing(standing));
        let views: Vec<KeyView<'_>> = views.filter(right).take(left).collect();
        left -= views.len();
        if session.json() {
            views.iter().try_for_each(|view| view.write(true))?;
        } else if !views.is_empty() {
            let rows: Vec<[String; 8]> = heading.take().into_iter().chain(views.iter().map(KeyView::cells)).collect();
            output::write(&table(&rows))?;
        }
        if left == 0 {
            break;
        }
    }
    if heading.is_some() && !session.json() {
        output::note("no keys");
    }
    Ok(())
}

/// Records, page by page.
pub(super) struct Pages(Option<KeyFilter>);

impl Pages {
    pub(super) fn new(owner: Option<String>, tenant: Option<String>, after: Option<String>) -> Self {
        let filter = KeyFilter::all().limit(KeyFilter::MAX_LIMIT);
        let filter = owner.into_iter().fold(filter, KeyFilter::owner);
        let filter = tenant.into_iter().fold(filter, KeyFilter::tenant);
        Self(Some(after.into_iter().fold(filter, KeyFilter::after)))
    }

    pub(super) async fn next(&mut self, session: &Session) -> Result<Option<Vec<KeyRecord>>, Failure> {
        let Some(filter) = self.0.take() else { return Ok(None) };
        let page = session.keys.list(&filter).await?;
        if let Some(last) = page.last().filter(|_| page.len() == filter.limit) {
            self.0 = Some(filter.after(&last.id));
        }
        Ok(Some(page))
    }
}
