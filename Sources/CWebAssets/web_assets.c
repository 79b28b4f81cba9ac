// Written by list-assets; `make assets` writes it again.
#include "web_assets.h"

static const unsigned char asset_1[] = {
#embed "api/paths-access.json"
};

static const unsigned char asset_2[] = {
#embed "api/paths-cameras.json"
};

static const unsigned char asset_3[] = {
#embed "api/paths-recorder.json"
};

static const unsigned char asset_4[] = {
#embed "api/paths-recordings.json"
};

static const unsigned char asset_5[] = {
#embed "api/schemas-access.json"
};

static const unsigned char asset_6[] = {
#embed "api/schemas-cameras.json"
};

static const unsigned char asset_7[] = {
#embed "api/schemas-recorder.json"
};

static const unsigned char asset_8[] = {
#embed "api/schemas-recordings.json"
};

static const unsigned char asset_9[] = {
#embed "web/css/base.css"
};

static const unsigned char asset_10[] = {
#embed "web/css/controls.css"
};

static const unsigned char asset_11[] = {
#embed "web/css/forms.css"
};

static const unsigned char asset_12[] = {
#embed "web/css/live.css"
};

static const unsigned char asset_13[] = {
#embed "web/css/shell.css"
};

static const unsigned char asset_14[] = {
#embed "web/css/tables.css"
};

static const unsigned char asset_15[] = {
#embed "web/css/timeline.css"
};

static const unsigned char asset_16[] = {
#embed "web/css/tokens.css"
};

static const unsigned char asset_17[] = {
#embed "web/i18n/de.json"
};

static const unsigned char asset_18[] = {
#embed "web/i18n/de.said.json"
};

static const unsigned char asset_19[] = {
#embed "web/i18n/en.json"
};

static const unsigned char asset_20[] = {
#embed "web/icon.svg"
};

static const unsigned char asset_21[] = {
#embed "web/icons.svg"
};

static const unsigned char asset_22[] = {
#embed "web/index.html"
};

static const unsigned char asset_23[] = {
#embed "web/js/api.js"
};

static const unsigned char asset_24[] = {
#embed "web/js/dialog.js"
};

static const unsigned char asset_25[] = {
#embed "web/js/dom.js"
};

static const unsigned char asset_26[] = {
#embed "web/js/format.js"
};

static const unsigned char asset_27[] = {
#embed "web/js/i18n.js"
};

static const unsigned char asset_28[] = {
#embed "web/js/keys.js"
};

static const unsigned char asset_29[] = {
#embed "web/js/live-pace.js"
};

static const unsigned char asset_30[] = {
#embed "web/js/live-parts.js"
};

static const unsigned char asset_31[] = {
#embed "web/js/live-pictures.js"
};

static const unsigned char asset_32[] = {
#embed "web/js/live-video.js"
};

static const unsigned char asset_33[] = {
#embed "web/js/live.js"
};

static const unsigned char asset_34[] = {
#embed "web/js/main.js"
};

static const unsigned char asset_35[] = {
#embed "web/js/notices.js"
};

static const unsigned char asset_36[] = {
#embed "web/js/said.js"
};

static const unsigned char asset_37[] = {
#embed "web/js/screens/away.js"
};

static const unsigned char asset_38[] = {
#embed "web/js/screens/clips.js"
};

static const unsigned char asset_39[] = {
#embed "web/js/screens/doctor.js"
};

static const unsigned char asset_40[] = {
#embed "web/js/screens/enter.js"
};

static const unsigned char asset_41[] = {
#embed "web/js/screens/export.js"
};

static const unsigned char asset_42[] = {
#embed "web/js/screens/live.js"
};

static const unsigned char asset_43[] = {
#embed "web/js/screens/log.js"
};

static const unsigned char asset_44[] = {
#embed "web/js/screens/now.js"
};

static const unsigned char asset_45[] = {
#embed "web/js/screens/recording.js"
};

static const unsigned char asset_46[] = {
#embed "web/js/screens/settings.js"
};

static const unsigned char asset_47[] = {
#embed "web/js/screens/storage.js"
};

static const unsigned char asset_48[] = {
#embed "web/js/screens/tile.js"
};

static const unsigned char asset_49[] = {
#embed "web/js/screens/timeline.js"
};

static const unsigned char asset_50[] = {
#embed "web/js/screens/wizard.js"
};

static const unsigned char asset_51[] = {
#embed "web/js/session.js"
};

static const unsigned char asset_52[] = {
#embed "web/js/settings/access.js"
};

static const unsigned char asset_53[] = {
#embed "web/js/settings/camera-form.js"
};

static const unsigned char asset_54[] = {
#embed "web/js/settings/cameras.js"
};

static const unsigned char asset_55[] = {
#embed "web/js/settings/fields.js"
};

static const unsigned char asset_56[] = {
#embed "web/js/settings/makers.js"
};

static const unsigned char asset_57[] = {
#embed "web/js/settings/notice-test.js"
};

static const unsigned char asset_58[] = {
#embed "web/js/settings/probe.js"
};

static const unsigned char asset_59[] = {
#embed "web/js/settings/rights.js"
};

static const unsigned char asset_60[] = {
#embed "web/js/shell.js"
};

static const unsigned char asset_61[] = {
#embed "web/js/states.js"
};

static const unsigned char asset_62[] = {
#embed "web/js/status.js"
};

static const unsigned char asset_63[] = {
#embed "web/js/theme.js"
};

static const unsigned char asset_64[] = {
#embed "web/js/timeline/boxes.js"
};

static const unsigned char asset_65[] = {
#embed "web/js/timeline/clip-feed.js"
};

static const unsigned char asset_66[] = {
#embed "web/js/timeline/keys.js"
};

static const unsigned char asset_67[] = {
#embed "web/js/timeline/lane-player.js"
};

static const unsigned char asset_68[] = {
#embed "web/js/timeline/lanes.js"
};

static const unsigned char asset_69[] = {
#embed "web/js/timeline/paint.js"
};

static const unsigned char asset_70[] = {
#embed "web/js/timeline/player.js"
};

static const unsigned char asset_71[] = {
#embed "web/js/timeline/preview.js"
};

static const unsigned char asset_72[] = {
#embed "web/js/timeline/range.js"
};

static const unsigned char asset_73[] = {
#embed "web/js/timeline/scale.js"
};

static const unsigned char asset_74[] = {
#embed "web/js/timeline/slot.js"
};

static const unsigned char asset_75[] = {
#embed "web/js/timeline/source.js"
};

static const unsigned char asset_76[] = {
#embed "web/js/timeline/strip.js"
};

static const unsigned char asset_77[] = {
#embed "web/js/timeline/transport.js"
};

static const unsigned char asset_78[] = {
#embed "web/js/url.js"
};

static const unsigned char asset_79[] = {
#embed "web/js/zone.js"
};

static const struct web_asset assets[] = {
    {"api/paths-access.json", asset_1, sizeof asset_1},
    {"api/paths-cameras.json", asset_2, sizeof asset_2},
    {"api/paths-recorder.json", asset_3, sizeof asset_3},
    {"api/paths-recordings.json", asset_4, sizeof asset_4},
    {"api/schemas-access.json", asset_5, sizeof asset_5},
    {"api/schemas-cameras.json", asset_6, sizeof asset_6},
    {"api/schemas-recorder.json", asset_7, sizeof asset_7},
    {"api/schemas-recordings.json", asset_8, sizeof asset_8},
    {"web/css/base.css", asset_9, sizeof asset_9},
    {"web/css/controls.css", asset_10, sizeof asset_10},
    {"web/css/forms.css", asset_11, sizeof asset_11},
    {"web/css/live.css", asset_12, sizeof asset_12},
    {"web/css/shell.css", asset_13, sizeof asset_13},
    {"web/css/tables.css", asset_14, sizeof asset_14},
    {"web/css/timeline.css", asset_15, sizeof asset_15},
    {"web/css/tokens.css", asset_16, sizeof asset_16},
    {"web/i18n/de.json", asset_17, sizeof asset_17},
    {"web/i18n/de.said.json", asset_18, sizeof asset_18},
    {"web/i18n/en.json", asset_19, sizeof asset_19},
    {"web/icon.svg", asset_20, sizeof asset_20},
    {"web/icons.svg", asset_21, sizeof asset_21},
    {"web/index.html", asset_22, sizeof asset_22},
    {"web/js/api.js", asset_23, sizeof asset_23},
    {"web/js/dialog.js", asset_24, sizeof asset_24},
    {"web/js/dom.js", asset_25, sizeof asset_25},
    {"web/js/format.js", asset_26, sizeof asset_26},
    {"web/js/i18n.js", asset_27, sizeof asset_27},
    {"web/js/keys.js", asset_28, sizeof asset_28},
    {"web/js/live-pace.js", asset_29, sizeof asset_29},
    {"web/js/live-parts.js", asset_30, sizeof asset_30},
    {"web/js/live-pictures.js", asset_31, sizeof asset_31},
    {"web/js/live-video.js", asset_32, sizeof asset_32},
    {"web/js/live.js", asset_33, sizeof asset_33},
    {"web/js/main.js", asset_34, sizeof asset_34},
    {"web/js/notices.js", asset_35, sizeof asset_35},
    {"web/js/said.js", asset_36, sizeof asset_36},
    {"web/js/screens/away.js", asset_37, sizeof asset_37},
    {"web/js/screens/clips.js", asset_38, sizeof asset_38},
    {"web/js/screens/doctor.js", asset_39, sizeof asset_39},
    {"web/js/screens/enter.js", asset_40, sizeof asset_40},
    {"web/js/screens/export.js", asset_41, sizeof asset_41},
    {"web/js/screens/live.js", asset_42, sizeof asset_42},
    {"web/js/screens/log.js", asset_43, sizeof asset_43},
    {"web/js/screens/now.js", asset_44, sizeof asset_44},
    {"web/js/screens/recording.js", asset_45, sizeof asset_45},
    {"web/js/screens/settings.js", asset_46, sizeof asset_46},
    {"web/js/screens/storage.js", asset_47, sizeof asset_47},
    {"web/js/screens/tile.js", asset_48, sizeof asset_48},
    {"web/js/screens/timeline.js", asset_49, sizeof asset_49},
    {"web/js/screens/wizard.js", asset_50, sizeof asset_50},
    {"web/js/session.js", asset_51, sizeof asset_51},
    {"web/js/settings/access.js", asset_52, sizeof asset_52},
    {"web/js/settings/camera-form.js", asset_53, sizeof asset_53},
    {"web/js/settings/cameras.js", asset_54, sizeof asset_54},
    {"web/js/settings/fields.js", asset_55, sizeof asset_55},
    {"web/js/settings/makers.js", asset_56, sizeof asset_56},
    {"web/js/settings/notice-test.js", asset_57, sizeof asset_57},
    {"web/js/settings/probe.js", asset_58, sizeof asset_58},
    {"web/js/settings/rights.js", asset_59, sizeof asset_59},
    {"web/js/shell.js", asset_60, sizeof asset_60},
    {"web/js/states.js", asset_61, sizeof asset_61},
    {"web/js/status.js", asset_62, sizeof asset_62},
    {"web/js/theme.js", asset_63, sizeof asset_63},
    {"web/js/timeline/boxes.js", asset_64, sizeof asset_64},
    {"web/js/timeline/clip-feed.js", asset_65, sizeof asset_65},
    {"web/js/timeline/keys.js", asset_66, sizeof asset_66},
    {"web/js/timeline/lane-player.js", asset_67, sizeof asset_67},
    {"web/js/timeline/lanes.js", asset_68, sizeof asset_68},
    {"web/js/timeline/paint.js", asset_69, sizeof asset_69},
    {"web/js/timeline/player.js", asset_70, sizeof asset_70},
    {"web/js/timeline/preview.js", asset_71, sizeof asset_71},
    {"web/js/timeline/range.js", asset_72, sizeof asset_72},
    {"web/js/timeline/scale.js", asset_73, sizeof asset_73},
    {"web/js/timeline/slot.js", asset_74, sizeof asset_74},
    {"web/js/timeline/source.js", asset_75, sizeof asset_75},
    {"web/js/timeline/strip.js", asset_76, sizeof asset_76},
    {"web/js/timeline/transport.js", asset_77, sizeof asset_77},
    {"web/js/url.js", asset_78, sizeof asset_78},
    {"web/js/zone.js", asset_79, sizeof asset_79},
};
const size_t web_asset_count = sizeof assets / sizeof assets[0];

const struct web_asset *web_assets(void) { return assets; }
