//! Which form an answer takes (`Accept`), how long it may be kept, and whether the client has it already.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::form::{Form, HAL_MEDIA};
use crate::problem::Problem;

/// Gives a success the form that the client asked for. A form that there is not is refused before anything is done.
///
/// The entity tag is a mark of the very bytes, media type included: what is shown depends on the caller's roles, which a
/// version does not know. A handler that knows the version has set it as the tag; it stays in front, for `If-Match`.
pub(crate) async fn represented(State(form): State<Form>, request: Request, next: Next) -> Response {
    let accept = listed(request.headers(), &header::ACCEPT);
    let Some(media) = chosen(accept.as_deref(), form.media()) else {
        return Problem::not_acceptable(form.media()).into_response();
    };
    let reads = [Method::GET, Method::HEAD].contains(request.method());
    let known = listed(request.headers(), &header::IF_NONE_MATCH).filter(|_| reads);
    let response = next.run(request).await;
    if !response.status().is_success() {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(mut body) = to_bytes(body, usize::MAX).await else { return Problem::internal().into_response() };
    if form == Form::Resource && media != HAL_MEDIA[0] {
        match serde_json::from_slice(&body) {
            Ok(document) => body = without_templates(document).to_string().into(),
            Err(_) => return Problem::internal().into_response(),
        }
    }
    let (keep, vary) = form.keeping();
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    parts.headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    parts.headers.insert(header::VARY, HeaderValue::from_static(vary));
    if form != Form::Feed {
        let version = parts.headers.get(header::ETAG).and_then(|tag| tag.to_str().ok());
        let tag = tag(version, media, &body);
        let unchanged = known.is_some_and(|known| names(&known, &tag));
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            parts.headers.insert(header::ETAG, tag);
        }
        if unchanged {
            parts.status = StatusCode::NOT_MODIFIED;
            parts.headers.remove(header::CONTENT_TYPE);
            return Response::from_parts(parts, Body::empty());
        }
    }
    Response::from_parts(parts, Body::from(body))
}

/// The best of `offers` for the client, the first of those it likes equally well; none where it will have none of them.
fn chosen(accept: Option<&str>, offers: &[&'static str]) -> Option<&'static str> {
    let Some(accept) = accept.filter(|accept| !accept.trim().is_empty()) else {
        return offers.first().copied();
    };
    let ranges: Vec<(&str, u16)> = accept.split(',').filter_map(range).collect();
    let mut best = None;
    for offer in offers {
        let kind = offer.split('/').next().unwrap_or_default();
        // The most exact range speaks for an offer, be it to forbid it.
        let exact = |range: &str| match range {
            "*/*" => Some(0),
            _ if range.strip_suffix("/*").is_some_and(|range| range.eq_ignore_ascii_case(kind)) => Some(1),
            _ => range.eq_ignore_ascii_case(offer).then_some(2),
        };
        let speaks = ranges.iter().filter_map(|(range, quality)| Some((exact(range)?, *quality)));
        let quality = speaks.max().map_or(0, |(_, quality)| quality);
        if quality > best.map_or(0, |(_, best)| best) {
            best = Some((*offer, quality));
        }
    }
    best.map(|(offer, _)| offer)
}

/// A media range with its quality in thousandths; none where it cannot be read.
fn range(text: &str) -> Option<(&str, u16)> {
    let mut parts = text.split(';').map(str::trim);
    let range = parts.next().filter(|range| range.contains('/'))?;
    let quality = parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")));
    let quality: f64 =
        quality.map_or(Ok(1.0), str::parse).ok().filter(|quality| (0.0..=1.0).contains(quality))?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 1000")]
    let thousandths = (quality * 1_000.0) as u16;
    Some((range, thousandths))
}

fn without_templates(mut document: Value) -> Value {
    if let Some(members) = document.as_object_mut() {
        members.remove("_templates");
        if let Some(Value::Array(items)) = members.get_mut("_embedded").and_then(|all| all.get_mut("items")) {
            for item in items.iter_mut().filter_map(Value::as_object_mut) {
                item.remove("_templates");
            }
        }
    }
    document
}

fn tag(version: Option<&str>, media: &str, body: &[u8]) -> String {
    let digest = Sha256::new().chain_update(media).chain_update([0]).chain_update(body).finalize();
    let mark: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    match version {
        Some(version) => format!("\"{}-{mark}\"", version.trim_matches('"')),
        None => format!("\"{mark}\""),
    }
}

/// Whether a list of entity tags names this one; to read again, a weak one will do.
fn names(list: &str, tag: &str) -> bool {
    let mut tags = list.split(',').map(str::trim);
    tags.any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

/// The values of a header that is a list, from all its lines.
pub(crate) fn listed(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let lines: Vec<_> =
        headers.get_all(name).iter().map(|value| value.to_str().unwrap_or_default().trim()).collect();
    (!lines.is_empty()).then(|| lines.join(","))
}

#[cfg(test)]
mod tests {
    use super::{HAL_MEDIA, chosen};

    #[test]
    fn the_client_is_given_what_it_likes_best() {
        let [forms, hal, json] = [HAL_MEDIA[0], HAL_MEDIA[1], HAL_MEDIA[2]];
        for (accept, form) in [
            ("", Some(forms)),
            ("*/*", Some(forms)),
            ("application/*", Some(forms)),
            ("application/json", Some(json)),
            ("Application/HAL+JSON", Some(hal)),
            ("text/html, application/xhtml+xml, */*;q=0.8", Some(forms)),
            ("application/json;q=0.5, application/hal+json;q=0.9", Some(hal)),
            ("application/json, */*;q=0.1", Some(json)),
            ("application/prs.hal-forms+json;q=0, */*", Some(hal)),
            ("application/json;charset=utf-8;q=0.3", Some(json)),
            ("*/*;q=0", None),
            ("text/html", None),
            ("application/json;q=0", None),
            ("nonsense", None),
            ("application/json;q=much", None),
        ] {
            assert_eq!(chosen(Some(accept), HAL_MEDIA), form, "{accept}");
        }
        assert_eq!(chosen(None, HAL_MEDIA), Some(forms));
    }
}
