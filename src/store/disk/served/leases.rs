//! What only one member does at a time is leased to it, until it gives it back or is gone.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::store::disk::served::Served;
use crate::store::error::StoreError;
use crate::store::locked;

impl Served {
    /// Of these, what is leased to this process: what is free is leased to it now, so many at most where a number is said.
    pub(in crate::store::disk) fn claim(
        &self,
        names: &[String],
        most: Option<usize>,
    ) -> Result<BTreeSet<String>, StoreError> {
        let me = &self.member;
        let wanted: Vec<&String> = {
            let mine = locked(&me.leased);
            names.iter().filter(|name| !mine.contains(*name)).collect()
        };
        if !wanted.is_empty() {
            let most = i64::try_from(most.unwrap_or(wanted.len())).unwrap_or(i64::MAX);
            let known =
                "insert into leases (name) select unnest($1::text[]) on conflict do nothing";
            self.on(&self.signing, |session| session.query(known, &[&wanted]))?;
            let sql = "with free as (select name from leases
                     where name = any($1::text[]) and member is null and free_at <= clock_timestamp()
                         and exists (select 1 from members where no = $2 and not fenced)
                     order by name limit $3 for update skip locked)
                 update leases set member = $2 from free where leases.name = free.name returning leases.name";
            let rows = self.on(&self.signing, |session| {
                session.query(sql, &[&wanted, &me.no, &most])
            })?;
            locked(&me.leased).extend(rows.iter().map(|row| row.get::<_, String>(0)));
        }
        if !me.lives() {
            return Ok(BTreeSet::new());
        }
        let mine = locked(&me.leased);
        let of = names.iter().filter(|name| mine.contains(*name));
        Ok(of.cloned().collect())
    }

    /// How many of so many hosts are a fair share for each member that visits.
    pub(in crate::store::disk) fn share(&self, all: usize) -> Result<usize, StoreError> {
        let me = &self.member;
        let sql = "with mine as (update members set visits = true where no = $1 and not visits)
                   select count(*) from members where (visits or no = $1) and not fenced";
        let rows = self.on(&self.signing, |session| session.query(sql, &[&me.no]))?;
        let members = rows.first().map_or(1, |row| row.get::<_, i64>(0)).max(1);
        Ok(all.div_ceil(usize::try_from(members).unwrap_or(1)))
    }

    /// What is leased to this process.
    pub(in crate::store::disk) fn leased(&self) -> BTreeSet<String> {
        locked(&self.member.leased).clone()
    }

    /// Gives leases back; for a while nobody takes them up.
    pub(in crate::store::disk) fn release(
        &self,
        names: &[String],
        rest: Duration,
    ) -> Result<(), StoreError> {
        let me = &self.member;
        locked(&me.leased).retain(|name| !names.contains(name));
        let sql = "update leases set member = null, free_at = clock_timestamp() + $3 * interval '1 second'
                   where member = $1 and name = any($2::text[])";
        let seconds = rest.as_secs_f64();
        let done = self.on(&self.signing, |session| {
            session.query(sql, &[&me.no, &names, &seconds])
        });
        done.map(drop)
    }

    /// Who has what is leased under this name.
    pub(in crate::store::disk) fn lessee(&self, name: &str) -> Result<Option<String>, StoreError> {
        let sql = "select holder from members join leases on member = no where name = $1";
        let rows = self.rows(sql, &[&name])?;
        Ok(rows.first().map(|row| row.get(0)))
    }
}
