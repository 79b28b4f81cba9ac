// Written by list-assets; `make assets` writes it again.
#include "web_assets.h"

static const unsigned char asset_1[] = {
#embed "web/index.html"
};

static const struct web_asset assets[] = {
    {"index.html", asset_1, sizeof asset_1},
};
const size_t web_asset_count = sizeof assets / sizeof assets[0];

const struct web_asset *web_assets(void) { return assets; }
