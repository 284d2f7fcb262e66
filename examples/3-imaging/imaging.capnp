# What the darkroom's page and its workers agree on. A worker is called like a server: by generated
# clients, with streams, cancellation and deadlines.
@0xb7e0f4a96d2c1385;

using Cxx = import "/capnp/c++.capnp";
using Cortado = import "/cortado/annotations.capnp";
$Cxx.namespace("imaging");

struct Settings {
  # All 0, and any radius: the picture as it is.

  exposure @0 :Float32;
  # Stops, -4 to 4: one more doubles the light.

  contrast @1 :Float32;
  # -1 to 1.

  warmth @2 :Float32;
  # -1 (blue) to 1 (amber).

  saturation @3 :Float32;
  # -1 (black and white) to 1 (twice).

  denoise @4 :Float32;
  # 0 to 1.

  sharpness @5 :Float32;
  # 0 to 2.

  radius @6 :Float32 = 1;
  # Of sharpness, in pixels: 0.5 to 3.

  vignette @7 :Float32;
  # -1 (light corners) to 1 (dark corners).
}

struct Source {
  # Pixels are four bytes each (red, green, blue, opacity), row by row from the top, sRGB.

  first @0 :UInt32;
  # The topmost row that is there.

  union {
    address @1 :UInt32;
    # Where it begins, in the memory that page and worker share. The rows are the page's, which keeps
    # them there, unchanged, until the call has ended.

    pixels @2 :Data;
    # The rows themselves.
  }
}

const developReach :UInt32 = 12;
# Rows above and below those asked for that a source must have, as far as the picture has them.

struct Band {
  # Some rows that are done.

  width @0 :UInt32;
  height @1 :UInt32;
  # Of the whole picture.

  first @2 :UInt32;
  count @3 :UInt32;

  pixels @4 :Data;

  small @5 :Data;
  # The same, each pixel the mean of a square of `shrink` ones.

  levels @6 :List(UInt32);
  # How many pixels have each value: 256 numbers each for red, green and blue.

  worker @7 :Text;
  # Whose work it is.

  tookMs @8 :Float32;
}

interface Imaging $Cortado.deadline(0) {
  # Pictures come in bands of `bandRows` rows, which is a multiple of `shrink`. Who cancels a call has
  # its worker back within a band.

  landscape @0 (width :UInt32, height :UInt32, first :UInt32, count :UInt32, bandRows :UInt32,
                shrink :UInt32) -> Band
      # `count` rows from `first` on of the sample photo, computed.
      $Cortado.stream(results = true);

  develop @1 (width :UInt32, height :UInt32, first :UInt32, count :UInt32, bandRows :UInt32,
              shrink :UInt32, source :Source, settings :Settings) -> Band
      # `count` rows from `first` on, through the filters.
      $Cortado.stream(results = true);

  decode @2 (piece :Data, largest :UInt32, bands :UInt32) -> Band
      # A JPEG file, in pieces; all of the picture. With the first piece come the longest side of the
      # small picture, and about how many bands there should be. `invalid_argument` if it is no JPEG.
      $Cortado.stream(params = true, results = true);

  encode @3 (width :UInt32, height :UInt32, quality :UInt32, pixels :Data) -> (piece :Data)
      # A JPEG file, of pixels that come in pieces from the top. What it is comes with the first.
      $Cortado.stream(params = true, results = true);
}

interface Round $Cortado.deadline(0) {
  # For the comparison: as little work as there can be, so that what is measured is the way.

  ping @0 (number :UInt32) -> (number :UInt32);
  # One more.

  pass @1 (pixels :Data) -> (pixels :Data);
  # The same bytes, the first of them changed.
}
