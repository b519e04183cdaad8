//! GOV.UK, read as structure: what the Content API tells, and how pages and interface stand in for each other.

mod corpus;
mod items;
mod stated;
mod visits;
