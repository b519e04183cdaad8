//! The address of a database that the archive can be kept in.

use url::Url;

/// Why a text is no such address. It is not repeated: there may be a password in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NoDatabase {
    /// It is none of a PostgreSQL database.
    #[error("that is no address of a PostgreSQL database")]
    Another,
    /// It has a password, which belongs elsewhere.
    #[error("a password does not belong in the address of a database")]
    Locked,
}

/// The address of a PostgreSQL database, as it is compared and kept: without a password.
///
/// # Errors
/// Where it is something else.
pub fn database(text: &str) -> Result<String, NoDatabase> {
    let url = Url::parse(text.trim()).map_err(|_| NoDatabase::Another)?;
    if !matches!(url.scheme(), "postgres" | "postgresql") {
        return Err(NoDatabase::Another);
    }
    let named = url.query_pairs().any(|(key, _)| key == "password");
    match named || url.password().is_some() {
        true => Err(NoDatabase::Locked),
        false => Ok(url.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_of_postgresql_and_has_no_password() {
        for (text, expected) in [
            (
                " postgres://a@b.example/c ",
                Ok("postgres://a@b.example/c".to_owned()),
            ),
            (
                "postgresql:///c?host=/run/postgresql",
                Ok("postgresql:///c?host=/run/postgresql".to_owned()),
            ),
            ("mysql://a@b/c", Err(NoDatabase::Another)),
            ("b.example", Err(NoDatabase::Another)),
            ("postgres://a:secret@b/c", Err(NoDatabase::Locked)),
            ("postgres://a@b/c?password=secret", Err(NoDatabase::Locked)),
        ] {
            assert_eq!(database(text), expected, "{text}");
        }
    }
}
