#!/usr/bin/env bash
# Draws the sample clips and speaks their sounds. Needs bash, ffmpeg (libx264, libmp3lame) and espeak-ng; the module needs none of them.
set -euo pipefail
cd "$(dirname "$0")"

# picture <width>x<height> <seconds> <background> <hair> <shirt> <options and file …>: a face that nods, blinks and moves its lips. Colours are r,g,b.
picture() {
    local size=$1 seconds=$2 back=$3 hair=$4 shirt=$5
    shift 5
    # Drawn at half the size, because the expression is worked out for every pixel.
    local w=$((${size%x*} / 2)) h=$((${size#*x} / 2))
    local u=$((w < h ? w : h))
    local x="(X-W/2-$u*0.015*sin(1.7*T))/$u" y="(Y-H/2-$u*0.01*sin(2.3*T))/$u"
    local open="(0.008+0.045*abs(sin(8*T)*sin(3.1*T+1)))"
    local lid="(0.034-0.03*gt(mod(T,1.9),1.75))"
    local mouth="lt(hypot(($x)/0.075,($y-0.16)/$open),1)"
    local pupil="lt(hypot((abs($x)-0.095)/0.016,($y+0.04)/min(0.02,$lid)),1)"
    local eye="lt(hypot((abs($x)-0.095)/0.04,($y+0.04)/$lid),1)"
    local face="lt(hypot(($x)/0.22,($y)/0.29),1)"
    local crown="lt(hypot(($x)/0.26,($y+0.09)/0.28),1)"
    local body="lt(hypot((X-W/2)/(0.42*$u),min(0,Y-H/2-0.56*$u)/(0.30*$u)),1)"
    local channel=() i
    for i in 1 2 3; do
        channel+=("if($mouth,$(cut -d, -f$i <<<120,30,45),if($pupil,$(cut -d, -f$i <<<30,30,40),if($eye,$(cut -d, -f$i <<<250,250,250),if($face,$(cut -d, -f$i <<<236,190,160),if($crown,$(cut -d, -f$i <<<"$hair"),if($body,$(cut -d, -f$i <<<"$shirt"),$(cut -d, -f$i <<<"$back")))))))")
    done
    ffmpeg -v error -y -f lavfi -i "color=black:s=${w}x${h}:r=25:d=$seconds,format=gbrp,geq=r='${channel[0]}':g='${channel[1]}':b='${channel[2]}',scale=${size/x/:}:flags=lanczos,setsar=1" \
        -map_metadata -1 -fflags +bitexact -flags:v +bitexact -c:v libx264 -preset veryslow -crf 30 -pix_fmt yuv420p "$@"
}

# voice <voice> <words a minute> <text> <options and file …>
voice() {
    local name=$1 speed=$2 text=$3
    shift 3
    espeak-ng -v "$name" -s "$speed" --stdout "$text" | ffmpeg -v error -y -i - -map_metadata -1 -fflags +bitexact -flags:a +bitexact "$@"
}

picture 1280x720 4 70,130,180 90,55,30 200,60,60 -movflags +faststart anna.mp4
voice en-us+f3 165 'Hello, I am Anna, and these lips are about to say what you hear.' -af apad -t 4 -ar 16000 -ac 1 -c:a pcm_s16le anna.wav

picture 1280x720 3.2 215,190,140 40,35,35 50,90,60 ben.mov
voice en-gb 185 'Ben here. One clip, one sound, one file.' -af apad -t 3.2 -ar 24000 -ac 1 -c:a libmp3lame -q:a 6 ben.mp3

picture 720x1280 4.6 150,190,160 200,150,60 80,60,120 -movflags +faststart clara.mp4
voice en-us+f4 145 'This is Clara, standing upright, as a phone would film her.' -af apad -t 4.6 -ar 22050 -ac 1 -c:a aac -b:a 40k clara.m4a

picture 1280x720 5.2 190,150,170 120,120,125 40,60,110 -movflags +faststart david.mp4
voice en-us+m3 140 'I am David. My clip is a little longer than five seconds, and so it costs as much as ten.' -ar 24000 -ac 1 -c:a libmp3lame -b:a 32k david.mp3

picture 640x360 3 120,120,120 150,60,30 30,110,120 -movflags +faststart tiny.mp4
voice en-us+f2 195 'I am too small to be taken, and nobody pays for me.' -af apad -t 3 -ar 16000 -ac 1 -c:a pcm_s16le tiny.wav
