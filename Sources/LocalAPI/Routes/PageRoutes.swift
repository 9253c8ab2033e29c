import CWebPage
import HTTPTypes
import Hummingbird

/// The page for people: three files that need no password; what they show comes from the calls that do.
func pageRoutes() -> [Route] {
    [
        asset("/", "The page", "text/html; charset=utf-8", lp_page_html()),
        asset("/page.css", "The page's style", "text/css; charset=utf-8", lp_page_css()),
        asset("/page.js", "The page's program", "text/javascript; charset=utf-8", lp_page_js()),
    ]
}

private func asset(_ path: String, _ summary: String, _ type: String, _ file: lp_asset) -> Route {
    let bytes = Array(UnsafeBufferPointer(start: file.bytes, count: file.count))
    return Route(.get, path, summary, isPublic: true) { _ in
        .text(
            bytes, type,
            headers: [
                // Nothing from elsewhere, no inline program, in nobody's frame.
                .contentSecurityPolicy:
                    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
                    + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
            ])
    }
}
