#!/bin/sh
# Makes the init segments (ftyp + moov of a fragmented file) from which tests build clips.
# Needs ffmpeg with libx264 and libx265.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# make NAME ENCODER SOUND...
make() {
    name=$1
    encoder=$2
    shift 2
    ffmpeg -v error -y -f lavfi -i testsrc2=size=64x48:rate=25 -f lavfi -i sine=r=8000 -t 1 \
        -c:v "$encoder" -x265-params log-level=0:info=0 -pix_fmt yuv420p -g 25 -bf 0 "$@" \
        -fflags +bitexact -flags +bitexact \
        -movflags empty_moov+default_base_moof+frag_keyframe "$work/$name.mp4"
    # The two boxes' sizes stand in their first four bytes.
    ftyp=$(od -An -tu4 --endian=big -N4 "$work/$name.mp4" | tr -d ' ')
    moov=$(od -An -tu4 --endian=big -j"$ftyp" -N4 "$work/$name.mp4" | tr -d ' ')
    head -c $((ftyp + moov)) "$work/$name.mp4" >"$name.init"
}

make h264-aac libx264 -c:a aac
make h264 libx264 -an
make h265-aac libx265 -c:a aac
