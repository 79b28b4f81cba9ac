#include "demo_video.h"

static const unsigned char bytes[] = {
#embed "demo.mp4"
};
const size_t demo_video_size = sizeof bytes;

const unsigned char *demo_video_bytes(void) { return bytes; }
