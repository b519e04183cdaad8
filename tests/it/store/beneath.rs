//! The tables beneath a closed archive, to look at what lies there or to damage it: sled's, or PostgreSQL's.

use std::path::Path;
use std::sync::Mutex;

use crate::postgres;

/// What lies beneath a closed archive.
pub enum Beneath {
    Sled(sled::Db),
    // A thread that has no runtime of its own asks it.
    Postgres(String),
}

/// One table of it.
pub enum Table {
    Sled(sled::Tree),
    Postgres(String, String),
}

/// Opens what lies beneath a closed archive.
pub fn raw(dir: &Path) -> Beneath {
    if postgres::asked_for().is_some() {
        let address = std::fs::read_to_string(dir.join("database")).expect("a database");
        return Beneath::Postgres(address.trim().to_owned());
    }
    let config = sled::Config::new()
        .path(dir.join("sled"))
        .segment_size(8 << 20);
    // sled's own threads may hold its lock for a moment after the archive is closed.
    loop {
        match config.open() {
            Err(sled::Error::Io(error)) if error.to_string().contains("acquire lock") => {
                std::thread::yield_now();
            }
            opened => return Beneath::Sled(opened.expect("sled")),
        }
    }
}

impl Beneath {
    pub fn tree(&self, name: &str) -> Table {
        match self {
            Beneath::Sled(db) => Table::Sled(db.open_tree(name).expect("a tree")),
            Beneath::Postgres(address) => Table::Postgres(address.clone(), name.to_owned()),
        }
    }

    /// The views, which have a generation in their name.
    pub fn views(&self) -> Table {
        let names = match self {
            Beneath::Sled(db) => {
                let names = db.tree_names().into_iter();
                names
                    .map(|name| String::from_utf8(name.to_vec()).expect("text"))
                    .collect()
            }
            Beneath::Postgres(address) => {
                let sql = "select convert_to(tablename::text, 'UTF8'), ''::bytea from pg_tables where schemaname = current_schema()";
                let rows = asked(address, sql, &[]).into_iter();
                rows.map(|(name, _)| String::from_utf8(name).expect("text"))
                    .collect::<Vec<_>>()
            }
        };
        let name = names.iter().find(|name| name.starts_with("views-"));
        self.tree(name.expect("views"))
    }
}

impl Table {
    pub fn get(&self, key: impl AsRef<[u8]>) -> Option<Vec<u8>> {
        match self {
            Table::Sled(tree) => tree.get(key).expect("sled").map(|value| value.to_vec()),
            Table::Postgres(address, name) => {
                let sql = format!("select key, value from \"{name}\" where key = $1");
                asked(address, &sql, &[key.as_ref()])
                    .pop()
                    .map(|(_, value)| value)
            }
        }
    }

    pub fn insert(&self, key: impl AsRef<[u8]>, value: impl AsRef<[u8]>) {
        match self {
            Table::Sled(tree) => drop(tree.insert(key, value.as_ref()).expect("sled")),
            Table::Postgres(address, name) => {
                let sql = format!(
                    "insert into \"{name}\" values ($1, $2) on conflict (key) do update set value = excluded.value returning key, value"
                );
                asked(address, &sql, &[key.as_ref(), value.as_ref()]);
            }
        }
    }

    pub fn remove(&self, key: impl AsRef<[u8]>) {
        match self {
            Table::Sled(tree) => drop(tree.remove(key).expect("sled")),
            Table::Postgres(address, name) => {
                let sql = format!("delete from \"{name}\" where key = $1 returning key, value");
                asked(address, &sql, &[key.as_ref()]);
            }
        }
    }

    pub fn clear(&self) {
        for (key, _) in self.rows() {
            self.remove(key);
        }
    }

    /// All rows, in the order of their keys.
    pub fn rows(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        match self {
            Table::Sled(tree) => {
                let rows = tree.iter().map(|row| row.expect("a row"));
                rows.map(|(key, value)| (key.to_vec(), value.to_vec()))
                    .collect()
            }
            Table::Postgres(address, name) => {
                let sql = format!("select key, value from \"{name}\" order by key");
                asked(address, &sql, &[])
            }
        }
    }
}

fn asked(address: &str, sql: &str, values: &[&[u8]]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let answered = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let values: Vec<&(dyn ::postgres::types::ToSql + Sync)> = (values.iter())
                .map(|value| value as &(dyn ::postgres::types::ToSql + Sync))
                .collect();
            let rows = postgres::client(address)
                .query(sql, &values)
                .expect("asked");
            let rows = rows.iter().map(|row| (row.get(0), row.get(1)));
            *answered.lock().expect("no panic") = rows.collect();
        });
    });
    answered.into_inner().expect("no panic")
}
