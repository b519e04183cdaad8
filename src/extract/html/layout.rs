//! Tells how elements stand on a page: on lines of their own, or to lay out others.

use scraper::node::Element;

use crate::extract::html::outline::{Holds, attribute};

/// A table that only lays things out: it says so, or holds what no cell of data holds.
pub fn is_layout(holds: Holds, element: &Element) -> bool {
    let role = attribute(element, "role").unwrap_or_default();
    matches!(role, "presentation" | "none")
        || holds.any(Holds::TABLE)
        || holds.any(Holds::HEADING) && !holds.any(Holds::HEADED)
}

/// Elements that begin a line of their own.
pub fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "caption"
            | "center"
            | "dd"
            | "details"
            | "dialog"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hgroup"
            | "hr"
            | "html"
            | "legend"
            | "li"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "option"
            | "p"
            | "pre"
            | "search"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
            | "ul"
    )
}
