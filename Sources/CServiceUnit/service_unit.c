#include "service_unit.h"

static const char unit[] = {
#embed "../../Packaging/cctv.service" suffix(, 0)
};
static const char sysusers[] = {
#embed "../../Packaging/cctv.sysusers" suffix(, 0)
};
static const char settings[] = {
#embed "../../Packaging/config.json" suffix(, 0)
};

const char *service_unit_text(void) { return unit; }
const char *service_sysusers_text(void) { return sysusers; }
const char *service_settings_text(void) { return settings; }
