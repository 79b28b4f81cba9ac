// crypt.h as it is; a shim, so that the module map names no path of the system.
#ifndef CCRYPT_SHIM_H
#define CCRYPT_SHIM_H

#include <crypt.h>

#endif
