use http::Uri;
use http::uri::Scheme;
use uuid::Uuid;

use crate::error_body::ErrorBody;

/// Where the service keeps the photo that it fetched from `source`: somewhere new every time.
///
/// The sandbox fetches nothing.
pub(crate) fn rehost(source: &str) -> Result<String, ErrorBody> {
    if is_https(source) {
        Ok(format!(
            "https://cdn.linqapp.com/contact-card/{}.jpg",
            Uuid::new_v4()
        ))
    } else {
        Err(ErrorBody::INVALID_PARAMETER)
    }
}

fn is_https(url: &str) -> bool {
    url.parse::<Uri>().is_ok_and(|uri| {
        uri.scheme() == Some(&Scheme::HTTPS) && uri.host().is_some_and(|host| !host.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rehosting_has_a_url_of_its_own() {
        let source = "https://example.com/photo.jpg";
        let [first, second] = [source; 2].map(|source| rehost(source).unwrap());
        for url in [&first, &second] {
            assert!(
                url.starts_with("https://cdn.linqapp.com/contact-card/"),
                "{url}"
            );
        }
        assert_ne!(first, second);
    }

    #[test]
    fn absolute_https_urls_are_accepted() {
        for url in [
            "https://example.com",
            "https://example.com:8443/photo.jpg?size=2&name=a%20b",
            "HTTPS://EXAMPLE.COM/photo.jpg",
            "https://[2001:db8::1]/photo.jpg",
        ] {
            assert!(rehost(url).is_ok(), "{url}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for url in [
            "",
            " ",
            "photo.jpg",
            "/photo.jpg",
            "//example.com/photo.jpg",
            "example.com/photo.jpg",
            "http://example.com/photo.jpg",
            "ftp://example.com/photo.jpg",
            "data:image/png;base64,AAAA",
            "https:",
            "https://",
            "https:///photo.jpg",
            "https://:443/photo.jpg",
            "https:example.com",
            "https://example.com/a photo.jpg",
            " https://example.com/photo.jpg",
        ] {
            assert_eq!(rehost(url).map_err(|error| error.code), Err(1005), "{url}");
        }
    }
}
