//! Reads the body of a request: JSON, or a form of `payload_json` and `files[0]`.

use axum::http::HeaderMap;
use serde_json::Value;

/// The JSON and the file of a body; `None` where it is neither JSON nor such a form.
pub fn read(headers: &HeaderMap, body: &[u8]) -> Option<(Value, Option<(String, String)>)> {
    let kind = headers.get("content-type")?.to_str().ok()?;
    if kind.starts_with("application/json") {
        return Some((serde_json::from_slice(body).ok()?, None));
    }
    let boundary = kind.strip_prefix("multipart/form-data; boundary=")?;
    let body = std::str::from_utf8(body).ok()?;
    let mut json = None;
    let mut file = None;
    for part in body.split(&format!("--{boundary}")) {
        let Some((head, content)) = part.split_once("\r\n\r\n") else {
            continue;
        };
        let content = content.strip_suffix("\r\n")?;
        if head.contains("name=\"payload_json\"") {
            json = serde_json::from_str(content).ok();
        } else if head.contains("name=\"files[0]\"") {
            let name = head.split("filename=\"").nth(1)?.split('"').next()?;
            file = Some((name.to_owned(), content.to_owned()));
        }
    }
    let json: Value = json?;
    let declared = json.pointer("/attachments/0/filename")?.as_str()?;
    let agree = file.as_ref().is_some_and(|(name, _)| name == declared);
    agree.then_some((json, file))
}
