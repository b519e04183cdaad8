//! Why nothing was said of a change, in four sorts.

/// Why nothing was said of a change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hushed {
    /// Somebody asked not to be told of it.
    Muted,
    /// It changes on nearly every visit, or goes back and forth.
    Noise,
    /// It mattered less than any route asks for.
    Below,
    /// Something else.
    Otherwise,
}

impl Hushed {
    /// The sort of a reason as it stands with the change.
    pub fn of(why: &str) -> Hushed {
        let noise = [
            "changes on nearly every visit",
            "goes back and forth",
            "only text around the main text",
        ];
        match why {
            _ if why.starts_with("muted by ") => Hushed::Muted,
            _ if why.starts_with("no route takes severity") => Hushed::Below,
            _ if noise.iter().any(|part| why.contains(part)) => Hushed::Noise,
            _ => Hushed::Otherwise,
        }
    }
}
