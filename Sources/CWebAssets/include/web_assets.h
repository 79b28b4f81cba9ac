// The web console's files inside the program. To add, rename or remove one, do so below web/ or api/ and run
// `make assets`, which writes web_assets.c; a test fails as long as that was forgotten.
#ifndef CWEBASSETS_WEB_ASSETS_H
#define CWEBASSETS_WEB_ASSETS_H

#include <stddef.h>

struct web_asset {
    // With its folder and slashes: `web/index.html`, `web/live/player.js`, `api/paths-access.json`.
    const char *path;
    const unsigned char *bytes;
    size_t size;
};

// A function, because Swift does not import an array of unknown size.
const struct web_asset *web_assets(void);
extern const size_t web_asset_count;

#endif
