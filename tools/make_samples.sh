#!/bin/sh
# Draws the picture and the video of the folder download/, from nothing but the
# formulas below: ffmpeg computes every pixel. The same ffmpeg makes the same
# bytes; another version may make others that look the same.
#
#     sh tools/make_samples.sh [FOLDER]     (default: download)
set -eu

if ! command -v ffmpeg >/dev/null 2>&1; then
  echo "Cannot draw the samples: ffmpeg is not installed" >&2
  exit 1
fi
folder=${1:-$(dirname "$0")/../download}
mkdir -p "$folder"

# The scene, with x and y from 0 to 1 and the time T in seconds: an evening sky,
# a setting sun, three rows of hills that pass by, the near ones faster.
x='(X/W)' y='(Y/H)'
sun="hypot(($x-0.62)*W/H,$y-(0.40+0.08*T))"
far="gt($y,0.66+0.05*sin($x*7+T*0.3)+0.015*sin($x*19+T*0.5))"
middle="gt($y,0.77+0.06*sin($x*5+2+T*0.4)+0.012*sin($x*23+T))"
near="gt($y,0.90+0.05*sin($x*4+4+T*0.8)+0.01*sin($x*31+T*1.6))"

# One colour channel: near hills, middle hills, far hills, sun, and the sky from
# top to horizon with the glow of the sun in it.
channel() {
  echo "if($near,$1,if($middle,$2,if($far,$3,if(lt($sun,0.12),$4,\
clip($5+($6-$5)*$y/0.7+$7*exp(-4*$sun),0,255)))))"
}
red=$(channel 28 74 132 255 44 236 90)
green=$(channel 26 48 78 236 52 132 80)
blue=$(channel 52 88 124 190 112 104 10)
# Drawn twice as large and made smaller, so that the edges are smooth.
scene() {
  echo "nullsrc=s=$1:r=25:d=$2,format=gbrp,geq=r='$red':g='$green':b='$blue'"
}
exact='-fflags +bitexact -flags:v +bitexact -map_metadata -1'
small='flags=area+accurate_rnd+full_chroma_int+bitexact'

# shellcheck disable=SC2086 -- $exact is several words
ffmpeg -nostdin -v error -y -f lavfi -i "$(scene 1280x720 0.04)" \
  -vf "scale=640:360:$small,format=rgb24" -frames:v 1 -update 1 \
  -compression_level 100 -pred mixed $exact "$folder/picture.png"

# H.264 with 4:2:0 colours and the index in front: every player knows it.
# shellcheck disable=SC2086
ffmpeg -nostdin -v error -y -f lavfi -i "$(scene 640x360 3)" \
  -vf "scale=320:180:$small:out_color_matrix=bt709,format=yuv420p" \
  -c:v libx264 -preset slow -crf 18 -profile:v main -threads 1 \
  -color_primaries bt709 -color_trc bt709 -colorspace bt709 \
  -movflags +faststart $exact "$folder/video.mp4"
