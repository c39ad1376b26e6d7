#!/bin/sh
# Makes the files of this folder from colours and tones. Needs ffmpeg with libx264, libx265, libmp3lame and libopus.
set -eu
cd "$(dirname "$0")"

make() {
    file=$1
    shift
    ffmpeg -hide_banner -loglevel error -nostdin -y "$@" -fflags +bitexact -flags:v +bitexact -flags:a +bitexact "$file"
}

picture='-f lavfi -i color=teal:s=1280x720:d=2:r='
tone='-f lavfi -i sine=440:r=44100:d='
speech='-f lavfi -i sine=440:r=8000:d=2'
h264='-c:v libx264 -preset veryslow -crf 51 -pix_fmt yuv420p'

make header-first.mp4 ${picture}25 $h264 -movflags +faststart
make header-last.mp4  ${picture}25 ${tone}2 $h264 -c:a aac -b:a 24k
make ntsc.mp4         ${picture}30000/1001 $h264
make film.mp4         ${picture}24000/1001 $h264
make movie.mov        ${picture}30 ${tone}2 $h264 -c:a aac -b:a 24k -timecode 01:00:00:00
make fragmented.mp4   ${picture}25 ${tone}2 $h264 -g 25 -c:a aac -b:a 24k -movflags +frag_keyframe+empty_moov+default_base_moof
make hevc.mp4         ${picture}25 -c:v libx265 -preset veryslow -crf 51 -x265-params log-level=none -pix_fmt yuv420p -tag:v hvc1

# The cut keeps the frames from the last key frame on and hides them with an edit list.
make edited.mp4       -ss 0.6 -i header-first.mp4 -c copy
make turned.mp4       -i header-first.mp4 -c copy -metadata:s:v rotate=90

make sound.m4a        ${tone}2 -c:a aac -b:a 24k
make sound.aac        ${tone}2 -c:a aac -b:a 24k
make constant.mp3     ${tone}2 -c:a libmp3lame -b:a 32k -write_xing 0
make variable.mp3     ${tone}2 -c:a libmp3lame -q:a 9 -id3v2_version 3 -metadata title=Tone
make sound.wav        $speech -c:a pcm_u8
make float.wav        -f lavfi -i sine=440:r=4000:d=2 -c:a pcm_f32le
make adpcm.wav        $speech -c:a adpcm_ms
make rf64.wav         $speech -c:a pcm_u8 -rf64 always
make opus.ogg         $speech -c:a libopus -b:a 6k
make sound.flac       -f lavfi -i sine=440:r=8000:d=0.5 -c:a flac

# Into a pipe, where FFmpeg cannot go back and write the size.
ffmpeg -hide_banner -loglevel error -nostdin $speech -c:a pcm_u8 -fflags +bitexact -f wav - | cat > piped.wav
