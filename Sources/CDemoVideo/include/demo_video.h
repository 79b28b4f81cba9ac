// The test card that the demonstration camera plays: an MP4 file inside the program.
#ifndef CDEMOVIDEO_DEMO_VIDEO_H
#define CDEMOVIDEO_DEMO_VIDEO_H

#include <stddef.h>

// A function, because Swift does not import an array of unknown size.
const unsigned char *demo_video_bytes(void);
extern const size_t demo_video_size;

#endif
