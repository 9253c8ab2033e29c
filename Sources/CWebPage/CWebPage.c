#include "CWebPage.h"

static const unsigned char html[] = {
#embed "page.html"
};
static const unsigned char css[] = {
#embed "page.css"
};
static const unsigned char js[] = {
#embed "page.js"
};

lp_asset lp_page_html(void) { return (lp_asset){html, sizeof html}; }
lp_asset lp_page_css(void) { return (lp_asset){css, sizeof css}; }
lp_asset lp_page_js(void) { return (lp_asset){js, sizeof js}; }
