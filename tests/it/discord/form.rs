//! Reads the body of a request: JSON, or a form of `payload_json`, `files[0]`, `files[1]` and so on.

use axum::http::HeaderMap;
use serde_json::Value;

/// A file as it was sent: name and text.
pub type Sent = (String, String);

/// The JSON and the files of a body; `None` where it is neither JSON nor such a form, or where the JSON declares others.
pub fn read(headers: &HeaderMap, body: &[u8]) -> Option<(Value, Vec<Sent>)> {
    let kind = headers.get("content-type")?.to_str().ok()?;
    if kind.starts_with("application/json") {
        return Some((serde_json::from_slice(body).ok()?, Vec::new()));
    }
    let boundary = kind.strip_prefix("multipart/form-data; boundary=")?;
    let body = std::str::from_utf8(body).ok()?;
    let mut json = None;
    let mut files: Vec<Sent> = Vec::new();
    for part in body.split(&format!("--{boundary}")) {
        let Some((head, content)) = part.split_once("\r\n\r\n") else {
            continue;
        };
        let content = content.strip_suffix("\r\n")?;
        if head.contains("name=\"payload_json\"") {
            json = serde_json::from_str(content).ok();
        } else if head.contains(&format!("name=\"files[{}]\"", files.len())) {
            let name = head.split("filename=\"").nth(1)?.split('"').next()?;
            files.push((name.to_owned(), content.to_owned()));
        }
    }
    let json: Value = json?;
    let declared = json.pointer("/attachments")?.as_array()?;
    let names = declared.iter().map(|file| file["filename"].as_str());
    let agree = names.eq(files.iter().map(|(name, _)| Some(name.as_str())));
    let numbers = declared.iter().map(|file| file["id"].as_str());
    let numbered = numbers.eq(["0", "1", "2"].into_iter().take(files.len()).map(Some));
    (agree && numbered && !files.is_empty()).then_some((json, files))
}
