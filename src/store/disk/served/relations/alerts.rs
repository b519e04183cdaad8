//! What became of alerts.

use crate::model::{AlertId, DeliveryOutcome, MessageId};
use crate::store::disk::served::relations::Relations;
use crate::store::error::StoreError;
use crate::store::relations::clean;

/// The alerts that a message pays: itself, and those for which it was composed.
const PAID: &str = "with paid as (select $1::bigint as entry, $2::integer as place
    union select (one ->> 'entry')::bigint, (one ->> 'index')::integer from alerts a join entries e on e.no = a.message,
        jsonb_array_elements(e.fact -> 'alerts') as one where a.entry = $1 and a.place = $2)";

impl Relations<'_> {
    /// Notes of which change the alerts of an entry tell.
    pub(super) fn tell_of(self, entry: i64, of: i64) -> Result<(), StoreError> {
        self.run(
            "update alerts a set watch = c.watch from changes c where a.entry = $1 and c.entry = $2",
            &[&entry, &of],
        )
    }

    /// Notes that this entry is the message that pays these alerts.
    pub(super) fn compose(self, entry: i64, alerts: &[AlertId]) -> Result<(), StoreError> {
        for alert in alerts {
            let (of, place) = named(*alert);
            self.run(
                "update alerts set message = $3 where entry = $1 and place = $2",
                &[&of, &place, &entry],
            )?;
        }
        Ok(())
    }

    /// Settles the alerts that a message pays.
    pub(super) fn deliver(
        self,
        entry: i64,
        message: MessageId,
        outcome: &DeliveryOutcome,
    ) -> Result<(), StoreError> {
        let (of, place) = named(message);
        let (word, receipt, reason) = match outcome {
            DeliveryOutcome::Sent { id } => ("sent", Some(id), None),
            DeliveryOutcome::GivenUp { reason } => ("given-up", None, Some(reason)),
            DeliveryOutcome::Dropped { why, .. } => ("dropped", None, Some(why)),
        };
        let [receipt, reason] = [receipt, reason].map(|text| text.map(|text| clean(text)));
        let sql = format!(
            "{PAID}, told as (insert into deliveries select $3::bigint, a.entry, a.place, a.watch, a.destination, e.at, $4::text, $5::text, $6::text
                 from alerts a join paid using (entry, place) join entries e on e.no = $3::bigint on conflict do nothing)
             update alerts a set outcome = $4::text, settled_at = e.at from paid, entries e
                 where a.entry = paid.entry and a.place = paid.place and e.no = $3::bigint"
        );
        self.run(&sql, &[&of, &place, &entry, &word, &receipt, &reason])
    }

    /// Puts the alerts of a message back among those owed.
    pub(super) fn owe_again(self, message: MessageId) -> Result<(), StoreError> {
        let (of, place) = named(message);
        let sql = format!(
            "{PAID} update alerts a set outcome = 'owed', settled_at = null from paid
             where a.entry = paid.entry and a.place = paid.place"
        );
        self.run(&sql, &[&of, &place])
    }
}

fn named(alert: AlertId) -> (i64, i32) {
    let place = i32::try_from(alert.index).unwrap_or(i32::MAX);
    (alert.entry as i64, place)
}
