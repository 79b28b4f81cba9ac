// FFmpeg's libraries as one Clang module. Swift's importer skips macros that expand to a cast, a
// call or a compound literal; each one that AVRemux needs is declared again under its own name.
#ifndef CFFMPEG_SHIM_H
#define CFFMPEG_SHIM_H

#include <errno.h>
#include <libavcodec/avcodec.h>
#include <libavcodec/bsf.h>
#include <libavformat/avformat.h>
#include <libavutil/audio_fifo.h>
#include <libavutil/channel_layout.h>
#include <libavutil/error.h>
#include <libavutil/log.h>
#include <libavutil/md5.h>
#include <libavutil/mem.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libavutil/sha.h>
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>

_Static_assert(LIBAVFORMAT_VERSION_MAJOR >= 59, "cctv needs FFmpeg 5.0 or later");

enum { shim_AVERROR_EOF = AVERROR_EOF };
#undef AVERROR_EOF
static const int AVERROR_EOF = shim_AVERROR_EOF;

enum { shim_AVERROR_EXIT = AVERROR_EXIT };
#undef AVERROR_EXIT
static const int AVERROR_EXIT = shim_AVERROR_EXIT;

enum { shim_AVERROR_INVALIDDATA = AVERROR_INVALIDDATA };
#undef AVERROR_INVALIDDATA
static const int AVERROR_INVALIDDATA = shim_AVERROR_INVALIDDATA;

static inline int shim_AVERROR(int errnum) { return AVERROR(errnum); }
#undef AVERROR
static inline int AVERROR(int errnum) { return shim_AVERROR(errnum); }

static const int64_t shim_AV_NOPTS_VALUE = AV_NOPTS_VALUE;
#undef AV_NOPTS_VALUE
static const int64_t AV_NOPTS_VALUE = shim_AV_NOPTS_VALUE;

// FFmpeg 7 made the bytes given to an AVIOContext's write callbacks const.
#if LIBAVFORMAT_VERSION_MAJOR >= 61
typedef const uint8_t *AVIOWriteBytes;
#else
typedef uint8_t *AVIOWriteBytes;
#endif

#endif
