#pragma once
#include <stddef.h>

/// A file of the web page, as it was when this was compiled.
typedef struct {
    const unsigned char *bytes;
    size_t count;
} lp_asset;

lp_asset lp_page_html(void);
lp_asset lp_page_css(void);
lp_asset lp_page_js(void);
