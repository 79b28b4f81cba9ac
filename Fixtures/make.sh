#!/bin/sh
# Makes the media files of this folder, or those whose names are given, with Debian's ffmpeg.
# `make.sh --benchmark DIR` makes the large streams of the benchmarks instead, which are not kept.
# The same ffmpeg makes the same bytes: one thread, no dates, no encoder's name in the container.
set -eu
cd "$(dirname "$0")"
demo=../Sources/CDemoVideo/demo.mp4

encode() { ffmpeg -v error -nostdin -y -filter_threads 1 "$@"; }
exact='-threads 1 -fflags +bitexact -flags:v +bitexact -flags:a +bitexact -map_metadata -1'
x264='-c:v libx264 -preset medium -pix_fmt yuv420p -sc_threshold 0 -bf 0'
x265='-c:v libx265 -preset medium -pix_fmt yuv420p'
x265_base='log-level=error:pools=none:frame-threads=1:scenecut=0:info=0'
card() { echo "testsrc2=size=$1:rate=$2:duration=$3"; }
tone() { echo "sine=frequency=440:sample_rate=$1:duration=$2:beep_factor=4"; }

# A small picture of 15 frames/s that accompanies each audio codec.
with_audio() { # name, rate, seconds, filter, audio options...
    name=$1 rate=$2 seconds=$3 filter=$4
    shift 4
    encode -f lavfi -i "$(card 160x90 25 "$seconds")" -f lavfi -i "$(tone "$rate" "$seconds")" \
        $x264 -b:v 40k -maxrate 60k -bufsize 60k -g 25 -af "$filter" -ac 1 "$@" $exact "$name"
}

make_one() {
    case $1 in
    h264-aac.mp4)
        encode -f lavfi -i "$(card 640x360 25 8)" -f lavfi -i "$(tone 48000 8)" \
            $x264 -b:v 200k -maxrate 260k -bufsize 200k -g 25 -c:a aac -b:a 32k -ac 1 $exact "$1" ;;
    h264-other.mp4)
        encode -f lavfi -i "$(card 480x270 25 8)" -f lavfi -i "$(tone 48000 8)" \
            $x264 -b:v 100k -maxrate 140k -bufsize 100k -g 25 -c:a aac -b:a 32k -ac 1 $exact "$1" ;;
    h264-noaudio.mp4)
        encode -f lavfi -i "$(card 320x180 25 4)" \
            $x264 -b:v 100k -maxrate 140k -bufsize 100k -g 25 $exact "$1" ;;
    h264-noaudio-vui.mp4)
        encode -i h264-noaudio.mp4 -c copy -bsf:v h264_metadata=video_full_range_flag=1 \
            $exact "$1" ;;
    h264-bframes.mp4)
        encode -f lavfi -i "$(card 320x180 25 4)" \
            $x264 -bf 2 -b_strategy 0 -b:v 100k -maxrate 140k -bufsize 100k -g 25 $exact "$1" ;;
    h264-long-gop.mp4)
        encode -f lavfi -i "$(card 96x64 4 120)" \
            $x264 -crf 40 -g 9999 $exact "$1" ;;
    h264-intra-refresh.mp4)
        encode -f lavfi -i "$(card 320x180 25 4)" \
            $x264 -b:v 120k -maxrate 140k -bufsize 100k -g 25 -intra-refresh 1 $exact "$1" ;;
    h264-big-keyframes.mp4)
        encode -f lavfi -i "color=gray:size=640x360:rate=25:duration=2,noise=alls=60:allf=p" \
            $x264 -qp 30 -g 25 $exact "$1" ;;
    h265.mp4)
        encode -f lavfi -i "$(card 320x180 25 4)" $x265 -tag:v hvc1 -b:v 100k \
            -x265-params "$x265_base:keyint=25:min-keyint=25:bframes=0" $exact "$1" ;;
    h265-bframes.mp4)
        encode -f lavfi -i "$(card 320x180 25 4)" $x265 -tag:v hvc1 -b:v 100k \
            -x265-params "$x265_base:keyint=25:min-keyint=25:bframes=2:b-adapt=0:open-gop=0" \
            $exact "$1" ;;
    mjpeg.mkv) # Two different tables: libavformat refuses RTP/JPEG with one.
        encode -f lavfi -i "$(card 160x120 10 2)" -c:v mjpeg -huffman default -pix_fmt yuvj420p \
            -q:v 10 -chroma_intra_matrix "8$(printf ',20%.0s' $(seq 63))" $exact "$1" ;;
    h264-pcmu.mkv) with_audio "$1" 8000 4 asetnsamples=160 -c:a pcm_mulaw ;;
    h264-pcma.mkv) with_audio "$1" 8000 4 asetnsamples=160 -c:a pcm_alaw ;;
    h264-pcmu-60ms.mkv) with_audio "$1" 8000 6 asetnsamples=480 -c:a pcm_mulaw ;;
    h264-l16.mkv) with_audio "$1" 8000 4 asetnsamples=160 -c:a pcm_s16be ;;
    h264-g726.mkv) with_audio "$1" 8000 4 asetnsamples=320 -c:a g726 -b:a 32k ;;
    h264-opus.mkv) with_audio "$1" 48000 4 anull -c:a libopus -b:a 24k ;;
    demo)
        mkdir -p "$(dirname "$demo")"
        font=/usr/share/fonts/truetype/dejavu/DejaVuSans
        encode -f lavfi -i "smptehdbars=size=1280x720:rate=25:duration=20" \
            -f lavfi -i "aevalsrc='0.12*sin(880*2*PI*t)*lt(mod(t,1),0.06)':s=48000:d=20" \
            -vf "drawbox=x=240:y=200:w=800:h=320:color=0x101820:t=fill,
                drawtext=fontfile=$font-Bold.ttf:text='cctv demo':fontsize=44:fontcolor=white:
                    x=(w-tw)/2:y=236,
                drawtext=fontfile=${font}Mono.ttf:text='%{pts\:hms}':fontsize=80:fontcolor=white:
                    x=(w-tw)/2:y=318,
                drawtext=fontfile=${font}.ttf:text='frame %{n}':fontsize=32:
                    fontcolor=0xA0B0C0:x=(w-tw)/2:y=428,
                drawbox=x=272:y=488:w=736:h=8:color=0x304050:t=fill[card];
                color=0xF0A020:size=24x24:rate=25:duration=20[dot];
                [card][dot]overlay=x='272+712*mod(t\,2)/2':y=480" \
            $x264 -preset slow -crf 26 -g 50 -c:a aac -b:a 24k -ac 1 -shortest $exact "$demo" ;;
    *) echo "make.sh: no recipe for $1" >&2; exit 64 ;;
    esac
}

benchmark() {
    encode -f lavfi -i "$(card 1920x1080 25 10),noise=alls=12:allf=t" $x264 -preset veryfast \
        -b:v 4M -minrate 4M -maxrate 4M -bufsize 2M -nal-hrd cbr -g 50 $exact "$1/h264-1080p-4m.mp4"
    encode -f lavfi -i "$(card 3840x2160 25 4),noise=alls=12:allf=t" $x264 -preset veryfast \
        -b:v 16M -minrate 16M -maxrate 16M -bufsize 8M -nal-hrd cbr -g 50 $exact "$1/h264-2160p-16m.mp4"
    encode -f lavfi -i "$(card 1920x1080 25 10),noise=alls=12:allf=t" -f lavfi \
        -i "$(tone 48000 10)" $x264 -preset veryfast -b:v 4M -maxrate 4M -bufsize 2M -g 50 \
        -c:a aac -b:a 64k -ac 1 $exact "$1/h264-aac-1080p-4m.mp4"
}

if [ "${1-}" = --benchmark ]; then
    mkdir -p "$2" && benchmark "$2"
    exit
fi
all='h264-aac.mp4 h264-other.mp4 h264-noaudio.mp4 h264-noaudio-vui.mp4 h264-bframes.mp4
    h264-long-gop.mp4 h264-intra-refresh.mp4 h264-big-keyframes.mp4 h265.mp4 h265-bframes.mp4
    mjpeg.mkv h264-pcmu.mkv h264-pcma.mkv h264-pcmu-60ms.mkv h264-l16.mkv h264-g726.mkv
    h264-opus.mkv demo'
for name in ${*:-$all}; do make_one "$name"; done
