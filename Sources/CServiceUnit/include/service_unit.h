// The files of Packaging/ that `cctv service install` writes: the package's own, inside the program.
#ifndef CSERVICEUNIT_SERVICE_UNIT_H
#define CSERVICEUNIT_SERVICE_UNIT_H

// Functions, because Swift does not import an array of unknown size.
const char *service_unit_text(void);
const char *service_sysusers_text(void);
const char *service_settings_text(void);

#endif
